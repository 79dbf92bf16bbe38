"""The notes on the rows of a table: what several rows have is one note, with the first of them."""

from __future__ import annotations

from collections import Counter

from totem_cli.importers.notes import Kind, Note
from totem_cli.importers.table.sheet import Sheet


class Told:
    """Collects notes. ``line`` is that of the row that is read."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._counts: Counter[tuple[Kind, str, str, str]] = Counter()
        self._first: dict[tuple[Kind, str, str, str], int | None] = {}
        self.line: int | None = None

    def tell(self, kind: Kind, what: str, why: str, hint: str = "") -> None:
        """Note something of the row that is read."""
        key = kind, what, why, hint
        self._counts[key] += 1
        self._first.setdefault(key, self.line)

    def notes(self) -> list[Note]:
        """All notes, in the order of the rows."""
        return [
            Note(kind, what, why, self._sheet.location(self._first[kind, what, why, hint]), hint, count)
            for (kind, what, why, hint), count in self._counts.items()
        ]
