"""The source of a TOML text: where its tables, keys and values are written.

The scanner knows the grammar of TOML 1.0.0 (https://toml.io/en/v1.0.0) but not its semantics: it is given text that
``tomllib`` has accepted, and finds locations in it. It accepts line ends inside inline tables too, as TOML 1.1 does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from totem_cli.documents.toml_write import MAX_DEPTH

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str | int, ...]
"""The keys, and the indexes in lists from 0, that lead to a value: ``("guests", 1, "name")``."""

# No possessive group has an alternative that can fail after its first character: Python 3.11.2, Debian 12's, goes on
# behind that character.
_SPACE = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_LINE_END = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?:\r?\n|\r?\Z)")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BASIC = re.compile(r'"(?:[^"\\\n]++|\\.)*"')
_LITERAL = re.compile(r"'[^'\n]*+'")
_MULTILINE_BASIC = re.compile(r'"""(?:[^"\\]++|\\[\s\S]|"(?!""))*""""{0,2}')
_MULTILINE_LITERAL = re.compile(r"'''(?:[^']++|'(?!''))*''''{0,2}")
_BARE_VALUE = re.compile(r"\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]*|[^\s,\]}#]+")


class ScanError(ValueError):
    """The text is not TOML at ``at``; ``unclosed`` names what begins there and has no end."""

    def __init__(
        self, at: int, *, unclosed: Literal["", "string", "array", "table"] = "", too_deep: bool = False
    ) -> None:
        super().__init__(f"not TOML at offset {at}")
        self.at = at
        self.unclosed = unclosed
        self.too_deep = too_deep


class Cell(Struct):
    """What stands between two commas: an item of an array, or with ``keys`` a pair of an inline table.

    ``comma`` is the offset of the comma behind it.
    """

    start: int
    end: int
    keys: tuple[str, ...]
    value: Value
    comma: int | None


class Value(Struct):
    """A value, from its first character to after its last; an array or an inline table has cells."""

    start: int
    end: int
    cells: list[Cell] = []


class Statement(Struct):
    """``key = value``: whole lines from ``start`` to ``end``, with the comment behind it; the key is at ``key``."""

    start: int
    end: int
    key: int
    keys: tuple[str, ...]
    value: Value


class Section(Struct):
    """A header and the statements up to the next one; the first section has no header and an empty path.

    ``start`` to ``end`` are whole lines, with the comments directly above and below; ``header`` to ``header_end`` is
    the line of the header.
    """

    path: Path
    header: int
    header_end: int
    statements: list[Statement] = []
    start: int = 0
    end: int = 0


def sections(text: str, start: int = 0, fence: re.Pattern[str] | None = None) -> tuple[list[Section], int]:
    """The sections of the text from ``start`` on, and the offset at which they end.

    They end with the text, or at the first line matched by ``fence`` that is not inside a value. Raises ScanError where
    the text is not TOML.
    """
    scanner = _Scanner(text)
    found = [Section((), start, start)]
    counts: dict[Path, int] = {}
    at = start
    while at < len(text):
        if fence is not None and fence.match(text, at):
            break
        first = _end(_SPACE, text, at)
        if text.startswith("[", first):
            keys, array, after = scanner.header(first)
            found.append(Section(_resolve(keys, array, counts), at, _end(_LINE_END, text, after)))
            at = found[-1].header_end
        elif text[first : first + 1] in {"#", "\n", "\r", ""}:
            at = _end(_LINE_END, text, first)
        else:
            keys, after = scanner.pair(first, len(found[-1].path))
            value = scanner.value(after, len(found[-1].path) + len(keys))
            statement = Statement(at, _end(_LINE_END, text, value.end), first, keys, value)
            found[-1].statements.append(statement)
            at = statement.end
    _add_comments(text, found, start, at)
    return found, at


class Source:
    """A TOML text with the locations of everything in it. Raises ScanError if the text is not TOML.

    ``values`` holds what is written as a value; ``offsets`` tells of every path in the text where its value begins, or
    where the table is mentioned first.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.sections = sections(text)[0]
        self.values: dict[Path, Value] = {}
        self.offsets: dict[Path, int] = {(): 0}
        self._by_path = {section.path: section for section in self.sections}
        for section in self.sections:
            self._add_path(section.path, _end(_SPACE, text, section.header))
            for statement in section.statements:
                self._add_value(section.path + statement.keys, statement.value, statement.key)

    def _add_value(self, path: Path, value: Value, mention: int) -> None:
        self.values[path] = value
        self.offsets[path] = value.start
        self._add_path(path[:-1], mention)
        for index, cell in enumerate(value.cells):
            self._add_value(path + (cell.keys or (index,)), cell.value, cell.start)

    def _add_path(self, path: Path, mention: int) -> None:
        while path not in self.offsets:
            self.offsets[path] = mention
            path = path[:-1]

    def statements(self) -> Iterator[tuple[Section, Statement]]:
        """Every statement with its section, in order."""
        for section in self.sections:
            for statement in section.statements:
                yield section, statement

    def section(self, path: Path) -> Section | None:
        """The section whose header opens exactly this table."""
        return self._by_path.get(path)

    def within(self, path: Path) -> list[Section]:
        """The sections that open this table or a table inside it, in order."""
        return [section for section in self.sections if section.path[: len(path)] == path]

    def enclosing(self, path: Path) -> tuple[Path, Value] | None:
        """The innermost array or inline table, with its path, that the value at ``path`` is written in."""
        for length in range(len(path) - 1, 0, -1):
            value = self.values.get(path[:length])
            if value is not None:
                return path[:length], value
        return None

    def is_explicit(self, path: Path) -> bool:
        """Whether the table stays when it is emptied: it has a header or is a value, and is not only a part of keys."""
        return path in self.values or path in self._by_path


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text

    def key(self, at: int, depth: int = 0) -> tuple[tuple[str, ...], int]:
        """A key in all its parts, and the offset of what follows it."""
        parts: list[str] = []
        start = at
        while True:
            quote = self.text[at : at + 1]
            pattern = _BASIC if quote == '"' else _LITERAL if quote == "'" else _BARE_KEY
            end = _end(pattern, self.text, at)
            written = self.text[at:end]
            if pattern is not _BARE_KEY:
                written = _unescaped(written) if quote == '"' and "\\" in written else written[1:-1]
            parts.append(written)
            if depth + len(parts) > MAX_DEPTH:
                raise ScanError(start, too_deep=True)
            at = _end(_SPACE, self.text, end)
            if not self.text.startswith(".", at):
                return tuple(parts), at
            at = _end(_SPACE, self.text, at + 1)

    def header(self, at: int) -> tuple[tuple[str, ...], bool, int]:
        """The keys of a header, whether it is of a list of tables, and the offset after it."""
        array = self.text.startswith("[[", at)
        keys, after = self.key(_end(_SPACE, self.text, at + 1 + array))
        if not self.text.startswith("]]" if array else "]", after):
            raise ScanError(after)
        return keys, array, after + 1 + array

    def pair(self, at: int, depth: int) -> tuple[tuple[str, ...], int]:
        """A key, and the offset of its value."""
        keys, at = self.key(at, depth)
        if not self.text.startswith("=", at):
            raise ScanError(at)
        return keys, _end(_SPACE, self.text, at + 1)

    def value(self, at: int, depth: int) -> Value:
        text = self.text
        if depth > MAX_DEPTH:
            raise ScanError(at, too_deep=True)
        first = text[at : at + 1]
        if first in {"[", "{"}:
            return self.cells(at, depth)
        if text.startswith(('"""', "'''"), at):
            pattern = _MULTILINE_BASIC if first == '"' else _MULTILINE_LITERAL
        else:
            pattern = _BASIC if first == '"' else _LITERAL if first == "'" else _BARE_VALUE
        return Value(at, _end(pattern, text, at))

    def cells(self, at: int, depth: int) -> Value:
        text = self.text
        kind: Literal["array", "table"] = "array" if text[at] == "[" else "table"
        close = "]" if kind == "array" else "}"
        cells: list[Cell] = []
        here = _end(_GAP, text, at + 1)
        while not text.startswith(close, here):
            if here == len(text):
                raise ScanError(at, unclosed=kind)
            keys, start = ((), here) if kind == "array" else self.pair(here, depth)
            value = self.value(start, depth + (len(keys) or 1))
            after = _end(_GAP, text, value.end)
            comma = after if text.startswith(",", after) else None
            cells.append(Cell(here, value.end, keys, value, comma))
            here = after if comma is None else _end(_GAP, text, after + 1)
            if comma is None and not text.startswith(close, here):
                raise ScanError(at, unclosed=kind) if here == len(text) else ScanError(here)
        return Value(at, here + 1, cells)


def _unescaped(written: str) -> str:
    import tomllib

    key: str = tomllib.loads(f"key = {written}")["key"]
    return key


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    """The offset after what the pattern matches at ``at``, where it must match."""
    match = pattern.match(text, at)
    if match is None:
        raise ScanError(at, unclosed="string" if text.startswith(('"', "'"), at) else "")
    return match.end()


def _resolve(keys: tuple[str, ...], array: bool, counts: dict[Path, int]) -> Path:
    """The header's path: under a list of tables, a header means its last table so far."""
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


def _add_comments(text: str, found: list[Section], start: int, end: int) -> None:
    """Give each section the comments directly above its header, then those directly below its last line."""
    last = start
    for section in found:
        section.start = section.header
        while section.header > start and section.start > last:
            above = text.rfind("\n", last, section.start - 1) + 1 or last
            if not text[above : section.start].lstrip(" \t").startswith("#"):
                break
            section.start = above
        last = section.end = section.statements[-1].end if section.statements else section.header_end
    for section, limit in zip(found, [*(section.start for section in found[1:]), end], strict=True):
        while section.end < limit and text.startswith("#", _end(_SPACE, text, section.end)):
            section.end = _end(_LINE_END, text, section.end)
