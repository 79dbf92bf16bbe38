"""Order: names and titles sorted as readers of the language expect."""

from __future__ import annotations

from functools import lru_cache

from totem_cli.language.fold import fold

Key = tuple[str, str, str]


@lru_cache(maxsize=8192)
def collation_key(text: str, language: str = "fr") -> Key:
    """A sort key: letters first, then accents, then case (lower first). Equal only for equal text.

    French compares accents from the first letter on, as since Unicode 6 (CLDR, ``fr``); Quebec's backward order is kept
    for ``fr-CA`` (CLDR, ``fr-CA``).
    """
    letters = fold(text)
    primary = "".join(letter for letter in letters if letter.isalnum() or letter == " ")
    accents = text.casefold()
    if language.lower() == "fr-ca":
        accents = accents[::-1]
    return (primary or letters, accents, text.swapcase())
