"""TOML text to plain data, with errors that say where the fault is and how to mend it."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from totem_cli.documents.toml_source import MAX_DEPTH, Path, ScanError, Source, sections
from totem_cli.errors import InvalidError, Location

MAX_INTEGER = 2**63 - 1
"""TOML 1.0.0, Integer: 64-bit signed integers, "if an integer cannot be represented losslessly, an error"."""

_POSITION = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_CONFLICT = re.compile(r"^(?:<{7}|>{7})(?:[ \t\r\n]|\Z)", re.MULTILINE)
_DIVIDER = re.compile(r"(?:={7}|\|{7})(?:[ \t\r\n]|\Z)")
_LONG_INTEGER = re.compile(r"[\dA-Fa-f_]{16}")
"""An integer of more than 64 bits has at least as many digits, hexadecimal ones too."""

_ENDLESS_INTEGER = re.compile(r"[+-]?\d[\d_]{1000,}")
_QUOTE = 'put texts between quotes: "…"'
_MESSAGES = (
    ("Invalid value", "this is not a value", _QUOTE),
    ("Expected '=' after", "a key must be followed by = and a value", None),
    (
        "Invalid statement",
        "this is not a key or a table header",
        'write key = value or [table]; quote unusual keys: "…"',
    ),
    ("Invalid initial character for a key", "this is not a key", "a key is letters, digits, - and _, or is in quotes"),
    ("Illegal character '\\n'", "the text is not closed on its line", 'end it with ", or use """ for several lines'),
    ("Found invalid character '\\n'", "the text is not closed on its line", "end it with ', or use ''' for several"),
    ("Illegal character", "there is a control character here", "write it as \\u and four hexadecimal digits"),
    ("Found invalid character", "there is a control character here", "remove it"),
    ("Expected newline", "unexpected text after the value", 'one key a line; a " inside a text is written \\"'),
    ("Unescaped '\\'", '\\ must be followed by b, t, n, f, r, u, U, " or \\', "write \\\\ for \\ itself, or use '…'"),
    ("Invalid date", "there is no such date or time", None),
    ("Unclosed array", "a comma or ] is missing before this", None),
    ("Unclosed inline table", "a comma or } is missing before this", "an inline table is written on one line"),
)
"""The beginnings of tomllib's messages, with what totem says instead and its hint."""

_UNCLOSED = {
    "string": "the text that begins here has no end",
    "array": "the list that begins here has no ]",
    "table": "the table that begins here has no }",
}


def read(text: str, file: str, first_line: int = 1) -> dict[str, Any]:
    """The data of a TOML text whose first line is ``first_line`` of ``file``.

    Raises InvalidError, with its location, for anything that is not TOML 1.0.0, for integers of more than 64 bits, and
    for nesting of more than a hundred levels.
    """
    source = _Text(text, file, first_line)
    try:
        data = loads(text)
    except ScanError as error:
        raise source.error(f"the nesting is too deep (more than {MAX_DEPTH} levels)", error.at) from None
    except ValueError as error:
        import tomllib

        if isinstance(error, tomllib.TOMLDecodeError):
            raise _explain(str(error), source) from None
        # The interpreter refuses to read integers of thousands of digits, without saying where.
        endless = _ENDLESS_INTEGER.search(text)
        raise source.error("this is not a number that totem can read", endless.start() if endless else 0) from None
    if _LONG_INTEGER.search(text) and (path := _too_large(data)) is not None:
        raise source.error("the integer has more than 64 bits", Source(text).offsets[path], _QUOTE)
    return data


def loads(text: str, *, scanned: bool = False) -> dict[str, Any]:
    """What tomllib makes of a text. Raises ScanError for too deep nesting, unless the text was scanned before.

    tomli is the package that became tomllib; its wheels are compiled, and take a quarter of the time. Deep nesting
    could end the process there, and a key of very many parts takes time and memory that grow with their square.
    """
    import tomli

    try:
        if not scanned and text.count(".") + text.count("[") + text.count("{") >= MAX_DEPTH:
            sections(text)
        return tomli.loads(text)
    except ScanError as error:
        if error.too_deep:
            raise
    except ValueError:
        pass
    import tomllib

    return tomllib.loads(text)


