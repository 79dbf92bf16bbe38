"""A sheet: rows of text, before it is known which of them is the header; and how it is laid out around its header."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, zip_longest
from typing import NamedTuple

from totem_cli.errors import Location
from totem_cli.importers.notes import Kind, Note
from totem_cli.language.fold import fold

_MOST_ROWS_ABOVE = 40


class Row(NamedTuple):
    """A row with the line that it begins in."""

    line: int
    cells: list[str]


class Span(NamedTuple):
    """Merged cells: the first and the last row and column, from 1 and from 0."""

    first_line: int
    first_column: int
    last_line: int
    last_column: int


class Beside(NamedTuple):
    """What stands beside the value of a cell, by its line, from 1, and its column, from 0.

    ``kind`` is ``links``, ``comments`` or ``formulas``: those of which no value was saved.
    """

    kind: str
    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a table that hold something. ``name`` is that of a sheet of a workbook, else empty.

    ``is_even`` says that a row may be shorter than the header: in a workbook, where cells at its end are empty.
    """

    file: str
    rows: Sequence[Row]
    name: str = ""
    spans: Sequence[Span] = ()
    is_even: bool = False
    beside: Sequence[Beside] = ()

    def location(self, line: int | None = None) -> Location:
        """The location of a row."""
        return Location(self.file, line, path=f"sheet {self.name}" if self.name else "")


@dataclass(frozen=True, slots=True)
class Body:
    """The header, the rows below it, and what was noticed."""

    header: Row
    rows: list[Row]
    notes: list[Note] = field(default_factory=list)


def laid_out(sheet: Sheet, known: Callable[[Sequence[str]], tuple[int, bool]]) -> Body:
    """The header and the rows below it, with merged cells filled.

    ``known`` gives, of a row, how many of its cells are names of fields, and whether one of these is the title. Rows
    above the header are told; so is the header where it is repeated.
    """
    rows = [Row(row.line, list(row.cells)) for row in sheet.rows]
    _fill_spans(rows, sheet.spans)
    at = header_index(rows, known)
    if at + 1 < len(rows) and _is_header_below(rows[at], rows[at + 1], known):
        at += 1
        both = zip_longest(rows[at].cells, rows[at - 1].cells, fillvalue="")
        rows[at].cells[:] = [cell if cell.strip() else group for cell, group in both]
    header, body = rows[at], rows[at + 1 :]
    above = rows[:at]
    if above and (groups := _groups(above[-1], header)):
        above = above[:-1]
        header = Row(header.line, groups)
    notes = [
        Note(Kind.LEFT_OUT, text, "it stands above the header", sheet.location(row.line))
        for row in above
        for text in dict.fromkeys(cell.strip() for cell in row.cells if cell.strip() and cell not in header.cells)
    ]
    folded = _folded(header)
    repeated = [row for row in body if _folded(row) == folded]
    if repeated:
        body = [row for row in body if _folded(row) != folded]
        location = sheet.location(repeated[0].line)
        what = " | ".join(filter(None, folded))
        notes.append(Note(Kind.ASSUMED, what, "the header again", location, count=len(repeated)))
    if sheet.is_even:
        width = max(len(row.cells) for row in (header, *body))
        header = header._replace(cells=header.cells + [""] * (width - len(header.cells)))
        body = [row._replace(cells=row.cells + [""] * (width - len(row.cells))) for row in body]
    return Body(header, body, notes)


def header_index(rows: Sequence[Row], known: Callable[[Sequence[str]], tuple[int, bool]]) -> int:
    """The position of the header: the first row that names the title among several fields.

    Where no row does, the first that names the title, else the one that names most fields.
    """
    seen = [known(row.cells) for row in rows[:_MOST_ROWS_ABOVE]]
    for least in (2, 1):
        for index, (count, has_title) in enumerate(seen):
            if has_title and count >= least:
                return index
    return max(range(len(seen)), key=lambda index: seen[index][0], default=0)


def _is_header_below(header: Row, below: Row, known: Callable[[Sequence[str]], tuple[int, bool]]) -> bool:
    """Whether the row below names the columns under the groups that the header names: ``Titre`` under ``Talk``."""
    texts = [cell.strip() for cell in header.cells]
    count, has_title = known(below.cells)
    has_groups = "" in texts or len(set(texts)) < len(texts)
    filled = [cell for cell in below.cells if cell.strip()]
    return has_groups and has_title and count > 1 and count >= len(filled) - 1 and fold(texts[0]) != fold(filled[-1])


def _folded(row: Row) -> list[str]:
    cells = [fold(cell) for cell in row.cells]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _fill_spans(rows: Sequence[Row], spans: Sequence[Span]) -> None:
    """Give the text of merged cells to each of them: down, and across where they are of one row (a header's group)."""
    by_line = {row.line: row.cells for row in rows}
    for span in spans:
        first = by_line.get(span.first_line)
        if first is None or span.first_column >= len(first):
            continue
        text = first[span.first_column]
        if not text.strip():
            continue
        for line in range(span.first_line, span.last_line + 1):
            cells = by_line.get(line)
            if cells is None:
                continue
            cells += [""] * (span.last_column + 1 - len(cells))
            for column in range(span.first_column, span.last_column + 1):
                cells[column] = text


def _groups(above: Row, header: Row) -> list[str] | None:
    """The names of a header of two rows, where the upper one tells equal names apart; None where it does not.

    ``Intervenant 1`` above ``Nom`` and ``Fonction`` is the group of both.
    """
    names = [fold(cell) for cell in header.cells if cell.strip()]
    labels = [cell.strip() for cell in above.cells]
    if len(set(names)) == len(names) or len({label for label in labels if label}) < 2:
        return None
    repeated = {name for name in names if names.count(name) > 1}
    found, group = [], ""
    for position, name in enumerate(header.cells):
        group = (labels[position] if position < len(labels) else "") or group
        found.append(f"{group} {name.strip()}" if group and fold(name) in repeated else name)
    return found


def filled_down(body: Body, columns: Sequence[int], sheet: Sheet) -> Body:
    """The rows with blank cells of the leading group ``columns`` read as the cell above.

    A cell that was merged over several rows is saved in the first of them only. It is taken for one where the column
    begins with a text and no two rows that follow each other have the same: else a blank is one.
    """
    rows, notes = [Row(row.line, list(row.cells)) for row in body.rows], list(body.notes)
    for position in columns:
        values = [row.cells[position].strip() if position < len(row.cells) else "" for row in rows]
        texts = [value for value in values if value]
        if not values or not values[0] or len(texts) == len(values):
            continue
        if any(one == other for one, other in pairwise(values) if one):
            continue
        current, count, first = "", 0, 0
        for row, value in zip(rows, values, strict=True):
            current = value or current
            if not value and position < len(row.cells) and any(cell.strip() for cell in row.cells):
                row.cells[position] = current
                count, first = count + 1, first or row.line
        name = body.header.cells[position].strip()
        why = f"its blank cells are read as the cell above ({', '.join(texts[:3])})"
        notes.append(Note(Kind.ASSUMED, name, why, sheet.location(first), "write the text in each row", count))
    return replace(body, rows=rows, notes=notes)
