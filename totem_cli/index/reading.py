"""Reading many files at once, over several processes: what makes a new index."""

from __future__ import annotations

import os
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from totem_cli.index.rows import FileRows
    from totem_cli.index.sync import Files
    from totem_cli.storage.layout import Stamp

MANY = 1000
"""Of fewer files, one process has read all before others are ready."""

_MOST = 4
_BATCH = 64

Found = tuple["Stamp | None", "FileRows"]


def rows_of_files(files: Files, paths: Sequence[str]) -> Iterator[Found]:
    """Stamp and rows of each file, in order; one that cannot be read is left out, and noted in ``files``."""
    done = 0
    if len(paths) >= MANY and (workers := min(processors(), _MOST)) > 1:
        for found in _by_processes(files, paths, workers):
            if found := found or rows_of_file(files, paths[done]):  # what is noted in another process is lost
                yield found
            done += 1
    for path in paths[done:]:  # all, or those that a process which was killed left over
        if found := rows_of_file(files, path):
            yield found


def rows_of_file(files: Files, path: str) -> Found | None:
    """Stamp and rows of one file."""
    from totem_cli.index.parse import parse
    from totem_cli.index.rows import rows_of

    found = files.read(path)
    return found and (found[0], rows_of(parse(path, found[2], found[1])))


def processors() -> int:
    """How many processors may be used; 1 where a process must not be forked.

    Not where another thread may hold a lock that nobody would release in the child, nor on macOS, whose libraries do
    not stand it.
    """
    if sys.platform == "darwin" or not hasattr(os, "fork") or threading.active_count() > 1:
        return 1
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _by_processes(files: Files, paths: Sequence[str], workers: int) -> Iterator[Found | None]:
    """The same of as many of the paths as processes can be had for."""
    import signal
    from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor
    from multiprocessing import get_context

    # Loaded before the fork, once for all.
    import totem_cli.index.parse
    import totem_cli.index.rows  # noqa: F401

    try:
        pool = ProcessPoolExecutor(
            workers,
            mp_context=get_context("fork"),
            initializer=signal.signal,
            initargs=(signal.SIGINT, signal.SIG_IGN),  # the parent gets it too, and ends its workers
        )
    except (OSError, ImportError):  # no semaphores
        return
    try:
        yield from pool.map(partial(rows_of_file, files), paths, chunksize=_BATCH)
    except (BrokenProcessPool, OSError):
        return
    finally:
        pool.shutdown(cancel_futures=True)
