"""What the last export into a folder was made from, so that one from the same sources need not be thought through.

It stands beside the memory of the outputs' stats, and is a cache as that is: deleting it changes no answer. So is what
the exporter remembers of its sources, to know next time which pages alone may have changed. Both hold for one manifest.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, NoReturn, Protocol

import msgspec

from totem_cli.store.files import Folder
from totem_cli.store.manifest import NAME, Contents, Manifest, check_path, digest_of
from totem_cli.store.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_DIGEST = 32


class LostError(Exception):
    """A page that cannot have changed must be rendered all the same: its file is gone, or is another."""


class Renewed(NamedTuple):
    """The pages that may have changed, and the paths of those that are no more."""

    pages: Iterable[Page]
    gone: frozenset[str]


class Memory(Protocol):
    """What an exporter remembers."""

    def remember(self) -> bytes:
        """What is to be remembered of the sources that the pages were just made from."""

    def recall(self, content: bytes) -> Renewed | None:
        """What may have changed since; None where that may be anything."""


def unchanged(target: str, source: str, stats: str | Path | None) -> int | None:
    """How many files the folder holds, if all are as an export from this ``source`` left them; else None.

    Every file is looked at, by a stat.
    """
    if stats is None or not source:
        return None
    memory = os.fspath(stats)
    try:
        with open(_beside(memory), "rb") as file:
            known, manifest = msgspec.json.decode(file.read(), type=tuple[str, str])
        with Folder(target) as folder:
            content = folder.read(NAME)
        if known != source or content is None or digest_of(content) != manifest:
            return None
        entries = Manifest.decode(content, NAME).entries
        contents = Contents(target, memory)
        if not all(contents.holds(path, entry) for path, entry in entries.items()):
            return None
        contents.save(entries)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return len(entries)


def renewed(target: str, stats: str | Path, memory: Memory) -> tuple[list[Page], Manifest] | None:
    """Every page of an export, of which only those that may have changed since the last can be rendered; its manifest.

    None where it is not known which these are. To render any other raises :class:`LostError`.
    """
    try:
        with open(_beside(os.fspath(stats), "memory"), "rb") as file:
            manifest, digest, content = file.read(_DIGEST), file.read(_DIGEST), file.read()
        with Folder(target) as folder:
            known = folder.read(NAME)
    except OSError:
        return None
    if known is None or digest_of(known).encode() != manifest or digest_of(content).encode() != digest:
        return None
    found = memory.recall(content)
    if found is None:
        return None
    pages = {check_path(page.path): page for page in found.pages}
    old = Manifest.decode(known, NAME)
    changed = pages.keys() | found.gone
    kept = [Page(path, entry.key, _lost) for path, entry in old.entries.items() if path not in changed]
    return [*pages.values(), *kept], old


def settle(target: str, source: str, stats: str | Path | None, memory: Memory | None) -> None:
    """Remember that the folder holds what this ``source`` makes; without one, forget what was known."""
    if stats is None:
        return
    beside = _beside(os.fspath(stats))
    with suppress(OSError):
        if not source:
            os.unlink(beside)
            return
        with Folder(target) as folder:
            manifest = digest_of(folder.read(NAME) or b"")
        _write(beside, msgspec.json.encode((source, manifest)))
        if memory:
            content = memory.remember()
            head = f"{manifest}{digest_of(content)}".encode()
            _write(_beside(os.fspath(stats), "memory"), head + content)


def _write(path: str, content: bytes) -> None:
    fresh = f"{path}.{os.getpid()}"
    with open(fresh, "wb") as file:
        file.write(content)
    os.replace(fresh, path)


def _beside(stats: str, name: str = "source") -> str:
    return f"{stats.removesuffix('.json')}.{name}"


def _lost() -> NoReturn:
    raise LostError
