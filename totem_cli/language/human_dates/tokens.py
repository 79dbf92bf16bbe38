"""The tokens of a date, and the readers' way to pass them."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from typing import NamedTuple, TypeVar

from totem_cli.language.fold import fold
from totem_cli.language.human_dates.words import date_words

_TOKEN = re.compile(
    r"(?P<zone>(?:africa|america|antarctica|arctic|asia|atlantic|australia|europe|indian|pacific|etc)/[a-z_/+-]+\d*"
    r"|(?:utc|gmt|ut)\s?[+-]\s?\d{1,2}(?::?\d\d)?(?!\d))"
    r"|(?P<number>[0-9]+)|(?P<word>o'clock|jusqu'au?|d'(?=[a-z])|[a-z]+)|(?P<mark>->|\S)",
    re.ASCII,
)
_T = TypeVar("_T")


class TwoWaysError(Exception):
    """The text can be read in two ways; the argument says how to write it in one."""


class Token(NamedTuple):
    """A word, a number, a zone or a mark; ``gap`` is whether a space precedes it."""

    kind: str
    text: str
    gap: bool


class TokenReader:
    """The tokens of a text, and the place that was read up to."""

    def __init__(self, text: str) -> None:
        words = date_words()
        self.months, self.weekdays, self.zones, self.kinds = words.months, words.weekdays, words.zones, words.kinds
        self.tokens: list[Token] = []
        stop = 0
        for match in _TOKEN.finditer(fold(text)):
            self.tokens.append(Token(match.lastgroup or "", match[0], match.start() > stop))
            stop = match.end()
        self.at = 0

    def peek(self, ahead: int = 0) -> Token:
        """Return a token that is not yet passed; of the kind ``end`` after the last."""
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else Token("end", "", gap=False)

    def take(self, texts: Container[str]) -> str:
        """Pass the next token where it is one of these, and return its text; else an empty text."""
        text = self.peek().text
        if text and text in texts:
            self.at += 1
            return text
        return ""

    def skip(self, texts: Container[str], most: int = 3) -> None:
        """Pass at most so many of these."""
        while most and self.take(texts):
            most -= 1

    def number(self, *lengths: int) -> int | None:
        """Pass a number of so many digits, and return it."""
        token = self.peek()
        if token.kind != "number" or len(token.text) not in lengths:
            return None
        self.at += 1
        return int(token.text)

    def attempt(self, reader: Callable[[], _T | None]) -> _T | None:
        """Return what a reader finds; where it finds nothing, no token is passed."""
        place = self.at
        found = reader()
        if found is None:
            self.at = place
        return found

    def time_follows(self) -> bool:
        """Return whether what is next makes the number before it an hour."""
        token, after = self.peek(), self.peek(1)
        if token.text in self.kinds["hour"] or token.text in ("am", "pm") or token.text == ":":
            return True
        return (token.text == "." and after.kind == "number" and not after.gap) or (
            token.text in ("a", "p") and after.text in (".", "m")
        )

    def date_goes_on(self, mark: str) -> bool:
        """Return whether another number follows, after the same mark."""
        return self.peek().text == mark and self.peek(1).kind == "number" and not self.peek(1).gap and mark != "-"
