"""Folding: texts that differ only in case, accents or punctuation marks become equal; the words of a search."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from totem_cli.language.letters import base_letters

_PLAIN = str.maketrans(
    {
        "’": "'", "‘": "'", "ʼ": "'", "‛": "'", "`": "'", "´": "'", "′": "'", "“": '"', "”": '"', "„": '"',
        "«": '"', "»": '"', "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
        "\u00ad": None, "\u200b": None, "\u2060": None, "\ufeff": None, "…": "...",
    }
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
UNSPACED = "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
"""The letters of scripts that are written without spaces, as a pattern; compiled lazily, since that is slow."""

_SHORT = 80
"""Shorter texts are mostly names and tags, which recur: their folds are cached."""

_WESTERN = "cp1252"
"""A character set of one byte a character, with all letters of French and its neighbours."""

_BETWEEN = "─"
"""A character that is not in it, and folds to itself."""


def fold(text: str) -> str:
    """Return the text without case, accents, ligatures and double spaces. Folding twice changes nothing."""
    return _folded(text) if len(text) < _SHORT else _fold(text)


def _fold(text: str) -> str:
    if text.isascii():
        return _once(text)
    western = _western(text)
    return _slowly(text) if western is None else b" ".join(western.split()).decode("ascii")


_folded = lru_cache(maxsize=1 << 14)(_fold)


def _slowly(text: str) -> str:
    folded = _once(text)
    again = _once(folded)
    while again != folded:  # a few letters casefold to a letter with an accent
        folded, again = again, _once(again)
    return folded


def _once(text: str) -> str:
    if text.isascii():
        return " ".join(text.replace("`", "'").lower().split())
    return " ".join(base_letters(text.translate(_PLAIN)).casefold().translate(_PLAIN).split())


def _western(text: str) -> bytes | None:
    """Return the folded text by a byte table, its spaces kept; None where a letter is not in the table.

    Ten times as fast as :func:`_slowly`, which matters for thousands of recaps.
    """
    try:
        coded = text.replace("\u202f", " ").encode(_WESTERN)
    except UnicodeEncodeError:
        return None
    single, longer, supported = _letters()
    if coded.translate(None, supported):
        return None
    for letter, spelt in longer:
        coded = coded.replace(letter, spelt)
    return coded.translate(single)


@cache
def _letters() -> tuple[bytes, list[tuple[bytes, bytes]], bytes]:
    """Return the table of letters that fold to one letter, those that fold to several, and all that are supported."""
    single, longer, supported = bytearray(range(256)), [], bytearray()
    letters = bytes(range(256)).decode(_WESTERN, "replace")
    for code, folded in enumerate(_slowly(_BETWEEN.join(letters)).split(_BETWEEN)):
        if not folded.isascii() or letters[code] == "\u00ad":
            continue
        if len(folded) == 1:
            single[code] = ord(folded)
        else:
            longer.append((bytes([code]), folded.encode()))
        supported.append(code)
    return bytes(single), longer, bytes(supported)


@cache
def _separators() -> bytes:
    """Return a table that turns every character of folded ASCII but letters and digits into a space."""
    return bytes(code if chr(code).isalnum() else 32 for code in range(256))


def search_text(text: str) -> str:
    """Return the folded words of a text, separated by spaces; in scripts without spaces each letter is a word."""
    western = None if len(text) < _SHORT and text.isascii() else _western(text)  # a table takes long to make
    if western is not None:
        return b" ".join(western.translate(_separators()).split()).decode("ascii")
    folded = fold(text)
    if not folded.isascii():
        folded = _unspaced().sub(r" \g<0> ", folded)
    return " ".join(_WORD.findall(folded))


@cache
def _unspaced() -> re.Pattern[str]:
    return re.compile(UNSPACED)


def search_words(query: str) -> list[str]:
    """Return the folded words of a query, each once."""
    return list(dict.fromkeys(search_text(query).split()))


class Folded(dict[str, str]):
    """Texts folded, each once: ``folded[text]``."""

    def __missing__(self, text: str) -> str:
        self[text] = found = fold(text)
        return found
