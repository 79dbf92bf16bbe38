"""The index: one SQLite file that holds what the files of an archive say."""
