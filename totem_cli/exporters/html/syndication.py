"""The feeds of the site: which there are, what goes into each."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from hashlib import blake2b
from heapq import heappop, heappush

from msgspec.structs import replace

from totem_cli.archive.digests import SIZE
from totem_cli.archive.record import SeriesRecord
from totem_cli.exporters.atom import ATOM
from totem_cli.exporters.feed import FeedHead, Form, Part, page_links, part_name, parts
from totem_cli.exporters.feed_entry import feed_entry, recordings
from totem_cli.exporters.html.site import AT_HAND, Site, encoded
from totem_cli.exporters.jsonfeed import JSON_FEED
from totem_cli.exporters.rss import RSS
from totem_cli.publishing.page import Page

FORMS: Mapping[str, Form] = {"feed.xml": RSS, "atom.xml": ATOM, "feed.json": JSON_FEED}
"""How each of the three files of a feed is written."""


class Feeds:
    """The feeds of one site. An entry is made once for all that hold it, so each document follows its last episode."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._entry = lru_cache(maxsize=AT_HAND)(partial(feed_entry, site))
        count = len(site.publication.episodes)
        self._digests = bytearray(count * SIZE)
        self._ranks = array("L", bytes(count * array("L").itemsize))
        for rank, place in enumerate(site.publication.newest_places):
            self._ranks[place] = rank
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
        found: list[tuple[str, str, Sequence[int]]] = []
        if asked.people:
            found += [(person.address, person.name, places) for places, person in site.people]
        if asked.tags:
            found += [(address, name, tagged) for name, address, tagged in site.tags.values()]
        for address, name, places in found:
            head = FeedHead(site.absolute(address) or "", f"{name} – {title}", "", site.language, "", "")
            for _, made in self._documents(address, head, self.newest(places)):
                yield from made

    def _begin(self, address: str, head: FeedHead, places: Sequence[int]) -> None:
        for needed, made in self._documents(address, head, places):
            self._begun += 1
            heappush(self._waiting, (max(needed, default=0), self._begun, made))

    def newest(self, places: Sequence[int]) -> Sequence[int]:
        """The places of episodes, each once, the newest first."""
        return array("L", sorted(dict.fromkeys(places), key=self._ranks.__getitem__))

    def _documents(
        self, address: str, head: FeedHead, places: Sequence[int]
    ) -> Iterator[tuple[Sequence[int], list[Page]]]:
        """The places of each part of a feed, and its three documents: RSS, Atom, JSON Feed.

        A feed without absolute addresses would be of no use, so there is none without ``base_url``.
        """
        if not self.site.settings.base_url:
            return
        whole = parts(places, self.site.settings.feeds.size)
        for number, part in enumerate(whole):
            if not self.site.shows(part.places):
                continue
            digests = b"".join(map(self._digest, part.places))
            made = []
            for file in FORMS:
                render = partial(self._render, file, address, head, whole, number)
                full = self._head(file, address, head, whole, number)
                made.append(self.site.page(f"{address}{part_name(file, part)}", render, repr(full), digests))
            yield part.places, made

    def _head(self, file: str, address: str, head: FeedHead, whole: Sequence[Part], number: int) -> FeedHead:
        """The head of one document of a feed at ``address``, all of whose parts are ``whole``."""
        home = self.site.absolute(address) or ""
        name = part_name(file, whole[number])
        return replace(head, home=home, address=home + name, links=page_links(whole, number, home, file))

    def _render(self, file: str, address: str, head: FeedHead, whole: Sequence[Part], number: int) -> bytes:
        form, places = FORMS[file], whole[number].places
        if (before := self.site.before(f"{address}{part_name(file, whole[number])}")) is not None:
            changed = {at: self._entry(places[at]) for at in self.site.changed(places)}
            if (mended := form.mended(before, len(places), changed)) is not None:
                return mended
        full = self._head(file, address, head, whole, number)
        return form.write(full, [self._entry(place) for place in places])

    def _digest(self, place: int) -> bytes:
        """A digest of all that an entry depends on: it stands in the feed of its series, too."""
        known = slice(place * SIZE, (place + 1) * SIZE)
        if not any(self._digests[known]):
            self._digests[known] = blake2b(self._parts(place), digest_size=SIZE).digest()
        return bytes(self._digests[known])

    def _parts(self, place: int) -> bytes:
        publication = self.site.publication
        episode = publication.episodes[place]
        addresses = self.site.credits.addresses(episode)
        return self.site.digests[place] + encoded(addresses, *recordings(publication, episode))
