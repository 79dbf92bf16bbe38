"""The main part of a page, and what stands around it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from totem_cli.importers.html_tree import HEADINGS, Element
from totem_cli.importers.page_blocks import Reader, Reading
from totem_cli.importers.page_words import episode_heading

_OUTSIDE = "outside the main part of the page"
_MOST_BESIDE = 800
"""Characters that may stand beside the text of a page, with its title: who writes, what comes before and after."""

_LONGEST_TITLE = 200
_NAMED = frozenset(["entry-title", "post-title", "article-title"])
_TITLES = frozenset(["entry-title", "post-title", "article-title", "article-titre", "page-title", "p-name"])


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
                return _with_title(root, best)
    return root


def _with_title(root: Element, best: Element) -> Element:
    """The element that holds the text and the title of its page beside it, where that is little more than the text."""
    if best.tag in ("main", "article") or next(best.walk("h1"), None):
        return best
    around = [one for one in root.walk() if one.tag in ("div", "section", "td") and next(one.walk("h1"), None)]
    holders = [one for one in around if any(inner is best for inner in one.walk())]
    near = holders[-1] if holders else best
    return near if len(near.line) < 2 * len(best.line) + _MOST_BESIDE else best


def trail_of(root: Element) -> list[str]:
    """The names of the pages that a page says it is below, from the outermost."""
    trails = (one for one in root.walk() if {"breadcrumb", "breadcrumbs"} & one.class_words)
    return [link.line for link in next(trails, Element("nav", {}, [])).walk("a") if link.line]


def _is_whole(best: Element, found: Sequence[Element]) -> bool:
    """Whether no other of the elements holds an episode: several articles may be parts of one text."""
    inside = set(map(id, best.walk()))
    others = [one for one in found if id(one) not in inside]
    top = _heading(best) if best.tag == "article" else None
    if top not in (None, "h1") and any(
        one.get("class") == best.get("class") and _heading(one) == top for one in others
    ):
        return False  # a list of articles, each with a title
    return not any(episode_heading(heading.line) for one in others for heading in one.walk("h2", "h3"))


def _heading(element: Element) -> str | None:
    """The tag of the first heading in an element."""
    return next((one.tag for one in element.walk(*HEADINGS)), None)


def read_page(root: Element) -> Reading:
    """The blocks of a page: its main part, after the heading and the lines above it that stand outside of it."""
    for element in root.walk():
        element.children = [one for one in element.children if isinstance(one, str) or not _permalink(one)]
    _demote(root)
    content = content_of(root)
    reader = Reader(content)
    heading = None
    if content is not root:
        has_title = next(content.walk("h1"), None) is not None
        before, after = _around(root, content)
        heading = None if has_title else next((one for one in (*before, *after) if next(one.walk("h1"), None)), None)
        for one in before:
            if one is heading or (one.tag in ("p", "hgroup", *HEADINGS) and not reader.kind_of_furniture(one)):
                reader.read(_beside_title(one))
            reader.leave_out(one, reader.kind_of_furniture(one) or _OUTSIDE)
    reader.read(content)
    if content is not root:
        for one in after:
            if one is heading:
                reader.reading.blocks[:0] = Reader(content).read(_beside_title(one))
            reader.leave_out(one, reader.kind_of_furniture(one) or _OUTSIDE)
    return reader.reading


def _demote(root: Element) -> None:
    """Make headings of the second level of those that stand before the one that the page marks as its title."""
    titles = [one for one in root.walk("h1") if _TITLES & one.class_words or one.get("itemprop") == "headline"]
    others = (one for one in root.walk("span", "p", "strong", "div") if _NAMED & {*one.get("class").split()})
    title = next((one for one in others if one.line and len(one.line) < _LONGEST_TITLE), None)
    if title and not titles and not any(_NAMED & one.class_words for one in root.walk("h2")):
        title.tag, titles = "h1", [title]  # SPIP marks the site as the first heading, and the title by its class
    named = [one for one in root.walk("h2", "h3", "h4") if _NAMED & {*one.get("class").split()}]
    if not titles and len(named) == 1:  # the site is the first heading, and one post below it
        titles, named[0].tag = [named[0]], "h1"
    before = takewhile(lambda one: one is not titles[0], root.walk("h1")) if titles else ()
    for one in list(before):
        one.tag = "h2"


def _around(root: Element, content: Element) -> tuple[list[Element], list[Element]]:
    """What stands before and after an element of the tree, in order; text that no element holds is put into one."""
    before: list[Element] = []
    after: list[Element] = []
    holder = root
    while holder is not content:
        parts = [one if isinstance(one, Element) else Element("span", {}, [one]) for one in holder.children]
        index = next(at for at, one in enumerate(parts) if any(content is inner for inner in one.walk()))
        before += parts[:index]
        after[:0] = parts[index + 1 :]
        holder = parts[index]
    return before, after


def _beside_title(element: Element) -> Element:
    """Take out of an element the one that holds its first ``h1``: that."""
    holder, title = element, element
    while title.tag != "h1" and (inner := next((one for one in holder.elements if next(one.walk("h1"), None)), None)):
        if inner.tag == "h1":
            break
        holder = inner
    taken = Element("div", {}, [holder] if holder is element and element.tag in HEADINGS else holder.children)
    holder.children = []
    return taken


def _permalink(element: Element) -> bool:
    """Whether an element is a sign to copy an address from: ``#`` or ``¶`` beside a heading or a question."""
    return element.tag == "a" and element.get("href").startswith("#") and element.line.strip() in ("#", "¶", "§", "🔗")
