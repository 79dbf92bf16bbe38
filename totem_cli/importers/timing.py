"""When something takes place, of which the day, the hours and the end stand in several values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from typing import NamedTuple

from totem_cli.errors import InvalidError
from totem_cli.importers.dates import ParsedDate
from totem_cli.language.dates import iso_duration

_BARE_HOUR = re.compile(r"(?P<hour>[01]?\d|2[0-3])(?:,(?P<minute>[0-5]\d))?", re.ASCII)
_CLOCK = re.compile(r"0?[0-4]:[0-5]\d", re.ASCII)


def is_clock(text: str) -> bool:
    """Whether a duration of two numbers is more likely one of hours and minutes than of minutes and seconds (1:30)."""
    return bool(_CLOCK.fullmatch(text.strip()))


def moment_of(value: object) -> str:
    """The moment of a count of seconds or milliseconds since 1970, a day where it is midnight; empty for any other."""
    if isinstance(value, str) and value.isdecimal() and len(value) in (10, 13):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 10**8 <= value < 10**13:
        return ""
    moment = datetime.fromtimestamp(value if value < 10**11 else value / 1000, UTC).replace(microsecond=0)
    return moment.date().isoformat() if moment.time() == time.min else moment.isoformat()


def _hour(text: str) -> str:
    """An hour of a column of hours as it is written elsewhere: ``17,30`` is 17:30, and ``19`` is 19:00."""
    match = _BARE_HOUR.fullmatch(text.strip())
    return f"{match['hour']}:{match['minute'] or '00'}" if match else text


def _between(start: ParsedDate, end: str, parse: Callable[[str], ParsedDate]) -> str:
    """How long it is to a moment of a form that cannot stand in one text (45292.75); empty if that is unknown."""
    try:
        moments = [datetime.fromisoformat(text) for text in (start.date, parse(end).date) if "T" in text]
        return iso_duration(int((moments[1] - moments[0]).total_seconds())) if moments[1] > moments[0] else ""
    except (InvalidError, IndexError, TypeError):
        return ""


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
        plain = self._replace(start=_hour(self.start), end=_hour(self.end))
        if plain != self:
            return plain.read(parse)
        parts = [part for part in ("start", "end_day", "end") if getattr(self, part)]
        if self.end_day == self.day and self.end_day:
            parts.remove("end_day")
        for text, unread in self._texts():
            try:
                return parse(text), [part for part in unread if part in parts]
            except InvalidError:
                continue
        day = parse(self.day)
        if self.end and not self.start and (length := _between(day, self.end, parse)):
            return day._replace(duration=length), [part for part in parts if part != "end"]
        return day, parts

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
