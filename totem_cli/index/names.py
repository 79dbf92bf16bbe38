"""The names that an index holds, for completion: as it is, without synchronisation and without the model.

Where there is no index, series and episodes are found by the names of their files; nothing is made.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from totem_cli.storage.layout import HOME


def episodes(root: str) -> list[str]:
    """References of episodes, ``series/number`` and ``series/slug``."""
    found = _rows(root, "SELECT series, number, slug FROM file WHERE kind = 'episode'")
    if found is None:
        return [f"{one}/{name}" for one in series(root) for name in _records(f"{root}/series/{one}")]
    numbered = [f"{one}/{number}" for one, number, _ in found if number is not None]
    return [*numbered, *(f"{one}/{slug}" for one, _, slug in found)]


def series(root: str) -> list[str]:
    """The slugs of all series."""
    found = _rows(root, "SELECT slug FROM file WHERE kind = 'series'")
    if found is not None:
        return [slug for (slug,) in found]
    return [name for name in _listed(f"{root}/series") if os.path.isdir(f"{root}/series/{name}")]


def people(root: str) -> list[str]:
    """The name of everyone who is a guest or a host, or has a file."""
    named = [one["name"] for one in _values(root, "person")]
    appearing = [who["name"] for one in _values(root, "episode", "series") for who in _people(one)]
    return [*dict.fromkeys(named + appearing)]


def tags(root: str) -> list[str]:
    """Every tag."""
    return [*dict.fromkeys(name for (name,) in _rows(root, "SELECT name FROM tag") or [])]


def organisations(root: str) -> list[str]:
    """Every organisation of a guest, a host or a partner."""
    found: dict[str, None] = {}
    for one in _values(root, "episode", "series"):
        for who in _people(one):
            found |= dict.fromkeys(who.get("organisations", ()))
        found |= dict.fromkeys(partner["name"] for partner in one.get("partners", ()))
    return [*found]


def _people(value: dict[str, Any]) -> list[dict[str, Any]]:
    return [*value.get("hosts", ()), *value.get("guests", ())]


def _values(root: str, *kinds: str) -> Iterator[dict[str, Any]]:
    import msgspec

    query = "SELECT v.data FROM value v JOIN file f ON f.id = v.id WHERE f.kind IN (?, ?)"
    for (data,) in _rows(root, query, kinds[0], kinds[-1]) or []:
        yield msgspec.msgpack.decode(data)


def _rows(root: str, query: str, *values: str) -> list[tuple[Any, ...]] | None:
    """The answer of the index; None where there is none that can be asked."""
    path = os.path.abspath(f"{root}/{HOME}/index.sqlite")
    if not os.path.isfile(path):
        return None
    quoted = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    try:
        with closing(sqlite3.connect(f"file://{quoted}?mode=ro", uri=True, timeout=0.1)) as db:
            return db.execute(query, values).fetchall()
    except sqlite3.Error:
        return None


def _records(folder: str) -> list[str]:
    return [name[:-3] for name in _listed(folder) if name.endswith(".md") and name != "series.md"]


def _listed(folder: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except OSError:
        return []
