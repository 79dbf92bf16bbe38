"""Index synchronisation: the one place where the rows of an index are made to agree with the files of an archive."""

from __future__ import annotations

import sqlite3
import time
from itertools import islice
from typing import TYPE_CHECKING

from totem_cli.errors import SystemFailedError, TotemError
from totem_cli.index import database, schema
from totem_cli.storage import layout
from totem_cli.storage.layout import digest_of, is_settled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Connection

    from totem_cli.storage.layout import Stamp

_FEW = 20
"""As many files that were only touched are read again each time, rather than have a reader write their new stamps."""

_BATCH = 64
"""Rows that are inserted at once."""


class Files:
    """The files under ``root``; ``unread`` are those, and the folders, that cannot be read, each with the reason."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.unread: dict[str, TotemError] = {}

    def stamps(self) -> dict[str, Stamp]:
        """The stamp of every file."""
        self.unread = {}
        return layout.scan(self.root, self.unread)

    def read(self, path: str) -> tuple[Stamp | None, bytes, bytes] | None:
        """Stamp, digest and content of one file; None where there is none to read, which is noted.

        No stamp is given while the file is so young that it may change without another one.
        """
        if path in self.unread:
            return None
        now = time.time_ns()
        try:
            found = layout.read(self.root, path)
        except SystemFailedError as error:
            self.unread[path] = error
            return None
        if found is None:
            return None
        stamp, content = found
        return stamp if is_settled(stamp[1:3], now) else None, digest_of(content), content


def synchronise(db: Connection, files: Files) -> None:
    """Make the index agree with the files: a stat of each, and a parse of those whose content changed.

    Raises :class:`sqlite3.Error` where that needs a write that is not possible; then nothing has changed.
    """
    if not schema.is_current(db):
        with database.writing(db):
            if not schema.is_current(db):  # another process may have made it meanwhile
                _make(db, files)
                return
    changed, touched = _compare(db, files)
    if changed or len(touched) > _FEW:
        try:
            with database.writing(db):
                _update(db, files, [*changed, *touched])
        except sqlite3.Error:
            if changed:
                raise


def rebuild(db: Connection, files: Files) -> None:
    """Make the index anew from the files, in one transaction."""
    with database.writing(db):
        _make(db, files)


def _compare(db: Connection, files: Files) -> tuple[list[str], list[str]]:
    """The files whose rows are wrong, and those with right rows but another stamp than the rows have."""
    seen, known = files.stamps(), schema.stamps(db)
    changed, touched = [], []
    for path, stamp in seen.items():
        if known.get(path) != stamp:
            found = files.read(path)
            if (found and found[1]) != (schema.digest(db, path) if path in known else None):
                changed.append(path)
            elif found and found[0]:
                touched.append(path)
    return [*changed, *(path for path in known if path not in seen)], touched


def _make(db: Connection, files: Files) -> None:
    from totem_cli.index.reading import rows_of_files

    schema.make(db)
    found = rows_of_files(files, [*files.stamps()])
    while batch := [*islice(found, _BATCH)]:
        schema.insert(db, batch)


def _update(db: Connection, files: Files, paths: Sequence[str]) -> None:
    """Make the rows of these paths right, from the files as they are now, whatever they were when compared."""
    is_changed = False
    for path in paths:
        found, before = files.read(path), schema.digest(db, path)
        if found and found[1] == before:
            if found[0]:
                schema.restamp(db, path, found[0])
            continue
        is_changed = True
        schema.remove(db, path)
        if found:
            # A command that finds nothing changed needs no parser.
            from totem_cli.index.parse import parse
            from totem_cli.index.rows import rows_of

            schema.insert(db, [(found[0], rows_of(parse(path, found[2], found[1])))])
    if is_changed:
        schema.touch(db)
