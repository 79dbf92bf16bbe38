"""The feeds of the site: which there are, what goes into each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from hashlib import blake2b
from heapq import heappop, heappush

from totem_cli.archive.record import SeriesRecord
from totem_cli.exporters.atom import ATOM
from totem_cli.exporters.feed import FeedHead, Form, page_links, part_name, parts
from totem_cli.exporters.feed_entry import feed_entry, recordings
from totem_cli.exporters.html.site import AT_HAND, Site, encoded
from totem_cli.exporters.jsonfeed import JSON_FEED
from totem_cli.exporters.rss import RSS
from totem_cli.store.page import Page

FORMS: Mapping[str, Form] = {"feed.xml": RSS, "atom.xml": ATOM, "feed.json": JSON_FEED}
"""How each of the three files of a feed is written."""


class Feeds:
    """The feeds of one site. An entry is made once for all that hold it, so each document follows its last episode."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._entry = lru_cache(maxsize=AT_HAND)(partial(feed_entry, site))
        self._digests: dict[int, bytes] = {}
        self._ranks = {place: rank for rank, place in enumerate(site.publication.newest_places)}
        self._waiting: list[tuple[int, int, list[Page]]] = []
        self._begun = 0
        title, subtitle = site.settings.title, site.settings.subtitle or ""
        head = FeedHead(site.absolute("") or "", title, subtitle, site.language, "", "")
        self._begin("", head, site.publication.newest_places)

    def begin(self, series: SeriesRecord) -> None:
        """Let the documents of a series wait for their episodes."""
        language = series.language or self.site.language
        head = FeedHead(f"urn:uuid:{series.id}", series.title, series.subtitle or "", language, "", "")
        self._begin(series.address, head, self.newest(self.site.of_series[series.slug]))

    def complete(self, last: int) -> Iterator[Page]:
        """The documents that need no episode beyond the place ``last``, each once."""
        while self._waiting and self._waiting[0][0] <= last:
            yield from heappop(self._waiting)[2]

    def derived(self) -> Iterator[Page]:
        """The feeds of each person and tag, if asked for."""
        site, title, asked = self.site, self.site.settings.title, self.site.settings.feeds
        found = []
        if asked.people:
            for person in site.people:
                places = [site.places[appearance.episode] for appearance in person.appearances]
                found.append((person.address, person.name, places))
        if asked.tags:
            found += [(address, name, list(tagged)) for name, address, tagged in site.tags.values()]
        for address, name, places in found:
            head = FeedHead(site.absolute(address) or "", f"{name} – {title}", "", site.language, "", "")
            for _, made in self._documents(address, head, self.newest(places)):
                yield from made

    def _begin(self, address: str, head: FeedHead, places: Sequence[int]) -> None:
        for needed, made in self._documents(address, head, places):
            self._begun += 1
            heappush(self._waiting, (max(needed, default=0), self._begun, made))

    def newest(self, places: Sequence[int]) -> list[int]:
        """The places of episodes, each once, the newest first."""
        return sorted(dict.fromkeys(places), key=self._ranks.__getitem__)

    def _documents(
        self, address: str, head: FeedHead, places: Sequence[int]
    ) -> Iterator[tuple[Sequence[int], list[Page]]]:
        """The places of each part of a feed, and its three documents: RSS, Atom, JSON Feed.

        A feed without absolute addresses would be of no use, so there is none without ``base_url``.
        """
        if not self.site.settings.base_url:
            return
        home = self.site.absolute(address) or ""
        whole = parts(places, self.site.settings.feeds.size)
        for number, part in enumerate(whole):
            if not self.site.shows(part.places):
                continue
            digests = b"".join(map(self._digest, part.places))
            made = []
            for file, form in FORMS.items():
                name = part_name(file, part)
                links = page_links(whole, number, home, file)
                full = replace(head, home=home, address=home + name, links=links)
                render = partial(self._render, f"{address}{name}", form, full, part.places)
                made.append(self.site.page(f"{address}{name}", render, repr(full), digests))
            yield part.places, made

    def _render(self, path: str, form: Form, head: FeedHead, places: Sequence[int]) -> bytes:
        if (before := self.site.before(path)) is not None:
            changed = {at: self._entry(places[at]) for at in self.site.changed(places)}
            if (mended := form.mended(before, len(places), changed)) is not None:
                return mended
        return form.write(head, [self._entry(place) for place in places])

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
