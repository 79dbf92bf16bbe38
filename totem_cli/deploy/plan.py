"""The plan of a deployment: which files are sent, in which order, as what; which are deleted at the end."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from totem_cli.deploy.record import ADDED, REPLACED
from totem_cli.publishing.manifest import Row

_HASHED = "assets/"
"""Files under this folder have their content's digest in their names."""

_FOREVER = "public, max-age=31536000, immutable"
_SHORT = "public, max-age=300"
_MEDIA = "public, max-age=3600"

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".xml": "application/xml",
    ".atom": "application/atom+xml",
    ".rss": "application/rss+xml",
    ".ics": "text/calendar; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".epub": "application/epub+zip",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".woff2": "font/woff2",
    ".vtt": "text/vtt; charset=utf-8",
    ".sqlite": "application/vnd.sqlite3",
}
"""What systems' own tables lack, or say without the encoding."""


class Headers(NamedTuple):
    """What a server says with a file."""

    content_type: str
    cache_control: str


class Plan(NamedTuple):
    """What a deployment does. ``steps`` are sent one after another, the files of one in any order."""

    steps: tuple[tuple[str, ...], ...]
    deleted: tuple[str, ...]
    unchanged: int

    @property
    def sent(self) -> tuple[str, ...]:
        """All files that are sent, in order."""
        return tuple(path for step in self.steps for path in step)

    @property
    def is_empty(self) -> bool:
        """Whether the target is up to date."""
        return not self.steps and not self.deleted


def plan(rows: Mapping[str, Row], deployed: Mapping[str, str]) -> Plan:
    """The plan that makes a target, which holds the files of ``deployed``, hold those of an export.

    No page that a reader can come to links to a file that is missing, wherever it stops: what pages use goes first;
    then new pages, to which nothing leads yet; then pages that changed; then the lists of all (feeds, search, the home
    page). Deletions are last, pages before what they use.
    """
    changed = [path for path, row in rows.items() if deployed.get(path) != row.digest]
    steps: dict[int, list[str]] = {}
    for path in changed:
        steps.setdefault(_step(path, is_new=deployed.get(path, ADDED) == ADDED), []).append(path)
    gone = sorted((path for path in deployed if path not in rows), key=lambda path: (-_step(path), path))
    return Plan(tuple(tuple(sorted(steps[step])) for step in sorted(steps)), tuple(gone), len(rows) - len(changed))


def begun(plan: Plan, deployed: Mapping[str, str]) -> dict[str, str]:
    """The files of ``deployed`` once the plan is begun: those that it sends or deletes are marked."""
    sent = {path: ADDED if deployed.get(path, ADDED) == ADDED else REPLACED for path in plan.sent}
    return {**deployed, **sent, **dict.fromkeys(plan.deleted, ADDED)}


def headers(path: str) -> Headers:
    """What a server shall say with the file at a path of a site."""
    suffix = PurePosixPath(path).suffix.lower()
    kind = _TYPES.get(suffix) or _guessed(path)
    if path.startswith(_HASHED):
        return Headers(kind, _FOREVER)
    return Headers(kind, _MEDIA if path.startswith("media/") else _SHORT)


def _guessed(path: str) -> str:
    from mimetypes import guess_type

    return guess_type(path, strict=False)[0] or "application/octet-stream"


def _step(path: str, *, is_new: bool = False) -> int:
    name = PurePosixPath(path).name
    if path == "index.html" or path.startswith("search/"):
        return 4
    if name.endswith((".xml", ".atom", ".rss")) or name in {"feed.json", "robots.txt"}:
        return 3
    if name.endswith((".html", ".json")):
        return 1 if is_new else 2
    return 0
