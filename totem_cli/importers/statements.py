"""The statements that ``totem apply`` reads: records in JSON, JSON Lines or TOML, with only the keys that matter."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from totem_cli.archive.applying import Kind, Statement
from totem_cli.documents.toml_read import read as read_toml
from totem_cli.errors import InvalidError, Location
from totem_cli.importers import Options, source_bytes
from totem_cli.importers.foreign_shape import Item
from totem_cli.importers.json import items
from totem_cli.importers.records import kind_of, listed

_KINDS: Mapping[str, Kind] = {"episodes": "episode", "series": "series", "people": "person"}


def read(source: Path | bytes, options: Options) -> list[Statement]:
    """Every statement of a source.

    TOML holds ``[[series]]``, ``[[episodes]]`` and ``[[people]]``, or one thing by itself. Raises InvalidError with
    line and column where it is neither JSON nor TOML, else with the field.
    """
    content, name = source_bytes(source, options)
    return list(_statements(_toml(content, name) if _is_toml(content, name) else items(content, name).items))


def _bare(content: bytes) -> bytes:
    return content.removeprefix(BOM_UTF8)


def _is_toml(content: bytes, name: str) -> bool:
    """By the suffix of the file; else by the first bracket: TOML begins with ``[[`` and a letter, or with a key."""
    if name.lower().endswith((".toml", ".json", ".jsonl", ".ndjson")):
        return name.lower().endswith(".toml")
    start = _bare(content).lstrip()
    return start[:1] != b"{" and ((start[:2] == b"[[" and start[2:3].isalpha()) or start[:1] != b"[")


def _toml(content: bytes, name: str) -> list[Item]:
    try:
        text = _bare(content).decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InvalidError("not UTF-8", hint="save it as UTF-8", location=Location(name, line)) from None
    data = read_toml(text.replace("\r\n", "\n"), name)
    document = Item(data, "", Location(name))
    found = [
        one
        for key in ("series", "episodes", "people")
        if isinstance(data.get(key), list)
        for one in listed(data, key, document)
    ]
    return found or ([document] if data else [])


def _statements(found: list[Item]) -> Iterator[Statement]:
    for item in found:
        key = kind_of(item)
        if key == "comments" and item.path.startswith(key):
            continue  # what readers said is part of a whole export, and is nobody else's to state
        if key not in _KINDS:
            hint = "totem add comment, totem import json"
            raise InvalidError("a comment cannot be stated", hint=hint, location=item.location)
        kind = _KINDS[key]
        value: dict[str, Any] = dict(item.value)
        inner = listed(value, "episodes", item) if kind == "series" else []
        value.pop("episodes", None)
        yield Statement(kind, value, item.location, item.path)
        for one in inner:
            if not isinstance(one.value, dict):
                kind_of(one)
            yield Statement("episode", {"series": value.get("slug"), **one.value}, one.location, one.path)
