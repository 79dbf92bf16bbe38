"""A file's bytes parsed: to its value, or the error for which it cannot be read, and to its rows in the index.

Rows are plain values: one process makes them, another inserts them. They are without the file's id, which is the first
column of every table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from totem_cli.documents.document import Document
from totem_cli.errors import InvalidError, Location, TotemError
from totem_cli.language.fold import search_text
from totem_cli.model import read
from totem_cli.model.cells import listed
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode, appearances
from totem_cli.model.episode_row import EpisodeRow
from totem_cli.model.person import Person
from totem_cli.model.series import Series
from totem_cli.model.settings import Settings
from totem_cli.storage.layout import LARGEST, Located, comment_folder, digest_of, locate, too_large

Value = Settings | Series | Episode | Person | Comment
TableRows = dict[str, list[tuple[Any, ...]]]

_LARGEST = 2**63 - 1
_NUMBER_PREFIX = re.compile(r"(?<!\d)\d+-(?=.)")
_encode = msgspec.msgpack.Encoder().encode


class ParsedFile(Struct, frozen=True):
    """One file of the archive, parsed.

    Either ``value`` is its content and ``packed`` the same as MessagePack, both without the text (recap, introduction,
    biography or comment), which is ``body``; or ``problem`` says why the file cannot be read. ``digest`` is that of its
    bytes.
    """

    path: str
    located: Located
    digest: bytes
    value: Value | None = None
    body: str = ""
    packed: bytes = b""
    problem: TotemError | None = None


class FileRows(NamedTuple):
    """The row of a file in ``file``, from ``path`` to ``problem`` without the stamp, and its rows in other tables."""

    path: str
    digest: bytes
    kind: str
    series: str | None
    slug: str | None
    name: str
    number: int | None
    uuid: str | None
    problem: str | None
    tables: TableRows


def parse(path: str, content: bytes, digest: bytes | None = None) -> ParsedFile:
    """Parse the file at ``path``, which :func:`locate` must know; errors are in :attr:`ParsedFile.problem`.

    ``digest`` is that of the content, if the caller has it.
    """
    located = locate(path)
    assert located is not None, f"{path} is not the path of a record"
    digest = digest or digest_of(content)
    try:
        value, body, packed = _read(path, located, content)
    except TotemError as error:
        return ParsedFile(path, located, digest, problem=error.at(Location(path)))
    return ParsedFile(path, located, digest, value, body, packed)


def _read(path: str, located: Located, content: bytes) -> tuple[Value, str, bytes]:
    if len(content) > LARGEST:
        raise too_large()
    document = Document.parse(content, path, kind="toml" if located.kind == "settings" else "markdown")
    try:
        value = _value(path, located, document)
        packed = _packed(value)
    except InvalidError as error:
        if error.location is None and error.field is not None:
            error.at(document.location(*read.field_path(error.field)))
        raise
    return value, "" if located.kind == "settings" else document.recap, packed


def _value(path: str, located: Located, document: Document) -> Value:
    slug = located.slug or ""
    match located.kind:
        case "settings":
            return read.settings(document.data)
        case "series":
            return read.series(document.data, slug=slug)
        case "person":
            return read.person(document.data, slug=slug)
        case "comment":
            return read.comment(document.data, folder=comment_folder(path), slug=slug)
    return read.episode(document.data, series=located.series or "", slug=slug)


def _packed(value: Value) -> bytes:
    """Return the value as MessagePack. Raises InvalidError for integers beyond 64 bits.

    They are an error in TOML 1.0 ("Integer"), but Python's parser accepts them.
    """
    if isinstance(value, Episode) and value.number is not None and value.number > _LARGEST:
        raise InvalidError("number is too large", field="number")
    try:
        return _encode(value)
    except OverflowError:
        raise InvalidError("a number is too large", hint="TOML numbers have 64 bits") from None
    except RecursionError:
        raise InvalidError("tables or lists are nested too deeply") from None


# Rows


def parsed_rows(path: str, content: bytes, digest: bytes | None = None) -> FileRows:
    """Parse the content of a file and return its rows; see :func:`parse`."""
    return rows_of(parse(path, content, digest))


def rows_of(parsed: ParsedFile) -> FileRows:
    """Return the rows of a parsed file."""
    located, value, problem = parsed.located, parsed.value, parsed.problem
    slug = located.slug or ""
    number = uuid = None
    tables: TableRows = {}
    if value is None:
        number = read.number_in(slug) if located.kind == "episode" else None
    else:
        tables = {"value": [(parsed.packed,)], "body": [(parsed.body,)], "name": [*dict.fromkeys(_names(value))]}
    if isinstance(value, Episode):
        number, uuid = value.number, value.id
        row = EpisodeRow.whole(value, parsed.body)
        tables["episode"] = [(row.full, listed(value), _encode(row))]
        tables["words"] = [search_columns(value, parsed.body)]
    elif isinstance(value, Comment):
        uuid = value.id
    stored = _problem(problem) if problem else None
    return FileRows(parsed.path, parsed.digest, *located, short_name(slug), number, uuid, stored, tables)


def short_name(slug: str) -> str:
    """Return a slug without its number: ``interdependances`` for ``01-interdependances``."""
    return _NUMBER_PREFIX.sub("", slug, count=1)


def search_columns(episode: Episode, recap: str) -> tuple[str, str, str, str]:
    """Return the folded texts that are indexed: title, people, subjects, recap."""
    questions = [text for one in episode.questions for text in (one.text, one.asked_by, one.answer)]
    return (
        _search_text(episode.title, episode.subtitle),
        _search_text(*_people(episode)),
        _search_text(*episode.tags, *questions),
        _search_text(episode.summary, recap),
    )


def _search_text(*texts: str | None) -> str:
    return search_text("\n".join(filter(None, texts)))


def _people(episode: Episode) -> Iterator[str | None]:
    for person in appearances(episode):
        yield from (person.name, person.role, person.billed_as, *person.organisations)
    for partner in episode.partners:
        yield from (partner.name, partner.billed_as)


def _names(value: Value) -> Iterator[tuple[str, str]]:
    """Yield the kind and the name of everyone and everything that a file names, for shell completion."""
    if isinstance(value, Person):
        yield "person", value.name
    if isinstance(value, Episode | Series):
        for one in appearances(value) if isinstance(value, Episode) else value.hosts:
            yield "person", one.name
            yield from (("organisation", name) for name in one.organisations)
        yield from (("organisation", partner.name) for partner in value.partners)
        yield from (("tag", tag) for tag in value.tags)


def _problem(problem: TotemError) -> str:
    stored = (problem.message, problem.hint, getattr(problem, "field", None), problem.location)
    return msgspec.json.encode(stored).decode()
