"""Collect the notes of an import: one note for all parts of a source that the same is said of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from totem_cli.errors import Location
from totem_cli.importers.notes import Kind, Note


class NoteList:
    """The notes of a source, in the order in which each was first made."""

    def __init__(self) -> None:
        self._notes: dict[tuple[Kind, str, str], Note] = {}

    def add(
        self, kind: Kind, what: str, why: str, location: Location | None = None, *, hint: str = "", count: int = 1
    ) -> None:
        """Make a note; of a part that has one with the same ``why``, only the count grows."""
        key = (kind, what, why)
        known = self._notes.get(key)
        self._notes[key] = (
            replace(known, count=known.count + count) if known else Note(kind, what, why, location, hint, count)
        )

    def left_out(
        self, what: str, why: str, location: Location | None = None, *, hint: str = "", count: int = 1
    ) -> None:
        """Note a part that is nowhere in the archive."""
        self.add(Kind.LEFT_OUT, what, why, location, hint=hint, count=count)

    def kept_aside(self, what: str, why: str, location: Location | None = None, *, count: int = 1) -> None:
        """Note a part that is kept under its own name."""
        self.add(Kind.KEPT_ASIDE, what, why, location, count=count)

    def assumed(self, what: str, why: str, location: Location | None = None, *, hint: str = "") -> None:
        """Note a part that is placed by a decision that the source does not state."""
        self.add(Kind.ASSUMED, what, why, location, hint=hint)

    def __iter__(self) -> Iterator[Note]:
        return iter(self._notes.values())
