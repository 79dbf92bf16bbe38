"""Episodes as a table in CSV, for spreadsheets: one row an episode, or one an appearance."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Any

from totem_cli.archive.publication import Publication
from totem_cli.errors import InvalidError
from totem_cli.exporters import Options, one_file
from totem_cli.exporters.selection import check_parameters, choice, is_set, selection_key
from totem_cli.language.labels import base_language
from totem_cli.language.sentence import appearance_phrase
from totem_cli.markup.characters import allowed
from totem_cli.model.cells import LIKE_A_FORMULA
from totem_cli.model.field import rows
from totem_cli.model.fields import EpisodeFields
from totem_cli.model.parts import Appearance, Link, Media, Partner, Question
from totem_cli.publishing.page import Page

VERSION = "csv 1"
"""Changed when the same publication would give other bytes."""

PARAMETERS = {
    "excel": "yes for a file that Excel opens with a double click",
    "rows": "episodes or appearances",
    "delimiter": "comma, semicolon or tab",
}
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}

_FIRST = ("id", "series", "number", "slug")
_COLUMNS = [row for row in rows(EpisodeFields) if row.field.column and row.name not in _FIRST]
EPISODE_COLUMNS = (
    *_FIRST,
    *(row.name for row in _COLUMNS if row.is_front),
    "address",
    *(row.name for row in _COLUMNS if row.field.stored == "body"),
)
_PERSON = tuple(row.name for row in rows(Appearance))
APPEARANCE_COLUMNS = ("episode", "series", "number", "title", "date", "kind", *_PERSON)

_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_DECIMAL_POINT = frozenset({"en", "he", "hi", "ja", "ko", "th", "zh"})

Cell = str | int | None


@one_file
def export(publication: Publication, options: Options) -> Iterator[Page]:
    """One page, ``episodes.csv`` or ``appearances.csv``: RFC 4180 in UTF-8, a header line first.

    With ``excel`` it begins with a byte order mark, without which Excel does not take it for UTF-8, and its delimiter
    is the list separator that Excel expects where the archive's language is spoken. Raises InvalidError for a wrong
    parameter.
    """
    check_parameters(options, "csv", PARAMETERS)
    excel = is_set(options, "excel")
    rows = choice(options, "rows", "episodes", "appearances")
    delimiter = _delimiter(options, publication.settings.language if excel else "en")

    def render() -> bytes:
        table = _appearances(publication) if rows == "appearances" else _episodes(publication)
        return (b"\xef\xbb\xbf" if excel else b"") + _written(table, delimiter).encode()

    yield Page(f"{rows}.csv", selection_key(VERSION, publication, options), render)


def _delimiter(options: Options, language: str) -> str:
    name = options.parameters.get("delimiter")
    if name is None:
        return "," if base_language(language) in _DECIMAL_POINT else ";"
    if name not in DELIMITERS and name not in DELIMITERS.values():
        raise InvalidError(f"delimiter cannot be {name!r}", hint=" or ".join(DELIMITERS))
    return DELIMITERS.get(name, name)


def _written(rows: Iterable[Sequence[Cell]], delimiter: str) -> str:
    out = StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([neutral(allowed(cell)) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return out.getvalue()


def neutral(text: str) -> str:
    """Text that no spreadsheet reads as a formula: one that begins like a formula gets a ``'`` (OWASP, CSV Injection).

    Blanks, line ends and invisible characters before its sign do not hide it.

    So has one that begins with ``'`` and then like a formula, so that taking one ``'`` away always restores the text.
    A number stays as it is.
    """
    return f"'{text}" if LIKE_A_FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def one_cell(items: Iterable[str]) -> str:
    """A list in one cell: its items, each in one line, joined by ``; ``.

    Where an item holds a semicolon itself, each is ended by a line feed instead.
    """
    lines = [" ".join(item.split("\n")).strip() for item in map(allowed, items)]
    return "".join(f"{line}\n" for line in lines) if any(";" in line for line in lines) else "; ".join(lines)


def _episodes(publication: Publication) -> Iterator[Sequence[Cell]]:
    yield EPISODE_COLUMNS
    for episode in publication.episodes:
        record = publication.read(episode)
        language = record.language or publication.settings.language
        yield [_cell(getattr(record, name), language) for name in EPISODE_COLUMNS]


def _cell(value: Any, language: str) -> Cell:
    """A value in one cell: people as a sentence names them, links and recordings by their address."""
    return one_cell(_item(item, language) for item in value) if isinstance(value, tuple) else value


def _item(item: Any, language: str) -> str:
    match item:
        case Appearance():
            return appearance_phrase(item.name, item.role, item.organisations, None, language)
        case Partner():
            return item.name
        case Question():
            return item.text
        case Link() | Media():
            return item.url or getattr(item, "path", None) or ""
    return str(item)


def _appearances(publication: Publication) -> Iterator[Sequence[Cell]]:
    yield APPEARANCE_COLUMNS
    for one in publication.episodes:
        for kind, group in (("host", one.hosts), ("guest", one.guests)):
            for person in group:
                cells = [_cell(getattr(person, name), "") for name in _PERSON]
                yield (one.id, one.series, one.number, one.title, one.date, kind, *cells)
