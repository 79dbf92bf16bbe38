"""Why a page of an export is made again."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from totem_cli.errors import NotFoundError
from totem_cli.publishing.comparison import old_manifest
from totem_cli.publishing.page import LastGroup, Page, PageGroup
from totem_cli.publishing.toolchain import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from totem_cli.publishing.page import Published


class Explanation(NamedTuple):
    """A page, the group it is in, and what of their keys differs from the last export's.

    ``parts`` are those of the group's key: where none differs, the page is not even looked at. ``page`` says whether
    the page's own key differs: where it does not, the page is not rendered. ``toolchain`` says whether the last export
    was made by another totem, or with other libraries: then all pages are rendered.
    """

    path: str
    group: str
    parts: Sequence[str]
    page: bool
    toolchain: bool
    is_new: bool


def explain(published: Iterable[Published], output: str | Path, path: str) -> Explanation:
    """Why the page at ``path`` would be made again; NotFoundError where this export has none there."""
    old = old_manifest(os.path.realpath(output))
    row = old.rows.get(path) if old else None
    paths: list[str] = []
    groups: list[PageGroup] = []
    last: list[LastGroup] = []
    for item in published:
        if isinstance(item, LastGroup):
            last.append(item)
        else:
            groups.append(PageGroup("", {}, partial(list, (item,))) if isinstance(item, Page) else item)
    groups.sort(key=lambda group: row is None or group.name != row.group)  # most often it is where it was
    found = next((one for group in groups if (one := _page(group, path, paths))), None)
    found = found or next((one for group in last if (one := _page(group.after(tuple(paths)), path, paths))), None)
    if found is None:
        raise NotFoundError(f"no page of this export is at {path}", hint="name it as it is in the output: index.html")
    group, page = found
    old_group = old.groups.get(group.name) if old else None
    is_other = old is not None and old.toolchain != fingerprint()
    parts = old_group.changed(group.key) if old_group else []
    return Explanation(path, group.name, parts, row is None or row.key != page.key, is_other, row is None)


def _page(group: PageGroup, path: str, paths: list[str]) -> tuple[PageGroup, Page] | None:
    """The page at ``path`` of a group, if it is there; the group's paths are added to ``paths``."""
    pages = list(group.pages())
    paths += [page.path for page in pages]
    return next(((group, page) for page in pages if page.path == path), None)
