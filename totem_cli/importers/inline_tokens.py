"""The pieces of a paragraph of HTML, with their white space and line ends where Markdown wants them."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

SPACES = re.compile(r"[ \t\n\r\f]+")
"""White space that HTML collapses; no-break spaces are not."""

_WHITE = " \t\n\r\f\u00a0\u202f"


class Token(NamedTuple):
    """A piece of a paragraph: words, code, Markdown, an end of emphasis, the end of a line or of the paragraph."""

    kind: Literal["text", "code", "raw", "open", "close", "br", "para"]
    value: str = ""


def edges(text: str) -> tuple[str, str, str]:
    """The white space before a text, its words, the white space after."""
    words = text.lstrip(_WHITE)
    before = text[: len(text) - len(words)]
    kept = words.rstrip(_WHITE)
    return before, kept, words[len(kept) :]


def parted(tokens: list[Token]) -> list[Token]:
    """Two line ends in a row part paragraphs; what is emphasised across them is closed before and opened after."""
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
        done += [Token("close", mark) for mark in reversed(opened)]
        done.append(Token("para"))
        done += [Token("open", mark) for mark in opened]


def spaced(tokens: list[Token]) -> list[Token]:
    """White space collapsed and moved out of emphasis; emphasis of nothing dropped, split emphasis made one."""
    spacing = _Spacing()
    for token in tokens:
        spacing.add(token)
    return _trimmed(spacing.done)


class _Spacing:
    """Tokens with their white space held back until it is known what it stands before."""

    def __init__(self) -> None:
        self.done: list[Token] = []
        self._held = ""

    def add(self, token: Token) -> None:
        """Add a token after those before it."""
        if token.kind == "text":
            self._add_text(token.value)
        elif token.kind == "br":
            self._held = ""
            self.done.append(token)
        elif token.kind == "close":
            self._close(token)
        elif token.kind == "open" and not self._held and self._last == ("close", token.value):
            self.done.pop()
        elif token.kind == "code" and not self._held and self._last and self._last.kind == "code":
            self.done.append(Token("code", self.done.pop().value + token.value))
        else:
            self._release()
            self.done.append(token)

    @property
    def _last(self) -> Token | None:
        return self.done[-1] if self.done else None

    def _add_text(self, text: str) -> None:
        before, words, after = edges(text)
        self._held = SPACES.sub(" ", self._held + before)
        if words:
            self._release()
            self._write(SPACES.sub(" ", words))
            self._held = SPACES.sub(" ", after)

    def _write(self, text: str) -> None:
        if self._last and self._last.kind == "text":
            text = self.done.pop().value + text
        self.done.append(Token("text", text))

    def _close(self, token: Token) -> None:
        if self._last == ("open", token.value):
            self.done.pop()
        else:
            self.done.append(token)

    def _release(self) -> None:
        """Write the white space that is held back, before the emphasis that begins here."""
        opened: list[Token] = []
        while self._last and self._last.kind == "open":
            opened.append(self.done.pop())
        if self._held and self._last and self._last.kind != "br":
            self._write(self._held)
        self._held = ""
        self.done += reversed(opened)


def _trimmed(tokens: list[Token]) -> list[Token]:
    """The tokens without ends of lines at the start or at the end."""
    while tokens and tokens[-1].kind == "br":
        tokens.pop()
    while tokens and tokens[0].kind == "br":
        tokens.pop(0)
    return tokens
