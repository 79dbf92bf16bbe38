"""Pages of many episodes mended: what did not change is taken from what they were, since to make it anew is dear.

That only shortens the way: where it is not clear what stood where, or a theme's template may have put it elsewhere, a
page is made as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from totem_cli.exporters.html.chapter import anchor_of
from totem_cli.exporters.html.list_item import ListItem

if TYPE_CHECKING:
    from totem_cli.exporters.html.site import Site
    from totem_cli.exporters.html.view import Labels

_OPENS = b'\n<section class="chapter" id="'
"""How a chapter begins; no content holds a section (``markup/sanitiser.py``)."""

_MARK = re.compile(rb"<!--chapter (\d+)-->\n")


class Standing(NamedTuple):
    """In the place of a chapter that stays as it is: what the rest of its page tells of it, and a mark for it."""

    entry: ListItem
    anchor: str
    lang: Markup
    title: Markup
    stays: Markup


def standing(site: Site, place: int, labels: Labels, at: int) -> Standing:
    """The chapter of the episode at ``place``, which is the one at ``at`` on its page."""
    entry = site.entries[place]
    anchor = anchor_of(site.publication.episodes[place].slug)
    mark = Markup(f"<!--chapter {at}-->")  # noqa: S704 - a number
    return Standing(entry, anchor, labels.lang(entry.language), site.typo(entry.title, entry.language), mark)


def filled(page: bytes, before: bytes, anchors: Sequence[str]) -> bytes | None:
    """A page with each mark replaced by the chapter that stood there ``before``; None where it is not clear which.

    ``anchors`` are those of all its chapters.
    """
    found = before.split(_OPENS)[1:]
    if len(found) != len(anchors):
        return None
    for anchor, chapter in zip(anchors, found, strict=True):
        if not chapter.startswith(f'{escape(anchor)}"'.encode()):
            return None
    chapters = [_OPENS[1:] + chapter + b"\n" for chapter in found]
    marks = [*_MARK.finditer(page)]
    if marks and int(marks[-1][1]) == len(chapters) - 1:
        rest = page[marks[-1].end() :]  # of the page, which follows the last chapter
        if not found[-1].endswith(rest):
            return None
        chapters[-1] = _OPENS[1:] + found[-1].removesuffix(rest)
    return _MARK.sub(lambda mark: chapters[int(mark[1])], page)


_LIST, _LISTED = b'<div id="everything">\n', b"</section>\n</div>\n"
"""Where the list of all episodes begins, and how it ends."""

_LINE = re.compile(rb'^<li><a href="[^"\n]*"(?=[ >])', re.MULTILINE)


def relisted(page: bytes, before: bytes) -> bytes | None:
    """A page with the list of all episodes as it was ``before``, but for the lines that are in its own.

    None where it is not clear which lines these are.
    """
    head, begins, rest = page.partition(_LIST)
    own, ends, tail = rest.partition(_LISTED)
    _, known, rest = before.partition(_LIST)
    whole, stands, _ = rest.partition(_LISTED)
    if not (begins and ends and known and stands):
        return None
    for found in _LINE.finditer(own):
        line = own[found.start() : own.find(b"\n", found.start())]
        first, _, last = whole.partition(b"\n" + found[0])
        stood, _, last = last.partition(b"\n")
        is_one = whole.count(b"\n" + found[0]) == 1
        if not (is_one and line.endswith(b"</a></li>") and stood.endswith(b"</a></li>")):
            return None
        whole = b"%b\n%b\n%b" % (first, line, last)
    return b"%b%b%b%b%b" % (head, begins, whole, ends, tail)
