"""The plan of a site: which pages it has and what each depends on, known without rendering anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from html import unescape
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from urllib.parse import unquote

import msgspec

from totem_cli.exporters.html import assets
from totem_cli.exporters.html.media import local_path
from totem_cli.exporters.html.structure import STATIC, TEMPLATES, SiteStructure
from totem_cli.publishing.page import Page, PageGroup, combined, group_key, key_of

if TYPE_CHECKING:
    from totem_cli.exporters.feed import FeedEntry
    from totem_cli.exporters.html.site import Site
    from totem_cli.model.episode_row import EpisodeRow
    from totem_cli.model.series import Series

CACHED_ENTRIES = 128
"""Feed entries that are kept: the feeds of the site, of a series, of people and of tags hold the same ones."""


def encoded(*parts: object) -> bytes:
    """Any structs, tuples and texts as bytes for a key."""
    return msgspec.msgpack.encode(parts)


class Plan(SiteStructure):
    """The structure of a site, with the parts of its pages' keys."""

    @cached_property
    def site(self) -> Site:
        """What renders the pages; loaded with the first that is."""
        from totem_cli.exporters.html.site import Site

        return Site(self)

    @cached_property
    def feed_entry(self) -> Callable[[int], FeedEntry]:
        """The function that returns the feed entry of the episode at a position, with a cache."""
        from totem_cli.exporters.feed_entry import feed_entry

        return lru_cache(maxsize=CACHED_ENTRIES)(partial(feed_entry, self.site))

    @cached_property
    def shared(self) -> Mapping[str, str]:
        """The parts of a key that every page has."""
        theme = self.publication.theme
        files = [(name, theme[name]()) for name in sorted(theme) if name.startswith(TEMPLATES)]
        return group_key(
            settings=encoded(self.settings),
            menu=encoded(self.sections),
            templates=encoded([*assets.builtin("templates").items()], files),
            assets=encoded(
                [content for _, content in self.assets.values()],
                [name for name in sorted(theme) if name.startswith(STATIC)],
            ),
        )

    @cached_property
    def stamp(self) -> str:
        """The same in one."""
        return combined(self.shared)

    def page(self, path: str, render: Callable[[], bytes], *parts: bytes | str) -> Page:
        """A page whose key covers ``parts`` and all that the site's pages share."""
        return Page(path, key_of(self.stamp, path, *parts), render)

    def group(
        self, name: str, pages: Callable[[], Iterable[Page]], parts: Mapping[str, bytes | str], size: int = 1
    ) -> PageGroup:
        """A group of ``size`` pages whose key covers ``parts`` and all that the site's pages share."""
        return PageGroup(name, {**self.shared, **group_key(**parts)}, pages, size)

    def listed(self, places: Iterable[int]) -> bytes:
        """What lists of the episodes at these places depend on in them."""
        rows = self.rows
        return b"".join([rows[place].listed for place in places])

    def full(self, places: Iterable[int]) -> bytes:
        """What pages depend on that show the episodes at these places whole."""
        rows = self.rows
        return b"".join([rows[place].full for place in places])

    @cached_property
    def titles(self) -> bytes:
        """What lists say of series."""
        return encoded([(one.slug, one.title, one.language) for one in self.series.values()])

    def titles_at(self, places: Iterable[int]) -> bytes:
        """What a list of the episodes at these places says of their series."""
        slugs = dict.fromkeys(self.rows[place].series for place in places)
        return encoded(len(self.series) > 1, [(self.series[slug].title, self.series[slug].language) for slug in slugs])

    def addresses(self, row: EpisodeRow) -> tuple[object, ...]:
        """The addresses of the people, organisations and tags of an episode."""
        people, organisations = self._people, self.outline.directory.organisation_slugs
        names = [name for one in row.appearances for name in one.organisations]
        return (
            [people[one.name, one.person] for one in row.appearances],
            [organisations.get(self.folded(name)) for name in (*names, *(partner.name for partner in row.partners))],
            self.tag_links(row.tags),
        )

    def series_addresses(self, series: Series) -> tuple[object, ...]:
        """The same of a series."""
        organisations = self.outline.directory.organisation_slugs
        names = [name for host in series.hosts for name in host.organisations]
        names += [partner.name for partner in series.partners]
        return (
            [self._people[host.name, host.person] for host in series.hosts],
            [organisations.get(self.folded(name)) for name in names],
            self.tag_links(series.tags),
        )

    @cached_property
    def _people(self) -> _People:
        return _People(self)

    def portraits(self, row: EpisodeRow) -> Sequence[bytes]:
        """What the page of an episode tells of its guests who have a file."""
        if not self._portrayed:
            return ()
        names = self.outline.directory.names
        found = (names.person_of(one.name, one.person) for one in row.guests)
        return [self._portrayed[one.slug] for one in found if one and one.slug in self._portrayed]

    @cached_property
    def _portrayed(self) -> Mapping[str, bytes]:
        return {
            one.slug: encoded(one, repr(self.pictures[local_path(one.image, self.publication.media) or ""]))
            for one in self.publication.persons
            if one.biography or one.image
        }

    def shown(self, row: EpisodeRow) -> Sequence[str]:
        """What pages of an episode depend on in the files under ``media/`` that it names.

        It is all pictures where it is not clear which the recap shows.
        """
        media = self.publication.media
        if not (row.media and media):
            return ()
        found = []
        for name in row.media:
            path = local_path(name, media) or local_path(unquote(unescape(name)), media)
            found.append(f"{name} {path} {self.pictures[path]}" if path else f"{name} {self.pictures.all.decode()}")
        return found

    def recorded(self, row: EpisodeRow) -> Sequence[str]:
        """What an entry of a feed depends on in the files under ``media/``: those that it names, with their digests."""
        media = self.publication.media
        paths = (local_path(name, media) for name in row.media) if media else ()
        return [part for path in paths if path for part in (path, self.publication.media_digest(path))]


class _People(dict[tuple[str, str | None], "str | None"]):
    """The slug of whoever appears, by name and ``person`` key."""

    def __init__(self, plan: Plan) -> None:
        self._directory = plan.outline.directory

    def __missing__(self, known: tuple[str, str | None]) -> str | None:
        self[known] = found = self._directory.person_slugs.get(self._directory.names.key_of(*known))
        return found


IndexRow: TypeAlias = tuple[str, str, str, str, int]
"""A line of an alphabetical list: address, name, what it sorts by, a note, the number of episodes."""


class FeedPlan(NamedTuple):
    """A feed: where it stands, what it is called; ``id`` where that is not its address."""

    address: str
    title: str
    subtitle: str
    language: str
    id: str | None = None
