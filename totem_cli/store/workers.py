"""Workers: forked processes that share out a long list of small tasks.

The answers never depend on them: where there can be none, or there is too little to do, the tasks are done here, one
after the other. A worker that fails at a task only says at which: the task is done again here, so that the error is
the one that would have been raised without workers.
"""

from __future__ import annotations

import gc
import marshal
import os
import selectors
import signal
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")

FEW = 64
"""As many tasks are done sooner than workers are made."""

MOST = 8
"""More processes would wait for the disk."""

_LONGEST, _SHORTEST = 512, 8
_ORDER = 8
_FAILED = None


def count(tasks: int) -> int:
    """How many workers so many tasks are worth; none where a process cannot safely be forked."""
    if tasks <= FEW or sys.platform == "darwin" or not hasattr(os, "fork") or _threads() > 1:
        return 0
    try:
        processors = len(os.sched_getaffinity(0))
    except AttributeError:
        processors = os.cpu_count() or 1
    return min(processors, MOST, -(-tasks // FEW)) if processors > 1 else 0


def _threads() -> int:
    """How many threads this process has. Python does not know of those that a library made in another language.

    Typst keeps some once it has set a book: in a forked process it would wait for them for ever.
    """
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return threading.active_count()


def share(tasks: Sequence[T], work: Callable[[int, T], Any], workers: int) -> Iterator[tuple[int, Any]]:
    """Do ``work(place, task)`` for each task, in any order; each place and answer as it comes.

    An answer is plain: numbers, text, bytes and tuples of them. Neighbours go to one worker, mostly, so that what it
    keeps at hand serves again: in long runs at first, in short ones at last, so that all end together.
    Whatever ``work`` raises comes through; the workers are then ended.
    """
    if not workers or not tasks:
        yield from ((place, work(place, task)) for place, task in enumerate(tasks))
        return
    yield 0, work(0, tasks[0])  # what this loads and compiles, every worker has
    runs = _runs(1, len(tasks), workers)
    crew: list[_Worker] = []
    done = bytearray(len(tasks))
    done[0] = 1
    try:
        gc.freeze()  # the collector, in a worker, would write to all that the processes share
        for _ in range(workers):
            crew.append(_hire(tasks, work, crew))
        gc.unfreeze()
        for place, answer in _answers(crew, runs):
            done[place] = 1
            yield place, work(place, tasks[place]) if answer is _FAILED else answer
        for place, is_done in enumerate(done):
            if not is_done:  # its worker was killed, as the system does when memory runs out
                yield place, work(place, tasks[place])
    finally:
        for worker in crew:
            worker.end()


def _runs(first: int, end: int, workers: int) -> Iterator[tuple[int, int]]:
    """Where runs begin and end: each a share of what is left, since a worker has two at a time."""
    while first < end:
        after = min(end, first + max(_SHORTEST, min(_LONGEST, (end - first) // (workers * 4))))
        yield first, after
        first = after


class _Worker(NamedTuple):
    """What a parent knows of a worker: its process, where to send it the numbers of runs, where its answers come."""

    process: int
    orders: int
    answers: int

    def order(self, runs: Iterator[tuple[int, int]]) -> bool:
        """Send it the next run; whether there was one."""
        run = next(runs, None)
        if run is not None:
            with suppress(BrokenPipeError):
                os.write(self.orders, b"".join(place.to_bytes(_ORDER, "little") for place in run))
        return run is not None

    def end(self) -> None:
        os.close(self.orders)
        os.close(self.answers)
        with suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.process, 0)


def _hire(tasks: Sequence[T], work: Callable[[int, T], Any], crew: Sequence[_Worker]) -> _Worker:
    theirs, orders = os.pipe()
    answers, answer = os.pipe()
    process = os.fork()
    if not process:
        for end in (orders, answers, *(worker.orders for worker in crew)):
            os.close(end)
        _serve(theirs, answer, tasks, work)
    os.close(theirs)
    os.close(answer)
    return _Worker(process, orders, answers)


def _answers(crew: Sequence[_Worker], runs: Iterator[tuple[int, int]]) -> Iterator[tuple[int, Any]]:
    """Every answer, as it comes. Each worker has its next run before it has done the last."""
    with selectors.DefaultSelector() as waiting:
        busy = dict.fromkeys(crew, 0)
        for worker in crew:
            waiting.register(worker.answers, selectors.EVENT_READ, worker)
        for worker in (*crew, *crew):
            busy[worker] += worker.order(runs)
        while any(busy.values()):
            for key, _ in waiting.select():
                worker = key.data
                try:
                    size = int.from_bytes(_received(worker.answers, _ORDER), "little")
                    found = marshal.loads(_received(worker.answers, size))  # noqa: S302 - our own process wrote it
                except EOFError:
                    waiting.unregister(worker.answers)
                    busy[worker] = 0
                else:
                    busy[worker] += worker.order(runs) - 1
                    yield from found


def _received(end: int, size: int) -> bytes:
    """So many bytes; EOFError where the other end is closed before."""
    found = bytearray()
    while len(found) < size:
        part = os.read(end, size - len(found))
        if not part:
            raise EOFError
        found += part
    return bytes(found)


def _serve(orders: int, answers: int, tasks: Sequence[T], work: Callable[[int, T], Any]) -> NoReturn:
    """What a worker does with its life. It ends without a word: whatever is to be said, its parent says."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent gets it too, and ends its workers
        gc.set_threshold(50_000)
        parent = os.getppid()
        with open(answers, "wb") as file:
            while order := os.read(orders, 2 * _ORDER):
                first, end = (int.from_bytes(part, "little") for part in (order[:_ORDER], order[_ORDER:]))
                found = []
                for place in range(first, end):
                    if os.getppid() != parent:
                        os._exit(1)
                    try:
                        found.append((place, work(place, tasks[place])))
                    except Exception:  # noqa: BLE001 - the parent will meet it again
                        found.append((place, _FAILED))
                answer = marshal.dumps(found)
                file.write(len(answer).to_bytes(_ORDER, "little") + answer)
                file.flush()
    finally:
        os._exit(0)
