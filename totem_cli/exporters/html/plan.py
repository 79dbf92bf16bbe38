"""The plan of a site: the keys of its pages and groups, made without rendering anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import msgspec

from totem_cli.exporters.html import assets
from totem_cli.exporters.html.structure import STATIC, TEMPLATES, LookUp, SiteStructure
from totem_cli.model.media_names import file_named, local_path
from totem_cli.publishing.page import Page, PageGroup, combined, group_key, key_of

if TYPE_CHECKING:
    from totem_cli.exporters.feed import FeedEntry
    from totem_cli.exporters.html.site import Site
    from totem_cli.model.episode_row import EpisodeRow
    from totem_cli.model.series import Series

CACHED_ENTRIES = 128
"""Feed entries that are kept: the feeds of the site, of a series, of people and of tags hold the same ones."""

_encode = msgspec.msgpack.Encoder().encode


def encoded(*parts: object) -> bytes:
    """Return structs, tuples and strings as bytes for a key."""
    return _encode(parts)


class Plan(SiteStructure):
    """The structure of a site, and what makes the keys of its pages and groups.

    Methods that return bytes or strings return parts of keys: digests of what a page shows.
    """

    @cached_property
    def site(self) -> Site:
        """The renderer of the pages, loaded when the first page is rendered."""
        from totem_cli.exporters.html.site import Site

        return Site(self)

    @cached_property
    def feed_entry(self) -> Callable[[int], FeedEntry]:
        """The function that returns the feed entry of the episode at a position, with a cache."""
        from totem_cli.exporters.feed_entry import feed_entry

        return lru_cache(maxsize=CACHED_ENTRIES)(partial(feed_entry, self.site))

    @cached_property
    def site_key_parts(self) -> Mapping[str, str]:
        """The site key by its parts: what every page of the site depends on."""
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
    def site_key(self) -> str:
        """The site key in one string."""
        return combined(self.site_key_parts)

    def page(self, path: str, render: Callable[[], bytes], *parts: bytes | str) -> Page:
        """Return a page whose key is made from ``parts``, its path and the site key."""
        return Page(path, key_of(self.site_key, path, *parts), render)

    def group(
        self, name: str, pages: Callable[[], Iterable[Page]], parts: Mapping[str, bytes | str], size: int = 1
    ) -> PageGroup:
        """Return a group of ``size`` pages whose key is made from ``parts`` and the site key."""
        return PageGroup(name, {**self.site_key_parts, **group_key(**parts)}, pages, size)

    def list_digests(self, indexes: Iterable[int]) -> bytes:
        """Return the list digests of these episodes."""
        rows = self.rows
        return b"".join([rows[index].listed for index in indexes])

    def full_digests(self, indexes: Iterable[int]) -> bytes:
        """Return the full digests of these episodes."""
        rows = self.rows
        return b"".join([rows[index].full for index in indexes])

    @cached_property
    def titles(self) -> bytes:
        """The titles of all series, which lists of episodes show."""
        return encoded([(one.slug, one.title, one.language) for one in self.series.values()])

    def titles_of(self, indexes: Iterable[int]) -> bytes:
        """Return the titles of the series of these episodes, and whether lists show them."""
        slugs = dict.fromkeys(self.rows[index].series for index in indexes)
        return encoded(len(self.series) > 1, [(self.series[slug].title, self.series[slug].language) for slug in slugs])

    def addresses(self, row: EpisodeRow) -> tuple[object, ...]:
        """Return the addresses of the people, organisations and tags of an episode."""
        people, appearances = self._people, row.appearances
        names = [name for one in appearances for name in one.organisations]
        names += [partner.name for partner in row.partners]
        return (
            [people[one.name, one.person] for one in appearances],
            [*map(self._organisations.__getitem__, names)],
            self.tag_links(row.tags),
        )

    def series_addresses(self, series: Series) -> tuple[object, ...]:
        """Return the addresses of the people, organisations and tags of a series."""
        names = [name for host in series.hosts for name in host.organisations]
        names += [partner.name for partner in series.partners]
        return (
            [self._people[host.name, host.person] for host in series.hosts],
            [*map(self._organisations.__getitem__, names)],
            self.tag_links(series.tags),
        )

    @cached_property
    def _people(self) -> Mapping[tuple[str, str | None], str | None]:
        """The slugs of people by name and ``person`` key; None for those without a page."""
        directory = self.outline.directory
        slugs, key_of = directory.person_slugs, directory.names.key_of
        return LookUp(lambda person: slugs.get(key_of(*person)))

    @cached_property
    def _organisations(self) -> Mapping[str, str | None]:
        """The slugs of organisations by name; None for those without a page."""
        slugs = self.outline.directory.organisation_slugs
        return LookUp(lambda name: slugs.get(self.fold(name)))

    def portraits(self, row: EpisodeRow) -> Sequence[bytes]:
        """Return the portraits of an episode's guests; see :mod:`~totem_cli.exporters.html.portraits`."""
        if not self._portrait_parts:
            return ()
        names = self.outline.directory.names
        found = (names.person_of(one.name, one.person) for one in row.guests)
        return [self._portrait_parts[one.slug] for one in found if one and one.slug in self._portrait_parts]

    @cached_property
    def _portrait_parts(self) -> Mapping[str, bytes]:
        return {
            one.slug: encoded(one, repr(self.pictures[local_path(one.image, self.publication.media) or ""]))
            for one in self.publication.persons
            if one.biography or one.image
        }

    def media_parts(self, row: EpisodeRow) -> Sequence[str]:
        """Return the files under ``media/`` that an episode names, with what its pages show of them.

        Where a name matches no file, all pictures are included, since the recap may show any of them.
        """
        media = self.publication.media
        if not (row.media and media):
            return ()
        found = []
        for name in row.media:
            path = file_named(name, media)
            found.append(f"{name} {path} {self.pictures[path]}" if path else f"{name} {self.pictures.all.decode()}")
        return found

    def recording_parts(self, row: EpisodeRow) -> Sequence[str]:
        """Return the files under ``media/`` that an episode names, each with its digest, for feeds."""
        media = self.publication.media
        paths = (local_path(name, media) for name in row.media) if media else ()
        return [part for path in paths if path for part in (path, self.publication.media_digest(path))]


IndexRow: TypeAlias = tuple[str, str, str, str, int]
"""A line of an alphabetical list: address, name, sort name of its file or empty, note, number of episodes."""


class Span(NamedTuple):
    """The dates of a series: of its oldest and of its newest dated episode."""

    first: str
    last: str


class FeedPlan(NamedTuple):
    """A feed of the site: its address, title, subtitle and language; ``id`` is its address where None."""

    address: str
    title: str
    subtitle: str
    language: str
    id: str | None = None
