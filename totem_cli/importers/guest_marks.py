"""Known names of people and organisations, each put as one private character while a sentence is taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterable

FIRST_PERSON, FIRST_ORGANISATION, LAST = "\ue000", "\ue800", "\uf000"
MARK = re.compile(f"[{FIRST_PERSON}-{LAST}]")
PERSON_MARK = r"[\ue000-\ue7ff]"
_MOST = 2000


class Marks:
    """The marks of known names; more than 2000 of a kind are left out."""

    def __init__(self, persons: Iterable[str], organisations: Iterable[str]) -> None:
        self._marks: dict[str, str] = {}
        for first, names in ((FIRST_PERSON, persons), (FIRST_ORGANISATION, organisations)):
            clean = dict.fromkeys(" ".join(name.split()) for name in names)
            for number, name in enumerate([name for name in clean if name][:_MOST]):
                self._marks.setdefault(name, chr(ord(first) + number))
        longest_first = sorted(self._marks, key=len, reverse=True)
        self._names = {mark: name for name, mark in self._marks.items()}
        any_name = "|".join(map(re.escape, longest_first)) or "(?!)"
        self._pattern = re.compile(rf"(?<!\w)(?:{any_name})(?!\w)")

    def put(self, text: str) -> str:
        """The text with each known name as its mark."""
        return self._pattern.sub(lambda match: self._marks[match[0]], MARK.sub("\ufffd", text))

    def take(self, text: str) -> str:
        """The text with its names again."""
        return MARK.sub(lambda match: self._names.get(match[0], match[0]), text)
