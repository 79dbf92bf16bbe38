"""The newest episodes as Atom 1.0, with their content; hosts are authors, guests contributors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from totem_cli.archive.publication import Publication
from totem_cli.exporters import Options, one_file
from totem_cli.exporters.dates import fallback, rfc3339
from totem_cli.exporters.feed import FeedEntry, FeedHead, FeedPerson
from totem_cli.exporters.feed_file import feed_pages
from totem_cli.exporters.xml import attributes, document, element, empty, lines
from totem_cli.publishing.page import Page


@one_file
def export(publication: Publication, options: Options) -> Iterator[Page]:
    """Yield one page, ``atom.xml``. Raises InvalidError without ``base_url``, or for a wrong parameter (size, url)."""
    return feed_pages(publication, options, format_="atom", file="atom.xml", write=atom)


def atom(head: FeedHead, entries: Sequence[FeedEntry]) -> bytes:
    """Serialise a feed as Atom 1.0 (RFC 4287). It requires ``updated`` (4.1.2): without a date, ``fallback()``."""
    dates = [entry.updated or entry.published or fallback() for entry in entries]
    return document(
        [
            f'<feed xmlns="http://www.w3.org/2005/Atom"{_language(head.language)}>',
            element("id", head.id),
            element("title", head.title),
            element("subtitle", head.subtitle or None),
            element("updated", rfc3339(max(dates, default=fallback()))),
            f"<author>{element('name', head.title)}</author>",
            empty("link", rel="self", type="application/atom+xml", href=head.address),
            empty("link", rel="alternate", type="text/html", href=head.home),
            *(entry.written("atom", _entry) for entry in entries),
            "</feed>",
        ]
    )


def _entry(entry: FeedEntry) -> bytes:
    return lines(_parts_of(entry)).encode()


def _parts_of(entry: FeedEntry) -> Iterator[str]:
    yield f"<entry{_language(entry.language)}>"
    yield element("id", f"urn:uuid:{entry.id}")
    yield element("title", entry.title)
    yield empty("link", rel="alternate", type="text/html", href=entry.url)
    yield element("updated", rfc3339(entry.updated or entry.published or fallback()))
    yield element("published", rfc3339(entry.published) if entry.published else None)
    yield from (_person("author", host) for host in entry.named("host"))
    yield from (_person("contributor", guest) for guest in entry.named("guest"))
    yield from (empty("category", term=tag) for tag in entry.tags)
    yield element("summary", entry.summary or None)
    yield f'<content type="html">{escape(entry.content)}</content>'
    for sound in entry.enclosures:
        length = str(sound.length) if sound.length else None
        yield empty("link", rel="enclosure", href=sound.url, type=sound.type, length=length)
    yield "</entry>"


def _person(name: str, person: FeedPerson) -> str:
    return f"<{name}>{element('name', person.name)}{element('uri', person.url)}</{name}>"


def _language(language: str) -> str:
    return attributes(**{"xml:lang": language})
