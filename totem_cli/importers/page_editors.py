"""Pages that an editor saved as HTML (Google Docs, Word, LibreOffice), with their meaning as plain HTML has it.

Styles become emphasis and headings, lists are nested, addresses lead where they say. An editor's comments are taken
out; footnotes leave a mark in the text, and are given apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from totem_cli.importers.html_tree import Element

_STYLE = re.compile(r"<style\b[^<>]*>")
_CLASS = re.compile(r"\s*(?:span|p|li)?\.([\w-]+)\s*")
_EMPHASIS = {
    "strong": re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)"),
    "em": re.compile(r"font-style\s*:\s*italic"),
    "del": re.compile(r"text-decoration[\w-]{0,20}\s*:[^;]{0,100}line-through"),
}
_MEANS_NOTHING = frozenset(["span", "font"])
_LIST_CLASS = re.compile(r"lst-(?P<list>\S+)-(?P<level>\d)")
_WORD_HEADING = re.compile(r"(?:mso)?(?:heading|titre|überschrift|título|titolo)(?P<level>[1-6])?", re.IGNORECASE)
_WORD_ITEM = re.compile(r"[·•▪§o\uf0b7\uf0a7–-][\s\u00a0]+|(?P<number>\d{1,3}|[a-z])[.)][\s\u00a0]+")
_FOOTNOTE_MARK = re.compile(r"#(?:_?ftnt?|sdfootnote)(?P<number>\d{1,4})(?:sym)?")
_FOOTNOTE_TEXT = re.compile(r"#(?:ftnt_ref|_ftnref|sdfootnote)(?P<number>\d{1,4})(?:anc)?")
FOOTNOTE = re.compile("\uf8f0(\\d{1,4})\uf8f1")
"""The mark of a footnote in the text of the tree."""

_OF_EDITORS = re.compile(r"_?ftn|sdfootnote|cmnt|_msocom")
_HOLDS_A_NOTE = frozenset("li p div aside dd section td".split())
_REDIRECT_HOSTS = frozenset(["www.google.com", "google.com"])
_MOST_STYLES = 5000


@dataclass
class Apart:
    """What is no longer in a tree: an editor's comments, and the footnotes by the number of their mark."""

    comments: list[str] = field(default_factory=list)
    footnotes: dict[str, Element] = field(default_factory=dict)


def plain_html(root: Element, html: str) -> Apart:
    """Rewrite the tree of a page in place; what is taken out of it."""
    emphasis = _emphasis_of_classes(html)
    for element in root.walk():
        if element.tag == "a" and "google.com/url" in element.get("href"):
            element.attributes["href"] = _true_address(element.get("href"))
        _retag(element)
        if element.tag in _MEANS_NOTHING and (emphasis or element.get("style")):
            _emphasise(element, emphasis)
    apart = Apart()
    _linked_footnotes(root, apart)
    for element in root.walk():
        element.children = [one for child in element.children for one in _kept(child, apart)]
        element.children = _listed(element.children)
    return apart


def with_footnotes(text: str, footnotes: Mapping[str, str]) -> str:
    """A text in Markdown with the footnotes that its marks refer to."""
    numbers = dict.fromkeys(number for number in FOOTNOTE.findall(text) if number in footnotes)
    notes = [f"[^{number}]: {footnotes[number]}".replace("\n", "\n    ") for number in numbers]
    return "\n\n".join([FOOTNOTE.sub(r"[^\1]", text), *notes])


