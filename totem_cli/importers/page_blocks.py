"""The blocks of a page: headings, paragraphs, lists and tables in reading order, its furniture told apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from totem_cli.importers.html_tree import BLOCKS, HEADINGS, PLAYERS, Element, collapsed
from totem_cli.importers.page_editors import FOOTNOTE
from totem_cli.importers.page_facts import field_of
from totem_cli.importers.page_values import plain, rows_of, terms_of, words
from totem_cli.importers.page_words import FURNITURE_WORDS, LABELLED, furniture_kind
from totem_cli.importers.prose import markdown

PSEUDO = 7
"""The level of a paragraph that is a heading by its looks: short, and all in bold."""

_GONE = frozenset("aside button dialog form input label link meta nav select textarea title".split())
_HEAD = frozenset(["link", "meta", "title"])
_FORMS = frozenset("button form input label select textarea".split())
_WHOLE = frozenset([*HEADINGS, "ul", "ol", "dl", "table", "hr"])
_GONE_ROLES = frozenset(["banner", "complementary", "contentinfo", "navigation", "search"])
_KEPT_ASIDES = frozenset(
    ["guests", "invites", "speakers", "intervenants", "questions", "pullquote", "quote", "note", "callout"]
)
_WIDGETS = frozenset({"widget", "widgets"})
_NAMED_FURNITURE_ONLY = frozenset([*HEADINGS, *"p a span strong em b i".split()])
_NAMED_FURNITURE = frozenset(
    "screen-reader-text sr-only visually-hidden byline posted-on post-info date-header skip-link skip info-publi"
    " arbo".split()
)
"""The only words of :data:`FURNITURE_WORDS` that make furniture of a heading, a paragraph or words."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list; ``notes`` are paragraphs in it with the words of their class."""

    text: str
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A block: its words, its Markdown, its kind.

    Kinds are ``heading``, ``text``, ``list``, ``table``, ``rule``, ``other``, ``terms``, and ``fields``: terms
    that a content management system wrote. ``times`` are the texts of ``time`` elements with the moments that they
    state, ``players`` the addresses and tags of what plays something.
    """

    kind: str
    text: str
    markdown: str = ""
    level: int = 0
    lines: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    ordered: bool = False
    linked: tuple[tuple[str, str], ...] = ()
    times: tuple[tuple[str, str], ...] = ()
    players: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Reading:
    """The blocks of a page; the texts that are no part of them, each with what it is; when the page was published."""

    blocks: list[Block] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    published: str = ""


def read_blocks(content: Element) -> list[Block]:
    """The blocks of an element, in order."""
    return Reader(content).read(content)


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


class Reader:
    """Reads elements into one :class:`Reading`; ``content`` is the main part of the page."""

    def __init__(self, content: Element) -> None:
        self._half = max(len(content.line) // 2, 1)
        self.reading = Reading()

    def read(self, element: Element) -> list[Block]:
        """Add the blocks of an element to the reading; all that it has now."""
        self.reading.blocks += _joined(self.blocks(element))
        return self.reading.blocks

    def blocks(self, element: Element) -> Iterator[Block]:
        """The blocks in an element; its furniture goes to the reading."""
        run: list[Element | str] = []
        for child in element.children:
            if isinstance(child, str):
                run.append(child)
            elif kind := self.kind_of_furniture(child):
                self.leave_out(child, kind)
            elif "field-label" in child.class_words or "field__label" in child.class_words:
                yield from _paragraphs(run)
                run = []
                yield _labelled(element)
                return
            elif next(child.walk(*BLOCKS), None) and not _is_card(child):
                yield from _paragraphs(run)
                run = []
                yield from self._block(child)
            else:
                run.append(child)
        yield from _paragraphs(run)

    def leave_out(self, element: Element, kind: str) -> None:
        """Tell the text of an element, that of the forms in it apart."""
        if element.tag in _HEAD:
            return
        if not self.reading.published and "comment" not in kind and kind != "furniture of the page":
            self.reading.published = next((when for _, when in _times(element)), "")
        for one in [*element.walk("form")] if element.tag != "form" else []:
            if text := _apart(one):
                self.reading.left_out.append((furniture_kind(one.class_words | {"form"}), text))
            one.children = []
        if text := _apart(element):
            self.reading.left_out.append((kind, text))

    def kind_of_furniture(self, element: Element) -> str:
        """What an element is that is no part of the text; empty for a part of it."""
        tag, words = element.tag, element.class_words
        if tag == "aside" and (words & _KEPT_ASIDES or _says_when(element)):
            return ""
        if tag in _FORMS:
            return furniture_kind(words | {"form"})
        if tag in _GONE or element.get("role") in _GONE_ROLES:
            return furniture_kind(words | {tag, element.get("role")})
        if "hidden" in element.attributes or element.get("aria-hidden") == "true":
            return "hidden on the page"
        if tag == "footer":
            return furniture_kind(words | {"footer"}) if len(element.line) < self._half else ""
        if tag in _NAMED_FURNITURE_ONLY:
            words = words & _NAMED_FURNITURE
        if not _WIDGETS & {*element.get("class").lower().split()}:
            words = words - _WIDGETS  # page builders call every part of a page so: elementor-widget
        if words & FURNITURE_WORDS and len(element.line) < self._half and not next(element.walk("h1"), None):
            return furniture_kind(words)
        return ""

    def _block(self, element: Element) -> Iterator[Block]:
        tag = element.tag
        element = _quotation(element) if tag == "figure" and "quotation" in element.class_words else element
        if tag in ("blockquote", "pre", "figure") and not next(element.walk("h1", "h2", "table"), None):
            block = _block("other", element)
            if block.markdown:
                yield block
        elif tag not in _WHOLE:
            yield from self.blocks(element)
        elif tag == "hr" or not element.line:
            yield from [Block("rule", "", "* * *")] if tag == "hr" else []
        elif tag in ("ul", "ol"):
            yield from _list(element)
        elif tag == "dl":
            yield _block(("terms", "fields")["article-info" in element.class_words], element, rows=terms_of(element))
        elif tag == "table":
            yield _block(("table", "fields")["properties" in element.class_words], element, rows=rows_of(element))
        elif "subtitle" in element.class_words and tag != "h1":
            yield _block("text", element, markdown=words(element), lines=(words(element),))
        else:
            yield _block("heading", element, level=int(tag[1]) if tag in HEADINGS else 0)


def _says_when(element: Element) -> bool:
    """Whether an element has a label for when or where something takes place."""
    labels = element.walk(*HEADINGS, "dt", "th", "b", "strong")
    return any(field_of(re.split(" [&/+]", one.line)[0]) in ("date", "place") for one in labels if len(one.line) < 40)


def _is_card(element: Element) -> bool:
    """Whether an element is a link around a few words in boxes, which is one line."""
    inner = next(element.walk(*HEADINGS, "p", "ul", "ol", "table", "figure", "blockquote"), None)
    return element.tag == "a" and bool(element.get("href")) and inner is None


def _list(element: Element) -> Iterator[Block]:
    """A list, or the fields that it is a list of."""
    if "eventitem-meta" in element.class_words:
        yield _of_event(element)
    elif any("field-label" in one.class_words for one in element.walk("span")):
        yield from map(_labelled, element.elements)
    else:
        yield _block("list", element, items=tuple(_items(element)), ordered=element.tag == "ol")


def _of_event(element: Element) -> Block:
    """When and where, as Squarespace lists it of an event: each hour twice, the lines of an address without spaces."""
    twice = [one for one in element.walk() if "event-time-24hr" in one.class_words]
    if next((one for one in element.walk() if "event-time-12hr" in one.class_words), None):
        for one in twice:
            one.children = []
    lines = [words(one) for one in element.walk() if "eventitem-meta-address-line" in one.class_words]
    when = ", ".join(text for one in element.elements if (text := words(one)))
    is_when = next(element.walk("time"), None) is not None
    rows = (("place", ", ".join(lines)) if lines else ("date", when) if is_when else (when,),)
    return _block("fields", Element("ul", {}, []), text=words(element), rows=rows)


def _apart(element: Element) -> str:
    """The texts in an element, apart from each other: entries of a menu and buttons have no space between them."""
    found: list[str] = []
    waiting: list[Element | str] = [element]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            found.append(one)
        else:
            waiting += reversed(one.children)
    return collapsed(" ".join(found))


def _block(kind: str, element: Element, **more: Any) -> Block:
    links = ((words(one), one.get("href")) for one in element.walk("a") if one.line and one.get("href"))
    written = plain(markdown([element]))
    players = tuple(
        (one.get("src") or one.get("data-src") or one.get("data"), one.tag) for one in element.walk(*PLAYERS)
    )
    found = Block(kind, words(element), written, linked=tuple(links), times=_times(element), players=players)
    return replace(found, **more)


def _times(element: Element) -> tuple[tuple[str, str], ...]:
    """The texts of the elements that state a moment, with it."""
    found = ((one.line, one.get("datetime") or one.get("title")) for one in element.walk("time", "abbr"))
    return tuple((plain(text), when) for text, when in found if text and re.match(r"\d{4}(?:-\d\d){0,2}(?!\d)", when))


def _labelled(element: Element) -> Block:
    """A field as content management systems show it: its label, then its values."""
    label, values = "", []
    for one in element.elements:
        if not label and {"field-label", "field__label"} & one.class_words:
            label = words(one).strip(" :\u00a0")
            continue
        inner = [two for two in one.walk() if {"field__item", "field-value", "field-item"} & two.class_words]
        inner = inner or [*one.walk("li")] or [one]
        values += [words(two) for two in inner if two.line]
    return _block("fields", element, rows=((label, *values),))


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
    for part in map(_links_apart, _headed(parts)):
        block = _block("text", element := Element("p", {}, part))
        if not block.markdown or not (block.text or "](" in block.markdown or "<http" in block.markdown):
            continue
        solid = [one for one in part if not _is_blank(one) and not _is_break(one)]
        lines = _labelled_lines(element) or tuple(
            line for line in (plain(FOOTNOTE.sub("", one)) for one in _lines(element)) if line
        )
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


def _links_apart(part: list[Element | str]) -> list[Element | str]:
    """A paragraph with a space between its links where it is nothing else than links to several addresses: a menu."""
    links = [one for one in part if not isinstance(one, str) and one.tag == "a"]
    is_menu = len(links) > 1 and len(links) == len(part) and len({one.get("href") for one in links}) == len(links)
    return [one for link in links for one in (link, " ")] if is_menu else part


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


def _labelled_lines(element: Element) -> tuple[str, ...]:
    """The lines of the source where each is ``Label: value``, as Markdown's paragraphs have them; else none."""
    lines = tuple(line for line in (plain(collapsed(one)) for one in element.text.split("\n")) if line)
    return lines if len(lines) > 1 and all(map(LABELLED.match, lines)) else ()


