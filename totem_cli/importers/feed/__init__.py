"""Feeds: RSS 0.9x to 2.0, RSS 1.0 (RDF) and Atom (RFC 4287), with iTunes' tags, Podcasting 2.0, Media RSS and chapters.

A feed is a series, each of its entries an episode. Elements are matched by name without prefix, because many feeds
declare wrong namespaces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

from totem_cli.errors import InvalidError, Location
from totem_cli.importers import Imported, Options, filled
from totem_cli.importers.feed.entry import Entry
from totem_cli.importers.feed.fields import contributors, person_role, title_text
from totem_cli.importers.identity import FileNames, file_slug, series_slug
from totem_cli.importers.prose import to_markdown
from totem_cli.importers.xml import Element, records, source_name, web_address
from totem_cli.language.labels import language_tag
from totem_cli.model import read as model
from totem_cli.model.episode import Episode
from totem_cli.model.series import Series

_ROOTS = frozenset({"rss", "RDF", "feed"})
_ENTRIES = frozenset({"item", "entry"})

__all__ = ["read"]


def read(source: Path | bytes, options: Options) -> Imported:
    """Read the series and its episodes. Raises InvalidError with the location where the source is not a feed."""
    name = source_name(source, options)
    roots: set[str] = set()
    channel, elements = Element("channel", "", {}, None), []  # RSS 1.0 and Atom have their fields beside the entries
    for record in records(source, options, lambda path: _is_record(path, roots)):
        if record.name in _ENTRIES:
            elements.append(record)
        else:
            channel.children += record.elements if record.name == "channel" else [record]
    if not roots & _ROOTS:
        root = next(iter(roots), "nothing")
        raise InvalidError(
            f"this is not a feed: it begins with <{root}>, not <rss>, <feed> or <rdf:RDF>",
            hint="save the feed itself, not the page that links to it",
            location=Location(name),
        )
    site, shared = _site(channel), _shared(channel)
    series = _series(channel, site, Path(name).stem)
    entries = [Entry(element, site, series.language, shared) for element in elements]
    unplaced = list(_unplaced(name, entries, channel))
    return Imported(
        series=(series,),
        episodes=tuple(_episodes(name, entries, series)),
        locations={"episodes": [Location(name, entry.element.line, entry.element.column) for entry in entries]},
        unplaced=tuple(unplaced),
    )


def _is_record(path: Sequence[str], roots: set[str]) -> bool:
    if len(path) == 1:
        roots.add(path[0])
    return len(path) == (3 if path[0] == "rss" else 2) and path[0] in _ROOTS


def _series(channel: Element, site: str, fallback: str) -> Series:
    title = title_text(channel.text_of("title")) or fallback
    language = language_tag(
        channel.text_of("language") or next((part.lang for part in channel.elements if part.lang), "")
    )
    description = channel.text_of("description", "subtitle", "summary")
    data: dict[str, Any] = {
        "title": title,
        "language": language,
        "licence": channel.text_of("license"),
        "hosts": [person for person, is_host in contributors(channel.elements) if is_host],
        "links": [{"url": site}] if site else [],
    }
    introduction = to_markdown(description, site)
    return model.series(filled(data), slug=series_slug(title, language), introduction=introduction)


def _site(channel: Element) -> str:
    """The address of the site."""
    links = (part for part in channel.all("link") if part.get("rel", "alternate") == "alternate")
    return next(filter(None, (web_address(part.get("href") or part.text, part.base) for part in links)), "")


def _shared(channel: Element) -> frozenset[str]:
    """The addresses of the feed's own pictures, which many feeds repeat in each entry."""
    return frozenset(
        address
        for part in channel.elements
        if part.name in ("image", "logo", "icon")
        for address in (part.get("href"), part.value("url"), part.text.strip())
        if address
    )


def _episodes(name: str, entries: list[Entry], series: Series) -> Iterator[Episode]:
    numbers = Counter(entry.number for entry in entries)
    sources = Counter(entry.source for entry in entries)
    names = FileNames()
    for entry in entries:
        names.want(series.slug, file_slug(entry.title, series.language or ""))
    for entry in entries:
        unique = sources[entry.source] < 2
        data = entry.data(entry.source if unique else f"{entry.source}#{_digest(entry)}")
        if entry.number is not None and numbers[entry.number] < 2:
            data["number"] = entry.number
            slug = ""
        else:
            slug = names.name(series.slug, file_slug(entry.title, series.language or ""), data["id"])
        try:
            yield model.episode(data, series=series.slug, slug=slug, recap=entry.recap)
        except InvalidError as error:
            raise error.at(Location(name, entry.element.line, entry.element.column)) from None


def _digest(entry: Entry) -> str:
    """A digest that distinguishes entries of one permanent name; their positions change with each new entry."""
    published = entry.element.text_of("pubDate", "published", "updated", "date")
    return blake2b("\0".join((entry.title, published, entry.recap)).encode(), digest_size=16).hexdigest()


def _unplaced(name: str, entries: list[Entry], channel: Element) -> Iterator[str]:
    numbers = Counter(entry.number for entry in entries if entry.number is not None)
    repeated = [str(number) for number, count in numbers.items() if count > 1]
    roles = [person_role(part) for part in channel.elements if part.name == "person"]
    crew = [role for role in roles if role not in ("host", "co-host")]
    unknown = Counter(part for entry in entries for part in entry.unknown)
    counts = [f"{count} {part}" for part, count in sorted(unknown.items(), key=lambda one: (-one[1], one[0]))]
    warnings: dict[str, object] = {
        "numbers that several episodes have are left out": ", ".join(repeated[:8]),
        "dates that cannot be read are left out": sum(entry.has_unread_date for entry in entries),
        "people of the whole feed who are not hosts are left out": sum(
            role not in ("host", "co-host") for role in crew
        ),
        "elements without a place are left out": ", ".join(counts),
    }
    yield from (f"{name}: {text}: {found}" for text, found in warnings.items() if found)
