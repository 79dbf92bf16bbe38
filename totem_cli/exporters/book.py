"""A book: a selection as people read it from the first page to the last, for EPUB and PDF."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from uuid import NAMESPACE_URL, uuid5

from totem_cli.archive.publication import Publication
from totem_cli.exporters.html.chapter import named
from totem_cli.exporters.html.credits import Credits
from totem_cli.exporters.html.episode_view import description
from totem_cli.exporters.html.media import local_path
from totem_cli.exporters.html.pictures import Picture
from totem_cli.exporters.html.site import Site
from totem_cli.exporters.moments import in_utc, stamp
from totem_cli.exporters.prose import DEEPEST, Content, Node, phrase, prose, text_of
from totem_cli.exporters.spacing import set_spacing
from totem_cli.language.labels import direction, label
from totem_cli.markup import addresses
from totem_cli.markup.characters import allowed
from totem_cli.markup.tree import parse

if TYPE_CHECKING:
    from totem_cli.archive.record import CommentRecord, EpisodeRecord
    from totem_cli.model.parts import Media
    from totem_cli.model.series import Series

SHOWN = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
"""The pictures that a book holds, and the extension of each; others are told by their text."""

_WEB = re.compile(
    r"https?://(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?\.)*[A-Za-z0-9]+(?::[0-9]{1,5})?(?:[/?#]\S*)?"
)
_MAIL = re.compile(r"mailto:[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+(?:\?[A-Za-z0-9=&%._+-]*)?")
_TELEPHONE = re.compile(r"tel:\+?[0-9().-]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?")
INSIDE = "chapter:"
"""What an address begins with that leads to another chapter; its id follows."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, spaced: by whom it was asked and what was answered, where known."""

    number: int
    text: str
    asked_by: str
    answer: str


