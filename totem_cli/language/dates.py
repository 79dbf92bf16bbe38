"""Dates and durations of the model: validation, comparison, and display in a language.

A *moment* is a date or date-time as ISO 8601 text: ``2020``, ``2020-04``, ``2020-04-09``, or a date-time with its zone.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from totem_cli.errors import InvalidError
from totem_cli.language.labels import label, labels_for

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_DURATION = re.compile(r"P(?=.)(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_WHOLE_DAYS = re.compile(r"P\d+D")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})")
_HINT = "write 2020, 2020-04, 2020-04-09 or 2020-04-09T18:30:00+02:00"


def check_moment(value: Any, field: str = "date") -> str:
    """Return the moment as ISO 8601 text. Raises InvalidError where it is none, or a date-time without a zone."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise InvalidError(
                f"{field} has a time but no zone",
                field=field,
                hint=f"write {value.isoformat()}+02:00, or only the date",
            )
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool) and 1000 <= value <= 9999:
        return str(value)
    if not isinstance(value, str):
        raise InvalidError(f"{field} is not a date", field=field, hint=_HINT)
    text = value.strip()
    if _PARTIAL.fullmatch(text):
        return _check_calendar(text, field)
    try:
        return check_moment(datetime.fromisoformat(text), field)
    except ValueError:
        raise InvalidError(f"{field} {value!r} is not a date", field=field, hint=_HINT) from None


def _check_calendar(text: str, field: str) -> str:
    year, month, day = (int(part or 1) for part in _PARTIAL.fullmatch(text).groups())  # type: ignore[union-attr]
    try:
        date(year, month, day)
    except ValueError:
        raise InvalidError(f"{field} {text} is not in the calendar", field=field, hint=_HINT) from None
    return text


def day_of(moment: str) -> str:
    """Return the local day of a moment; of a partial date the first one: ``2020`` gives ``2020-01-01``."""
    return (moment[:10] + "-01-01"[len(moment) - 4 :])[:10] if len(moment) < 10 else moment[:10]


def date_bounds(text: str) -> tuple[str, str]:
    """Return the first and last day, both included, of a date that may be partial; InvalidError where it is none."""
    moment = check_moment(text, "date")
    if len(moment) >= 10:
        return moment[:10], moment[:10]
    if len(moment) == 7:
        from calendar import monthrange

        return f"{moment}-01", f"{moment}-{monthrange(int(moment[:4]), int(moment[5:]))[1]:02d}"
    return f"{moment}-01-01", f"{moment}-12-31"


def moment_key(moment: str) -> tuple[str, str]:
    """Return a sort key: by local day, then by instant."""
    if len(moment) <= 10:
        return day_of(moment), ""
    try:
        return day_of(moment), datetime.fromisoformat(moment).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return day_of(moment), moment


def date_label(moment: str, language: str) -> str:
    """Return a moment for people: ``9 avril 2020``, ``avril 2020``, ``2020``, ``9 avril 2020 à 18 h 30``."""
    words = labels_for(language)
    day = _PARTIAL.fullmatch(moment[:10])
    if not day:
        return moment
    year, month, number = day.groups()
    if month is None:
        return year
    name = words["months"].split()[int(month) - 1]
    if number is None:
        return f"{name} {year}"
    full_date = label("full_date", language, day=_day_name(number, language), month=name, year=year)
    if len(moment) <= 10:
        return full_date
    return label("date_time", language, date=full_date, hour=int(moment[11:13]), minute=moment[14:16])


def _day_name(number: str, language: str) -> str:
    return labels_for(language)["first_day"] if number == "01" else str(int(number))


def event_labels(moment: str | None, duration: str | None, language: str) -> tuple[str, str]:
    """Return when something is and how long it lasts, for people; an empty text for what is not known.

    The days of a stretch are one date: ``du 4 au 5 novembre 2023``, with no duration beside it.
    """
    length = duration_label(duration, language) if duration else ""
    if not moment:
        return "", length
    if whole_days(moment, duration) < 2:
        return date_label(moment, language), length
    last = last_day(moment, duration)
    (year, month, day), (last_year, last_month, last_number) = moment.split("-"), last.split("-")
    if year != last_year:
        return label("days", language, first=date_label(moment, language), last=date_label(last, language)), ""
    months = labels_for(language)["months"].split()
    values = {
        "first": _day_name(day, language),
        "last": _day_name(last_number, language),
        "month": months[int(month) - 1],
        "last_month": months[int(last_month) - 1],
        "year": year,
    }
    return label("days_of_month" if month == last_month else "days_of_year", language, **values), ""


