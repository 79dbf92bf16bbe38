"""Pages and tables for a terminal, plain text for a pipe; nothing here prints of its own accord."""
