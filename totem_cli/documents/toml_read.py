"""TOML text to plain data, with errors that say where and what to do."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from totem_cli.documents.toml_source import DEEPEST, Path, ScanError, Source, sections
from totem_cli.errors import InvalidError, Location

LARGEST = 2**63 - 1
"""TOML 1.0.0, Integer: 64-bit signed integers, "if an integer cannot be represented losslessly, an error"."""

_WHERE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_CONFLICT = re.compile(r"^(?:<{7}|>{7})(?:[ \t\r\n]|\Z)", re.MULTILINE)
_DIVIDER = re.compile(r"(?:={7}|\|{7})(?:[ \t\r\n]|\Z)")
_LONG_NUMBER = b"0" * 16
"""As many digits, hexadecimal ones too, once :data:`_AS_DIGITS` made them equal: no number of 64 bits has fewer."""

_AS_DIGITS = bytes(48 if chr(code) in "0123456789ABCDEFabcdef_" else 32 for code in range(256))
_LONG_KEY = re.compile(
    r"(?:^|[{,])[ \t\[]*(?:(?:[\w-]++|\"(?:[^\"\\\n]++|\\.)*+\"|'[^'\n]*+')[ \t]*\.[ \t]*){100}", re.MULTILINE
)
_DIGITS = re.compile(r"[+-]?\d[\d_]{1000,}")

_QUOTES = 'put texts between quotes: "…"'
_SAYINGS = (
    ("Invalid value", "this is not a value", _QUOTES),
    ("Expected '=' after", "a key must be followed by = and a value", None),
    (
        "Invalid statement",
        "this is not a key, nor a table",
        'a line is key = value, or [table]; odd keys go in quotes: "…"',
    ),
    ("Invalid initial character for a key", "this is not a key", "a key is letters, digits, - and _, or is in quotes"),
    ("Illegal character '\\n'", "the text is not closed on its line", 'end it with ", or use """ for several lines'),
    (
        "Found invalid character '\\n'",
        "the text is not closed on its line",
        "end it with ', or use ''' for several lines",
    ),
    ("Illegal character", "a control character stands here", "write it as \\u and four hexadecimal digits"),
    ("Found invalid character", "a control character stands here", "remove it"),
    ("Expected newline", "something stands after the value", 'one key a line; a " inside a text is written \\"'),
    ("Unescaped '\\'", '\\ must be followed by b, t, n, f, r, u, U, " or \\', "write \\\\ for \\ itself, or use '…'"),
    ("Invalid date", "there is no such date or time", None),
    ("Unclosed array", "a comma or ] is missing before this", None),
    ("Unclosed inline table", "a comma or } is missing before this", "an inline table stands on one line"),
)
_OPEN = {
    "string": "the text that begins here has no end",
    "array": "the list that begins here has no ]",
    "table": "the table that begins here has no }",
}


def read(text: str, file: str, first_line: int = 1) -> dict[str, Any]:
    """The data of a TOML text whose first line is ``first_line`` of ``file``.

    Raises InvalidError, with the place, for anything that is not TOML 1.0.0; for integers of more than 64 bits; and for
    what is nested more than a hundred deep.
    """
    places = _Places(text, file, first_line)
    try:
        # tomllib takes time and memory that grow with the square of a key's parts.
        if text.count(".") >= DEEPEST and _LONG_KEY.search(text) and (deep := _deep(text)) is not None:
            raise _too_deep(places, deep)
        data = _loads(text)
    except RecursionError:
        raise _too_deep(places, _deep(text)) from None
    except ValueError as error:
        import tomllib

        if isinstance(error, tomllib.TOMLDecodeError):
            raise _explain(str(error), places) from None
        # The interpreter refuses to read integers of thousands of digits, without saying where.
        long = _DIGITS.search(text)
        raise InvalidError(
            "this is not a number totem can read", location=places.at(long.start() if long else 0)
        ) from None
    if text.count(".") + text.count("[") + text.count("{") > DEEPEST and depth(data) > DEEPEST:
        raise _too_deep(places, _deep(text))
    if _LONG_NUMBER in text.encode("ascii", "replace").translate(_AS_DIGITS):
        huge = _huge(data)
        if huge is not None:
            raise InvalidError(
                "the integer has more than 64 bits", hint=_QUOTES, location=places.at(Source(text).offset(huge) or 0)
            )
    return data


