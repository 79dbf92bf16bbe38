"""HTML of strangers as a small tree: parsed as browsers do, without what runs, and no deeper than can be walked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from totem_cli.markup.addresses import SCHEMES
from totem_cli.markup.characters import allowed

if TYPE_CHECKING:
    import nh3

_BLOCKS_NAMES = (
    "address article aside blockquote caption center dd details div dl dt fieldset figcaption figure footer form h1 h2 "
    "h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul"
)
BLOCKS = frozenset(_BLOCKS_NAMES.split())
"""What begins on a line of its own."""

PLAYERS = frozenset({"audio", "video", "iframe", "embed", "object", "source", "track"})
"""What plays something of another address."""

_INLINE_NAMES = (
    "a abbr b bdi bdo big br cite code del dfn em font i img ins kbd label mark q s samp small span strike strong sub "
    "sup time tt u var wbr"
)
_INLINE = frozenset(_INLINE_NAMES.split())
_VOID = frozenset({"br", "hr", "img", "source", "track", "embed", "wbr"})
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_DEEPEST = 60
_TOO_DEEP = 1000


class Node:
    """An element of HTML: its tag, its attributes, and the nodes and text in it."""

    __slots__ = ("attributes", "children", "tag")

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Node | str] = []

    @property
    def text(self) -> str:
        """Its text, with that of everything in it."""
        return "".join(child if isinstance(child, str) else _own_text(child) for child in self.children)

    def each(self, *tags: str) -> Iterator[Node]:
        """Every element in it, at any depth, with one of the tags."""
        for child in self.children:
            if not isinstance(child, str):
                if child.tag in tags:
                    yield child
                yield from child.each(*tags)


def parse_html(html: str) -> Node:
    """The tree of a piece of HTML: scripts, styles and comments gone, addresses only of harmless schemes.

    Elements nested deeper than 60 lend their text to the one around them; a text with thousands of them is read
    without any.
    """
    html = allowed(html)
    if _nesting(html) > _TOO_DEEP:
        html = _TAG.sub(" ", html)
    builder = _Builder()
    builder.feed(_cleaner().clean(html))
    builder.close()
    return builder.root


def plain_text(html: str) -> str:
    """The words of a piece of HTML in one line; no-break spaces stay."""
    text = parse_html(html).text if "<" in html or "&" in html else allowed(html)
    return _SPACE.sub(" ", text).strip(" ")


def _own_text(node: Node) -> str:
    if node.tag == "br":
        return "\n"
    return f"\n{node.text}\n" if node.tag in BLOCKS else node.text


def _nesting(html: str) -> int:
    """How deep the tags go at most, unclosed ones counted: the parser's time grows with the square of it."""
    depth = deepest = 0
    for tag in _TAG.finditer(html):
        if tag[2].lower() not in _VOID:
            depth = max(0, depth + (-1 if tag[1] else 1))
            deepest = max(deepest, depth)
    return deepest


@cache
def _cleaner() -> nh3.Cleaner:
    import nh3

    source = {"src", "title", "data-src"}
    return nh3.Cleaner(
        tags={*BLOCKS, *PLAYERS, *_INLINE},
        attributes={
            "*": {"class"},
            "a": {"href"},
            "img": {"src", "alt", "data-src", "data-lazy-src"},
            "ol": {"start"},
            "td": {"colspan"},
            "th": {"colspan"},
            "object": {"data"},
            **dict.fromkeys(PLAYERS - {"object"}, source),
        },
        clean_content_tags={"script", "style", "noscript", "template"},
        url_schemes=set(SCHEMES),
        link_rel=None,
    )


class _Builder(HTMLParser):
    """The tree of HTML that is well-formed already."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("div", {})
        self._open = [self.root]
        self._names: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {key: value or "" for key, value in attrs})
        if len(self._open) <= _DEEPEST:
            self._open[-1].children.append(node)
        elif tag in BLOCKS:
            self._open[-1].children.append(" ")
        if tag not in _VOID:
            self._names.append(tag)
            self._open.append(node if len(self._open) <= _DEEPEST else self._open[-1])

    def handle_endtag(self, tag: str) -> None:
        if tag in self._names:
            while self._names.pop() != tag:
                self._open.pop()
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)
