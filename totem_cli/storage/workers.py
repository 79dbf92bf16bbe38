"""Workers: processes that share out a long list of small tasks with this one.

The answers never depend on them: where there can be none, or there is too little to do, the tasks are done here, one
after the other. A worker that fails at a task only says at which: the task is done again here, so that the error is
the one that would have been raised without workers. What one that died, or that never came to be, had not answered is
done here, too.

They are forked where that is safe. Where it is not (another thread may hold a lock that nobody would ever release in
the child; on macOS, the system's libraries) they are started afresh, and make for themselves what they need to begin;
until they have, this process works alone, and waits for none.
"""

from __future__ import annotations

import gc
import os
import selectors
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from totem_cli.storage.hiring import FAILED, Start, Worker, can_start, fork, start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")

FEW = 64
"""As many tasks are done sooner than workers are forked."""

BEGIN, THINK = 600, 9
"""A worker that is started costs as much as half of so many tasks, and as thinking of twice so many for each."""

MOST = 8
"""More processes would wait for the disk."""

MOST_STARTED = 4
"""Each holds for itself what forked ones share."""

_LONGEST, _SHORTEST = 512, 8


class Crew(NamedTuple):
    """Workers: of which kind, and how many, beside this process."""

    kind: Literal["forked", "started"]
    size: int


def crew_for(tasks: int, *, afresh: int | None = None) -> Crew:
    """The workers that so many tasks are worth.

    ``afresh`` says how many a worker that is started has to think of before it does the first; None where none can be.
    """
    try:
        processors = len(os.sched_getaffinity(0))
    except AttributeError:
        processors = os.cpu_count() or 1
    if sys.platform != "darwin" and hasattr(os, "fork") and _threads() == 1:
        return Crew("forked", max(0, min(processors, MOST, -(-tasks // FEW)) - 1))
    worth = 0 if afresh is None else tasks // (BEGIN + afresh // THINK)
    return Crew("started", max(0, min(processors, MOST_STARTED, 1 + worth) - 1) if can_start() else 0)


def _threads() -> int:
    """How many threads this process has. Python does not know of those that a library made in another language.

    Typst keeps some once it has set a book: in a forked process it would wait for them for ever.
    """
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return threading.active_count()


def share(
    tasks: Sequence[T], work: Callable[[int, T], Any], crew: Crew, how: Callable[[], Start | None] | None = None
) -> Iterator[tuple[int, Any]]:
    """Do ``work(place, task)`` for each task, in any order; each place and answer as it comes.

    An answer is plain: numbers, text, bytes and tuples of them. Neighbours go to one process, mostly, so that what it
    keeps at hand serves again: in long runs at first, in short ones at last, so that all end together. ``how`` says how
    a process that is started comes to do the same.
    Whatever ``work`` raises comes through; the workers are then ended.
    """
    if not crew.size or len(tasks) < 2:
        yield from ((place, work(place, task)) for place, task in enumerate(tasks))
        return
    threads = _threads()
    yield 0, work(0, tasks[0])  # what this loads and compiles, every forked worker has
    runs = _runs(1, len(tasks), crew.size + 1)
    done = bytearray(len(tasks))
    done[0] = 1
    hired: list[Worker] = []
    try:
        if crew.kind != "forked" or _threads() <= threads:  # a book may have been the first: no fork beside its threads
            _hire(hired, crew, lambda place: work(place, tasks[place]), how)
        for place, answer in _answers(hired, runs):
            done[place] = 1
            yield place, work(place, tasks[place]) if answer is FAILED else answer
        for place, is_done in enumerate(done):
            if not is_done:  # its worker was killed, as the system does when memory runs out
                yield place, work(place, tasks[place])
    finally:
        for worker in hired:
            worker.end()


def _hire(hired: list[Worker], crew: Crew, work: Callable[[int], Any], how: Callable[[], Start | None] | None) -> None:
    """Add a crew to ``hired``; fewer where the system has no room for more."""
    told = how() if how and crew.kind == "started" else None
    if crew.kind == "started" and not told:
        return
    gc.freeze()  # the collector, in a forked worker, would write to all that the processes share
    try:
        with suppress(OSError):
            while len(hired) < crew.size:
                hired.append(start(told) if told else fork(work, hired))
    finally:
        gc.unfreeze()


def _runs(first: int, end: int, processes: int) -> Iterator[tuple[int, int]]:
    """Where runs begin and end: each a share of what is left, since a worker has two at a time."""
    while first < end:
        after = min(end, first + max(_SHORTEST, min(_LONGEST, (end - first) // (processes * 4))))
        yield first, after
        first = after


def _answers(hired: list[Worker], runs: Iterator[tuple[int, int]]) -> Iterator[tuple[int, Any]]:
    """Every answer, as it comes, and between them the places that are to be done here: these count as failed.

    A worker gets orders once it says that it is ready, and has its next run before it has done the last. One that is
    gone is taken out of ``hired``.
    """
    ours = (place for first, end in runs for place in range(first, end))
    with selectors.DefaultSelector() as waiting:
        owed = dict.fromkeys(hired, 0)
        for worker in hired:
            waiting.register(worker.answers, selectors.EVENT_READ, worker)
        place = next(ours, None)
        while place is not None or any(owed.values()):
            for key, _ in waiting.select(None if place is None else 0):
                worker = key.data
                try:
                    found = worker.answer()
                except EOFError:
                    waiting.unregister(worker.answers)
                    owed[worker] = 0
                    hired.remove(worker)
                    worker.end()  # it stages nothing any more when its pages are done again
                    continue
                owed[worker] -= bool(found)
                while owed[worker] < 2 and (run := next(runs, None)):
                    worker.order(*run)
                    owed[worker] += 1
                yield from found
            if place is not None:
                yield place, FAILED
                place = next(ours, None)
