"""What the last export into a folder was made from, so that one from the same sources need not be thought through.

It stands beside the memory of the outputs' stats, and is a cache as that is: deleting it changes no answer. So is what
the exporter remembers of its sources, to know next time which pages alone may have changed. All of these hold together
or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import msgspec
from msgspec import Struct

from totem_cli.publishing.contents import Contents
from totem_cli.publishing.manifest import NAME, Entry, Manifest, check_path, digest_of
from totem_cli.publishing.output import Output, target_of
from totem_cli.storage.files import Folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from totem_cli.publishing.page import Page


class Renewed(NamedTuple):
    """The pages that may have changed, the paths of those that are no more, and all that are named after their key."""

    pages: Sequence[Page]
    gone: frozenset[str]
    named: Sequence[str]


class Last:
    """The outputs as the last export left them: those that are asked about in its manifest."""

    def __init__(self, target: str) -> None:
        self._target = target
        self.entries: Mapping[str, Entry] = {}

    def content(self, path: str) -> bytes | None:
        """What stands at ``path``; None where it is not what was written."""
        with suppress(OSError), open(f"{self._target}/{path}", "rb") as file:
            content = file.read()
            entry = self.entries.get(path)
            return content if entry and digest_of(content) == entry.digest else None
        return None


class Memory(Protocol):
    """What an exporter remembers."""

    def remember(self) -> bytes:
        """What is to be remembered of the sources that the pages were just made from."""

    def recall(self, content: bytes, last: Last) -> Renewed | None:
        """What may have changed since; None where that may be anything.

        The pages may ask for what they were at ``last``.
        """


class Report(NamedTuple):
    """What an export changed: paths in the output, sorted; ``unchanged`` counts the files left alone."""

    written: list[str]
    removed: list[str]
    unchanged: int


Seen = Callable[[int, int], object]


def again(
    output: str | Path,
    *,
    format: str,  # noqa: A002
    filters: Mapping[str, Any],
    archive: str | Path | None = None,
    stats: str | Path | None,
    source: Callable[[], str],
    memory: Callable[[], Memory | None],
    seen: Seen | None = None,
) -> Report | None:
    """The same as publishing where the last run left enough to know what may have changed; None where it did not.

    Where the ``source`` says what it said then, no page is asked for; else only those that the ``memory``, which is
    then asked for, can tell. For the rest see :func:`totem_cli.publishing.publisher.publish`.
    """
    if stats is None or not os.path.isfile(os.path.join(output, NAME)) or not (before := source()):
        return None
    target = target_of(output, archive, makes_archive=True)  # nothing is written: what is there may be one
    with Output(target) as holder:
        if (files := unchanged(target, before, stats)) is not None:
            return Report([], [], files)
        if (known := renewed(target, stats, memory)) is None:
            return None
        from totem_cli.publishing.publisher import renew

        asked: Any = {"format": format, "filters": filters, "stats": stats, "source": source, "seen": seen}
        return renew(known, target, holder, before, **asked)


def unchanged(target: str, source: str, stats: str | Path | None) -> int | None:
    """How many files the folder holds, if all are as an export from this ``source`` left them; else None.

    Every file is looked at, by a stat, and one read whose stat tells nothing: it is another one, or was too young.
    """
    if stats is None or not source:
        return None
    with suppress(OSError):
        note = _Note.read(stats)
        if note is None or note.source != source:
            return None
        content = _manifest_of(target, note)
        contents = Contents(target, os.fspath(stats))
        files = content.count(b"\n") - 1  # the first line says what was exported
        if contents.seal == note.seal and len(contents) == files and contents.stand():
            if contents.save():
                note.sealed(contents).write(stats)
            return files
    return None


class Known(NamedTuple):
    """The pages that may have changed; the manifest, with no entries but theirs; what is known of all files."""

    memory: Memory
    pages: Sequence[Page]
    manifest: Manifest
    contents: Contents


def renewed(target: str, stats: str | Path, memory: Callable[[], Memory | None]) -> Known | None:
    """What an export must look at, where all else is as the last left it; None where that is not so, or not known."""
    with suppress(OSError):
        note = _Note.read(stats)
        if note is None or not note.memory:
            return None
        content = _manifest_of(target, note)
        with open(_beside(stats, "memory"), "rb") as file:
            remembered = file.read()
        if digest_of(remembered) != note.memory or (keeper := memory()) is None:
            return None
        last = Last(target)
        if (found := keeper.recall(remembered, last)) is None:
            return None
        changed = {*(check_path(page.path) for page in found.pages), *found.gone}
        contents = Contents(target, os.fspath(stats))
        files = content.count(b"\n") - 1
        if contents.seal == note.seal and len(contents) == files and contents.stand(but=changed):
            manifest = Manifest.decode_some(content, changed)
            last.entries = manifest.entries
            return Known(keeper, found.pages, manifest, contents)
    return None


def settle(target: str, source: str, stats: str | Path | None, contents: Contents, memory: Memory | None) -> None:
    """Remember that the folder holds what this ``source`` makes; without one, forget what was known."""
    if stats is None:
        return
    with suppress(OSError):
        if not source:
            os.unlink(_beside(stats, "source"))
            return
        with Folder(target) as folder:
            manifest = digest_of(folder.read(NAME) or b"")
        remembered = memory.remember() if memory else b""
        if remembered:
            _write(_beside(stats, "memory"), remembered)
        _Note(source, manifest, contents.seal, digest_of(remembered) if remembered else "").write(stats)


class _Note(Struct, frozen=True, array_like=True):
    """What belongs together: the source, digests of the manifest, of what is known of files, of what is remembered."""

    source: str
    manifest: str
    seal: str
    memory: str

    @classmethod
    def read(cls, stats: str | Path) -> _Note | None:
        """The note beside a memory of stats; None where it is damaged. Raises OSError where there is none."""
        with suppress(msgspec.DecodeError), open(_beside(stats, "source"), "rb") as file:
            return msgspec.json.decode(file.read(), type=cls)
        return None

    def write(self, stats: str | Path) -> None:
        """Put it there."""
        _write(_beside(stats, "source"), msgspec.json.encode(self))

    def sealed(self, contents: Contents) -> _Note:
        """The same, with other stats of the same files."""
        return _Note(self.source, self.manifest, contents.seal, self.memory)


def _manifest_of(target: str, note: _Note) -> bytes:
    """The manifest in a folder; FileNotFoundError where it is not the one that was noted."""
    with Folder(target) as folder:
        content = folder.read(NAME)
    if content is None or digest_of(content) != note.manifest:
        raise FileNotFoundError(target)
    return content


def _write(path: str, content: bytes) -> None:
    fresh = f"{path}.{os.getpid()}"
    with open(fresh, "wb") as file:
        file.write(content)
    os.replace(fresh, path)


def _beside(stats: str | Path, name: str) -> str:
    return f"{os.fspath(stats).removesuffix('.stats')}.{name}"
