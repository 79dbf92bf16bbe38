"""Line breaking that respects no-break spaces and French punctuation, which Rich does not.

A line ends at an ordinary space, or between Chinese and Japanese characters. It never ends at a no-break character
(U+00A0, U+202F, U+2060: classes GL and WJ of UAX #14), never begins with ``! ? ; : »`` or other closing punctuation,
and never ends with ``«`` or another opening mark, even if the source has ordinary spaces there. A word wider than the
line is cut, if possible after a hyphen, a slash, ``?`` or ``&``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import accumulate

from rich.cells import cell_len
from rich.text import Text

NO_START = frozenset(
    "!?;:»›)]},.…·%‰‼⁇⁈⁉、。，．！？；：」』）］】〉》〕｝％ー々ゝゞヽヾ・ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
)
"""No line begins with these: French closing marks, and the lightest part of JIS X 4051 (kinsoku)."""

NO_END = frozenset("«‹([{¿¡「『（［【〈《〔｛")
"""No line ends with these."""

_SPACES = frozenset(" \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u200b\u205f\u3000")
_GLUE = frozenset("\u00a0\u202f\u2007\u2060\ufeff")
_WORD = re.compile(f"[^{''.join(_SPACES)}]+")
_CJK = (
    "\u3001-\u303f\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff65\U00020000-\U0003ffff"
)
_HAS_CJK = re.compile(f"[{_CJK}]")
_CJK_BREAK = re.compile(f"(?<=[{_CJK}])(?=[{_CJK}\\w])|(?<=\\w)(?=[{_CJK}])")
_CLUSTER = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|(?s:.)[\u200d\ufe00-\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
)
_GOOD_CUT = frozenset("-‐–—/\\?&_.,;|~\u00a0\u202f")
_BLANK = _SPACES | _GLUE


def wrap(text: Text, width: int) -> list[Text]:
    """Return the lines of ``text``, none wider than ``width`` cells, with styles, without spaces at the ends of lines.

    There is at least one line; a newline in the text ends one. Only a line of a single character may be wider.
    """
    flat = text.copy()
    flat.plain = plain = text.plain.replace("\t", " ")
    if cell_len(plain) <= width and "\n" not in plain and _SPACES.isdisjoint((plain[:1], plain[-1:])):
        lines = [flat]  # most cells of a table
    else:
        start = 0
        offsets: list[int] = []
        for paragraph in plain.split("\n"):
            for first, last in _lines(paragraph, max(1, width)):
                offsets += (start + first, start + last)
            start += len(paragraph) + 1
        lines = list(flat.divide(offsets)[1::2])
    for line in lines:
        line.no_wrap = True
        line.overflow = "ignore"
    return lines


def chop(text: str, width: int) -> list[str]:
    """Return a line of code in pieces of at most ``width`` cells, with its spaces; at least one piece."""
    pieces = [""]
    used = 0
    for cluster in clusters(text):
        size = cell_len(cluster)
        if pieces[-1] and used + size > width:
            pieces.append("")
            used = 0
        pieces[-1] += cluster
        used += size
    return pieces


def clusters(text: str) -> list[str]:
    """Return the grapheme clusters of a text: characters with combining marks, joiners, modifiers (UAX #29, nearly)."""
    found: list[str] = []
    joined = False
    for piece in _CLUSTER.findall(text):
        if found and (joined or unicodedata.category(piece[0])[0] == "M" or not cell_len(piece)):
            found[-1] += piece
        else:
            found.append(piece)
        joined = piece.endswith("\u200d")
    return found


def _lines(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Yield start and end of each line of a text without newlines."""
    start = end = used = 0
    for first, last in _pieces(text, width):
        size = cell_len(text[first:last])
        gap = cell_len(text[end:first])
        if end == start:
            start, used = first, size
        elif used + gap + size <= width:
            used += gap + size
        else:
            yield start, end
            start, used = first, size
        end = last
    yield start, end


def _pieces(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Yield the pieces that lines are filled with: unbreakable ones, cut if they are wider than a line."""
    for first, last in unbreakable(text):
        if last - first <= width // 2 or cell_len(text[first:last]) <= width:
            yield first, last
        else:
            yield from _cut(text, first, last, width)


def unbreakable(text: str) -> Iterator[tuple[int, int]]:
    """Yield what must not be broken: words, along with the punctuation or no-break spaces that join them."""
    piece: tuple[int, int] | None = None
    for first, last in _words(text):
        if piece is None:
            piece = first, last
        elif _is_joined(text, piece[1], first):
            piece = piece[0], last
        else:
            yield piece
            piece = first, last
    if piece is not None:
        yield piece


def _words(text: str) -> Iterator[tuple[int, int]]:
    for word in _WORD.finditer(text):
        first, last = word.span()
        if _HAS_CJK.search(word[0]):
            for cut in _CJK_BREAK.finditer(text, first + 1, last):
                if unicodedata.category(text[cut.start()])[0] != "M":
                    yield first, cut.start()
                    first = cut.start()
        yield first, last


def _is_joined(text: str, end: int, start: int) -> bool:
    """Return whether no line may end at ``end`` with the next beginning at ``start``."""
    if text[end - 1] in _GLUE or text[start] in _GLUE:
        return True
    return text[end - 1] in NO_END or text[start] in NO_START


def _cut(text: str, first: int, last: int, width: int) -> Iterator[tuple[int, int]]:
    """Cut a piece wider than a line: at a good position in its second half, else where allowed, else anywhere."""
    parts = clusters(text[first:last])
    sizes = [cell_len(part) for part in parts]
    positions = [first, *(first + offset for offset in accumulate(map(len, parts)))]
    quality = _quality(parts)
    index = 0
    while index < len(parts):
        used, end = sizes[index], index + 1
        while end < len(parts) and used + sizes[end] <= width:
            used += sizes[end]
            end += 1
        if end < len(parts):
            half = (index + end) // 2
            end = max(
                range(index + 1, end + 1), key=lambda cut: (quality[cut] if cut > half else quality[cut] > 0, cut)
            )
        piece = _stripped(text, positions[index], positions[end])
        if piece[0] < piece[1]:
            yield piece
        index = end


def _quality(parts: list[str]) -> list[int]:
    """Return how good a cut before each part is: 3 at a space, 2 after a hyphen etc., 1 elsewhere, 0 if forbidden."""
    qualities = [1] * len(parts)
    before = ""
    for index, part in enumerate(parts):
        qualities[index] = 0 if before in NO_END else _after(parts[index - 1][-1]) if index else 1
        before = part if part not in _BLANK else before
    after = ""
    for index in range(len(parts) - 1, -1, -1):
        after = parts[index][0] if parts[index] not in _BLANK else after
        if after in NO_START:
            qualities[index] = 0
    return qualities


def _after(character: str) -> int:
    return 3 if character in _SPACES else 2 if character in _GOOD_CUT else 1


def _stripped(text: str, first: int, last: int) -> tuple[int, int]:
    while first < last and text[first] in _SPACES:
        first += 1
    while first < last and text[last - 1] in _SPACES:
        last -= 1
    return first, last
