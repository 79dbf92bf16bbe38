"""The tables of the index, with how an entry lies in them."""

from __future__ import annotations

import re
from functools import cache
from sqlite3 import Connection, DatabaseError
from sys import byteorder
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from unicodedata import unidata_version
from zlib import crc32

import msgspec

from totem_cli.errors import InvalidError, Location, TotemError
from totem_cli.index.search import columns
from totem_cli.model import parts, settings
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.listed import listed
from totem_cli.model.person import Person
from totem_cli.model.read import number_in
from totem_cli.model.series import Series
from totem_cli.storage.layout import packed
from totem_cli.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from totem_cli.index.parse import Entry

Stamp = tuple[int | None, int | None, int | None]
"""Size, mtime_ns and ctime_ns: what tells that a file has not been written to."""

UNKNOWN: Stamp = (None, None, None)

V = TypeVar("V", bound=msgspec.Struct)

_NEVER = -1
"""What no file has for a size."""

_Part = tuple[int, int, bytes]

STRUCTS: tuple[type[msgspec.Struct], ...] = (
    *(parts.Part, parts.Appearance, parts.Partner, parts.Question, parts.Link, parts.Media),
    *(settings.Share, settings.Comments, settings.Typography, settings.Html, settings.Feeds, settings.Export),
    *(settings.Settings, Series, Episode, Person, Comment),
)
"""Every type whose values the index holds."""

# What a list prints is apart from values, a sixth of their size; bodies are apart from both, and all of these from what
# finding a file needs, so that each question reads few pages. So do stamps, a row a folder.
# The words hold no copy of their text (FTS5, section 4.4.1), which halves the file: what is removed is folded again.
# They take longer than all else, and only searches need them: what is ``unsaid`` is added when one is made.
# A large hash makes a new index in two thirds of the time.
SQL = """
PRAGMA page_size = 8192;
CREATE TABLE meta (version TEXT NOT NULL, seal INTEGER);
CREATE TABLE file (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  size INTEGER, mtime INTEGER, ctime INTEGER,
  digest BLOB NOT NULL,
  kind TEXT NOT NULL, series TEXT, slug TEXT,
  name TEXT, number INTEGER, uuid TEXT,
  problem BLOB
);
CREATE TABLE stamps (folder TEXT NOT NULL PRIMARY KEY, crc INTEGER NOT NULL, data BLOB NOT NULL);
CREATE INDEX file_slug ON file (slug, series, kind, path);
CREATE INDEX file_number ON file (series, number) WHERE kind = 'episode';
CREATE INDEX file_comment ON file (uuid, path) WHERE kind = 'comment';
CREATE INDEX file_problem ON file (path, problem) WHERE problem NOTNULL;
CREATE INDEX file_accented ON file (path) WHERE length(path) != length(CAST(path AS BLOB));
CREATE TABLE line (
  id INTEGER PRIMARY KEY, series TEXT NOT NULL, number INTEGER, crc INTEGER NOT NULL, data BLOB NOT NULL
);
CREATE TABLE value (id INTEGER PRIMARY KEY, crc INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE body (id INTEGER PRIMARY KEY, crc INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE unsaid (id INTEGER PRIMARY KEY);
CREATE VIRTUAL TABLE words USING fts5 (title, people, subjects, recap, content = '', tokenize = "ascii");
INSERT INTO words (words, rank) VALUES ('hashsize', 16777216);
"""

_ADD_WORDS = "INSERT INTO words (rowid, title, people, subjects, recap) VALUES (?, ?, ?, ?, ?)"
_REMOVE_WORDS = "INSERT INTO words (words, rowid, title, people, subjects, recap) VALUES ('delete', ?, ?, ?, ?, ?)"
_NUMBER_PREFIX = re.compile(r"\d+-(?=.)")


@cache
def version() -> str:
    """What an index must be of to be used: totem's version, the shape of its types and tables, Unicode's version."""
    shapes: list[object] = [SQL]
    for struct in STRUCTS:
        shapes += [(cls.__name__, sorted(getattr(cls, "__annotations__", {}).items())) for cls in struct.__mro__[:-1]]
        shapes.append(struct.__struct_defaults__)
    return f"{__version__} {unidata_version} {byteorder} {crc32(repr(shapes).encode()):08x}"


