"""The feeds of the site: which there are, what goes into each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from totem_cli.exporters.html import feeds
from totem_cli.exporters.html.chapter import description
from totem_cli.exporters.html.site import Site, encoded
from totem_cli.model.query import by_date
from totem_cli.store.page import Page


def pages(site: Site) -> Iterator[Page]:
    """RSS, Atom and JSON Feed of the archive, of each series and, if asked, of each person and tag.

    A feed without absolute addresses would be of no use, so there is none without ``base_url``.
    """
    if not site.settings.base_url:
        return
    newest = [site.places[episode.id] for episode in site.publication.newest]
    yield from _three(site, "", site.settings.title, site.settings.subtitle or "", newest, None)
    for series in site.series.values():
        places = _newest(site, site.of_series[series.slug])
        yield from _three(site, series.address, series.title, series.subtitle or "", places, series.id)
    if site.settings.feeds.people:
        for person in site.people:
            places = [site.places[appearance.episode] for appearance in person.appearances]
            yield from _three(site, person.address, person.name, "", _newest(site, places), None)
    if site.settings.feeds.tags:
        for name, address, tagged in site.tags.values():
            yield from _three(site, address, name, "", _newest(site, tagged), None)


def _newest(site: Site, places: Sequence[int]) -> list[int]:
    episodes = site.publication.episodes
    return sorted(dict.fromkeys(places), key=lambda place: by_date(episodes[place]), reverse=True)


def _three(
    site: Site, address: str, title: str, subtitle: str, places: Sequence[int], identity: str | None
) -> Iterator[Page]:
    """The three feeds of one page, of the newest of these episodes."""
    home = site.absolute(address) or ""
    head = feeds.FeedHead(
        id=f"urn:uuid:{identity}" if identity else home,
        title=title,
        subtitle=subtitle,
        language=site.language,
        home=home,
        rss=f"{home}feed.xml",
        atom=f"{home}atom.xml",
        json=f"{home}feed.json",
    )
    places = places[: site.settings.feeds.size]
    episodes = site.publication.episodes
    digests = [site.digests[place] + encoded(site.credits.addresses(episodes[place])) for place in places]
    shared = encoded(title, subtitle, identity, [site.entries[place].address for place in places])
    for name, write in (("feed.xml", feeds.rss), ("atom.xml", feeds.atom), ("feed.json", feeds.json_feed)):
        yield site.page(f"{address}{name}", partial(_feed, site, write, head, places), shared, *digests)


def _feed(
    site: Site,
    write: Callable[[feeds.FeedHead, Sequence[feeds.FeedEntry]], bytes],
    head: feeds.FeedHead,
    places: Sequence[int],
) -> bytes:
    return write(head, [_entry(site, place) for place in places])


def _entry(site: Site, place: int) -> feeds.FeedEntry:
    record = site.read(place)
    language = site.language_of(record)
    labels = site.labels(language)
    base = site.absolute("") or ""
    sentence = site.credits.sentence(record, labels.language, base)
    parts = [f"<p>{sentence}</p>"] if sentence else []
    parts.append(feeds.absolute_addresses(site.recap(place), base))
    if record.questions:
        items = "".join(f"<li>{site.typo(question.text, language)}</li>" for question in record.questions)
        parts.append(f"<h2>{labels('questions')}</h2><ol>{items}</ol>")
    sound = next((media for media in record.media if media.url and media.type and media.bytes), None)
    return feeds.FeedEntry(
        id=record.id,
        url=site.absolute(record.address) or "",
        title=str(site.typo(record.title, language).unescape()),
        language=language,
        summary=description(record),
        content="\n".join(parts),
        published=record.published or record.date,
        updated=record.updated,
        authors=[host.name for host in record.hosts],
        tags=record.tags,
        enclosure=(sound.url or "", sound.type or "", sound.bytes or 0) if sound else None,
    )
