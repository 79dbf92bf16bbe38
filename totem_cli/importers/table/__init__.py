"""A table in CSV, TSV or a workbook (Excel, LibreOffice): one row an episode, or one an appearance; answers to a form.

A column is a field by the words of the field table; ``map`` says otherwise. Several people or questions are in one
cell (a line each, or parted by ``;``), in numbered columns, or in rows that repeat their episode.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from totem_cli.errors import InvalidError, Location
from totem_cli.importers import Imported, Options, source_bytes
from totem_cli.importers.dates import parse_date
from totem_cli.importers.notes import Kind, Note
from totem_cli.importers.placing import takes
from totem_cli.importers.table.column import Column, is_time
from totem_cli.importers.table.column_words import words_of
from totem_cli.importers.table.columns import columns, recognised
from totem_cli.importers.table.delimited import read_text
from totem_cli.importers.table.encoding import decoded
from totem_cli.importers.table.people import lines_of
from totem_cli.importers.table.rows import Problem, Rows
from totem_cli.importers.table.sheet import Body, Row, Sheet, filled_down, header_index, laid_out
from totem_cli.importers.table.values import Reader
from totem_cli.importers.table.workbook import chosen, is_workbook, read_workbook
from totem_cli.importers.words import read_mapping
from totem_cli.model.fields import EpisodeFields
from totem_cli.model.vocabulary import vocabulary, word_key

_SHOWN = 20
_ORDINAL = re.compile(r"^[^\W\d]{3,12} \d{1,2}\s*[:–—,(-]\s*|\)$")
_WIDTH_HINT = "give each row as many cells as the header; a cell with the delimiter in it stands in quotation marks"
_REMARK = re.compile(r"[*†¹]|(?:nb|n\.b\.|note|nota|total|source|légende|fuente|quelle|fonte)\s*:", re.IGNORECASE)
_ADDRESSED = ("links", "media", "guests", "hosts", "url")
"""The fields of which an address may be a part."""

_BESIDE = {
    "links": "it is where a link leads, and no address of the web in a row",
    "comments": "it is a comment on a cell",
    "formulas": "it is a formula of which no value was saved",
}
_OTHERS = ((b"%PDF", "PDF"), (b"<", "HTML or XML"), (b"{", "JSON"), (b"[", "JSON"))


@takes(sheet="the name of a sheet of a workbook")
def read(source: Path | bytes, options: Options) -> Imported:
    """The episodes of a table, once all its rows are right.

    Raises InvalidError with file and line where the source is neither CSV (RFC 4180) nor a workbook, a row has more or
    fewer cells than the header, no column is the title, or values are invalid; the hint lists all of these.
    PluginError where a workbook is given and the extra ``tables`` is not installed.
    """
    content, name = source_bytes(source, options)
    mapping = read_mapping(options)
    sheet, notes = _sheet(content, name, options, mapping)
    if not sheet.rows:
        raise InvalidError("the table is empty", hint="its first row names the columns", location=Location(name, 1))
    body = laid_out(sheet, lambda cells: recognised(cells, mapping))
    body, headings = _headings(body, sheet, mapping)
    _check_width(body, sheet)
    try:
        found = columns(body.header.cells, mapping, [row.cells for row in body.rows])
        _check_title(found, body.header)
        _check_side(found, [row.cells[:1] for row in body.rows], mapping)
    except InvalidError as error:
        raise error.at(sheet.location(body.header.line)) from None
    title = next(column.position for column in found if column.field in ("title", "episode"))
    leading = [column.position for column in found if column.field == "series" and column.position < title]
    reader = Reader(found, body.rows, options, sheet)
    if not reader.is_exact:
        body = filled_down(body, leading, sheet)
    table = Rows(found, reader)
    links = _links(body, sheet, found)
    for row in body.rows:
        table.add(row.line, row.cells, headings.get(row.line), links.get(row.line, ()))
    episodes, series = table.made()
    if table.problems:
        raise _first(table.problems, sheet)
    return Imported(
        series=tuple(series),
        episodes=tuple(episode for _, episode in episodes),
        locations={"episodes": [sheet.location(line) for line, _ in episodes]},
        mapping=tuple((column.name, column.told) for column in found if column.name),
        notes=(*notes, *body.notes, *_column_notes(found, body, sheet), *reader.told.notes()),
    )


def _check_side(found: Sequence[Column], firsts: Sequence[Sequence[str]], mapping: Mapping[str, str]) -> None:
    """Raise InvalidError for a table on its side: fields down the first column, an episode in each other column."""
    is_alone = len(found) > 1 and all(column.field.startswith("extra.") for column in found[1:] if column.name)
    if is_alone and firsts and not mapping and all(cells and recognised(cells, mapping)[0] for cells in firsts):
        raise InvalidError(
            "the names of the fields are in the first column, not in the first row",
            hint="transpose the table: a row an episode, a column a field",
        )


def _sheet(content: bytes, name: str, options: Options, mapping: Mapping[str, str]) -> tuple[Sheet, list[Note]]:
    """The table of a file, and what was decided to read it."""

    def known(cells: Sequence[str]) -> tuple[int, bool]:
        return recognised(cells, mapping)

    wanted = options.parameters.get("sheet", "")
    if not is_workbook(content):
        if wanted:
            raise InvalidError("only a workbook has sheets", hint="leave out --param sheet", field="sheet")
        _check_kind(content, name)
        text, guessed = decoded(content, name, options.encoding)
        sheet = read_text(text, name, known)
        why = f"it does not say its encoding: it is read as {guessed}"
        hint = "--encoding says which it is"
        return sheet, [Note(Kind.ASSUMED, name, why, sheet.location(), hint)] if guessed else []
    sheets, hidden = read_workbook(content, name)
    if not sheets:
        return Sheet(name, []), []
    if wanted:
        return chosen(sheets, wanted, name), []
    seen = [sheet for sheet in sheets if sheet.name not in hidden] or sheets
    understood = [sheet for sheet in seen if known(sheet.rows[header_index(sheet.rows, known)].cells)[1]]
    sheet = (understood or seen)[0]
    notes = [
        Note(Kind.LEFT_OUT, one.name, "another sheet", one.location(), f'--param "sheet={one.name}" reads it')
        for one in sheets
        if one is not sheet
    ]
    return sheet, notes


def _check_kind(content: bytes, name: str) -> None:
    """Raise InvalidError for a file that is plainly of another kind."""
    start = content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    for sign, kind in _OTHERS:
        if start.startswith(sign):
            hint = "import json reads it" if kind == "JSON" else "open it, and save the table as CSV"
            raise InvalidError(f"this is {kind}, and no table", hint=hint, location=Location(name, 1))


def _headings(body: Body, sheet: Sheet, mapping: Mapping[str, str]) -> tuple[Body, dict[int, dict[str, str]]]:
    """The rows without those that are headings of the rows below (``Saison 2``, ``Jeudi 6 juin 2024``).

    And, for the line of each other row, the fields that the headings say above it.
    """
    known = {*(vocabulary(EpisodeFields).find(cell) for cell in body.header.cells), *mapping.values()}
    kept: list[Row] = []
    notes = list(body.notes)
    headings: dict[int, dict[str, str]] = {}
    current: dict[str, str] = {}
    for row in body.rows:
        texts = [cell.strip() for cell in row.cells if cell.strip()]
        is_pause = _is_pause(list(dict.fromkeys(texts)))
        if (is_pause or len(set(texts)) == 1) and len(body.header.cells) > 1 and (is_pause or _REMARK.match(texts[0])):
            what = ", ".join(dict.fromkeys(texts))
            notes.append(Note(Kind.LEFT_OUT, what, "it is a remark, and no row", sheet.location(row.line)))
        elif found := next((one for one in _heading(row) if one[0] not in known), None):
            field, text, day = found
            current = {**current, field: day}
            what = "series" if field == "series" else "date"
            why = f"it heads the rows below it, and is their {what}"
            notes.append(Note(Kind.ASSUMED, text, why, sheet.location(row.line)))
        else:
            kept.append(row)
            headings[row.line] = current
    return Body(body.header, kept, notes), headings


def _is_pause(texts: Sequence[str]) -> bool:
    """Whether a row says, perhaps beside a day, that there is nothing: ``Vacances de Noël``, ``FESTIVO``."""
    words = [word_key(text).split() for text in texts if not (_day(text) or is_time(text))]
    if len(words) != 1 or not 0 < len(words[0]) < _LONG:
        return False
    return words[0][0] in words_of("breaks") or words[0][0].endswith(("pause", "ferien"))


_LONG = 5


def _heading(row: Row) -> Iterator[tuple[str, str, str]]:
    """What a row may be as a heading: the field, the whole text and the value.

    A row that holds nothing else than a day, or a text over all of it or with a word for a series.
    """
    texts = list(dict.fromkeys(cell.strip() for cell in row.cells if cell.strip()))
    text = ", ".join(texts)
    if not texts or len(text) > 80:
        return
    if day := _day(text):
        yield "date", text, day
    first, *others = word_key(text).split() or [""]
    is_series = bool(others) and first in words_of("heading")
    filled = [cell for cell in row.cells if cell.strip()]
    if len(texts) == 1 and (len(filled) > 2 or (is_series and len(filled) == 1 and row.cells[0].strip())):
        yield "series", text, text


def _day(text: str) -> str:
    """The day that a text is, perhaps after a number of its own (``Jour 2 : vendredi 7 juin 2024``); else empty."""
    for one in (text, _ORDINAL.sub("", text)):
        try:
            found = parse_date(one, day_first=True)
        except InvalidError:
            continue
        if len(found.date) == len("2024-06-06") and not found.duration and not found.time_dropped:
            return one
    return ""


def _links(body: Body, sheet: Sheet, found: Sequence[Column]) -> dict[int, list[str]]:
    """Put the targets of links into the cells of which they are part, as text; those of other cells, by their lines.

    Comments, formulas without a value and links that are no address are told.
    """
    rows = {row.line: row.cells for row in body.rows}
    others: dict[int, list[str]] = {}
    for kind, line, at, text in sheet.beside:
        cells = rows.get(line)
        if kind != "links" or "://" not in text or cells is None or at >= len(cells):
            body.notes.append(Note(Kind.LEFT_OUT, text, _BESIDE[kind], sheet.location(line)))
            continue
        cell, field = cells[at].strip(), found[at].field
        if text in cell:
            continue
        if (
            field in _ADDRESSED
            and not found[at].part
            and not (field in ("guests", "hosts") and len(lines_of(cell)) > 1)
        ):
            cells[at] = text if text.rstrip("/").endswith(cell) else f"{cell} {text}"
        else:
            others.setdefault(line, []).append(
                text if field in ("title", "episode") else f"{' '.join(cell.split())} {text}"
            )
    return others


def _column_notes(found: Sequence[Column], body: Body, sheet: Sheet) -> list[Note]:
    """Notes on the columns that are left out, or not what their name says."""
    notes = []
    for column in found:
        line = next((row.line for row in body.rows if row.cells[column.position].strip()), None)
        if line is None:
            continue
        location = sheet.location(body.header.line)
        if column.personal:
            notes.append(Note(Kind.LEFT_OUT, column.name, "the column looks personal", location))
        elif not column.name:
            what, why = f"column {column.position + 1}", "it has no name"
            notes.append(Note(Kind.LEFT_OUT, what, why, sheet.location(line), "name it in the header"))
        elif column.why and not column.field.startswith("extra."):
            hint = f'--map "{column.name}=FIELD" says otherwise'
            notes.append(Note(Kind.ASSUMED, column.name, f"{column.why}: it is taken for it", location, hint))
        elif column.why:
            hint = f'--map "{column.name}=FIELD" places it'
            notes.append(Note(Kind.KEPT_ASIDE, column.name, column.why, location, hint))
    return notes


def _check_title(found: Sequence[Column], header: Row) -> None:
    if not any(column.field in ("title", "episode") for column in found):
        names = ", ".join(cell.strip() for cell in header.cells if cell.strip())
        raise InvalidError("no column is the title", hint=f'say which: --map "COLUMN=title", of {names}', field="title")


def _check_width(body: Body, sheet: Sheet) -> None:
    problems = []
    width = len(body.header.cells)
    for row in body.rows:
        while len(row.cells) > width and not row.cells[-1].strip():
            row.cells.pop()
        if len(row.cells) != width:
            problems.append(
                Problem(row.line, "", f"the row has {len(row.cells)} cells, the header {width}", _WIDTH_HINT)
            )
    if problems:
        raise _first(problems, sheet)


def _first(problems: Sequence[Problem], sheet: Sheet) -> InvalidError:
    """The first problem as the error, the others in its hint."""
    first, *others = sorted(problems, key=lambda problem: problem.line)
    hints = [first.hint] if first.hint else []
    if others:
        listed = "; ".join(f"line {one.line}: {one.text}" for one in others[:_SHOWN])
        more = f"; and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
        hints.append(f"{len(others)} more: {listed}{more}")
    return InvalidError(
        first.text, hint="; ".join(hints) or None, location=sheet.location(first.line), field=first.column or None
    )
