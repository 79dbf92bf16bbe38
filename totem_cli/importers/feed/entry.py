"""An entry of a feed: what an episode is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from html import escape
from mimetypes import guess_type
from typing import Any

from totem_cli.importers.feed.fields import (
    author_name,
    contributors,
    duration,
    language_of,
    moment,
    own,
    size,
    words,
)
from totem_cli.importers.html_tree import plain_text
from totem_cli.importers.identity import distinct, source_of, stable_id
from totem_cli.importers.prose import to_markdown
from totem_cli.importers.xml import Element, absolute
from totem_cli.markup.addresses import file_name
from totem_cli.markup.html import excerpt

_WEB = ("http://", "https://")
_BLOCK = re.compile(r"<(?:p|br|div|ul|ol|h[1-6]|table|blockquote|pre)\b", re.IGNORECASE)
_TITLE = 60
_READ_NAMES = (
    "title link guid id pubDate published updated date description summary subtitle encoded content group enclosure "
    "alternateEnclosure duration person episode season category keywords subject author creator name image thumbnail "
    "chapters transcript location license language"
)
_READ = frozenset(_READ_NAMES.split())
_LEFT_NAMES = "comments commentRss explicit block order episodeType source issued created format type"
_LEFT = frozenset(_LEFT_NAMES.split())


class Entry:
    """An entry; ``base`` is the site's address, ``language`` the feed's, ``shared`` the pictures that the feed has."""

    def __init__(self, element: Element, base: str, language: str | None, shared: frozenset[str]) -> None:
        self.element = element
        self._base = base
        self._language = language
        self._shared = shared

    def _address(self, text: str, element: Element | None = None) -> str:
        found = absolute(text, (element or self.element).base or self._base) if text.strip() else ""
        return found if found.startswith(_WEB) else ""

    def _value(self, *names: str) -> str:
        found = (part.text.strip() for name in names for part in self.element.all(name))
        return next(filter(None, found), "")

    @cached_property
    def link(self) -> str:
        """The page of the entry; empty where it has none."""
        for part in own(self.element, "link"):
            if part.attributes.get("rel", "alternate") == "alternate":
                found = self._address(part.attributes.get("href", "") or part.text, part)
                if found:
                    return found
        guid = self.element.first("guid")
        if guid and guid.attributes.get("isPermaLink", "false") == "true":
            return self._address(guid.text)
        return ""

    @cached_property
    def source(self) -> str:
        """What names it for ever: its guid or id, else its page, else its recording, else its title."""
        guid = self.element.first("guid")
        if guid and guid.attributes.get("isPermaLink") == "true" and self._address(guid.text):
            return self._address(guid.text)
        said = self._value("guid") or next((part.text.strip() for part in own(self.element, "id")), "")
        recordings = (one["url"] for one in self.media)
        about = self.element.attributes.get("about", "")
        return said or about or self.link or next(recordings, "") or f"{self._base}#{self.title}"

    @cached_property
    def title(self) -> str:
        """Its title, else its first words, else the name of its file: RSS allows entries without."""
        for part in (*own(self.element, "title"), *self.element.all("title", "itunes")):
            kind = part.attributes.get("type", "")
            found = " ".join(part.text.split(" ")).strip() if kind in ("text", "xhtml") else words(part.text)
            if found := re.sub(r"[ \t\r\n]+", " ", found):
                return found
        first = excerpt(plain_text(self._value("description", "summary")), _TITLE)
        named = next((one["url"] for one in self.media), self.link)
        return first or file_name(named).rpartition(".")[0] or file_name(named) or self._value("guid", "id") or "?"

    @cached_property
    def recap(self) -> str:
        """Its text in Markdown: what it holds whole, else what describes it."""
        return self._markdown(self._whole or self._described)

    @property
    def _whole(self) -> Element | None:
        full = (*self.element.all("encoded"), *own(self.element, "content"))
        return next((part for part in full if part.text.strip() or part.attributes.get("type") == "xhtml"), None)

    @property
    def _described(self) -> Element | None:
        found = (part for name in ("description", "summary") for part in self.element.all(name))
        return next((part for part in found if part.text.strip() or part.attributes.get("type") == "xhtml"), None)

    def _markdown(self, part: Element | None) -> str:
        if part is None:
            return ""
        kind = part.attributes.get("type", "html")
        if kind == "xhtml":
            html = _inside(part)
        elif kind in ("text", "text/plain"):
            html = escape(part.text, quote=False)
        else:
            html = part.text.strip()
        return to_markdown(html, part.base or self.link or self._base, breaks=not _BLOCK.search(html))

    @property
    def summary(self) -> str:
        """What describes it in short, where its recap is not the same."""
        parts = [*self.element.all("summary"), *([self._described] if self._whole and self._described else [])]
        for part in parts:
            text = plain_text(part.text)
            if text and self._markdown(part) != self.recap:
                return text
        return ""

    @cached_property
    def number(self) -> int | None:
        """The number of the episode."""
        text = self._value("episode")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else None

    @property
    def has_unread_date(self) -> bool:
        """Whether it has a date that nobody can read."""
        text = self._value("pubDate", "published", "updated", "date")
        return bool(text) and moment(text) is None

    @cached_property
    def media(self) -> list[dict[str, Any]]:
        """Its recordings and pictures, each address once."""
        found: dict[str, dict[str, Any]] = {}
        for one in (*self._recordings(), *self._pictures()):
            if one["url"]:
                found.setdefault(one["url"], {key: value for key, value in one.items() if value})
        return list(found.values())

    def _recordings(self) -> Iterator[dict[str, Any]]:
        groups = [self.element, *self.element.all("group")]
        played = [
            *((part, "url", "length") for part in self.element.all("enclosure")),
            *(
                (part, "href", "length")
                for part in own(self.element, "link")
                if part.attributes.get("rel") == "enclosure"
            ),
            *((part, "url", "fileSize") for one in groups for part in one.all("content") if "url" in part.attributes),
        ]
        for part in self.element.all("alternateEnclosure"):
            addresses = (self._address(one.attributes.get("uri", ""), one) for one in part.all("source"))
            part.attributes["url"] = next(filter(None, addresses), "")
            played.append((part, "url", "length"))
        length = duration(self._value("duration"))
        for part, key, bytes_key in played:
            url = self._address(part.attributes.get(key, ""), part)
            media_type = part.attributes.get("type", "").strip() or guess_type(url.partition("?")[0])[0] or ""
            family = media_type.partition("/")[0]
            lasts = duration(part.attributes.get("duration", "")) or (length if family in ("audio", "video") else None)
            yield {
                "kind": family if family in ("audio", "video", "image") else None,
                "url": url,
                "type": media_type if "/" in media_type else None,
                "bytes": size(part.attributes.get(bytes_key, "")),
                "duration": lasts,
            }

    def _pictures(self) -> Iterator[dict[str, Any]]:
        groups = [self.element, *self.element.all("group")]
        for part in (*self.element.all("image"), *(one for group in groups for one in group.all("thumbnail"))):
            url = part.attributes.get("href") or part.attributes.get("url") or part.value("url")
            if url and url not in self._shared:
                yield {
                    "kind": "image",
                    "url": self._address(url, part),
                    "alt": part.attributes.get("alt"),
                    "type": guess_type(url.partition("?")[0])[0],
                }

    def data(self, source: str) -> dict[str, Any]:
        """The episode as front matter would hold it, but for its number; ``source`` is what names it."""
        people = list(contributors(self.element.children))
        data: dict[str, Any] = {
            "id": stable_id(source),
            "title": self.title,
            "subtitle": words(self.element.value("subtitle", "itunes")),
            "summary": self.summary,
            "language": self._own_language,
            "published": moment(self._value("pubDate", "published", "updated", "date")),
            "guests": [person for person, is_host in people if not is_host],
            "tags": self._tags,
            "links": list(self._links()),
            "media": self.media,
            "place": words(self._value("location")),
            "duration": duration(self._value("duration")),
            "licence": words(self._value("license")),
            "source": source_of(source, author=self._author, season=self._value("season")),
            "chapters": list(self._chapters()),
        }
        updated = moment(self._value("updated"))
        if updated and updated != data["published"]:
            data["updated"] = updated
        data = {key: value for key, value in data.items() if value}
        if people:
            data["hosts"] = [person for person, is_host in people if is_host]
        return data

    @property
    def _own_language(self) -> str:
        found = language_of(self._value("language") or self.element.lang)
        return found if found != self._language else ""

    @property
    def _author(self) -> str:
        for part in (part for name in ("author", "creator") for part in self.element.all(name)):
            found = author_name(part.value("name") or part.text)
            if found:
                return found
        return ""

    @property
    def _tags(self) -> list[str]:
        named = [
            part.attributes.get("label") or part.attributes.get("term") or part.attributes.get("text") or part.text
            for name in ("category", "subject")
            for part in self.element.all(name)
        ]
        named += [word for part in self.element.all("keywords") for word in part.text.split(",")]
        tags = [words(name) for name in named]
        return distinct(tags)

    def _links(self) -> Iterator[dict[str, str]]:
        seen = {""}
        for url, label, kind in self._linked():
            if url not in seen:
                seen.add(url)
                yield {"url": url} | ({"label": label} if label else {}) | ({"kind": kind} if kind else {})

    def _linked(self) -> Iterator[tuple[str, str, str]]:
        yield self.link, "", "article"
        for part in own(self.element, "link"):
            rel = part.attributes.get("rel", "alternate")
            if rel in ("alternate", "related", "via"):
                yield self._address(part.attributes.get("href", ""), part), words(part.attributes.get("title", "")), ""
        for kind in ("chapters", "transcript"):
            for part in self.element.all(kind):
                yield self._address(part.attributes.get("url", ""), part), "", kind

    def _chapters(self) -> Iterator[dict[str, str]]:
        """Podlove Simple Chapters, as they are written."""
        for part in (chapter for one in self.element.all("chapters") for chapter in one.all("chapter")):
            said = part.attributes
            chapter = {"start": said.get("start", ""), "title": words(said.get("title", ""))}
            yield {
                key: value for key, value in {**chapter, "url": self._address(said.get("href", ""))}.items() if value
            }

    @property
    def unknown(self) -> list[str]:
        """The names of what is not read."""
        names = {part.name for part in self.element.children if not isinstance(part, str)}
        return sorted(names - _READ - _LEFT)


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
