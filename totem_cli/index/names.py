"""The names that shell completion offers, from the index in the state in which the last command left it.

The index is opened for reading; it is neither created nor brought up to date. Without a readable index there are none.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

Kind = Literal["series", "episode", "person", "organisation", "tag"]


def names(root: Path, kind: Kind) -> list[str]:
    """Return the names of one kind, unsorted: slugs of series, references of episodes, else names as written."""
    if kind == "series":
        found = _rows(root, "SELECT slug FROM file WHERE kind = 'series'")
        return _series_folders(root) if found is None else [slug for (slug,) in found]
    if kind == "episode":
        found = _rows(root, "SELECT series, slug, number FROM file WHERE kind = 'episode'")
        if found is None:
            return [f"{series}/{slug}" for series in _series_folders(root) for slug in _episode_files(root, series)]
        return [f"{series}/{name}" for series, *either in found for name in either if name is not None]
    if kind == "tag":
        return [name for (name,) in _rows(root, "SELECT DISTINCT name FROM tag") or ()]
    return list(dict.fromkeys(filter(None, _people(root) if kind == "person" else _organisations(root))))


def _people(root: Path) -> Iterator[str]:
    """Yield the names of everyone who appears, and of those who have a file."""
    yield from (name for (name,) in _rows(root, "SELECT DISTINCT name FROM appearance") or ())
    for value in _values(root, "person", "series"):
        yield value.name
        yield from (one.name for one in value.hosts)


def _organisations(root: Path) -> Iterator[str]:
    """Yield the names of all that somebody appears for, and of all partners."""
    from msgspec.json import decode

    for (names_of_one,) in _rows(root, "SELECT DISTINCT organisations FROM appearance") or ():
        yield from decode(names_of_one)
    yield from (name for (name,) in _rows(root, "SELECT DISTINCT name FROM partner") or ())
    yield from (name for value in _values(root, "series") for one in value.hosts for name in one.organisations)


def _values(root: Path, *kinds: str) -> Iterator[Any]:
    """Yield what completion needs of the values of series and persons: names, hosts."""
    from msgspec import defstruct
    from msgspec.msgpack import Decoder

    who = defstruct("Who", [("name", str, ""), ("organisations", list[str], [])])
    decode = Decoder(defstruct("Value", [("name", str, ""), ("hosts", list[who], [])])).decode  # type: ignore[valid-type]
    marks = ",".join(f"'{kind}'" for kind in kinds)
    for (data,) in _rows(root, f"SELECT data FROM value JOIN file USING (id) WHERE kind IN ({marks})") or ():  # noqa: S608
        yield decode(data)


def _rows(root: Path, query: str) -> list[tuple[Any, ...]] | None:
    """Return the rows of a query; None where there is no index, or where it cannot be read."""
    import sqlite3

    path = root / ".totem" / "index.sqlite"
    if not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0.1)) as db:
            return db.execute(query).fetchall()
    except sqlite3.Error:
        return None


def _series_folders(root: Path) -> list[str]:
    try:
        with os.scandir(root / "series") as found:
            return [one.name for one in found if one.is_dir() and not one.name.startswith(".")]
    except OSError:
        return []


def _episode_files(root: Path, series: str) -> list[str]:
    found = [name[:-3] for name in os.listdir(root / "series" / series) if name.endswith(".md")]
    return [slug for slug in found if slug != "series" and not slug.startswith(".")]
