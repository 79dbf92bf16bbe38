"""Text with delimiters (CSV, TSV) as rows: RFC 4180, with the delimiter found out."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from itertools import islice

from totem_cli.errors import InvalidError, Location
from totem_cli.importers.table.sheet import Row, Sheet, header_index

_DELIMITERS = ",;\t|"
_STATED = re.compile(r'"?sep=(?P<delimiter>[^\r\n])"?(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
"""The first line by which Excel is told the delimiter."""

_NONE = "\x1f"
"""The delimiter of a table of one column, which no text has."""

_SAMPLE = 1 << 16
_SAMPLE_ROWS = 60
_LONGEST_CELL = 100_000_000


def read_text(text: str, file: str, known: Callable[[Sequence[str]], tuple[int, bool]]) -> Sheet:
    """The rows of a text that hold something, each with the line that it begins in: a cell may hold line ends.

    ``known`` counts the names of fields in a row. Raises InvalidError, with the line, where the text is not CSV.
    """
    stated = _STATED.match(text)
    if stated:
        text = text[stated.end() :]
    delimiter = stated["delimiter"] if stated else _delimiter(text, known)
    return Sheet(file, list(_rows(text, file, delimiter, 2 if stated else 1)))


def _rows(text: str, file: str, delimiter: str, line: int) -> Iterator[Row]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    limit = csv.field_size_limit(_LONGEST_CELL)
    above = line
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(line, cells)
            line = reader.line_num + above
    except csv.Error as error:
        what = "a quotation mark is never closed" if "end of data" in str(error) else str(error)
        raise InvalidError(
            f"the CSV cannot be read: {what}",
            hint="a quotation mark inside a cell is doubled",
            location=Location(file, line),
        ) from None
    finally:
        csv.field_size_limit(limit)


def _delimiter(text: str, known: Callable[[Sequence[str]], tuple[int, bool]]) -> str:
    """The delimiter that gives the header with most fields, else the most even rows.

    A comma in a title above the header, or in a table of one column, is so none.
    """
    best, points = ",", (0, 0.0, 0)
    for delimiter in (_NONE, *(sign for sign in _DELIMITERS if sign in text)):
        reader = csv.reader(StringIO(text[:_SAMPLE], newline=""), delimiter=delimiter)
        rows = [Row(0, cells) for cells in islice(reader, _SAMPLE_ROWS) if any(cell.strip() for cell in cells)]
        if not rows:
            continue
        at = header_index(rows, known)
        widths = Counter(len(row.cells) for row in rows[at:])
        width, often = max(widths.items(), key=lambda one: (one[1], one[0]))
        count = known(rows[at].cells)[0]
        evenness = often / (len(rows) - at) if width > 1 or count else 0.0
        if (found := (count, evenness, width)) > points:
            best, points = delimiter, found
    return best
