"""The words of clean HTML, without their markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from totem_cli.markup.tree import Node

_BLOCK_NAMES = (
    "blockquote caption dd dl dt details figure figcaption h1 h2 h3 h4 h5 h6 hr li ol ul p pre summary table tbody "
    "tfoot thead tr"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_GAPS = frozenset(("br", "td", "th"))
_SPACES = re.compile(r"[ \t]{2,}|\t")
_ALL_SPACES = re.compile(r"[\t\n\r\f\v][ \t\n\r\f\v]*| [ \t\n\r\f\v]+")  # but one space alone, of which there are many
# an excerpt does not end with what opens or joins
_DANGLING = " \u00a0\u202f,;:–—-«“‘(["
_NEXT = "\0"
"""Begins a top-level block, among its words: no text of clean HTML holds it."""


def lines(nodes: Iterable[Node]) -> list[str]:
    """The words of clean HTML: one paragraph, heading, item or table row a line; empty ones are left out."""
    return _lines("".join(_words(nodes)).replace(_NEXT, ""))


def blocks(nodes: Iterable[Node]) -> list[list[str]]:
    """The lines of each top-level block of clean HTML that has any."""
    return [found for found in map(_lines, "".join(_words(nodes)).split(_NEXT)) if found]


def _lines(text: str) -> list[str]:
    if "  " in text or "\t" in text:
        text = _SPACES.sub(" ", text)
    return [line for line in (part.strip(" ") for part in text.split("\n")) if line]


def _words(nodes: Iterable[Node], *, inside: bool = False) -> Iterator[str]:
    """Each piece of text, with a line feed at the ends of each block."""
    for node in nodes:
        if isinstance(node, str):
            yield node.replace("\n", " ")
        elif node.tag == "img":
            yield node.attributes.get("alt", "").replace("\n", " ")
        elif node.tag in _BLOCKS:
            yield "\n" if inside else f"{_NEXT}\n"
            yield from _words(node.children, inside=True)
            yield "\n"
        else:
            yield from _words(node.children, inside=inside)
            if node.tag in _GAPS:
                yield " "


def excerpt(text: str, limit: int = 200) -> str:
    """The text in one line of at most ``limit`` characters: whole, or cut at a word with an ellipsis."""
    line = _ALL_SPACES.sub(" ", text).strip(" ")
    if len(line) <= limit:
        return line
    if limit < 1:
        return ""
    cut = line.rfind(" ", 0, limit)
    kept = line[:cut].rstrip(_DANGLING) if cut > 0 else ""
    if not kept:
        cut = limit - 1
        while cut > 0 and unicodedata.combining(line[cut]):
            cut -= 1
        kept = line[:cut]
    return kept + "…"
