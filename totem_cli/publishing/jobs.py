"""Groups made by other processes, over any ``concurrent.futures.Executor``.

What is sent is a task: a function that can be pickled, with the names of some groups and the keys that they must have.
What comes back are small answers; the pages themselves stay in the staging folder. Whatever ends a task otherwise than
by an error of totem's (a killed worker, a lost machine), its groups are made here, once.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from totem_cli.errors import InvalidError, TotemError
from totem_cli.publishing.page import combined
from totem_cli.publishing.rendering import Answer, Rendering

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

    from totem_cli.publishing.page import PageGroup
    from totem_cli.publishing.rendering import Attempt

Wanted: TypeAlias = Sequence[tuple[str, str]]
"""Groups by their names, each with its key."""

Task: TypeAlias = Callable[[Wanted], Sequence[Answer]]
"""Makes groups, in whichever process it is called; it can be pickled."""

MANY = 200
"""More pages to render than these are worth other processes."""

LISTED = 2000
"""Up to so many pages are listed here, to count those that differ."""

_LARGEST = 300
"""Pages in one task; neighbours share what was made of an episode."""


class Spread(Struct, frozen=True):
    """How groups are made by other processes.

    ``task`` gives the :data:`Task` that does what a rendering does; None where no other process can. Without an
    ``executor`` it is a pool of so many ``jobs``. Where nobody says how many, processes are only forked, where that is
    safe: those that are started afresh run the main module of the program again, as multiprocessing has it, and the
    program must be made for that.
    """

    task: Callable[[Rendering], Task | None]
    executor: Executor | None = None
    jobs: int | None = None

    def is_possible(self) -> bool:
        """Whether other processes may share in it."""
        if self.executor is not None:
            return True
        return job_count(self.jobs) > 1 and (self.jobs is not None or start_method() == "fork")


def make_all(
    groups: Sequence[PageGroup],
    rendering: Rendering,
    spread: Spread | None,
    seen: Callable[[int, int], object],
) -> Iterator[Answer]:
    """The answers of all groups, in any order, by whichever processes are worth it.

    ``seen`` is told after each step how many pages are done, of how many. Raises what a page raises.
    """
    attempt = rendering.attempt()
    count = sum(group.size for group in groups)
    if spread is not None and not spread.is_possible():
        spread = None
    if count <= LISTED:
        lists = {group.name: rendering.listing(group) for group in groups}
        differ = {name: sum(map(rendering.differs, listing.pages)) for name, listing in lists.items()}
        count = sum(differ.values())
        if spread is None or count <= MANY:
            told = _Told(count, seen)
            yield from (rendering.made(listing, attempt, told.add) for listing in lists.values())
            return
        here = [group.name for group in groups if not (differ[group.name] and group.key)]
        yield from (rendering.made(lists[name], attempt) for name in here)
        groups = [group for group in groups if group.name not in here]
        count = sum(group.size for group in groups)
    told = _Told(count, seen)
    task = spread.task(rendering) if spread else None
    if spread is None or task is None:
        for group in groups:
            yield rendering.make(group, attempt)
            told.add(group.size)
        return
    yield from (
        rendering.make(group, attempt) for group in groups if not group.key
    )  # loose pages: a worker finds groups by key
    groups = [group for group in groups if group.key]
    jobs = job_count(spread.jobs)
    if spread.executor is not None:
        yield from _made_by(spread.executor, task, groups, jobs, rendering, attempt, told)
    else:
        with process_pool(jobs) as pool:
            yield from _made_by(pool, task, groups, jobs, rendering, attempt, told)


class _Told:
    """Says how far it has come."""

    def __init__(self, total: int, seen: Callable[[int, int], object]) -> None:
        self._done, self._total, self._seen = 0, total, seen

    def add(self, pages: int = 1) -> None:
        self._done = min(self._done + pages, self._total)
        self._seen(self._done, self._total)


def job_count(given: int | None = None) -> int:
    """How many processes share in an export: as given, else ``$TOTEM_JOBS``, else as many as there are processors.

    Raises InvalidError for what is no number from 1.
    """
    said = os.environ.get("TOTEM_JOBS", "") if given is None else str(given)
    if said:
        if not (said.isascii() and said.isdigit() and 0 < int(said) < 10_000):
            raise InvalidError(f"{said!r} is no number of jobs", hint="--jobs, or TOTEM_JOBS, is a number from 1")
        return int(said)
    return processor_count()


def processor_count() -> int:
    """Return the number of processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _runs(groups: Sequence[PageGroup], jobs: int) -> list[list[PageGroup]]:
    """The groups in runs of neighbours, each a task."""
    most = max(1, min(_LARGEST, sum(group.size for group in groups) // (jobs * 4)))
    found: list[list[PageGroup]] = []
    room = 0
    for group in groups:
        if not found or group.size > room:
            found.append([])
            room = most
        found[-1].append(group)
        room -= group.size
    return found


def _made_by(
    executor: Executor,
    task: Task,
    groups: Sequence[PageGroup],
    jobs: int,
    rendering: Rendering,
    attempt: Attempt,
    told: _Told,
) -> Iterator[Answer]:
    """The answers of all groups, made by the executor, and what it failed to make by this process."""
    from concurrent.futures import as_completed

    runs = _runs(groups, jobs)
    futures = {executor.submit(task, [(one.name, combined(one.key)) for one in run]): run for run in runs}
    left: list[PageGroup] = []
    try:
        for future in as_completed(futures):
            run = futures[future]
            try:
                answers = future.result()
            except TotemError:
                raise
            except Exception:  # noqa: BLE001 - whatever an engine raises: the groups are made here, errors met again
                left += run
                continue
            told.add(sum(group.size for group in run))
            yield from answers
    finally:
        for future in futures:
            future.cancel()
    for group in left:
        yield rendering.make(group, attempt)
        told.add(group.size)


@contextmanager
def process_pool(jobs: int) -> Iterator[Executor]:
    """Run the block with a pool of processes of the standard library, which ends with the block or this process.

    They are forked where that is safe, else spawned. They ignore Ctrl-C, which this process handles.
    """
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if _is_main() else None
    _trim()
    gc.freeze()  # the collector, in a forked process, would write to all that the processes share
    others = {*multiprocessing.active_children()}
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context(start_method()), _begin)
    try:
        pool.submit(int).cancel()  # whoever is forked is forked now, with Ctrl-C blocked
    finally:
        gc.unfreeze()
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
    try:
        yield pool
    except BaseException:
        for process in {*multiprocessing.active_children()} - others:
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _trim() -> None:
    """Give back what this process has freed, which those that are forked from it would have, too (malloc_trim(3))."""
    from ctypes import CDLL

    with suppress(OSError, AttributeError):  # it is glibc's
        CDLL(None).malloc_trim(0)


def start_method() -> str:
    """Return the safe way to start a process here: a fork may inherit a lock that another thread holds."""
    return "fork" if sys.platform == "linux" and _threads() == 1 else "spawn"


def _threads() -> int:
    """Return the number of threads of this process, also of those that libraries in other languages started."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return threading.active_count()


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()


def _begin() -> None:
    """What a process of the pool does first."""
    import multiprocessing

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(50_000)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def end() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=end, daemon=True).start()
