"""Feeds: RSS 0.9x to 2.0, RSS 1.0 (RDF) and Atom (RFC 4287), with iTunes' tags, Podcasting 2.0, Media RSS and chapters.

A feed is a series, each of its entries an episode. Elements are matched by name without prefix, because many feeds
declare wrong namespaces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from msgspec.structs import replace as with_fields

from totem_cli.errors import InvalidError, Location
from totem_cli.importers import Imported, Options, filled, natural, source_bytes
from totem_cli.importers.feed.entry import DATES, Channel, Entry
from totem_cli.importers.feed.fields import author_name, contributors, credited, title_text
from totem_cli.importers.feed.json_feed import is_json, json_feed
from totem_cli.importers.feed.leftover import tell, unknown
from totem_cli.importers.identity import FileNames, distinct, file_slug, series_slug
from totem_cli.importers.note_list import NoteList
from totem_cli.importers.placed import Placed
from totem_cli.importers.prose import to_markdown
from totem_cli.importers.words import read_mapping
from totem_cli.importers.xml import Element, records, source_name, web_address
from totem_cli.language.fold import fold
from totem_cli.language.labels import base_language, language_tag
from totem_cli.model import read as model
from totem_cli.model.episode import Episode
from totem_cli.model.fields import SeriesFields
from totem_cli.model.series import Series

_ROOTS = frozenset({"rss", "RDF", "feed"})
_ENTRIES = frozenset({"item", "entry"})
_READ = frozenset(
    "title link description subtitle summary language category keywords license copyright rights person image logo "
    "icon author creator id guid".split()
)
_OF_THE_FILE = frozenset(
    "lastBuildDate pubDate updated generator ttl docs cloud skipHours skipDays textInput items version".split()
)
"""Elements of a channel that are about its file, and change with it."""
_HINTS = {"schedule": "totem import schedule reads it", "html": "save the feed itself, not the page that links to it"}
_SEASON = {"fr": "saison", "de": "Staffel", "es": "temporada", "it": "stagione"}

__all__ = ["read"]


def read(source: Path | bytes, options: Options) -> Imported:
    """Read the series and its episodes. Raises InvalidError with the location where the source is not a feed."""
    name, notes = source_name(source, options), NoteList()
    if isinstance(source, Path) and not source.is_file() and not source.is_dir():
        source, name = source_bytes(source, options)  # a pipe can be read only once
        options = replace(options, name=name)
    channel, elements = json_feed(source, options) if is_json(source) else _xml_feed(source, options, notes)
    site = _site(channel)
    mapped = read_mapping(options)
    series = _series(channel, site, Path(name).stem, mapped)
    shared = Channel(site, series.language, options.timezone, _pictures(channel), mapped)
    entries = [Entry(element, location, shared) for element, location in elements]
    homes = _homes(entries, series)
    episodes = tuple(_episodes(entries, homes, notes))
    _tell(entries, episodes, series, notes)
    for part in filter(_is_of_the_file, channel.elements):
        if fold(part.tag) in mapped:
            continue
        notes.left_out(part.tag, "it is about the file of the feed", Location(name, part.line, part.column))
    tell((part for part in channel.elements if not _is_of_the_file(part)), Placed(series), notes, Location(name))
    used = {episode.series for episode in episodes} | ({series.slug} if not episodes else set())
    return Imported(
        series=tuple({one.slug: one for one in homes.values() if one.slug in used}.values()),
        episodes=episodes,
        locations={"episodes": [entry.location for entry in entries]},
        notes=tuple(notes),
    )


def _xml_feed(
    source: Path | bytes, options: Options, notes: NoteList
) -> tuple[Element, list[tuple[Element, Location]]]:
    """The channel of a feed in XML, and its entries."""
    name = source_name(source, options)
    roots: dict[str, None] = {}
    channel, elements = Element("channel", "", {}, None), []  # RSS 1.0 and Atom have their fields beside the entries
    for record in records(source, options, lambda path: _is_record(path, roots), notes):
        if record.name in _ENTRIES:
            elements.append((record, Location(name, record.line, record.column)))
        else:
            channel.children += record.elements if record.name == "channel" else [record]
            if any(one.name == "wxr_version" for one in channel.elements):  # its drafts are no published items
                hint = "totem import wordpress reads it"
                raise InvalidError("this is an export of WordPress, not a feed", hint=hint, location=Location(name))
    if not roots.keys() & _ROOTS:
        root = next(iter(roots), "nothing")
        raise InvalidError(
            f"this is not a feed: it begins with <{root}>, not <rss>, <feed> or <rdf:RDF>",
            hint=_HINTS.get(root, "a feed is RSS, Atom or JSON Feed"),
            location=Location(name),
        )
    return channel, elements


def _is_record(path: Sequence[str], roots: dict[str, None]) -> bool:
    if len(path) == 1:
        roots[path[0]] = None
    return len(path) == (3 if path[0] == "rss" else 2) and path[0] in _ROOTS


def _is_of_the_file(part: Element) -> bool:
    return part.name in _OF_THE_FILE or (part.name == "link" and part.get("rel", "alternate") != "alternate")


def _series(channel: Element, site: str, fallback: str, mapped: Collection[str]) -> Series:
    title = title_text(channel.text_of("title")) or fallback
    language = language_tag(
        channel.text_of("language") or next((part.lang for part in channel.elements if part.lang), "")
    )
    description = channel.text_of("description", "subtitle", "summary")
    authors = (part.value("name") or part.own_text for key in ("author", "creator") for part in channel.all(key))
    pictures = [*(part for part in channel.elements if part.name in ("image", "logo", "icon"))]
    addresses = (web_address(part.get("href") or part.value("url") or part.own_text, site) for part in pictures)
    tags = [part.get("text") or part.get("label") or part.get("term") or part.own_text for part in _categories(channel)]
    tags += [word for part in channel.all("keywords") for word in part.text.split(",")]
    data: dict[str, Any] = {
        "title": title,
        "subtitle": title_text(channel.value("subtitle")) if channel.value("subtitle") != description else "",
        "language": language,
        "licence": title_text(channel.text_of("license", "copyright", "rights")),
        "hosts": [person for person, is_host in contributors(channel.elements) if is_host],
        "credits": list(credited(channel.elements)),
        "links": [{"url": site}] if site else [],
        "tags": distinct(map(title_text, tags)),
        "source": filled(
            {
                "id": next((part.own_text for part in channel.elements if part.name in ("id", "guid")), ""),
                "author": ", ".join(distinct(map(author_name, authors))),
                "image": next(filter(None, addresses), ""),
            }
        ),
    }
    introduction = to_markdown(description, site)
    parts = (part for part in channel.elements if not _is_of_the_file(part) or fold(part.tag) in mapped)
    data |= unknown(parts, _READ, SeriesFields, mapped)
    return model.series(filled(data), slug=series_slug(title, language), introduction=introduction)


def _categories(channel: Element) -> Iterator[Element]:
    for part in channel.all("category"):
        yield part
        yield from _categories(part)


def _site(channel: Element) -> str:
    """The address of the site."""
    links = (part for part in channel.all("link") if part.get("rel", "alternate") == "alternate")
    return next(filter(None, (web_address(part.get("href") or part.text, part.base) for part in links)), "")


def _pictures(channel: Element) -> frozenset[str]:
    """The addresses of the feed's own pictures, which many feeds repeat in each entry."""
    return frozenset(
        address
        for part in channel.elements
        if part.name in ("image", "logo", "icon")
        for address in (part.get("href"), part.value("url"), part.text.strip())
        if address
    )


