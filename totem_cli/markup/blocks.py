"""Recaps as plain data: blocks of spans, for what is not a browser."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from totem_cli.markup import addresses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.tree import SyntaxTreeNode

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
_RAW_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*)?/?>|<!--.*?-->", re.DOTALL)
_BARE_ADDRESS = re.compile(r"(https?://[A-Za-z0-9][^\s<>«»]*[^\s<>«».,;:!?'\"*_~)\]’”…])")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ALIGNMENTS: tuple[Literal["left", "center", "right"], ...] = ("left", "center", "right")
_ATTRIBUTION = re.compile("—[ \u00a0\u202f]+")


def parse_blocks(markdown: str) -> tuple[Block, ...]:
    """The blocks of a recap in Markdown: CommonMark with GFM's tables and strikethrough.

    Of raw HTML, tags that only present are dropped and any other is text. No character is escaped or taken out.
    """
    from markdown_it.tree import SyntaxTreeNode

    return tuple(_blocks(SyntaxTreeNode(_parser().parse(markdown)).children))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import reference

    def reference_but_no_footnote(state: StateBlock, first: int, last: int, silent: bool) -> bool:
        footnote = state.src.startswith("[^", state.bMarks[first] + state.tShift[first])
        return not footnote and reference(state, first, last, silent)

    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"])
    parser.block.ruler.at("reference", reference_but_no_footnote)
    return parser


def _blocks(nodes: Sequence[SyntaxTreeNode]) -> Iterator[Block]:
    for node in nodes:
        block = _block(node)
        if block is not None:
            yield block


def _block(node: SyntaxTreeNode) -> Block | None:
    match node.type:
        case "heading":
            return Heading(int(node.tag[1]), _spans(node))
        case "blockquote":
            return _quotation(node)
        case "bullet_list":
            return BulletList(_items(node))
        case "ordered_list":
            return OrderedList(_items(node), int(node.attrs.get("start", 1)))
        case "fence" | "code_block":
            info = node.info.split()
            return Code(node.content.removesuffix("\n"), info[0] if info else "")
        case "hr":
            return Rule()
        case "table":
            return _table(node)
        case "html_block":
            text = " ".join(unescape(_without_tags(node.content)).split())
            return Paragraph((Span(text),)) if text else None
    spans = _spans(node)
    return Paragraph(spans) if spans else None


def _items(node: SyntaxTreeNode) -> tuple[tuple[Block, ...], ...]:
    return tuple(tuple(_blocks(item.children)) for item in node.children)


def _quotation(node: SyntaxTreeNode) -> Quotation:
    children = node.children
    if children and children[-1].type == "paragraph":
        lines = list(_lines(children[-1]))
        rest = _joined(lines[:-1])
        said_by = _joined(lines[-1:])
        text = "".join(span.text for span in said_by)
        if _ATTRIBUTION.match(text) and (rest or len(children) > 1):
            last = (Paragraph(rest),) if rest else ()
            return Quotation((*_blocks(children[:-1]), *last), said_by)
    return Quotation(tuple(_blocks(children)))


def _table(node: SyntaxTreeNode) -> Table:
    rows = [row for part in node.children for row in part.children]
    cells = [tuple(_spans(cell) for cell in row.children) for row in rows]
    return Table(cells[0], tuple(cells[1:]), tuple(_alignment(cell) for cell in rows[0].children))


def _alignment(cell: SyntaxTreeNode) -> Alignment:
    style = str(cell.attrs.get("style", ""))
    for alignment in _ALIGNMENTS:
        if style == f"text-align:{alignment}":
            return alignment
    return None


def _spans(node: SyntaxTreeNode) -> Spans:
    return _joined(list(_lines(node)))


class _Line(Struct, frozen=True):
    spans: Spans
    is_hard: bool  # whether it ends with a hard break


def _lines(node: SyntaxTreeNode) -> Iterator[_Line]:
    """The inline content of a block, line by line."""
    spans: list[Span] = []
    for piece in _pieces(node, Span("")):
        if isinstance(piece, bool):
            yield _Line(tuple(spans), piece)
            spans = []
        else:
            spans.append(piece)
    yield _Line(tuple(spans), is_hard=False)


def _pieces(node: SyntaxTreeNode, style: Span) -> Iterator[Span | bool]:
    """The spans within a node, and at each line break whether it is a hard one."""
    for child in node.children:
        match child.type:
            case "softbreak" | "hardbreak":
                yield child.type == "hardbreak"
            case "html_inline" if _BREAK.fullmatch(child.content):
                yield True
            case "html_inline":
                yield replace(style, text=_without_tags(child.content))
            case "text" if style.href is None:
                yield from _linked(child.content, style)
            case "text" | "text_special":
                yield replace(style, text=child.content)
            case "code_inline":
                yield replace(style, text=child.content, code=True)
            case "image":
                yield _image(child, style)
            case _:
                yield from _pieces(child, _style_of(child, style))


def _style_of(node: SyntaxTreeNode, outer: Span) -> Span:
    match node.type:
        case "em":
            return replace(outer, emphasis=True)
        case "strong":
            return replace(outer, strong=True)
        case "s":
            return replace(outer, strike=True)
        case "link":
            return replace(outer, href=addresses.link(str(node.attrs.get("href", ""))) or None)
    return outer


def _image(node: SyntaxTreeNode, style: Span) -> Span:
    address = addresses.link(str(node.attrs.get("src", "")))
    alt = "".join(piece.text if isinstance(piece, Span) else " " for piece in _pieces(node, Span("")))
    text = alt.strip() or (addresses.file_name(address) if address else "")
    return replace(style, text=text, href=style.href or address or None)


def _linked(text: str, style: Span) -> Iterator[Span]:
    for index, part in enumerate(_BARE_ADDRESS.split(text)):
        yield replace(style, text=part, href=part if index % 2 else None)


def _without_tags(html: str) -> str:
    def kept(match: re.Match[str]) -> str:
        name = match[1]
        return match[0] if name and name.lower() not in _DROPPED_TAGS else " " if not name else ""

    return _RAW_TAG.sub(kept, html)


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
