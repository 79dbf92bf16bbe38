"""An export compared with the last one: with its manifest, and with what stands in the folder."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from totem_cli.errors import InvalidError, RefusedError
from totem_cli.publishing.contents import Contents
from totem_cli.publishing.manifest import NAME, Group, Manifest, Row, check_path, normal, rows_of_damaged
from totem_cli.publishing.page import combined
from totem_cli.publishing.toolchain import fingerprint
from totem_cli.storage.files import Folder
from totem_cli.storage.walk import walk

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence
    from pathlib import Path

    from totem_cli.publishing.page import PageGroup


class Comparison:
    """The folder as the last export left it, and what happened to it since.

    ``owned`` are the rows of the files that are totem's. ``standing`` are those of them whose files stand as they were
    written; one whose key says nothing any more has none. ``is_damaged`` says that the manifest cannot be read, and may
    be replaced: then ``owned`` are those files that hold what its readable lines, or what is remembered, say;
    ``is_sure`` says that these are all that were totem's.
    """

    def __init__(
        self, target: str, format_: str, filters: Mapping[str, Any], stats: str | Path | None, *, replace_: bool
    ) -> None:
        """Raises RefusedError where the folder holds another export, unless ``replace_`` says so; OSError."""
        self.target = target
        old, self.is_damaged = _old_manifest(target, replace_)
        self.old = _fitting(old, target, format_, normal(filters), replace_)
        self.new = Manifest(format=format_, filters=normal(filters), toolchain=fingerprint(), rows={})
        self.is_sure = not self.is_damaged
        self.contents = Contents(target, os.fspath(stats) if stats is not None else None)
        self.owned: Mapping[str, Row] = self.old.rows if self.old else self._recognised() if replace_ else {}
        self.contents.only(self.owned)
        self.altered = self.contents.altered(self.owned.values())
        self.keys_hold = self.old is not None and self.old.toolchain == self.new.toolchain
        self._by_group: dict[str, list[Row]] = {}
        for row in self.owned.values():
            self._by_group.setdefault(row.group, []).append(row)

    def _recognised(self) -> dict[str, Row]:
        """The rows of the files that hold just what totem once wrote there."""
        rows: Mapping[str, Row] = {}
        if self.is_damaged:
            with suppress(RefusedError):  # what stands in the manifest's place is no file
                rows = rows_of_damaged(_content(self.target) or b"")
        digests, remembered = {path: row.digest for path, row in rows.items()}, self.contents.remembered()
        is_of_this = digests.items() <= remembered.items()
        digests |= remembered
        found = {}
        for path, digest in digests.items():
            with suppress(OSError, InvalidError):
                row = Row(check_path(path), "", digest, os.lstat(f"{self.target}/{path}").st_size)
                if self.contents.holds(path, row):
                    found[path] = row
        if remembered and is_of_this and len(found) == len(remembered):
            self.is_sure = True  # all stands as it is remembered: nobody else exported to this folder
        return found

    def unknown(self, named: Container[str]) -> list[str]:
        """The files that are there though they are neither ``named`` nor recognised, sorted; hidden ones apart."""
        return sorted(file.path for file in walk(self.target, "", {}) if file.path not in named)

    @cached_property
    def standing(self) -> dict[str, Row]:
        """The rows of the files that stand as they were written.

        A group that warned is rendered whole, since its warnings are of pages that need not be rendered else.
        """
        groups = self.old.groups if self.old else {}
        loud = {name for name, group in groups.items() if group.warnings}
        return {
            path: row if self.keys_hold and row.group not in loud else replace(row, key="")
            for path, row in self.owned.items()
            if path not in self.altered
        }

    def unchanged(self, group: PageGroup) -> Sequence[Row] | None:
        """The rows of a group that is as the last export left it; None for one that must be listed."""
        entry = self.old.groups.get(group.name) if self.old and self.keys_hold and group.key else None
        if entry is None or entry.key != combined(group.key):
            return None
        rows = self._by_group.get(group.name, [])
        return None if self.altered and any(row.path in self.altered for row in rows) else rows

    def group(self, group: PageGroup) -> Group:
        """What the manifest holds of a group that is unchanged."""
        assert self.old is not None
        return self.old.groups[group.name]


class Ways:
    """Whether the way to a path is free, or will be once the stale files are gone."""

    def __init__(self, target: str, stale: Iterable[str]) -> None:
        self._target = target
        self._stale = frozenset(stale)
        self._seen: dict[str, str | None] = {}
        try:
            self._empty = not os.listdir(target)
        except FileNotFoundError:
            self._empty = True

    def taken(self, path: str) -> bool:
        """Whether a file, a link or anything else that is no folder stands there."""
        mode = None if self._empty else self._mode(path)
        return mode is not None and not stat.S_ISDIR(mode)

    def obstacle(self, path: str) -> str | None:
        """What stands where a folder must be, or the folder that stands where a file must be."""
        if self._empty:
            return None
        folder, cut, found = path, 0, None
        while found is None and (cut := path.find("/", cut) + 1):
            folder = path[: cut - 1]
            if folder not in self._seen:
                mode = self._mode(folder)
                fits = mode is None or stat.S_ISDIR(mode) or folder in self._stale
                self._seen[folder] = None if fits else folder
            found = self._seen[folder]
        return found or (path if self._stays(path) else None)

    def _stays(self, path: str) -> bool:
        """Whether a folder stands there that will not be gone with the stale files in it."""
        mode = self._mode(path)
        if mode is None or not stat.S_ISDIR(mode):
            return False
        inside = (
            os.path.relpath(os.path.join(folder, name), self._target)
            for folder, folders, files in os.walk(os.path.join(self._target, path))
            for name in (files or ([] if folders else ["."]))
        )
        return not all(name in self._stale for name in inside)

    def _mode(self, path: str) -> int | None:
        try:
            return os.lstat(f"{self._target}/{path}").st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None


def old_manifest(target: str) -> Manifest | None:
    """The manifest in a folder; None where there is none. Raises RefusedError where it cannot be read."""
    content = _content(target)
    return None if content is None else Manifest.decode(content, os.path.join(target, NAME))


def _content(target: str) -> bytes | None:
    try:
        with Folder(target) as folder:
            return folder.read(NAME)
    except FileNotFoundError:
        return None


def _old_manifest(target: str, replace_: bool) -> tuple[Manifest | None, bool]:
    """The same, and whether it is damaged, which is refused unless ``replace_``."""
    try:
        return old_manifest(target), False
    except RefusedError:
        if replace_:
            return None, True
        raise


def _fitting(
    old: Manifest | None, target: str, name: str, filters: Mapping[str, Any], replace_: bool
) -> Manifest | None:
    """The last manifest; RefusedError where it is of another export."""
    if old is None or replace_:
        return old
    hint = "name another folder, or put this one in its place with --replace"
    if old.format != name:
        raise RefusedError(f"{target} holds an export of another format: {old.format}", hint=hint)
    if old.filters != filters:
        words = f"{target} holds an export of {_selection(old.filters)}, and this is {_selection(filters)}"
        raise RefusedError(words, hint=hint)
    return old


def _selection(filters: Mapping[str, Any]) -> str:
    """Filters in words."""
    if not filters:
        return "the whole archive"
    return "; ".join(
        f"{key} {', '.join(map(str, value)) if isinstance(value, list) else value}" for key, value in filters.items()
    )