def _loads(text: str) -> dict[str, Any]:
    """What tomllib makes of a text, in a quarter of the time where it is a valid and shallow one.

    tomli is tomllib before it came into Python; its wheels hold it compiled, where deep nesting could end the process.
    """
    if text.count("[") + text.count("{") <= DEEPEST:
        import tomli

        with suppress(ValueError):
            return tomli.loads(text)
    import tomllib

    return tomllib.loads(text)


class _Places:
    def __init__(self, text: str, file: str, first_line: int) -> None:
        self.text = text
        self.file = file
        self.first_line = first_line

    def at(self, offset: int) -> Location:
        return place(self.text, offset, self.file, self.first_line)


def place(text: str, offset: int, file: str, first_line: int = 1) -> Location:
    """The line and column of an offset in a text whose first line is ``first_line`` of ``file``."""
    line_start = text.rfind("\n", 0, offset) + 1
    return Location(file, first_line + text.count("\n", 0, offset), offset - line_start + 1)


def _explain(said: str, places: _Places) -> InvalidError:
    text = places.text
    where = _WHERE.search(said)
    offset = _offset(text, where[1], where[2]) if where else None
    line_start = text.rfind("\n", 0, offset) + 1 if offset is not None else len(text)
    conflict = _DIVIDER.match(text, line_start) or _CONFLICT.search(text)
    if conflict:
        mark = conflict.group()[:7]
        return InvalidError(
            f"a merge conflict is left in the file ({mark})",
            hint="choose one of the two versions, and remove the lines <<<<<<<, ======= and >>>>>>>",
            location=places.at(conflict.start()),
        )
    if offset is None:
        return _unfinished(places)
    message = said[: where.start()] if where else said
    if message.startswith(("Cannot", "Duplicate")):
        return _twice(message, offset, places)
    for beginning, saying, hint in _SAYINGS:
        if message.startswith(beginning):
            return InvalidError(saying, hint=hint, location=places.at(offset))
    return InvalidError(message[:1].lower() + message[1:], location=places.at(offset))


def _offset(text: str, line: str | None, column: str | None) -> int | None:
    if line is None or column is None:
        return None
    start = 0
    for _ in range(int(line) - 1):
        start = text.index("\n", start) + 1
    return start + int(column) - 1


def _unfinished(places: _Places) -> InvalidError:
    """The error for a text that stops in the middle: at what has no end, or else after the last word."""
    try:
        sections(places.text)
    except ScanError as error:
        if error.open:
            return InvalidError(_OPEN[error.open], location=places.at(error.at))
    return InvalidError("the end is missing", location=places.at(len(places.text.rstrip())))


def _twice(message: str, offset: int, places: _Places) -> InvalidError:
    """The error for a key or table that is there already; a value of several lines is named where it begins."""
    text = places.text
    line_start = text.rfind("\n", 0, offset) + 1
    before = text[line_start:offset].strip(" \t")
    if before.startswith("[") and "=" not in before:
        table = before + ("]]" if before.startswith("[[") else "]")
        return InvalidError(
            f"{table} cannot be opened here: it is a table or a value already", location=places.at(offset)
        )
    try:
        found = sections(text[:offset])[0]
        *earlier, last = [(section.path + line.keys, line) for section in found for line in section.statements]
    except (ScanError, ValueError):
        said = "a key of the table is given twice" if message.startswith("Duplicate") else "this is a value already"
        return InvalidError(said, location=places.at(offset))
    if last[1].key < line_start:
        offset = last[1].key
    name = ".".join(last[1].keys) or '""'
    first = next((line for path, line in earlier if path == last[0]), None)
    if first is None:
        return InvalidError(
            f"the key {name} cannot be set here: it is a table or a value already", location=places.at(offset)
        )
    return InvalidError(
        f"the key {name} is given twice (first on line {places.at(first.key).line})",
        hint="keep one of the two",
        location=places.at(offset),
    )


def _deep(text: str) -> int | None:
    """Where the nesting becomes too deep, if it does before anything else is wrong."""
    try:
        sections(text)
    except ScanError as error:
        return error.at if error.deep else None
    return None


def _too_deep(places: _Places, offset: int | None) -> InvalidError:
    return InvalidError(f"the nesting is too deep (more than {DEEPEST} levels)", location=places.at(offset or 0))


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


def _huge(data: object, path: Path = ()) -> Path | None:
    """The path of an integer of more than 64 bits."""
    if isinstance(data, int):
        return path if not -LARGEST - 1 <= data <= LARGEST else None
    items: Any = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        found = _huge(value, (*path, key))
        if found is not None:
            return found
    return None
