"""Parse dates as people and other programs write them into the model's ISO 8601 dates."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from totem_cli.errors import InvalidError
from totem_cli.language.dates import check_moment
from totem_cli.language.fold import fold
from totem_cli.language.labels import labels_for

_TIME = (
    r"(?:[T,]?\s*(?:à|at|-)?\s*(?P<time>\d{1,2}(?::|h)\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(?P<half>am|"
    r"pm)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_ISO = re.compile(rf"(?P<year>\d{{4}})[-/](?P<month>\d{{1,2}})[-/](?P<day>\d{{1,2}}){_TIME}", re.IGNORECASE)
_NUMERIC = re.compile(rf"(?P<first>\d{{1,2}})[/.-](?P<second>\d{{1,2}})[/.-](?P<year>\d{{4}}){_TIME}", re.IGNORECASE)
_WORDED = re.compile(
    rf"(?:\w+\.?,?\s+)??(?:le\s+)?(?:(?P<day>\d{{1,2}})(?:er|st|nd|rd|"
    rf"th)?\s+)?(?P<name>[^\W\d_]{{3,9}})\.?(?:\s+(?P<late>\d{{1,2}})(?:st|nd|rd|"
    rf"th)?,?)?\s+(?P<year>\d{{4}}){_TIME}",
    re.IGNORECASE,
)


class ParsedDate(NamedTuple):
    """An ISO 8601 date, and whether a time was dropped because its zone is unknown."""

    date: str
    time_dropped: bool = False


def parse_date(text: str, field: str = "date", *, day_first: bool | None = None) -> ParsedDate:
    """Parse ISO 8601, ``9/4/2020``, ``9 avril 2020`` or ``April 9, 2020``, each with or without a time.

    Of a time without a zone only the day is kept, because the model's times have a zone. ``day_first`` reads
    ``9/4/2020`` as 9 April; None refuses it, unless one of the numbers is above 12. Raises InvalidError, for ``field``,
    where the text is not a date.
    """
    text = " ".join(text.split())
    if match := _ISO.fullmatch(text):
        return _date(match, int(match["month"]), int(match["day"]), field, text)
    if match := _NUMERIC.fullmatch(text):
        first, second = int(match["first"]), int(match["second"])
        if day_first is None and first != second and max(first, second) <= 12:
            raise InvalidError(
                f"{field} {text!r} can be read in two ways",
                field=field,
                hint="write it as 2020-04-09 (year, month, day)",
            )
        month, day = (second, first) if second <= 12 and (first > 12 or day_first) else (first, second)
        return _date(match, month, day, field, text)
    if (match := _WORDED.fullmatch(text)) and (month := _month(match["name"])):
        if day_text := match["day"] or match["late"]:
            return _date(match, month, int(day_text), field, text)
        return ParsedDate(f"{match['year']}-{month:02d}")
    return parse_iso_date(text, field)


def parse_iso_date(text: str, field: str = "date") -> ParsedDate:
    """Parse ISO 8601 in any of its forms, as ``20200409T1830``; of a time without a zone only the day is kept."""
    try:
        return ParsedDate(check_moment(text, field))
    except InvalidError:
        try:
            return ParsedDate(datetime.fromisoformat(text).date().isoformat(), time_dropped=True)
        except ValueError:
            pass
        raise


def parse_rfc822_date(text: str) -> str | None:
    """The date of e-mail and RSS (RFC 822), in UTC where it has no zone; None for other texts, and for the year 1."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat() if moment.year > 1 else None


def _date(match: re.Match[str], month: int, day: int, field: str, text: str) -> ParsedDate:
    try:
        date = check_moment(f"{match['year']}-{month:02d}-{day:02d}", field)
    except InvalidError:
        raise InvalidError(
            f"{field} {text!r} is not in the calendar",
            field=field,
            hint="write 2020, 2020-04, 2020-04-09 or 2020-04-09T18:30:00+02:00",
        ) from None
    if not (match["time"] and match["zone"]):
        return ParsedDate(date, time_dropped=bool(match["time"]))
    hours, minutes, *seconds = re.split("[:hH]", match["time"])
    hour = int(hours) % 12 + 12 * (match["half"].lower() == "pm") if match["half"] else int(hours)
    zone = "+00:00" if match["zone"].upper() in ("Z", "UTC", "GMT") else match["zone"]
    zone = zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
    return ParsedDate(check_moment(f"{date}T{hour:02d}:{minutes}:{(seconds or ['00'])[0]}{zone}", field))


def _month(name: str) -> int:
    """The number of the month of a French or English name, or of its first three or more letters; 0 for no month."""
    wanted = fold(name)
    for language in ("fr", "en"):
        for number, month in enumerate(labels_for(language)["months"].split(), 1):
            full = fold(month)
            # "jui" begins both juin and juillet
            if full == wanted or (len(wanted) >= 3 and full.startswith(wanted) and wanted != "jui"):
                return number
    return 0
