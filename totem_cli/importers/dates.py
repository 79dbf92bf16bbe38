"""Dates of sources: as people write them, and those of e-mail and RSS."""

from __future__ import annotations

import re
from collections.abc import Iterable

from totem_cli.errors import InvalidError
from totem_cli.language.human_dates import ParsedDate, decide_order, parse_date

__all__ = ["ParsedDate", "decide_order", "parse_date", "parse_iso_date", "parse_rfc822_date", "usual_order"]

_DAY_FIRST = re.compile(
    r"titre|invit|num[eé]ro|r[oô]le|récit|série|lieu|langue|mots|titel|gast|referent|datum|sprache|\bort\b|"
    r"t[ií]tulo|ponente|fecha|lugar|idioma|titolo|relator|ospit|luogo|lingua|\bdata\b|jj/mm|dd/mm|tt[./]mm|gg/mm"
)
"""The header of a table in a language whose dates begin with the day, or that says so."""

_MONTH_FIRST = re.compile(r"mm/(?:dd|jj|tt|gg)")


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


def usual_order(names: Iterable[str]) -> bool | None:
    """Whether the dates of a source have the day first, by the language of its names, or by a form that they say."""
    named = " ".join(names).casefold()
    return True if _DAY_FIRST.search(named) else False if _MONTH_FIRST.search(named) else None