def location(text: str, offset: int, file: str, first_line: int = 1) -> Location:
    """The line and column of an offset in a text whose first line is ``first_line`` of ``file``."""
    line_start = text.rfind("\n", 0, offset) + 1
    return Location(file, first_line + text.count("\n", 0, offset), offset - line_start + 1)


def depth(data: object) -> int:
    """How deep the data is nested: 1 for a table of texts. Without recursion."""
    levels = 0
    level: list[object] = [data]
    while level:
        levels += 1
        inner: list[object] = []
        for value in level:
            if isinstance(value, dict):
                inner.extend(value.values())
            elif isinstance(value, list):
                inner.extend(value)
        level = inner
    return levels - 1


class _Text(NamedTuple):
    """A TOML text, with the file and the line of it where the text begins."""

    text: str
    file: str
    first_line: int

    def error(self, message: str, offset: int, hint: str | None = None) -> InvalidError:
        return InvalidError(message, hint=hint, location=location(self.text, offset, self.file, self.first_line))


def _explain(message: str, source: _Text) -> InvalidError:
    """The error for a message of tomllib."""
    text = source.text
    position = _POSITION.search(message)
    offset = None
    if position:
        message = message[: position.start()]
        if position[1]:
            lines = text.split("\n")[: int(position[1]) - 1]
            offset = sum(len(line) + 1 for line in lines) + int(position[2]) - 1
    line_start = text.rfind("\n", 0, offset) + 1 if offset is not None else len(text)
    conflict = _DIVIDER.match(text, line_start) or _CONFLICT.search(text)
    if conflict:
        return source.error(
            f"a merge conflict is left in the file ({conflict.group()[:7]})",
            conflict.start(),
            "choose one of the two versions, and remove the lines <<<<<<<, ======= and >>>>>>>",
        )
    if offset is None:
        return _unfinished(source)
    if message.startswith(("Cannot", "Duplicate")):
        return _duplicate(message, offset, source)
    for beginning, ours, hint in _MESSAGES:
        if message.startswith(beginning):
            return source.error(ours, offset, hint)
    return source.error(message[:1].lower() + message[1:], offset)


def _unfinished(source: _Text) -> InvalidError:
    """The error for a text that stops in the middle: at what has no end, or else after the last word."""
    try:
        sections(source.text)
    except ScanError as error:
        if error.unclosed:
            return source.error(_UNCLOSED[error.unclosed], error.at)
    return source.error("the end is missing", len(source.text.rstrip()))


def _duplicate(message: str, offset: int, source: _Text) -> InvalidError:
    """The error for a key or table that exists already; a value of several lines is named where it begins."""
    text = source.text
    line_start = text.rfind("\n", 0, offset) + 1
    before = text[line_start:offset].strip(" \t")
    if before.startswith("[") and "=" not in before:
        table = before + ("]]" if before.startswith("[[") else "]")
        return source.error(f"{table} cannot be opened here: it is a table or a value already", offset)
    try:
        found = sections(text[:offset])[0]
        *earlier, (path, last) = [(section.path + line.keys, line) for section in found for line in section.statements]
    except ValueError:
        inline = "a key of the table is given twice" if message.startswith("Duplicate") else "this is a value already"
        return source.error(inline, offset)
    if last.key < line_start:
        offset = last.key
    name = ".".join(last.keys) or '""'
    first = next((line for other, line in earlier if other == path), None)
    if first is None:
        return source.error(f"the key {name} cannot be set here: it is a table or a value already", offset)
    first_line = location(text, first.key, source.file, source.first_line).line
    return source.error(f"the key {name} is given twice (first on line {first_line})", offset, "keep one of the two")


def _too_large(data: object, path: Path = ()) -> Path | None:
    """The path of an integer of more than 64 bits."""
    if isinstance(data, int):
        return path if not -MAX_INTEGER - 1 <= data <= MAX_INTEGER else None
    items: Any = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    found = (_too_large(value, (*path, key)) for key, value in items)
    return next((one for one in found if one is not None), None)