@dataclass(frozen=True, slots=True)
class Said:
    """An approved comment: who, when, what."""

    author: str
    date: str
    text: Sequence[Content]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One episode. Texts have the spacing of its language; ``details`` are its date, place, duration, licence."""

    id: str
    number: str
    title: str
    subtitle: str
    language: str
    direction: str
    details: Sequence[str]
    hosts: Sequence[Content]
    guests: Sequence[Content]
    picture: str | None
    recap: Sequence[Content]
    questions: Sequence[Asked]
    links: Sequence[tuple[str, str | None]]
    media: Sequence[tuple[str, str | None]]
    comments: Sequence[Said]
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """One series: its introduction, its chapters."""

    id: str
    title: str
    subtitle: str
    language: str
    direction: str
    hosts: Sequence[Content]
    partners: Sequence[Content]
    introduction: Sequence[Content]
    chapters: Sequence[Chapter]


class Book:
    """The whole of it, made from a publication.

    ``shown`` are the pictures met so far, ``unshown`` those that a book cannot hold.
    """

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self.site = Site(publication, single=True)
        self.shown: dict[str, Picture] = {}
        self.unshown: dict[str, None] = {}
        self._credits = Credits(None, self.site.typography)

    @property
    def alone(self) -> Series | None:
        """The series, where the book is of one only."""
        return self.publication.series[0] if len(self.publication.series) == 1 else None

    @property
    def title(self) -> str:
        """The series' title, or the archive's."""
        return self._spaced(self.alone.title if self.alone else self.site.settings.title, self.language)

    @property
    def subtitle(self) -> str:
        """The series' subtitle, or the archive's."""
        words = self.alone.subtitle if self.alone else self.site.settings.subtitle
        return self._spaced(words or "", self.language)

    @property
    def publisher(self) -> str:
        """The archive's title."""
        return self._spaced(self.site.settings.title, self.language)

    @property
    def language(self) -> str:
        """The series' language, or the archive's."""
        return known_language((self.alone.language if self.alone else None) or self.site.language)

    @property
    def identifier(self) -> str:
        """A URN that stays the book's: the series' own, or one made of the archive's name and the selection."""
        filters = {key: value for key, value in self.publication.query.filters.items() if key != "status"}
        if self.alone and filters.keys() <= {"series"}:
            return f"urn:uuid:{self.alone.id}"
        home = self.site.settings.base_url or self.site.settings.title
        return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{home} {sorted(filters.items())}')}"

    @cached_property
    def modified(self) -> datetime:
        """The newest time that an episode tells."""
        return max((in_utc(stamp(episode)) for episode in self.publication.episodes), default=stamp_of_nothing())

    @property
    def date(self) -> str | None:
        """When the newest episode took place or was published, as far as known."""
        return max((one.moment[:10] for one in self.publication.episodes if one.moment), default=None)

    @property
    def licences(self) -> Sequence[str]:
        """The licences named."""
        return list(dict.fromkeys(one.licence for one in self.publication.episodes if one.licence))

    def people(self) -> tuple[list[str], list[str]]:
        """The names of hosts, and of guests, each once, in the order they appear."""
        hosts = dict.fromkeys(one.name for episode in self.publication.episodes for one in episode.hosts)
        guests = dict.fromkeys(one.name for episode in self.publication.episodes for one in episode.guests)
        return list(hosts), [name for name in guests if name not in hosts]

    def label(self, key: str, **values: object) -> str:
        """A label in the language of the book."""
        return str(self.site.labels(self.language)(key, **values).unescape())

    @property
    def parts(self) -> Iterator[Part]:
        """Its parts, each made when its turn comes."""
        for series in self.publication.series:
            language = known_language(series.language or self.site.language)
            spoken = self.site.labels(language).language
            record = self.publication.series_record(series)
            yield Part(
                id=series.id,
                title=self._spaced(series.title, language),
                subtitle=self._spaced(series.subtitle or "", language),
                language=language,
                direction=direction(language),
                hosts=phrase(parse(self._credits.people(series.hosts, spoken, ""))),
                partners=self._partners(series, language),
                introduction=self._prose(record.introduction_html, language, record.address),
                chapters=[self.chapter(place) for place in self.site.of_series[series.slug]],
            )

    def _partners(self, series: Series, language: str) -> tuple[Content, ...]:
        spoken = self.site.labels(language).language
        names = self._credits.partners(series.partners, spoken, "")
        return phrase(parse(label("partners_sentence", spoken, names=names))) if names else ()

    def chapter(self, place: int) -> Chapter:
        """The episode at a place of the publication."""
        record = self.publication.read(self.publication.episodes[place])
        language = known_language(self.site.language_of(record))
        labels = self.site.labels(language)
        html = record.recap_html or f"<p>{self.site.typo(description(record), language)}</p>"
        return Chapter(
            id=record.id,
            number="" if record.number is None else str(labels("episode_number", number=record.number).unescape()),
            title=self._spaced(record.title, language),
            subtitle=self._spaced(record.subtitle or "", language),
            language=language,
            direction=direction(language),
            details=self._details(record, language),
            hosts=phrase(parse(self._credits.people(record.hosts, labels.language, ""))),
            guests=phrase(parse(self._credits.sentence(record, labels.language, ""))),
            picture=self._picture(record.image),
            recap=self._prose(html, language, record.address),
            questions=[
                Asked(
                    one.number,
                    self._spaced(one.text, language),
                    str(labels("asked_by", name=one.asked_by).unescape()) if one.asked_by else "",
                    self._spaced(one.answer or "", language),
                )
                for one in record.questions
            ],
            links=[(clean(words), self.address(url or "", "")) for words, url in map(named, record.links)],
            media=[self._medium(one) for one in record.media if one.path or one.url],
            comments=[self._comment(one, language) for one in self.site.comments(record.id)],
            labels={
                key: str(labels(key).unescape())
                for key in ("questions", "links", "media", "comments", "answer", "hosted_by")
            },
        )

    def address(self, url: str, page: str) -> str | None:
        """Where an address in content leads from a book: elsewhere, to a chapter, or nowhere (None).

        Relative addresses count from the site's root, anchors alone from ``page``.
        """
        found = addresses.link(url)
        if not found:
            return None
        if not addresses.is_remote(found):
            path = re.sub(r"\A(?:\.{0,2}/)+", "", unquote(urlsplit(found).path)) or page
            path = path.removesuffix("index.html")
            if chapter := self._chapters.get(path.rstrip("/")):
                return f"{INSIDE}{chapter}"
            absolute = self.site.absolute(path)
            return absolute if absolute and _WEB.fullmatch(absolute) else None
        if found.startswith(("http://", "https://")):
            return found if _WEB.fullmatch(found) else _in_ascii(found)
        return found if _MAIL.fullmatch(found) or _TELEPHONE.fullmatch(found) else None

    @cached_property
    def _chapters(self) -> dict[str, str]:
        return {entry.address.rstrip("/"): entry.id for entry in self.site.entries}

    def _details(self, record: EpisodeRecord, language: str) -> list[str]:
        labels = self.site.labels(language)
        moment = record.date or record.published
        found = [
            str(labels.date(moment).unescape()) if moment else "",
            self._spaced(record.place or "", language),
            str(labels.duration(record.duration).unescape()) if record.duration else "",
            clean(record.licence or ""),
        ]
        return [words for words in found if words]

    def _medium(self, media: Media) -> tuple[str, str | None]:
        words = media.alt or addresses.file_name(media.path or media.url or "")
        file = local_path(media.path, self.publication.media)
        url = media.url or (f"media/{file}" if file and self.site.settings.base_url else "")
        return clean(words), self.address(url, "")

    def _comment(self, comment: CommentRecord, language: str) -> Said:
        date = str(self.site.labels(language).date(comment.date).unescape()) if comment.date else ""
        return Said(clean(comment.author), date, self._prose(comment.text_html, language, ""))

    def _prose(self, html: str, language: str, page: str) -> tuple[Content, ...]:
        nodes = parse(html, DEEPEST)
        set_spacing(nodes, language, self.site.typography)
        return tuple(self._settled(prose(nodes), page.rstrip("/")))

    def _settled(self, contents: Iterable[Content], page: str) -> Iterator[Content]:
        """The same with addresses that lead somewhere and pictures that are there."""
        for content in contents:
            if isinstance(content, str):
                yield content
            elif content.tag == "img":
                yield from self._image(content)
            else:
                inside = tuple(self._settled(content.children, page))
                address = self.address(content.attributes.get("href", ""), page) if content.tag == "a" else None
                if content.tag == "a" and (not address or not text_of(inside).strip()):
                    yield from inside
                elif address:
                    yield Node("a", inside, {"href": address})
                else:
                    yield replace(content, children=inside)

    def _image(self, node: Node) -> Iterator[Content]:
        name = self._picture(re.sub(r"\A(?:\.{0,2}/)+", "", unquote(node.attributes.get("src", ""))))
        alt = clean(node.attributes.get("alt", ""))
        if name:
            yield Node("img", (), {"name": name, "alt": alt})
        elif alt:
            yield f"[{alt}]"

    def _picture(self, image: str | None) -> str | None:
        """The name under ``media/`` of a picture that a book can hold."""
        name = local_path(image, self.publication.media)
        if not name:
            return None
        picture = self.site.pictures[name]
        if picture and picture.type in SHOWN and picture.size:
            self.shown[name] = picture
            return name
        self.unshown[name] = None
        return None

    def _spaced(self, words: str, language: str) -> str:
        return clean(str(self.site.typo(words, language).unescape()))


def stamp_of_nothing() -> datetime:
    """The time of a book without episodes."""
    from totem_cli.exporters.moments import fallback

    return fallback()


def clean(words: str) -> str:
    """Words in one line, without control characters."""
    return " ".join(re.split(r"[ \t\r\n\f\v]+", allowed(words).strip()))


def known_language(tag: str) -> str:
    """A tag that every reader takes: language, script and region (RFC 5646); ``und`` for what has none."""
    match = _LANGUAGE.match(tag)
    return match[0] if match else "und"


def picture_file(name: str, picture: Picture, place: int) -> str:
    """The name of a picture in a book: its own could clash or say what it is not."""
    stem = re.sub(r"[^a-z0-9]+", "-", PurePosixPath(name).stem.lower()).strip("-")[:40]
    return f"{place:03}-{stem or 'image'}.{SHOWN[picture.type]}"


def _in_ascii(url: str) -> str | None:
    """An address whose host is in another script, as it goes over the wire (RFC 3490); None where it is no host."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port else ""
    except (UnicodeError, ValueError):
        return None
    found = parts._replace(netloc=host + port).geturl()
    return found if _WEB.fullmatch(found) else None