def _items(element: Element) -> Iterator[Item]:
    for child in element.elements:
        if child.line:
            paragraphs = [one for one in child.elements if one.tag in ("p", "div")]
            if answer := _answer(child):
                yield answer
                continue
            notes = [(one.get("class"), words(one)) for one in paragraphs[1:] if one.line]
            yield Item(words(paragraphs[0] if notes else child), tuple(notes))


def _answer(item: Element) -> Item | None:
    """A question in bold with what comes after it, or with the list in it; None where an item is no such question."""
    first, *others = [one for one in item.children if not isinstance(one, str) or one.strip()]
    if not isinstance(first, str) and first.tag in ("b", "strong") and others and first.line.endswith("?"):
        answer = Element("p", {}, others)
        if answer.line and not any(one.tag in ("ul", "ol") for one in answer.elements):
            return Item(words(first), (("", words(answer)),))
    inner = [one for one in item.elements if one.tag in ("ul", "ol") and one.line]
    own = Element("li", {}, [one for one in item.children if isinstance(one, str) or one.tag not in ("ul", "ol")])
    if not inner or not own.line.endswith("?"):
        return None
    return Item(words(own), tuple(("", words(one)) for each in inner for one in each.elements if one.line))


def _quotation(element: Element) -> Element:
    """An attributed quotation as totem's pages have it, as a quotation that ends with its attribution."""
    joined = Element("blockquote", {}, [])
    for one in element.walk("blockquote", "figcaption"):
        joined.children += one.children if one.tag == "blockquote" else [Element("p", {}, one.children)]
    return joined
