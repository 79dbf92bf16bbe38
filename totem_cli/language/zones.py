"""Time zones: by name or offset, and the instant of a local time in them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from totem_cli.errors import InvalidError

_OFFSET = re.compile(r"(?:utc|gmt|ut)?\s*([+-])\s*(\d{1,2})(?::?(\d{2}))?")
_MAX_OFFSET = timedelta(hours=14)


@lru_cache(maxsize=256)
def zone_of(name: str, field: str = "timezone") -> tzinfo:
    """Return the zone of an IANA name in any case, an offset (``+02:00``, ``UTC+2``), or ``UTC``.

    Raises InvalidError, for ``field``, where it is none of these.
    """
    text = " ".join(name.split())
    if text.casefold() in ("utc", "gmt", "z"):
        return UTC
    if match := _OFFSET.fullmatch(text.casefold()):
        sign, hours, minutes = match.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        if offset <= _MAX_OFFSET and int(minutes or 0) < 60:
            return timezone(-offset if sign == "-" else offset)
    elif known := _iana_name(text):
        return ZoneInfo(known)
    hint = _meant(text) or "write a name of the IANA database, Europe/Paris, or an offset, +02:00"
    raise InvalidError(f"{field} {name!r} is not a time zone", field=field, hint=hint)


def _iana_name(text: str) -> str | None:
    wanted = text.casefold().replace(" ", "_")
    return next((name for name in available_timezones() if name.casefold() == wanted), None)


def _meant(text: str) -> str | None:
    """A hint with the zones of a city, or of a name that is spelt nearly so; None where there are none."""
    from totem_cli.language.suggest import did_you_mean

    wanted = text.casefold().replace(" ", "_")
    cities = sorted(name for name in available_timezones() if name.casefold().endswith(f"/{wanted}"))
    if wanted and cities:
        return f"did you mean {' or '.join(cities[:3])}?"
    return did_you_mean(text[:40], sorted(available_timezones()))


def check_timezone(name: str, field: str = "timezone") -> str:
    """Return the zone's name as the IANA database spells it, or its offset as ``+02:00``; InvalidError for no zone."""
    zone = zone_of(name, field)
    return zone.key if isinstance(zone, ZoneInfo) else "UTC" if zone is UTC else str(zone).removeprefix("UTC")


def instants(local: datetime, zone: tzinfo) -> tuple[datetime, ...]:
    """Return the moments at which a local time occurs in a zone: mostly one; two or none where the clocks change."""
    found = (local.replace(tzinfo=zone), local.replace(tzinfo=zone, fold=1))
    if found[0].utcoffset() == found[1].utcoffset():
        return found[:1]
    return tuple(one for one in found if one.astimezone(UTC).astimezone(zone).replace(tzinfo=None, fold=0) == local)
