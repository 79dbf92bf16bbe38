"""The headings of a recap: each with an anchor, the highest as its table of contents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from itertools import chain, count

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
    found: list[tuple[int, str, Markup]] = []

    def mark(match: re.Match[str]) -> str:
        words = _TAG.sub("", match[3])
        name = f"{prefix}recap-{slugify(unescape(words))}"
        anchor = next(one for one in chain([name], (f"{name}-{number}" for number in count(2))) if one not in seen)
        seen.add(anchor)
        found.append((int(match[1]), anchor, Markup(words)))  # noqa: S704 - clean HTML without its tags
        return f'<h{match[1]}{match[2]} id="{anchor}">{match[3]}</h{match[1]}>'

    marked = _HEADING.sub(mark, html)
    highest = min((level for level, _, _ in found), default=0)
    contents = [(anchor, words) for level, anchor, words in found if level == highest and words.strip()]
    return Markup(marked), contents if len(contents) >= LEAST else ()  # noqa: S704 - slugs quote nothing
