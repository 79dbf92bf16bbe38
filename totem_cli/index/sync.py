"""Synchronisation of the index with the files of an archive."""

from __future__ import annotations

import sqlite3
from itertools import islice
from typing import TYPE_CHECKING

from totem_cli.index import database, schema
from totem_cli.index.reading import Files, rows_of_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Connection

_FEW = 20
"""Up to so many touched files are read again each time, so that a reader need not write their new stamps."""

_BATCH = 64
"""Files that are inserted at once."""


def synchronise(db: Connection, files: Files) -> None:
    """Bring the index up to date: stat every file, and parse those whose content changed.

    Raises :class:`sqlite3.Error`, with nothing changed, where a necessary write is not possible.
    """
    if not schema.is_current(db):
        with database.writing(db):
            if not schema.is_current(db):  # unless another process has made it meanwhile
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
    """Make a new index from the files, in one transaction."""
    with database.writing(db):
        _make(db, files)


def _compare(db: Connection, files: Files) -> tuple[list[str], list[str]]:
    """Return the files whose rows are wrong, and those whose rows are right but have another stamp."""
    current, indexed = files.stamps(), schema.stamps(db)
    changed, touched = [], []
    for path, stamp in current.items():
        if indexed.get(path) != stamp:
            found = files.read(path)
            if (found and found[1]) != (schema.digest(db, path) if path in indexed else None):
                changed.append(path)
            elif found and found[0]:
                touched.append(path)
    return [*changed, *(path for path in indexed if path not in current)], touched


def _make(db: Connection, files: Files) -> None:
    schema.make(db)
    found = rows_of_files(files, [*files.stamps()])
    while batch := [*islice(found, _BATCH)]:
        schema.insert(db, batch)


def _update(db: Connection, files: Files, paths: Sequence[str]) -> None:
    """Update the rows of these paths from the files as they are now, which may have changed since the comparison."""
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
            from totem_cli.index.parse import parsed_rows  # not loaded where nothing changed

            schema.insert(db, [(found[0], parsed_rows(path, found[2], found[1]))])
    if is_changed:
        schema.touch(db)
