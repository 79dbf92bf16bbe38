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
from totem_cli.store.output import Output, target_of
from totem_cli.store.page import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_DIGEST = 32


class LostError(Exception):
    """A page that cannot have changed must be rendered all the same: its file is gone, or is another."""


class Renewed(NamedTuple):
    """The pages that may have changed, the paths of those that are no more, and all that are named after their key."""

    pages: Sequence[Page]
    gone: frozenset[str]
    named: Sequence[str]


class Memory(Protocol):
    """What an exporter remembers."""

    def remember(self) -> bytes:
        """What is to be remembered of the sources that the pages were just made from."""

    def recall(self, content: bytes) -> Renewed | None:
        """What may have changed since; None where that may be anything."""


def standing(
    output: str | Path, source: Callable[[], str], archive: str | Path, stats: str | Path | None
) -> int | None:
    """The same as :func:`unchanged`, of a folder that nobody holds; the ``source`` is asked for where it may matter.

    Raises what :func:`~totem_cli.store.output.target_of` does, and LockedError.
    """
    if stats is None or not os.path.isfile(os.path.join(output, NAME)):
        return None
    before = source()
    target = target_of(output, archive, makes_archive=True)  # nothing is written: what is there may be one
    with Output(target):
        return unchanged(target, before, stats)


def unchanged(target: str, source: str, stats: str | Path | None) -> int | None:
    """How many files the folder holds, if all are as an export from this ``source`` left them; else None.

    Every file is looked at, by a stat.
    """
    if stats is None or not source:
        return None
    memory = os.fspath(stats)
    try:
        with open(_beside(memory), "rb") as file:
            known, manifest, seen = msgspec.json.decode(file.read(), type=tuple[str, str, str])
        with Folder(target) as folder:
            content = folder.read(NAME)
            if known != source or content is None or digest_of(content) != manifest:
                return None
            rows = content.count(b"\n") - 1  # the first says what was exported
            if _stands(folder, memory, seen, rows):
                return rows
        entries = Manifest.decode(content, NAME).entries
        contents = Contents(target, memory)
        if not all(contents.holds(path, entry) for path, entry in entries.items()):
            return None
        contents.save(entries)
        with suppress(OSError):
            _note(memory, source, manifest)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return len(entries)


def _stands(folder: Folder, memory: str, seen: str, files: int) -> bool:
    """Whether so many files look as they did when the memory of their stats was the one with the digest ``seen``.

    They were compared with the manifest then: it needs no reading again, nor do they.
    """
    with open(memory, "rb") as file:
        content = file.read()
    if digest_of(content) != seen:
        return False
    known = msgspec.json.decode(content, type=dict[str, tuple[int, int, int, str]])
    look, at = os.stat, folder.fd
    for path, (size, mtime, ctime, _) in known.items():
        found = look(path, dir_fd=at, follow_symlinks=False)
        if found.st_mtime_ns != mtime or found.st_ctime_ns != ctime or found.st_size != size:
            return False
    return len(known) == files


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
        _note(os.fspath(stats), source, manifest)
        if memory:
            content = memory.remember()
            head = f"{manifest}{digest_of(content)}".encode()
            _write(_beside(os.fspath(stats), "memory"), head + content)


def _note(memory: str, source: str, manifest: str) -> None:
    with open(memory, "rb") as file:
        seen = digest_of(file.read())
    _write(_beside(memory), msgspec.json.encode((source, manifest, seen)))


def _write(path: str, content: bytes) -> None:
    fresh = f"{path}.{os.getpid()}"
    with open(fresh, "wb") as file:
        file.write(content)
    os.replace(fresh, path)


def _beside(stats: str, name: str = "source") -> str:
    return f"{stats.removesuffix('.json')}.{name}"


def _lost() -> NoReturn:
    raise LostError
