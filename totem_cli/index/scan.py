"""A look at the files of an archive: which there are, what each tells, which cannot be read."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

from totem_cli.errors import SystemFailedError, TotemError
from totem_cli.index import schema
from totem_cli.index.schema import UNKNOWN, Stamp
from totem_cli.storage import layout
from totem_cli.storage.layout import digest_of, is_settled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from totem_cli.index.parse import Entry


class Found(NamedTuple):
    """A file as it is now; the stamp is :data:`UNKNOWN` while it may still change without another one."""

    stamp: Stamp
    digest: bytes
    content: bytes


class Scan:
    """The files under ``root``; ``unread`` are those, and the folders, that cannot be read, each with the reason."""

    def __init__(self, root: str) -> None:
        self._root = root
        self.unread: dict[str, TotemError] = {}

    def stamps(self) -> dict[str, bytes]:
        """Every file, with its size and times: those of a folder together, as :func:`layout.look` packs them."""
        self.unread = {}
        return layout.look(self._root, self.unread)

    def read(self, path: str) -> Found | None:
        """One file; None where there is none to read, which is noted."""
        if path in self.unread:
            return None
        now = time.time_ns()
        try:
            found = layout.read(self._root, path)
        except SystemFailedError as error:
            self.unread[path] = error
            return None
        if found is None:
            return None
        size, times, content = found
        return Found((size, *times) if is_settled(times, now) else UNKNOWN, digest_of(content), content)

    def rows(self, paths: Sequence[str]) -> Iterator[tuple[str, tuple[Stamp, Any] | None]]:
        """Each path, in any order, over all processors, with stamp and row; None where there is no file to read."""
        from totem_cli.storage.hiring import Start
        from totem_cli.storage.workers import crew_for, share

        def how() -> Start:
            return Start(f"{__name__}:resumed", (self._root, [*paths]))

        for place, found in share(paths, self.row, crew_for(len(paths), afresh=0), how):
            yield paths[place], found

    def row(self, _: int, path: str) -> tuple[Stamp, Any] | None:
        """Stamp and row of one file; None where there is none to read, which is noted."""
        found = self.read(path)
        return found and (found.stamp, tuple(schema.row_of(parsed(path, found.content, found.digest))))


def parsed(path: str, content: bytes, digest: bytes | None = None) -> Entry:
    """What a file tells."""
    # A command that finds nothing changed needs no parser.
    from totem_cli.index.parse import parse

    return parse(path, content, digest)


def resumed(told: tuple[str, Sequence[str]]) -> Callable[[int], Any]:
    """What :meth:`Scan.row` does at a place, in a process that was started afresh."""
    root, paths = told
    scan = Scan(root)
    return lambda place: scan.row(place, paths[place])
