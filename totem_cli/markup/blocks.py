"""Recaps as plain data: blocks of spans, for a terminal."""

from __future__ import annotations

import re
from html import unescape
from itertools import groupby
from string import punctuation
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from totem_cli.markup import addresses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from totem_cli.markup.cmark import Node

Alignment = Literal["left", "center", "right"] | None


class Span(Struct, frozen=True):
    """A run of text in one style. A hard line break is a line feed in it; ``href`` is the address of its link."""

    text: str
    emphasis: bool = False
    strong: bool = False
    code: bool = False
    strike: bool = False
    href: str | None = None


Spans = tuple[Span, ...]


class Heading(Struct, frozen=True):
    """A heading, at the level it has in the recap: 1 to 6."""

    level: int
    spans: Spans


class Paragraph(Struct, frozen=True):
    """A paragraph; an image in it is a span of its ``alt`` text that leads to its file."""

    spans: Spans


class Quotation(Struct, frozen=True):
    """A blockquote, and its attribution where its last line begins with an em dash."""

    blocks: tuple[Block, ...]
    attribution: Spans | None = None


class BulletList(Struct, frozen=True):
    """A list without numbers; each item holds blocks."""

    items: tuple[tuple[Block, ...], ...]


class OrderedList(Struct, frozen=True):
    """A numbered list, from ``start``."""

    items: tuple[tuple[Block, ...], ...]
    start: int = 1


class Code(Struct, frozen=True):
    """A code block and the word after its fence, as in ````` ```python `````."""

    text: str
    info: str = ""


class Rule(Struct, frozen=True):
    """A line across the page."""


class Table(Struct, frozen=True):
    """A table: one row of headers, rows of cells, and how each column is aligned."""

    header: tuple[Spans, ...]
    rows: tuple[tuple[Spans, ...], ...]
    alignments: tuple[Alignment, ...]


Block = Heading | Paragraph | Quotation | BulletList | OrderedList | Code | Rule | Table

_PRESENTATION = (
    "a abbr article aside b bdi bdo blockquote br center cite code dd del details dfn div dl dt em figcaption figure "
    "font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p picture pre q rp rt ruby s samp "
    "section small span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr"
)
_DROPPED_TAGS = frozenset(_PRESENTATION.split())
_RAW_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*)?/?>")
_CLOSING = r".,;:!?'\"*_~)\]’”…"  # what may close a sentence after an address, and is in one too
_BARE_ADDRESS = re.compile(rf"(https?://[A-Za-z0-9](?:[{_CLOSING}]*[^\s<>«»{_CLOSING}])+)")
_HOST = re.compile(r"https?://[^/?#]*")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ALIGNMENTS: dict[str, Alignment] = {"l": "left", "c": "center", "r": "right"}
_ATTRIBUTION = re.compile("—[ \u00a0\u202f]+")
_STYLES = {"emph": "emphasis", "strong": "strong", "strikethrough": "strike"}
_SOFT_BREAK, _HARD_BREAK = Span(" "), Span("\n")


def parse_blocks(markdown: str) -> tuple[Block, ...]:
    """The blocks of a recap in Markdown: CommonMark with GFM's tables and strikethrough.

    Of raw HTML, tags that only present are dropped and any other is text. No character is escaped or taken out.
    """
    from totem_cli.markup import cmark

    return tuple(_blocks(cmark.parse(markdown).children))


def _blocks(nodes: Sequence[Node]) -> Iterator[Block]:
    return filter(None, map(_block, nodes))


def _block(node: Node) -> Block | None:
    match node.kind:
        case "heading":
            return Heading(node.number, _spans(node))
        case "block_quote":
            return _quotation(node)
        case "list":
            return BulletList(_items(node)) if node.number < 0 else OrderedList(_items(node), node.number)
        case "code_block":
            info = node.detail.split()
            return Code(node.text.removesuffix("\n"), info[0] if info else "")
        case "thematic_break":
            return Rule()
        case "table":
            return _table(node)
        case "html_block":
            text = " ".join(unescape(_without_tags(node.text)).split())
            return Paragraph((Span(text),)) if text else None
    spans = _spans(node)
    return Paragraph(spans) if spans else None


