"""What is wrong with a text that is not TOML: where the fault is, and how to mend it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from totem_cli.documents.toml_source import ScanError, Source, sections
from totem_cli.documents.toml_write import MAX_DEPTH
from totem_cli.errors import InvalidError, Location

if TYPE_CHECKING:
    from totem_cli.documents.toml_source import Path

_POSITION = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_CONFLICT = re.compile(r"^(?:<{7}|>{7})(?:[ \t\r\n]|\Z)", re.MULTILINE)
_DIVIDER = re.compile(r"(?:={7}|\|{7})(?:[ \t\r\n]|\Z)")

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
    (
        "Expected newline",
        "unexpected text after the value",
        'one key a line; a text, and a date that is no whole day, stands between quotes; a " inside it is written \\"',
    ),
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


def explained(error: ValueError, text: str, file: str, first_line: int) -> InvalidError:
    """The error to raise for a text that a parser refused; its first line is ``first_line`` of ``file``."""
    import tomllib

    source = _Text(text, file, first_line)
    if isinstance(error, ScanError):
        return source.error(f"the nesting is too deep (more than {MAX_DEPTH} levels)", error.at)
    if isinstance(error, tomllib.TOMLDecodeError):
        return _explain(str(error), source)
    # The interpreter refuses to read integers of thousands of digits, without saying where.
    endless = _ENDLESS_INTEGER.search(text)
    return source.error("this is not a number that totem can read", endless.start() if endless else 0)


def too_large(path: Path, text: str, file: str, first_line: int) -> InvalidError:
    """The error for an integer of more than 64 bits at this path."""
    source = _Text(text, file, first_line)
    return source.error("the integer has more than 64 bits", Source(text).offsets[path], _QUOTE)


def location(text: str, offset: int, file: str, first_line: int = 1) -> Location:
    """The line and column of an offset in a text whose first line is ``first_line`` of ``file``."""
    line_start = text.rfind("\n", 0, offset) + 1
    return Location(file, first_line + text.count("\n", 0, offset), offset - line_start + 1)


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
