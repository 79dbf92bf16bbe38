"""An outline: what of all episodes together decides which pages a site has, and where each of them is.

It is made from rows: what is known of each episode without its value, so that no episode is decoded to make a key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from hashlib import blake2b
from typing import Literal, NamedTuple

import msgspec
from msgspec import Struct

from totem_cli.archive.people import Directory, unique_slugs
from totem_cli.language.collate import collation_key
from totem_cli.language.dates import moment_key
from totem_cli.language.fold import fold
from totem_cli.model.episode import Episode
from totem_cli.model.person import Person
from totem_cli.model.recording import is_recorded

_MEDIA_IN_TEXT = re.compile(r"""media/([^\s"'<>()\[\]]+)""")
_encode = msgspec.msgpack.Encoder().encode


class AppearanceRow(NamedTuple):
    """One appearance: as what, by which name, with the slug of the person's file where one is named."""

    kind: Literal["host", "guest"]
    name: str
    person: str | None
    role: str | None
    organisations: tuple[str, ...]


class EpisodeRow(Struct, frozen=True, kw_only=True, gc=False):
    """What an outline needs of an episode, what is inherited filled in.

    ``full`` is a digest of the whole record, ``metadata`` of all but its recap, ``listed`` of what lists show. ``date``
    sorts as its moment does. ``media`` are the names that may be of files under ``media/``. ``changed`` is when it was
    updated, else published; ``recorded`` says that there is a recording.
    """

    id: str
    series: str
    slug: str
    number: int | None
    date: str | None
    language: str | None
    full: bytes
    metadata: bytes
    listed: bytes
    appearances: tuple[AppearanceRow, ...]
    partners: tuple[str, ...]
    tags: tuple[str, ...]
    media: tuple[str, ...]
    aliases: tuple[str, ...]
    translation_of: str | None
    questions: int
    changed: str | None
    recorded: bool

    @property
    def address(self) -> str:
        """Where the episode stands on the site."""
        return f"{self.series}/{self.slug}/"

    @property
    def ref(self) -> str:
        """The reference that names it everywhere."""
        return f"{self.series}/{self.number if self.number is not None else self.slug}"


def row_of(episode: Episode, full: bytes = b"", recap: str = "") -> EpisodeRow:
    """The row of a resolved episode; ``full`` is a digest of its whole record."""
    people = [("host", one) for one in episode.hosts] + [("guest", one) for one in episode.guests]
    return EpisodeRow(
        id=episode.id,
        series=episode.series,
        slug=episode.slug,
        number=episode.number,
        date=" ".join(moment_key(episode.moment)).rstrip() if episode.moment else None,
        language=episode.language,
        full=full,
        metadata=digest(_encode(episode)),
        listed=digest(_encode(_list_item(episode))),
        appearances=tuple(
            AppearanceRow(kind, one.name, one.person, one.role, one.organisations)  # type: ignore[arg-type]
            for kind, one in people
        ),
        partners=tuple(partner.name for partner in episode.partners),
        tags=episode.tags,
        media=tuple(dict.fromkeys(_media(episode, recap))),
        aliases=episode.aliases,
        translation_of=episode.translation_of,
        questions=len(episode.questions),
        changed=episode.updated or episode.published,
        recorded=is_recorded(episode.media),
    )


def directory_of(persons: Iterable[Person], episodes: Iterable[Episode], language: str) -> Directory:
    """Who and which organisations appear in resolved episodes."""
    return Directory(persons, [row_of(episode) for episode in episodes], language)


def _list_item(episode: Episode) -> tuple[object, ...]:
    guests = [guest.name for guest in episode.guests]
    return (
        *(episode.id, episode.series, episode.slug, episode.number, episode.title),
        *(episode.language, episode.moment, guests),
    )


def _media(episode: Episode, recap: str) -> Iterator[str]:
    """The names of files in ``media/`` that an episode names, and of its recap whatever may be one.

    An empty name stands for pictures of which it is not clear what they show.
    """
    yield from filter(None, (episode.image, *(one.path or one.url for one in episode.media)))
    found = _MEDIA_IN_TEXT.findall(recap) if "media/" in recap else []
    yield from found
    if recap.count("![") + recap.lower().count("<img") > len(found):
        yield ""


def digest(data: bytes) -> bytes:
    """BLAKE2b, 128 bits."""
    return blake2b(data, digest_size=16).digest()


class Outline:
    """What is asked of no single episode. An episode is named by its place among the rows."""

    def __init__(self, rows: Sequence[EpisodeRow], persons: Sequence[Person], language: str) -> None:
        self.rows = rows
        self.directory = Directory(persons, rows, language)
        self._language = language

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """The places of each series' episodes, in reading order."""
        found: dict[str, list[int]] = {}
        for place, row in enumerate(self.rows):
            found.setdefault(row.series, []).append(place)
        return found

    @cached_property
    def newest(self) -> Sequence[int]:
        """All places, the newest episode first (the undated last)."""
        keys = [
            (row.date is not None, row.date or "", row.series, row.number is None, row.number or 0, row.slug)
            for row in self.rows
        ]
        return sorted(range(len(keys)), key=keys.__getitem__, reverse=True)

    @cached_property
    def ranks(self) -> Sequence[int]:
        """For each place how many episodes are newer."""
        found = [0] * len(self.rows)
        for rank, place in enumerate(self.newest):
            found[place] = rank
        return found

    @cached_property
    def tagged(self) -> dict[str, list[int]]:
        """The places of the episodes that have a tag, by the folded tag, in alphabetical order."""
        return {key: places for key, (_, places) in self._tags.items()}

    @cached_property
    def tags(self) -> dict[str, tuple[str, str]]:
        """First spelling and address by the folded tag, in alphabetical order."""
        slugs = unique_slugs({key: name for key, (name, _) in self._tags.items()})
        return {key: (name, f"tags/{slugs[key]}/") for key, (name, _) in self._tags.items()}

    @cached_property
    def _tags(self) -> dict[str, tuple[str, list[int]]]:
        found: dict[str, tuple[str, list[int]]] = {}
        for place, row in enumerate(self.rows):
            for tag in row.tags:
                _, places = found.setdefault(fold(tag), (tag, []))
                if not places or places[-1] != place:
                    places.append(place)
        ordered = sorted(found, key=lambda key: (collation_key(found[key][0], self._language), key))
        return {key: found[key] for key in ordered}

    @cached_property
    def asked(self) -> Sequence[int]:
        """The places of the episodes that have questions."""
        return [place for place, row in enumerate(self.rows) if row.questions]

    @cached_property
    def translations(self) -> dict[int, list[int]]:
        """For an episode that is one of several translations the places of the others."""
        if not any(row.translation_of for row in self.rows):
            return {}
        known = {row.id: place for place, row in enumerate(self.rows)}
        known |= {row.ref: place for place, row in enumerate(self.rows)}
        groups: dict[int, list[int]] = {}
        for place, row in enumerate(self.rows):
            groups.setdefault(known.get(row.translation_of or "", place), []).append(place)
        return {
            place: [other for other in group if other != place]
            for group in groups.values()
            if len(group) > 1
            for place in group
        }
