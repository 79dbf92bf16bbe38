"""The SQLite file of the index: connections to it, transactions that change it, copies of it."""

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

_TIMEOUT = 0.25
"""Seconds to wait for a lock of SQLite. After that a reader makes a private copy, which is right too."""

_PAGE = 8192
_CACHE = -65536
"""Kibibytes that a transaction may keep in memory: if it needs more, SQLite locks readers out before the commit."""

_READER_CACHE = -2048
"""The same of a reader that shares nothing: the system keeps the file at hand, for all of them once."""


def path_in(root: str) -> str:
    """Return the path of the index of an archive."""
    return f"{root}/{HOME}/index.sqlite"


def open_shared(path: str, *, create: bool = True) -> Connection:
    """Open the index at ``path``; with ``create``, an empty one is created if there is none.

    Raises :class:`OSError` or :class:`sqlite3.Error` where that fails, or where something other than a file is there.
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
    """Open a database that nobody changes, for reading, without locks and without a journal."""
    db = _connect(path, "ro&immutable=1")
    db.execute(f"PRAGMA cache_size = {_READER_CACHE}")
    return db


def open_private(source: Connection | None = None, path: str = "") -> Connection:
    """Open a new database with the content of ``source``, or an empty one.

    Without a path it is visible to this process only: in memory and, where it grows large, in a temporary file.
    """
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.execute("PRAGMA synchronous = OFF")
        if source:
            source.backup(db)
    except BaseException:
        db.close()
        raise
    return db


def begin_change(db: Connection) -> None:
    """Begin a transaction that may take long: others can read as long as its changes fit into memory."""
    db.execute(f"PRAGMA cache_size = {_CACHE}")
    db.execute("BEGIN IMMEDIATE")


@contextmanager
def writing(db: Connection) -> Iterator[None]:
    """Run the block in a transaction; it is rolled back where the block or the commit fails."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


def is_damage(error: sqlite3.Error) -> bool:
    """Return whether an error means that the file's content is wrong, not that it is locked, full or not permitted.

    Nor does a mistake of the caller, such as the use of another thread's connection.
    """
    if isinstance(error, sqlite3.ProgrammingError):
        return False
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)


def discard(path: str) -> None:
    """Remove a damaged index, and its journal, which SQLite would apply to the next one."""
    for name in (path, f"{path}-journal"):
        with suppress(OSError):
            os.unlink(name)


def _connect(path: str, mode: str) -> Connection:
    quoted = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    db = sqlite3.connect(f"file://{quoted}?mode={mode}", timeout=_TIMEOUT, isolation_level=None, uri=True)
    try:
        db.execute(f"PRAGMA page_size = {_PAGE}")
    except BaseException:
        db.close()
        raise
    return db
