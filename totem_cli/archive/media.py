"""The files that an archive carries beside its text: what is under ``media/`` and ``theme/``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from pathlib import Path

from msgspec import Struct

from totem_cli.errors import SystemFailedError
from totem_cli.publishing.contents import PIECE, Contents

HEAD = 1 << 16
"""As many bytes as tell what a file is."""


class MediaFile(Struct, frozen=True):
    """One file: called, it gives its bytes; ``digest`` gives theirs, most often without reading them."""

    path: Path
    digests: Digests

    def __call__(self) -> bytes:
        """The whole content. Raises :class:`SystemFailedError`."""
        return _read(self.path, -1)

    def pieces(self) -> Iterator[bytes]:
        """The whole content, a piece after the other. Raises :class:`SystemFailedError`."""
        try:
            with open(self.path, "rb", buffering=0) as file:
                while piece := file.read(PIECE):
                    yield piece
        except OSError as error:
            raise SystemFailedError.from_os(error, "read", self.path) from error

    def size(self) -> int:
        """How many bytes it has. Raises :class:`SystemFailedError`."""
        try:
            return os.stat(self.path).st_size
        except OSError as error:
            raise SystemFailedError.from_os(error, "read", self.path) from error

    def head(self) -> bytes:
        """How the content begins. Raises :class:`SystemFailedError`."""
        return _read(self.path, HEAD)

    def digest(self) -> str:
        """The digest of the content. Raises :class:`SystemFailedError`."""
        return self.digests.of(self.path)


class Digests:
    """The digests of all files in a folder, made at the first question, remembered in ``memory`` with their stats."""

    def __init__(self, folder: Path, memory: Path | None) -> None:
        self._folder = folder
        self._memory = memory

    def of(self, path: Path) -> str:
        """The digest of one file. Raises :class:`SystemFailedError` where one cannot be read."""
        return self._all[path]

    @cached_property
    def _all(self) -> dict[Path, str]:
        contents = Contents(str(self._folder), str(self._memory) if self._memory else None)
        try:
            found = {path: contents.digest(str(path.relative_to(self._folder))) for path in _walk(self._folder)}
        except OSError as error:
            raise SystemFailedError.from_os(error, "read", error.filename or self._folder) from error
        if found:
            contents.only({str(path.relative_to(self._folder)) for path in found})
            contents.save()
        return found


def media_files(folder: Path, memory: Path | None) -> dict[str, MediaFile]:
    """Every file of the archive's ``media/`` by its name there, as :class:`MediaFile`.

    ``memory`` is a file to remember digests in; None where nothing may be written.
    """
    digests = Digests(folder, memory)
    return {path.relative_to(folder).as_posix(): MediaFile(path, digests) for path in _walk(folder)}


def theme_files(folder: Path) -> dict[str, Callable[[], bytes]]:
    """Every file of the archive's ``theme/`` by its name there, as a function that reads it."""
    return {path.relative_to(folder).as_posix(): partial(_read, path, -1) for path in _walk(folder)}


def _walk(folder: Path) -> Iterator[Path]:
    """Every regular file beneath a folder, sorted in each; what is hidden, and symbolic links, are not followed."""
    for at, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(at, name)
            if not name.startswith(".") and path.is_file() and not path.is_symlink():
                yield path


def _read(path: Path, size: int) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(size)
    except OSError as error:
        raise SystemFailedError.from_os(error, "read", path) from error