def _homes(entries: list[Entry], series: Series) -> dict[str, Series]:
    """The series of each season: one for each where their numbers begin anew, else all in the feed's own."""
    seasons = {entry.season for entry in entries}
    numbered = {(entry.season, entry.number) for entry in entries if entry.number is not None}
    if len({number for _, number in numbered}) == len(numbered):
        return dict.fromkeys(["", *sorted(seasons)], series)
    homes = {"": series}
    word = _SEASON.get(base_language(series.language or "fr"), "season")
    for season in sorted(seasons - {""}, key=lambda one: (natural(one) or 0, one)):
        title = f"{series.title}, {word} {season}"
        homes[season] = with_fields(
            series, id=model.derived_id(series_slug(title)), slug=series_slug(title), title=title
        )
    return homes


def _episodes(entries: list[Entry], homes: dict[str, Series], notes: NoteList) -> Iterator[Episode]:
    numbers = Counter((homes[entry.season].slug, entry.number) for entry in entries)
    sources = Counter(entry.source for entry in entries)
    names = FileNames()
    for entry in entries:
        names.want(homes[entry.season].slug, _slug(entry, homes))
    for entry in entries:
        home = homes[entry.season].slug
        unique = sources[entry.source] < 2
        data = entry.data(entry.source if unique else f"{entry.source}#{_digest(entry)}")
        if entry.number is not None and numbers[home, entry.number] < 2:
            data["number"] = entry.number
            slug = ""
        else:
            slug = names.name(home, _slug(entry, homes), data["id"])
        if "number" not in data and entry.number is not None:
            why = f"it is the number of several episodes, “{entry.title}” among them"
            notes.left_out(str(entry.number), why, entry.location)
        try:
            yield model.episode(data, series=home, slug=slug, recap=entry.recap)
        except InvalidError as error:
            raise error.at(entry.location) from None


def _slug(entry: Entry, homes: dict[str, Series]) -> str:
    return file_slug(entry.title, homes[entry.season].language or "")


def _digest(entry: Entry) -> str:
    """A digest that distinguishes entries of one permanent name; their positions change with each new entry."""
    published = entry.element.text_of("pubDate", "published", "updated", "date")
    return blake2b("\0".join((entry.title, published, entry.recap)).encode(), digest_size=16).hexdigest()


def _tell(entries: list[Entry], episodes: Sequence[Episode], series: Series, notes: NoteList) -> None:
    """Note what the entries hold and their episodes do not."""
    for entry, episode in zip(entries, episodes, strict=True):
        if not entry.own_title:
            notes.assumed(entry.title, "the entry has no title: this is its title", entry.location)
        for text, read in entry.dates:
            why = read.why or ("" if read.date in (episode.published, episode.updated) else "is another date of it")
            if why:
                hint = "--timezone says the zone" if read.time_dropped and "without" in why else ""
                notes.left_out(text, f"the date of “{entry.title}” {why}", entry.location, hint=hint)
            if read.assumed:
                notes.assumed(text, f"the date of “{entry.title}” {read.assumed}", entry.location)
        parts = (part for part in entry.element.elements if part.name not in DATES)
        tell(parts, Placed(episode, series), notes, entry.location)
