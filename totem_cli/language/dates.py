"""Dates and durations: validation, comparison, and display in a language.

A *moment* is a date or date-time as ISO 8601 text: ``2020``, ``2020-04``, ``2020-04-09``, or a date-time with its zone.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from totem_cli.errors import InvalidError
from totem_cli.language.labels import label, labels_for

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_DURATION = re.compile(r"P(?=.)(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
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


def date_bounds(text: str, field: str = "date") -> tuple[str, str]:
    """Return the first and last day, both included, of a date that may be partial; InvalidError where it is none."""
    moment = check_moment(text, field)
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
    day_name = words["first_day"] if number == "01" else str(int(number))
    full_date = label("full_date", language, day=day_name, month=name, year=year)
    if len(moment) <= 10:
        return full_date
    return label("date_time", language, date=full_date, hour=int(moment[11:13]), minute=moment[14:16])


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
    """Return a duration for people: ``1 h 05``, ``45 min``."""
    hours, rest = divmod(seconds_of(duration), 3600)
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
