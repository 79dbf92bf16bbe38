"""Collation: sort keys and index headings for names and titles by the rules of a language."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import category, name, normalize

from totem_cli.language.fold import fold
from totem_cli.language.letters import base_letters

Key = tuple[str, str, str]

SIGNS = "#"
"""The heading of what begins with a digit or a sign."""

HAN = "漢"
"""The heading of what begins with a Chinese character: there is one for each word, so they share one."""

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
"""The first letters of Hangul syllables, in their order (Unicode, 3.12)."""

_OPENING = frozenset({"Ps", "Pi", "Pf", "Pe", "Zs"})
"""Categories of quotation marks and brackets: the word within decides on the heading."""

_MARKS = frozenset("'\"’‘`´“”¿¡")


@lru_cache(maxsize=8192)
def collation_key(text: str, language: str = "fr") -> Key:
    """Return a sort key: letters first, then accents, then case (lower first). Only equal texts have equal keys.

    French compares accents from the first letter on (CLDR, ``fr``), Canadian French from the last (CLDR, ``fr-CA``).
    """
    letters = fold(text)
    primary = "".join(letter for letter in letters if letter.isalnum() or letter == " ")
    accents = text.casefold()
    if language.lower() == "fr-ca":
        accents = accents[::-1]
    return (primary or letters, accents, text.swapcase())


def index_heading(text: str) -> str:
    """Return the heading of a text in an alphabetical index: its first letter, without accent, or ``SIGNS``.

    Quotation marks and brackets before it are skipped. Kana have the heading of their plain hiragana, Hangul syllables
    that of their first letter, Chinese characters share ``HAN``.
    """
    first = next((one for one in text if category(one) not in _OPENING and one not in _MARKS), "")
    if not first.isalpha():
        return SIGNS
    if "\uac00" <= first <= "\ud7a3":
        return _INITIALS[(ord(first) - 0xAC00) // 588]
    if name(first, "").startswith(("CJK", "IDEOGRAPHIC")):
        return HAN
    plain = normalize("NFKD", base_letters(first))[:1]
    if "\u30a1" <= plain <= "\u30f6":
        plain = chr(ord(plain) - 0x60)
    upper = plain.upper()
    return upper if len(upper) == 1 and upper.isalpha() else SIGNS


def index_key(text: str, language: str = "fr") -> tuple[bool, str, Key]:
    """Return a sort key for an alphabetical index: texts of one heading follow each other, ``SIGNS`` come first."""
    heading = index_heading(text)
    return heading != SIGNS, heading, collation_key(text.lstrip("".join(_MARKS)) or text, language)
