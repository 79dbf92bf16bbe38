"""Publishing: pages, the manifest of an export, the publisher that writes them, and the look-up of formats."""
