"""HTML whose tags are nested beyond reason: a parser's time grows with the square of how deep they go."""

from __future__ import annotations

import re

from totem_cli.markup.tree import VOID

TOO_DEEP = 1000
_FLAT = VOID | frozenset("p li dt dd tr td th thead tbody tfoot colgroup option".split())
"""Elements that are void, or closed by the next one of their kind."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")


def is_too_deep(html: str) -> bool:
    """Return whether so many tags are open at once; those that are never closed count."""
    if html.count("<") <= TOO_DEEP:
        return False
    depth = 0
    for tag in _TAG.finditer(html):
        if tag[2].lower() not in _FLAT:
            depth = max(0, depth + (-1 if tag[1] else 1))
            if depth > TOO_DEEP:
                return True
    return False


def without_tags(html: str) -> str:
    """The text with a space in the place of each tag."""
    return re.sub(r"<[^<>]*>", " ", html)
