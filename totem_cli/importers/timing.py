"""When something takes place, of which the day, the hours and the end stand in several values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from totem_cli.errors import InvalidError
from totem_cli.importers.dates import ParsedDate

_CLOCK = re.compile(r"0?[0-4]:[0-5]\d", re.ASCII)


def is_clock(text: str) -> bool:
    """Whether a duration of two numbers is more likely one of hours and minutes than of minutes and seconds (1:30)."""
    return bool(_CLOCK.fullmatch(text.strip()))


class Timing(NamedTuple):
    """The parts as a source writes them; those that it does not have are empty.

    ``day`` may have an hour already, ``start`` may be a stretch of hours (``09:00-09:45``), and ``end`` a whole date.
    """

    day: str
    start: str = ""
    end_day: str = ""
    end: str = ""

    def read(self, parse: Callable[[str], ParsedDate]) -> tuple[ParsedDate, list[str]]:
        """The date with how long it goes on, and the names of the parts that cannot stand beside the others.

        ``parse`` reads one text. Raises what it raises for the day alone.
        """
        parts = [part for part in ("start", "end_day", "end") if getattr(self, part)]
        if self.end_day == self.day and self.end_day:
            parts.remove("end_day")
        for text, unread in self._texts():
            try:
                return parse(text), [part for part in unread if part in parts]
            except InvalidError:
                continue
        return parse(self.day), parts

    def _texts(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The parts as one text, those with most of them first, each with the parts that are not in it."""
        begins = f"{self.day} {self.start}".strip()
        end_day = "" if self.end_day == self.day else self.end_day
        if ends := f"{end_day} {self.end}".strip():
            yield f"{begins} - {ends}", ()
            if end_day and self.end and end_day in self.end:
                yield f"{begins} - {self.end}", ()
        if self.start:
            yield begins, ("end_day", "end")
        if ends:
            yield f"{self.day} - {ends}", ("start",)