def _linked_footnotes(root: Element, apart: Apart) -> None:
    """Take out footnotes whose marks lead to their texts, and these back, as generators and SPIP have them."""
    holders = {id(child): one for one in root.walk() for child in one.elements}
    named: dict[str, Element] = {}
    for one in root.walk():
        for name in (one.get("id"), one.get("name") if one.tag == "a" else ""):
            named.setdefault(name, one)
    taken: dict[str, str] = {}
    for mark in [*root.walk("a")]:
        target = mark.get("href").removeprefix("#")
        outer = holders.get(id(mark), root)
        back = {mark.get("id"), mark.get("name"), outer.get("id")} - {""}
        text = named.get(target)
        if (
            not mark.get("href").startswith("#")
            or _OF_EDITORS.match(target)
            or not re.fullmatch(r"\W?[\w*†]{1,4}\W?", mark.line)
            or text is None
        ):
            continue
        if target not in taken:
            while text.tag not in _HOLDS_A_NOTE and id(text) in holders:
                text = holders[id(text)]
            returns = [one for one in text.walk("a") if one.get("href").removeprefix("#") in back]
            if not returns or not back or any(one is mark for one in text.walk("a")):
                continue
            _take_out(returns, text, holders)
            taken[target] = str(1 + len(taken))
            apart.footnotes[taken[target]] = Element("div", {}, text.children)
            text.children = []
        is_only = outer.tag in ("sup", "span") and len(outer.line) <= len(mark.line) + 4
        place = outer if is_only else mark
        place.tag, place.children = "span", [f"\uf8f0{taken[target]}\uf8f1"]


def _take_out(returns: Sequence[Element], text: Element, holders: dict[int, Element]) -> None:
    """Take out of a footnote the links back to its marks, with the brackets around them."""
    for one in returns:
        outer = holders[id(one)]
        is_only = outer is not text and outer.tag in ("sup", "span") and len(outer.line) <= len(one.line) + 4
        (outer if is_only else one).children = []


def _emphasis_of_classes(html: str) -> dict[str, tuple[str, ...]]:
    """The emphasis that each class of the page's style sheets gives."""
    found: dict[str, tuple[str, ...]] = {}
    position = 0
    while opened := _STYLE.search(html, position):
        position = html.find("</style", opened.end())
        position = len(html) if position < 0 else position
        for text in html[opened.end() : position].split("}"):
            selectors, _, rule = text.partition("{")
            tags = _emphasis_in(rule)
            for selector in selectors.split(",") if tags else ():
                if (match := _CLASS.fullmatch(selector)) and len(found) < _MOST_STYLES:
                    found[match[1]] = (*found.get(match[1], ()), *tags)
    return found


def _emphasis_in(style: str) -> tuple[str, ...]:
    return tuple(tag for tag, pattern in _EMPHASIS.items() if pattern.search(style))


def _emphasise(element: Element, emphasis: dict[str, tuple[str, ...]]) -> None:
    """Put the elements of emphasis around what the styles of a ``span`` set off."""
    tags = dict.fromkeys(
        [tag for name in element.get("class").split() for tag in emphasis.get(name, ())]
        + list(_emphasis_in(element.get("style")))
    )
    if not element.line:
        return
    for tag in tags:
        element.children = [Element(tag, {}, element.children)]


