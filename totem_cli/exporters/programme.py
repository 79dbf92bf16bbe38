"""A programme: timed episodes by day and room."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from totem_cli.archive.publication import Publication
from totem_cli.archive.record import EpisodeRecord
from totem_cli.exporters.citation import plain
from totem_cli.exporters.moments import instant, rfc3339, stamp
from totem_cli.language.dates import seconds_of
from totem_cli.language.labels import base_language
from totem_cli.language.slug import slugify
from totem_cli.markup import addresses
from totem_cli.markup.characters import allowed
from totem_cli.markup.html import to_text
from totem_cli.model.parts import Appearance

NOWHERE = "—"
"""The room of an episode whose place is not known: a schedule cannot be without."""

_SLUG = re.compile(r"[a-z0-9_-]{4,}(?<!-)")
_LONGEST = timedelta(hours=99, minutes=59)


@dataclass(frozen=True, slots=True)
class Session:
    """An episode in its slot. Dates are RFC 3339, as is ``date``; ``start`` and ``duration`` are hours and minutes."""

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
    type: str
    language: str
    abstract: str
    description: str
    persons: Sequence[tuple[str, str]]
    links: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Day:
    """What takes place on one day, by room, each in order of time."""

    date: str
    start: datetime
    end: datetime
    rooms: Mapping[str, Sequence[Session]]


@dataclass(frozen=True, slots=True)
class Programme:
    """The whole programme; ``version`` is the newest time that its episodes know."""

    acronym: str
    title: str
    version: str
    timeslot: str
    url: str | None
    days: Sequence[Day]

    @property
    def start(self) -> datetime:
        """When the first episode begins."""
        return min(day.start for day in self.days)

    @property
    def end(self) -> datetime:
        """When the last episode ends."""
        return max(day.end for day in self.days)


def programme(publication: Publication) -> Programme:
    """The programme of a publication of which every episode has an hour; a day is that of the place."""
    settings = publication.settings
    acronym = _acronym(settings.title)
    ids = _ids(episode.id for episode in publication.episodes)
    tracks = {series.slug: plain(series.title) for series in publication.series}
    timed: dict[str, list[tuple[datetime, datetime, Session]]] = {}
    for episode in publication.episodes:
        record = publication.read(episode)
        begins = instant(record.date or "")
        session = _session(record, publication, acronym, ids[record.id], tracks.get(record.series, record.series))
        timed.setdefault(begins.date().isoformat(), []).append((begins, _after(begins, _length(record)), session))
    return Programme(
        acronym=acronym,
        title=plain(settings.title),
        version=rfc3339(max(stamp(episode) for episode in publication.episodes)),
        timeslot="00:05",
        url=settings.base_url,
        days=[_day(day, sessions) for day, sessions in sorted(timed.items())],
    )


def _day(day: str, timed: list[tuple[datetime, datetime, Session]]) -> Day:
    timed.sort(key=lambda one: (one[0], one[2].guid))
    rooms: dict[str, list[Session]] = {}
    for _, _, session in timed:
        rooms.setdefault(session.room, []).append(session)
    first, last = timed[0][0], max(ends for _, ends, _ in timed)
    return Day(date=day, start=first, end=last, rooms=dict(sorted(rooms.items())))


def _session(record: EpisodeRecord, publication: Publication, acronym: str, number: int, track: str) -> Session:
    from totem_cli.exporters.html.links import absolute

    begins, length = instant(record.date or ""), _length(record)
    slug = f"{acronym}-{record.series}-{record.slug}"
    minutes = int(length.total_seconds()) // 60
    return Session(
        guid=record.id,
        id=number,
        date=rfc3339(begins),
        start=f"{begins:%H:%M}",
        duration=f"{minutes // 60:02d}:{minutes % 60:02d}",
        room=plain(record.place or "") or NOWHERE,
        slug=slug if _SLUG.fullmatch(slug) else None,
        url=absolute(publication.settings.base_url, record.address),
        title=plain(record.title),
        subtitle=plain(record.subtitle or ""),
        track=track,
        type="discussion",
        language=base_language(record.language or publication.settings.language),
        abstract=allowed(record.summary or ""),
        description=to_text(record.recap),
        persons=[(_guid(one, publication), plain(one.name)) for one in (*record.hosts, *record.guests)],
        links=[
            (url, plain(link.label or link.url))
            for link in record.links
            if (url := addresses.link(link.url)) and addresses.is_remote(url)
        ],
    )


def _guid(appearance: Appearance, publication: Publication) -> str:
    """The same for one person wherever they appear."""
    return str(uuid5(NAMESPACE_URL, f"totem:person:{publication.directory.person_slug(appearance)}"))


def _length(record: EpisodeRecord) -> timedelta:
    """How long an episode is, in whole minutes; none where it is not known."""
    seconds = seconds_of(record.duration) if record.duration else 0
    return min(timedelta(minutes=seconds // 60), _LONGEST)


def _after(begins: datetime, length: timedelta) -> datetime:
    try:
        return begins + length
    except OverflowError:
        return begins


def _acronym(title: str) -> str:
    """Four or more of ``a-z 0-9 _``, which is all that the two schemas both allow."""
    plain_title = "".join(part for part in slugify(title, limit=24).replace("-", "_") if part.isascii() and part != ".")
    return plain_title if len(plain_title) > 3 else f"{plain_title}_talks".lstrip("_")


def _ids(guids: Iterable[str]) -> dict[str, int]:
    """A number for each UUID, made from it so that it stays; 31 bits, since apps keep it in a signed integer."""
    taken: dict[int, str] = {}
    for guid in sorted(guids):
        number = UUID(guid).int & 0x7FFFFFFF or 1
        while number in taken:
            number = number % 0x7FFFFFFF + 1
        taken[number] = guid
    return {guid: number for number, guid in taken.items()}
