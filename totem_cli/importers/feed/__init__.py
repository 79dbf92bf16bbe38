"""Feeds: RSS 0.9x to 2.0, RSS 1.0 (RDF) and Atom (RFC 4287), with iTunes' tags, Podcasting 2.0, Media RSS and chapters.

A feed is a series, each of its entries an episode. Names are matched without their prefix; RSS of the wild is often
wrong about those.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from totem_cli.errors import InvalidError, Location
from totem_cli.importers import Imported, Options
from totem_cli.importers.feed.entry import Entry
from totem_cli.importers.feed.fields import contributors, language_of, person_role, words
from totem_cli.importers.identity import FileNames, file_slug, series_slug
from totem_cli.importers.prose import to_markdown
from totem_cli.importers.xml import Element, absolute, records, source_name
from totem_cli.model import read as model
from totem_cli.model.episode import Episode
from totem_cli.model.series import Series

_ROOTS = frozenset({"rss", "RDF", "feed"})
_ENTRIES = frozenset({"item", "entry"})

__all__ = ["read"]


class _Channel:
    """What a feed says of itself: the elements beside its entries."""

    def __init__(self) -> None:
        self.parts: list[Element] = []

    def add(self, record: Element) -> None:
        """Keep an element; those of RSS 1.0 and Atom stand in an element more, or in none."""
        if record.name == "channel":
            self.parts += [child for child in record.children if not isinstance(child, str)]
        else:
            self.parts.append(record)

    def value(self, *names: str) -> str:
        """The text of the first element with one of the names that has any, in the order of the names."""
        found = (part.text.strip() for name in names for part in self.parts if part.name == name)
        return next(filter(None, found), "")

    @property
    def link(self) -> str:
        """The address of the site."""
        for part in self.parts:
            if part.name == "link" and part.attributes.get("rel", "alternate") == "alternate":
                address = absolute(part.attributes.get("href", "") or part.text, part.base)
                if address.startswith(("http://", "https://")):
                    return address
        return ""


def read(source: Path | bytes, options: Options) -> Imported:
    """The series and its episodes; InvalidError with its place where the source is no feed."""
    name = source_name(source, options)
    roots: set[str] = set()
    channel, elements = _Channel(), []
    for record in records(source, options, lambda path: _is_record(path, roots)):
        if record.name in _ENTRIES:
            elements.append(record)
        else:
            channel.add(record)
    if not roots & _ROOTS:
        root = next(iter(roots), "nothing")
        raise InvalidError(
            f"this is no feed: it begins with <{root}>, not <rss>, <feed> or <rdf:RDF>",
            hint="save the feed itself, not the page that links to it",
            location=Location(name),
        )
    series = _series(channel, Path(name).stem)
    shared = _shared(channel)
    entries = [Entry(element, channel.link, series.language, shared) for element in elements]
    unplaced = list(_unplaced(name, entries, channel))
    return Imported(series=(series,), episodes=tuple(_episodes(name, entries, series)), unplaced=tuple(unplaced))


def _is_record(path: Sequence[str], roots: set[str]) -> bool:
    if len(path) == 1:
        roots.add(path[0])
    return len(path) == (3 if path[0] == "rss" else 2) and path[0] in _ROOTS


def _series(channel: _Channel, fallback: str) -> Series:
    title = words(channel.value("title")) or fallback
    language = language_of(channel.value("language") or next((part.lang for part in channel.parts if part.lang), ""))
    description = channel.value("description", "subtitle", "summary")
    data: dict[str, Any] = {
        "title": title,
        "language": language,
        "licence": channel.value("license"),
        "hosts": [person for person, is_host in contributors(channel.parts) if is_host],
        "links": [{"url": channel.link}] if channel.link else [],
    }
    data = {key: value for key, value in data.items() if value}
    return model.series(data, slug=series_slug(title, language), introduction=to_markdown(description, channel.link))


def _shared(channel: _Channel) -> frozenset[str]:
    """The pictures of the whole feed, which its entries only repeat."""
    return frozenset(
        address
        for part in channel.parts
        if part.name in ("image", "logo", "icon")
        for address in (part.attributes.get("href", ""), part.value("url"), part.text.strip())
        if address
    )


def _episodes(name: str, entries: list[Entry], series: Series) -> Iterator[Episode]:
    numbers = Counter(entry.number for entry in entries)
    sources = Counter(entry.source for entry in entries)
    names = FileNames()
    for entry in entries:
        names.want(series.slug, file_slug(entry.title, series.language or ""))
    for place, entry in enumerate(entries, 1):
        unique = sources[entry.source] < 2
        data = entry.data(entry.source if unique else f"{entry.source}#{entry.title}#{place}")
        if entry.number is not None and numbers[entry.number] < 2:
            data["number"] = entry.number
            slug = ""
        else:
            slug = names.name(series.slug, file_slug(entry.title, series.language or ""), data["id"])
        try:
            yield model.episode(data, series=series.slug, slug=slug, recap=entry.recap)
        except InvalidError as error:
            raise error.at(Location(name, entry.element.line, entry.element.column)) from None


def _unplaced(name: str, entries: list[Entry], channel: _Channel) -> Iterator[str]:
    numbers = Counter(entry.number for entry in entries if entry.number is not None)
    repeated = [str(number) for number, count in numbers.items() if count > 1]
    if repeated:
        yield f"{name}: numbers that several episodes have are left out: {', '.join(repeated[:8])}"
    undated = sum(entry.has_unread_date for entry in entries)
    if undated:
        yield f"{name}: dates that cannot be read are left out: {undated}"
    crew = sum(person_role(part) not in ("host", "co-host") for part in channel.parts if part.name == "person")
    if crew:
        yield f"{name}: people of the whole feed who are no hosts are left out: {crew}"
    unknown: Counter[str] = Counter(part for entry in entries for part in entry.unknown)
    if unknown:
        said = ", ".join(
            f"{count} {part}" for part, count in sorted(unknown.items(), key=lambda one: (-one[1], one[0]))
        )
        yield f"{name}: elements without a place are left out: {said}"
