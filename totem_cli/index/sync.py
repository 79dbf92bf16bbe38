"""A database that mirrors the files of an archive: kept up to date, made anew when damaged, private when it must be."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from sqlite3 import Connection
from typing import TYPE_CHECKING, Self, TypeVar

from totem_cli.errors import SystemFailedError, TotemError
from totem_cli.index import database, schema
from totem_cli.index.scan import Scan, parsed
from totem_cli.index.schema import UNKNOWN
from totem_cli.storage import layout
from totem_cli.storage.layout import locate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from totem_cli.index.parse import Entry

T = TypeVar("T")

_LARGE = 8 * 1024 * 1024  # bytes of pending contents, above which a private copy takes them
_FEW = 20
_MANY = 64


class Mirror:
    """The files under ``root`` as :meth:`refresh` last found them; the first question refreshes it.

    With ``memory`` nothing is ever written to the disk. Any method may raise :class:`SystemFailedError` when not even a
    private copy can be made. A mirror is for one thread; a forked process may go on asking.
    """

    def __init__(self, root: Path | str, *, memory: bool = False) -> None:
        self._root = os.path.abspath(root)
        self._path = database.path_in(self._root)
        self._memory = memory
        self._process = os.getpid()
        self._db: Connection | None = None
        self._private = False
        self._scan = Scan(self._root)
        self._pending: dict[str, bytes | None] | None = None
        self._held = 0
        self._opened = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; what is pending is forgotten. A later question opens it again."""
        self._drop()
        self._private, self._pending = False, None

    def refresh(self) -> None:
        """Bring it up to date: one stat a file, and parse what changed. While changes are pending it does nothing."""
        if self._pending is None:
            self._adopt()
            self._refresh()

    def attach(self) -> bool:
        """Go on from what was last written down, without a look at the files; False where that cannot be relied on."""
        try:
            return self._known() is not None
        except sqlite3.Error:
            return False

    @property
    def is_shared(self) -> bool:
        """Whether another process that attaches finds the same: nothing is pending, or known only here."""
        return self._db is not None and not self._private and self._pending is None

    @property
    def version(self) -> tuple[int, int]:
        """What is another once somebody else brought the index up to date: answers of one version fit together."""
        (seen,) = self._ask(lambda db: db.execute("PRAGMA data_version").fetchone())
        return self._opened, seen

    def begin(self) -> None:
        """From here until :meth:`rollback`, what is :meth:`put` is seen by every question, and by nobody else."""
        if self._pending is None:
            db = self._connection()
            self._pending, self._held = {}, 0
            try:
                database.begin_trial(db, private=self._private)
            except sqlite3.Error:
                self._retreat()

    def put(self, path: str, content: bytes | None) -> Entry | None:
        """Answer as if the file at ``path`` had this content (None: were removed).

        What it tells comes back; None for a removal, and where totem keeps nothing.
        """
        self.begin()
        if self._pending is None or locate(path) is None:
            return None
        entry = None if content is None else parsed(path, content)
        row = schema.row_of(entry) if entry else None
        self._pending[path] = None if self._private else content
        self._ask(lambda db: schema.replace(db, path, row))
        if content is not None and not self._private:
            self._held += len(content)
            if self._held > _LARGE:
                self._retreat()
        return entry

    def rollback(self) -> None:
        """Forget what is pending."""
        if self._pending is not None:
            self._pending = None
            try:
                database.end_trial(self._connection(), private=self._private)
            except sqlite3.Error:
                self.close()

    @property
    def unread(self) -> dict[str, TotemError]:
        """The files and folders that are there but cannot be read, each with the reason why."""
        if not self._pending:
            return self._scan.unread
        return {path: problem for path, problem in self._scan.unread.items() if path not in self._pending}

    def _ask(self, question: Callable[[Connection], T]) -> T:
        """Put a question; once more to a database made anew when the present one fails."""
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
            self._refresh()
        assert self._db is not None
        return self._db

    def _adopt(self) -> None:
        """In a forked process, take a connection of its own: SQLite's must not be shared (How To Corrupt, 2.6)."""
        if self._process == os.getpid():
            return
        self._process = os.getpid()
        if not self._private:
            self._drop()
            with suppress(sqlite3.Error):
                self._known()
            if self._pending is not None:
                self._retreat()

    def _complete(self) -> None:
        """Have all words there to be searched."""
        if self._ask(schema.is_unsaid) and not self._is_completed():
            self._ask(schema.say)

    def _is_completed(self) -> bool:
        """Whether they could be added to the shared file; from here on a private copy serves where they could not."""
        if self._pending is not None or self._private:
            return False
        with suppress(database.UnsealedError, sqlite3.Error, OSError):
            if self._db is not None and not self._memory:
                with database.writing(self._db, self._path):
                    schema.say(self._db)
                return True
        self._retreat()
        return False

    # Up to date

    def _refresh(self) -> None:
        if self._private:
            try:
                return self._refresh_private()
            except sqlite3.Error as error:
                raise _useless(error) from error
        for _ in range(3):
            try:
                return self._refresh_shared()
            except database.UnsealedError:
                continue
            except OSError:
                break
            except sqlite3.Error as error:
                if not database.is_damage(error):
                    break
                self._discard()
        return self._retreat()

    def _refresh_shared(self) -> None:
        known = self._known()
        if known is None and not self._memory:
            self._make()
            known = self._known()
        if known is None or self._db is None:
            raise OSError("the index cannot be kept")
        changed, aged = self._compare(self._db, known)
        if changed or len(aged) > _FEW:
            try:
                if self._memory:
                    raise OSError("nothing is to be written")
                with database.writing(self._db, self._path):
                    self._update(self._db, [*changed, *aged])
                    schema.say_few(self._db, _FEW)
            except (sqlite3.Error, OSError):
                if changed:
                    raise

    def _refresh_private(self) -> None:
        assert self._db is not None
        changed, aged = self._compare(self._db, schema.stamps(self._db))
        self._db.execute("BEGIN")
        self._update(self._db, [*changed, *aged])
        self._db.execute("COMMIT")

    def _known(self) -> dict[str, bytes] | None:
        """The stamps in the file that is in place; None, and no connection, where it cannot be relied on."""
        for _ in range(2):
            fresh = self._db is None
            self._db = self._db or database.open_file(self._path)
            if self._db is None:
                return None
            try:
                with database.reading(self._db):
                    if database.is_sealed(self._db, self._path):
                        return schema.stamps(self._db)
            except sqlite3.Error as error:
                if not database.is_damage(error):
                    raise
            self._drop()
            if fresh:
                break
        return None

    def _make(self) -> None:
        """A new index, put in place."""
        made = database.prepare(self._path)
        db = database.open_private(made)
        try:
            changed, _ = self._compare(db, {})
            db.execute("BEGIN")
            self._update(db, self._fill(db, changed))
            schema.pack(db, changed)
            db.execute("COMMIT")
            database.install(db, made, self._path)
        except BaseException:
            db.close()
            with suppress(OSError):
                os.unlink(made)
            raise

    def _compare(self, db: Connection, known: dict[str, bytes]) -> tuple[list[str], list[str]]:
        """The files whose rows are wrong; those whose rows are right, and may be relied on by stamp from now on."""
        seen = self._scan.stamps()
        differ = [folder for folder in {**seen, **known} if seen.get(folder) != known.get(folder)]
        now, before = ([*layout.rows(differ, stamps)] for stamps in (seen, known))
        if not before:
            return [path for path, *_ in now], []
        changed, aged = [], []
        other = set(now).difference(before)
        rest = {path for path, *_ in set(before).difference(now)}
        for path, *_ in filter(other.__contains__, now):
            found = self._scan.read(path)
            if (found and found.digest) != (schema.digest(db, path) if path in rest else None):
                changed.append(path)
            elif found and found.stamp != UNKNOWN:
                aged.append(path)
            rest.discard(path)
        return [*changed, *sorted(rest)], aged

    def _fill(self, db: Connection, paths: Sequence[str]) -> list[str]:
        """Add the rows of files, none of which has one, over all processors; the paths of those left over come back."""
        rest, rows = [], []
        for path, found in self._scan.rows(paths):
            if found is None:
                rest.append(path)
            else:
                rows.append(found)
            if len(rows) == _MANY:
                schema.insert(db, rows)
                rows.clear()
        schema.insert(db, rows)
        return rest

    def _update(self, db: Connection, paths: Sequence[str]) -> None:
        """Make the rows of these paths right, from the files as they are now, whatever they were when compared."""
        for path in paths:
            found = self._scan.read(path)
            before = schema.digest(db, path)
            if found is None:
                schema.remove(db, path)
            elif found.digest == before:
                schema.restamp(db, path, found.stamp)
            else:
                schema.replace(db, path, schema.row_of(parsed(path, found.content, found.digest)), found.stamp)
        schema.pack(db, paths)

    # Falling back

    def _recover(self, error: sqlite3.Error) -> None:
        """Make it right after a question failed."""
        if self._private:
            raise error
        if not database.is_damage(error):
            self._retreat()
            return
        self._discard()
        self._refresh()
        self._replay()

    def _retreat(self) -> None:
        """Go on with a private copy: the file cannot be written, or not even be read, or too much is pending.

        What is pending in the file itself stays in memory, since not a byte may reach the disk; a copy grows on disk.
        """
        copy = None
        if self._db is not None:
            with suppress(sqlite3.Error, OSError):
                copy = database.copy_private(self._db, self._path)
        self._drop()
        self._private = True
        try:
            self._db = copy or database.open_private()
            self._refresh_private()
        except sqlite3.Error as error:
            self._drop()
            self._private = False
            if copy is None or not database.is_damage(error):
                raise _useless(error) from error
            self._discard()
            self._refresh()
        self._replay()

    def _discard(self) -> None:
        """Remove the file, which is damaged."""
        self._drop()
        if not self._memory:
            with suppress(OSError):
                os.unlink(self._path)

    def _replay(self) -> None:
        """Make what is pending so again."""
        if self._pending is None or self._db is None:
            return
        try:
            database.begin_trial(self._db, private=self._private)
        except sqlite3.Error:
            self._retreat()
            return
        for path, content in self._pending.items():
            schema.replace(self._db, path, None if content is None else schema.row_of(parsed(path, content)))
        if self._private:
            self._pending = dict.fromkeys(self._pending)  # a private copy is never made anew: names are enough

    def _drop(self) -> None:
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._db.close()
            self._opened += 1
        self._db = None


def _useless(error: sqlite3.Error) -> SystemFailedError:
    return SystemFailedError(f"cannot use the index: {error}", hint="remove .totem/index.sqlite; it will be made again")
