"""The pieces of a paragraph written as Markdown: escapes, code spans, emphasis where CommonMark sees it.

CommonMark 0.31, 2.4 (escapes), 6.1 (code spans) and 6.2 (emphasis); where its rules would not see a mark, HTML's own is
kept.
"""

from __future__ import annotations

import re
import unicodedata

from totem_cli.importers.inline_tokens import SPACES, Token

_DELIMITERS = {"strong": "**", "del": "~~"}
# GitHub's cmark looks through ~ for what stands beside emphasis
_SEEN_BESIDE = {"sub": ">", "sup": ">", "del": "\0"}
_SPECIAL = re.compile(
    r"[\\`*~]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?\w+;)|\[(?=\^)|\](?=[(:\[])|^\[(?=[ xX]\])"
)


def written(tokens: list[Token], *, brackets: bool = False) -> str:
    """The Markdown of the pieces; with ``brackets``, for the text of a link."""
    marks = _marks(tokens)
    pieces: list[str] = []
    for place, token in enumerate(tokens):
        if token.kind == "text":
            text = escaped(token.value, brackets=brackets)
            following = tokens[place + 1] if place + 1 < len(tokens) else None
            if text.endswith("!") and following and following.kind == "raw" and following.value.startswith("["):
                text = text[:-1] + "\\!"
            pieces.append(text)
        elif token.kind == "code":
            pieces.append(code_span(token.value))
        elif token.kind == "br":
            pieces.append("\\\n")
        else:
            pieces.append(marks.get(place, token.value))
    return "".join(pieces)


def _marks(tokens: list[Token]) -> dict[int, str]:
    """How each end of emphasis is written: as Markdown where its rules see it, else as HTML."""
    pairs, opened = [], []
    for place, token in enumerate(tokens):
        if token.kind == "open":
            opened.append(place)
        elif token.kind == "close":
            pairs.append((opened.pop(), place))
    found: dict[int, str] = {}
    for first, last in pairs:
        kind = tokens[first].value
        delimiter = _DELIMITERS.get(kind, "")
        if kind == "em":
            delimiter = _em(tokens, first, last)
        if delimiter and not _flanks(tokens, first, last):
            delimiter = ""
        found[first], found[last] = (delimiter, delimiter) if delimiter else (f"<{kind}>", f"</{kind}>")
    return found


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


def code_span(text: str) -> str:
    """A code span that holds the text, whatever back-ticks it has (CommonMark, 6.1); empty for an empty text."""
    text = SPACES.sub(" ", text).strip(" ")
    if not text:
        return ""
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def escaped(text: str, *, brackets: bool = False) -> str:
    """Words with what Markdown would read as markup escaped; with ``brackets``, those too."""
    text = _SPECIAL.sub(lambda match: "\\" + match[0], text)
    return re.sub(r"(?<!\\)[\[\]]", r"\\\g<0>", text) if brackets else text
