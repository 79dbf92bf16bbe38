"""What the files of a folder hold, by digest, remembered with each file's stat so that few are read again."""

from __future__ import annotations

import os
import stat
import struct
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from totem_cli.publishing.manifest import Row, digest_and_size, digest_of
from totem_cli.storage.layout import is_reliable
from totem_cli.storage.walk import Found, open_file

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

_OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_DIGEST = 16

PIECE = 1 << 20
"""Bytes that are read of a file at a time."""

_LOOK = struct.Struct("<qqq")
"""How a file looks: its size, mtime_ns and ctime_ns."""

_UNSURE = _LOOK.pack(-1, -1, -1)
"""In the place of a look that cannot be relied on: no file looks so."""


class Contents:
    """What is known of a folder's files.

    The memory is a file elsewhere (``None``: there is none, and every file is read). It is a cache: deleting it changes
    no answer. A file that is hardly older than its stat is read again next time: a change in between would not show.
    """

    def __init__(self, folder: str, memory: str | None) -> None:
        self._folder = folder
        self.memory = memory
        self._known: dict[str, bytes] = {}
        self._changed = False
        if memory is not None:
            with suppress(OSError), open(memory, "rb") as file:
                self._load(file.read())

    def remembered(self) -> dict[str, str]:
        """The digests of the files that were last known, by path."""
        return {path: known[_LOOK.size :].hex() for path, known in self._known.items()}

    def holds(self, path: str, row: Row) -> bool:
        """Whether a regular file stands at ``path`` with just that content."""
        try:
            found = os.lstat(f"{self._folder}/{path}")
            if found.st_size != row.size or not stat.S_ISREG(found.st_mode):
                return False
            return self._digest(path, found) == row.digest
        except (FileNotFoundError, NotADirectoryError):
            return False

    def altered(self, rows: Iterable[Row]) -> set[str]:
        """The paths of the rows whose file is missing, or does not hold what the row says."""
        look, pack, known = os.stat, _LOOK.pack, self._known
        found: set[str] = set()
        try:
            at = os.open(self._folder, _OPEN_FOLDER)
        except FileNotFoundError:
            return {row.path for row in rows}
        try:
            for row in rows:
                path = row.path
                try:
                    seen = look(path, dir_fd=at, follow_symlinks=False)
                    kept = known.get(path, _UNSURE)
                    if kept == pack(seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns) + bytes.fromhex(row.digest):
                        continue
                except (FileNotFoundError, NotADirectoryError):
                    found.add(path)
                    continue
                except (struct.error, ValueError):  # times that few file systems know; a digest that is none
                    pass
                if not self.holds(path, row):
                    found.add(path)
        finally:
            os.close(at)
        return found

    def digest(self, file: Found) -> str:
        """The digest of a file that a walk came to. Raises OSError where there is none."""
        return self._digest(file.path, file.stat, file)

    def wrote(self, path: str, row: Row, mtime: int) -> None:
        """Remember a file just put in place, if it is still the one that was written at ``mtime``; else forget it.

        To put it there changed its ctime; a write from now on changes its mtime, too, unless that is young.
        """
        with suppress(OSError):
            found = os.lstat(f"{self._folder}/{path}")
            if (found.st_size, found.st_mtime_ns) == (row.size, mtime):
                self._remember(path, found, row.digest, mtime)
                return
        self.forget(path)

    def forget(self, path: str) -> None:
        """Know nothing of the file at ``path``."""
        if self._known.pop(path, None):
            self._changed = True

    def only(self, paths: Container[str]) -> None:
        """Know of no other files than these."""
        for path in [path for path in self._known if path not in paths]:
            self.forget(path)

    def save(self) -> None:
        """Write down what is known, if there is anything new. Without permission nothing is."""
        if self.memory is None or not self._changed:
            return
        content = msgspec.msgpack.encode((os.fsencode("\0".join(self._known)), b"".join(self._known.values())))
        digest = digest_of(content)
        with suppress(OSError):
            with suppress(FileExistsError):
                os.mkdir(os.path.dirname(self.memory))
            fresh = f"{self.memory}.{os.getpid()}-{os.urandom(4).hex()}"
            with open(fresh, "wb") as file:
                file.write(bytes.fromhex(digest) + content)
            os.replace(fresh, self.memory)
            self._changed = False

    def _load(self, content: bytes) -> None:
        """Take over what was written down, unless it is damaged; its digest stands before it."""
        digest, content = content[:_DIGEST].hex(), content[_DIGEST:]
        if digest_of(content) != digest:
            return
        with suppress(msgspec.DecodeError):
            names, looks = msgspec.msgpack.decode(content, type=tuple[bytes, bytes])
            paths, size = os.fsdecode(names).split("\0"), _LOOK.size + _DIGEST
            if len(looks) == len(paths) * size:
                known = [looks[start : start + size] for start in range(0, len(looks), size)]
                self._known = dict(zip(paths, known, strict=True))

    def _digest(self, path: str, found: os.stat_result, file: Found | None = None) -> str:
        known = self._known.get(path, _UNSURE)
        if not known.startswith(_UNSURE) and known.startswith(_look_of(found)):
            return known[_LOOK.size :].hex()
        return self._read(path, file)

    def _read(self, path: str, file: Found | None = None) -> str:
        fd = open_file(file.folder, file.name) if file else os.open(f"{self._folder}/{path}", _OPEN_FILE)
        with open(fd, "rb", buffering=0) as opened:
            found = os.fstat(fd)
            digest, _ = digest_and_size(iter(partial(opened.read, PIECE), b""))
        self._remember(path, found, digest, max(found.st_mtime_ns, found.st_ctime_ns))
        return digest

    def _remember(self, path: str, found: os.stat_result, digest: str, changed: int) -> None:
        settled = is_reliable((changed, changed), time.time_ns())
        self._known[path] = (_look_of(found) if settled else _UNSURE) + bytes.fromhex(digest)
        self._changed = True


def _look_of(found: os.stat_result) -> bytes:
    try:
        return _LOOK.pack(found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    except struct.error:
        return _UNSURE
