"""Redirects from the old addresses of episodes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from urllib.parse import unquote, urlsplit

LONGEST = 200
"""The most bytes in a name: a temporary name made from it must not exceed a file system's 255."""

_SEGMENT = re.compile(r"(?!\.)[^\x00-\x1f\x7f\\:<>\"|?*]{1,150}")


def redirects(aliases: Iterable[tuple[str, str, str]], taken: Set[str]) -> dict[str, str]:
    """Return the paths of redirect pages, each with the address that it leads to.

    ``aliases`` are of (series, alias, address), ``taken`` the paths of all other pages. An alias without a slash is
    relative to its series, one with a slash to the root of the site. Left out are aliases outside the site, those at
    the path of another page, and the second of two equal ones; paths are compared without case, as some disks do.
    """
    files = {path.casefold() for path in taken}
    folders = {folder for path in files for folder in _folders(path)}
    found: dict[str, str] = {}
    for series, alias, address in aliases:
        path = _path(series, alias)
        folded = path.casefold() if path else ""
        if not path or folded in files or folded in folders or not files.isdisjoint(_folders(folded)):
            continue
        files.add(folded)
        folders.update(_folders(folded))
        found[path] = address
    return found


def _path(series: str, alias: str) -> str | None:
    try:
        path = unquote(urlsplit(alias.strip()).path)
    except ValueError:
        return None
    inside = path.strip("/")
    if not inside:
        return None
    segments = [series, inside] if "/" not in path.rstrip("/") else inside.split("/")
    if not all(_SEGMENT.fullmatch(segment) and len(segment.encode()) <= LONGEST for segment in segments):
        return None
    is_file = segments[-1].lower().endswith((".html", ".htm"))
    return "/".join(segments) if is_file else "/".join([*segments, "index.html"])


def _folders(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]
