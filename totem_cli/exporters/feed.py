"""A feed: its head, its entries, made once for RSS, Atom, JSON Feed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Literal, TypeAlias

from totem_cli.archive.publication import Publication
from totem_cli.errors import InvalidError
from totem_cli.exporters import Options
from totem_cli.exporters.moments import instant
from totem_cli.exporters.selection import check_parameters, selection_key, whole_number
from totem_cli.language.dates import seconds_of
from totem_cli.language.labels import label
from totem_cli.markup import addresses
from totem_cli.markup.characters import allowed
from totem_cli.model.parts import Appearance, Media
from totem_cli.store.page import Page

if TYPE_CHECKING:
    from totem_cli.archive.record import EpisodeRecord
    from totem_cli.exporters.html.site import Site

SOUNDS = {
    "aac": "audio/aac",
    "flac": "audio/flac",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
}
"""The media type of a recording by its extension (IANA, Media Types)."""

PARAMETERS = {"size": "entries, 0 for all", "url": "where the feed will be served"}

_ADDRESS = re.compile(r' (href|src)="((?![A-Za-z][A-Za-z0-9+.-]*:)[^"]*)"')
_TYPE = re.compile(r"audio/[\w.+-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class FeedPerson:
    """Someone who appears in an entry; ``url`` is absolute."""

    name: str
    role: Literal["host", "guest"]
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A recording; ``length`` is its size in bytes, 0 where nobody knows (RSS Best Practices Profile, enclosure)."""

    url: str
    type: str
    length: int
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One episode in a feed. ``content`` is HTML whose addresses are absolute."""

    id: str
    url: str
    title: str
    language: str
    summary: str
    content: str
    published: datetime | None
    updated: datetime | None
    people: Sequence[FeedPerson] = ()
    tags: Sequence[str] = ()
    number: int | None = None
    image: str | None = None
    enclosures: Sequence[Enclosure] = ()

    def named(self, role: str) -> list[FeedPerson]:
        """Those who appear as ``role``, each once."""
        return list({person.name: person for person in self.people if person.role == role}.values())


@dataclass(frozen=True, slots=True)
class FeedHead:
    """A feed: what it is called, where its page and the feed itself are.

    ``links`` lead to the feed's other pages, by their relation: first, previous, next, last (RFC 5005, 3).
    """

    id: str
    title: str
    subtitle: str
    language: str
    home: str
    address: str
    links: Mapping[str, str] = field(default_factory=dict)


Writer: TypeAlias = Callable[[FeedHead, Sequence[FeedEntry]], bytes]


def feed_pages(publication: Publication, options: Options, *, format_: str, file: str, write: Writer) -> Iterator[Page]:
    """One page, ``file``: the newest of a publication's episodes, as ``write`` makes a feed of them.

    A selection of one series has the series' own title and identity. Raises InvalidError where the archive does not
    say where its site is, for without absolute addresses a feed is of no use, and for wrong parameters.
    """
    check_parameters(options, format_, PARAMETERS)
    size = whole_number(options, "size", publication.settings.feeds.size)
    base = publication.settings.base_url
    if not base:
        raise InvalidError(
            f"{format_} needs absolute addresses, and the archive does not say where its site is",
            hint='write base_url = "https://…" in totem.toml',
        )

    def render() -> bytes:
        from totem_cli.exporters.html.site import Site

        site = Site(publication)
        places = [site.places[episode.id] for episode in publication.newest]
        head = _head(site, options.parameters.get("url"), file)
        return write(head, [feed_entry(site, place) for place in (places[:size] if size else places)])

    yield Page(file, selection_key(f"{format_} 1", publication, options, *_recordings(publication)), render)


def _recordings(publication: Publication) -> Iterator[str]:
    """The files that the archive carries, and what is in those that an episode names: their sizes are told."""
    from totem_cli.exporters.html.media import local_path

    yield from sorted(publication.media)
    for episode in publication.episodes:
        for media in episode.media:
            file = local_path(media.path, publication.media)
            if file and media.bytes is None:
                yield publication.media_digest(file)


def _head(site: Site, address: str | None, file: str) -> FeedHead:
    asked = site.publication.query.series
    (series,) = site.series.values() if len(asked) == len(site.series) == 1 else (None,)
    home = site.absolute(series.address if series else "") or ""
    return FeedHead(
        id=f"urn:uuid:{series.id}" if series else home,
        title=series.title if series else site.settings.title,
        subtitle=(series.subtitle if series else site.settings.subtitle) or "",
        language=(series.language if series else None) or site.language,
        home=home,
        address=address or f"{home}{file}",
    )


def feed_entry(site: Site, place: int) -> FeedEntry:
    """The episode at ``place`` of a site whose address is known: its content is all there is to read."""
    from totem_cli.exporters.html.chapter import description
    from totem_cli.exporters.html.media import local_path

    record = site.read(place)
    language = site.language_of(record)
    image = local_path(record.image, site.publication.media)
    return FeedEntry(
        id=record.id,
        url=site.absolute(record.address) or "",
        title=str(site.typo(record.title, language).unescape()),
        language=language,
        summary=description(record),
        content=_content(site, place, record),
        published=instant(moment) if (moment := record.published or record.date) else None,
        updated=instant(record.updated) if record.updated else None,
        people=[
            *(_person(site, host, "host") for host in record.hosts if _is_said(host.name)),
            *(_person(site, guest, "guest") for guest in record.guests if _is_said(guest.name)),
        ],
        tags=[tag for tag in dict.fromkeys(record.tags) if _is_said(tag)],
        number=record.number,
        image=site.absolute(f"media/{image}") if image else None,
        enclosures=[sound for media in record.media if (sound := _enclosure(site, media))],
    )


def _content(site: Site, place: int, record: EpisodeRecord) -> str:
    language = site.language_of(record)
    labels = site.labels(language)
    base = site.absolute("") or ""
    sentence = site.credits.sentence(record, labels.language, base)
    hosts = site.credits.people(record.hosts, labels.language, base)
    parts = [f"<p>{sentence}</p>"] if sentence else []
    if hosts:
        parts.append(f"<p>{label('hosts_sentence', labels.language, names=hosts)}</p>")
    parts.append(absolute_addresses(site.recap(place), base, site.absolute(record.address) or ""))
    if record.questions:
        items = []
        for question in record.questions:
            asked = f" ({escape(labels.text('asked_by', name=question.asked_by))})" if question.asked_by else ""
            answer = f"<p>{site.typo(question.answer, language)}</p>" if question.answer else ""
            items.append(f"<li>{site.typo(question.text, language)}{asked}{answer}</li>")
        parts.append(f"<h2>{labels('questions')}</h2><ol>{''.join(items)}</ol>")
    return "\n".join(part for part in parts if part)


def _is_said(words: str) -> bool:
    """Whether anything is left of words in XML; Atom takes no empty name (RFC 4287, 3.2.1)."""
    return bool(allowed(words).strip())


def _person(site: Site, appearance: Appearance, role: Literal["host", "guest"]) -> FeedPerson:
    directory = site.publication.directory
    slug = directory.person_slugs.get(directory.names.key(appearance))
    return FeedPerson(appearance.name, role, site.absolute(f"people/{slug}/") if slug else None)


def _enclosure(site: Site, media: Media) -> Enclosure | None:
    """A recording that has an address; None for what is not sound."""
    from totem_cli.exporters.html.media import local_path

    extension = (media.path or media.url or "").rpartition(".")[2].lower()
    said = media.type if media.type and _TYPE.fullmatch(media.type) else None
    kind = said or SOUNDS.get(extension)
    if media.kind not in (None, "audio") or not kind or (media.kind is None and media.type and not said):
        return None
    file = local_path(media.path, site.publication.media)
    url = addresses.link(media.url) if media.url else site.absolute(f"media/{file}") if file else None
    if not url or not url.startswith(("https://", "http://")):
        return None
    length = media.bytes if media.bytes is not None else len(site.publication.media[file]()) if file else 0
    return Enclosure(url, kind, max(length, 0), seconds_of(media.duration) if media.duration else 0)


def absolute_addresses(html: str, base: str, page: str) -> str:
    """Clean HTML from content, its relative addresses counted from the site at ``base``, anchors from ``page``."""

    def full(match: re.Match[str]) -> str:
        address = match[2]
        whole = page + address if address.startswith("#") else base + re.sub(r"\A(?:\.{0,2}/)+", "", address)
        return f' {match[1]}="{whole}"'

    return _ADDRESS.sub(full, html)
