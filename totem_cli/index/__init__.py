"""The index: one SQLite file with the parsed content of an archive's files."""
