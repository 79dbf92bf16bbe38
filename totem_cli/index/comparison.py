"""Comparison of an index with a new one made from the files, for ``check --deep``."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from totem_cli.index.database import open_private
from totem_cli.index.reading import Files
from totem_cli.index.schema import OWNED
from totem_cli.index.sync import synchronise

if TYPE_CHECKING:
    from sqlite3 import Connection

_COLUMNS = "path, digest, kind, series, slug, name, number, uuid, problem"


def differences(db: Connection, root: str) -> list[str]:
    """Return the paths whose rows in ``db`` differ from those of a new index; an empty path for rows of no file."""
    fresh = open_private()
    try:
        synchronise(fresh, Files(root))
        expected, found = contents(fresh), contents(db)
    finally:
        fresh.close()
    is_intact = db.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
    different = {path for path in {*expected, *found} if expected.get(path) != found.get(path)}
    return sorted(different if is_intact else {*different, ""})


def contents(db: Connection) -> dict[str, bytes]:
    """Return for each path a digest of the rows of its file, without stamps and ids.

    Rows that belong to no file are digested under the empty path.
    """
    paths = dict(db.execute("SELECT id, path FROM file"))
    found = {path: blake2b(digest_size=16) for path in ["", *paths.values()]}
    for row in db.execute(f"SELECT {_COLUMNS} FROM file"):  # noqa: S608
        found[row[0]].update(repr(row).encode())
    for table, width in OWNED.items():
        order = ", ".join(map(str, range(1, width + 1)))
        for owner, *row in db.execute(f"SELECT * FROM {table} ORDER BY {order}"):  # noqa: S608
            found[paths.get(owner, "")].update(repr((table, row)).encode())
    # The words' table stores no columns (FTS5, section 4.4.1): its words are compared with their positions.
    db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.word USING fts5vocab(main, words, instance)")
    for term, owner, column, offset in db.execute("SELECT term, doc, col, offset FROM temp.word"):
        found[paths.get(owner, "")].update(repr((term, column, offset)).encode())
    return {path: state.digest() for path, state in found.items()}
