"""The feeds of the site: which there are, what goes into each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
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
    """RSS, Atom and JSON Feed of a series."""
    site = feeds.site
    if not site.settings.base_url:
        return
    language = series.language or site.language
    head = FeedHead(f"urn:uuid:{series.id}", series.title, series.subtitle or "", language, "", "")
    yield from feeds.pages(series.address, head, feeds.newest(site.of_series[series.slug]))


def pages(feeds: Feeds) -> Iterator[Page]:
    """RSS, Atom and JSON Feed of the archive and, if asked, of each person and tag.

    A feed without absolute addresses would be of no use, so there is none without ``base_url``.
    """
    site = feeds.site
    if not site.settings.base_url:
        return
    title, language = site.settings.title, site.language
    head = FeedHead(site.absolute("") or "", title, site.settings.subtitle or "", language, "", "")
    yield from feeds.pages("", head, site.publication.newest_places)
    derived = []
    if site.settings.feeds.people:
        for person in site.people:
            places = [site.places[appearance.episode] for appearance in person.appearances]
            derived.append((person.address, person.name, places))
    if site.settings.feeds.tags:
        derived += [(address, name, list(tagged)) for name, address, tagged in site.tags.values()]
    for address, name, places in derived:
        head = FeedHead(site.absolute(address) or "", f"{name} – {title}", "", language, "", "")
        yield from feeds.pages(address, head, feeds.newest(places))


class Feeds:
    """The feeds of one site. An entry is made once for the three files that hold it, one after the other."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._entry = lru_cache(maxsize=AT_HAND)(partial(feed_entry, site))
        self._digests: dict[int, bytes] = {}
        self._ranks = {place: rank for rank, place in enumerate(site.publication.newest_places)}

    def newest(self, places: Sequence[int]) -> list[int]:
        """The places of episodes, each once, the newest first."""
        return sorted(dict.fromkeys(places), key=self._ranks.__getitem__)

    def pages(self, address: str, head: FeedHead, places: Sequence[int]) -> Iterator[Page]:
        """The three feeds at ``address``, of the episodes at ``places``, each in as many documents as it takes."""
        home = self.site.absolute(address) or ""
        whole = parts(places, self.site.settings.feeds.size)
        for number, part in enumerate(whole):
            digests = b"".join(map(self._digest, part.places))
            for file, write in WRITERS.items():
                name = part_name(file, part)
                links = page_links(whole, number, home, file)
                full = replace(head, home=home, address=home + name, links=links)
                render = partial(self._render, write, full, part.places)
                yield self.site.page(f"{address}{name}", render, repr(full), digests)

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
