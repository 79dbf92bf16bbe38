"""The tables of the index, and how their rows are inserted, removed and read."""

from __future__ import annotations

import os
from functools import cache
from sqlite3 import Connection, DatabaseError
from typing import TYPE_CHECKING, Any, TypeVar
from unicodedata import unidata_version
from zlib import crc32

import msgspec

from totem_cli.errors import InvalidError, Location, TotemError
from totem_cli.model import parts, settings
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.episode_row import AppearanceRow, EpisodeRow, PartnerRow
from totem_cli.model.person import Person
from totem_cli.model.series import Series
from totem_cli.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from totem_cli.index.parse import FileRows
    from totem_cli.storage.layout import Stamp

V = TypeVar("V", bound=msgspec.Struct)

STRUCTS: tuple[type[msgspec.Struct], ...] = (
    *(parts.Part, parts.Appearance, parts.Partner, parts.Question, parts.Link, parts.Media),
    *(settings.Share, settings.Comments, settings.Typography, settings.Html, settings.Feeds, settings.Podcast),
    *(settings.Export, settings.Import, settings.DeployTarget, settings.WordPressSite, settings.Settings),
    *(Series, Episode, Person, Comment),
    *(EpisodeRow, AppearanceRow, PartnerRow),
)
"""Every type whose values are stored in the index."""

# Values and bodies are in tables of their own, so that each query reads few pages. ``name`` is for shell completion.
# ``words`` stores no copy of its text (FTS5, section 4.4.1), which halves the file; a removal folds the text again.
# A large hash table reduces the time to make an index by a third.
SQL = """
CREATE TABLE state (token BLOB NOT NULL);
CREATE TABLE file (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  size INTEGER, mtime INTEGER, ctime INTEGER, inode INTEGER, device INTEGER,
  digest BLOB NOT NULL,
  kind TEXT NOT NULL, series TEXT, slug TEXT,
  name TEXT, number INTEGER, uuid TEXT,
  problem TEXT
);
CREATE INDEX file_slug ON file (slug, series, kind, path);
CREATE INDEX file_number ON file (series, number) WHERE kind = 'episode';
CREATE INDEX file_comment ON file (uuid, path) WHERE kind = 'comment';
CREATE INDEX file_problem ON file (path) WHERE problem NOTNULL;
CREATE INDEX file_accented ON file (path) WHERE length(path) != length(CAST(path AS BLOB));
CREATE TABLE value (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE body (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE episode (id INTEGER PRIMARY KEY, full BLOB NOT NULL, line TEXT NOT NULL, outline BLOB NOT NULL);
CREATE TABLE name (
  id INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (id, kind, name)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (title, people, subjects, recap, content = '', tokenize = "ascii");
INSERT INTO words (words, rank) VALUES ('hashsize', 16777216);
"""

OWNED = {"value": 2, "body": 2, "episode": 4, "name": 3}
"""Each table whose rows belong to a file, by the id in its first column, and its number of columns."""

_ADD_FILE = f"INSERT INTO file VALUES ({', '.join('?' * 15)})"  # noqa: S608
_ADD = {table: f"INSERT INTO {table} VALUES ({', '.join('?' * width)})" for table, width in OWNED.items()}  # noqa: S608
_ADD["words"] = "INSERT INTO words (rowid, title, people, subjects, recap) VALUES (?, ?, ?, ?, ?)"
_REMOVE_WORDS = "INSERT INTO words (words, rowid, title, people, subjects, recap) VALUES ('delete', ?, ?, ?, ?, ?)"
_BITS = 63


@cache
def version() -> int:
    """Return the ``user_version`` of a usable index: a hash of the tables, the types, totem's and Unicode's version."""
    shapes: list[object] = [SQL, __version__, unidata_version]
    for struct in STRUCTS:
        for cls in struct.__mro__[:-1]:
            shapes += cls.__name__, sorted(getattr(cls, "__annotations__", {}).items())
        shapes.append(struct.__struct_defaults__)
    return crc32(repr(shapes).encode()) >> 1 or 1


