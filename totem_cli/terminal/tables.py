"""Lists on a terminal: quiet tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from totem_cli.language.labels import labels_for
from totem_cli.terminal.layout import Grid
from totem_cli.terminal.plain import cell

COLUMNS: Mapping[str, Sequence[str]] = {
    "episodes": ("series", "number", "title", "guests", "date", "status"),
    "series": ("slug", "title", "hosts", "status"),
    "guests": ("name", "role", "organisations", "episode"),
    "organisations": ("name", "episodes"),
    "questions": ("episode", "number", "text"),
    "tags": ("name", "episodes"),
    "comments": ("id", "target", "author", "date", "text", "status"),
}
"""The columns of each list where nobody names any; what says nothing is left out."""

_NUMBERS = frozenset({"number", "count", "files", "bytes"})
_COUNTED = frozenset({"episodes"})


def table(kind: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None, *, language: str) -> Grid:
    """Rows as a table. ``columns`` are shown as they are asked for; by default those of ``kind`` that tell rows apart.

    The names of columns are in ``language`` where it has words for them.
    """
    shown = columns or [column for column in COLUMNS[kind] if _tells(column, rows)]
    words = labels_for(language)
    return Grid(
        [Text(words.get(f"column_{column}", column.replace("_", " ")), "bold") for column in shown],
        [[Text(_value(column, row.get(column)), _style(column)) for column in shown] for row in rows],
        ["right" if column in _NUMBERS | _COUNTED else "left" for column in shown],
    )


def _tells(column: str, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a column says anything: a status only where one is not published, a series only where there are several."""
    values = [row.get(column) for row in rows]
    if column == "status":
        return any(value not in ("published", None) for value in values)
    if column == "series":
        return len(set(values)) > 1
    return any(value not in (None, "", [], ()) for value in values) or not rows


def _value(column: str, value: Any) -> str:
    if column in _COUNTED and isinstance(value, list | tuple):
        return str(len(value))
    return cell(value, ", ")


def _style(column: str) -> str:
    return "magenta" if column == "number" else ""
