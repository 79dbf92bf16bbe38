"""Lists on a terminal, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from totem_cli.language.labels import labels_for
from totem_cli.language.sentence import shortened
from totem_cli.language.visible import visible
from totem_cli.model.cells import cell
from totem_cli.model.field import table as table_of
from totem_cli.model.fields import EpisodeFields
from totem_cli.terminal.grid import Grid
from totem_cli.terminal.typeset import ACCENT

COLUMNS: Mapping[str, Sequence[str]] = {
    "episodes": ("series", "number", "title", "guests", "date", "status"),
    "series": ("slug", "title", "hosts", "status"),
    "guests": ("name", "role", "organisations", "episode"),
    "organisations": ("name", "episodes"),
    "questions": ("episode", "number", "text"),
    "tags": ("name", "episodes"),
    "comments": ("id", "date", "author", "text", "episode", "status"),
    "stats": ("what", "count"),
}
"""The default columns of each list; columns that carry no information are omitted."""

_NUMBERS = frozenset({"number", "count", "files", "bytes", "episodes"})
_EXPANDED = ("title", "text", "name")
_SHORTENED = {("comments", "id"): 8, ("comments", "date"): 10}
"""The number of characters to which a value is shortened."""


def table(
    kind: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None, *, language: str = "en"
) -> Grid:
    """Return rows as a table with these ``columns``; by default those of ``kind`` that carry information.

    The headings are in ``language`` if it has labels for them; a label for this ``kind`` precedes a general one.
    """
    shown = columns or [column for column in COLUMNS[kind] if _is_worth_showing(column, rows)]
    words = labels_for(language)
    return Grid(
        [Text(visible(_heading(kind, column, words)), "bold") for column in shown],
        [
            [_cell(kind, column, row.get(column), words if columns is None else {}, language) for column in shown]
            for row in rows
        ],
        right=[index for index, column in enumerate(shown) if column in _NUMBERS],
        expand=next((index for index, column in enumerate(shown) if column in _EXPANDED), None),
    )


def _heading(kind: str, column: str, words: Mapping[str, str]) -> str:
    """What a column is called: by its list, by its name, or by the label of its field."""
    named = words.get(f"column_{kind}_{column}") or words.get(f"column_{column}")
    row = table_of(EpisodeFields).get(column)
    labelled = words.get(row.field.label, "") if row else ""
    if not words["locale"].startswith("de"):  # German nouns keep their capital
        labelled = labelled[:1].lower() + labelled[1:]
    return named or labelled or column.replace("_", " ")


def _is_worth_showing(column: str, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether a column carries information: a status that is not published, different series, any value."""
    values = [row.get(column) for row in rows]
    if column == "status":
        return any(value not in ("published", None) for value in values)
    if column == "series":
        return len(set(values)) > 1
    return not rows or any(value not in (None, "", [], ()) for value in values)


def _cell(kind: str, column: str, value: Any, words: Mapping[str, str], language: str) -> Text:
    """Return a value as text: items of a list are not broken, episodes are counted.

    With ``words``, the labels of the language, a status and what is counted are translated, and long lists, ids and
    dates of comments are shortened.
    """
    if column == "what":
        named = words.get(f"stats_{value}") or words.get(str(value), str(value))
        return Text(visible(named.replace(" ", "\u00a0")))
    if column == "episodes" and isinstance(value, list | tuple):
        return Text(str(len(value)))
    if column == "status" and words:
        return Text("" if value == "published" else visible(words.get(f"status_{value}", str(value))))
    if (kind, column) in _SHORTENED and words:
        return Text(visible(cell(value)[: _SHORTENED[kind, column]]))
    if column == "date" and words and len(cell(value)) > len("2020-04-09"):
        return Text(visible(cell(value)[:16].replace("T", "\u00a0")))  # without seconds and zone
    if isinstance(value, list | tuple):
        items = [cell(item).replace(" ", "\u00a0") for item in value]
        return Text(shortened(items, language) if words else ", ".join(items))
    return Text(cell(value), ACCENT if column == "number" else "")