class Row(NamedTuple):
    """An entry as it lies in the tables: plain values, so that one process may make it and another keep it."""

    path: str
    digest: bytes
    kind: str
    series: str | None
    slug: str | None
    name: str
    number: int | None
    uuid: str | None
    problem: bytes | None
    line: bytes | None
    value: bytes | None
    body: bytes


def row_of(entry: Entry) -> Row:
    """The row of an entry."""
    located, value, problem = entry.located, entry.value, entry.problem
    episode = value if isinstance(value, Episode) else None
    number = episode.number if episode else None
    if located.kind == "episode" and problem:
        number = number_in(located.slug or "")
    return Row(
        entry.path,
        entry.digest,
        *located,
        short_name(located.slug or ""),
        number,
        value.id if isinstance(value, Episode | Comment) else None,
        _packed(problem) if problem else None,
        listed(episode).encode() if episode else None,
        None if value is None else entry.packed,
        entry.body.encode(),
    )


def insert(db: Connection, rows: Sequence[tuple[Stamp, Row]]) -> None:
    """Add rows whose paths have none; a file with the stamp UNKNOWN is read again next time."""
    (last,) = db.execute("SELECT ifnull(max(id), 0) FROM file").fetchone()
    files: list[tuple[Any, ...]] = []
    lines: list[tuple[Any, ...]] = []
    values, bodies = list[_Part](), list[_Part]()
    for number, (stamp, row) in enumerate(rows, last + 1):
        path, *columns, line, value, body = row
        files.append((number, path, *stamp, *columns))
        if value is not None:
            values.append((number, crc32(value), value))
            bodies.append((number, crc32(body), body))
        if line is not None:
            _digest, _kind, series, _slug, _name, place, *_ = columns
            lines.append((number, series, place, crc32(line), line))
    db.executemany("INSERT INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", files)
    db.executemany("INSERT INTO value VALUES (?, ?, ?)", values)
    db.executemany("INSERT INTO body VALUES (?, ?, ?)", bodies)
    db.executemany("INSERT INTO line VALUES (?, ?, ?, ?, ?)", lines)
    db.executemany("INSERT INTO unsaid VALUES (?)", [line[:1] for line in lines])


def is_unsaid(db: Connection) -> bool:
    """Whether there are episodes whose words a search would not find yet."""
    return db.execute("SELECT 1 FROM unsaid LIMIT 1").fetchone() is not None


def say_few(db: Connection, most: int) -> None:
    """Add the words that are missing where few are, so that the next search need not write."""
    if len(db.execute("SELECT 1 FROM unsaid LIMIT ?", (most + 1,)).fetchall()) <= most:
        say(db)


def say(db: Connection) -> None:
    """Add the words that are missing, all or none."""
    alone = not db.in_transaction
    if alone:
        db.execute("BEGIN")
    try:
        for (row,) in db.execute("SELECT id FROM unsaid ORDER BY id").fetchall():
            for words in _words_of(db, row):
                db.execute(_ADD_WORDS, (row, *words))
        db.execute("DELETE FROM unsaid")
    except BaseException:
        if alone and db.in_transaction:
            db.execute("ROLLBACK")
        raise
    if alone:
        db.execute("COMMIT")


def replace(db: Connection, path: str, row: Row | None, stamp: Stamp = UNKNOWN) -> None:
    """Put a row in the place of that of its path, if there is one; None for no row."""
    remove(db, path)
    if row:
        insert(db, [(stamp, row)])


def restamp(db: Connection, path: str, stamp: Stamp) -> None:
    """Note another stamp for a content that is the same."""
    db.execute("UPDATE file SET size = ?, mtime = ?, ctime = ? WHERE path = ?", (*stamp, path))


def stamps(db: Connection) -> dict[str, bytes]:
    """The stamps of all files, as :func:`~totem_cli.storage.layout.look` gives them, as they were when last packed."""
    found: dict[str, bytes] = {}
    for folder, crc, data in db.execute("SELECT folder, crc, data FROM stamps"):
        _check(crc, data)
        found[folder] = data
    return found


