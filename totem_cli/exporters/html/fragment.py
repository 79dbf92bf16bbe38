"""HTML of content, parsed once for all pages and feeds that show it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import unquote

from markupsafe import Markup
from msgspec import Struct

from totem_cli.exporters.spacing import set_spacing
from totem_cli.language.slug import slugify
from totem_cli.language.typography import Typography
from totem_cli.markup.addresses import is_remote, joined
from totem_cli.markup.shape import HEADINGS
from totem_cli.markup.tree import VOID, Element, Node, escape_text, opening, parse, text_of

if TYPE_CHECKING:
    from totem_cli.exporters.html.pictures import Pictures

HEADING_BASE = 2
"""The level of the highest headings of a record's HTML."""

LEAST = 3
"""The fewest headings for which there is a table of contents."""

_UPWARD = re.compile(r"\A(?:\.{0,2}/)+")
_FOLDER = re.compile(r"\A([^?#]*/)(?=[?#]|\Z)")
_SCHEME = re.compile(r"\Ahttps?://|/\Z")
_MEDIA = "media/"


class _Local(Struct, frozen=True):
    """A link or a picture whose address, in ``attribute``, is on the site; ``picture`` is its name under ``media/``."""

    element: Element
    attribute: str
    picture: str = ""


class _Heading(Struct, frozen=True):
    """A start tag, or the end tag, of a heading; ``anchor`` is its id without what the page puts before it."""

    level: int
    attributes: str
    anchor: str
    words: str
    is_end: bool = False


_Part: TypeAlias = str | _Local | _Heading


class Fragment(Struct, frozen=True):
    """Clean HTML in parts: strings, and the local links, pictures and headings that differ from page to page."""

    parts: Sequence[_Part]

    def html(
        self,
        root: str,
        page: str = "",
        pictures: Pictures | None = None,
        *,
        level: int = HEADING_BASE,
        ids: str | None = None,
    ) -> Markup:
        """Return the HTML; ``root`` leads to the site's root, ``page`` to the page itself.

        With ``pictures``, local pictures have sizes and smaller versions. ``level`` is the level of the highest
        headings; with ``ids``, headings have ids that begin with it.
        """
        out = []
        for part in self.parts:
            if isinstance(part, str):
                out.append(part)
            elif isinstance(part, _Local):
                out.append(_local(part, root, page, pictures))
            else:
                out.append(_heading(part, level, ids))
        return Markup("".join(out))  # noqa: S704 - clean HTML

    def contents(self, ids: str) -> Sequence[tuple[str, Markup]]:
        """Return the ids and texts of the highest headings; nothing where there are fewer than ``LEAST``."""
        headings = [part for part in self.parts if isinstance(part, _Heading) and not part.is_end]
        highest = min((heading.level for heading in headings), default=0)
        listed = [one for one in headings if one.level == highest and one.words.strip()]
        return [(f"{ids}{one.anchor}", Markup(one.words)) for one in listed] if len(listed) >= LEAST else ()  # noqa: S704


def fragment(html: str, language: str, rules: Typography) -> Fragment:
    """Return the fragment of clean HTML, with the spacing of its language."""
    nodes = parse(html)
    set_spacing(nodes, language, rules)
    return prepared(nodes)


def prepared(nodes: Iterable[Node]) -> Fragment:
    """Return the fragment of some nodes."""
    writer = _Writer()
    writer.write(nodes)
    writer.close()
    return Fragment(writer.parts)


class _Writer:
    def __init__(self) -> None:
        self.parts: list[_Part] = []
        self._text: list[str] = []
        self._anchors: set[str] = set()
        self._numbers: dict[str, int] = {}

    def write(self, nodes: Iterable[Node]) -> None:
        put = self._text.append
        for node in nodes:
            if isinstance(node, str):
                put(escape_text(node))
                continue
            tag = node.tag
            heading = None
            if tag in HEADINGS:
                heading = self._heading(node)
                self._put(heading)
            elif tag == "img" and not is_remote(node.attributes.get("src", "")):
                self._image(node)
            elif tag == "a" and (href := node.attributes.get("href")) is not None:
                if not is_remote(href):
                    self._put(_Local(node, "href"))
                elif _SCHEME.sub("", text_of(node.children)) == _SCHEME.sub("", href):
                    put(opening(Element(tag, {**node.attributes, "class": "address"}, [])))  # print tells it once
                else:
                    put(opening(node))
            else:
                put(opening(node) if node.attributes else f"<{tag}>")
            if tag in VOID:
                continue
            self.write(node.children)
            if heading:
                self._put(_Heading(heading.level, "", "", "", is_end=True))
            else:
                put(f"</{tag}>")

    def close(self) -> None:
        """Add the text that was written last to the parts."""
        if self._text:
            self.parts.append("".join(self._text))
            self._text.clear()

    def _put(self, part: _Part) -> None:
        self.close()
        self.parts.append(part)

    def _image(self, image: Element) -> None:
        source = _UPWARD.sub("", image.attributes.get("src", ""))
        is_sized = "width" in image.attributes or "height" in image.attributes
        name = unquote(source.removeprefix(_MEDIA)) if source.startswith(_MEDIA) and not is_sized else ""
        self._put(_Local(image, "src", name))

    def _heading(self, heading: Element) -> _Heading:
        words = text_of(heading.children)
        anchor = name = f"recap-{slugify(words)}"
        number = self._numbers.get(name, 1)
        while anchor in self._anchors:
            number += 1
            anchor = f"{name}-{number}"
        self._anchors.add(anchor)
        self._numbers[name] = number
        attributes = opening(Element("", heading.attributes, [])).removeprefix("<").removesuffix(">")
        return _Heading(int(heading.tag[1]), attributes, anchor, escape_text(words))


def _heading(heading: _Heading, level: int, ids: str | None) -> str:
    tag = f"h{min(heading.level + level - HEADING_BASE, 6)}"
    if heading.is_end:
        return f"</{tag}>"
    return f"<{tag}{heading.attributes}>" if ids is None else f'<{tag}{heading.attributes} id="{ids}{heading.anchor}">'


def _local(local: _Local, root: str, page: str, pictures: Pictures | None) -> str:
    """The start tag of a local link or picture."""
    attributes, name = local.element.attributes, local.attribute
    found = pictures[local.picture] if pictures is not None and local.picture else None
    if found:
        rest = {name: value for name, value in attributes.items() if name != "src"}
        attributes = {**found.attributes(root), "loading": "lazy", **rest}
    else:
        address = attributes.get(name, "")
        full = page + address if address.startswith("#") else joined(root, address)
        if not is_remote(root):
            full = _FOLDER.sub(r"\1index.html", full)  # a browser that opens a site from a disk lists folders instead
        attributes = {**attributes, name: full}
    return opening(Element(local.element.tag, attributes, []))
