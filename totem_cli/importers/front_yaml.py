"""YAML front matter as plain values: text is not reinterpreted, no object is constructed, aliases cannot multiply.

YAML 1.1 reads ``012`` as 10, ``12:30`` as 750 and ``yes`` as true, which nobody means in front matter. Here a plain
scalar is a number or true or false only where it is written back the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from totem_cli.errors import InvalidError, Location

_DEEPEST = 100
_LARGEST = 100_000
_LARGEST_FILE = 5_000_000
"""How many values a table of front matter, and a file, may hold, each repetition counted."""

_INTEGER = re.compile(r"0|-?[1-9]\d{0,17}")
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d*)\.\d+")
_CORE = frozenset(
    f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "seq", "map", "timestamp")
)
_STR = ("tag:yaml.org,2002:str", "!")
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?: |$)", re.MULTILINE)


_HINTS = {
    "mapping values are not allowed": "put a value with a colon in it between quotation marks",
    r"character '\t'": "indent with spaces, not with tabs",
    "(a tab)": "indent with spaces, not with tabs",
    "cannot start any token": "put the value between quotation marks",
}
"""What mends a text that the YAML parser says this of."""


class Plain(str):
    """A scalar without quotation marks: text, which :func:`resolved` may read as a number."""

    __slots__ = ()


def read_yaml(text: str, file: str, line: int) -> tuple[dict[str, Any], dict[str, int]]:
    """The table in a YAML text, and the line of each of its keys; the text begins at ``line`` of ``file``.

    Raises InvalidError with line and column for what is no YAML, no table, names a key twice or a type of its own
    (``!!python/…``), or is nested or repeated beyond reason.
    """
    reader = _parsed(text, file, line)
    return reader.table(), reader.lines


def read_yaml_value(text: str, file: str) -> Any:
    """The value in a YAML text, as :func:`resolved` has it. Raises InvalidError as :func:`read_yaml` does."""
    return resolved(_parsed(text, file, 1, _LARGEST_FILE).value)


def _parsed(text: str, file: str, line: int, largest: int = _LARGEST) -> _Reader:
    import yaml  # type: ignore[import-untyped, unused-ignore]

    if conflict := _CONFLICT.search(text):
        location = Location(file, line + text[: conflict.start()].count("\n"), 1)
        raise InvalidError("a merge conflict is left in the file", hint="resolve it, then try again", location=location)
    try:
        reader = _Reader(yaml, file, line, largest)
        reader.read(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problems = (getattr(error, name, None) for name in ("problem", "context", "reason"))
        problem = str(next(filter(None, problems), None) or str(error).splitlines()[0])
        if "nesting" in problem:  # libyaml's own limit, where it has one
            problem = f"tables or lists are nested more than {_DEEPEST} deep"
        lines = mark.line if mark else text[: getattr(error, "position", 0)].count("\n")
        location = Location(file, line + lines, mark.column + 1 if mark else None)
        if mark and any(line[mark.column :].startswith("\t") for line in text.split("\n")[lines : lines + 1]):
            problem = f"{problem} (a tab)"  # libyaml does not name the character
        hints = (hint for words, hint in _HINTS.items() if words in problem)
        raise InvalidError(f"the YAML cannot be read: {problem}", hint=next(hints, None), location=location) from None
    return reader


def resolved(value: Any) -> Any:
    """Values as JSON has them: plain scalars that are a number, true or false become it; nothing is empty text."""
    if isinstance(value, dict):
        return {str(key): resolved(item) for key, item in value.items()}
    if isinstance(value, list):
        return [resolved(item) for item in value]
    if not isinstance(value, Plain):
        return value
    if value in ("true", "True", "TRUE"):
        return True
    if value in ("false", "False", "FALSE"):
        return False
    if value in ("~", "null", "Null", "NULL"):
        return ""
    if _INTEGER.fullmatch(value):
        return int(value)
    if _DECIMAL.fullmatch(value) and str(float(value)) == value:
        return float(value)
    return str(value)


class _Reader:
    """Builds plain values from the events of a YAML parser, so that no tag constructs an object."""

    def __init__(self, yaml: Any, file: str, line: int, largest: int = _LARGEST) -> None:
        self._yaml = yaml
        self._largest = largest
        self._first: Any = None
        self.value: Any = {}
        self._file, self._line = file, line
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._size = 0
        self._depth = 0
        self._next: Callable[[], Any] = lambda: None
        self.lines: dict[str, int] = {}

    def read(self, text: str) -> None:
        """Read the first document of a text as ``value``."""
        loader = getattr(self._yaml, "CSafeLoader", self._yaml.SafeLoader)
        events = self._yaml.parse(text, Loader=loader)
        self._next = lambda: next(events)
        for event in events:
            if isinstance(event, self._yaml.DocumentStartEvent):
                self._first = self._next()
                self.value = self._value(self._first)[0]
                break
        for event in events if self._largest == _LARGEST_FILE else ():
            if isinstance(event, self._yaml.DocumentStartEvent):
                raise self._wrong(event, "a second document begins", "keep one, or put all into one list")

    def table(self) -> dict[str, Any]:
        """The value, which is a table. Raises InvalidError where it is none."""
        if isinstance(self.value, str) and not self.value.strip():
            return {}
        if not isinstance(self.value, dict):
            raise self._wrong(self._first, "the front matter is not a table of keys")
        return self.value

    def _wrong(self, event: Any, what: str, hint: str | None = None) -> InvalidError:
        mark = event.start_mark
        return InvalidError(what, hint=hint, location=Location(self._file, self._line + mark.line, mark.column + 1))

    def _value(self, event: Any) -> tuple[Any, int]:
        yaml = self._yaml
        value: Any
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                raise self._wrong(event, f"there is no &{event.anchor} before *{event.anchor}")
            value, size = self._anchors[event.anchor]
            self._grow(event, size)
            return value, size
        tag = getattr(event, "tag", None)
        if tag and tag not in _CORE and tag != "!":
            raise self._wrong(event, f"the type {tag.replace('tag:yaml.org,2002:', '!!')} is not allowed")
        before = self._size
        self._grow(event, 1)
        if isinstance(event, yaml.ScalarEvent):
            value = Plain(event.value) if not event.style and tag not in _STR else str(event.value)
        else:
            self._depth += 1
            if self._depth > _DEEPEST:
                raise self._wrong(event, f"tables or lists are nested more than {_DEEPEST} deep")
            value = self._table() if isinstance(event, yaml.MappingStartEvent) else self._list()
            self._depth -= 1
        size = self._size - before
        if getattr(event, "anchor", None):
            self._anchors[event.anchor] = value, size
        return value, size

    def _grow(self, event: Any, size: int) -> None:
        self._size += size
        if self._size > self._largest:
            what = "front matter" if self._largest == _LARGEST else "file"
            raise self._wrong(event, f"the {what} holds more than {self._largest:,} values")

    def _list(self) -> list[Any]:
        found = []
        while not isinstance(event := self._next(), self._yaml.SequenceEndEvent):
            found.append(self._value(event)[0])
        return found

    def _table(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        while not isinstance(event := self._next(), self._yaml.MappingEndEvent):
            key = self._value(event)[0]
            if not isinstance(key, str):
                raise self._wrong(event, "a key must be text")
            value = self._value(self._next())[0]
            if isinstance(key, Plain) and key == "<<":
                for one in value if isinstance(value, list) else [value]:
                    merged = (one if isinstance(one, dict) else {}) | merged
                continue
            if str(key) in found:
                raise self._wrong(event, f"the key {str(key)!r} is there twice")
            if self._depth == 1:
                self.lines[str(key)] = self._line + event.start_mark.line
            found[str(key)] = value
        return merged | found
