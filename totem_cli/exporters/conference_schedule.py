"""Build a conference schedule from episodes that have a time of day: its events by day and room.

The structs have the fields of c3voc's JSON Schema, in its order (c3voc.de/schedule/schema.json).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from msgspec import Struct

from totem_cli.archive.publication import Publication
from totem_cli.archive.record import EpisodeRecord
from totem_cli.exporters.citation import one_line
from totem_cli.exporters.dates import instant, rfc3339, timestamp
from totem_cli.language.dates import seconds_of
from totem_cli.language.labels import base_language
from totem_cli.language.slug import slugify
from totem_cli.markup import addresses
from totem_cli.markup.characters import allowed
from totem_cli.markup.html import to_text

UNKNOWN_ROOM = "—"
"""The room of an episode without a place: the formats require a room."""

_SLUG = re.compile(r"[a-z0-9_-]{4,}(?<!-)")
_MAX_DURATION = timedelta(hours=99, minutes=59)


class Event(Struct, frozen=True, kw_only=True):
    """One episode. ``date`` is RFC 3339; ``start`` and ``duration`` are ``HH:MM``.

    ``slug`` is None where the episode's does not match the pattern of the XSD, ``url`` where the archive has no
    ``base_url``.
    """

    guid: str
    id: int
    date: str
    start: str
    duration: str
    room: str
    slug: str | None
    url: str | None
    title: str
    subtitle: str
    track: str
    type: str = "discussion"
    language: str
    abstract: str
    description: str
    persons: Sequence[Mapping[str, str]]
    links: Sequence[Mapping[str, str]]


class Day(Struct, frozen=True):
    """The events of one day by room, sorted by start; ``index`` counts from 1."""

    index: int
    date: str
    day_start: str
    day_end: str
    rooms: Mapping[str, Sequence[Event]]


class Conference(Struct, frozen=True, kw_only=True, rename={"days_count": "daysCount"}):
    """All days, with the start of the first event and the end of the last."""

    acronym: str
    title: str
    start: str
    end: str
    days_count: int
    timeslot_duration: str = "00:05"
    days: Sequence[Day]


class Schedule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A conference with the address of its site; ``version`` is the time of the newest change to an episode."""

    version: str
    base_url: str | None = None
    conference: Conference


def conference_schedule(publication: Publication) -> Schedule:
    """The schedule of a publication; every episode must have a date with a time. Days are local to each episode."""
    settings = publication.settings
    acronym = _acronym(settings.title)
    ids = _numeric_ids(episode.id for episode in publication.episodes)
    tracks = {series.slug: one_line(series.title) for series in publication.series}
    by_day: dict[str, list[tuple[datetime, datetime, Event]]] = {}
    for episode in publication.episodes:
        record = publication.read(episode)
        start, duration = instant(record.date or ""), _duration(record)
        track = tracks.get(record.series, record.series)
        event = _event(record, start, duration, publication, acronym, ids[record.id], track)
        by_day.setdefault(start.date().isoformat(), []).append((start, _end(start, duration), event))
    days, starts, ends = [], [], []
    for index, (date, timed) in enumerate(sorted(by_day.items()), 1):
        timed.sort(key=lambda one: (one[0], one[2].guid))
        rooms: dict[str, list[Event]] = {}
        for _, _, event in timed:
            rooms.setdefault(event.room, []).append(event)
        starts.append(timed[0][0])
        ends.append(max(end for _, end, _ in timed))
        days.append(Day(index, date, rfc3339(starts[-1]), rfc3339(ends[-1]), dict(sorted(rooms.items()))))
    return Schedule(
        version=rfc3339(max(map(timestamp, publication.episodes))),
        base_url=settings.base_url or None,
        conference=Conference(
            acronym=acronym,
            title=one_line(settings.title),
            start=rfc3339(min(starts)),
            end=rfc3339(max(ends)),
            days_count=len(days),
            days=days,
        ),
    )


def _event(
    record: EpisodeRecord,
    start: datetime,
    duration: timedelta,
    publication: Publication,
    acronym: str,
    number: int,
    track: str,
) -> Event:
    from totem_cli.exporters.html.links import absolute

    slug = f"{acronym}-{record.series}-{record.slug}"
    hours, minutes = divmod(int(duration.total_seconds()) // 60, 60)
    people = [(publication.directory.person_slug(one), one_line(one.name)) for one in (*record.hosts, *record.guests)]
    return Event(
        guid=record.id,
        id=number,
        date=rfc3339(start),
        start=f"{start:%H:%M}",
        duration=f"{hours:02d}:{minutes:02d}",
        room=one_line(record.place or "") or UNKNOWN_ROOM,
        slug=slug if _SLUG.fullmatch(slug) else None,
        url=absolute(publication.settings.base_url, record.address),
        title=one_line(record.title),
        subtitle=one_line(record.subtitle or ""),
        track=track,
        language=base_language(record.language or publication.settings.language),
        abstract=allowed(record.summary or ""),
        description=to_text(record.recap),
        # a person has the same guid in every episode and in every later export
        persons=[
            {"guid": str(uuid5(NAMESPACE_URL, f"totem:person:{person_slug}")), "name": name}
            for person_slug, name in people
        ],
        links=[
            {"url": url, "title": one_line(link.label or link.url)}
            for link in record.links
            if (url := addresses.link(link.url)) and addresses.is_remote(url)
        ],
    )


def _duration(record: EpisodeRecord) -> timedelta:
    """The duration in whole minutes, at most 99:59; zero where it is unknown."""
    seconds = seconds_of(record.duration) if record.duration else 0
    return min(timedelta(minutes=seconds // 60), _MAX_DURATION)


def _end(start: datetime, duration: timedelta) -> datetime:
    try:
        return start + duration
    except OverflowError:  # after the year 9999
        return start


def _acronym(title: str) -> str:
    """A slug of at least four of ``a-z 0-9 _``, the characters that both the XSD and the JSON Schema allow."""
    slug = "".join(one for one in slugify(title, limit=24).replace("-", "_") if one.isascii() and one != ".")
    return slug if len(slug) > 3 else f"{slug}_talks".lstrip("_")


def _numeric_ids(guids: Iterable[str]) -> dict[str, int]:
    """A stable number for each UUID, derived from it; 31 bits, because apps store it in a signed 32-bit integer."""
    taken: dict[int, str] = {}
    for guid in sorted(guids):
        number = UUID(guid).int & 0x7FFFFFFF or 1
        while number in taken:
            number = number % 0x7FFFFFFF + 1
        taken[number] = guid
    return {guid: number for number, guid in taken.items()}
