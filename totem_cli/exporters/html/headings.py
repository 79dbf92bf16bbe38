"""The headings of a recap: each with an anchor, the highest as its table of contents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

from markupsafe import Markup

from totem_cli.language.slug import slugify

LEAST = 3
"""Fewer headings need no table of contents."""

_HEADING = re.compile(r"<h([2-6])((?: (?:lang|dir)=\"[^\"]*\")*)>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def anchored(html: Markup, prefix: str) -> tuple[Markup, Sequence[tuple[str, Markup]]]:
    """Clean HTML whose headings have ids that begin with ``prefix``; the ids and words of the highest, if several."""
    if "<h" not in html:
        return html, ()
    seen: set[str] = set()
    found: list[tuple[int, str, str]] = []

    def mark(match: re.Match[str]) -> str:
        level, attributes, inside = match.groups()
        words = _TAG.sub("", inside) if "<" in inside else inside
        anchor = name = f"{prefix}recap-{slugify(unescape(words))}"
        number = 1
        while anchor in seen:
            number += 1
            anchor = f"{name}-{number}"
        seen.add(anchor)
        found.append((int(level), anchor, words))
        return f'<h{level}{attributes} id="{anchor}">{inside}</h{level}>'

    marked = _HEADING.sub(mark, str(html))
    highest = min((level for level, _, _ in found), default=0)
    listed = [(anchor, words) for level, anchor, words in found if level == highest and words.strip()]
    contents = [(anchor, Markup(words)) for anchor, words in listed] if len(listed) >= LEAST else ()  # noqa: S704
    return Markup(marked), contents  # noqa: S704 - clean HTML without its tags, slugs
