"""HTML as Markdown that people can edit: blocks (CommonMark 0.31, 4 and 5; GFM 0.29, 4.10).

Neither library for this keeps every word: markdownify stops at deep nesting and lets ``&lt;b&gt;`` become a tag,
html-to-markdown drops deeply nested text and merges lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from textwrap import dedent
from typing import NamedTuple

from totem_cli.importers import natural
from totem_cli.importers.html_tree import BLOCKS, HEADINGS, PLAYERS, Element, parse
from totem_cli.importers.inline import Inline, linked

_LANGUAGE = re.compile(r"(?:^|[\s;])(?:language-|lang-|brush:\s*)([A-Za-z0-9+#.-]+)")
_HTML = re.compile(r"</(?:p|div|ul|ol|h[1-6]|a|strong|em)>|<br\b", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S*")
_CLOSING_MARKS = re.compile(r"(?<!#)#+$")
_SECTIONS = frozenset({"thead", "tbody", "tfoot"})
_EMPHASISED = {"figcaption": "em", "caption": "em", "dt": "strong", "summary": "strong"}


def to_markdown(html: str, base: str = "", *, breaks: bool = False) -> str:
    """The Markdown of a piece of HTML: all its words, what they mean, and no page furniture.

    Relative addresses are resolved against ``base``. Pictures stay pictures, players become links, markup that Markdown
    lacks is left out. With ``breaks``, line ends in the HTML count: one ends a line, two a paragraph.
    """
    return markdown(parse(html).children, base, breaks=breaks)


def markdown(nodes: Sequence[Element | str], base: str = "", *, breaks: bool = False) -> str:
    """The Markdown of a part of a tree, as of :func:`to_markdown`."""
    return _joined(_Writer(Inline(base, breaks=breaks)).blocks(nodes))


def prose_of(text: object) -> str:
    """A description as Markdown: HTML converted, the indentation of pretty-printed XML removed."""
    lines = str(text).replace("\r\n", "\n").replace("\r", "\n")
    if _HTML.search(lines):
        return to_markdown(lines, breaks=True)
    first, mark, rest = lines.partition("\n")
    return (first.strip() + mark + dedent(rest)).strip("\n ")


class _Block(NamedTuple):
    """The Markdown of a block, and its tag."""

    text: str
    kind: str = "p"


def _joined(blocks: Sequence[_Block], *, tight: bool = False) -> str:
    return ("\n" if tight else "\n\n").join(block.text for block in blocks)


def _indented(text: str, first: str, rest: str) -> str:
    lines = text.split("\n")
    return "\n".join(
        [first + lines[0], *((rest + line if line or rest.strip() else "").rstrip(" ") for line in lines[1:])]
    )


class _Writer:
    """Turns a tree into blocks; ``inline`` turns what is inside of them into text."""

    def __init__(self, inline: Inline) -> None:
        self._inline = inline

    def blocks(self, nodes: Sequence[Element | str]) -> list[_Block]:
        """The blocks that the nodes make; a run of what is no block is a paragraph."""
        found: list[_Block] = []
        run: list[Element | str] = []
        for node in nodes:
            if isinstance(node, str) or not _is_block(node):
                run.append(node)
                continue
            found += map(_Block, self._inline.paragraphs(run))
            run = []
            found += self._block(node, found[-1] if found else None)
        found += map(_Block, self._inline.paragraphs(run))
        return found

    def _block(self, node: Element, before: _Block | None) -> list[_Block]:
        tag = node.tag
        if tag in ("ul", "ol"):
            text = self._list(node, before)
            return [_Block(text, tag)] if text else []
        if write := {"blockquote": self._quotation, "pre": self._code, "table": self._table}.get(tag):
            return write(node)
        if tag == "hr":
            return [_Block("* * *")]
        if tag in _EMPHASISED:
            return [_Block(text) for text in self._inline.paragraphs(node.children, _EMPHASISED[tag])]
        if tag in HEADINGS:
            text = _CLOSING_MARKS.sub(r"\\\g<0>", self._inline.line(node.children))
            return [_Block(f"{'#' * int(tag[1])} {text}")] if text else []
        if "wp-block-embed__wrapper" in node.get("class") and _ADDRESS.fullmatch(address := node.text.strip()):
            return [_Block(linked("", address))]
        return self.blocks(node.children)

    def _list(self, node: Element, before: _Block | None) -> str:
        items: list[list[_Block]] = []
        for child in node.children:
            if isinstance(child, str):
                if child.strip():
                    items.append(self.blocks([child]))
            elif child.tag in ("ul", "ol") and items:
                items[-1] += self._block(child, items[-1][-1] if items[-1] else None)
            else:
                items.append(self.blocks(child.children if child.tag == "li" else [child]))
        items = [item for item in items if item]
        is_second = before is not None and before.kind == node.tag
        tight = all(sum(block.kind not in ("ul", "ol") for block in item) <= 1 for item in items)
        written = []
        start = natural(node.get("start"))
        for number, item in enumerate(items, 1 if start is None else start):
            if node.tag == "ol":
                marker = f"{number}{')' if is_second and before and _dotted(before.text) else '.'} "
            else:
                marker = "* " if is_second and before and before.text.startswith("- ") else "- "
            written.append(_indented(_joined(item, tight=tight), marker, " " * len(marker)))
        return ("\n" if tight else "\n\n").join(written)

    def _quotation(self, node: Element) -> list[_Block]:
        source = next((child for child in node.elements if child.tag == "cite"), None)
        blocks = self.blocks([child for child in node.children if child is not source])
        if source and (name := self._inline.line(source.children)):
            blocks.append(_Block(name if name.startswith(("—", "–")) else f"— {name}"))
        return [_Block(_indented(_joined(blocks), "> ", "> "), "blockquote")] if blocks else []

    def _code(self, node: Element) -> list[_Block]:
        text = node.text.strip("\n").rstrip(" \t\n\r")
        if not text.strip():
            return []
        classes = " ".join(one.get("class") for one in node.walk("pre", "code"))
        language = _LANGUAGE.search(classes)
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
        return [_Block(f"{fence}{language[1] if language else ''}\n{text}\n{fence}")]

    def _table(self, node: Element) -> list[_Block]:
        captions = [block for one in node.walk("caption") for block in self._block(one, None)]
        rows = list(_rows(node))
        cells = [[self._cell(cell) for cell in _cells(row)] for row in rows]
        width = max(map(len, cells), default=0)
        if width < 2:
            cells_of_column = (cell for row in rows for cell in _cells(row) if cell)
            return [*captions, *(block for cell in cells_of_column for block in self.blocks(cell.children))]
        has_head = all(cell is None or cell.tag == "th" for cell in _cells(rows[0]))
        filled = [row + [""] * (width - len(row)) for row in cells]
        head, body = (filled[0], filled[1:]) if has_head else ([""] * width, filled)
        lines = [f"| {' | '.join(row)} |" for row in (head, ["---"] * width, *body)]
        return [*captions, _Block("\n".join(lines), "table")]

    def _cell(self, cell: Element | None) -> str:
        if cell is None:
            return ""
        parts: list[list[Element | str]] = [[]]
        for child in cell.children:
            if not isinstance(child, str) and child.tag in BLOCKS:
                parts += [[child], []]
            else:
                parts[-1].append(child)
        texts = [self._inline.line(part, br="<br>") for part in parts]
        return re.sub(r"(?<!\\)\|", r"\\|", "<br>".join(filter(None, texts)))


def _is_block(node: Element) -> bool:
    """Whether it is a block, or something that holds blocks."""
    return node.tag not in PLAYERS and node.tag != "a" and next(node.walk(*BLOCKS), None) is not None


def _dotted(text: str) -> bool:
    return text.partition(" ")[0].endswith(".")


def _rows(table: Element) -> Iterator[Element]:
    for child in table.elements:
        if child.tag == "tr":
            yield child
        elif child.tag in _SECTIONS:
            yield from _rows(child)


def _cells(row: Element) -> list[Element | None]:
    """The cells of a row; one that spans several columns is followed by as many empty ones."""
    found: list[Element | None] = []
    for child in row.elements:
        if child.tag in ("td", "th"):
            found += [child, *[None] * (min(natural(child.get("colspan")) or 1, 50) - 1)]
    return found
