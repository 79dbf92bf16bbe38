"""The spacing of a language in HTML: seen through inline elements, never in code, addresses or attributes."""

from __future__ import annotations

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
"""Where a piece stands: among the children of an element, and at which of them."""


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
    pieces: list[str] = []
    slots: list[_Slot] = []
    _collect(nodes, pieces, slots, is_verbatim=False)
    changed = microtypography_pieces(pieces, language, rules)
    for piece, text in changed.items():
        children, at = slots[piece]
        children[at] = text
    return bool(changed)


def _collect(nodes: list[Node], pieces: list[str], slots: list[_Slot], *, is_verbatim: bool) -> None:
    """Add each piece of text to ``pieces``, and where it stands to ``slots``."""
    for at, node in enumerate(nodes):
        if isinstance(node, str):
            pieces.append("x" * len(node) if is_verbatim else node)
            slots.append((nodes, at))
            continue
        tag = node.tag
        is_inline = tag in _INLINE
        if not is_inline or tag == "sup":
            pieces.append(_APART)
            slots.append((nodes, at))
        if tag in VOID:
            continue
        _collect(node.children, pieces, slots, is_verbatim=is_verbatim or tag in _VERBATIM)
        if not is_inline:
            pieces.append(_APART)
            slots.append((nodes, at))
