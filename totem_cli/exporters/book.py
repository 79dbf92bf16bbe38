"""The content of a publication as a book, which the EPUB and PDF exporters write."""

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
from totem_cli.archive.record import series_record
from totem_cli.exporters.dates import fallback, timestamp
from totem_cli.exporters.html.chapter import named
from totem_cli.exporters.html.credits import Credits
from totem_cli.exporters.html.episode_view import description
from totem_cli.exporters.html.pictures import MOST_PIXELS, Picture
from totem_cli.exporters.html.site import Site
from totem_cli.exporters.html.structure import SiteStructure
from totem_cli.exporters.prose import DEEPEST, Content, Node, phrase, prose, text_of
from totem_cli.exporters.spacing import set_spacing
from totem_cli.exporters.unlabelled import media_name
from totem_cli.language.dates import whole_days
from totem_cli.language.labels import direction, label
from totem_cli.markup import addresses
from totem_cli.markup.characters import allowed, is_blank
from totem_cli.markup.tree import parse
from totem_cli.model.media_names import local_path

if TYPE_CHECKING:
    from totem_cli.archive.record import CommentRecord, EpisodeRecord
    from totem_cli.exporters import Options
    from totem_cli.model.parts import Media
    from totem_cli.model.series import Series
    from totem_cli.model.settings import Settings

EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
"""The file name extensions of the media types that a book may contain; other pictures are replaced by their text."""

_WEB = re.compile(
    r"https?://(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?\.)*[A-Za-z0-9]+(?::[0-9]{1,5})?(?:[/?#]\S*)?"
)
_MAIL = re.compile(r"mailto:[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+(?:\?[A-Za-z0-9=&%._+-]*)?")
_TELEPHONE = re.compile(r"tel:\+?[0-9().-]+")
_LEADING_DOTS = re.compile(r"\A(?:\.{0,2}/)+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?")
CHAPTER_SCHEME = "chapter:"
"""The scheme of a link to another chapter; the chapter's id follows it."""


@dataclass(frozen=True, slots=True)
class BookQuestion:
    """A question; ``asked_by`` is a phrase. Unknown values are empty."""

    number: int
    text: str
    asked_by: str
    answer: str


