"""Notes: what an import did not place as it stood in its source, for the report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from totem_cli.errors import Location


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
    has it, where one note is about many.
    """

    kind: Kind
    what: str
    why: str
    location: Location | None = None
    hint: str = ""
    count: int = 1

    def __str__(self) -> str:
        """One line for people: the location, the part shortened, the reason."""
        what = self.what if len(self.what) <= 80 else f"{self.what[:79]}…"
        times = f" ({self.count} times)" if self.count > 1 else ""
        where = f"{self.location}: " if self.location else ""
        return f"{where}{self.kind}: {' '.join(what.split())!r}{times}: {self.why}"
