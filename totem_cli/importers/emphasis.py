"""The ends of emphasis: as Markdown's delimiters where its rules see them, else as HTML's own tags.

CommonMark 0.31, 6.2.
"""

from __future__ import annotations

import unicodedata
from typing import Literal, NamedTuple

_DELIMITERS = {"strong": "**", "del": "~~"}
_SEEN_BESIDE = {"sub": ">", "sup": ">", "del": "\0"}  # GitHub's cmark looks through ~ for what stands beside emphasis


class Token(NamedTuple):
    """A piece of a paragraph: words, code, finished Markdown, an end of emphasis, the end of a line or paragraph."""

    kind: Literal["text", "code", "raw", "open", "close", "br", "para"]
    value: str = ""


def marks(tokens: list[Token]) -> dict[int, str]:
    """How each end of emphasis is written: as Markdown where its rules see it, else as HTML."""
    pairs, opened = [], []
    for place, token in enumerate(tokens):
        if token.kind == "open":
            opened.append(place)
        elif token.kind == "close":
            pairs.append((opened.pop(), place))
    written: dict[int, str] = {}
    for first, last in pairs:
        kind = tokens[first].value
        delimiter = _DELIMITERS.get(kind, "")
        if kind == "em":
            delimiter = _em(tokens, first, last)
        if delimiter and not _flanks(tokens, first, last):
            delimiter = ""
        written[first], written[last] = (delimiter, delimiter) if delimiter else (f"<{kind}>", f"</{kind}>")
    return written


def _em(tokens: list[Token], first: int, last: int) -> str:
    if not (_beside(tokens, first, -1).isalnum() or _beside(tokens, last, 1).isalnum()):
        return "_"
    around = (first - 1, first + 1, last - 1, last + 1)
    marks = [tokens[place].kind for place in around if 0 <= place < len(tokens)]
    return "" if {"open", "close"} & set(marks) else "*"


def _flanks(tokens: list[Token], first: int, last: int) -> bool:
    """Whether delimiters there open and close (CommonMark, 6.2: left- and right-flanking runs)."""
    inner = (_beside(tokens, first, 1), _beside(tokens, last, -1))
    outer = (_beside(tokens, first, -1), _beside(tokens, last, 1))
    if "\0" in (*inner, *outer):
        return False
    return all(
        inside and not inside.isspace() and (not _is_mark(inside) or not outside or _opens(outside))
        for inside, outside in zip(inner, outer, strict=True)
    )


def _beside(tokens: list[Token], place: int, step: int) -> str:
    """The character next to an end of emphasis; empty at the edge of the paragraph."""
    place += step
    if not 0 <= place < len(tokens):
        return ""
    token = tokens[place]
    if token.kind in ("open", "close"):
        return _SEEN_BESIDE.get(token.value, "*")
    if token.kind == "br":
        return "\n"
    if token.kind == "code":
        return "`"
    return token.value[0 if step > 0 else -1]


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "PS"


def _opens(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter)[0] == "P" or (letter.isascii() and not letter.isalnum())
