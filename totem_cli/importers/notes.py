"""Notes: what an import did not place as it stood in its source, for the report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from totem_cli.errors import Location

_SHOWN = 80


class Kind(StrEnum):
    """What became of the part of a source that a note is about."""

    LEFT_OUT = "left out"
    KEPT_ASIDE = "kept aside"
    """It is in ``extra``, under its own name."""
    ASSUMED = "assumed"
    """It is placed, by a decision that the source does not state: an encoding, a zone, the order of day and month."""


@dataclass(frozen=True, slots=True)
class Note:
    """A part of a source, and why it is not placed as it stood.

    ``what`` is the part itself, whole and unchanged: the text, the value, or the name of a column, key, file or element
    (which then covers all its values). ``why`` is a phrase that goes on from it (``it looks personal``). ``location``
    is where it first stands. ``hint`` is the option or the change that places it. ``count`` is how often the source
    has it, where one note is about many. ``asked`` says that the user wants it so (``--map NAME=-``): ``--strict``
    lets it pass, as it does ``furniture``: what surely stands around the text of every page of a site (a menu).
    """

    kind: Kind
    what: str
    why: str
    location: Location | None = None
    hint: str = ""
    count: int = 1
    asked: bool = False
    furniture: bool = False

    @property
    def is_placed(self) -> bool:
        """Whether ``--strict`` lets it pass."""
        return self.asked or self.furniture or self.kind == Kind.ASSUMED

    @property
    def name(self) -> str:
        """The part in quotation marks, in one line, shortened, with its control characters as escapes."""
        what = " ".join(self.what.split())
        return repr(what if len(what) <= _SHOWN else f"{what[: _SHOWN - 1]}…")

    def __str__(self) -> str:
        """One line for people: the location, the part shortened, the reason, the hint."""
        times = f" ({self.count} times)" if self.count > 1 else ""
        where = f"{self.location}: " if self.location else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{where}{self.kind}: {self.name}{times}: {self.why}{hint}"

    def as_json(self) -> dict[str, Any]:
        """The note as an object of the report."""
        location = self.location._asdict() if self.location else None
        return {
            "kind": str(self.kind),
            "what": self.what,
            "why": self.why,
            "location": location,
            "hint": self.hint or None,
            "count": self.count,
            "asked": self.asked,
        }


def merged(notes: Iterable[Note]) -> list[Note]:
    """The notes, those that say the same of the same part as one, at the place of the first."""
    found: dict[tuple[object, ...], Note] = {}
    for note in notes:
        key = note.kind, note.what, note.why, note.location and note.location.file
        first = found.get(key)
        found[key] = note if first is None else replace(first, count=first.count + note.count)
    return list(found.values())
