"""Pages and tables for a terminal, plain text for a pipe. Only the pager function prints."""
