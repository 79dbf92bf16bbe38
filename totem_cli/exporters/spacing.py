"""The spacing of a language in HTML: seen through inline elements, never in code, addresses or attributes."""

from __future__ import annotations

from collections.abc import Iterator

from totem_cli.language.labels import is_french
from totem_cli.language.typography import Typography, may_need_spacing, microtypography_pieces
from totem_cli.markup.tree import VOID, Node, html_of, parse

_VERBATIM = frozenset(("code", "pre", "kbd", "samp"))
_INLINE_NAMES = (
    "a abbr b bdi bdo cite code del dfn em i ins kbd mark q s samp small span strong sub sup time u"  # no br, no img
)
_INLINE = frozenset(_INLINE_NAMES.split())
_APART = "\n"
"""Stands between texts that are not read as one: those of two blocks, a word and the number of its note."""

_Slot = tuple[list[Node], int]
"""Where a piece of text stands: among the children of an element, and at which of them."""


def spaced_html(html: str, language: str, rules: Typography) -> str:
    """Clean HTML with the spacing of its language."""
    if not (rules.apply and is_french(language) and may_need_spacing(html)):
        return html
    nodes = parse(html)
    return html_of(nodes) if set_spacing(nodes, language, rules) else html


def set_spacing(nodes: list[Node], language: str, rules: Typography) -> bool:
    """Give these nodes the spacing of their language, in place; whether anything changed."""
    if not (rules.apply and is_french(language)):
        return False
    slots: list[_Slot | None] = []
    pieces: list[str] = []
    for piece, slot in _pieces(nodes, is_verbatim=False):
        pieces.append(piece)
        slots.append(slot)
    is_changed = False
    for slot, before, after in zip(slots, pieces, microtypography_pieces(pieces, language, rules), strict=True):
        if slot and after is not before:
            slot[0][slot[1]] = after
            is_changed = True
    return is_changed


def _pieces(nodes: list[Node], *, is_verbatim: bool) -> Iterator[tuple[str, _Slot | None]]:
    for at, node in enumerate(nodes):
        if isinstance(node, str):
            yield ("x" * len(node), None) if is_verbatim else (node, (nodes, at))
            continue
        tag = node.tag
        if tag not in _INLINE or tag == "sup":
            yield _APART, None
        yield from _pieces(node.children, is_verbatim=is_verbatim or tag in _VERBATIM)
        if tag not in _INLINE and tag not in VOID:
            yield _APART, None
