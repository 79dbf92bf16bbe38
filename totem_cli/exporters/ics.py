"""Dated episodes as a calendar (iCalendar), each an event that calendars recognise when it changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from totem_cli.archive.publication import Publication
from totem_cli.exporters import Options, one_file
from totem_cli.exporters.moments import has_time, in_utc, instant, named, stamp
from totem_cli.exporters.selection import check_parameters, selection_key
from totem_cli.language.dates import seconds_of
from totem_cli.language.sentence import appearance_phrase, with_sentence
from totem_cli.markup.characters import allowed
from totem_cli.markup.text import excerpt
from totem_cli.model.episode import Episode
from totem_cli.model.series import Series
from totem_cli.publishing.page import Page

VERSION = "ics 1"
"""Changed when the same publication would give other bytes."""

LINE = 75
"""The most octets of a line, its end not counted (RFC 5545, 3.1)."""

_UTC = (
    *("BEGIN:VTIMEZONE", "TZID:UTC", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0000"),
    *("TZOFFSETTO:+0000", "END:STANDARD", "END:VTIMEZONE"),
)
"""What stands in a calendar without events, which may not be empty (RFC 5545, 3.6)."""


@one_file
def export(publication: Publication, options: Options) -> Iterator[Page]:
    """One page, ``calendar.ics`` (RFC 5545), of the episodes whose ``date`` is a day or an hour.

    Others have no place in a calendar, and are left out. An hour is written in UTC: an archive knows how far a clock
    was from it, not the rules of its zone. Raises InvalidError for a parameter: it takes none.
    """
    check_parameters(options, "ics", {})
    left_out = [episode.ref for episode in publication.episodes if not is_in_calendar(episode)]
    if left_out:
        options.warn(f"no day is known, so these are not in the calendar: {named(left_out)}")

    def render() -> bytes:
        return b"".join(folded(line) for line in _calendar(publication))

    yield Page("calendar.ics", selection_key(VERSION, publication, options), render)


def is_in_calendar(episode: Episode) -> bool:
    """Whether it is known on which day an episode took place."""
    return episode.date is not None and len(episode.date) >= 10


def _calendar(publication: Publication) -> Iterator[str]:
    settings = publication.settings
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//totem//totem-cli//EN", "CALSCALE:GREGORIAN")
    yield f"NAME:{escaped(settings.title)}"  # RFC 7986, 5.1; the other is what calendars read before it
    yield f"X-WR-CALNAME:{escaped(settings.title)}"
    series = {one.slug: one for one in publication.series}
    dated = [episode for episode in publication.episodes if is_in_calendar(episode)]
    for episode in dated:
        yield from _event(episode, series.get(episode.series), settings.language, settings.base_url)
    yield from () if dated else _UTC
    yield "END:VCALENDAR"


def _event(episode: Episode, series: Series | None, fallback: str, base_url: str | None) -> Iterator[str]:
    from totem_cli.archive.record import episode_address
    from totem_cli.exporters.html.links import absolute

    language = episode.language or fallback
    url = absolute(base_url, episode_address(episode))
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(episode.id)}"
    yield f"DTSTAMP:{_utc(stamp(episode))}"
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
    moment = episode.date or ""
    if not has_time(moment):
        yield f"DTSTART;VALUE=DATE:{moment.replace('-', '')}"
        day = date.fromisoformat(moment)
        if day < date.max:
            yield f"DTEND;VALUE=DATE:{(day + timedelta(days=1)).isoformat().replace('-', '')}"
        return
    yield f"DTSTART:{_utc(instant(moment))}"
    seconds = seconds_of(episode.duration) if episode.duration else 0
    if seconds:
        yield f"DURATION:{_duration(seconds)}"


def _description(episode: Episode, series: Series | None, language: str) -> str:
    """The series, who takes part, the summary: a line each, where there is one."""
    partners = [partner.billed_as or partner.name for partner in episode.partners]
    guests = [
        appearance_phrase(guest.name, guest.role, guest.organisations, guest.billed_as, language)
        for guest in episode.guests
    ]
    lines = [series.title if series else "", with_sentence([*partners, *guests], language), episode.summary or ""]
    return "\n".join(excerpt(line, 2000) for line in lines if line)


def escaped(words: str) -> str:
    r"""Words as TEXT (RFC 5545, 3.3.11): ``\``, ``;``, ``,`` and line ends escaped, control characters gone."""
    plain = allowed(words).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\n", "\\n")


def folded(line: str) -> bytes:
    """A content line with its end, over several lines where it is long, never within a character (RFC 5545, 3.1)."""
    rest, parts, room = line.encode(), [], LINE
    while len(rest) > room:
        cut = room
        while rest[cut] & 0xC0 == 0x80:
            cut -= 1
        parts.append(rest[:cut])
        rest, room = rest[cut:], LINE - 1
    return b"\r\n ".join([*parts, rest]) + b"\r\n"


def _utc(moment: datetime) -> str:
    return in_utc(moment).replace(tzinfo=None).isoformat().replace("-", "").replace(":", "") + "Z"


def _duration(seconds: int) -> str:
    """Seconds as DURATION (RFC 5545, 3.3.6), whose units go down without a gap."""
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    units = [(hours, "H"), (minutes, "M"), (seconds, "S")]
    while not units[0][0]:
        units.pop(0)
    while not units[-1][0]:
        units.pop()
    return "PT" + "".join(f"{amount}{unit}" for amount, unit in units)
