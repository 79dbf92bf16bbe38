"""The feeds of the site: which there are, what goes into each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from hashlib import blake2b

from totem_cli.archive.record import SeriesRecord
from totem_cli.exporters.atom import atom
from totem_cli.exporters.feed import FeedHead, Writer, page_links, part_name, parts
from totem_cli.exporters.feed_entry import feed_entry, recordings
from totem_cli.exporters.html.site import AT_HAND, Site, encoded
from totem_cli.exporters.jsonfeed import json_feed
from totem_cli.exporters.rss import rss
from totem_cli.store.page import Page

WRITERS: Mapping[str, Writer] = {"feed.xml": rss, "atom.xml": atom, "feed.json": json_feed}
"""How each of the three files of a feed is written."""


def series_pages(feeds: Feeds, series: SeriesRecord) -> Iterator[Page]:
    """RSS, Atom and JSON Feed of a series, then the archive's documents all of whose entries have been made by then."""
    site = feeds.site
    if not site.settings.base_url:
        return
    language = series.language or site.language
    head = FeedHead(f"urn:uuid:{series.id}", series.title, series.subtitle or "", language, "", "")
    places = site.of_series[series.slug]
    yield from feeds.pages(series.address, head, feeds.newest(places))
    yield from feeds.complete(places[-1] if places else -1)


def pages(feeds: Feeds) -> Iterator[Page]:
    """What is left: feeds of an archive without episodes and, if asked, of each person and tag.

    A feed without absolute addresses would be of no use, so there is none without ``base_url``.
    """
    site = feeds.site
    if not site.settings.base_url:
        return
    yield from feeds.complete(len(site.entries))
    title = site.settings.title
    derived = []
    if site.settings.feeds.people:
        for person in site.people:
            places = [site.places[appearance.episode] for appearance in person.appearances]
            derived.append((person.address, person.name, places))
    if site.settings.feeds.tags:
        derived += [(address, name, list(tagged)) for name, address, tagged in site.tags.values()]
    for address, name, places in derived:
        head = FeedHead(site.absolute(address) or "", f"{name} – {title}", "", site.language, "", "")
        yield from feeds.pages(address, head, feeds.newest(places))


class Feeds:
    """The feeds of one site. An entry is made once for all feeds that hold it, which follow each other."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._entry = lru_cache(maxsize=AT_HAND)(partial(feed_entry, site))
        self._digests: dict[int, bytes] = {}
        self._ranks = {place: rank for rank, place in enumerate(site.publication.newest_places)}

    @cached_property
    def _waiting(self) -> list[tuple[int, list[Page]]]:
        """The documents of the archive's own feed, each with the last place that it needs, the first needed last."""
        site = self.site
        head = FeedHead(
            site.absolute("") or "", site.settings.title, site.settings.subtitle or "", site.language, "", ""
        )
        documents = self._documents("", head, site.publication.newest_places)
        found = [(max(places, default=0), made) for places, made in documents]
        return sorted(found, key=lambda one: one[0], reverse=True)

    def complete(self, last: int) -> Iterator[Page]:
        """The pages of the archive's own feed that need no episode beyond the place ``last``, each once."""
        while self._waiting and self._waiting[-1][0] <= last:
            yield from self._waiting.pop()[1]

    def newest(self, places: Sequence[int]) -> list[int]:
        """The places of episodes, each once, the newest first."""
        return sorted(dict.fromkeys(places), key=self._ranks.__getitem__)

    def pages(self, address: str, head: FeedHead, places: Sequence[int]) -> Iterator[Page]:
        """The three feeds at ``address``, of the episodes at ``places``, each in as many documents as it takes."""
        for _, made in self._documents(address, head, places):
            yield from made

    def _documents(
        self, address: str, head: FeedHead, places: Sequence[int]
    ) -> Iterator[tuple[Sequence[int], list[Page]]]:
        """The places of each part of a feed, and its three documents."""
        home = self.site.absolute(address) or ""
        whole = parts(places, self.site.settings.feeds.size)
        for number, part in enumerate(whole):
            if not self.site.shows(part.places):
                continue
            digests = b"".join(map(self._digest, part.places))
            made = []
            for file, write in WRITERS.items():
                name = part_name(file, part)
                links = page_links(whole, number, home, file)
                full = replace(head, home=home, address=home + name, links=links)
                render = partial(self._render, write, full, part.places)
                made.append(self.site.page(f"{address}{name}", render, repr(full), digests))
            yield part.places, made

    def _render(self, write: Writer, head: FeedHead, places: Sequence[int]) -> bytes:
        return write(head, [self._entry(place) for place in places])

    def _digest(self, place: int) -> bytes:
        """A digest of all that an entry depends on: it stands in the feed of its series, too."""
        if place not in self._digests:
            self._digests[place] = blake2b(self._parts(place), digest_size=16).digest()
        return self._digests[place]

    def _parts(self, place: int) -> bytes:
        publication = self.site.publication
        episode = publication.episodes[place]
        addresses = self.site.credits.addresses(episode)
        return self.site.digests[place] + encoded(addresses, *recordings(publication, episode))
