"""A publication: the part of an archive that an export publishes, ready to be asked by exporters.

Episodes come without their recaps, so that ten thousand of them stay small; :meth:`Publication.read` gives one whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import msgspec
from msgspec import Struct

from totem_cli.archive.held import arranged
from totem_cli.archive.lazily import digested
from totem_cli.archive.media import HEAD, MediaFile
from totem_cli.archive.names import Names
from totem_cli.archive.outline import Outline, outline_of
from totem_cli.archive.people import Appearing, Directory, Involved
from totem_cli.archive.record import (
    EpisodeRecord,
    OrganisationRecord,
    PersonRecord,
    Record,
    SeriesRecord,
    archive_record,
    comment_record,
    episode_record,
    series_record,
)
from totem_cli.language.fold import fold
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode, appearances
from totem_cli.model.person import Person
from totem_cli.model.query import Query, by_date, organisations_of
from totem_cli.model.series import Series
from totem_cli.model.settings import Settings
from totem_cli.publishing.manifest import digest_of


class Tombstone(Struct, frozen=True, kw_only=True):
    """What is told of a withdrawn episode: that it was at this address, and nothing of what it said."""

    series: str
    address: str
    language: str | None
    aliases: tuple[str, ...]


class Publication(Struct, frozen=True, dict=True):
    """What one export publishes.

    ``series`` and ``episodes`` are already filtered and in reading order (series by slug, episodes by number);
    ``episodes`` are resolved but carry no recap. ``media`` and ``theme`` map a name relative to ``media/`` or to
    ``theme/`` to a function that reads its bytes, for media best a :class:`~totem_cli.archive.media.MediaFile`.
    ``withdrawn`` are the addresses that must say so. ``comments`` are the approved ones, the oldest first, by the id of
    the episode or series that they are on. ``source_digest`` gives for two episodes the same bytes only where their
    whole records are the same. ``known`` is their outline where it is known already, ``known_told`` what :attr:`told`
    is then, and they need not all be read.
    """

    settings: Settings
    series: tuple[Series, ...]
    episodes: Sequence[Episode]
    persons: tuple[Person, ...]
    query: Query
    recap_of: Callable[[Episode], str]
    source_digest: Callable[[Episode], bytes]
    media: Mapping[str, Callable[[], bytes]] = {}
    theme: Mapping[str, Callable[[], bytes]] = {}
    withdrawn: tuple[Tombstone, ...] = ()
    comments: Mapping[str, Sequence[Comment]] = {}
    known: Outline | None = None
    known_told: Sequence[bytes] = ()

    @cached_property
    def outline(self) -> Outline:
        """What is asked of no single episode: ``known``, or found out now."""
        return self.known or outline_of(self)

    @cached_property
    def names(self) -> Names:
        """Which names mean the same person."""
        return Names(self.persons)

    @cached_property
    def directory(self) -> Directory:
        """Who and which organisations appear in these episodes."""
        return Directory(self.persons, self.episodes)

    @cached_property
    def people(self) -> Sequence[PersonRecord]:
        """Everyone who appears, sorted by the archive's language."""
        return [one.person for one in self.appearing]

    @cached_property
    def appearing(self) -> Sequence[Appearing]:
        """The same, with where each appearance is."""
        return self.directory.appearing(self.settings.language)

    @cached_property
    def organisations(self) -> Sequence[OrganisationRecord]:
        """Every organisation that appears, sorted by the archive's language."""
        return [one.organisation for one in self.involved]

    @cached_property
    def involved(self) -> Sequence[Involved]:
        """The same, with where its episodes are."""
        return self.directory.involved(self.settings.language)

    def near(self, places: Iterable[int]) -> tuple[Sequence[Appearing], Sequence[Involved]]:
        """The people and the organisations of the episodes at these places, with all else that they appear in."""
        chosen = [self.episodes[place] for place in places]
        people = {self.names.key(one) for episode in chosen for one in appearances(episode)}
        organisations = {fold(name) for episode in chosen for name in organisations_of(episode)}
        where = self.outline.where
        if where is None:
            found: Sequence[int] = range(len(self.episodes))
        else:
            theirs = (*map(where.people.__getitem__, people), *map(where.organisations.__getitem__, organisations))
            found = sorted({place for part in theirs for place in part})
        slugs = (self.outline.people, self.outline.organisations)
        directory = Directory(self.persons, [self.episodes[place] for place in found], slugs, found)
        language = self.settings.language
        return directory.appearing(language, people), directory.involved(language, organisations)

    @cached_property
    def told(self) -> Sequence[bytes]:
        """For each of the episodes a digest of all that it says but its recap."""
        return self.known_told or digested(msgspec.msgpack.Encoder().encode, self.episodes)

    @cached_property
    def newest(self) -> Sequence[Episode]:
        """The episodes, newest first (the undated last)."""
        return arranged(self.episodes, self.newest_places)

    @cached_property
    def newest_places(self) -> Sequence[int]:
        """Where in ``episodes`` each of them stands, newest first."""
        if self.known:
            return self.known.newest
        dated = list(map(by_date, self.episodes))
        return tuple(sorted(range(len(dated)), key=dated.__getitem__, reverse=True))

    def of_series(self, slug: str) -> Sequence[Episode]:
        """The episodes of one series in reading order."""
        return self._by_series.get(slug, ())

    @cached_property
    def _by_series(self) -> dict[str, Sequence[Episode]]:
        places: dict[str, list[int]] = {}
        for place, episode in enumerate(self.episodes):
            places.setdefault(episode.series, []).append(place)
        return {slug: arranged(self.episodes, found) for slug, found in places.items()}

    def read(self, episode: Episode) -> EpisodeRecord:
        """The whole record of one episode: recap and its HTML included."""
        return episode_record(episode, self.recap_of(episode))

    def digest(self, episode: Episode) -> bytes:
        """What an episode's record depends on: its file, where that is, and what it takes from its series."""
        return self.source_digest(episode)

    def media_digest(self, name: str) -> str:
        """A digest of the content of one of ``media``."""
        file = self.media[name]
        return file.digest() if isinstance(file, MediaFile) else digest_of(file())

    def media_head(self, name: str) -> bytes:
        """How one of ``media`` begins: enough to tell what it is."""
        file = self.media[name]
        return file.head() if isinstance(file, MediaFile) else file()[:HEAD]

    def series_record(self, series: Series) -> SeriesRecord:
        """The record of one series, without its episodes."""
        return series_record(series)

    @property
    def all_comments(self) -> Iterator[Comment]:
        """The approved comments: those on each series, then those on each episode, in reading order."""
        for identity in (*(one.id for one in self.series), *(one.id for one in self.episodes)):
            yield from self.comments.get(identity, ())

    def record(self) -> Record:
        """The whole public record of this publication."""
        return Record(
            archive=archive_record(self.settings),
            series=tuple(map(series_record, self.series)),
            episodes=tuple(map(self.read, self.episodes)),
            people=tuple(self.people),
            organisations=tuple(self.organisations),
            comments=tuple(comment_record(one) for one in self.all_comments),
        )