def span_label(first: str, last: str, language: str) -> str:
    """Return the span of two moments for people: its days up to a month, else its months, else its years.

    ``du 30 mars au 1er avril 2016``, ``mars – juin 2016``, ``2014–2016``.
    """
    if len(first) >= 10 and len(last) >= 10:
        days = (date.fromisoformat(last[:10]) - date.fromisoformat(first[:10])).days + 1
        if 1 <= days <= 31:
            return event_labels(first[:10], f"P{days}D", language)[0]
    if first[:4] != last[:4]:
        return f"{first[:4]}–{last[:4]}"
    if min(len(first), len(last)) < 7 or first[:7] == last[:7]:
        return date_label(min(first[:7], last[:7], key=len), language)
    return f"{labels_for(language)['months'].split()[int(first[5:7]) - 1]} – {date_label(last[:7], language)}"


def days_of(moment: str, duration: str | None) -> int:
    """Return on how many days something is that begins on a day and has a duration; 1 where its hour is known."""
    if len(moment) != 10 or not duration:
        return 1
    left = (date.max - date.fromisoformat(moment)).days + 1
    return max(1, min(-(-seconds_of(duration) // 86400), left))


def whole_days(moment: str, duration: str | None) -> int:
    """Return how many days a stretch of whole days has (``P2D`` from a day on); 1 for anything else."""
    return days_of(moment, duration) if duration and _WHOLE_DAYS.fullmatch(duration) else 1


def last_day(moment: str, duration: str | None) -> str:
    """Return the last of these days."""
    return (date.fromisoformat(moment[:10]) + timedelta(days=days_of(moment, duration) - 1)).isoformat()


def check_duration(value: Any, field: str = "duration") -> str:
    """Return a duration as ISO 8601 (``PT1H5M``), from that form, ``1:05:00``, ``45:00``, or a number of minutes.

    Raises InvalidError for anything else.
    """
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return iso_duration(value * 60)
    if isinstance(value, str):
        text = value.strip().upper()
        if _DURATION.fullmatch(text):
            return text
        clock = _CLOCK.fullmatch(text)
        if clock:
            return iso_duration(int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + int(clock[3]))
        if text.isascii() and text.isdigit():
            return iso_duration(int(text[:9]) * 60)
    raise InvalidError(f"{field} {value!r} is not a duration", field=field, hint="write PT1H5M, 1:05:00, or minutes")


def seconds_of(duration: str) -> int:
    """Return the seconds of an ISO 8601 duration of days, hours, minutes and seconds; 0 where it is none."""
    match = _DURATION.fullmatch(duration)
    if not match:
        return 0
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return int(days * 86400 + hours * 3600 + minutes * 60 + seconds)


def duration_label(duration: str, language: str) -> str:
    """Return a duration for people: ``1 h 05``, ``45 min``, ``2 jours``."""
    match = _DURATION.fullmatch(duration)
    days = int(match[1] or 0) if match else 0
    rest = seconds_of(duration) - days * 86400
    if not days:
        return _hours_label(rest, language)
    said = label("day_count", language, count=days)
    return f"{said} {_hours_label(rest, language)}" if rest else said


def _hours_label(seconds: int, language: str) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes = rest // 60
    if hours:
        return (
            label("hours", language, hours=hours, minutes=f"{minutes:02d}")
            if minutes
            else label("whole_hours", language, hours=hours)
        )
    return label("minutes", language, minutes=minutes) if minutes else label("seconds", language, seconds=rest)


def iso_duration(seconds: int) -> str:
    """Return seconds as an ISO 8601 duration of hours, minutes and seconds."""
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = "".join(f"{amount}{unit}" for amount, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if amount)
    return f"PT{parts or '0S'}"
