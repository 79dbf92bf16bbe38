"""Files of an archive on disk: lock, journal, transaction, undo."""
