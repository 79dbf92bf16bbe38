"""HTML as a tree: parsed as browsers do, scripts left out, nothing fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from totem_cli.errors import InvalidError
from totem_cli.importers.html_tree import Node

if TYPE_CHECKING:
    import nh3

LARGEST = 20_000_000
"""Bytes of a page; longer is no page of text."""

_DEEPEST = 100
_TAGS = frozenset(
    [
        "a",
        "abbr",
        "address",
        "article",
        "aside",
        "audio",
        "b",
        "bdi",
        "bdo",
        "blockquote",
        "br",
        "button",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "dialog",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "font",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "i",
        "iframe",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "li",
        "link",
        "main",
        "mark",
        "menu",
        "meta",
        "nav",
        "ol",
        "p",
        "picture",
        "pre",
        "q",
        "s",
        "samp",
        "section",
        "select",
        "small",
        "source",
        "span",
        "strike",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "time",
        "title",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "video",
        "wbr",
    ]
)
_DROPPED = frozenset(
    [
        "style",
        "template",
        "noscript",
        "svg",
        "math",
        "canvas",
        "object",
        "embed",
        "applet",
        "noembed",
        "noframes",
        "xmp",
        "plaintext",
    ]
)
_VOID = frozenset(["br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"])
_ATTRIBUTES = frozenset(
    [
        "alt",
        "aria-hidden",
        "aria-label",
        "class",
        "content",
        "datetime",
        "hidden",
        "href",
        "id",
        "itemid",
        "itemprop",
        "itemref",
        "itemscope",
        "itemtype",
        "lang",
        "name",
        "property",
        "rel",
        "role",
        "src",
        "start",
        "title",
        "type",
    ]
)
_TAG = re.compile(
    r"<(/?)(a|article|aside|b|blockquote|dd?|div|dl|em|font|form|i|main|nav|ol|s|section|small|span|"
    r"strong|table|td|tr|u|ul)\b",
    re.IGNORECASE,
)
_HEAD = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{2,40})""", re.IGNORECASE)
_LANGUAGE = re.compile(r"""<html\b[^>]{0,2000}?\s(?:xml:)?lang\s*=\s*["']?\s*([\w-]{2,40})""", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\n\r\f]+")


class Element(Node):
    """An element with what it is asked for here: its attributes, the words it is called by, its own words."""

    __slots__ = ()
    children: list[Element | str]  # type: ignore[assignment]

    def get(self, name: str) -> str:
        """An attribute's value; empty where it has none."""
        return self.attributes.get(name, "")

    @property
    def words(self) -> list[str]:
        """What its class and id call it, in lower case, parted at hyphens too: ``entry-title`` is also ``entry``."""
        names = f"{self.get('class')} {self.get('id')}".lower().split()
        return [*names, *(word for name in names for word in re.split(r"[-_]+", name) if word != name)]

    def walk(self) -> Iterator[Element]:
        """Every element in it, itself first, in the page's order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting += [child for child in reversed(element.children) if isinstance(child, Element)]

    @property
    def html(self) -> str:
        """It written again, with what is in it."""
        inside = "".join(
            escape(child, quote=False) if isinstance(child, str) else child.html for child in self.children
        )
        told = "".join(f' {name}="{escape(value)}"' for name, value in self.attributes.items())
        return f"<{self.tag}{told}>" if self.tag in _VOID else f"<{self.tag}{told}>{inside}</{self.tag}>"

    @property
    def line(self) -> str:
        """Its words in one line, runs of spaces made one; no-break spaces stay."""
        found: list[str] = []
        waiting: list[Element | str] = [self]
        while waiting:
            item = waiting.pop()
            if isinstance(item, str):
                found.append(item)
            elif item.tag == "br":
                found.append(" ")
            elif item.tag not in ("script", "title"):
                waiting += reversed(item.children)
        return _SPACES.sub(" ", "".join(found)).strip(" ")


def decode(content: bytes) -> str:
    """A page's text: UTF-8 or UTF-16 by its mark, else the charset it names, else UTF-8, else Windows-1252.

    The order is HTML's (13.2.3, "encoding sniffing algorithm"). Bytes that mean nothing become U+FFFD.
    """
    for mark, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace")
    named = _HEAD.search(content[:4096])
    for name in ("utf-8", named[1].decode("ascii", "replace") if named else "", "cp1252"):
        try:
            return content.decode({"iso-8859-1": "cp1252", "latin1": "cp1252"}.get(name.lower(), name) or "utf-8")
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("latin-1")


def language_of(html: str) -> str:
    """What the page's root says of its language; empty where it says nothing."""
    match = _LANGUAGE.search(html[:20_000])
    return match[1] if match else ""


def parse(html: str) -> Element:
    """The tree of a page or of a part of one. InvalidError where it is larger or nested deeper than any page is."""
    if len(html) > LARGEST:
        raise InvalidError(f"the page is longer than {LARGEST:,} characters")
    depth = deepest = 0
    for tag in _TAG.finditer(html):
        depth = max(0, depth + (-1 if tag[1] else 1))
        deepest = max(deepest, depth)
    if deepest > 60 * _DEEPEST:
        raise InvalidError("the page's elements are nested too deeply")
    builder = _Builder()
    builder.feed(_cleaner().clean(html.replace("\x00", "")))
    builder.close()
    return builder.root


@cache
def _cleaner() -> nh3.Cleaner:
    import nh3

    return nh3.Cleaner(
        tags={*_TAGS, "script"},
        clean_content_tags=set(_DROPPED),
        attributes={"*": set(_ATTRIBUTES)},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )


class _Builder(HTMLParser):
    """Makes the tree of HTML that a parser has already put in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("div", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID and len(self._open) < _DEEPEST:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if len(self._open) > 1 and self._open[-1].tag == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)
