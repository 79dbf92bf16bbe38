"""The connection to an index: to the shared file where possible, else to a private copy; replaced where damaged."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager, suppress
from sqlite3 import Connection
from typing import TYPE_CHECKING, NoReturn, Self, TypeVar

from totem_cli.errors import SystemFailedError, TotemError
from totem_cli.index import database, schema
from totem_cli.index.reading import Files
from totem_cli.index.sync import rebuild, synchronise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from totem_cli.index.parse import ParsedFile

T = TypeVar("T")

_abandoned: list[Connection] = []
"""Connections of a parent process. Closing them here could disturb its transactions (How To Corrupt, 2.6)."""


class IndexConnection:
    """The index of the archive at ``root``, in the state of the last :meth:`refresh`; the first query refreshes it.

    The shared file is used where possible. Where it cannot be written, or not in time, and with ``memory``, a private
    copy is used instead, and nothing is written to the disk. Methods raise :class:`SystemFailedError` where even that
    is impossible. An object is for one thread: in another one, :class:`sqlite3.ProgrammingError` is raised. A forked
    process may go on using its copy of the object.
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
        """Return the index in a file that :meth:`snapshot` wrote, for reading; no file of the archive is accessed.

        Files that could not be read when the snapshot was written are not among its problems.
        """
        index = cls(root, memory=True)
        index._path, index._is_snapshot = os.path.abspath(path), True
        return index

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; uncommitted changes are lost. A later query opens it again."""
        self._drop()
        self._is_private, self._pending = False, None

    def __del__(self) -> None:
        """Close the connection of an object that nobody closed; Python warns of a connection that nobody does."""
        db: Connection | None = getattr(self, "_db", None)
        if db is not None and self._process != os.getpid():
            _abandoned.append(db)
        elif db is not None:
            with suppress(sqlite3.ProgrammingError):  # in another thread, SQLite closes it itself, with the warning
                self._drop()

    def refresh(self) -> None:
        """Bring the index up to date with the files. In a transaction, in :meth:`reading`, of a snapshot: nothing."""
        self._leave_parent()
        if self._pending is not None or (self._is_reading and self._db is not None):
            return
        if self._is_snapshot:
            self._db = self._db or database.open_snapshot(self._path)
        elif self._is_private:
            self._synchronise_private()
        elif self._memory:
            self._open_existing()
            self._use_private(self._db)
        else:
            self._refresh_shared()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Answer every query inside the block from one state of the index.

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
    def state(self) -> bytes:
        """A token of the content, which differs after each change by any process."""
        token: bytes = self._ask(lambda db: db.execute("SELECT token FROM state").fetchone()[0])
        return token

    def snapshot(self, path: Path | str) -> None:
        """Write the current index to a new file, for :meth:`open_snapshot`."""
        self._ask(lambda db: database.open_private(db, os.fspath(path)).close())

    def differences(self) -> list[str]:
        """Return the files whose rows differ from those of a new index; an empty path stands for the index itself.

        Every file is read and parsed.
        """
        from totem_cli.index.comparison import differences

        found: list[str] = []
        for _ in range(2):  # a file that was edited in between is not a difference
            self.refresh()
            found = self._ask(lambda db: differences(db, self._root))
            if not found:
                break
        return found

    def rebuild(self) -> None:
        """Make a new index from the files."""
        self._ask(lambda db: rebuild(db, self._files))

    # Changes

    def begin(self, read: Callable[[str], bytes | None]) -> None:
        """Begin a transaction: its changes are visible to queries here, and to other processes after :meth:`commit`.

        ``read`` returns the content of a file that was put, and None for one that was removed: where the database
        fails, the changes are repeated in another one.
        """
        db = self._connection()
        self._read, self._pending = read, set()
        try:
            database.begin_change(db)
        except sqlite3.Error as error:
            self._recover(error)

    def put(self, parsed: ParsedFile) -> None:
        """Replace the rows of a file, which must be on the disk in this form before :meth:`commit`."""
        from totem_cli.index.parse import rows_of

        rows = rows_of(parsed)
        self._change(parsed.path, lambda db: schema.replace(db, rows))

    def remove(self, path: str) -> None:
        """Remove the rows of a file, which must be removed from the disk before :meth:`commit`."""
        self._change(path, lambda db: schema.remove(db, path))

    def commit(self) -> None:
        """Commit the changes, once they are on the disk. If that fails, the next :meth:`refresh` reads the files."""
        assert self._pending is not None, "commit outside a transaction"
        self._pending = None
        try:
            if self._db is not None and self._db.in_transaction:
                self._db.execute("COMMIT")
        except sqlite3.Error:
            self.close()

    @property
    def unread(self) -> dict[str, TotemError]:
        """The files and folders that cannot be read, each with the reason."""
        if not self._pending:
            return self._files.unread
        return {path: problem for path, problem in self._files.unread.items() if path not in self._pending}

    def _change(self, path: str, change: Callable[[Connection], object]) -> None:
        assert self._pending is not None, "a change outside a transaction"

        def change_and_touch(db: Connection) -> None:
            change(db)
            schema.touch(db)

        self._ask(change_and_touch)
        self._pending.add(path)

    # Queries

    def _ask(self, query: Callable[[Connection], T]) -> T:
        """Run a query; where the database fails, run it again on its replacement."""
        try:
            return query(self._connection())
        except sqlite3.Error as error:
            failure = error
        try:
            self._recover(failure)
            return query(self._connection())
        except sqlite3.Error as error:
            _raise_unusable(error)

    def _connection(self) -> Connection:
        self._leave_parent()
        if self._db is None:
            self.refresh()
        assert self._db is not None
        return self._db

    def _leave_parent(self) -> None:
        """In a forked process, replace an inherited connection to a file by one of its own."""
        if self._process == os.getpid():
            return
        self._process = os.getpid()
        if self._db is not None and not self._is_private:
            _abandoned.append(self._db)
            self._db = None
            if self._pending is not None:
                self._use_private(None)
            elif not self._is_snapshot:
                self._open_existing()

    # Which database

    def _open_existing(self) -> None:
        """Open the shared index where there is one of this version, without comparing it with the files."""
        with suppress(sqlite3.Error, OSError):
            self._db = database.open_shared(self._path, create=False)
            if schema.is_current(self._db):
                return
        self._drop()

    def _refresh_shared(self) -> None:
        for _ in range(2):
            try:
                self._db = self._db or database.open_shared(self._path)
                return synchronise(self._db, self._files)
            except sqlite3.Error as error:
                if not database.is_damage(error):
                    return self._use_private(self._db)
                self._discard()
            except OSError:
                break
        return self._use_private(None)

    def _recover(self, error: sqlite3.Error) -> None:
        """After a failed query, replace the shared file where it is damaged, else go on with a private index."""
        if self._is_private or self._is_snapshot:
            raise error
        if not database.is_damage(error):
            self._use_private(self._db)
        elif self._pending is None:
            self._discard()
            self.refresh()
        else:
            self._use_private(None)

    def _use_private(self, shared: Connection | None) -> None:
        """Go on with a private index: a copy of ``shared`` where that is readable, plus the pending changes."""
        private = None
        with suppress(sqlite3.Error):
            if shared:
                if shared.in_transaction:
                    shared.execute("ROLLBACK")
                if schema.is_current(shared):
                    private = database.open_private(shared)
        self._drop()
        self._db, self._is_private = private or database.open_private(), True
        self._synchronise_private()

    def _synchronise_private(self) -> None:
        assert self._db is not None
        try:
            synchronise(self._db, self._files)
            if self._pending is not None:
                self._db.execute("BEGIN IMMEDIATE")
                for path in self._pending:
                    self._repeat(self._db, path)
        except sqlite3.Error as error:
            _raise_unusable(error)

    def _repeat(self, db: Connection, path: str) -> None:
        """Make a pending change once more."""
        from totem_cli.index.parse import parsed_rows

        content = self._read(path)
        if content is None:
            schema.remove(db, path)
        else:
            schema.replace(db, parsed_rows(path, content))
        schema.touch(db)

    def _discard(self) -> None:
        self._drop()
        database.discard(self._path)

    def _drop(self) -> None:
        if self._db is not None:
            try:
                self._db.close()
            except sqlite3.ProgrammingError:  # another thread's: it would stay open
                raise
            except sqlite3.Error:
                pass
        self._db = None


def _begin_reading(db: Connection) -> None:
    """Begin a transaction and take its lock, which SQLite does at the first question only."""
    db.execute("BEGIN")
    db.execute("SELECT token FROM state").fetchone()


def _raise_unusable(error: sqlite3.Error) -> NoReturn:
    if isinstance(error, sqlite3.ProgrammingError):  # a mistake of the caller, such as another thread's use
        raise error
    raise SystemFailedError(
        f"cannot use the index: {error}", hint="remove .totem/index.sqlite; it will be made again"
    ) from error