def make(db: Connection) -> None:
    """Create the tables in an open transaction, replacing all existing ones."""
    # Virtual tables first: dropping one drops the tables that it consists of.
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    while found := db.execute(f"{tables} ORDER BY sql NOT LIKE 'CREATE VIRTUAL%'").fetchone():
        db.execute('DROP TABLE "{}"'.format(found[0].replace('"', '""')))
    for statement in SQL.split(";\n"):
        db.execute(statement)
    db.execute("INSERT INTO state VALUES (?)", (os.urandom(8),))
    db.execute(f"PRAGMA user_version = {version()}")


def is_current(db: Connection) -> bool:
    """Return whether the tables are those of this version of totem."""
    return bool(db.execute("PRAGMA user_version").fetchone()[0] == version())


def touch(db: Connection) -> None:
    """Change the token of the state."""
    db.execute("UPDATE state SET token = ?", (os.urandom(8),))


def insert(db: Connection, files: Iterable[tuple[Stamp | None, FileRows]]) -> None:
    """Insert files whose paths have no rows. A file without a stamp is read again at the next synchronisation."""
    (last,) = db.execute("SELECT ifnull(max(id), 0) FROM file").fetchone()
    added: list[tuple[Any, ...]] = []
    tables: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _ADD}
    for number, (stamp, (path, *rest, owned)) in enumerate(files, last + 1):
        added.append((number, path, *_stored(stamp), *rest))
        for table, rows in owned.items():
            for row in rows:
                tables[table].append((number, *row))
    db.executemany(_ADD_FILE, added)
    for table, rows in tables.items():
        db.executemany(_ADD[table], rows)


def replace(db: Connection, rows: FileRows, stamp: Stamp | None = None) -> None:
    """Replace the rows of a file's path."""
    remove(db, rows.path)
    insert(db, [(stamp, rows)])


def remove(db: Connection, path: str) -> None:
    """Remove the rows of a path, if there are any."""
    found = db.execute("SELECT id, kind FROM file WHERE path = ?", (path,)).fetchone()
    if not found:
        return
    number, kind = found
    if kind == "episode":
        from totem_cli.index.parse import search_columns

        query = "SELECT v.data, b.text FROM value v JOIN body b ON b.id = v.id WHERE v.id = ?"
        for data, text in db.execute(query, (number,)).fetchall():
            db.execute(_REMOVE_WORDS, (number, *search_columns(decoder(Episode)(data), text)))
    for table in OWNED:
        db.execute(f"DELETE FROM {table} WHERE id = ?", (number,))  # noqa: S608
    db.execute("DELETE FROM file WHERE id = ?", (number,))


def restamp(db: Connection, path: str, stamp: Stamp) -> None:
    """Update the stamp of a file whose content is unchanged."""
    db.execute(
        "UPDATE file SET size = ?, mtime = ?, ctime = ?, inode = ?, device = ? WHERE path = ?", (*_stored(stamp), path)
    )


def stamps(db: Connection) -> dict[str, Stamp]:
    """Return the stamp of every file when it was read."""
    rows = db.execute("SELECT path, size, mtime, ctime, inode, device FROM file").fetchall()
    return {row[0]: row[1:] for row in rows}


def digest(db: Connection, path: str) -> bytes | None:
    """Return the digest of the content that a path's rows were made from; None where there are none."""
    found = db.execute("SELECT digest FROM file WHERE path = ?", (path,)).fetchone()
    return found and bytes(found[0])


@cache
def decoder(cls: type[V]) -> Callable[[bytes], V]:
    """Return the decoder for values of one type; it raises :class:`sqlite3.DatabaseError` for invalid ones."""
    decode: Callable[[bytes], V] = msgspec.msgpack.Decoder(cls).decode

    def checked(data: bytes) -> V:
        try:
            return decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError, TypeError) as error:
            raise DatabaseError(str(error)) from None

    return checked


def problem_of(stored: str) -> TotemError:
    """Decode the error in a row of ``file``."""
    try:
        message, hint, field, location = msgspec.json.decode(stored)
    except ValueError as error:
        raise DatabaseError(str(error)) from None
    return InvalidError(message, hint=hint, field=field, location=Location(*location) if location else None)


def _stored(stamp: Stamp | None) -> Sequence[int | None]:
    """Return the columns of a stamp: NULL where there is none or a number is too large, so that it is never equal."""
    if stamp is None:
        return (None,) * 5
    return [number if number.bit_length() <= _BITS else None for number in stamp]
