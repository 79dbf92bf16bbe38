"""Records in JSON, or JSON Lines: totem's own, and other people's lists of talks, of whatever shape.

What ``export json``, ``list --json`` and ``show --json`` print comes back as it was: keys that follow from others
(``address``, ``recap_html``, ``appearances``) are dropped, ``extra`` is put back in its place.
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from totem_cli.documents.toml_write import MAX_INTEGER
from totem_cli.errors import InvalidError, Location
from totem_cli.importers import Imported, Options, source_bytes
from totem_cli.importers.foreign_shape import Item, Records
from totem_cli.importers.ghost import site_of, tables_of
from totem_cli.importers.records import items_of, read_records
from totem_cli.importers.words import read_mapping

_LONG_INTEGER = re.compile(rb"[0-9]{19}")

TWICE = "give one of them another name, or take it out"

DEEPEST = 100
"""How deep lists and tables may be nested."""


class TwiceError(Exception):
    """A key is twice in one object."""


def read(source: Path | bytes, options: Options) -> Imported:
    """The things in a JSON source. Raises InvalidError with line and column for a syntax error, else with the field."""
    content, name = source_bytes(source, options)
    return read_records(items(content, name, read_mapping(options)), name, options)


def items(content: bytes, name: str, fields: Mapping[str, str] | None = None) -> Records:
    """The records of the source; ``fields`` is what the user says that names are."""
    try:
        value = decoded(content, name)
    except InvalidError as problem:
        if b"\n" not in content.strip():
            raise
        return Records({}, list(_lines(content, name, problem)))
    if isinstance(value, dict) and {"sessions", "speakers", "rooms"} <= value.keys():
        hint = "totem import schedule reads it"
        raise InvalidError(
            "this is a schedule of Sessionize, not a list of records", hint=hint, location=Location(name)
        )
    if tables := tables_of(value):
        site, notes = site_of(tables, name)
        found = items_of(site, Location(name), fields)
        return replace(found, notes=[*notes, *found.notes])
    return items_of(value, Location(name), fields)


def _lines(content: bytes, name: str, problem: InvalidError) -> Iterator[Item]:
    """JSON Lines (jsonlines.org): one value a line. Where the first is invalid, ``problem`` is raised."""
    lines = [(number, line) for number, line in enumerate(content.split(b"\n"), 1) if line.strip()]
    for number, line in lines:
        try:
            yield Item(decoded(line, name, number), "", Location(name, number))
        except InvalidError as broken:
            raise (problem if number == lines[0][0] else broken) from None


def decoded(content: bytes, name: str, line: int = 1) -> Any:
    """The value that JSON in UTF-8 holds; InvalidError with line and column where it is none, or nested too deeply."""
    content = content.removeprefix(BOM_UTF8)
    try:
        value = msgspec.json.decode(content)
        msgspec.json.encode(value)
        is_too_deep = depth(value) > DEEPEST
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        raise _malformed(error, content, name, line) from None
    if is_too_deep:
        raise InvalidError(f"tables or lists are nested more than {DEEPEST} deep", location=Location(name, line))
    try:
        json.loads(content, object_pairs_hook=once)
    except TwiceError as error:
        raise InvalidError(str(error), hint=TWICE, location=Location(name, line)) from None
    return with_short_integers(value) if _LONG_INTEGER.search(content) else value


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs. Raises TwiceError where a key is there twice: readers keep one, and say nothing."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise TwiceError(f"the key {twice!r} is there twice in one object")
    return found


def with_short_integers(value: Any) -> Any:
    """The value with integers of more than 64 bits as text: they are names of something, and no file can hold them."""
    if isinstance(value, dict):
        return {key: with_short_integers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_short_integers(item) for item in value]
    if isinstance(value, int) and not -MAX_INTEGER - 1 <= value <= MAX_INTEGER:
        return str(value)
    return value


def _malformed(error: Exception, content: bytes, name: str, line: int) -> InvalidError:
    if isinstance(error, RecursionError):
        return InvalidError("tables or lists are nested too deeply", location=Location(name, line))
    if isinstance(error, UnicodeDecodeError):
        before, message = content[: error.start], "not UTF-8"
    else:
        message, _, byte = str(error).removesuffix(")").partition(" (byte ")
        message = message.removeprefix("JSON is malformed: ")
        before = content[: int(byte)] if byte.isdecimal() else content
    if content.startswith(b"PK\x03\x04"):
        hint = "totem import csv reads .xlsx and .ods"
        return InvalidError("this is a workbook, or another archive, and no JSON", hint=hint, location=Location(name))
    last = before.rpartition(b"\n")[2].decode(errors="replace")
    location = Location(name, line + before.count(b"\n"), len(last) + 1)
    return InvalidError(f"the JSON cannot be read: {message}", location=location)


def depth(value: Any) -> int:
    """How deep lists and tables are nested; RecursionError where it is deeper than Python's stack."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, inner)) if inner else 0
