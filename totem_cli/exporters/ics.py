"""Dated episodes as an iCalendar file: one event an episode, which a later import updates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from totem_cli.archive.publication import Publication
from totem_cli.exporters import Options, one_file
from totem_cli.exporters.dates import has_time, in_utc, instant, listed, timestamp
from totem_cli.exporters.selection import check_parameters, selection_key
from totem_cli.language.dates import last_day, seconds_of
from totem_cli.language.sentence import appearance_phrase, with_sentence
from totem_cli.markup.characters import allowed
from totem_cli.markup.text import excerpt
from totem_cli.model.episode import Episode
from totem_cli.model.series import Series
from totem_cli.publishing.page import Page

VERSION = "ics 2"
"""Changed when the same publication would give other bytes."""

MAX_OCTETS = 75
"""The length limit of a line without its end (RFC 5545, 3.1)."""

_UTC = (
    *("BEGIN:VTIMEZONE", "TZID:UTC", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0000"),
    *("TZOFFSETTO:+0000", "END:STANDARD", "END:VTIMEZONE"),
)
"""The content of a calendar without events: a calendar needs at least one component (RFC 5545, 3.6)."""

_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@one_file
def export(publication: Publication, options: Options) -> Iterator[Page]:
    """Yield one page, ``calendar.ics`` (RFC 5545), of the episodes whose ``date`` is a day or a time.

    Other episodes are left out, with a warning. Times are in UTC, because a date has an offset from UTC but not the
    rules of a time zone. The UID of an event is the episode's id. Raises InvalidError for any parameter.
    """
    check_parameters(options, "ics", {})
    left_out = [episode.ref for episode in publication.episodes if not _has_day(episode)]
    if left_out:
        options.warn(f"no day is known, so these are not in the calendar: {listed(left_out)}")

    def render() -> bytes:
        return b"".join(folded(line) for line in _calendar(publication))

    yield Page("calendar.ics", selection_key(VERSION, publication, options), render)


def _has_day(episode: Episode) -> bool:
    return episode.date is not None and len(episode.date) >= len("2020-04-09")


def _calendar(publication: Publication) -> Iterator[str]:
    settings = publication.settings
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//totem//totem-cli//EN", "CALSCALE:GREGORIAN")
    yield f"NAME:{escaped(settings.title)}"  # RFC 7986, 5.1
    yield f"X-WR-CALNAME:{escaped(settings.title)}"  # for calendars older than RFC 7986
    series = {one.slug: one for one in publication.series}
    dated = [episode for episode in publication.episodes if _has_day(episode)]
    for episode in dated:
        yield from _event(episode, series.get(episode.series), settings.language, settings.base_url)
    yield from () if dated else _UTC
    yield "END:VCALENDAR"


def _event(episode: Episode, series: Series | None, default_language: str, base_url: str | None) -> Iterator[str]:
    from totem_cli.exporters.html.links import absolute

    language = episode.language or default_language
    url = absolute(base_url, episode.address)
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(episode.id)}"
    yield f"DTSTAMP:{_utc(timestamp(episode))}"
    yield from _times(episode)
    yield f"SUMMARY;LANGUAGE={language}:{escaped(episode.title)}"
    yield f"DESCRIPTION;LANGUAGE={language}:{escaped(_description(episode, series, language))}"
    if episode.place:
        yield f"LOCATION:{escaped(episode.place)}"
    if episode.tags:
        yield f"CATEGORIES:{','.join(map(escaped, episode.tags))}"
    if episode.updated:
        yield f"LAST-MODIFIED:{_utc(instant(episode.updated))}"
    if url:
        yield f"URL:{url}"
    yield "END:VEVENT"


def _times(episode: Episode) -> Iterator[str]:
    """DTSTART with DURATION where known, or whole days; DTEND is exclusive (RFC 5545, 3.6.1)."""
    start = episode.date or ""
    if has_time(start):
        yield f"DTSTART:{_utc(instant(start))}"
        if episode.duration and (seconds := seconds_of(episode.duration)):
            yield f"DURATION:{_duration(seconds)}"
        return
    last = date.fromisoformat(last_day(start, episode.duration))
    yield f"DTSTART;VALUE=DATE:{start.replace('-', '')}"
    if last < date.max:
        yield f"DTEND;VALUE=DATE:{(last + timedelta(days=1)).isoformat().replace('-', '')}"


def _description(episode: Episode, series: Series | None, language: str) -> str:
    """The series' title, the guests and partners, and the summary: one line each, empty ones left out."""
    partners = [partner.billed_as or partner.name for partner in episode.partners]
    guests = [
        appearance_phrase(guest.name, guest.role, guest.organisations, guest.billed_as, language)
        for guest in episode.guests
    ]
    lines = [series.title if series else "", with_sentence([*partners, *guests], language), episode.summary or ""]
    return "\n".join(excerpt(line, 2000) for line in lines if line)


def escaped(text: str) -> str:
    r"""The text as a TEXT value (RFC 5545, 3.3.11): ``\``, ``;``, ``,`` and line feeds escaped, without controls."""
    return allowed(text).translate(_ESCAPES)


def folded(line: str) -> bytes:
    """A content line with CRLF, folded after at most 75 octets but not within a character (RFC 5545, 3.1)."""
    rest, parts, limit = line.encode(), [], MAX_OCTETS
    while len(rest) > limit:
        cut = limit
        while rest[cut] & 0xC0 == 0x80:
            cut -= 1
        parts.append(rest[:cut])
        rest, limit = rest[cut:], MAX_OCTETS - 1
    return b"\r\n ".join([*parts, rest]) + b"\r\n"


def _utc(moment: datetime) -> str:
    return in_utc(moment).replace(tzinfo=None).isoformat().replace("-", "").replace(":", "") + "Z"


def _duration(seconds: int) -> str:
    """Seconds as a DURATION value (RFC 5545, 3.3.6): no zero at either end, and no unit left out between two others."""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    units = [(hours, "H"), (minutes, "M"), (seconds, "S")]
    while not units[0][0]:
        units.pop(0)
    while not units[-1][0]:
        units.pop()
    return "PT" + "".join(f"{amount}{unit}" for amount, unit in units)
