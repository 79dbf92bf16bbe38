"""Reading of the files of an archive; parsing of many, for a new index, in several processes."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from totem_cli.errors import TotemError
from totem_cli.storage import layout
from totem_cli.storage.layout import digest_of, is_reliable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from totem_cli.index.parse import FileRows
    from totem_cli.storage.layout import Stamp

MANY = 1000
"""With fewer files, one process is done before others have started."""

_MOST = 4
_BATCH = 64


class Files:
    """The files below ``root``. ``unread`` are the files and folders that cannot be read, each with the reason."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.unread: dict[str, TotemError] = {}

    def stamps(self) -> dict[str, Stamp]:
        """Return the stamp of every file."""
        self.unread = {}
        return layout.scan(self.root, self.unread)

    def read(self, path: str) -> tuple[Stamp | None, bytes, bytes] | None:
        """Return stamp, digest and content of one file; None where it cannot be read, which is noted in ``unread``.

        The stamp is None while the file is so young that a write may not change its stamp.
        """
        if path in self.unread:
            return None
        now = time.time_ns()
        try:
            found = layout.read(self.root, path)
        except TotemError as error:
            self.unread[path] = error
            return None
        if found is None:
            return None
        stamp, content = found
        return stamp if is_reliable(stamp[1:3], now) else None, digest_of(content), content


Found = tuple["Stamp | None", "FileRows"]


def rows_of_files(files: Files, paths: Sequence[str]) -> Iterator[Found]:
    """Yield stamp and rows of each file, in order; files that cannot be read are skipped and noted in ``files``."""
    done = 0
    if len(paths) >= MANY and (workers := processors()) > 1:
        for done, found in enumerate(_by_processes(files, paths, workers), 1):
            if found := found or rows_of_file(files, paths[done - 1]):  # to note the reason in this process
                yield found
    for path in paths[done:]:  # all files, or those left when a process was killed
        if found := rows_of_file(files, path):
            yield found


def rows_of_file(files: Files, path: str) -> Found | None:
    """Return stamp and rows of one file; None where it cannot be read."""
    from totem_cli.index.parse import parsed_rows

    found = files.read(path)
    return found and (found[0], parsed_rows(path, found[2], found[1]))


def processors() -> int:
    """Return how many processes may parse files; 1 where forking is not safe."""
    from totem_cli.publishing.jobs import processor_count, start_method

    return min(processor_count(), _MOST) if start_method() == "fork" else 1


def _by_processes(files: Files, paths: Sequence[str], workers: int) -> Iterator[Found | None]:
    """Yield :func:`rows_of_file` of each path; of none, or not of all, where processes cannot be started or die."""
    from concurrent.futures.process import BrokenProcessPool

    # Imported once, before the fork.
    import totem_cli.index.parse  # noqa: F401
    from totem_cli.publishing.jobs import process_pool

    try:
        with process_pool(workers) as pool:
            yield from pool.map(partial(rows_of_file, files), paths, chunksize=_BATCH)
    except (BrokenProcessPool, OSError, ImportError):  # ImportError: the system has no semaphores
        return
