"""Durations as people and other programs write them, in five languages, as durations of the model."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Any

from totem_cli.errors import InvalidError
from totem_cli.language.dates import check_duration, iso_duration
from totem_cli.language.fold import fold
from totem_cli.language.human_dates.words import date_words

FORMS = "write PT1H5M, 1:05:00, 1h05, 65 min, or minutes"
"""The hint for a text that is no duration."""

_LIMIT = 80
_AMOUNT = re.compile(
    r"(?P<number>[0-9]{1,9})(?:[.,](?P<fraction>[0-9]{1,9}))?\s*(?P<unit>[a-z]+|''?|\")?\.?\s*", re.ASCII
)
_BETWEEN = re.compile(r"(?:,|et|and|und|y|e)\s+", re.ASCII)
_NUMBER = re.compile(r"(?P<whole>[0-9]{1,9})(?:[.,](?P<fraction>[0-9]{1,9}))?", re.ASCII)
_HOURS = re.compile(
    r"(?:de |from |von |dalle |entre |between )?(\d\d?)\s?(?:[h:]|h |uhr)\s?(\d\d)?\s?(?:-|a|to|bis|alle|et|and)\s?"
    r"(\d\d?)\s?(?:[h:]|uhr)\s?(\d\d)?(?: ?uhr)?",
    re.ASCII,
)
_MOST_MINUTES = 24 * 60
"""A larger number without a unit counts seconds, as players and feeds do."""

_EARLIEST = 6
"""A stretch of hours begins at six or later: ``1h-2h`` is more likely an hour or two."""


def parse_duration(value: Any, field: str = "duration", *, unit: int = 60) -> str:
    """Return a duration as ISO 8601, from ``1h30``, ``1 h 30``, ``90 min``, ``1,5 h``, ``1:30:00``, ``2 jours``.

    It may be a number, which counts ``unit`` seconds each: minutes unless the caller knows that its source counts
    seconds; more than a day of minutes (5400) can only be seconds. ``45:00`` are minutes and seconds. ``19h30-21h`` is
    as long as that stretch of hours. Parts of a second are rounded. Raises InvalidError, for ``field``, where the value
    is none of these.
    """
    found = _of_value(value, unit) if not isinstance(value, str) else _of_text(value, field, unit)
    if found is None:
        shown = value if not isinstance(value, str) or len(value) <= _LIMIT else f"{value[:60]}…"
        raise InvalidError(f"{field} {shown!r} is not a duration", field=field, hint=FORMS)
    return found


def _of_value(value: Any, unit: int) -> str | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        seconds = value * _unit(value, unit)
        return iso_duration(round(seconds)) if 0 <= seconds < 10**10 else None
    if isinstance(value, time):
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    if isinstance(value, timedelta):
        return iso_duration(round(value.total_seconds())) if value >= timedelta(0) else None
    return None


def _unit(number: float, unit: int) -> int:
    """The seconds that each of a bare number counts."""
    return 1 if unit == 60 and number > _MOST_MINUTES else unit


def _of_text(text: str, field: str, unit: int) -> str | None:
    if len(text) > _LIMIT:
        return None
    if match := _NUMBER.fullmatch(text.strip()):
        if unit != 1 and int(match["fraction"] or 0):
            return None
        number = float(f"{match['whole']}.{match['fraction'] or 0}")
        return iso_duration(round(number * _unit(number, unit)))
    try:
        return check_duration(text, field)
    except InvalidError:
        folded = fold(text)
    return _of_amounts(folded) or _of_hours(folded)


def _of_amounts(text: str) -> str | None:
    """``1 h 30``, ``1 Std. 30 Min.``, ``1 hour and 30 minutes``: the largest unit first, the last may be missing."""
    units = date_words().units
    at, last, total, days = 0, 0, 0.0, 0
    while at < len(text):
        if between := _BETWEEN.match(text, at) if at else None:
            at = between.end()
        match = _AMOUNT.match(text, at)
        if not match:
            return None
        word = match["unit"] or ""
        seconds = 60 if word == "'" else 1 if word in ('"', "''") else units.get(word, 0)
        if not word and last in (3600, 60) and len(match["number"]) == 2 and match["number"] < "60":
            seconds = last // 60
        if not seconds or (last and seconds >= last) or (match["fraction"] and match.end() < len(text)):
            return None
        amount = float(f"{match['number']}.{match['fraction'] or 0}")
        if seconds == 86400 and not match["fraction"]:
            days = int(amount)
        else:
            total += amount * seconds
        at, last = match.end(), seconds
    if not last:
        return None
    rest = iso_duration(round(total))
    return f"P{days}D{rest[1:] if round(total) else ''}" if days else rest


def _of_hours(text: str) -> str | None:
    match = _HOURS.fullmatch(text)
    if not match:
        return None
    start, start_minute, end, end_minute = (int(part or 0) for part in match.groups())
    length = (end * 60 + end_minute) - (start * 60 + start_minute)
    if not _EARLIEST <= start <= 23 or end > 24 or max(start_minute, end_minute) > 59 or not length:
        return None
    return iso_duration(length % 1440 * 60)
