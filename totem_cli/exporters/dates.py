"""Write dates of the model as other formats require them: with a time and a zone, in the form of their standard."""

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
_MAX_OFFSET = timedelta(hours=14)
_MAX_LISTED = 10


def instant(moment: str) -> datetime:
    """The instant at which a date of the model begins, in whole seconds.

    It is in UTC where the date has no zone, or an offset that other formats cannot write: one not in whole minutes
    (RFC 3339, 5.6) or of more than 14 hours (XML Schema, 3.2.7.3).
    """
    found = datetime.fromisoformat(moment if has_time(moment) else day_of(moment)).replace(microsecond=0)
    offset = found.utcoffset()
    if offset is None:
        return found.replace(tzinfo=UTC)
    is_writable = abs(offset) <= _MAX_OFFSET and not offset.seconds % 60 and not offset.microseconds
    return found if is_writable else in_utc(found)


def in_utc(moment: datetime) -> datetime:
    """The instant in UTC; where that is not in the years 1 to 9999, the same date and time with UTC as its zone."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def has_time(moment: str) -> bool:
    """Whether a date of the model has a time of day."""
    return len(moment) > len("2020-04-09")


def rfc3339(moment: datetime) -> str:
    """``2020-04-09T18:30:00+02:00``, or ``…Z`` in UTC (RFC 3339, 5.6)."""
    return moment.isoformat().replace("+00:00", "Z")


def rfc822(moment: datetime) -> str:
    """``Thu, 09 Apr 2020 18:30:00 +0200`` (RFC 822, 5, with a year of four digits)."""
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day}, {moment.day:02} {month} {moment.year:04} {moment:%H:%M:%S %z}"


def mysql(moment: datetime) -> str:
    """``2020-04-09 18:30:00``, a DATETIME of MySQL."""
    return moment.replace(tzinfo=None).isoformat(" ")


def timestamp(episode: EpisodeFields) -> datetime:
    """When an episode was ``updated``, else ``published``, else its ``date``, else :func:`fallback`; in UTC."""
    moment = episode.updated or episode.published or episode.date
    return in_utc(instant(moment)) if moment else fallback()


def fallback() -> datetime:
    """The time for what has no date: ``SOURCE_DATE_EPOCH`` (reproducible-builds.org), else 1970-01-01."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not (seconds.isascii() and seconds.isdigit()):
        return EPOCH
    try:
        return EPOCH + timedelta(seconds=int(seconds))
    except (OverflowError, ValueError):
        return EPOCH


def warn_undated(options: Options, episodes: Sequence[Episode]) -> None:
    """Warn of episodes without any date, in an export whose format requires one and gets :func:`fallback`."""
    undated = [one.ref for one in episodes if not (one.updated or one.published or one.date)]
    if undated:
        day = fallback().date().isoformat()
        options.warn(f"no date is known, and the format requires one: {listed(undated)} (written as {day})")


def listed(refs: Sequence[str]) -> str:
    """The first ten references in a line, and how many more there are."""
    more = f" and {len(refs) - _MAX_LISTED} more" if len(refs) > _MAX_LISTED else ""
    return ", ".join(refs[:_MAX_LISTED]) + more
