"""A row of an episode: what must be known of every episode to know which pages an export has, and their keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Self

import msgspec
from msgspec import Struct

from totem_cli.language.dates import whole_days
from totem_cli.model.episode import Episode, EpisodeNames
from totem_cli.model.media_names import named_by, named_in
from totem_cli.model.parts import Appearance, Partner
from totem_cli.model.recording import is_recorded
from totem_cli.model.series import Series

DIGEST = 16
"""Bytes of a digest."""

_encode = msgspec.msgpack.Encoder().encode


class AppearanceRow(Struct, frozen=True, array_like=True, gc=False):
    """One appearance; ``person`` is the slug of the person's file where it names one."""

    name: str
    person: str | None
    role: str | None
    organisations: tuple[str, ...]


class PartnerRow(Struct, frozen=True, array_like=True, gc=False):
    """One partner."""

    name: str


class EpisodeRow(EpisodeNames, Struct, array_like=True, gc=False):
    """What lists, filters and orders need of an episode, and digests of all else.

    ``media`` are names that may be of files under ``media/``, in the recap and elsewhere; an empty one stands for
    pictures of which it is not clear what they show. ``recorded`` says that there is a recording. ``absent`` names what
    the file does not say itself. ``key`` is the number of the row in the index. ``full`` is a digest of the whole
    record, ``metadata`` of all but its recap, ``listed`` of what lists show. ``days`` counts the
    days from its date on.
    """

    id: str
    series: str
    slug: str
    number: int | None
    title: str
    language: str | None
    date: str | None
    published: str | None
    updated: str | None
    status: str
    hosts: tuple[AppearanceRow, ...]
    partners: tuple[PartnerRow, ...]
    guests: tuple[AppearanceRow, ...]
    questions: int
    tags: tuple[str, ...]
    media: tuple[str, ...]
    recorded: bool
    aliases: tuple[str, ...]
    translation_of: str | None
    absent: tuple[str, ...]
    days: int = 1
    key: int = 0
    full: bytes = b""
    metadata: bytes = b""
    listed: bytes = b""

    @classmethod
    def of(cls, episode: Episode, recap: str) -> Self:
        """The row of an episode, without digests."""
        return cls(
            id=episode.id,
            series=episode.series,
            slug=episode.slug,
            number=episode.number,
            title=episode.title,
            language=episode.language,
            date=episode.date,
            published=episode.published,
            updated=episode.updated,
            status=episode.status,
            hosts=appearance_rows(episode.hosts),
            partners=partner_rows(episode.partners),
            guests=appearance_rows(episode.guests),
            questions=len(episode.questions),
            tags=episode.tags,
            media=tuple(dict.fromkeys(_media(episode, recap))),
            recorded=is_recorded(episode.media),
            aliases=episode.aliases,
            translation_of=episode.translation_of,
            absent=episode.absent,
            days=whole_days(episode.date, episode.duration) if episode.date else 1,
        )

    @classmethod
    def whole(cls, episode: Episode, recap: str) -> Self:
        """The row of a resolved episode, with digests."""
        row = cls.of(episode, recap)
        packed = _encode(episode)
        row.full, row.metadata, row.listed = digest(packed + b"\0" + recap.encode()), digest(packed), row.list_digest()
        return row

    @property
    def appearances(self) -> tuple[AppearanceRow, ...]:
        """Hosts first, then guests: everyone who appears."""
        return (*self.hosts, *self.guests)

    def list_digest(self) -> bytes:
        """A digest of what lists show."""
        guests = [guest.name for guest in self.guests]
        named = (self.id, self.series, self.slug, self.number, self.title, self.language)
        return digest(_encode((*named, self.moment, self.days, guests)))

    def inherit(self, home: Inherited) -> None:
        """Fill in what the episode takes from its series; the digests then cover it."""
        for name in self.absent:
            if name == "hosts":
                self.hosts = home.hosts
            elif name == "partners":
                self.partners = home.partners
            elif name == "language":
                self.language = home.language
        self.full += home.digest
        self.metadata += home.digest
        self.listed += home.listed


class Inherited:
    """What the rows of a series' episodes take from it."""

    def __init__(self, series: Series, names: Iterable[str]) -> None:
        """``names`` are those of the fields that may be taken."""
        self.hosts = appearance_rows(series.hosts)
        self.partners = partner_rows(series.partners)
        self.language = series.language
        self.digest = digest(_encode([getattr(series, name) for name in names]))
        self.listed = (series.language or "").encode()


def appearance_rows(people: Iterable[Appearance]) -> tuple[AppearanceRow, ...]:
    """The rows of appearances."""
    return tuple([AppearanceRow(one.name, one.person, one.role, one.organisations) for one in people])


def partner_rows(partners: Iterable[Partner]) -> tuple[PartnerRow, ...]:
    """The rows of partners."""
    return tuple([PartnerRow(one.name) for one in partners])


def digest(data: bytes) -> bytes:
    """BLAKE2b (RFC 7693), 128 bits."""
    return blake2b(data, digest_size=DIGEST).digest()


def _media(episode: Episode, recap: str) -> Iterator[str]:
    yield from filter(None, (episode.image, *(one.path or one.url for one in episode.media)))
    found = [*named_in(recap)]
    yield from found
    if recap.count("![") + recap.lower().count("<img") > len(found):
        yield ""
    if b"media/" in _encode(episode):
        yield from named_by(msgspec.to_builtins(episode))
