"""Dates as people and other programs write them, in five languages, as dates of the model.

The languages are French, English, German, Spanish and Italian: ``jeudi 5 octobre 2023 à 19h30``, ``5/10/2023``,
``October 5, 2023 7:30 PM (GMT+2)``, ``du 4 au 5 novembre 2023``. What can be read in two ways is refused, or told in
the result: no guess is silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Any, NamedTuple

from totem_cli.errors import InvalidError
from totem_cli.language.dates import check_duration, check_moment, iso_duration, seconds_of
from totem_cli.language.human_dates.days import Day
from totem_cli.language.human_dates.grammar import LIMIT, Moment, numeric_order, read
from totem_cli.language.human_dates.hours import Clock
from totem_cli.language.human_dates.tokens import TwoWaysError
from totem_cli.language.human_dates.words import date_words
from totem_cli.language.zones import instants, zone_of

FORMS = "write 2020-04-09, 2020-04-09T18:30:00+02:00, 9 avril 2020 à 18h30, or 2020-04, 2020 where less is known"
"""The hint for a text that is no date."""

_ISO = re.compile(r"\d{4}(?:-?\d\d-?\d\d|-?W\d\d-?\d)(?:T[\d:.,]+(?:Z|[+-][\d:]+)?)?", re.ASCII | re.IGNORECASE)
_PARTIAL = re.compile(r"\d{4}(?:-\d\d)?", re.ASCII)
_SPACED = re.compile(r"\d{4}-\d\d-\d\d (?P<start>\d\d:\d\d)-(?P<offset>\d\d:\d\d)", re.ASCII)
_INTERVAL = re.compile(r"(?P<start>\S+)\s*/\s*(?P<length>P\w[\w.]*)", re.ASCII)
_SERIAL = re.compile(r"(\d{5})(?:[.,](\d{1,15}))?", re.ASCII)
_EPOCH = datetime(1899, 12, 30)
_SERIALS = range(10_000, 73_051)
"""The serial numbers of 1927-05-18 to 2099-12-31: others are more likely numbers of another kind."""

_MONTH_FIRST_REGIONS = ("US", "PH")
_DAY_FIRST_LANGUAGES = ("fr", "de", "es", "it")


class OrderError(InvalidError):
    """The order of day and month in ``5/10/2023`` is not known."""


class ParsedDate(NamedTuple):
    """A date of the model, and what else the text says.

    ``duration`` is the ISO 8601 length of a stretch of hours (``PT1H30M``) or of days (``P2D``). ``time_dropped`` is
    whether a time of day is left out, and ``why`` the reason, as a phrase that goes on from the text (``has a time
    without a zone``). ``assumed`` is what was decided though the text does not state it, as such a phrase; else empty.
    """

    date: str
    time_dropped: bool = False
    duration: str | None = None
    why: str = ""
    assumed: str = ""


def parse_date(
    value: Any,
    field: str = "date",
    *,
    language: str = "",
    day_first: bool | None = None,
    timezone: str | None = None,
    table: bool = False,
) -> ParsedDate:
    """Read a date, or a stretch of days or hours, from a text or a value of TOML, YAML or a spreadsheet.

    ``day_first`` says whether ``5/10/2023`` is 5 October; None lets ``language`` (a tag) decide it, and refuses the
    date where that does not. Dates with dots are day first. Years of two digits are those from 1969 to 2068.
    ``timezone`` (an IANA name or an offset) is that of times that state none; without it only their day is kept. So it
    is where the zone has that time twice, or not at all. ``table`` reads a spreadsheet's serial numbers (45204).

    Raises InvalidError, for ``field``, where the value is no date, has no year, is not in the calendar, can be read in
    two ways, or names days that do not follow each other.
    """
    if isinstance(value, datetime):
        return _of_datetime(value, field, timezone)
    if table and isinstance(value, int | float) and not isinstance(value, bool):
        value = repr(value)
    if not isinstance(value, str):
        return ParsedDate(check_moment(value, field))
    if len(value) > LIMIT:
        raise InvalidError(f"{field} '{value[:60]}…' is not a date", field=field, hint=FORMS)
    text = " ".join(value.split())
    if found := _of_program(text, field, timezone, table=table):
        return found
    try:
        understood = read(text)
    except TwoWaysError as error:
        raise InvalidError(f"{field} {value!r} can be read in two ways", field=field, hint=str(error)) from None
    if understood:
        return _Reading(text, field, language, day_first, timezone).result(*understood)
    try:
        return ParsedDate(check_moment(text, field))  # a form of ISO 8601 that is rare
    except InvalidError:
        raise InvalidError(f"{field} {value!r} is not a date", field=field, hint=FORMS) from None


def _of_program(text: str, field: str, timezone: str | None, *, table: bool) -> ParsedDate | None:
    """The date of a text that a program wrote: a serial number, an interval or a date of ISO 8601; None for others."""
    if table and (match := _SERIAL.fullmatch(text)) and int(match[1]) in _SERIALS:
        return _of_serial(match, field, timezone)
    if match := _INTERVAL.fullmatch(text):
        start = parse_date(match["start"], field, timezone=timezone)
        return start._replace(duration=check_duration(match["length"], field))
    if _PARTIAL.fullmatch(text):
        return ParsedDate(check_moment(text, field))
    spaced = _SPACED.fullmatch(text)
    if _ISO.fullmatch(text) or (spaced and spaced["start"] >= spaced["offset"]):
        return _of_iso(text, field, timezone)
    return None


def decide_order(values: Iterable[Any]) -> bool | None:
    """Return whether the dates of one source have the day first, where one of them decides it: 15/06/2018 does.

    None where none does, or where they contradict each other. Dates with dots, which are always day first, say nothing
    about the others.
    """
    orders = set()
    for value in values:
        pair = numeric_order(value) if isinstance(value, str) and any(map(str.isdigit, value)) else None
        if pair and max(pair) > 12 >= min(pair):
            orders.add(pair[0] > 12)
    return orders.pop() if len(orders) == 1 else None


class _Reading:
    """One text, and what its reader was told."""

    def __init__(self, text: str, field: str, language: str, day_first: bool | None, timezone: str | None) -> None:
        self.text, self.field, self.language, self.timezone = text, field, language, timezone
        self.day_first = day_first
        self.assumed: list[str] = []

    def refused(self, what: str, hint: str = FORMS) -> InvalidError:
        return InvalidError(f"{self.field} {self.text!r} {what}", field=self.field, hint=hint)

    def result(self, first: Moment, last: Moment | None) -> ParsedDate:
        if not first.days and last and last.days:
            first, last = first._replace(days=last.days, end=last.start, zone=first.zone or last.zone), None
        if not first.days:
            raise self.refused("has no day")
        days = self.days(first)
        if len(days) == 1 and not (days[0].month and days[0].day):
            return self.partial(days[0], first, last)
        calendar = [self.calendar(day) for day in days]
        self.follow_each_other(calendar, is_list=first.is_list)
        start, end = first.start, first.end
        end_day, end_zone = calendar[-1], first.zone
        if last:
            if len(calendar) > 1 or end or last.end or len(last.days) > 1:
                raise self.refused("is not understood")
            end, end_zone = last.start, last.zone or first.zone
            end_day = self.calendar(self.days(last)[0]) if last.days else end_day
            if (start is None) != (end is None):
                raise self.refused("has a time at one end only", "write a time at both ends, or at none")
        if end_day < calendar[0]:
            raise self.refused("ends before it begins", "write the first day first")
        return self.moment(calendar[0], end_day, start, end, (first.zone or end_zone, end_zone))

    def partial(self, day: Day, first: Moment, last: Moment | None) -> ParsedDate:
        if last or first.start or first.end:
            raise self.refused("has no day" if day.year else "has no year")
        if not day.year:
            raise self.refused("has no year", "write the year too, with four digits")
        text = f"{day.year:04d}-{day.month:02d}" if day.month else f"{day.year:04d}"
        return ParsedDate(check_moment(text, self.field))

    # Days

    def days(self, moment: Moment) -> list[Day]:
        """The days with all their parts: the order of numbers decided, months and years taken from the next day."""
        days = [self.ordered(day) if day.two else day for day in moment.days]
        last = days[-1]
        if not last.month and last.day:
            month = next((day.month for day in reversed(days) if day.month), 0)
            days[-1] = last = last._replace(month=month)
        for place in range(len(days) - 2, -1, -1):
            day, after = days[place], days[place + 1]
            days[place] = day._replace(year=day.year or after.year, month=day.month or after.month)
            if day.month > after.month and not day.year and days[place].year:  # 30 December to 2 January 2024
                days[place] = days[place]._replace(year=after.year - 1)
        return days

    def ordered(self, day: Day) -> Day:
        one, two = day.two or (0, 0)
        day_first = self.day_first
        if day_first is None and max(one, two) <= 12 and one != two:
            day_first = self.by_weekday(day, one, two)
            if day_first is None:
                day_first = order_of(self.language)
                if day_first is None:
                    hint = "say which with --day-first or --month-first, or write it as 2020-04-09 (year, month, day)"
                    what = f"{self.field} {self.text!r} can be read in two ways"
                    raise OrderError(what, field=self.field, hint=hint)
                order = "day" if day_first else "month"
                self.assumed.append(f"is read {order} first, as usual in the language {self.language}")
        if one > 12:
            day_first = True
        elif two > 12:
            day_first = False
        month, number = (two, one) if day_first else (one, two)
        return day._replace(month=month, day=number, two=None)

    @staticmethod
    def by_weekday(day: Day, one: int, two: int) -> bool | None:
        """Whether the day of the week shows that the day is first; None where it does not."""
        if day.weekday is None or not day.year:
            return None
        first, second = (_date(day.year, *pair) for pair in ((two, one), (one, two)))
        fits = [found is not None and found.weekday() == day.weekday for found in (first, second)]
        return fits[0] if fits[0] != fits[1] else None

    def calendar(self, day: Day) -> date:
        if not day.year:
            raise self.refused("has no year", "write the year too, with four digits")
        if not (day.month and day.day):
            raise self.refused("is not a stretch of days", "write the first and the last day")
        found = _date(day.year, day.month, day.day)
        if found is None or day.year < 1000:
            raise self.refused("is not in the calendar")
        if day.weekday is not None and found.weekday() != day.weekday:
            self.assumed.append(f"names another day of the week than {found.isoformat()} is")
        return found

    def follow_each_other(self, days: Sequence[date], *, is_list: bool) -> None:
        if not is_list and len(days) < 3:
            return
        if any((after - one).days != 1 for one, after in pairwise(days)):
            hint = "write the first and the last day of a stretch, or give each day an episode of its own"
            raise self.refused("names days that do not follow each other", hint)

    # Hours

    def moment(
        self, day: date, end_day: date, start: Clock | None, end: Clock | None, zones: tuple[str, str]
    ) -> ParsedDate:
        if start is None:
            length = (end_day - day).days + 1
            return ParsedDate(day.isoformat(), duration=f"P{length}D" if length > 1 else None, assumed=self.told())
        start, end = self.halves(start, end)
        begins = self.local(day, start)
        ends = self.local(end_day, end) if end else None
        if ends and ends <= begins and end_day == day:
            ends += timedelta(days=1)
        if start.hour == 24:
            why = "has the time 24:00, which is of the next day"
            moment = None
        else:
            moment, why = self.instant(begins, zones[0])
        last = self.instant(ends, zones[1])[0] if ends else None
        duration = None
        if ends is None and end_day > day:
            duration = f"P{(end_day - day).days + 1}D"
        elif ends and moment and last:
            duration = iso_duration(int((last - moment).total_seconds()))
        elif ends and zones[0] == zones[1]:
            one_day = ends - begins < timedelta(days=1)
            duration = iso_duration(int((ends - begins).total_seconds())) if one_day else _days_of(day, end_day)
        elif ends and end_day > day:
            duration = _days_of(day, end_day)
        if duration and seconds_of(duration) <= 0:
            raise self.refused("ends before it begins", "write the first hour first")
        text = moment.isoformat() if moment else day.isoformat()
        return ParsedDate(text, moment is None, duration, why, self.told())

    def told(self) -> str:
        return "; it ".join(dict.fromkeys(self.assumed))

    def halves(self, start: Clock, end: Clock | None) -> tuple[Clock, Clock | None]:
        """The hours of 24: in ``7-9 pm`` both are in the afternoon, in ``11-1 pm`` the first is not."""
        if end and end.half and not start.half and 1 <= start.hour <= 12:
            same = start._replace(half=end.half)
            other = start._replace(half="am" if end.half == "pm" else "pm")
            start = same if self.whole(same)[:2] < self.whole(end)[:2] else other
        return self.whole(start), self.whole(end) if end else None

    def whole(self, clock: Clock) -> Clock:
        hour = clock.hour
        if clock.half:
            if not 1 <= hour <= 12:
                if clock.half == "pm" and hour <= 23 and hour > 12:  # 19:30 PM
                    return clock._replace(half="")
                raise self.refused("has a time of day that does not exist", "write hours from 1 to 12 with am and pm")
            hour = hour % 12 + 12 * (clock.half == "pm")
        if hour > 24 or clock.minute > 59 or clock.second > 60 or (hour == 24 and (clock.minute or clock.second)):
            raise self.refused(
                "has a time of day that does not exist", "write hours from 0 to 23, minutes from 0 to 59"
            )
        return Clock(hour, clock.minute, min(clock.second, 59))

    @staticmethod
    def local(day: date, clock: Clock) -> datetime:
        midnight = datetime(day.year, day.month, day.day)
        try:
            return midnight + timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)
        except OverflowError:
            return midnight

    def instant(self, local: datetime, zone: str) -> tuple[datetime | None, str]:
        """The moment of a local time, or the reason why it is not known."""
        return _instant(local, self.field, zone, self.timezone)


def _instant(local: datetime, field: str, zone: str, timezone: str | None) -> tuple[datetime | None, str]:
    known = date_words().zones
    stated = known.get(zone, zone)
    own = zone_of(timezone, field="timezone") if timezone else None
    if zone and not stated:
        if own and (found := instants(local, own)) and (found[0].tzname() or "").casefold() == zone:
            return found[0], ""
        return None, f"has the zone {zone.upper()}, which is that of several countries"
    chosen: tzinfo | None = zone_of(stated, field) if stated else own
    if chosen is None:
        return None, "has a time without a zone"
    try:
        found = instants(local, chosen)
    except OverflowError:
        found = ()
    if len(found) == 1:
        return found[0], ""
    name = stated or timezone
    return None, f"has a time that {'occurs twice' if found else 'does not occur'} that day in {name}"


def _of_datetime(value: datetime, field: str, timezone: str | None) -> ParsedDate:
    if value.tzinfo is not None:
        return ParsedDate(check_moment(value, field))
    moment, why = _instant(value, field, "", timezone)
    return ParsedDate(moment.isoformat() if moment else value.date().isoformat(), moment is None, why=why)


def _of_serial(match: re.Match[str], field: str, timezone: str | None) -> ParsedDate:
    day = _EPOCH + timedelta(days=int(match[1]))
    seconds = round(float(f"0.{match[2] or 0}") * 86400)
    if not match[2] or not int(match[2]):
        return ParsedDate(day.date().isoformat())
    return _of_datetime(day + timedelta(seconds=seconds), field, timezone)


def _of_iso(text: str, field: str, timezone: str | None) -> ParsedDate:
    """ISO 8601 in any of its forms: with hyphens or without, by week, with a time."""
    try:
        found = datetime.fromisoformat(text.upper())
    except ValueError:
        raise InvalidError(f"{field} {text!r} is not in the calendar", field=field, hint=FORMS) from None
    if not found.year >= 1000 or ("-" not in text and not 1800 <= found.year < 2200):
        raise InvalidError(f"{field} {text!r} is not a date", field=field, hint=FORMS)
    if "T" not in text.upper():
        return ParsedDate(found.date().isoformat())
    return _of_datetime(found, field, timezone)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _days_of(day: date, end_day: date) -> str | None:
    length = (end_day - day).days + 1
    return f"P{length}D" if length > 1 else None


def order_of(language: str) -> bool | None:
    """Return whether a language writes the day first; None for English, which does both, unless its region says it."""
    base, _, region = language.partition("-")
    if base.lower() in _DAY_FIRST_LANGUAGES:
        return True
    if base.lower() != "en" or not region:
        return None
    if region.upper() == "CA":
        return None
    return region.upper() not in _MONTH_FIRST_REGIONS
