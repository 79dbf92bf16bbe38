"""The tokens of a paragraph as Markdown: white space, line ends, escapes, code spans, emphasis.

CommonMark 0.31, 2.4 (escapes), 6.1 (code spans) and 6.2 (emphasis); where its rules would not see a mark of emphasis,
HTML's own is written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Literal, NamedTuple

SPACES = re.compile(r"[ \t\n\r\f]+")
"""White space that HTML collapses; no-break spaces are not."""

_WHITE = " \t\n\r\f\u00a0\u202f"
_DELIMITERS = {"strong": "**", "del": "~~", "em": "_"}
# GitHub's cmark looks through ~ for the character beside emphasis
_SEEN_BESIDE = {"sub": ">", "sup": ">", "del": "\0"}
_SPECIAL = re.compile(
    r"[\\`*~]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?\w+;)|\[(?=\^)|\](?=[(:\[])|^\[(?=[ xX]\])"
)
_LINE_START = re.compile(
    r"^(?:(?P<before>\d{1,9})(?=[.)](?:[ \t]|$))"
    r"|(?=#{1,6}(?:[ \t]|$)|[-+](?:[ \t]|$)|>|=+[ \t]*$|\+{3}[ \t]*$|[-|:][-|: ]*$))",
    re.MULTILINE,
)


class Token(NamedTuple):
    """A piece of a paragraph: words, code, Markdown, an end of emphasis, the end of a line or of the paragraph."""

    kind: Literal["text", "code", "raw", "open", "close", "br", "para"]
    value: str = ""


def paragraphs(tokens: Iterable[Token]) -> list[str]:
    """The Markdown of each paragraph, empty ones left out."""
    parts: list[list[Token]] = [[]]
    for token in _parted(tokens):
        if token.kind == "para":
            parts.append([])
        else:
            parts[-1].append(token)
    texts = map(written, parts)
    return [_LINE_START.sub(r"\g<before>\\", text) for text in texts if text.strip(" \u00a0\u202f")]


def written(tokens: Iterable[Token], *, brackets: bool = False) -> str:
    """The Markdown of the tokens of one paragraph; with ``brackets``, for the text of a link."""
    spaced = _spaced(tokens)
    marks = _marks(spaced)
    pieces: list[str] = []
    for index, (token, following) in enumerate(pairwise([*spaced, Token("br")])):
        if token.kind == "text":
            text = escaped(token.value, brackets=brackets)
            is_before_link = following.kind == "raw" and following.value.startswith("[")
            pieces.append(text[:-1] + "\\!" if is_before_link and text.endswith("!") else text)
        elif token.kind == "code":
            pieces.append(_code_span(token.value))
        else:
            pieces.append("\\\n" if token.kind == "br" else marks.get(index, token.value))
    return "".join(pieces)


def escaped(text: str, *, brackets: bool = False) -> str:
    """Words with what Markdown would read as markup escaped; with ``brackets``, those too."""
    text = _SPECIAL.sub(r"\\\g<0>", text)
    return re.sub(r"(?<!\\)[\[\]]", r"\\\g<0>", text) if brackets else text


def edges(text: str) -> tuple[str, str, str]:
    """The white space before a text, its words, the white space after."""
    words = text.lstrip(_WHITE)
    kept = words.rstrip(_WHITE)
    return text[: len(text) - len(words)], kept, words[len(kept) :]


def _parted(tokens: Iterable[Token]) -> list[Token]:
    """Two line ends in a row part paragraphs; emphasis across them is closed before and opened after."""
    done: list[Token] = []
    opened: list[str] = []
    for token in tokens:
        if token.kind in ("br", "para"):
            _end_line(done, token, opened)
            continue
        if token.kind == "open":
            opened.append(token.value)
        elif token.kind == "close":
            opened.pop()
        done.append(token)
    return done


def _end_line(done: list[Token], token: Token, opened: list[str]) -> None:
    """Add an end of a line, or of a paragraph: two ends of lines in a row; none after one that ends a paragraph."""
    while done and done[-1].kind == "text" and not done[-1].value.strip(" \t\r\n\f"):
        done.pop()
    before = done[-1] if done else Token("para")
    if before.kind == "para":
        return
    if token.kind == "br" and before.kind != "br":
        done.append(token)
    elif token.kind == "para" or "\n" not in (token.value, before.value):  # a line end beside <br> is the same one
        if before.kind == "br":
            done.pop()
        done += [*(Token("close", mark) for mark in reversed(opened)), Token("para")]
        done += [Token("open", mark) for mark in opened]


def _spaced(tokens: Iterable[Token]) -> list[Token]:
    """White space collapsed and moved out of emphasis; emphasis of nothing dropped, split emphasis made one."""
    spacing = _Spacing()
    for token in tokens:
        spacing.add(token)
    done = spacing.done
    while done and done[-1].kind == "br":
        done.pop()
    found: list[Token] = []
    for kind, run in groupby(done, lambda token: token.kind):
        if kind in ("text", "code"):
            found.append(Token(kind, "".join(token.value for token in run)))
        elif kind != "br" or found:
            found += run
    return found


class _Spacing:
    """Tokens whose white space is held back until the next token is known."""

    def __init__(self) -> None:
        self.done: list[Token] = []
        self._held = ""

    def add(self, token: Token) -> None:
        last = self.done[-1] if self.done else Token("para")
        if token.kind == "text":
            before, words, after = edges(token.value)
            self._held = SPACES.sub(" ", self._held + before)
            if words:
                self._release()
                self.done.append(Token("text", SPACES.sub(" ", words)))
                self._held = SPACES.sub(" ", after)
        elif token.kind == "br":
            self._held = ""
            self.done.append(token)
        elif (token.kind == "close" and last == ("open", token.value)) or (
            token.kind == "open" and not self._held and last == ("close", token.value)
        ):
            self.done.pop()
        else:
            if token.kind != "close":
                self._release()
            self.done.append(token)

    def _release(self) -> None:
        """Write the white space that is held back, before the emphasis that begins here."""
        opened: list[Token] = []
        while self.done and self.done[-1].kind == "open":
            opened.append(self.done.pop())
        if self._held and self.done and self.done[-1].kind != "br":
            self.done.append(Token("text", self._held))
        self._held = ""
        self.done += reversed(opened)


def _marks(tokens: Sequence[Token]) -> dict[int, str]:
    """How each end of emphasis is written, by its index: as Markdown where its rules see it, else as HTML."""
    found: dict[int, str] = {}
    for first, last in _pairs(tokens):
        kind = tokens[first].value
        delimiter = _DELIMITERS.get(kind, "")
        if kind == "em" and (_beside(tokens, first, -1).isalnum() or _beside(tokens, last, 1).isalnum()):
            around = (
                tokens[index].kind for index in (first - 1, first + 1, last - 1, last + 1) if 0 <= index < len(tokens)
            )
            delimiter = "" if {"open", "close"} & set(around) else "*"
        is_seen = delimiter and _flanks(tokens, first, last)
        found[first], found[last] = (delimiter, delimiter) if is_seen else (f"<{kind}>", f"</{kind}>")
    return found


def _pairs(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    opened: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind == "open":
            opened.append(index)
        elif token.kind == "close":
            yield opened.pop(), index


def _flanks(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether delimiters there open and close (CommonMark, 6.2: left- and right-flanking runs)."""
    sides = [
        (_beside(tokens, first, 1), _beside(tokens, first, -1)),
        (_beside(tokens, last, -1), _beside(tokens, last, 1)),
    ]
    if any("\0" in side for side in sides):
        return False
    return all(
        inside
        and not inside.isspace()
        and (unicodedata.category(inside)[0] not in "PS" or not outside or _opens(outside))
        for inside, outside in sides
    )


def _beside(tokens: Sequence[Token], index: int, step: int) -> str:
    """The character next to an end of emphasis; empty at the edge of the paragraph."""
    index += step
    if not 0 <= index < len(tokens):
        return ""
    token = tokens[index]
    if token.kind in ("open", "close"):
        return _SEEN_BESIDE.get(token.value, "*")
    if token.kind in ("br", "code"):
        return "\n" if token.kind == "br" else "`"
    return token.value[0 if step > 0 else -1]


def _opens(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter)[0] == "P" or (letter.isascii() and not letter.isalnum())


def _code_span(text: str) -> str:
    """A code span that holds the text, whatever back-ticks it has (CommonMark, 6.1); empty for an empty text."""
    text = SPACES.sub(" ", text).strip(" ")
    if not text:
        return ""
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{padding}{text}{padding}{fence}"
