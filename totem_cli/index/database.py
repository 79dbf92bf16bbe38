"""The SQLite file of the index: opened only when it is whole, changed under a lock, replaced in one step.

It is *sealed*: after every change its mtime is set to a random moment of long ago that it holds itself. Whatever else
writes to it (a fault, another program, a rollback after a crash) gives it the mtime of now, so a broken seal is seen
by one stat, without a checksum of the whole. A copy that keeps the mtime stays sealed.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import contextmanager, suppress
from sqlite3 import Connection
from stat import S_ISREG
from typing import TYPE_CHECKING

from totem_cli.index.schema import SQL, version
from totem_cli.storage.layout import HOME, IGNORE

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATIENCE = 0.25
_HOUR = 3600.0
_1980 = 315_532_800

_PRIVATE = "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA cache_size={};"
_LARGE, _SMALL = -32768, -4096
"""Kibibytes of cache: for what stays in memory, if it can; for a file, which the system keeps at hand anyway."""


class UnsealedError(Exception):
    """The file was written to, or replaced, since it was opened."""


def open_file(path: str) -> Connection | None:
    """A connection to the file at ``path``; None where there is no regular file. Nothing is made, nothing read yet."""
    if not _is_file(path):
        return None
    quoted = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return _connect(f"file://{quoted}?mode=rw", uri=True)


def open_private(path: str = "") -> Connection:
    """A new, empty index that no one else sees: at ``path``, else in memory, with a file that SQLite itself removes."""
    db = _connect(path)
    try:
        db.executescript(_PRIVATE.format(_SMALL if path else _LARGE) + SQL)
        db.execute("INSERT INTO meta VALUES (?, NULL)", (version(),))
    except BaseException:
        db.close()
        raise
    return db


def copy_private(db: Connection, path: str) -> Connection | None:
    """A private copy of the index at ``path``, without what is not committed; None where its seal is broken."""
    _roll_back(db)
    private = _connect("")
    try:
        with reading(db):
            if is_sealed(db, path):
                db.backup(private)
                private.executescript(_PRIVATE.format(_LARGE))
                return private
    except BaseException:
        private.close()
        raise
    private.close()
    return None


def is_sealed(db: Connection, path: str) -> bool:
    """Whether the file holds what this version of totem last wrote to it, and nothing else.

    Call it inside a transaction, which keeps others from writing meanwhile.
    """
    try:
        found = db.execute("SELECT version, seal FROM meta").fetchall()
        seal = os.lstat(path).st_mtime_ns
        return found == [(version(), seal // 10**9)] and seal % 10**9 == 0
    except (OSError, UnicodeDecodeError):  # the second for a version whose bytes were changed
        return False


@contextmanager
def reading(db: Connection) -> Iterator[None]:
    """A transaction that reads."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        _roll_back(db)


@contextmanager
def writing(db: Connection, path: str) -> Iterator[None]:
    """A transaction that changes a sealed file, and seals it again before anyone else can read it.

    Raises :class:`UnsealedError` for one that is not sealed any more, :class:`sqlite3.Error` or :class:`OSError` where
    it cannot be done; then nothing has changed.
    """
    # Only its owner may set a file's mtime (POSIX utimensat), so only its owner can seal it.
    if os.geteuid() not in (0, os.lstat(path).st_uid):
        raise PermissionError(f"{path} belongs to another user")
    db.execute("PRAGMA locking_mode=EXCLUSIVE")
    try:
        db.execute("BEGIN IMMEDIATE")
        if not is_sealed(db, path):
            raise UnsealedError
        yield
        seal = _new_seal(db)
        db.execute("COMMIT")
        os.utime(path, (seal, seal))
    finally:
        _roll_back(db)
        # SQLite keeps the lock until the first read after the mode is back (PRAGMA locking_mode).
        with suppress(sqlite3.Error):
            db.execute("PRAGMA locking_mode=NORMAL")
            db.execute("SELECT 1 FROM meta").fetchall()


def begin_trial(db: Connection, *, private: bool) -> None:
    """Begin a transaction that will be rolled back: not a byte of it reaches the index, whenever the process dies."""
    db.execute("PRAGMA journal_mode=MEMORY")
    if not private:
        db.execute("PRAGMA cache_spill=OFF")
    db.execute("BEGIN IMMEDIATE")


def end_trial(db: Connection, *, private: bool) -> None:
    """Roll back what :func:`begin_trial` began."""
    _roll_back(db)
    db.execute("PRAGMA cache_spill=ON")
    if not private:
        db.execute("PRAGMA journal_mode=DELETE")


def prepare(path: str) -> str:
    """A name beside ``path`` to make its successor under; makes the folder, and removes what killed commands left.

    Raises :class:`OSError` where there can be none.
    """
    folder, name = os.path.split(path)
    with suppress(FileExistsError):
        os.mkdir(folder)
        with open(f"{folder}/.gitignore", "xb") as file:
            file.write(IGNORE)
    if os.path.islink(folder):
        raise OSError(f"{folder} is a symbolic link")
    for other in os.listdir(folder):
        if other.startswith(f"{name}."):
            with suppress(OSError):
                if os.lstat(f"{folder}/{other}").st_mtime < time.time() - _HOUR:
                    os.unlink(f"{folder}/{other}")
    return f"{path}.{os.getpid()}-{os.urandom(4).hex()}"


def install(db: Connection, made: str, path: str) -> None:
    """Seal the index made under the name ``made``, close it, and put it in the place of ``path``."""
    seal = _new_seal(db)
    db.close()
    descriptor = os.open(made, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.utime(made, (seal, seal))
    # A journal left by a killed writer would be taken for the new file's.
    with suppress(FileNotFoundError):
        os.unlink(f"{path}-journal")
    os.replace(made, path)


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error means that the file's content is wrong, rather than locked, full or not permitted."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)


def path_in(root: str) -> str:
    """Where the index of an archive is."""
    return f"{root}/{HOME}/index.sqlite"


def _connect(name: str, *, uri: bool = False) -> Connection:
    return sqlite3.connect(name, timeout=_PATIENCE, isolation_level=None, uri=uri)


def _is_file(path: str) -> bool:
    try:
        return not os.path.islink(os.path.dirname(path)) and S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def _new_seal(db: Connection) -> int:
    """A random moment before 2015, in even seconds: every file system and every archiver can keep it."""
    seal = _1980 + 2 * (int.from_bytes(os.urandom(4)) >> 3)
    db.execute("UPDATE meta SET seal = ?", (seal,))
    return seal


def _roll_back(db: Connection) -> None:
    if db.in_transaction:
        db.execute("ROLLBACK")
