"""The manifest of an export: which files of a folder totem wrote, and from what.

It stands in the folder itself, as ``.totem-manifest``, and holds no times, so that two outputs compare equal. It is
JSON Lines: first what was exported, then for each file ``[path, key, digest, size]``.
"""

from __future__ import annotations

import os
import re
import stat
import time
from contextlib import suppress
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from totem_cli.errors import InvalidError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

NAME = ".totem-manifest"
VERSION = 1
RESERVED = ".totem-"
"""What the names of the publisher's own files begin with."""

_PLAIN_PATH = re.compile(r"(?!\.totem-)(?:[A-Za-z0-9_-][A-Za-z0-9_.-]{0,200}/){0,20}[A-Za-z0-9_-][A-Za-z0-9_.-]{0,200}")
_PLAIN_PATHS = re.compile(rf"(?:{_PLAIN_PATH.pattern}\n)*+")
_NEVER_IN_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")
_OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_YOUNG = 20_000_000  # nanoseconds: two ticks of the slowest kernel clock that stamps files (100 Hz)


class Entry(Struct, frozen=True):
    """One file of an export: the key of its page, the digest and the size of its content."""

    key: str
    digest: str
    size: int


class Manifest(Struct, frozen=True, kw_only=True):
    """What an export wrote: in which format, what selection, which files."""

    format: str
    filters: dict[str, Any]
    entries: dict[str, Entry]

    def with_entries(self, entries: dict[str, Entry]) -> Manifest:
        """The same, of other files."""
        return Manifest(format=self.format, filters=self.filters, entries=entries)

    def encode(self) -> bytes:
        """The content of the file; the same manifest is always the same bytes."""
        head = {"totem_manifest": VERSION, "format": self.format, "filters": self.filters}
        rows = ((path, entry.key, entry.digest, entry.size) for path, entry in sorted(self.entries.items()))
        return msgspec.json.Encoder(order="deterministic").encode_lines([head, *rows])

    @classmethod
    def decode(cls, content: bytes, name: str) -> Manifest:
        """Read it back; RefusedError where it is damaged, hostile, or of a newer version."""
        head, _, rows = content.partition(b"\n")
        try:
            known = msgspec.json.decode(head, type=_Head)
            if known.totem_manifest == VERSION:
                found = msgspec.json.Decoder(tuple[str, str, str, int]).decode_lines(rows)
                entries = {path: Entry(key, digest, size) for path, key, digest, size in found}
                _check_paths(entries)
                return cls(format=known.format, filters=known.filters, entries=entries)
            problem = f"was written by another totem (version {known.totem_manifest})"
        except (msgspec.DecodeError, InvalidError, UnicodeDecodeError, RecursionError):
            problem = "is damaged"
        raise RefusedError(f"{name} {problem}", hint="export elsewhere, or take the folder over with --replace")


class _Head(Struct):
    totem_manifest: int
    format: str
    filters: dict[str, Any]


def normal(filters: Mapping[str, Any]) -> dict[str, Any]:
    """Filters as the manifest will give them back, so that they compare."""
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(filters))
    return found


def entry_of(key: str, content: bytes) -> Entry:
    """The entry of a page, once its content is known."""
    return Entry(key, digest_of(content), len(content))


def digest_of(content: bytes) -> str:
    """The digest by which contents are compared: BLAKE2b (RFC 7693), 128 bits, hexadecimal."""
    return blake2b(content, digest_size=16).hexdigest()


