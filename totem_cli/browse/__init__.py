"""A reader for the terminal: the archive's episodes, people, organisations and tags, with search and history."""