@dataclass(frozen=True, slots=True)
class BookComment:
    """An approved comment; ``date`` is in words."""

    author: str
    date: str
    text: Sequence[Content]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One episode. Texts have the spacing of its language; unknown values are empty.

    ``details`` are the date, place, duration and licence. ``picture`` is a name under ``media/``. ``links`` and
    ``media`` are texts with their addresses, as :meth:`Book.address` gives them. ``labels`` are the headings that the
    chapter needs.
    """

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
    questions: Sequence[BookQuestion]
    links: Sequence[tuple[str, str | None]]
    media: Sequence[tuple[str, str | None]]
    comments: Sequence[BookComment]
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """One series: its title page and its chapters."""

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
    """A book made from a publication.

    ``pictures`` are those that :attr:`parts` has used so far, by their names under ``media/``; ``unsupported`` are the
    names of those whose format a book cannot contain, ``too_large`` of those with too many pixels.
    """

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self.site = Site(SiteStructure(publication, single=True))
        self.pictures: dict[str, Picture] = {}
        self.unsupported: set[str] = set()
        self.too_large: set[str] = set()
        self._credits = Credits(None, self.site.typography)

    def warn(self, options: Options, kind: str, broken: Iterable[str] = ()) -> None:
        """Say which pictures a book (``kind``: "the PDF") does not hold; ``broken`` could not be decoded."""
        if left_out := sorted({*self.unsupported, *broken}):
            options.warn(f"{kind} does not hold these pictures, only their text: {', '.join(left_out)}")
        if self.too_large:
            words = f"these pictures have more than {MOST_PIXELS // 1_000_000} million pixels"
            options.warn(f"{words}, and {kind} holds only their text: {', '.join(sorted(self.too_large))}")

    @property
    def single_series(self) -> Series | None:
        """The series of a book that has only one; the book then has its title, subtitle, language and id."""
        return self.publication.series[0] if len(self.publication.series) == 1 else None

    @property
    def _head(self) -> Series | Settings:
        return self.single_series or self.site.settings

    @property
    def title(self) -> str:
        """The title of the series or of the archive."""
        return self._text(self._head.title, self.language)

    @property
    def subtitle(self) -> str:
        """The subtitle of the series or of the archive; may be empty."""
        return self._text(self._head.subtitle, self.language)

    @property
    def publisher(self) -> str:
        """The archive's title."""
        return self._text(self.site.settings.title, self.language)

    @property
    def language(self) -> str:
        """The language of the series or of the archive."""
        return simple_language(self._head.language or self.site.language)

    @property
    def identifier(self) -> str:
        """A URN that later exports of the same selection have too: the series' id, or a UUIDv5 (RFC 9562, 5.5)."""
        filters = {key: value for key, value in self.publication.query.filters.items() if key != "status"}
        if self.single_series and filters.keys() <= {"series"}:
            return f"urn:uuid:{self.single_series.id}"
        home = self.site.settings.base_url or self.site.settings.title
        return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{home} {sorted(filters.items())}')}"

    @cached_property
    def modified(self) -> datetime:
        """The time of the newest change to an episode, as far as known."""
        return max(map(timestamp, self.publication.episodes), default=fallback())

    @property
    def date(self) -> str | None:
        """The day when the newest episode took place or was published; may be partial, None where unknown."""
        return max((one.moment[:10] for one in self.publication.episodes if one.moment), default=None)

    @property
    def licences(self) -> Sequence[str]:
        """The episodes' licences, each once."""
        return list(dict.fromkeys(one.licence for one in self.publication.episodes if one.licence))

    def people(self) -> tuple[list[str], list[str]]:
        """The names of the hosts, and of the guests who never host: each once, in order of appearance."""
        hosts = dict.fromkeys(one.name for episode in self.publication.episodes for one in episode.hosts)
        guests = dict.fromkeys(one.name for episode in self.publication.episodes for one in episode.guests)
        return list(hosts), [name for name in guests if name not in hosts]

    def label(self, key: str, language: str = "", **values: object) -> str:
        """A label as plain text, in the book's language unless another is given."""
        return self.site.labels(language or self.language)(key, **values).unescape()

    @property
    def parts(self) -> Iterator[Part]:
        """Yield the parts; each is made when it is asked for."""
        for series in self.publication.series:
            language = simple_language(series.language or self.site.language)
            spoken = self.site.labels(language).language
            record = series_record(series)
            yield Part(
                id=series.id,
                title=self._text(series.title, language),
                subtitle=self._text(series.subtitle, language),
                language=language,
                direction=direction(language),
                hosts=phrase(parse(self._credits.people(series.hosts, spoken, ""))),
                partners=self._partners(series, language),
                introduction=self._prose(record.introduction_html, language, record.address),
                chapters=[self._chapter(index) for index in self.site.series_indexes[series.slug]],
            )

    def _partners(self, series: Series, language: str) -> tuple[Content, ...]:
        spoken = self.site.labels(language).language
        names = self._credits.partners(series.partners, spoken, "")
        return phrase(parse(label("partners_sentence", spoken, names=names))) if names else ()

    def _chapter(self, index: int) -> Chapter:
        record = self.publication.read(self.publication.episodes[index])
        language = simple_language(self.site.language_of(record))
        labels = self.site.labels(language)
        html = record.recap_html or f"<p>{self.site.typo(description(record), language)}</p>"
        return Chapter(
            id=record.id,
            number="" if record.number is None else self.label("episode_number", language, number=record.number),
            title=self._text(record.title, language),
            subtitle=self._text(record.subtitle, language),
            language=language,
            direction=direction(language),
            details=self._details(record, language),
            hosts=phrase(parse(self._credits.people(record.hosts, labels.language, ""))),
            guests=phrase(parse(self._credits.sentence(record, labels.language, ""))),
            picture=self._picture(record.image),
            recap=self._prose(html, language, record.address),
            questions=[
                BookQuestion(
                    one.number,
                    self._text(one.text, language),
                    self.label("asked_by", language, name=one.asked_by) if one.asked_by else "",
                    self._text(one.answer, language),
                )
                for one in record.questions
            ],
            links=[(normalise_space(text), self.address(url or "", "")) for text, url in map(named, record.links)],
            media=[self._medium(one, labels.language) for one in record.media if one.path or one.url],
            comments=[self._comment(one, language) for one in self.site.comments(record.id)],
            labels={
                key: self.label(key, language)
                for key in ("questions", "links", "media", "comments", "answer", "hosted_by")
            },
        )

    def address(self, url: str, page: str) -> str | None:
        """The target in a book of an address in content: a web address, a :data:`CHAPTER_SCHEME` link, or None.

        A relative address is relative to the site's root, a mere fragment to ``page``. None means that the address
        cannot be linked from a book.
        """
        found = addresses.link(url)
        if not found:
            return None
        if not addresses.is_remote(found):
            path = _LEADING_DOTS.sub("", unquote(urlsplit(found).path)) or page
            path = path.removesuffix("index.html")
            if chapter := self._chapters.get(path.rstrip("/")):
                return f"{CHAPTER_SCHEME}{chapter}"
            absolute = self.site.absolute(path)
            return absolute if absolute and _WEB.fullmatch(absolute) else None
        if found.startswith(("http://", "https://")):
            return found if _WEB.fullmatch(found) else _with_ascii_host(found)
        return found if _MAIL.fullmatch(found) or _TELEPHONE.fullmatch(found) else None

    @cached_property
    def _chapters(self) -> dict[str, str]:
        return {item.address.rstrip("/"): item.id for item in self.site.list_items}

    def _details(self, record: EpisodeRecord, language: str) -> list[str]:
        labels = self.site.labels(language)
        moment = record.date or record.published
        days = whole_days(record.date, record.duration) if record.date else 1
        details = [
            labels.date(moment, days).unescape() if moment else "",
            self._text(record.place, language),
            labels.duration(record.duration).unescape() if record.duration and days == 1 else "",
            normalise_space(record.licence or ""),
        ]
        return [detail for detail in details if detail]

    def _medium(self, media: Media, language: str) -> tuple[str, str | None]:
        text = media_name(media, language)
        file = local_path(media.path, self.publication.media)
        url = media.url or (f"media/{file}" if file and self.site.settings.base_url else "")
        return normalise_space(text), self.address(url, "")

    def _comment(self, comment: CommentRecord, language: str) -> BookComment:
        date = self.site.labels(language).date(comment.date).unescape() if comment.date else ""
        return BookComment(normalise_space(comment.author), date, self._prose(comment.text_html, language, ""))

    def _prose(self, html: str, language: str, page: str) -> tuple[Content, ...]:
        nodes = parse(html, DEEPEST)
        set_spacing(nodes, language, self.site.typography)
        return tuple(self._resolved(prose(nodes), page.rstrip("/")))

    def _resolved(self, contents: Iterable[Content], page: str) -> Iterator[Content]:
        """The content with links and pictures resolved; where a target is missing, only their text stays."""
        for content in contents:
            if isinstance(content, str):
                yield content
            elif content.tag == "img":
                yield from self._image(content)
            else:
                inside = tuple(self._resolved(content.children, page))
                address = self.address(content.attributes.get("href", ""), page) if content.tag == "a" else None
                if content.tag == "a" and (not address or is_blank(text_of(inside))):
                    yield from inside
                elif address:
                    yield Node("a", inside, {"href": address})
                else:
                    yield replace(content, children=inside)

    def _image(self, node: Node) -> Iterator[Content]:
        name = self._picture(_LEADING_DOTS.sub("", unquote(node.attributes.get("src", ""))))
        alt = normalise_space(node.attributes.get("alt", ""))
        if name:
            yield Node("img", (), {"name": name, "alt": alt})
        elif alt:
            yield f"[{alt}]"

    def _picture(self, image: str | None) -> str | None:
        """The name under ``media/`` of a picture that a book may contain; None where there is none."""
        name = local_path(image, self.publication.media)
        if not name:
            return None
        picture = self.site.pictures[name]
        if picture and picture.is_too_large:
            self.too_large.add(name)
            return None
        if picture and picture.type in EXTENSIONS and picture.size:
            self.pictures[name] = picture
            return name
        self.unsupported.add(name)
        return None

    def _text(self, text: str | None, language: str) -> str:
        """Text with the spacing of its language, in one line."""
        return normalise_space(self.site.typo(text or "", language).unescape())


def normalise_space(text: str) -> str:
    """The text without control characters, each run of white space one space."""
    return " ".join(re.split(r"[ \t\r\n\f\v]+", allowed(text).strip()))


def simple_language(tag: str) -> str:
    """The language, script and region of a tag (RFC 5646, 2.1), without other subtags; ``und`` where it has none."""
    match = _LANGUAGE.match(tag)
    return match[0] if match else "und"


def picture_file(name: str, picture: Picture, number: int) -> str:
    """A unique file name for a picture in a book, with the extension of its media type."""
    stem = re.sub(r"[^a-z0-9]+", "-", PurePosixPath(name).stem.lower()).strip("-")[:40]
    return f"{number:03}-{stem or 'image'}.{EXTENSIONS[picture.type]}"


def _with_ascii_host(url: str) -> str | None:
    """A web address with its host name in ASCII (RFC 3490); None where it is not a valid host name."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port else ""
    except (UnicodeError, ValueError):
        return None
    found = parts._replace(netloc=host + port).geturl()
    return found if _WEB.fullmatch(found) else None
