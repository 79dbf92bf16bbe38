"""Markdown recaps as clean HTML, as plain text, as blocks for a terminal."""
