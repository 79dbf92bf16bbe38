"""The files that an archive carries beside its text: what is under ``media/`` and ``theme/``."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from pathlib import Path

from msgspec import Struct

from totem_cli.archive.picture_boxes import BrokenPictureError
from totem_cli.archive.picture_metadata import START, is_picture, may_be_refused, without_metadata
from totem_cli.errors import InvalidError, Location, SystemFailedError, TotemError
from totem_cli.publishing.contents import PIECE, Contents
from totem_cli.publishing.page import key_of
from totem_cli.storage.walk import open_beneath, read_beneath, walk

MEDIA, THEME, TEMPLATES = "media", "theme", "templates"

BARE = "without metadata 2"
"""In the digest of a file that loses its metadata if it is a picture. Changed when one would give other bytes."""

HEAD = 1 << 16
"""As many bytes as tell what a file is."""


class MediaFile(Struct, frozen=True):
    """One file: called, it gives its bytes; ``digest`` gives theirs, most often without reading them.

    ``path`` counts from the archive's folder, ``root``. With ``bare``, a picture is given without its metadata; where
    they cannot be taken out, what reads it raises :class:`InvalidError`.
    """

    root: Path
    path: str
    digests: Digests
    bare: bool = False

    def __call__(self) -> bytes:
        """The whole content. Raises :class:`SystemFailedError`."""
        content = _read(self.root, self.path)
        if not self.bare or not is_picture(content[:START], self.path):
            return content
        try:
            return without_metadata(content)
        except BrokenPictureError:
            raise _refused(self.path) from None

    def pieces(self) -> Iterator[bytes]:
        """The whole content, a piece after the other. Raises :class:`SystemFailedError`."""
        if self.bare and self.is_picture():
            yield self()
            return
        try:
            with open(open_beneath(self.root, self.path), "rb", buffering=0) as file:
                while piece := file.read(PIECE):
                    yield piece
        except OSError as error:
            raise SystemFailedError.from_os(error, "read", self.root / self.path) from error

    def size(self) -> int:
        """How many bytes it has. Raises :class:`SystemFailedError`."""
        if self.bare and self.is_picture():
            return len(self())
        try:
            with open(open_beneath(self.root, self.path), "rb", buffering=0) as file:
                return os.fstat(file.fileno()).st_size
        except OSError as error:
            raise SystemFailedError.from_os(error, "read", self.root / self.path) from error

    def head(self) -> bytes:
        """How the file begins, metadata included. Raises :class:`SystemFailedError`."""
        return _read(self.root, self.path, HEAD)

    def is_picture(self) -> bool:
        """Whether it is a picture. Raises :class:`SystemFailedError`."""
        return is_picture(_read(self.root, self.path, START), self.path)

    def refused(self) -> TotemError | None:
        """Why it is not published, though its name is there: what was written into it cannot be taken out."""
        try:
            if self.bare and self.is_picture() and may_be_refused(_read(self.root, self.path, START)):
                self()
        except InvalidError as error:
            return error
        except SystemFailedError:  # told where it is read
            pass
        return None

    def digest(self) -> str:
        """The digest of the content. Raises :class:`SystemFailedError`."""
        digest = self.digests.of(self.path)
        return key_of(BARE, digest) if self.bare else digest


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


def media_files(root: Path, memory: Path | None, *, keep_metadata: bool = False) -> dict[str, MediaFile]:
    """Every file of the ``media/`` of the archive at ``root`` by its name there, as :class:`MediaFile`.

    ``memory`` is a file to remember digests in; None where nothing may be written. Pictures are without their metadata,
    unless ``keep_metadata``.
    """
    digests = Digests(root, memory)
    return {
        path.removeprefix(f"{MEDIA}/"): MediaFile(root, path, digests, not keep_metadata)
        for path in (file.path for file in walk(root, MEDIA, {}))
    }


def theme_files(root: Path) -> dict[str, Callable[[], bytes]]:
    """Every file of the ``theme/`` of the archive at ``root`` by its name there, as a function that reads it."""
    return {file.path.removeprefix(f"{THEME}/"): partial(_read, root, file.path) for file in walk(root, THEME, {})}


def _refused(path: str) -> InvalidError:
    return InvalidError(
        "what cameras wrote into the picture cannot be taken out of it, and no export has it",
        location=Location(path),
        hint="save it anew, best as JPEG, PNG or WebP; or write keep_metadata = true under [html] in totem.toml",
    )


def left_out(root: Path) -> dict[str, TotemError]:
    """What is not read of an archive's media, theme and templates, by its path: symbolic links, devices."""
    problems: dict[str, TotemError] = {}
    for top in (MEDIA, THEME, TEMPLATES):
        deque(walk(root, top, problems), maxlen=0)
    return problems


def _read(root: Path, path: str, size: int = -1) -> bytes:
    try:
        return read_beneath(root, path, size)
    except OSError as error:
        raise SystemFailedError.from_os(error, "read", root / path) from error
