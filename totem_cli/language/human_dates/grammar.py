"""The grammar of dates as people write them: from text to the numbers and words that it states, without a calendar.

A text is a day or a stretch of days, a time of day or a stretch of hours, and a zone, in the orders that the five
languages use; two of these with a word or a dash between them are a stretch, too. What is not wholly understood is not
read at all. The readers try a few alternatives at one place and go back where one fails; since a text has at most
``LIMIT`` characters, the work is bounded.
"""

from __future__ import annotations

from typing import NamedTuple

from totem_cli.language.human_dates.days import Day, DayReader
from totem_cli.language.human_dates.hours import Clock, HourReader
from totem_cli.language.human_dates.tokens import TwoWaysError

_BEFORE_LATE_DAY = frozenset((",", "-", "|"))

LIMIT = 160
"""The most characters of a date. Longer texts are prose."""


class Moment(NamedTuple):
    """The days, the hours, and the zone. The days between the first and the last of a list show whether it is one."""

    days: tuple[Day, ...] = ()
    is_list: bool = False
    start: Clock | None = None
    end: Clock | None = None
    zone: str = ""


def read(text: str) -> tuple[Moment, Moment | None] | None:
    """Return the moment that a text states, or the first and last of a stretch; None where it is not understood.

    Raises TwoWaysError for ``22:00-05:00``, which may be a stretch of hours or a time with its offset, and for
    ``05-10-23``, which may begin with the day, the month or the year.
    """
    return _Reader(text).whole() if len(text) <= LIMIT else None


def numeric_order(text: str) -> tuple[int, int] | None:
    """Return the two first numbers of ``5/10/2023`` or ``5-10-2023 19:30``; None for other texts, and with dots."""
    try:
        found = read(text)
    except TwoWaysError:
        return None
    return next((day.two for moment in found or () if moment for day in moment.days if day.two), None)


class _Reader(DayReader, HourReader):
    """Reads moments, and stretches between two."""

    def whole(self) -> tuple[Moment, Moment | None] | None:
        if not self.tokens:
            return None
        first = self.attempt(self.moment)
        if first is None:
            return None
        last = None
        if self.peek().kind != "end" and self.take(self.kinds["to_day"]):
            last = self.attempt(self.moment)
            if last is None:
                return None
        self.skip({".", ")", "]", ";"})
        return (first, last) if self.peek().kind == "end" else None

    def moment(self) -> Moment | None:
        self.skip(self.kinds["before_day"])
        return self.attempt(self.day_then_hours) or self.attempt(self.hours_then_day)

    def day_then_hours(self) -> Moment | None:
        found = self.days()
        if found is None:
            return None
        days, is_list = found
        hours = self.attempt(self.hours)
        if hours is None:
            return Moment(days, is_list)
        if not days[-1].year:  # as date(1) writes: Thu Oct 5 19:30:00 CEST 2023
            year = self.number(4)
            days = (*days[:-1], days[-1]._replace(year=year or 0))
        start, end, zone = hours
        return Moment(days, is_list, start, end, zone)

    def hours_then_day(self) -> Moment | None:
        hours = self.attempt(self.hours)
        if hours is None:
            return None
        place = self.at
        self.skip(_BEFORE_LATE_DAY)
        self.skip(self.kinds["before_day"])
        found = self.attempt(self.days)
        if found is None:
            self.at = place
        days, is_list = found or ((), False)
        start, end, zone = hours
        return Moment(days, is_list, start, end, zone)
