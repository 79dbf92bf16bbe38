"""Dates as people and other programs write them, to moments of the model."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from totem_cli.errors import InvalidError
from totem_cli.language.dates import check_moment
from totem_cli.language.fold import fold
from totem_cli.language.labels import labels_for

_HINT = "write 2020, 2020-04, 2020-04-09 or 2020-04-09T18:30:00+02:00"
_CLOCK = (
    r"(?:[T,]?\s*(?:à|at|-)?\s*(?P<clock>\d{1,2}(?::|h)\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(?P<half>am|"
    r"pm)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_ISO = re.compile(rf"(?P<year>\d{{4}})[-/](?P<month>\d{{1,2}})[-/](?P<day>\d{{1,2}}){_CLOCK}", re.IGNORECASE)
_SLASHED = re.compile(rf"(?P<first>\d{{1,2}})[/.-](?P<second>\d{{1,2}})[/.-](?P<year>\d{{4}}){_CLOCK}", re.IGNORECASE)
_WORDED = re.compile(
    rf"(?:\w+\.?,?\s+)??(?:le\s+)?(?:(?P<day>\d{{1,2}})(?:er|st|nd|rd|"
    rf"th)?\s+)?(?P<name>[^\W\d_]{{3,9}})\.?(?:\s+(?P<late>\d{{1,2}})(?:st|nd|rd|"
    rf"th)?,?)?\s+(?P<year>\d{{4}}){_CLOCK}",
    re.IGNORECASE,
)


class Read(NamedTuple):
    """A moment, and whether a time of day was left out because its zone is unknown."""

    moment: str
    cut: bool = False


def read_moment(text: str, field: str = "date", *, day_first: bool | None = None) -> Read:
    """The moment that a text tells: ISO 8601, ``9/4/2020``, ``9 avril 2020``, ``April 9, 2020``; a time may follow.

    A time without a zone is no moment: its day is kept, and said. ``day_first`` reads ``9/4/2020`` as 9 April; where it
    is None such a date is refused unless one number is above 12. Raises InvalidError where the text is no date.
    """
    text = " ".join(text.split())
    if match := _ISO.fullmatch(text):
        return _made(match, int(match["year"]), int(match["month"]), int(match["day"]), field, text)
    if match := _SLASHED.fullmatch(text):
        first, second = int(match["first"]), int(match["second"])
        if day_first is None and first != second and max(first, second) <= 12:
            raise InvalidError(
                f"{field} {text!r} can be read in two ways",
                field=field,
                hint="write it as 2020-04-09 (year, month, day)",
            )
        day, month = (
            (first, second) if (second <= 12 and first > 12) or (day_first and second <= 12) else (second, first)
        )
        return _made(match, int(match["year"]), month, day, field, text)
    if (match := _WORDED.fullmatch(text)) and (month := _month(match["name"])):
        said = match["day"] or match["late"]
        if not said:
            return Read(f"{match['year']}-{month:02d}")
        return _made(match, int(match["year"]), month, int(said), field, text)
    try:
        return Read(check_moment(text, field))
    except InvalidError:
        naive = _naive(text)
        if naive:
            return Read(naive, cut=True)
        raise


def _made(match: re.Match[str], year: int, month: int, day: int, field: str, text: str) -> Read:
    try:
        date = check_moment(f"{year:04d}-{month:02d}-{day:02d}", field)
    except InvalidError:
        raise InvalidError(f"{field} {text!r} is not in the calendar", field=field, hint=_HINT) from None
    if not match["clock"]:
        return Read(date)
    if not match["zone"]:
        return Read(date, cut=True)
    parts = re.split("[:hH]", match["clock"])
    hour = int(parts[0]) % 12 + 12 * (match["half"].lower() == "pm") if match["half"] else int(parts[0])
    zone = "+00:00" if match["zone"].upper() in ("Z", "UTC", "GMT") else match["zone"]
    zone = zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
    seconds = parts[2] if len(parts) > 2 else "00"
    return Read(check_moment(f"{date}T{hour:02d}:{parts[1]}:{seconds}{zone}", field))


def _naive(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return moment.date().isoformat() if moment.tzinfo is None else ""


def _month(name: str) -> int:
    """The month of a name or of its beginning, in French or English; 0 where it is none."""
    wanted = fold(name)
    for language in ("fr", "en"):
        for number, month in enumerate(labels_for(language)["months"].split(), 1):
            full = fold(month)
            if full == wanted or (len(wanted) >= 3 and full.startswith(wanted) and wanted != "jui"):
                return number
    return 0
