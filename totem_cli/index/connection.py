"""The connection to an index: shared where that is possible, private where it must be, made anew where damaged."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager, suppress
from sqlite3 import Connection
from typing import TYPE_CHECKING, Self, TypeVar

from totem_cli.errors import SystemFailedError, TotemError
from totem_cli.index import database, schema
from totem_cli.index.sync import Files, rebuild, synchronise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from totem_cli.index.parse import ParsedFile

T = TypeVar("T")

_abandoned: list[Connection] = []
"""Connections of a parent process. Closing them here could disturb its transactions (How To Corrupt, 2.6)."""


class IndexConnection:
    """The index of the archive at ``root``, as :meth:`refresh` last made it; the first question refreshes it.

    The shared file is used where it can be. Where it cannot be written, or not in time, and with ``memory``, a private
    copy takes its place, and nothing is written to the disk. Methods raise :class:`SystemFailedError` where not even
    that is possible. An object is for one thread; a forked process may go on asking.
    """

    def __init__(self, root: Path | str, *, memory: bool = False) -> None:
        self._root = os.path.abspath(root)
        self._path = database.path_in(self._root)
        self._memory = memory
        self._files = Files(self._root)
        self._db: Connection | None = None
        self._process = os.getpid()
        self._is_private = False
        self._is_snapshot = False
        self._pending: set[str] | None = None
        self._is_reading = False
        self._read: Callable[[str], bytes | None] = lambda _: None

    @classmethod
    def open_snapshot(cls, path: Path | str, root: Path | str) -> Self:
        """The index in a file that :meth:`snapshot` wrote, for reading; no file of the archive is looked at.

        What could not be read when it was written is not among its problems.
        """
        index = cls(root, memory=True)
        index._path, index._is_snapshot = os.path.abspath(path), True
        return index

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close it; what is not committed is forgotten. A later question opens it again."""
        self._drop()
        self._is_private, self._pending = False, None

    def refresh(self) -> None:
        """Bring the index up to date with the files. In a transaction, in :meth:`reading`, of a snapshot: nothing."""
        self._adopt()
        if self._pending is not None or (self._is_reading and self._db is not None):
            return
        if self._is_snapshot:
            self._db = self._db or database.open_snapshot(self._path)
        elif not self._is_private and not self._memory:
            self._refresh_shared()
        else:
            self._refresh_private()

    def attach(self) -> bool:
        """Go on from what the index last said, without a look at the files; False where there is none to rely on."""
        with suppress(sqlite3.Error, OSError):
            self._db = self._db or database.open_shared(self._path, create=False)
            if schema.is_current(self._db):
                return True
        self._drop()
        return False

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Every question inside the block is answered from one state of the index.

        A command that changes the archive meanwhile leaves its rows to the next synchronisation.
        """
        if self._pending is not None or self._is_snapshot or self._is_reading:
            yield
            return
        self._ask(_begin_reading)
        self._is_reading = True
        try:
            yield
        finally:
            self._is_reading = False
            with suppress(sqlite3.Error):
                if self._db is not None and self._db.in_transaction:
                    self._db.execute("COMMIT")

    @property
    def is_shared(self) -> bool:
        """Whether another process that attaches finds the same: nothing is pending, or known only here."""
        return self._db is not None and not self._is_private and self._pending is None

    @property
    def state(self) -> bytes:
        """A token of the content: another one after each change of it, by whichever process."""
        token: bytes = self._ask(lambda db: db.execute("SELECT token FROM state").fetchone()[0])
        return token

    def snapshot(self, path: Path | str) -> None:
        """Write the index as it is now to a new file, for :meth:`open_snapshot`."""
        self._ask(lambda db: database.write_snapshot(db, os.fspath(path)))

    def differences(self) -> list[str]:
        """The files of which the index says something else than one made anew from them; an empty path for itself.

        Every file is read and parsed.
        """
        from totem_cli.index.comparison import differences

        found: list[str] = []
        for _ in range(2):  # a file that was edited in between is no difference
            self.refresh()
            found = self._ask(lambda db: differences(db, self._root))
            if not found:
                break
        return found

    def rebuild(self) -> None:
        """Make the index anew from the files."""
        self._ask(lambda db: rebuild(db, self._files))

    # Changes

    def begin(self, read: Callable[[str], bytes | None]) -> None:
        """Begin a transaction: its changes are seen by every question here, by other processes after :meth:`commit`.

        ``read`` gives the content of a file that was put, and None for one that was removed: where the database fails,
        another one is made with the same changes.
        """
        db = self._connection()
        self._read, self._pending = read, set()
        try:
            database.begin_change(db)
        except sqlite3.Error as error:
            self._recover(error)

    def put(self, parsed: ParsedFile) -> None:
        """Replace the rows of a file, which will be on the disk so before :meth:`commit`."""
        from totem_cli.index.rows import rows_of

        rows = rows_of(parsed)
        self._change(parsed.path, lambda db: schema.replace(db, rows))

    def remove(self, path: str) -> None:
        """Remove the rows of a file, which will be gone from the disk before :meth:`commit`."""
        self._change(path, lambda db: schema.remove(db, path))

    def commit(self) -> None:
        """Commit the changes, once they are on the disk. Where that fails, the next :meth:`refresh` reads the files."""
        assert self._pending is not None, "commit outside a transaction"
        self._pending = None
        try:
            if self._db is not None:
                self._db.execute("COMMIT")
        except sqlite3.Error:
            self.close()

    def rollback(self) -> None:
        """Forget the changes."""
        self._pending = None
        try:
            if self._db is not None and self._db.in_transaction:
                self._db.execute("ROLLBACK")
        except sqlite3.Error:
            self.close()

    @property
    def unread(self) -> dict[str, TotemError]:
        """The files and folders that are there but cannot be read, each with the reason why."""
        if not self._pending:
            return self._files.unread
        return {path: problem for path, problem in self._files.unread.items() if path not in self._pending}

    def _change(self, path: str, change: Callable[[Connection], object]) -> None:
        assert self._pending is not None, "a change outside a transaction"

        def changed(db: Connection) -> None:
            change(db)
            schema.touch(db)

        self._ask(changed)
        self._pending.add(path)

    # Questions

    def _ask(self, question: Callable[[Connection], T]) -> T:
        """Ask the database; where it fails, once more after another one has been made."""
        try:
            return question(self._connection())
        except sqlite3.Error as error:
            failure = error
        try:
            self._recover(failure)
            return question(self._connection())
        except sqlite3.Error as error:
            raise _useless(error) from error

    def _connection(self) -> Connection:
        self._adopt()
        if self._db is None:
            self.refresh()
        assert self._db is not None
        return self._db

    def _adopt(self) -> None:
        """In a forked process, use a connection of its own to the shared file, as it is; a private copy is its own."""
        if self._process == os.getpid():
            return
        self._process = os.getpid()
        if self._db is not None and not self._is_private:
            _abandoned.append(self._db)
            self._db = None
            if self._pending is not None:
                self._retreat(None)
            elif not self._is_snapshot:
                self.attach()

    # Which database

    def _refresh_shared(self) -> None:
        for _ in range(2):
            try:
                self._db = self._db or database.open_shared(self._path)
                return synchronise(self._db, self._files)
            except sqlite3.Error as error:
                if not database.is_damage(error):
                    return self._retreat(self._db)
                self._discard()
            except OSError:
                break
        return self._retreat(None)

    def _refresh_private(self) -> None:
        try:
            if self._db is None:
                shared = self._shared_to_copy()
                self._db, self._is_private = _private(shared), True
                if shared:
                    shared.close()
            synchronise(self._db, self._files)
        except sqlite3.Error as error:
            raise _useless(error) from error

    def _shared_to_copy(self) -> Connection | None:
        with suppress(sqlite3.Error, OSError):
            return database.open_shared(self._path, create=False)
        return None

    def _recover(self, error: sqlite3.Error) -> None:
        """After a question failed: the shared file made anew where it is damaged, else a private copy."""
        if self._is_private or self._is_snapshot:
            raise error
        if not database.is_damage(error):
            self._retreat(self._db)
            return
        if self._pending is None:
            self._discard()
            self.refresh()
        else:
            self._retreat(None)

    def _retreat(self, shared: Connection | None) -> None:
        """Go on with a private index, made from ``shared`` or from the files, and from what is pending."""
        with suppress(sqlite3.Error):
            if shared and shared.in_transaction:
                shared.execute("ROLLBACK")
        private = _private(shared)
        self._drop()
        self._db, self._is_private = private, True
        try:
            synchronise(private, self._files)
            if self._pending is not None:
                private.execute("BEGIN IMMEDIATE")
                for path in self._pending:
                    self._put_again(private, path)
        except sqlite3.Error as error:
            raise _useless(error) from error

    def _put_again(self, db: Connection, path: str) -> None:
        from totem_cli.index.parse import parse
        from totem_cli.index.rows import rows_of

        content = self._read(path)
        if content is None:
            schema.remove(db, path)
        else:
            schema.replace(db, rows_of(parse(path, content)))
        schema.touch(db)

    def _discard(self) -> None:
        self._drop()
        database.discard(self._path)

    def _drop(self) -> None:
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._db.close()
        self._db = None


def _begin_reading(db: Connection) -> None:
    """Begin a transaction and take its lock, which SQLite does at the first question only."""
    db.execute("BEGIN")
    db.execute("SELECT token FROM state").fetchone()


def _private(shared: Connection | None) -> Connection:
    """A private index: a copy of the shared one where it can be read, else empty."""
    if shared:
        with suppress(sqlite3.Error):
            if schema.is_current(shared):
                return database.copy(shared)
    return database.open_private()


def _useless(error: sqlite3.Error) -> SystemFailedError:
    return SystemFailedError(f"cannot use the index: {error}", hint="remove .totem/index.sqlite; it will be made again")
