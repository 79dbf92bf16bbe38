"""Base letters: text without accents and ligatures."""

from __future__ import annotations

from unicodedata import combining, normalize

_EXPANSIONS = str.maketrans(
    {
        "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ẞ": "SS", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D",
        "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH", "ł": "l", "Ł": "L", "ħ": "h", "Ħ": "H", "ı": "i",
        "ĳ": "ij", "Ĳ": "IJ", "ŋ": "n", "Ŋ": "N", "ŧ": "t", "Ŧ": "T", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi",
        "ﬄ": "ffl",
    }
)  # fmt: skip

_DAKUTEN = {"\u3099", "\u309a"}  # marks that make another kana: が is not か


def base_letters(text: str) -> str:
    """Return the text without accents and ligatures: ``Œuvre`` gives ``OEuvre``.

    Latin, Greek and Cyrillic lose their marks. Scripts in which a mark makes another letter (kana, Hangul, Indic
    vowels) keep them.
    """
    if text.isascii():
        return text
    decomposed = normalize("NFKD", text.translate(_EXPANSIONS))
    if any(map(combining, decomposed)):
        decomposed = "".join(_kept(decomposed))
    return normalize("NFC", decomposed).translate(_EXPANSIONS)


def _kept(decomposed: str) -> list[str]:
    kept: list[str] = []
    base = ""
    for character in decomposed:
        if not combining(character):
            base = character
        elif character not in _DAKUTEN and base < "\u0530":
            continue
        kept.append(character)
    return kept
