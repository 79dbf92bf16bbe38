"""A table in CSV or TSV: one row an episode, or one an appearance; a spreadsheet's, or the answers to a form.

A column is a field by the words of the field table; ``map`` says otherwise. Several people or questions are in one
cell (a line each, or parted by ``;``), in numbered columns, or in rows that repeat their episode.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from totem_cli.errors import InvalidError, Location
from totem_cli.importers import BYTE_ORDER_MARKS, Imported, Options, source_bytes
from totem_cli.importers.csv_columns import Column, columns
from totem_cli.importers.csv_rows import Problem, Rows
from totem_cli.importers.words import read_mapping

_DELIMITERS = ",;\t|"
_QUOTED = re.compile(r'"[^"]*"?')
_SHOWN = 20
_LONGEST_CELL = 100_000_000


class Row(NamedTuple):
    """A row with the line it begins in."""

    line: int
    cells: list[str]


def read(source: Path | bytes, options: Options) -> Imported:
    """The episodes of a table, once all its rows are right.

    Raises InvalidError with file and line where the source is not CSV (RFC 4180), a row has more or fewer cells than
    the header, no column is the title, or values are invalid; the hint lists all of these.
    """
    content, name = source_bytes(source, options)
    unplaced: list[str] = []
    text = _decoded(content, name, unplaced)
    rows = list(_rows(text, name))
    if not rows:
        raise InvalidError("the table is empty", hint="its first row names the columns", location=Location(name, 1))
    header, *body = rows
    try:
        found = columns(header.cells, read_mapping(options))
        _check_title(found)
    except InvalidError as error:
        raise error.at(Location(name, header.line)) from None
    _check_width(header, body, name)
    for column in found:
        if column.personal and any(row.cells[column.position].strip() for row in body):
            unplaced.append(f"{name}: the column {column.name!r} is not imported: it looks personal")
        elif not column.name and any(row.cells[column.position].strip() for row in body):
            unplaced.append(f"{name}: column {column.position + 1} has no name, and is not imported")
    table = Rows(found)
    for row in body:
        table.add(row.line, row.cells)
    episodes, series = table.made()
    if table.problems:
        raise _first(table.problems, name)
    unplaced += [f"{name}: {words}" for words in table.notes()]
    return Imported(
        series=tuple(series),
        episodes=tuple(episode for _, episode in episodes),
        locations={"episodes": [Location(name, line) for line, _ in episodes]},
        mapping=_mapping(found),
        unplaced=tuple(unplaced),
    )


def _mapping(found: Sequence[Column]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (column.name, f"{column.field}{f' {column.number}' if column.number else ''}" or "-")
        for column in found
        if column.name
    )


def _decoded(content: bytes, name: str, unplaced: list[str]) -> str:
    """The text by its byte order mark, else as UTF-8, else as Windows-1252, which is reported."""
    mark, marked = next((one for one in BYTE_ORDER_MARKS if content.startswith(one[0])), (b"", ""))
    for encoding in (marked,) if marked else ("utf-8", "cp1252"):
        try:
            text = content[len(mark) :].decode(encoding)
        except UnicodeDecodeError as error:
            position = error.start
        else:
            unplaced += [f"{name} is not UTF-8: it is read as Windows-1252"] if encoding == "cp1252" else []
            return text
    raise InvalidError(
        f"the table is neither UTF-8 nor {encoding} (byte {position})",
        hint="save it as UTF-8",
        location=Location(name, content[:position].count(b"\n") + 1),
    )


def _rows(text: str, name: str) -> Iterator[Row]:
    """The rows that are not empty, each with the line that it begins in: a cell may hold line ends."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    limit = csv.field_size_limit(_LONGEST_CELL)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(line, cells)
            line = reader.line_num + 1
    except csv.Error as error:
        what = "a quotation mark is never closed" if "end of data" in str(error) else str(error)
        raise InvalidError(
            f"the CSV cannot be read: {what}",
            hint="a quotation mark inside a cell is doubled",
            location=Location(name, line),
        ) from None
    finally:
        csv.field_size_limit(limit)


def _delimiter(text: str) -> str:
    """The delimiter that the first line with any has most of, outside of quotation marks."""
    for line in re.split(r"[\r\n]", _QUOTED.sub("", text)):
        delimiter = max(_DELIMITERS, key=line.count)
        if delimiter in line:
            return delimiter
    return ","


def _check_title(found: Sequence[Column]) -> None:
    if not any(column.field in ("title", "episode") for column in found):
        names = ", ".join(column.name for column in found if column.name)
        raise InvalidError("no column is the title", hint=f'say which: --map "COLUMN=title", of {names}', field="title")


def _check_width(header: Row, body: Sequence[Row], name: str) -> None:
    problems = []
    for row in body:
        while len(row.cells) > len(header.cells) and not row.cells[-1].strip():
            row.cells.pop()
        if len(row.cells) != len(header.cells):
            problems.append(
                Problem(row.line, "", f"the row has {len(row.cells)} cells, the header {len(header.cells)}")
            )
    if problems:
        raise _first(problems, name)


def _first(problems: Sequence[Problem], name: str) -> InvalidError:
    """The first problem as the error, the others in its hint."""
    first, *others = sorted(problems, key=lambda problem: problem.line)
    hints = [first.hint] if first.hint else []
    if others:
        listed = "; ".join(f"line {one.line}: {one.text}" for one in others[:_SHOWN])
        more = f"; and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
        hints.append(f"{len(others)} more: {listed}{more}")
    return InvalidError(
        first.text, hint="; ".join(hints) or None, location=Location(name, first.line), field=first.column or None
    )
