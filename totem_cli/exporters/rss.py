"""The newest episodes as RSS 2.0, with their content, people and recordings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from totem_cli.archive.publication import Publication
from totem_cli.exporters import Options, one_file
from totem_cli.exporters.dates import rfc822
from totem_cli.exporters.feed import FeedEntry, FeedHead
from totem_cli.exporters.feed_file import feed_pages
from totem_cli.exporters.xml import attributes, document, element, empty, lines, nested, section
from totem_cli.markup.text import excerpt
from totem_cli.publishing.page import Page

_NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
}
_LONGEST_NAME = 128


@one_file
def export(publication: Publication, options: Options) -> Iterator[Page]:
    """Yield one page, ``feed.xml``. Raises InvalidError without ``base_url``, or for a wrong parameter (size, url)."""
    return feed_pages(publication, options, format_="rss", file="feed.xml", write=rss)


def rss(head: FeedHead, entries: Sequence[FeedEntry]) -> bytes:
    """Serialise a feed as RSS 2.0 (rssboard.org/rss-specification), without unknown dates.

    People are ``podcast:person`` (Podcasting 2.0), hosts in every item, since people of an item replace those of the
    channel. Elements of iTunes are written only where there are recordings.
    """
    used = [name for name in _NAMESPACES if name != "itunes" or any(entry.enclosures for entry in entries)]
    newest = max((date for entry in entries if (date := entry.updated or entry.published)), default=None)
    return document(
        [
            f'<rss version="2.0"{attributes(**{f"xmlns:{name}": _NAMESPACES[name] for name in used})}>',
            "<channel>",
            element("title", head.title),
            element("link", head.home),
            element("description", escape(head.subtitle or head.title, quote=False)),  # feed readers read it as HTML
            element("language", head.language),
            empty("atom:link", rel="self", type="application/rss+xml", href=head.address),
            element("lastBuildDate", rfc822(newest) if newest else None),
            *(_podcast(head) if "itunes" in used else ()),
            *(entry.written("rss", _item) for entry in entries),
            "</channel>",
            "</rss>",
        ]
    )


def _podcast(head: FeedHead) -> Iterator[str]:
    """What podcast directories ask of a channel (Apple, A Podcaster's Guide to RSS)."""
    podcast, author = head.podcast, head.podcast.author or head.title
    yield element("itunes:author", author)
    yield element("itunes:explicit", "true" if podcast.explicit else "false")
    if head.cover:
        yield empty("itunes:image", href=head.cover)
    for category in podcast.category:
        whole, _, part = (words.strip() for words in category.partition(">"))
        inner = empty("itunes:category", text=part) if part else ""
        yield nested("itunes:category", [inner], text=whole) if inner else empty("itunes:category", text=whole)
    if podcast.email:
        owner = element("itunes:name", podcast.owner or author), element("itunes:email", podcast.email)
        yield nested("itunes:owner", owner)


def _item(entry: FeedEntry) -> bytes:
    return lines(_parts_of(entry)).encode()


def _parts_of(entry: FeedEntry) -> Iterator[str]:
    yield "<item>"
    yield element("title", entry.title)
    yield element("link", entry.url)
    yield element("guid", f"urn:uuid:{entry.id}", isPermaLink="false")
    yield element("description", escape(entry.summary, quote=False) or None)  # read as HTML, too
    yield element("pubDate", rfc822(entry.published) if entry.published else None)
    for host in entry.named("host"):
        yield element("dc:creator", host.name)
    for tag in entry.tags:
        yield element("category", tag)
    yield section("content:encoded", entry.content)
    for person in (*entry.named("host"), *entry.named("guest")):
        yield element("podcast:person", excerpt(person.name, _LONGEST_NAME), role=person.role, href=person.url)
    if entry.number is not None:
        yield element("podcast:episode", str(entry.number))
    if entry.enclosures:
        sound = entry.enclosures[0]  # an item has one at most (RSS 2.0 Best Practices Profile)
        yield empty("enclosure", url=sound.url, length=str(sound.length), type=sound.type)
        yield element("itunes:duration", str(sound.seconds) if sound.seconds else None)
        yield element("itunes:episode", str(entry.number) if entry.number else None)
    yield "</item>"
