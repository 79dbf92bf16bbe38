"""Folding: when two texts are the same thing, and which words a search looks for."""

from __future__ import annotations

import re

from totem_cli.language.letters import base_letters

_PLAIN = str.maketrans(
    {
        "’": "'", "‘": "'", "ʼ": "'", "‛": "'", "`": "'", "´": "'", "′": "'", "“": '"', "”": '"', "„": '"',
        "«": '"', "»": '"', "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
        "\u00ad": None, "\u200b": None, "\u2060": None, "\ufeff": None, "…": "...",
    }
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])")


def fold(text: str) -> str:
    """What makes two texts the same: no case, accents, ligatures, double spaces. Folding twice changes nothing."""
    if text.isascii():
        return " ".join(text.replace("`", "'").lower().split())
    folded = _once(text)
    again = _once(folded)
    while again != folded:  # a few letters casefold to a letter with a mark
        folded, again = again, _once(again)
    return folded


def _once(text: str) -> str:
    return " ".join(base_letters(text.translate(_PLAIN)).casefold().translate(_PLAIN).split())


def search_text(text: str) -> str:
    """The folded words of a text, a space between them; scripts written without spaces give a word a character."""
    folded = fold(text)
    if not folded.isascii():
        folded = _UNSPACED.sub(r" \1 ", folded)
    return " ".join(_WORD.findall(folded))


def search_words(query: str) -> list[str]:
    """The folded words that a query looks for, each once."""
    return list(dict.fromkeys(search_text(query).split()))