def _true_address(address: str) -> str:
    """Where a link leads that Google Docs has put its own address before."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    if parts.hostname in _REDIRECT_HOSTS and parts.path == "/url":
        return next(iter(parse_qs(parts.query).get("q", ())), address)
    return address


def _retag(element: Element) -> None:
    """Headings that an editor writes as paragraphs become headings."""
    if element.tag != "p":
        return
    for name in element.get("class").split():
        if name in ("title", "MsoTitle"):
            element.tag = "h1"
        elif (match := _WORD_HEADING.fullmatch(name)) and name.lower().startswith("mso"):
            element.tag = f"h{match['level'] or 2}"


def _kept(node: Element | str, apart: Apart) -> Iterator[Element | str]:
    """A child of an element, or the mark that stands for it; nothing for a comment and for the text of a footnote."""
    if isinstance(node, str):
        yield node
    elif _is_comment(node) or "msocomtxt" in node.get("class").lower():
        apart.comments += [node.line] if node.line else []
    elif _leads_to(node, "#cmnt") or _leads_to(node, "#_msocom"):
        return
    elif (note := _footnote(node)) and note not in apart.footnotes:
        apart.footnotes[note] = node
    elif len(node.line) <= 6 and (mark := _mark_of(node)):
        yield f"\uf8f0{mark}\uf8f1"
    else:
        yield node


def _mark_of(element: Element) -> str:
    """The number of the footnote that an element is only a mark of; else empty."""
    links = list(element.walk("a")) if element.tag in ("a", "sup", "span") else []
    match = _FOOTNOTE_MARK.fullmatch(links[0].get("href")) if len(links) == 1 else None
    return match["number"] if match and links[0].line == element.line else ""


def _footnote(element: Element) -> str:
    """The number of the footnote whose text an element is; else empty. Its own mark is taken out of it."""
    if element.tag not in ("div", "p"):
        return ""
    for holder in element.walk("p", "div"):
        for child in holder.elements[:1]:
            match = _FOOTNOTE_TEXT.fullmatch(child.get("href")) if child.tag == "a" else None
            if match and element.line.startswith(child.line):
                holder.children.remove(child)
                return match["number"]
        if holder.line and holder is not element:
            break
    return ""


def _leads_to(element: Element, name: str) -> bool:
    """Whether an element is only a mark such as ``[a]`` that leads to a comment."""
    if element.tag not in ("sup", "a") or len(element.line) > 6:
        return False
    return any(one.get("href").startswith(name) and "_ref" not in one.get("href") for one in element.walk("a"))


def _is_comment(element: Element) -> bool:
    """Whether an element holds one comment of Google Docs and nothing else."""
    if element.tag not in ("div", "p"):
        return False
    marks = [one for one in element.walk("a") if re.fullmatch(r"cmnt\d+", one.get("id") or one.get("name"))]
    return len(marks) == 1 and marks[0].get("href").startswith("#cmnt_ref") and element.line.startswith(marks[0].line)


def _listed(children: Sequence[Element | str]) -> list[Element | str]:
    """The children with lists in lists: Google Docs writes each level as a list of its own, Word as paragraphs."""
    done: list[Element | str] = []
    open_lists: list[tuple[str, int, Element]] = []  # name, level and element of the lists that the next may go on
    for child in children:
        if isinstance(child, str):
            if child.strip():
                open_lists = []
            done.append(child)
            continue
        if not (found := _level_of(child)):
            open_lists = []
            done.append(child)
            continue
        name, level, element = found
        while open_lists and open_lists[-1][1] > level:
            open_lists.pop()
        if open_lists and open_lists[-1][:2] == (name, level) and open_lists[-1][2].tag == element.tag:
            open_lists[-1][2].children += element.children
            continue
        if open_lists and open_lists[-1][1] == level:
            open_lists.pop()
        items = open_lists[-1][2].elements if open_lists else []
        if items:
            items[-1].children.append(element)
        else:
            done.append(element)
        open_lists.append((name, level, element))
    return done


def _level_of(element: Element) -> tuple[str, int, Element] | None:
    """The list that an element is or begins, with its name and level; None where it is no list of an editor's."""
    if element.tag in ("ul", "ol"):
        for name in element.get("class").split():
            if match := _LIST_CLASS.fullmatch(name):
                return match["list"], int(match["level"]), element
    if element.tag == "p" and "msolistparagraph" in element.get("class").lower():
        text = element.text.lstrip("\r\n\t \u00a0")
        mark = _WORD_ITEM.match(text)
        if not mark:
            return None
        item = Element("li", {}, list(_without_start(element.children, len(element.text) - len(text) + mark.end())))
        level = re.search(r"level(\d)", element.get("style"))
        tag = "ol" if mark["number"] else "ul"
        return "word", int(level[1]) if level else 1, Element(tag, {}, [item])
    return None


def _without_start(children: Sequence[Element | str], length: int) -> Iterator[Element | str]:
    """The children without so many characters of their text at the start."""
    for child in children:
        size = len(child) if isinstance(child, str) else len(child.text)
        if length >= size and (size or length):
            length -= size
        elif not length:
            yield child
        elif isinstance(child, str):
            yield child[length:]
            length = 0
        else:
            yield Element(child.tag, child.attributes, list(_without_start(child.children, length)))
            length = 0
