"""A publication: the part of an archive that an export publishes, ready to be asked by exporters.

Episodes come without their recaps, so that ten thousand of them stay small; :meth:`Publication.read` gives one whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TypeVar, overload

import msgspec
from msgspec import Struct

from totem_cli.archive.media import HEAD, MediaFile
from totem_cli.archive.names import Names
from totem_cli.archive.outline import Directory, Outline
from totem_cli.archive.record import (
    EpisodeRecord,
    OrganisationRecord,
    PersonRecord,
    Record,
    archive_record,
    comment_record,
    episode_record,
    series_record,
)
from totem_cli.errors import TotemError
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.episode_row import EpisodeRow
from totem_cli.model.media_names import MEDIA, file_named, named_by, named_in
from totem_cli.model.person import Person
from totem_cli.model.query import Query
from totem_cli.model.series import Series
from totem_cli.model.settings import Settings
from totem_cli.publishing.manifest import digest_of
from totem_cli.publishing.page import Page, key_of

F = TypeVar("F")

_BLOCK = 64
"""Episodes that are read in one question."""

_KEPT = 4
"""Blocks that are kept: pages of neighbours follow each other, and feeds show again what pages showed."""

Read = Callable[[Sequence[EpisodeRow]], list[tuple[Episode, str]]]

_TEXTS = (".html", ".css", ".js", ".svg", ".xml", ".txt", ".json", ".webmanifest")
"""The endings of a theme's files that may name others."""


class Tombstone(Struct, frozen=True, kw_only=True):
    """What is told of a withdrawn episode: that it was at this address, and nothing of what it said."""

    series: str
    address: str
    language: str | None
    aliases: tuple[str, ...]


class EpisodeList(Sequence[Episode]):
    """The episodes of these rows, resolved, without their recaps; these are read with them.

    ``read`` gives the episodes of some rows and their recaps. It raises ChangedError where one is another by now.
    """

    def __init__(self, rows: Sequence[EpisodeRow], series: Mapping[str, Series], read: Read) -> None:
        self._rows = rows
        self._series = series
        self._read = read
        self._block = lru_cache(maxsize=_KEPT)(self._read_block)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Episode]:
        for number in range(-(-len(self._rows) // _BLOCK)):
            yield from (episode for episode, _ in self._block(number))

    @overload
    def __getitem__(self, place: int) -> Episode: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Episode]: ...
    def __getitem__(self, place: int | slice) -> Episode | Sequence[Episode]:
        if isinstance(place, slice):
            return [self[one] for one in range(len(self))[place]]
        return self._at(range(len(self))[place])[0]

    def recap(self, place: int) -> str:
        """The recap of the episode at a place."""
        return self._at(place)[1]

    def _at(self, place: int) -> tuple[Episode, str]:
        number, at = divmod(place, _BLOCK)
        return self._block(number)[at]

    def _read_block(self, number: int) -> list[tuple[Episode, str]]:
        found = self._read(self._rows[number * _BLOCK : (number + 1) * _BLOCK])
        return [(episode.inherit(self._series[episode.series]), recap) for episode, recap in found]


class Chosen(Sequence[Episode]):
    """Some of the episodes, each read when it is asked for."""

    def __init__(self, episodes: Sequence[Episode], places: Sequence[int]) -> None:
        self._episodes = episodes
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> Episode: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Episode]: ...
    def __getitem__(self, index: int | slice) -> Episode | Sequence[Episode]:
        if isinstance(index, slice):
            return Chosen(self._episodes, self._places[index])
        return self._episodes[self._places[index]]


