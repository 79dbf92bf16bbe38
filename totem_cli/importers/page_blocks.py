"""The blocks of a page: headings, paragraphs, lists and tables in reading order, without the page's furniture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from totem_cli.importers.html_tree import BLOCKS
from totem_cli.importers.hypertext import Element
from totem_cli.importers.page_words import FURNITURE_WORDS, episode_heading
from totem_cli.importers.prose import to_markdown

PSEUDO = 7
"""The level of a paragraph that is a heading by its looks: short, and all in bold."""

_GONE = frozenset(
    [
        "aside",
        "button",
        "dialog",
        "form",
        "input",
        "label",
        "link",
        "meta",
        "nav",
        "script",
        "select",
        "textarea",
        "title",
    ]
)
_WHOLE = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "hr"])
_GONE_ROLES = frozenset(["banner", "complementary", "contentinfo", "navigation", "search"])
_KEPT_ASIDES = frozenset(
    ["guests", "invites", "speakers", "intervenants", "questions", "pullquote", "quote", "note", "callout"]
)
_PRESENTATION = re.compile(r"(?<=«)[\u00a0\u202f]|[\u00a0\u202f](?=[;:!?»%€])")
_BREAK = "\u2028"


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
    for found in (
        [one for one in root.walk() if one.tag == "main" or one.get("role") == "main"],
        [one for one in root.walk() if one.tag == "article"],
        [one for one in root.walk() if {"entry-content", "post-content", "articlebody"} & set(one.words)],
    ):
        if found:
            best = max(found, key=lambda one: len(one.line))
            if 2 * len(best.line) >= sum(len(one.line) for one in found) and _mostly(best, found):
                return best
    return root


def _mostly(best: Element, found: Sequence[Element]) -> bool:
    """Several articles of like length are parts of one text, not a text and its neighbours."""
    inside = set(map(id, best.walk()))
    others = [one for one in found if id(one) not in inside]
    return not any(
        any(episode_heading(child.line) for child in one.walk() if child.tag in ("h2", "h3")) for one in others
    )


def read_blocks(content: Element) -> list[Block]:
    """The blocks of an element, in order."""
    for element in content.walk():
        element.children = [one for one in element.children if isinstance(one, str) or not _permalink(one)]
    return _joined(_Reader(content).blocks(content))


def _permalink(element: Element) -> bool:
    """Whether an element is a sign to copy an address from: ``#`` or ``¶`` beside a heading or a question."""
    return element.tag == "a" and element.get("href").startswith("#") and element.line.strip() in ("#", "¶", "§", "🔗")


def _joined(blocks: Iterable[Block]) -> list[Block]:
    """Lists of one item each, one after the other, are one list: some editors begin a new one at each item."""
    found: list[Block] = []
    growing = False
    for block in blocks:
        last = found[-1] if found else None
        single = block.kind == "list" and len(block.items) == 1
        if (
            single
            and last
            and last.kind == "list"
            and last.ordered == block.ordered
            and (growing or len(last.items) == 1)
        ):
            found[-1] = replace(
                last,
                text=f"{last.text} {block.text}",
                markdown=f"{last.markdown}\n{block.markdown}",
                items=(*last.items, *block.items),
                linked=(*last.linked, *block.linked),
            )
            growing = True
        else:
            found.append(block)
            growing = False
    return found


class _Reader:
    def __init__(self, content: Element) -> None:
        self._half = max(len(content.line) // 2, 1)

    def blocks(self, element: Element) -> Iterator[Block]:
        run: list[Element | str] = []
        for child in element.children:
            if isinstance(child, Element) and self._gone(child):
                continue
            if isinstance(child, Element) and (child.tag in BLOCKS or _holds_blocks(child)):
                yield from _paragraphs(run)
                run = []
                yield from self._block(child)
            else:
                run.append(child)
        yield from _paragraphs(run)

    def _gone(self, element: Element) -> bool:
        tag, words = element.tag, set(element.words)
        if tag == "aside" and words & _KEPT_ASIDES:
            return False
        if tag in _GONE or element.get("role") in _GONE_ROLES or "hidden" in element.attributes:
            return True
        if element.get("aria-hidden") == "true" or tag == "footer":
            return tag != "footer" or len(element.line) < self._half
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6", "p", "a", "span", "strong", "em", "b", "i") and not words & {
            "screen-reader-text", "sr-only", "visually-hidden", "byline", "posted-on", "skip-link", "skip",
            "info-publi", "arbo",
        }:  # fmt: skip
            return False
        return (
            bool(words & FURNITURE_WORDS)
            and len(element.line) < self._half
            and not any(one.tag == "h1" for one in element.walk())
        )

    def _block(self, element: Element) -> Iterator[Block]:
        tag, words = element.tag, plain(element.line)
        if tag == "figure" and "quotation" in element.words:
            element = _quotation(element)
        if tag in ("blockquote", "pre", "figure") and not any(
            one.tag in ("h1", "h2", "table") for one in element.walk()
        ):
            if markdown := _markdown(element):
                yield Block("other", words, markdown, linked=_links(element))
        elif tag not in _WHOLE:
            yield from self.blocks(element)
        elif words and tag in ("ul", "ol"):
            yield _list(element)
        elif words:
            made = Block("heading", words, _markdown(element), linked=_links(element))
            if tag == "dl":
                made = replace(made, kind="terms", rows=_terms(element))
            elif tag == "table":
                made = replace(made, kind="table", rows=_rows(element))
            elif "subtitle" in element.words and tag != "h1":
                made = replace(made, kind="text", markdown=words, lines=(words,))
            else:
                made = replace(made, level=int(tag[1]))
            yield made


