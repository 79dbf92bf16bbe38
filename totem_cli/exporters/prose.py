"""Prose: clean HTML as a tree of few elements, each where the content model of HTML lets it stand.

What is not a browser (a book, a typesetter) reads recaps through it: whatever the HTML, a list holds only items, a row
only cells, and no paragraph another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from totem_cli.markup.tree import Element

_IN_A_LINE = (
    "a abbr b bdi bdo br cite code del dfn em i img ins kbd mark q rp rt ruby s samp small span strong sub sup time u "
    "var wbr"
)
INLINE = frozenset(_IN_A_LINE.split())
VOID = frozenset(("br", "col", "hr", "img", "wbr"))
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
DEEPEST = 40
"""Elements within elements; what is nested deeper loses its tags, not its words."""

_KEPT = {"a": ("href", "title"), "img": ("src", "alt"), "ol": ("start", "class"), "bdo": ("dir",)}
_SPANS = ("colspan", "rowspan", "class")


@dataclass(frozen=True, slots=True)
class Node:
    """An element. ``pre`` holds text alone; a list ``li``; a table ``caption``, then ``tr`` of ``th`` and ``td``."""

    tag: str
    children: tuple[Content, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Its words."""
        return text_of(self.children)


Content: TypeAlias = Node | str
Raw: TypeAlias = Element | str
"""What a tree of HTML holds, before it is prose."""


def text_of(contents: Iterable[Content]) -> str:
    """The words of several contents; a picture's are what stands for it."""
    return "".join(_words(content) for content in contents)


def prose(nodes: Iterable[Raw]) -> tuple[Content, ...]:
    """Clean HTML as blocks: ``p``, headings, ``blockquote``, ``figure``, lists, ``pre``, ``table``, ``hr``."""
    return tuple(_flow(nodes))


def phrase(nodes: Iterable[Raw]) -> tuple[Content, ...]:
    """Clean HTML as what may stand in a line: text and elements of :data:`INLINE`."""
    return tuple(_phrasing(nodes))


def _words(content: Content) -> str:
    if isinstance(content, str):
        return content
    if content.tag == "img":
        return content.attributes.get("alt", "")
    return "\n" if content.tag == "br" else content.text


def _is_inline(raw: Raw) -> bool:
    return isinstance(raw, str) or (raw.tag in INLINE and all(map(_is_inline, raw.children)))


def _flow(raws: Iterable[Raw]) -> Iterator[Content]:
    """Blocks; what stands between them in a line becomes a paragraph."""
    line: list[Raw] = []
    for raw in raws:
        if _is_inline(raw):
            line.append(raw)
            continue
        yield from _paragraph(line)
        line = []
        assert isinstance(raw, Element)
        yield from _block(raw)
    yield from _paragraph(line)


def _paragraph(line: list[Raw]) -> Iterator[Content]:
    found = tuple(_phrasing(line))
    if text_of(found).strip() or any(isinstance(one, Node) and one.tag == "img" for one in found):
        yield Node("p", found)


def _content(raw: Element) -> tuple[Content, ...]:
    """What an item or a cell holds: a line, or blocks."""
    if all(map(_is_inline, raw.children)):
        return tuple(_phrasing(raw.children))
    return tuple(_flow(raw.children))


def _block(raw: Element) -> Iterator[Content]:
    if raw.tag == "p" and all(map(_is_inline, raw.children)):
        return _paragraph(raw.children)
    if raw.tag in HEADINGS:
        return _heading(raw)
    make = _BLOCKS.get(raw.tag)
    return make(raw) if make else _flow(raw.children)


def _heading(raw: Element) -> Iterator[Content]:
    found = tuple(_phrasing(raw.children))
    if text_of(found).strip():
        yield Node(raw.tag, found)


def _quotation(raw: Element) -> Iterator[Content]:
    if found := tuple(_flow(raw.children)):
        yield Node("blockquote", found)


def _code(raw: Element) -> Iterator[Content]:
    yield Node("pre", (_text(raw).removesuffix("\n"),))


def _rule(raw: Element) -> Iterator[Content]:
    yield Node(raw.tag)


def _summary(raw: Element) -> Iterator[Content]:
    yield Node("p", (Node("strong", tuple(_phrasing(raw.children))),))


