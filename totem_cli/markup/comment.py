"""Comments: a subset of Markdown as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from totem_cli.markup import characters
from totem_cli.markup.html import to_html
from totem_cli.markup.shape import HEADINGS
from totem_cli.markup.tree import Element, Node, elements, html_of, parse

if TYPE_CHECKING:
    import nh3

_TAGS = frozenset(["p", "br", "em", "strong", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a"])
_PARAGRAPHS = HEADINGS | {"figcaption", "caption", "summary"}
_IN_BRACKETS = re.compile(r"<(https?://[^\s<>]+)>", re.IGNORECASE)
_LESS = "\ue000"  # stands for what would begin raw HTML, until Markdown is done with the text
_WEB = ("http://", "https://")


def comment_html(markdown: str) -> str:
    """A comment as clean HTML: paragraphs, emphasis, lists, quotations, code, and links to other sites.

    A line break is kept. Of other Markdown (headings, pictures, tables) only the text is shown, HTML is shown as it was
    typed. Each link has ``rel="nofollow ugc"``, so that search engines do not count it as the archive's own.
    """
    html = to_html(_IN_BRACKETS.sub(r"\1", markdown).replace("<", _LESS)).replace(_LESS, "&lt;")
    cleaned = _cleaner().clean(html_of(_plain(parse(html)))).replace("&nbsp;", "\u00a0")
    return characters.allowed(cleaned).strip()


def _plain(nodes: Iterable[Node], *, in_paragraph: bool = False) -> Iterator[Node]:
    """The nodes of a recap as a comment may show them."""
    for node in nodes:
        if isinstance(node, str):
            yield from _broken(node) if in_paragraph else (node,)
        elif node.tag == "br" and in_paragraph:
            continue  # the line feed after it is a break
        elif node.tag in _PARAGRAPHS:
            yield Element("p", {}, [*_plain(node.children)])
        elif node.tag == "table":
            yield Element("p", {}, [*_rows(node)])
        elif node.tag == "a" and not node.attributes["href"].lower().startswith(_WEB):
            yield from _plain(node.children, in_paragraph=in_paragraph)
        else:
            inside = [*_plain(node.children, in_paragraph=in_paragraph or node.tag == "p")]
            yield Element(node.tag, node.attributes, inside)


def _broken(text: str) -> Iterator[Node]:
    """Text with a break at the end of each line."""
    first, *rest = text.split("\n")
    yield first
    for line in rest:
        yield from (Element("br", {}, []), "\n" + line)


def _rows(table: Element) -> Iterator[Node]:
    """The rows of a table as lines, their cells apart."""
    for number, row in enumerate(one for one in elements(table.children) if one.tag == "tr"):
        if number:
            yield from (Element("br", {}, []), "\n")
        cells = [cell for cell in row.children if isinstance(cell, Element)]
        for index, cell in enumerate(cells):
            yield from ([" | "] if index else [])
            yield from _plain(cell.children)


@cache
def _cleaner() -> nh3.Cleaner:
    import nh3

    return nh3.Cleaner(
        tags=set(_TAGS),
        attributes={"*": set(), "a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="nofollow ugc",
    )
