"""A glimpse of the index for completion: the names it holds, read only, as fast as can be.

Nothing is brought up to date, nothing made, and no fault is told: what cannot be read has no names. Only what Python
brings is loaded, and msgspec where values must be looked into.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any


def episodes(root: str) -> list[str]:
    """References of episodes, ``series/number`` and ``series/slug``."""
    found = _rows(root, "SELECT series, number, slug FROM file WHERE kind = 'episode'")
    if found is None:
        return [f"{one}/{name}" for one in series(root) for name in _files(f"{root}/series/{one}") if name != "series"]
    numbered = [f"{one}/{number}" for one, number, _ in found if number is not None]
    return [*numbered, *(f"{one}/{slug}" for one, _, slug in found)]


def series(root: str) -> list[str]:
    """The slugs of all series."""
    found = _rows(root, "SELECT slug FROM file WHERE kind = 'series'")
    return _folders(f"{root}/series") if found is None else [slug for (slug,) in found]


def people(root: str) -> list[str]:
    """Everyone's name: guests, hosts, and who has a file."""
    import msgspec

    name = msgspec.defstruct("Who", [("name", str, "")])
    seen = msgspec.defstruct(
        "Seen",
        [("name", str, ""), ("guests", list[name], []), ("hosts", list[name], [])],  # type: ignore[valid-type]
    )
    found: dict[str, None] = {}
    for one in _values(root, msgspec.msgpack.Decoder(seen).decode):
        found[one.name] = None
        for who in one.hosts + one.guests:
            found[who.name] = None
    return list(filter(None, found))


def tags(root: str) -> list[str]:
    """Every tag."""
    import msgspec

    seen = msgspec.defstruct("Seen", [("tags", list[str], [])])
    values = _values(root, msgspec.msgpack.Decoder(seen).decode)
    return list(dict.fromkeys(tag for one in values for tag in one.tags))


def organisations(root: str) -> list[str]:
    """Every organisation of a guest, a host, a partner."""
    import msgspec

    who = msgspec.defstruct("Who", [("name", str, ""), ("organisations", list[str], [])])
    lists: Any = [(name, list[who], []) for name in ("guests", "hosts", "partners")]  # type: ignore[valid-type]
    found: dict[str, None] = {}
    for one in _values(root, msgspec.msgpack.Decoder(msgspec.defstruct("Seen", lists)).decode):
        for person in one.guests + one.hosts:
            for name in person.organisations:
                found[name] = None
        for partner in one.partners:
            found[partner.name] = None
    return list(filter(None, found))


def _values(root: str, decode: Callable[[bytes], Any]) -> Iterator[Any]:
    for (data,) in _rows(root, "SELECT data FROM value") or []:
        try:
            yield decode(data)
        except ValueError:
            continue


def _rows(root: str, query: str) -> list[tuple[Any, ...]] | None:
    """The answer to a question; None where there is no index to ask."""
    path = f"{root}/.totem/index.sqlite"
    if not os.path.isfile(path):
        return None
    import sqlite3

    quoted = os.path.abspath(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    try:
        with closing(sqlite3.connect(f"file://{quoted}?mode=ro", uri=True, timeout=0.1)) as db:
            return db.execute(query).fetchall()
    except sqlite3.Error:
        return None


def _folders(path: str) -> list[str]:
    try:
        with os.scandir(path) as found:
            return sorted(one.name for one in found if one.is_dir() and not one.name.startswith("."))
    except OSError:
        return []


def _files(path: str) -> list[str]:
    try:
        return sorted(name[:-3] for name in os.listdir(path) if name.endswith(".md") and not name.startswith("."))
    except OSError:
        return []