def pack(db: Connection, paths: Sequence[str]) -> None:
    """Note the stamps of all files in the folders that hold these paths: whatever changed a row's calls it."""
    query = (
        "SELECT substr(path, ?1), size, mtime, ctime FROM file "
        "WHERE path >= ?2 AND path < ?3 AND instr(substr(path, ?1), '/') = 0 ORDER BY path"
    )
    for folder in sorted({path.rpartition("/")[0] for path in paths}):
        first, end = (f"{folder}/", f"{folder}0") if folder else ("", "\U0010ffff")  # "0" comes after "/"
        rows = db.execute(query, (len(first) + 1, first, end)).fetchall()
        data = packed([name for name, *_ in rows], [_NEVER if n is None else n for _, *stamp in rows for n in stamp])
        db.execute("DELETE FROM stamps WHERE folder = ?", (folder,))
        if rows:
            db.execute("INSERT INTO stamps VALUES (?, ?, ?)", (folder, crc32(data), data))


def digest(db: Connection, path: str) -> bytes | None:
    """The digest of the content that the rows of a path were made from; None where there are none."""
    found = db.execute("SELECT digest FROM file WHERE path = ?", (path,)).fetchone()
    return found and bytes(found[0])


def remove(db: Connection, path: str) -> None:
    """Take away the rows of a path, if it has any."""
    found = db.execute("SELECT id, kind FROM file WHERE path = ?", (path,)).fetchone()
    if not found:
        return
    row, kind = found
    if kind == "episode":
        _remove_words(db, row)
    for table in ("body", "value", "line", "file"):
        db.execute(f"DELETE FROM {table} WHERE id = ?", (row,))  # noqa: S608


def value_of(cls: type[V], crc: int, data: bytes) -> V:
    """The value in a row; :class:`sqlite3.DatabaseError` when its bits were changed."""
    return reader_of(cls)(crc, data)  # type: ignore[no-any-return]


@cache
def reader_of(cls: type[V]) -> Callable[[int, bytes], V]:
    """:func:`value_of` for values of one type."""
    decode: Callable[[bytes], V] = msgspec.msgpack.Decoder(cls).decode

    def read(crc: int, data: bytes) -> V:
        if crc32(data) != crc:
            raise _damaged()
        try:
            return decode(data)
        except msgspec.DecodeError as error:
            raise DatabaseError(str(error)) from None

    return read


def text_of(crc: int, data: bytes) -> str:
    """The text in a row; :class:`sqlite3.DatabaseError` when its bits were changed."""
    _check(crc, data)
    return data.decode()


def lines(db: Connection) -> list[tuple[str, bool, int, str]]:
    """Series, whether it has no number, number and line of every episode."""
    rows = db.execute("SELECT series, number, crc, data FROM line").fetchall()
    if any(crc32(data) != crc for _, _, crc, data in rows):
        raise _damaged()
    return [(series, number is None, number or 0, data.decode()) for series, number, _, data in rows]


def problem_of(data: bytes) -> TotemError:
    """The problem in a row."""
    message, hint, field, place = msgspec.msgpack.decode(data)
    return InvalidError(message, hint=hint, field=field, location=Location(*place) if place else None)


def short_name(slug: str) -> str:
    """A slug without its number: ``interdependances`` for ``01-interdependances``."""
    return _NUMBER_PREFIX.sub("", slug, count=1)


def _remove_words(db: Connection, row: int) -> None:
    if db.execute("DELETE FROM unsaid WHERE id = ?", (row,)).rowcount:
        return
    for words in _words_of(db, row):
        db.execute(_REMOVE_WORDS, (row, *words))


def _words_of(db: Connection, row: int) -> list[tuple[str, ...]]:
    query = "SELECT v.crc, v.data, b.crc, b.data FROM value v JOIN body b ON b.id = v.id WHERE v.id = ?"
    return [
        columns(value_of(Episode, *found[:2]), text_of(*found[2:])) for found in db.execute(query, (row,)).fetchall()
    ]


def _packed(problem: TotemError) -> bytes:
    place = problem.location and (problem.location.file, problem.location.line, problem.location.column)
    return _encode((problem.message, problem.hint, getattr(problem, "field", None), place))


def _check(crc: int, data: bytes) -> None:
    if crc32(data) != crc:
        raise _damaged()


def _damaged() -> DatabaseError:
    return DatabaseError("a row of the index is damaged")


def _encode(value: Any) -> bytes:
    return msgspec.msgpack.encode(value)
