"""Dates of a WordPress export: UTC without saying so, and zeros for none."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_NONE = re.compile(r"0000-00-00|-0001|1999-11-30 00:00:00")


def utc(text: str) -> str | None:
    """A ``…_gmt`` date with its zone; None where there is none."""
    if not text or _NONE.search(text):
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).isoformat()
    except ValueError:
        return None


def published(gmt: str, pub_date: str, local: str) -> str | None:
    """When a post was published: the first date that says something; of a local one the day, for want of a zone."""
    known = utc(gmt)
    if known:
        return known
    if pub_date and not _NONE.search(pub_date):
        try:
            moment = parsedate_to_datetime(pub_date)
        except ValueError:
            moment = None
        if moment is not None and moment.year > 1:
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()
    day = utc(local)
    return day[:10] if day else None
