"""Tell which values of a source are in the record that was made of them: what is not has to be noted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from unicodedata import normalize

import msgspec

from totem_cli.importers.html_tree import plain_text

_WORD = re.compile(r"[^\W_]+")
_SHORT = 3
"""Letters of a word that markup may not divide: any shorter one is in some other word."""
_NO_LETTER = re.compile(r"[\W_]+")
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_OF_EMAIL = r"[^\s@<>()\[\],;:\"'/]"
_EMAIL = re.compile(rf"(?<!{_OF_EMAIL})(?:(https?://\S+)|(?:mailto:)?{_OF_EMAIL}++@{_OF_EMAIL}+\.\w+)", re.IGNORECASE)


class Placed:
    """The words of records.

    A value is placed where they hold each of its words, whatever the markup around them; an address, as it is.
    """

    def __init__(self, *records: Any) -> None:
        text = "\n".join(part for one in records for part in _texts(msgspec.to_builtins(one)))
        text = _folded(text.replace("\\", ""))
        self._text = text
        self._words = frozenset(_WORD.findall(text))
        self._letters = _NO_LETTER.sub("", text)

    def holds(self, value: str) -> bool:
        """Whether the records hold the words of a text, which may be HTML; an e-mail address, as it stands."""
        if any(_folded(found[0].strip()) not in self._text for found in _EMAIL.finditer(value) if "@" in value):
            return False
        if _ADDRESS.fullmatch(value.strip()):
            return _folded(value.strip().rstrip("/").replace("\\", "")) in self._text
        text = (plain_text(value) if "<" in value or "&" in value else value).replace("\\", "")
        return all(
            word in self._words or (len(word) > _SHORT and word in self._letters)
            for word in _WORD.findall(_folded(text))
        )


def values_of(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """The texts and numbers in a value of JSON, each with the keys that lead to it: ``persons > code``."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from values_of(f"{name} > {key}", one)
    elif isinstance(value, list):
        for one in value:
            yield from values_of(name, one)
    elif value not in (None, "", False):
        yield name, str(value)


def without_email(text: str) -> str:
    """The text without the e-mail addresses in it."""
    return _EMAIL.sub(lambda found: found[1] or "", text) if "@" in text else text


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list | tuple):
        return [text for one in value for text in _texts(one)]
    return [str(value)] if isinstance(value, str | int | float) and not isinstance(value, bool) else []


def _folded(text: str) -> str:
    return normalize("NFKC", text).casefold()
