"""Recaps as plain data: blocks of spans, for what is not a browser."""

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
    from collections.abc import Iterator, Sequence

    from totem_cli.markup.cmark import Node

Alignment = Literal["left", "center", "right"] | None


class Span(Struct, frozen=True):
    """A run of text in one style. A hard line break is a line feed in it; ``href`` is where it leads, if anywhere."""

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
    """A blockquote, and who said it where its last line begins with an em dash."""

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
_BARE_ADDRESS = re.compile(r"(https?://[A-Za-z0-9][^\s<>«»]*[^\s<>«».,;:!?'\"*_~)\]’”…])")
_HOST = re.compile(r"https?://[^/?#]*")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ALIGNMENTS: dict[str, Alignment] = {"l": "left", "c": "center", "r": "right"}
_ATTRIBUTION = re.compile("—[ \u00a0\u202f]+")


def parse_blocks(markdown: str) -> tuple[Block, ...]:
    """The blocks of a recap in Markdown: CommonMark with GFM's tables and strikethrough.

    Of raw HTML, tags that only present are dropped and any other is text. No character is escaped or taken out.
    """
    from totem_cli.markup import cmark

    return tuple(_blocks(cmark.parse(markdown).children))


def _blocks(nodes: Sequence[Node]) -> Iterator[Block]:
    for node in nodes:
        block = _block(node)
        if block is not None:
            yield block


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
    children = node.children
    if children and children[-1].kind == "paragraph":
        lines = list(_lines(children[-1]))
        rest = _joined(lines[:-1])
        said_by = _joined(lines[-1:])
        text = "".join(span.text for span in said_by)
        if _ATTRIBUTION.match(text) and (rest or len(children) > 1):
            last = (Paragraph(rest),) if rest else ()
            return Quotation((*_blocks(children[:-1]), *last), said_by)
    return Quotation(tuple(_blocks(children)))


def _table(node: Node) -> Table:
    cells = [tuple(_spans(cell) for cell in row.children) for row in node.children]
    return Table(cells[0], tuple(cells[1:]), tuple(_ALIGNMENTS.get(letter) for letter in node.detail))


def _spans(node: Node) -> Spans:
    return _joined(list(_lines(node)))


class _Line(Struct, frozen=True):
    spans: Spans
    is_hard: bool  # whether it ends with a hard break


def _lines(node: Node) -> Iterator[_Line]:
    """The inline content of a block, line by line."""
    spans: list[Span] = []
    for piece in _pieces(node, Span("")):
        if isinstance(piece, bool):
            yield _Line(tuple(spans), piece)
            spans = []
        else:
            spans.append(piece)
    yield _Line(tuple(spans), is_hard=False)


def _pieces(node: Node, style: Span) -> Iterator[Span | bool]:
    """The spans within a node, and at each line break whether it is a hard one."""
    for child in node.children:
        match child.kind:
            case "softbreak" | "linebreak":
                yield child.kind == "linebreak"
            case "html_inline" if _BREAK.fullmatch(child.text):
                yield True
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


def _style_of(node: Node, outer: Span) -> Span:
    match node.kind:
        case "emph":
            return replace(outer, emphasis=True)
        case "strong":
            return replace(outer, strong=True)
        case "strikethrough":
            return replace(outer, strike=True)
        case "link":
            return replace(outer, href=_address(node) or None)
    return outer


def _image(node: Node, style: Span) -> Span:
    address = _address(node)
    alt = "".join(piece.text if isinstance(piece, Span) else " " for piece in _pieces(node, Span("")))
    text = alt.strip() or (addresses.file_name(address) if address else "")
    return replace(style, text=text, href=style.href or address or None)


def _address(node: Node) -> str | None:
    """Where a link or an image leads, in ASCII but for its host: terminals take no other address."""
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
    parts, at = [], 0
    while (start := html.find("<!--", at)) >= 0 and (stop := html.find("-->", start + 4)) >= 0:
        parts += [_RAW_TAG.sub(_shown, html[at:start]), " "]
        at = stop + 3
    return "".join([*parts, _RAW_TAG.sub(_shown, html[at:])])


def _shown(tag: re.Match[str]) -> str:
    return "" if tag[1].lower() in _DROPPED_TAGS else tag[0]


def _joined(lines: Sequence[_Line]) -> Spans:
    """Lines as one run: neighbours of one style together, no space at the ends."""
    pieces: list[Span] = []
    for number, line in enumerate(lines, 1):
        pieces += line.spans
        if number < len(lines):
            pieces.append(Span("\n" if line.is_hard else " "))
    pieces = [piece for piece in pieces if piece.text]
    return tuple(
        replace(style, text="".join(piece.text for piece in run))
        for style, run in groupby(pieces, key=lambda piece: replace(piece, text=""))
    )
