"""Dates of sources: as people write them, and those of e-mail and RSS."""

from __future__ import annotations

from totem_cli.errors import InvalidError
from totem_cli.language.human_dates import ParsedDate, decide_order, parse_date

__all__ = ["ParsedDate", "decide_order", "parse_date", "parse_iso_date", "parse_rfc822_date"]


def parse_iso_date(text: str, field: str = "date", *, timezone: str | None = None) -> ParsedDate:
    """Parse a date in any form; of a time without a zone only the day is kept, unless ``timezone`` says it."""
    return parse_date(text, field, timezone=timezone)


def parse_rfc822_date(text: str, *, timezone: str | None = None) -> str | None:
    """Return the date of e-mail and RSS (RFC 822, 5), of which only the day is kept where no zone is known.

    None for other texts. :func:`parse_date` reads the same and says what it leaves out.
    """
    try:
        return parse_date(text, timezone=timezone).date
    except InvalidError:
        return None