def _items(node: Node) -> tuple[tuple[Block, ...], ...]:
    return tuple(tuple(_blocks(item.children)) for item in node.children)


def _quotation(node: Node) -> Quotation:
    *before, last = node.children or (node,)
    if last.kind == "paragraph":
        pieces = [*_pieces(last, Span(""))]
        end = max((index for index, piece in enumerate(pieces) if _is_break(piece)), default=-1)
        rest, line = _joined(pieces[: max(end, 0)]), _joined(pieces[end + 1 :])
        if _ATTRIBUTION.match("".join(span.text for span in line)) and (rest or before):
            return Quotation((*_blocks(before), *([Paragraph(rest)] if rest else [])), line)
    return Quotation(tuple(_blocks(node.children)))


def _table(node: Node) -> Table:
    cells = [tuple(_spans(cell) for cell in row.children) for row in node.children]
    return Table(cells[0], tuple(cells[1:]), tuple(_ALIGNMENTS.get(letter) for letter in node.detail))


def _spans(node: Node) -> Spans:
    return _joined(_pieces(node, Span("")))


def _pieces(node: Node, style: Span) -> Iterator[Span]:
    """The spans within a node, with one of the two breaks at each end of a line."""
    for child in node.children:
        match child.kind:
            case "softbreak":
                yield _SOFT_BREAK
            case "linebreak":
                yield _HARD_BREAK
            case "html_inline" if _BREAK.fullmatch(child.text):
                yield _HARD_BREAK
            case "html_inline":
                yield replace(style, text=_without_tags(child.text))
            case "text" if style.href is None:
                yield from _linked(child.text, style)
            case "text":
                yield replace(style, text=child.text)
            case "code":
                yield replace(style, text=child.text, code=True)
            case "image":
                yield _image(child, style)
            case _:
                yield from _pieces(child, _style_of(child, style))


def _is_break(piece: Span) -> bool:
    return piece is _SOFT_BREAK or piece is _HARD_BREAK


def _style_of(node: Node, outer: Span) -> Span:
    if node.kind == "link":
        return replace(outer, href=_address(node) or None)
    style = _STYLES.get(node.kind)
    return replace(outer, **{style: True}) if style else outer


def _image(node: Node, style: Span) -> Span:
    address = _address(node)
    alt = "".join(" " if _is_break(piece) else piece.text for piece in _pieces(node, Span("")))
    text = alt.strip() or (addresses.file_name(address) if address else "")
    return replace(style, text=text, href=style.href or address or None)


def _address(node: Node) -> str | None:
    """The address of a link or an image, in ASCII but for its host, as terminals need it."""
    address = addresses.link(node.detail)
    if address is None or address.isascii():
        return address
    host = _HOST.match(address)
    cut = host.end() if host else 0
    return address[:cut] + quote(address[cut:], safe=punctuation)


def _linked(text: str, style: Span) -> Iterator[Span]:
    for index, part in enumerate(_BARE_ADDRESS.split(text)):
        yield replace(style, text=part, href=part if index % 2 else None)


def _without_tags(html: str) -> str:
    """Raw HTML without comments and tags that only present."""
    pieces, position = [], 0
    while (start := html.find("<!--", position)) >= 0 and (end := html.find("-->", start + 4)) >= 0:
        pieces.append(html[position:start])
        position = end + 3
    return " ".join(_RAW_TAG.sub(_shown, piece) for piece in [*pieces, html[position:]])


def _shown(tag: re.Match[str]) -> str:
    return "" if tag[1].lower() in _DROPPED_TAGS else tag[0]


def _joined(pieces: Iterable[Span]) -> Spans:
    """Pieces as one run: neighbours of one style together."""
    return tuple(
        replace(style, text="".join(piece.text for piece in run))
        for style, run in groupby((piece for piece in pieces if piece.text), key=lambda piece: replace(piece, text=""))
    )