class Publication(Struct, frozen=True, dict=True):
    """What one export publishes.

    ``series`` and ``episodes`` are already filtered and in reading order (series by slug, episodes by number);
    ``episodes`` are resolved but carry no recap. ``media`` and ``theme`` map a name relative to ``media/`` or to
    ``theme/`` to a function that reads its bytes, for media best a :class:`~totem_cli.archive.media.MediaFile`.
    ``withdrawn`` are the addresses that must say so. ``comments`` are the approved ones, the oldest first, by the id of
    the episode or series that they are on. ``recap_at`` gives the recap of the episode at a place. ``known_rows`` are
    those of the episodes, where they are known without reading these. ``refused`` says which pictures it names and has
    not, since what cameras wrote into them cannot be taken out.
    """

    settings: Settings
    series: tuple[Series, ...]
    episodes: Sequence[Episode]
    persons: tuple[Person, ...]
    query: Query
    recap_at: Callable[[int], str]
    media: Mapping[str, Callable[[], bytes]] = {}
    theme: Mapping[str, Callable[[], bytes]] = {}
    withdrawn: tuple[Tombstone, ...] = ()
    comments: Mapping[str, Sequence[Comment]] = {}
    known_rows: Sequence[EpisodeRow] = ()
    refused: Sequence[TotemError] = ()

    @cached_property
    def rows(self) -> Sequence[EpisodeRow]:
        """What is known of each of the episodes without its value."""
        if self.known_rows:
            return self.known_rows
        return [EpisodeRow.whole(episode, self.recap_at(place)) for place, episode in enumerate(self.episodes)]

    @cached_property
    def outline(self) -> Outline:
        """What is asked of no single episode."""
        return Outline(self.rows, self.persons, self.settings.language)

    @property
    def directory(self) -> Directory:
        """Who and which organisations appear in these episodes."""
        return self.outline.directory

    @property
    def names(self) -> Names:
        """Which names mean the same person."""
        return self.directory.names

    @cached_property
    def people(self) -> Sequence[PersonRecord]:
        """Everyone who appears, sorted by the archive's language."""
        return [self.directory.appearing(key).person for key in self.directory.person_keys]

    @cached_property
    def organisations(self) -> Sequence[OrganisationRecord]:
        """Every organisation that appears, sorted by the archive's language."""
        return [self.directory.involved(key).organisation for key in self.directory.organisation_keys]

    @cached_property
    def newest(self) -> Sequence[Episode]:
        """The episodes, newest first (the undated last)."""
        return Chosen(self.episodes, self.outline.newest)

    def of_series(self, slug: str) -> Sequence[Episode]:
        """The episodes of one series in reading order."""
        return Chosen(self.episodes, self.outline.places.get(slug, ()))

    def read(self, episode: Episode) -> EpisodeRecord:
        """The whole record of one episode: recap and its HTML included."""
        return episode_record(episode, self.recap_of(episode))

    def read_at(self, place: int) -> EpisodeRecord:
        """The same of the episode at a place."""
        return episode_record(self.episodes[place], self.recap_at(place))

    def recap_of(self, episode: Episode) -> str:
        """The recap of one episode."""
        return self.recap_at(self._places[episode.series, episode.slug])

    def digest(self, episode: Episode) -> bytes:
        """A digest of an episode's whole record, for plugins: what its pages depend on."""
        return self.rows[self._places[episode.series, episode.slug]].full

    @cached_property
    def _places(self) -> Mapping[tuple[str, str], int]:
        return {(row.series, row.slug): place for place, row in enumerate(self.rows)}

    def media_digest(self, name: str) -> str:
        """A digest of the content of one of ``media``."""
        file = self.media[name]
        return file.digest() if isinstance(file, MediaFile) else digest_of(file())

    def media_head(self, name: str) -> bytes:
        """How one of ``media`` begins: enough to tell what it is."""
        file = self.media[name]
        return file.head() if isinstance(file, MediaFile) else file()[:HEAD]

    def media_size(self, name: str) -> int:
        """How many bytes one of ``media`` has."""
        file = self.media[name]
        return file.size() if isinstance(file, MediaFile) else len(file())

    def media_page(self, path: str, name: str) -> Page:
        """A page that is one of ``media``, copied piece by piece."""
        file = self.media[name]
        return Page(path, key_of(self.media_digest(name)), file, file.pieces if isinstance(file, MediaFile) else None)

    def media_named(self, files: Mapping[str, F]) -> dict[str, F]:
        """Those of ``files``, by name under ``media/``, that the publication names.

        Names are in the fields and texts of its episodes and series, of people who appear in it, in the settings, in
        comments, and in the files of the theme: what only drafts name, or nothing, is in no export.
        """
        if not files:
            return {}
        found = {path for name in dict.fromkeys(self._media_names()) if (path := file_named(name, files))}
        return {name: file for name, file in files.items() if name in found}

    def _media_names(self) -> Iterator[str]:
        yield self.settings.podcast.image or ""
        for row in self.rows:
            yield from row.media
        for value in (self.settings, *self.series, *self.all_comments):
            yield from named_by(msgspec.to_builtins(value))
        persons = [one for one in self.persons if one.image or MEDIA.encode() in msgspec.msgpack.encode(one)]
        if persons:
            appearing = {*self.directory.person_slugs.values()}
            for person in persons:
                if person.slug in appearing:
                    yield person.image or ""
                    yield from named_by(msgspec.to_builtins(person))
        for name, read in self.theme.items():
            if name.lower().endswith(_TEXTS):
                yield from named_in(read().decode("utf-8", "replace"))

    @property
    def all_comments(self) -> Iterator[Comment]:
        """The approved comments: those on each series, then those on each episode, in reading order."""
        for identity in (*(one.id for one in self.series), *(one.id for one in self.rows)):
            yield from self.comments.get(identity, ())

    def record(self) -> Record:
        """The whole public record of this publication."""
        return Record(
            archive=archive_record(self.settings),
            series=tuple(map(series_record, self.series)),
            episodes=tuple(map(self.read_at, range(len(self.episodes)))),
            people=tuple(self.people),
            organisations=tuple(self.organisations),
            comments=tuple(comment_record(one) for one in self.all_comments),
        )
