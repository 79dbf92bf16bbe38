"""Data written as TOML: values, tables, and whole new files in one canonical order."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from totem_cli.documents.body import writable
from totem_cli.errors import InvalidError

MAX_DEPTH = 100
"""Deeper nesting is refused: it is never meant, and it exhausts the stack of recursive readers."""

MAX_INTEGER = 2**63 - 1
"""TOML 1.0.0, Integer: 64-bit signed integers, "if an integer cannot be represented losslessly, an error"."""

ABSENT: Final = object()
"""The value of a key that is not there."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_HALF = re.compile(r"[\ud800-\udfff]")
_QUOTES = re.compile(r"('''|\"\"\"|')(\r?\n)?")
_LONG = 40


def new_markdown(front: Mapping[str, Any], body: str, order: Sequence[str]) -> bytes:
    """The bytes of a new Markdown file: the front matter between lines of ``+++``, a blank line, the body.

    Keys come in the given order, then those it does not name, then the tables. A key that holds None is left out; an
    empty list is written, for it says "none". Raises InvalidError for a value that TOML cannot carry.
    """
    head, recap = f"+++\n{_document(front, order)}+++\n", writable(body)
    return f"{head}\n{recap}\n".encode() if recap else head.encode()


def new_toml(front: Mapping[str, Any], order: Sequence[str]) -> bytes:
    """The bytes of a new TOML file, written as ``new_markdown`` writes front matter."""
    return _document(front, order).encode()


def plain(value: Any, level: int = 0) -> Any:
    """The value as TOML reads it back: plain dicts, lists, strings, numbers, dates; keys that hold None left out.

    Raises InvalidError for what TOML cannot carry.
    """
    if level > MAX_DEPTH:
        raise too_deep()
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) for name in value):
            raise InvalidError("a key of a table must be a text")
        return {plain(name): plain(item, level + 1) for name, item in value.items() if item is not None}
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | bytearray):
        return [plain(item, level + 1) for item in value]
    return _plain_scalar(value)


def too_deep() -> InvalidError:
    """The error for data that totem would refuse to read back."""
    return InvalidError(f"the nesting is too deep (more than {MAX_DEPTH} levels)")


def _plain_scalar(value: Any) -> Any:
    if isinstance(value, str):
        text = str.__str__(value)
        if half := _HALF.search(text):
            raise InvalidError(f"the text holds half a character: {half.group()!a}")
        return text
    if isinstance(value, int) and not isinstance(value, bool):
        if not -MAX_INTEGER - 1 <= value <= MAX_INTEGER:
            raise InvalidError("the integer has more than 64 bits")
        return int(value)
    if isinstance(value, dt.datetime | dt.time):
        zone = value.utcoffset()
        if zone is not None and (isinstance(value, dt.time) or zone % dt.timedelta(minutes=1)):
            raise InvalidError(f"TOML has no way to write the zone of {value}")
        return value
    if isinstance(value, bool | float | dt.date):
        return value
    raise InvalidError(f"TOML has no way to write {type(value).__name__}")


def same(one: Any, other: Any) -> bool:
    """Whether two plain values are written alike: 1 is not true nor 1.0, and noon in Paris is not 11:00 UTC."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(item, other[key]) for key, item in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float | dt.datetime):
        return str(one) == str(other)
    return bool(one == other)


def is_tables(value: Any) -> bool:
    """Whether the value is a list of one table or more, which is written as ``[[key]]`` blocks."""
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def key(part: str) -> str:
    """One part of a key, in quotes where it must be."""
    return part if _BARE_KEY.fullmatch(part) else _scalar(part)


def dotted(parts: Iterable[str]) -> str:
    """A key of several parts."""
    return ".".join(map(key, parts))


def inline(value: Any) -> str:
    """The value on one line."""
    if isinstance(value, dict):
        pairs = ", ".join(f"{key(name)} = {inline(item)}" for name, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(inline, value))}]"
    return _scalar(value)


def like(written: str, value: Any, newline: str) -> str:
    """The value, in the quotes of the one that it replaces where those can carry it."""
    opening = _QUOTES.match(written)
    if opening is None or not isinstance(value, str):
        return inline(value)
    quotes, multiline = opening[1], len(opening[1]) == 3
    # A line that looks like the end of the front matter would be valid, but mislead every other reader.
    if re.search(r"^\+\+\+", value, re.MULTILINE) if multiline else "\n" in value:
        return inline(value)
    if "'" in quotes and (_CONTROL.search(value) or quotes in value or value.endswith("'")):
        return inline(value)
    text = value
    if '"' in quotes:
        text = "\n".join(_scalar(line)[1:-1].replace('\\"', '"') for line in value.split("\n"))
        text = re.sub(r'"(?="|\Z)', r"\"", text)
    if multiline and (opening[2] or value.startswith("\n")):
        text = "\n" + text
    return quotes + text.replace("\n", newline) + quotes


def statement_value(name: str, value: Any, newline: str = "\n", indent: str = "") -> str:
    """The value after ``name =``: a list of long texts, or of questions, has a line for each item."""
    if isinstance(value, list) and value:
        texts = (item for item in value if isinstance(item, str))
        if name == "questions" or any(len(text) > _LONG for text in texts):
            lines = "".join(f"{indent}  {inline(item)},{newline}" for item in value)
            return f"[{newline}{lines}{indent}]"
    return inline(value)


def statement(parts: Sequence[str], value: Any, newline: str = "\n", indent: str = "") -> str:
    """The line, or lines, of ``key = value``."""
    return f"{indent}{dotted(parts)} = {statement_value(parts[-1], value, newline, indent)}{newline}"


def table(
    parts: tuple[str, ...], value: Mapping[str, Any], newline: str = "\n", *, array: bool = False, indent: str = ""
) -> str:
    """A table with its header, or with ``array`` one table of a list; the tables inside it follow with theirs."""
    header = f"[[{dotted(parts)}]]" if array else f"[{dotted(parts)}]"
    return f"{indent}{header}{newline}{_content(parts, value, newline, indent)}"


def _content(parts: tuple[str, ...], value: Mapping[str, Any], newline: str, indent: str = "") -> str:
    lines: list[str] = []
    tables: list[str] = []
    for name, item in value.items():
        if isinstance(item, dict):
            tables.append(table((*parts, name), item, newline, indent=indent))
        elif is_tables(item):
            tables += [table((*parts, name), each, newline, array=True, indent=indent) for each in item]
        else:
            lines.append(statement((name,), item, newline, indent))
    head = "".join(lines)
    return newline.join([head, *tables]) if head or parts else newline.join(tables)


def _document(front: Mapping[str, Any], order: Sequence[str]) -> str:
    data = plain(front)
    names = [name for name in order if name in data]
    ordered = {name: data[name] for name in [*names, *data]}
    return _content((), ordered, "\n")


def _scalar(value: Any) -> str:
    import tomli_w

    return tomli_w.dumps({"k": value})[4:-1]
