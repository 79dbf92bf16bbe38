"""The names that shell completion offers, from the index in the state in which the last command left it.

The index is opened for reading; it is neither created nor brought up to date. Without a readable index there are none.
"""

from __future__ import annotations

import os
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
    return [name for (name,) in _rows(root, "SELECT DISTINCT name FROM name WHERE kind = ?", kind) or ()]


def _rows(root: Path, query: str, *values: str) -> list[tuple[Any, ...]] | None:
    """Return the rows of a query; None where there is no index, or where it cannot be read."""
    import sqlite3

    path = root / ".totem" / "index.sqlite"
    if not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0.1)) as db:
            return db.execute(query, values).fetchall()
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
