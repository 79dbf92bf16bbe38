"""The SQLite file of the index: opening it, transactions that change it, private copies of it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager, suppress
from sqlite3 import Connection
from stat import S_ISREG
from typing import TYPE_CHECKING

from totem_cli.storage.layout import HOME, IGNORE

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATIENCE = 0.25
"""Seconds to wait for a lock. A reader that waited in vain makes a private copy, which is right too."""

_PAGE = 8192
_CACHE = -65536
"""Kibibytes that a transaction may keep in memory: with more, SQLite locks readers out before it commits."""

_READER_CACHE = -2048
"""The same of a reader that shares nothing: the system keeps the file at hand, for all of them once."""


def path_in(root: str) -> str:
    """Where the index of an archive is."""
    return f"{root}/{HOME}/index.sqlite"


def open_shared(path: str, *, create: bool = True) -> Connection:
    """A connection to the index at ``path``; with ``create`` one is made, empty, where there is none.

    Raises :class:`OSError` or :class:`sqlite3.Error` where it cannot be, or where something other than a file is there.
    """
    folder = os.path.dirname(path)
    with suppress(FileExistsError):
        if create:
            os.mkdir(folder)
            with open(f"{folder}/.gitignore", "xb") as file:
                file.write(IGNORE)
    if os.path.islink(folder):
        raise OSError(f"{folder} is a symbolic link")
    with suppress(FileNotFoundError):
        if not S_ISREG(os.lstat(path).st_mode):
            raise OSError(f"{path} is not a file")
    return _connect(path, "rwc" if create else "rw")


def open_snapshot(path: str) -> Connection:
    """A connection for reading to a database that nobody changes: without locks, without a journal."""
    db = _connect(path, "ro&immutable=1")
    db.execute(f"PRAGMA cache_size = {_READER_CACHE}")
    return db


def open_private() -> Connection:
    """A new, empty index that no other process sees, in memory and, where it grows large, in a temporary file."""
    db = sqlite3.connect("", isolation_level=None)
    db.execute("PRAGMA synchronous = OFF")
    return db


def copy(db: Connection) -> Connection:
    """A private copy of what ``db`` holds."""
    private = open_private()
    try:
        db.backup(private)
    except BaseException:
        private.close()
        raise
    return private


def write_snapshot(db: Connection, path: str) -> None:
    """Write what ``db`` holds to a new database at ``path``."""
    target = sqlite3.connect(path, isolation_level=None)
    try:
        target.execute("PRAGMA synchronous = OFF")
        db.backup(target)
    finally:
        target.close()


def begin_change(db: Connection) -> None:
    """Begin a transaction that may last: others go on reading while what it writes finds room in memory."""
    db.execute(f"PRAGMA cache_size = {_CACHE}")
    db.execute("BEGIN IMMEDIATE")


@contextmanager
def writing(db: Connection) -> Iterator[None]:
    """A transaction that changes the index: committed at the end, rolled back where that, or the block, fails."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error means that the file's content is wrong, rather than locked, full or not permitted."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)


def discard(path: str) -> None:
    """Remove an index that is damaged, with its journal, which would be taken for the next one's."""
    for name in (path, f"{path}-journal"):
        with suppress(OSError):
            os.unlink(name)


def _connect(path: str, mode: str) -> Connection:
    quoted = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    db = sqlite3.connect(f"file://{quoted}?mode={mode}", timeout=_PATIENCE, isolation_level=None, uri=True)
    db.execute(f"PRAGMA page_size = {_PAGE}")
    return db
