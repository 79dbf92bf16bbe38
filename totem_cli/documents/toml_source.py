"""The source of a TOML text: where its tables, keys and values are written.

The scanner knows the grammar of TOML 1.0.0 (https://toml.io/en/v1.0.0) and nothing of its meaning: it is given text
that ``tomllib`` has accepted, and says where things are. It takes line ends inside inline tables too, as TOML 1.1 does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str | int, ...]
"""The keys, and the places in lists from 0, that lead to a value: ``("guests", 1, "name")``."""

DEEPEST = 100
"""Deeper nesting is refused: it is never meant, and it exhausts the stack of whoever reads it."""

_SPACE = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_REST = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?:\r?\n|\r?\Z)")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BASIC = re.compile(r'"(?:[^"\\\n]++|\\.)*+"')
_LITERAL = re.compile(r"'[^'\n]*+'")
_LONG_BASIC = re.compile(r'"""(?:[^"\\]++|\\[\s\S]|"(?!""))*+""""{0,2}')
_LONG_LITERAL = re.compile(r"'''(?:[^']++|'(?!''))*+''''{0,2}")
_BARE_VALUE = re.compile(r"\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]*|[^\s,\]}#]+")


class ScanError(Exception):
    """The text is not TOML at ``at``; ``open`` names what begins there and has no end."""

    def __init__(self, at: int, *, open: Literal["", "string", "array", "table"] = "", deep: bool = False) -> None:  # noqa: A002
        super().__init__(at)
        self.at = at
        self.open = open
        self.deep = deep


class Cell(Struct):
    """What stands between two commas: an item of an array, or with ``keys`` a pair of an inline table."""

    start: int
    end: int
    keys: tuple[str, ...]
    value: Value
    comma: int | None


class Value(Struct):
    """A value, from its first character to after its last; an array or an inline table has cells."""

    start: int
    end: int
    kind: Literal["scalar", "array", "table"] = "scalar"
    cells: list[Cell] = []


class Statement(Struct):
    """``key = value``: whole lines from ``start`` to ``end``, with the comment behind it; the key is at ``key``."""

    start: int
    end: int
    key: int
    keys: tuple[str, ...]
    value: Value


class Section(Struct):
    """A header and the statements up to the next one; the first section has no header.

    ``start`` to ``end`` are whole lines, with the comments directly above and below; ``header`` is where the header
    line begins, ``opened`` where it ends.
    """

    keys: tuple[str, ...]
    path: Path
    header: int
    opened: int
    statements: list[Statement] = []
    start: int = 0
    end: int = 0


def sections(text: str, start: int = 0, fence: re.Pattern[str] | None = None) -> tuple[list[Section], int]:
    """The sections of the text from ``start`` on, and the offset at which they end.

    They end with the text, or at the first line matched by ``fence`` that is not inside a value. ScanError is raised
    where the text is not TOML.
    """
    scanner = _Scanner(text)
    found = [Section((), (), start, start)]
    counts: dict[Path, int] = {}
    at = start
    while at < len(text):
        if fence is not None and fence.match(text, at):
            break
        first = scanner.space(at)
        if text.startswith("[", first):
            keys, array, after = scanner.header(first)
            section = Section(keys, _resolve(keys, array, counts), at, scanner.rest(after))
            found.append(section)
            at = section.opened
        elif text[first : first + 1] in {"#", "\n", "\r", ""}:
            at = scanner.rest(first)
        else:
            keys, after = scanner.pair(first, len(found[-1].path))
            value = scanner.value(after, len(found[-1].path) + len(keys))
            statement = Statement(at, scanner.rest(value.end), first, keys, value)
            found[-1].statements.append(statement)
            at = statement.end
    _spread(text, found, start, at)
    return found, at


class Source:
    """A TOML text with the places of all it says. Raises ScanError if the text is not TOML."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.sections = sections(text)[0]
        self.values: dict[Path, Value] = {}
        self.known: set[Path] = {()}
        self._opened = {section.path: section for section in self.sections}
        for section in self.sections:
            self._know(section.path)
            for statement in section.statements:
                self._note(section.path + statement.keys, statement.value)

    def _note(self, path: Path, value: Value) -> None:
        self._know(path)
        self.values[path] = value
        for number, cell in enumerate(value.cells):
            self._note(path + (cell.keys or (number,)), cell.value)

    def _know(self, path: Path) -> None:
        while path not in self.known:
            self.known.add(path)
            path = path[:-1]

    def statements(self) -> Iterator[tuple[Section, Statement]]:
        """Every statement with its section, in order."""
        for section in self.sections:
            for statement in section.statements:
                yield section, statement

    def section(self, path: Path) -> Section | None:
        """The section whose header opens exactly this table."""
        return self._opened.get(path)

    def below(self, path: Path) -> list[Section]:
        """The sections that open this table or a table inside it, in order."""
        return [section for section in self.sections if section.path[: len(path)] == path]

    def holder(self, path: Path) -> tuple[Path, Value] | None:
        """The innermost array or inline table, with its path, that something at ``path`` is written in."""
        for length in range(len(path) - 1, 0, -1):
            value = self.values.get(path[:length])
            if value is not None:
                return path[:length], value
        return None

    def is_written(self, path: Path) -> bool:
        """Whether the table stays when it is emptied: it has a header or is a value, and is not only a part of keys."""
        return path in self.values or self.section(path) is not None

    def offset(self, path: Path) -> int | None:
        """Where the value at ``path`` begins, or the first mention of the table."""
        value = self.values.get(path)
        if value is not None:
            return value.start
        if path not in self.known or not path:
            return None
        for section in self.sections:
            if section.path[: len(path)] == path:
                return _SPACE.match(self.text, section.header).end()  # type: ignore[union-attr]
            for statement in section.statements:
                if (section.path + statement.keys)[: len(path)] == path:
                    return statement.key
        holder = self.holder(path)
        return holder[1].start if holder else None


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text

    def space(self, at: int) -> int:
        return _end(_SPACE, self.text, at)

    def rest(self, at: int) -> int:
        """After the end of the line, on which only a comment may follow."""
        return _end(_REST, self.text, at)

    def key(self, at: int, depth: int = 0) -> tuple[tuple[str, ...], int]:
        """A key in all its parts, and the offset of what follows it."""
        parts: list[str] = []
        start = at
        while True:
            mark = self.text[at : at + 1]
            if mark == '"':
                end = _end(_BASIC, self.text, at)
                written = self.text[at:end]
                parts.append(_unescaped(written) if "\\" in written else written[1:-1])
            elif mark == "'":
                end = _end(_LITERAL, self.text, at)
                parts.append(self.text[at + 1 : end - 1])
            else:
                end = _end(_BARE_KEY, self.text, at)
                parts.append(self.text[at:end])
            if depth + len(parts) > DEEPEST:
                raise ScanError(start, deep=True)
            at = self.space(end)
            if not self.text.startswith(".", at):
                return tuple(parts), at
            at = self.space(at + 1)

    def header(self, at: int) -> tuple[tuple[str, ...], bool, int]:
        array = self.text.startswith("[[", at)
        keys, after = self.key(self.space(at + 1 + array))
        if not self.text.startswith("]]" if array else "]", after):
            raise ScanError(after)
        return keys, array, after + 1 + array

    def pair(self, at: int, depth: int) -> tuple[tuple[str, ...], int]:
        """A key, and the offset of its value."""
        keys, at = self.key(at, depth)
        if not self.text.startswith("=", at):
            raise ScanError(at)
        return keys, self.space(at + 1)

    def value(self, at: int, depth: int) -> Value:
        text = self.text
        if depth > DEEPEST:
            raise ScanError(at, deep=True)
        mark = text[at : at + 1]
        if mark in {"[", "{"}:
            return self.cells(at, depth)
        if mark in {'"', "'"} and text.startswith(mark * 3, at):
            match = (_LONG_BASIC if mark == '"' else _LONG_LITERAL).match(text, at)
            if match is None:
                raise ScanError(at, open="string")
            return Value(at, match.end())
        pattern = _BASIC if mark == '"' else _LITERAL if mark == "'" else _BARE_VALUE
        return Value(at, _end(pattern, text, at))

    def cells(self, at: int, depth: int) -> Value:
        text = self.text
        kind: Literal["array", "table"] = "array" if text[at] == "[" else "table"
        close = "]" if kind == "array" else "}"
        cells: list[Cell] = []
        here = _end(_GAP, text, at + 1)
        while not text.startswith(close, here):
            if here == len(text):
                raise ScanError(at, open=kind)
            keys, start = ((), here) if kind == "array" else self.pair(here, depth)
            value = self.value(start, depth + (len(keys) or 1))
            after = _end(_GAP, text, value.end)
            comma = after if text.startswith(",", after) else None
            cells.append(Cell(here, value.end, keys, value, comma))
            here = after if comma is None else _end(_GAP, text, after + 1)
            if comma is None and not text.startswith(close, here):
                raise ScanError(at, open=kind) if here == len(text) else ScanError(here)
        return Value(at, here + 1, kind, cells)


def _unescaped(written: str) -> str:
    import tomllib

    key: str = tomllib.loads(f"key = {written}")["key"]
    return key


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    if match is None:
        raise ScanError(at, open="string" if pattern in {_BASIC, _LITERAL} else "")
    return match.end()


def _resolve(keys: tuple[str, ...], array: bool, counts: dict[Path, int]) -> Path:
    """The header's path: under a list of tables, a header speaks of its last table."""
    path: Path = ()
    for part in keys[:-1]:
        path = (*path, part)
        if path in counts:
            path = (*path, counts[path] - 1)
    path = (*path, keys[-1])
    if array:
        counts[path] = counts.get(path, 0) + 1
        path = (*path, counts[path] - 1)
    return path


def _spread(text: str, found: list[Section], start: int, end: int) -> None:
    """Give each section the comments directly above its header, then those directly below its last line."""
    last = start
    for section in found:
        section.start = section.header
        while section.header > start and section.start > last:
            above = text.rfind("\n", last, section.start - 1) + 1 or last
            if not text[above : section.start].lstrip(" \t").startswith("#"):
                break
            section.start = above
        last = section.statements[-1].end if section.statements else section.opened
    for number, section in enumerate(found):
        limit = found[number + 1].start if number + 1 < len(found) else end
        section.end = section.statements[-1].end if section.statements else section.opened
        while section.end < limit and text.startswith("#", _end(_SPACE, text, section.end)):
            section.end = _end(_REST, text, section.end)
