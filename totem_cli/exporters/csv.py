"""Episodes as a table in CSV, for spreadsheets: one row an episode, or one an appearance."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from totem_cli.archive.publication import Publication
from totem_cli.archive.record import EpisodeRecord
from totem_cli.errors import InvalidError
from totem_cli.exporters import Options, one_file
from totem_cli.exporters.selection import check_parameters, choice, is_asked, selection_key
from totem_cli.language.labels import base_language
from totem_cli.language.sentence import appearance_phrase
from totem_cli.markup.characters import allowed
from totem_cli.model.parts import Appearance
from totem_cli.publishing.page import Page

VERSION = "csv 1"
"""Changed when the same publication would give other bytes."""

PARAMETERS = {
    "excel": "yes for a file that Excel opens with a double click",
    "rows": "episodes or appearances",
    "delimiter": "comma, semicolon or tab",
}
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}

EPISODE_COLUMNS = (
    *("id", "series", "number", "slug", "title", "subtitle", "summary", "language", "date", "published", "updated"),
    *("status", "hosts", "partners", "guests", "questions", "tags", "links", "media", "image", "place", "duration"),
    *("licence", "aliases", "translation_of", "address", "recap"),
)
APPEARANCE_COLUMNS = (
    *("episode", "series", "number", "title", "date", "kind", "name", "role", "organisations"),
    *("billed_as", "url", "person"),
)

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
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
    excel = is_asked(options, "excel")
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
    """Text that no spreadsheet takes for a formula: one that begins like it has a ``'`` before (OWASP, CSV Injection).

    So has one that begins with ``'`` and then like a formula, so that taking one ``'`` away always restores the text.
    A number stays as it is.
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


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
        cells = _cells(record, record.language or publication.settings.language)
        yield [cells[name] if name in cells else getattr(record, name) for name in EPISODE_COLUMNS]


def _cells(record: EpisodeRecord, language: str) -> dict[str, Cell]:
    """What is a list in the record."""
    return {
        "hosts": one_cell(_named(host, language) for host in record.hosts),
        "guests": one_cell(_named(guest, language) for guest in record.guests),
        "partners": one_cell(partner.name for partner in record.partners),
        "questions": one_cell(question.text for question in record.questions),
        "tags": one_cell(record.tags),
        "links": one_cell(link.url for link in record.links),
        "media": one_cell(media.url or media.path or "" for media in record.media),
        "aliases": one_cell(record.aliases),
    }


def _named(appearance: Appearance, language: str) -> str:
    return appearance_phrase(appearance.name, appearance.role, appearance.organisations, None, language)


def _appearances(publication: Publication) -> Iterator[Sequence[Cell]]:
    yield APPEARANCE_COLUMNS
    for one in publication.episodes:
        for kind, group in (("host", one.hosts), ("guest", one.guests)):
            for person in group:
                organisations = one_cell(person.organisations)
                who = (person.name, person.role, organisations, person.billed_as, person.url, person.person)
                yield (one.id, one.series, one.number, one.title, one.date, kind, *who)