def _figure(raw: Element) -> Iterator[Content]:
    captions = [one for one in raw.children if isinstance(one, Element) and one.tag == "figcaption"]
    found = tuple(_flow(one for one in raw.children if one not in captions))
    text = tuple(_phrasing(child for caption in captions for child in caption.children))
    if found and text:
        kept = {"class": raw.attributes["class"]} if "class" in raw.attributes else {}
        yield Node("figure", (*found, Node("figcaption", text)), kept)
    else:
        yield from found
        yield from [Node("p", text)] if text else []


def _list(raw: Element) -> Iterator[Content]:
    items = [Element("li", {}, [one]) if _tag(one) != "li" else one for one in raw.children]
    found = tuple(Node("li", _content(item)) for item in items if isinstance(item, Element) and _says(item))
    if found:
        yield Node(raw.tag, found, _kept(raw))


def _definitions(raw: Element) -> Iterator[Content]:
    """Terms as strong paragraphs, what is said of them as lists of one item each: valid whatever their order."""
    for child in raw.children:
        if isinstance(child, Element) and child.tag == "dt":
            yield Node("p", (Node("strong", tuple(_phrasing(child.children))),))
        elif isinstance(child, Element) and child.tag == "dd":
            yield Node("ul", (Node("li", _content(child)),))
        else:
            yield from _flow([child])


def _table(raw: Element) -> Iterator[Content]:
    caption = [one for one in raw.children if isinstance(one, Element) and one.tag == "caption"]
    rows = tuple(_rows(raw, "tbody"))
    text = tuple(_phrasing(child for one in caption for child in one.children))
    if rows:
        yield Node("table", (*([Node("caption", text)] if text else []), *rows))
    elif text:
        yield Node("p", text)


def _rows(raw: Element, part: str) -> Iterator[Content]:
    for child in raw.children:
        if not isinstance(child, Element):
            continue
        if child.tag in ("thead", "tbody", "tfoot"):
            yield from _rows(child, child.tag)
        elif child.tag == "tr":
            cells = [one for one in child.children if isinstance(one, Element) and one.tag in ("td", "th")]
            if cells:
                yield Node("tr", tuple(Node(one.tag, _content(one), _kept(one)) for one in cells), {"part": part})


def _phrasing(raws: Iterable[Raw], *, linked: bool = False) -> Iterator[Content]:
    for raw in raws:
        if isinstance(raw, str):
            yield raw
            continue
        inside = linked or raw.tag == "a"
        match raw.tag:
            case "br" | "img":
                yield Node(raw.tag, (), _kept(raw))
            case "rp" | "wbr":
                continue
            case "rt":
                yield from ("(", *_phrasing(raw.children, linked=inside), ")")
            case "a" if linked or not raw.attributes.get("href"):
                yield from _phrasing(raw.children, linked=True)
            case "bdo" if raw.attributes.get("dir") not in ("ltr", "rtl"):
                yield from _phrasing(raw.children, linked=inside)
            case "time" | "ruby":
                yield from _phrasing(raw.children, linked=inside)
            case tag if tag in INLINE:
                yield Node(tag, tuple(_phrasing(raw.children, linked=inside)), _kept(raw))
            case _:
                yield from (" ", *_phrasing(raw.children, linked=inside), " ")


def _kept(raw: Element) -> dict[str, str]:
    names = _SPANS if raw.tag in ("td", "th") else _KEPT.get(raw.tag, ())
    return {name: raw.attributes[name] for name in names if name in raw.attributes}


def _tag(raw: Raw) -> str:
    return raw.tag if isinstance(raw, Element) else ""


def _text(raw: Raw) -> str:
    return raw if isinstance(raw, str) else "".join(map(_text, raw.children))


def _says(raw: Raw) -> bool:
    if isinstance(raw, str):
        return bool(raw.strip())
    return raw.tag == "img" or any(map(_says, raw.children))


_BLOCKS: Mapping[str, Callable[[Element], Iterator[Content]]] = {
    "blockquote": _quotation,
    "dl": _definitions,
    "figure": _figure,
    "hr": _rule,
    "ol": _list,
    "pre": _code,
    "summary": _summary,
    "table": _table,
    "ul": _list,
}
