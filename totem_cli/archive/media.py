"""The files that an archive carries beside its text: what is under ``media/`` and ``theme/``."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import cache, cached_property, partial
from pathlib import Path

from msgspec import Struct

from totem_cli.errors import SystemFailedError, TotemError
from totem_cli.publishing.contents import Contents
from totem_cli.storage.walk import read_beneath, walk

MEDIA, THEME, TEMPLATES = "media", "theme", "templates"

HEAD = 1 << 16
"""As many bytes as tell what a file is."""


class MediaFile(Struct, frozen=True):
    """One file: called, it gives its bytes; ``digest`` gives theirs, most often without reading them.

    ``path`` counts from the archive's folder, ``root``.
    """

    root: Path
    path: str
    digests: Digests

    def __call__(self) -> bytes:
        """The whole content. Raises :class:`SystemFailedError`."""
        return _read(self.root, self.path)

    def head(self) -> bytes:
        """How the content begins. Raises :class:`SystemFailedError`."""
        return _read(self.root, self.path, HEAD)

    def digest(self) -> str:
        """The digest of the content. Raises :class:`SystemFailedError`."""
        return self.digests.of(self.path)


class Digests:
    """The digests of an archive's media, made at the first question, remembered in ``memory`` with their stats."""

    def __init__(self, root: Path, memory: Path | None) -> None:
        self._root = root
        self._memory = memory

    def of(self, path: str) -> str:
        """The digest of one file. Raises :class:`SystemFailedError` where one cannot be read."""
        if path not in self._all:
            raise SystemFailedError(f"cannot read {self._root / path}: it is no file any more")
        return self._all[path]

    @cached_property
    def _all(self) -> dict[str, str]:
        contents = Contents(str(self._root), str(self._memory) if self._memory else None)
        try:
            found = {file.path: contents.digest(file) for file in walk(self._root, MEDIA, {})}
        except OSError as error:
            raise SystemFailedError.from_os(error, "read", error.filename or self._root / MEDIA) from error
        if found:
            contents.only(found)
            contents.save()
        return found


def media_files(root: Path, memory: Path | None) -> dict[str, MediaFile]:
    """Every file of the ``media/`` of the archive at ``root`` by its name there, as :class:`MediaFile`.

    ``memory`` is a file to remember digests in; None where nothing may be written.
    """
    digests = Digests(root, memory)
    return {file.path.removeprefix(f"{MEDIA}/"): MediaFile(root, file.path, digests) for file in walk(root, MEDIA, {})}


def theme_files(root: Path) -> dict[str, Callable[[], bytes]]:
    """Every file of the ``theme/`` of the archive at ``root`` by its name there, as a function that reads it."""
    return {file.path.removeprefix(f"{THEME}/"): partial(_read, root, file.path) for file in walk(root, THEME, {})}


def left_out(root: Path) -> dict[str, TotemError]:
    """What is not read of an archive's media, theme and templates, by its path: symbolic links, devices."""
    problems: dict[str, TotemError] = {}
    for top in (MEDIA, THEME, TEMPLATES):
        deque(walk(root, top, problems), maxlen=0)
    return problems


@cache
def installation() -> str:
    """What tells one state of what totem is run from: its own files, for whoever works on them, and what is installed.

    Where something is installed or removed, the time of a folder of ``sys.path`` is another.
    """
    found = []
    for folder in sys.path[1:]:  # the first is where the program itself is
        with suppress(OSError):
            found.append(f"{folder} {os.stat(folder).st_mtime_ns}")
    for at, folders, names in os.walk(Path(__file__).parent.parent):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            with suppress(OSError):
                seen = os.stat(os.path.join(at, name))
                found.append(f"{name} {seen.st_size} {seen.st_mtime_ns}")
    return "\n".join(found)


def _read(root: Path, path: str, size: int = -1) -> bytes:
    try:
        return read_beneath(root, path, size)
    except OSError as error:
        raise SystemFailedError.from_os(error, "read", root / path) from error
