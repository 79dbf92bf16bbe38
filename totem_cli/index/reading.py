"""Parsing of many files for a new index, in several processes."""

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
"""With fewer files, one process is done before others have started."""

_MOST = 4
_BATCH = 64

Found = tuple["Stamp | None", "FileRows"]


def rows_of_files(files: Files, paths: Sequence[str]) -> Iterator[Found]:
    """Yield stamp and rows of each file, in order; files that cannot be read are skipped and noted in ``files``."""
    done = 0
    if len(paths) >= MANY and (workers := min(processors(), _MOST)) > 1:
        for done, found in enumerate(_by_processes(files, paths, workers), 1):
            if found := found or rows_of_file(files, paths[done - 1]):  # to note the reason in this process
                yield found
    for path in paths[done:]:  # all files, or those left when a process was killed
        if found := rows_of_file(files, path):
            yield found


def rows_of_file(files: Files, path: str) -> Found | None:
    """Return stamp and rows of one file; None where it cannot be read."""
    from totem_cli.index.rows import parsed_rows

    found = files.read(path)
    return found and (found[0], parsed_rows(path, found[2], found[1]))


def processors() -> int:
    """Return how many processors may be used; 1 where forking is not safe.

    It is not if other threads run, which may hold locks that nobody would release in the child, nor on macOS, whose
    libraries do not support it.
    """
    if sys.platform == "darwin" or not hasattr(os, "fork") or threading.active_count() > 1:
        return 1
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _by_processes(files: Files, paths: Sequence[str], workers: int) -> Iterator[Found | None]:
    """Yield :func:`rows_of_file` of each path; of none, or not of all, where processes cannot be started or die."""
    import signal
    from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor
    from multiprocessing import get_context

    # Imported once, before the fork.
    import totem_cli.index.parse
    import totem_cli.index.rows  # noqa: F401

    try:
        pool = ProcessPoolExecutor(
            workers,
            mp_context=get_context("fork"),
            initializer=signal.signal,
            initargs=(signal.SIGINT, signal.SIG_IGN),  # the parent gets it too, and ends the workers
        )
    except (OSError, ImportError):  # the system has no semaphores
        return
    try:
        yield from pool.map(partial(rows_of_file, files), paths, chunksize=_BATCH)
    except (BrokenProcessPool, OSError):
        return
    finally:
        pool.shutdown(cancel_futures=True)