def _holds_blocks(element: Element) -> bool:
    return any(one.tag in BLOCKS for one in element.walk())


def _paragraphs(run: Sequence[Element | str]) -> Iterator[Block]:
    """The words between blocks; two line ends in a row begin a paragraph, as pasted text has it."""
    parts: list[list[Element | str]] = [[]]
    breaks = 0
    for child in run:
        if isinstance(child, Element) and child.tag == "br":
            breaks += 1
            parts[-1].append(child)
            continue
        if breaks > 1 and not (isinstance(child, str) and not child.strip()):
            parts.append([])
        if not isinstance(child, str) or child.strip():
            breaks = 0
        parts[-1].append(child)
    for part in _headed(parts):
        element = Element("p", {})
        element.children = part
        text, markdown = plain(element.line), _markdown(element)
        if not markdown or not (text or "](" in markdown or "<http" in markdown):
            continue
        solid = [
            one
            for one in part
            if not (isinstance(one, str) and not one.strip()) and not (isinstance(one, Element) and one.tag == "br")
        ]
        bold = bool(solid) and all(isinstance(one, Element) and _bold(one) for one in solid)
        lines = tuple(line for line in (plain(one) for one in _lines(element)) if line)
        if bold and len(text) < 160 and len(lines) == 1:
            yield Block("heading", text, markdown, PSEUDO, lines, linked=_links(element))
        else:
            yield Block("text", text, markdown, lines=lines, linked=_links(element))


def _headed(parts: list[list[Element | str]]) -> Iterator[list[Element | str]]:
    """Paragraphs, those that begin with a line all in bold parted there."""
    for part in parts:
        solid = [place for place, one in enumerate(part) if not isinstance(one, str) or one.strip()]
        first = part[solid[0]] if solid else ""
        cut = solid[1] if len(solid) > 2 else 0
        ended = part[cut] if cut else ""
        if isinstance(first, Element) and _bold(first) and isinstance(ended, Element) and ended.tag == "br":
            yield part[:cut]
            yield part[cut + 1 :]
        else:
            yield part


def _bold(element: Element) -> bool:
    inside = [one for one in element.children if not isinstance(one, str) or one.strip()]
    if element.tag in ("strong", "b"):
        return True
    return (
        element.tag in ("span", "em", "i", "u", "a", "font")
        and len(inside) == 1
        and isinstance(inside[0], Element)
        and _bold(inside[0])
    )


def _lines(element: Element) -> list[str]:
    def told(one: Element | str) -> str:
        if isinstance(one, str):
            return re.sub(r"[ \t\n\r\f]+", " ", one)
        return _BREAK if one.tag == "br" else "".join(told(child) for child in one.children)

    return [line.strip(" ") for line in told(element).split(_BREAK)]


def _markdown(element: Element) -> str:
    return plain(to_markdown(element.html))


def _list(element: Element) -> Block:
    items = []
    for child in element.children:
        if isinstance(child, Element) and child.line:
            paragraphs = [one for one in child.children if isinstance(one, Element) and one.tag in ("p", "div")]
            notes = [one for one in paragraphs[1:] if one.line]
            text = paragraphs[0].line if notes else child.line
            items.append(Item(plain(text), tuple((one.get("class"), plain(one.line)) for one in notes)))
    return Block(
        "list",
        plain(element.line),
        _markdown(element),
        items=tuple(items),
        ordered=element.tag == "ol",
        linked=_links(element),
    )


def _quotation(element: Element) -> Element:
    """An attributed quotation as totem's pages have it, as a quotation that ends with its attribution."""
    whole = Element("blockquote", {})
    for one in element.walk():
        if one.tag == "blockquote":
            whole.children += one.children
        elif one.tag == "figcaption":
            source = Element("p", {})
            source.children = one.children
            whole.children.append(source)
    return whole


def _rows(element: Element) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(plain(cell.line) for cell in row.children if isinstance(cell, Element))
        for row in element.walk()
        if row.tag == "tr"
    )


def _terms(element: Element) -> tuple[tuple[str, ...], ...]:
    rows: list[list[str]] = []
    for one in element.walk():
        if one.tag == "dt" and one.line:
            rows.append([plain(one.line)])
        elif one.tag == "dd" and rows and one.line:
            rows[-1].append(plain(one.line))
    return tuple(map(tuple, rows))


def _links(element: Element) -> tuple[tuple[str, str], ...]:
    return tuple(
        (plain(one.line), one.get("href")) for one in element.walk() if one.tag == "a" and one.line and one.get("href")
    )
