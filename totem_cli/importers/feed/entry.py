"""Convert an entry of a feed into the fields of an episode."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from html import escape
from mimetypes import guess_type
from typing import Any, NamedTuple

from totem_cli.errors import Location
from totem_cli.importers import filled, natural
from totem_cli.importers.dates import ParsedDate
from totem_cli.importers.feed.fields import (
    author_name,
    contributors,
    credited,
    duration,
    moment_of,
    title_text,
    unprefixed,
)
from totem_cli.importers.feed.leftover import unknown
from totem_cli.importers.html_tree import plain_text
from totem_cli.importers.identity import distinct, source_of, stable_id
from totem_cli.importers.prose import to_markdown
from totem_cli.importers.xml import Element, web_address
from totem_cli.language.labels import language_tag
from totem_cli.markup.addresses import file_name
from totem_cli.markup.html import excerpt
from totem_cli.model.fields import EpisodeFields

_BLOCK = re.compile(r"<(?:p|br|div|ul|ol|h[1-6]|table|blockquote|pre)\b", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n]+")
_TITLE = 60
DATES = ("pubDate", "published", "updated", "date", "issued", "created", "modified")
READ = frozenset(
    "title link guid id pubDate published updated date issued created modified description summary subtitle encoded "
    "content group enclosure alternateEnclosure duration person episode season category keywords subject author "
    "creator name image thumbnail chapters transcript location license language videoId".split()
)
_FLASH = "application/x-shockwave-flash"


class Channel(NamedTuple):
    """What the entries of a feed have in common: the site's address, the language, the zone, the pictures.

    ``mapped`` are the folded names that the user maps.
    """

    base: str
    language: str | None
    timezone: str | None
    pictures: frozenset[str]
    mapped: Collection[str] = ()


class Entry:
    """An entry at its location in a feed."""

    def __init__(self, element: Element, location: Location, channel: Channel) -> None:
        self.element = element
        self.location = location
        self._base = channel.base
        self._channel = channel

    def _address(self, text: str, element: Element | None = None) -> str:
        return web_address(text, (element or self.element).base or self._base)

    @cached_property
    def link(self) -> str:
        """The page of the entry; empty where it has none."""
        pages = (
            self._address(part.get("href") or part.text, part)
            for part in unprefixed(self.element, "link")
            if part.get("rel", "alternate") == "alternate"
        )
        return next(filter(None, pages), "") or self._permalink

    @property
    def _permalink(self) -> str:
        guid = self.element.first("guid")
        return self._address(guid.text) if guid and guid.get("isPermaLink") == "true" else ""

    @cached_property
    def source(self) -> str:
        """Its permanent identity: its guid or id, else its page, else its recording, else its title."""
        named = self.element.text_of("guid") or next((part.text.strip() for part in unprefixed(self.element, "id")), "")
        found = (
            self._permalink,
            named,
            self.element.get("about"),
            self.link,
            *(one["url"] for one in self.media),
        )
        return next(filter(None, found), "") or f"{self._base}#{self.title}"

    @cached_property
    def own_title(self) -> str:
        """The title that it has; empty where it has none."""
        for part in (*unprefixed(self.element, "title"), *self.element.all("title", "itunes")):
            is_html = part.get("type") not in ("text", "xhtml")
            if found := title_text(part.text) if is_html else _SPACE.sub(" ", part.text).strip():
                return found
        return ""

    @cached_property
    def title(self) -> str:
        """Its title, else the beginning of its text, else its file's name: in RSS the title is optional."""
        if self.own_title:
            return self.own_title
        text = self._description or self._content
        first = excerpt(plain_text(text.text if text else ""), _TITLE)
        named = file_name(next((one["url"] for one in self.media), self.link))
        return first or named.rpartition(".")[0] or named or self.element.text_of("guid", "id") or "?"

    @cached_property
    def recap(self) -> str:
        """Its text in Markdown: its whole content, else its description."""
        return self._markdown(self._content or self._description)

    @property
    def _content(self) -> Element | None:
        return _first_with_text((*self.element.all("encoded"), *unprefixed(self.element, "content")))

    @property
    def _description(self) -> Element | None:
        groups = [one for group in self._groups for one in group.all("description")]
        return _first_with_text((*self.element.all("description"), *self.element.all("summary"), *groups))

    @property
    def _groups(self) -> list[Element]:
        """The entry itself, and the ``media:group`` in it."""
        return [self.element, *self.element.all("group")]

    def _markdown(self, part: Element | None) -> str:
        if part is None:
            return ""
        kind = part.get("type", "html")
        if kind == "xhtml" or part.elements:
            html = _inside(part)
        elif kind in ("text", "text/plain"):
            html = escape(part.text, quote=False)
        else:
            html = part.text.strip()
        return to_markdown(html, part.base or self.link or self._base, breaks=not _BLOCK.search(html))

    @property
    def summary(self) -> str:
        """Its short description, where its recap is not the same."""
        parts = [*self.element.all("summary"), *([self._description] if self._content and self._description else [])]
        texts = (plain_text(part.text) for part in parts if self._markdown(part) != self.recap)
        return next(filter(None, texts), "")

    @cached_property
    def number(self) -> int | None:
        """The number of the episode."""
        return natural(self.element.text_of("episode"))

    @cached_property
    def season(self) -> str:
        """The number or name of its season; empty where it has none."""
        return self.element.text_of("season")

    @cached_property
    def published(self) -> ParsedDate:
        """When it was published: the first date that can be read, else why there is none."""
        texts = [text for name in DATES if (text := self.element.text_of(name))]
        read = [self._moment(text) for text in texts]
        return next((one for one in read if one.date), read[0] if read else ParsedDate(""))

    def _moment(self, text: str) -> ParsedDate:
        return moment_of(text, self._channel.language or "", self._channel.timezone)

    @property
    def dates(self) -> list[tuple[str, ParsedDate]]:
        """Every date as it is written, with what is read of it."""
        texts = [part.text.strip() for name in DATES for part in self.element.all(name)]
        return [(text, self._moment(text)) for text in texts if text]

    @cached_property
    def media(self) -> list[dict[str, Any]]:
        """Its recordings and pictures, each address once."""
        found: dict[str, dict[str, Any]] = {}
        for one in (*self._recordings(), *self._pictures()):
            if one["url"]:
                found.setdefault(one["url"], filled(one))
        return list(found.values())

    def _recordings(self) -> Iterator[dict[str, Any]]:
        element = self.element
        played = [
            *((part, part.get("url") or part.get("resource"), "length") for part in element.all("enclosure")),
            *(
                (part, part.get("href"), "length")
                for part in unprefixed(element, "link")
                if part.get("rel") == "enclosure"
            ),
            *((part, part.get("url"), "fileSize") for group in self._groups for part in group.all("content")),
        ]
        for part in element.all("alternateEnclosure"):
            addresses = (self._address(one.get("uri"), one) for one in part.all("source"))
            played.append((part, next(filter(None, addresses), ""), "length"))
        length = duration(self.element.text_of("duration"))
        if video := self.element.text_of("videoId"):
            yield {"kind": "video", "url": self.link or f"https://www.youtube.com/watch?v={video}", "duration": length}
        for part, address, bytes_key in played:
            url = self._address(address, part)
            media_type = part.get("type").strip() or guess_type(url.partition("?")[0])[0] or ""
            if media_type == _FLASH:  # no program plays it any more
                continue
            family = media_type.partition("/")[0]
            is_played = family in ("audio", "video")
            yield {
                "kind": family if is_played or family == "image" else None,
                "url": url,
                "type": media_type if "/" in media_type else None,
                "bytes": natural(part.get(bytes_key), 15),
                "duration": duration(part.get("duration")) or (length if is_played else None),
            }

    def _pictures(self) -> Iterator[dict[str, Any]]:
        for part in (*self.element.all("image"), *(one for group in self._groups for one in group.all("thumbnail"))):
            url = part.get("href") or part.get("url") or part.value("url") or part.own_text
            if url and url not in self._channel.pictures:
                media_type = guess_type(url.partition("?")[0])[0]
                alt = part.get("alt")
                yield {"kind": "image", "url": self._address(url, part), "alt": alt, "type": media_type}

    def data(self, source: str) -> dict[str, Any]:
        """The episode as front matter would hold it, but for its number; ``source`` is its permanent name."""
        people = list(contributors(self.element.children))
        language = language_tag(self.element.text_of("language") or self.element.lang)
        published = self.published.date
        changed = self.element.text_of("updated", "modified")
        updated = self._moment(changed).date if changed else ""
        data: dict[str, Any] = {
            "id": stable_id(source),
            "title": self.title,
            "subtitle": title_text(self.element.value("subtitle", "itunes")),
            "summary": self.summary,
            "language": language if language != self._channel.language else "",
            "published": published,
            "updated": updated if updated != published else None,
            "guests": [person for person, is_host in people if not is_host],
            "tags": self._tags(),
            "links": list(self._links()),
            "media": self.media,
            "place": title_text(self.element.text_of("location")),
            "duration": duration(self.element.text_of("duration")),
            "licence": title_text(self.element.text_of("license")),
            "source": source_of(source, author=self._author(), season=self.season),
            "chapters": list(self._chapters()),
            "credits": list(credited(self.element.elements)),
        }
        return filled(unknown(self.element.elements, READ, EpisodeFields, self._channel.mapped) | data) | (
            {"hosts": [person for person, is_host in people if is_host]} if people else {}
        )

    def _author(self) -> str:
        """The names of its authors and creators, which need not be those of who speaks."""
        parts = (*self.element.all("author"), *self.element.all("creator"))
        return ", ".join(distinct(author_name(part.value("name") or part.own_text) for part in parts))

    def _tags(self) -> list[str]:
        named = [
            next(filter(None, map(part.attributes.get, ("label", "term", "text"))), part.text)
            for part in (*self.element.all("category"), *self.element.all("subject"))
        ]
        named += [word for part in self.element.all("keywords") for word in part.text.split(",")]
        return distinct(map(title_text, named))

    def _links(self) -> Iterator[dict[str, Any]]:
        seen = {""}
        for url, label, kind in self._linked():
            if url not in seen:
                seen.add(url)
                yield filled({"url": url, "label": label, "kind": kind})

    def _linked(self) -> Iterator[tuple[str, str, str]]:
        yield self.link, "", "article"
        for part in unprefixed(self.element, "link"):
            if part.get("rel", "alternate") in ("alternate", "related", "via"):
                yield self._address(part.get("href"), part), title_text(part.get("title")), ""
        for kind in ("chapters", "transcript"):
            for part in self.element.all(kind):
                yield self._address(part.get("url"), part), "", kind

    def _chapters(self) -> Iterator[dict[str, Any]]:
        """Podlove Simple Chapters, as they are written."""
        for given in (chapter.attributes for one in self.element.all("chapters") for chapter in one.all("chapter")):
            url = self._address(given.get("href", ""))
            yield filled({"start": given.get("start"), "title": title_text(given.get("title", "")), "url": url})


def _first_with_text(parts: Iterable[Element]) -> Element | None:
    return next((part for part in parts if part.text.strip() or part.get("type") == "xhtml"), None)


def _inside(element: Element) -> str:
    """What is in an element, as HTML; for Atom's ``xhtml`` (RFC 4287, 3.1.1.3)."""
    written = []
    for child in element.children:
        if isinstance(child, str):
            written.append(escape(child, quote=False))
        else:
            attributes = "".join(f' {name}="{escape(value)}"' for name, value in child.attributes.items())
            written.append(f"<{child.name}{attributes}>{_inside(child)}</{child.name}>")
    return "".join(written)
