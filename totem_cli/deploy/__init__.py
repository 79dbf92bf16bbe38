"""Deployment: an exported site is sent to where it is served; only what changed, nothing of others deleted."""
