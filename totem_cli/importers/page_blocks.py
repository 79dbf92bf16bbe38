"""The blocks of a page: headings, paragraphs, lists and tables in reading order, without the page's furniture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from totem_cli.importers.html_tree import BLOCKS, HEADINGS, Element, collapsed
from totem_cli.importers.page_words import FURNITURE_WORDS, episode_heading
from totem_cli.importers.prose import markdown

PSEUDO = 7
"""The level of a paragraph that is a heading by its looks: short, and all in bold."""

_GONE = frozenset("aside button dialog form input label link meta nav select textarea title".split())
_WHOLE = frozenset([*HEADINGS, "ul", "ol", "dl", "table", "hr"])
_GONE_ROLES = frozenset(["banner", "complementary", "contentinfo", "navigation", "search"])
_KEPT_ASIDES = frozenset(
    ["guests", "invites", "speakers", "intervenants", "questions", "pullquote", "quote", "note", "callout"]
)
_PRESENTATION = re.compile(r"(?<=«)[\u00a0\u202f]|[\u00a0\u202f](?=[;:!?»%€])")
_NAMED_FURNITURE_ONLY = frozenset([*HEADINGS, *"p a span strong em b i".split()])
_NAMED_FURNITURE = frozenset(
    "screen-reader-text sr-only visually-hidden byline posted-on skip-link skip info-publi arbo".split()
)
"""The only words of :data:`FURNITURE_WORDS` that make furniture of a heading, a paragraph or words."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list; ``notes`` are paragraphs in it with the words of their class."""

    text: str
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A block: words, Markdown, kind: ``heading``, ``text``, ``list``, ``table``, ``terms`` or ``other``."""

    kind: str
    text: str
    markdown: str = ""
    level: int = 0
    lines: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    ordered: bool = False
    linked: tuple[tuple[str, str], ...] = ()


def plain(text: str) -> str:
    """Text without the no-break spaces that pages put beside French punctuation: they are presentation."""
    return _PRESENTATION.sub(" ", text)


def content_of(root: Element) -> Element:
    """The element that holds what the page is about: ``main``, else the article that is most of it, else the page."""
    everything = list(root.walk())
    for found in (
        [one for one in everything if one.tag == "main" or one.get("role") == "main"],
        [one for one in everything if one.tag == "article"],
        [one for one in everything if {"entry-content", "post-content", "articlebody"} & one.class_words],
    ):
        if found:
            lengths = [len(one.line) for one in found]
            best = found[lengths.index(max(lengths))]
            if 2 * max(lengths) >= sum(lengths) and _is_whole(best, found):
                return best
    return root


def _is_whole(best: Element, found: Sequence[Element]) -> bool:
    """Whether no other of the elements holds an episode: several articles may be parts of one text."""
    inside = set(map(id, best.walk()))
    others = [one for one in found if id(one) not in inside]
    return not any(episode_heading(heading.line) for one in others for heading in one.walk("h2", "h3"))


def read_blocks(content: Element) -> list[Block]:
    """The blocks of an element, in order."""
    for element in content.walk():
        element.children = [one for one in element.children if isinstance(one, str) or not _permalink(one)]
    return list(_joined(_Reader(content).blocks(content)))


def _permalink(element: Element) -> bool:
    """Whether an element is a sign to copy an address from: ``#`` or ``¶`` beside a heading or a question."""
    return element.tag == "a" and element.get("href").startswith("#") and element.line.strip() in ("#", "¶", "§", "🔗")


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Lists of one item each, one after the other, are one list: some editors begin a new one at each item."""
    for (is_single, _), group in groupby(blocks, lambda one: (one.kind == "list" and len(one.items) == 1, one.ordered)):
        run = list(group)
        if not is_single or len(run) == 1:
            yield from run
            continue
        yield Block(
            "list",
            " ".join(one.text for one in run),
            "\n".join(one.markdown for one in run),
            items=tuple(item for one in run for item in one.items),
            ordered=run[0].ordered,
            linked=tuple(link for one in run for link in one.linked),
        )


class _Reader:
    def __init__(self, content: Element) -> None:
        self._half = max(len(content.line) // 2, 1)

    def blocks(self, element: Element) -> Iterator[Block]:
        run: list[Element | str] = []
        for child in element.children:
            if isinstance(child, str):
                run.append(child)
            elif self._is_furniture(child):
                continue
            elif next(child.walk(*BLOCKS), None):
                yield from _paragraphs(run)
                run = []
                yield from self._block(child)
            else:
                run.append(child)
        yield from _paragraphs(run)

    def _is_furniture(self, element: Element) -> bool:
        tag, words = element.tag, element.class_words
        if tag == "aside" and words & _KEPT_ASIDES:
            return False
        if tag in _GONE or element.get("role") in _GONE_ROLES or "hidden" in element.attributes:
            return True
        if element.get("aria-hidden") == "true":
            return True
        if tag == "footer":
            return len(element.line) < self._half
        if tag in _NAMED_FURNITURE_ONLY:
            words = words & _NAMED_FURNITURE
        return bool(words & FURNITURE_WORDS) and len(element.line) < self._half and not next(element.walk("h1"), None)

    def _block(self, element: Element) -> Iterator[Block]:
        tag = element.tag
        if tag == "figure" and "quotation" in element.class_words:
            element = _quotation(element)
        if tag in ("blockquote", "pre", "figure") and not next(element.walk("h1", "h2", "table"), None):
            block = _block("other", element)
            if block.markdown:
                yield block
        elif tag not in _WHOLE:
            yield from self.blocks(element)
        elif not element.line:
            return
        elif tag in ("ul", "ol"):
            yield _block("list", element, items=tuple(_items(element)), ordered=tag == "ol")
        elif tag == "dl":
            yield _block("terms", element, rows=_terms(element))
        elif tag == "table":
            yield _block("table", element, rows=_rows(element))
        elif "subtitle" in element.class_words and tag != "h1":
            words = plain(element.line)
            yield _block("text", element, markdown=words, lines=(words,))
        else:
            yield _block("heading", element, level=int(tag[1]) if tag in HEADINGS else 0)


def _block(kind: str, element: Element, **more: Any) -> Block:
    links = ((plain(one.line), one.get("href")) for one in element.walk("a") if one.line and one.get("href"))
    written = plain(markdown([element]))
    return replace(Block(kind, plain(element.line), written, linked=tuple(links)), **more)


def _is_blank(node: Element | str) -> bool:
    return isinstance(node, str) and not node.strip()


def _is_break(node: Element | str) -> bool:
    return isinstance(node, Element) and node.tag == "br"


def _paragraphs(run: Sequence[Element | str]) -> Iterator[Block]:
    """The words between blocks; two line ends in a row begin a paragraph, as pasted text has it."""
    parts: list[list[Element | str]] = [[]]
    breaks = 0
    for child in run:
        if _is_break(child):
            breaks += 1
        elif not _is_blank(child):
            if breaks > 1:
                parts.append([])
            breaks = 0
        parts[-1].append(child)
    for part in _headed(parts):
        block = _block("text", element := Element("p", {}, part))
        if not block.markdown or not (block.text or "](" in block.markdown or "<http" in block.markdown):
            continue
        solid = [one for one in part if not _is_blank(one) and not _is_break(one)]
        lines = tuple(line for line in (plain(one) for one in _lines(element)) if line)
        is_heading = bool(solid) and all(map(_is_bold, solid)) and len(block.text) < 160 and len(lines) == 1
        block = replace(block, lines=lines)
        yield replace(block, kind="heading", level=PSEUDO) if is_heading else block


def _headed(parts: list[list[Element | str]]) -> Iterator[list[Element | str]]:
    """Paragraphs, those that begin with a line all in bold parted there."""
    for part in parts:
        solid = [index for index, one in enumerate(part) if not _is_blank(one)]
        if len(solid) > 2 and _is_bold(part[solid[0]]) and _is_break(part[solid[1]]):
            yield part[: solid[1]]
            yield part[solid[1] + 1 :]
        else:
            yield part


def _is_bold(node: Element | str) -> bool:
    if isinstance(node, str) or node.tag in ("strong", "b"):
        return not isinstance(node, str)
    inside = [one for one in node.children if not _is_blank(one)]
    return node.tag in ("span", "em", "i", "u", "a", "font") and len(inside) == 1 and _is_bold(inside[0])


def _lines(element: Element) -> list[str]:
    """The lines that ``br`` parts."""
    found: list[str] = []
    waiting = element.children[::-1]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            found.append(item.replace("\n", " "))
        elif item.tag == "br":
            found.append("\n")
        else:
            waiting += reversed(item.children)
    return [collapsed(line) for line in "".join(found).split("\n")]


def _items(element: Element) -> Iterator[Item]:
    for child in element.elements:
        if child.line:
            paragraphs = [one for one in child.elements if one.tag in ("p", "div")]
            notes = [(one.get("class"), plain(one.line)) for one in paragraphs[1:] if one.line]
            yield Item(plain(paragraphs[0].line if notes else child.line), tuple(notes))


def _quotation(element: Element) -> Element:
    """An attributed quotation as totem's pages have it, as a quotation that ends with its attribution."""
    joined = Element("blockquote", {}, [])
    for one in element.walk("blockquote", "figcaption"):
        joined.children += one.children if one.tag == "blockquote" else [Element("p", {}, one.children)]
    return joined


def _rows(element: Element) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(plain(cell.line) for cell in row.elements) for row in element.walk("tr"))


def _terms(element: Element) -> tuple[tuple[str, ...], ...]:
    rows: list[list[str]] = []
    for one in element.walk("dt", "dd"):
        if one.line and one.tag == "dt":
            rows.append([plain(one.line)])
        elif one.line and rows:
            rows[-1].append(plain(one.line))
    return tuple(map(tuple, rows))