def check_path(path: str) -> str:
    """The path itself, if a file of an export may have it; else InvalidError.

    It is relative, goes only down, and holds nothing that a file system or a URL reads in a way of its own.
    """
    if _PLAIN_PATH.fullmatch(path):
        return path
    parts = path.split("/")
    if any(part in {"", ".", ".."} for part in parts):
        raise InvalidError(f"{path!r} cannot be the path of a page: it must be relative, without '..'")
    if _NEVER_IN_NAMES.search(path):
        raise InvalidError(f"{path!r} cannot be the path of a page: it holds a backslash or a control character")
    if any(len(part.encode()) > 255 for part in parts):
        raise InvalidError(f"{path!r} cannot be the path of a page: a name in it is longer than 255 bytes")
    if parts[0].startswith(RESERVED):
        raise InvalidError(f"{path!r} cannot be the path of a page: names that begin with {RESERVED} are totem's own")
    return path


def _check_paths(paths: Collection[str]) -> None:
    """The same as :func:`check_path` of each; most often all are plain, and are looked at in one go."""
    whole = "".join([f"{path}\n" for path in paths])
    if not _PLAIN_PATHS.fullmatch(whole) or whole.count("\n") != len(paths):
        for path in paths:
            check_path(path)


class Contents:
    """What the files of a folder hold, by digest, remembered with each file's stat so that few are read again.

    The memory is a file elsewhere (``None``: there is none, and every file is read). It is a cache: deleting it changes
    no answer. A file that is hardly older than its stat is read again: a change in between would not show.
    """

    def __init__(self, folder: str, memory: str | None) -> None:
        self._folder = folder
        self._memory = memory
        self._known: dict[str, tuple[int, int, int, str]] = {}
        self._changed = False
        if memory is not None:
            with suppress(OSError, msgspec.DecodeError, UnicodeDecodeError), open(memory, "rb") as file:
                self._known = msgspec.json.decode(file.read(), type=dict[str, tuple[int, int, int, str]])

    def holds(self, path: str, entry: Entry) -> bool:
        """Whether a regular file stands at ``path`` with just that content."""
        try:
            found = os.lstat(f"{self._folder}/{path}")
            if found.st_size != entry.size or not stat.S_ISREG(found.st_mode):
                return False
            return self._digest(path, found) == entry.digest
        except (FileNotFoundError, NotADirectoryError):
            return False

    def digest(self, path: str) -> str:
        """The digest of the file at ``path``. Raises OSError where there is none."""
        return self._digest(path, os.lstat(f"{self._folder}/{path}"))

    def wrote(self, path: str, entry: Entry, mtime: int) -> None:
        """Remember a file just put in place, if it is still the one that was written at ``mtime``."""
        with suppress(OSError):
            found = os.lstat(f"{self._folder}/{path}")
            if (found.st_size, found.st_mtime_ns) == (entry.size, mtime):
                self._remember(path, found, entry.digest)

    def save(self, paths: Iterable[str]) -> None:
        """Write down what is known of ``paths``; without permission nothing is."""
        known = {path: self._known[path] for path in paths if path in self._known}
        if self._memory is None or (not self._changed and len(known) == len(self._known)):
            return
        with suppress(OSError):
            with suppress(FileExistsError):
                os.mkdir(os.path.dirname(self._memory))
            fresh = f"{self._memory}.{os.getpid()}"
            with open(fresh, "wb") as file:
                file.write(msgspec.json.encode(known))
            os.replace(fresh, self._memory)

    def _digest(self, path: str, found: os.stat_result) -> str:
        known = self._known.get(path)
        if known is not None and known[:3] == (found.st_size, found.st_mtime_ns, found.st_ctime_ns):
            return known[3]
        return self._read(path)

    def _read(self, path: str) -> str:
        fd = os.open(f"{self._folder}/{path}", _OPEN_FILE)
        with open(fd, "rb", buffering=0) as file:
            found = os.fstat(fd)
            digest = digest_of(file.read())
        self._remember(path, found, digest)
        return digest

    def _remember(self, path: str, found: os.stat_result, digest: str) -> None:
        if max(found.st_mtime_ns, found.st_ctime_ns) < time.time_ns() - _YOUNG:
            self._known[path] = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, digest)
            self._changed = True
        elif self._known.pop(path, None):
            self._changed = True
