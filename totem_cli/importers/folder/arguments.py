"""The arguments of shortcodes and Liquid tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_ARGUMENT = re.compile(
    r"""(?:(?P<key>[\w.-]++)\s*+[=:]\s*+)?(?:"(?P<double>(?:[^"\\]++|\\.)*+)(?:"|\Z)|'(?P<single>[^']*)'"""
    r"""|`(?P<raw>[^`]*)`|(?P<bare>[^\s"'`=,()]++))"""
)
"""A double quote that has no end goes to the end of the text."""


class Call(NamedTuple):
    """A name with its arguments: those by position, those by key."""

    name: str
    given: tuple[str, ...]
    keyed: dict[str, str]

    def first(self, *keys: str, position: int | None = None) -> str:
        """The value of the first of some keys that is given, else the argument at a position; else empty."""
        value = next((self.keyed[key] for key in keys if self.keyed.get(key)), "")
        if not value and position is not None and position < len(self.given):
            value = self.given[position]
        return value.strip()

    def rest(self, *used: str) -> dict[str, str]:
        """The arguments by key that are none of these."""
        return {key: value for key, value in self.keyed.items() if key not in used and value.strip()}


def read_call(text: str) -> Call:
    """The call that the inside of a tag is: ``figure src="a.jpg"``, ``youtube(id="x")``, ``include a.html id="x"``."""
    given: list[str] = []
    keyed: dict[str, str] = {}
    for match in _arguments(text.strip().strip("-/").strip()):
        value = next((match[kind] for kind in ("double", "single", "raw", "bare") if match[kind] is not None), "")
        if match["key"]:
            keyed[match["key"].lower()] = value
        else:
            given.append(value)
    name = given.pop(0) if given else ""
    return Call(name.lower(), tuple(given), keyed)


def _arguments(text: str) -> Iterator[re.Match[str]]:
    """Each argument; what is none (a comma, a bracket, a stray quote) is passed over."""
    at = 0
    while at < len(text):
        match = _ARGUMENT.match(text, at)
        at = match.end() if match else at + 1
        if match:
            yield match
