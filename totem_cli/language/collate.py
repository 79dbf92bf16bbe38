"""Collation: sort keys for names and titles by the rules of a language."""

from __future__ import annotations

from functools import lru_cache

from totem_cli.language.fold import fold

Key = tuple[str, str, str]


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
