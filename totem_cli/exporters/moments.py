"""Dates as other formats write them: an instant, with its zone, in the form their standard asks for."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from totem_cli.exporters import Options
from totem_cli.language.dates import day_of
from totem_cli.model.episode import Episode
from totem_cli.model.fields import EpisodeFields

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WIDEST = timedelta(hours=14)


def instant(moment: str) -> datetime:
    """A moment as its first instant; UTC where it names no zone, or one that other formats cannot write.

    A zone is written in whole minutes (RFC 3339, 5.6), and is at most 14 hours away (XML Schema, 3.2.7.3).
    """
    found = datetime.fromisoformat(moment if len(moment) > 10 else day_of(moment)).replace(microsecond=0)
    zone = found.utcoffset()
    if zone is None:
        return found.replace(tzinfo=UTC)
    return found if abs(zone) <= _WIDEST and not zone.seconds % 60 and not zone.microseconds else in_utc(found)


def in_utc(moment: datetime) -> datetime:
    """The instant in UTC; one at the very edge of the calendar stays as it is written."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def has_time(moment: str) -> bool:
    """Whether a moment says an hour, and not only a day."""
    return len(moment) > 10


def rfc3339(moment: datetime) -> str:
    """``2020-04-09T18:30:00+02:00``, ``…Z`` in UTC (RFC 3339, 5.6)."""
    return moment.isoformat().replace("+00:00", "Z")


def rfc822(moment: datetime) -> str:
    """``Thu, 09 Apr 2020 18:30:00 +0200`` (RFC 822, 5, with a year of four digits)."""
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day}, {moment.day:02} {month} {moment.year:04} {moment:%H:%M:%S %z}"


def mysql(moment: datetime) -> str:
    """``2020-04-09 18:30:00``, as a database of WordPress's has it."""
    return moment.replace(tzinfo=None).isoformat(" ")


def stamp(episode: EpisodeFields) -> datetime:
    """The time of an episode for a format that insists on one, in UTC.

    It is ``updated``, else ``published``, ``date``, :func:`fallback`.
    """
    known = episode.updated or episode.published or episode.date
    return in_utc(instant(known)) if known else fallback()


def fallback() -> datetime:
    """The time of what has none: ``SOURCE_DATE_EPOCH`` (reproducible-builds.org), else the first of January 1970."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not (seconds.isascii() and seconds.isdigit()):
        return EPOCH
    try:
        return EPOCH + timedelta(seconds=int(seconds))
    except (OverflowError, ValueError):
        return EPOCH


def warn_undated(options: Options, episodes: Sequence[Episode]) -> None:
    """Name the episodes for which a format that insists on a time says :func:`fallback`."""
    undated = [one.ref for one in episodes if not (one.updated or one.published or one.date)]
    if undated:
        day = fallback().date().isoformat()
        options.warn(f"no date is known, and the format insists on one: {named(undated)} (told as {day})")


def named(refs: Sequence[str]) -> str:
    """References in a line: the first ten, and how many more there are."""
    more = f" and {len(refs) - 10} more" if len(refs) > 10 else ""
    return ", ".join(refs[:10]) + more
