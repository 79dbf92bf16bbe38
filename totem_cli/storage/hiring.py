"""Hiring: a process that does what it is ordered to, forked from this one or started afresh.

Either has two pipes, and speaks alike. An order is where a run of places begins and ends, in eight bytes each. An
answer is its size, in eight bytes, and a list of places with what was found there; the first, an empty one, says that
the worker is ready. A worker ends with the pipe of its orders, so also where its parent is killed, and says no word.
"""

from __future__ import annotations

import gc
import marshal
import os
import signal
import sys
import threading
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from queue import SimpleQueue

    Work = Callable[[int], Any]

FAILED = None
"""The answer of a worker that could not do it: whoever hired it does it again, and meets the error."""

_NUMBER = 8

_FLAGS = {"isolated": "I", "ignore_environment": "E", "no_user_site": "s", "no_site": "S", "optimize": "O"}

_ENTRY = """
import marshal, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
with open(0, "rb", closefd=False) as file:
    sys.path[:], entry, told = marshal.load(file)
from totem_cli.storage.hiring import serve_afresh
serve_afresh(int(sys.argv[1]), int(sys.argv[2]), entry, told)
"""


class Start(NamedTuple):
    """How a process that shares nothing comes to what this one has: to pages, to what does the work at a place.

    It calls ``entry``, a ``module:function``, with what it is ``told``, which is plain: numbers, text, bytes, and
    tuples, lists and dicts of them.
    """

    entry: str
    told: Any

    def made(self) -> Any:
        """What comes of it, in the process that calls this."""
        module, _, name = self.entry.partition(":")
        return getattr(import_module(module), name)(self.told)


class Worker(NamedTuple):
    """What a parent knows of a worker: where to send orders, where its answers come, how to end it and wait for it."""

    orders: int
    answers: int
    dismiss: Callable[[], None]

    def order(self, first: int, end: int) -> None:
        """Have it do the places from ``first`` until before ``end``."""
        with suppress(BrokenPipeError):
            os.write(self.orders, first.to_bytes(_NUMBER, "little") + end.to_bytes(_NUMBER, "little"))

    def answer(self) -> list[tuple[int, Any]]:
        """What it answers next; EOFError where it is gone, or makes no sense."""
        size = int.from_bytes(_received(self.answers, _NUMBER), "little")
        try:
            found: list[tuple[int, Any]] = marshal.loads(_received(self.answers, size))  # noqa: S302 - our own process
        except (ValueError, TypeError, OverflowError) as error:
            raise EOFError from error
        return found

    def end(self) -> None:
        """End it, whatever it is doing."""
        os.close(self.orders)
        os.close(self.answers)
        self.dismiss()


def fork(work: Work, others: Iterable[Worker]) -> Worker:
    """A worker that has all that is here at hand. ``others`` are those hired before. Raises OSError."""

    def begun(orders: int, answers: int, *ours: int) -> Callable[[], None]:
        def ready() -> Work:
            for end in (*ours, *(worker.orders for worker in others)):
                os.close(end)
            return work

        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            process = os.fork()
            if not process:
                _serve(orders, answers, ready)  # Ctrl-C before that would make it a second parent
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

        def dismiss() -> None:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(process, 0)

        return dismiss

    return _hired(begun)


def start(how: Start) -> Worker:
    """A worker that begins with nothing: no descriptor of this process, none of its modules. Raises OSError.

    It is told by a file without a name, so that nobody waits until it listens.
    """
    import subprocess
    from tempfile import TemporaryFile

    def begun(orders: int, answers: int, *_: int) -> Callable[[], None]:
        with TemporaryFile() as told:
            marshal.dump(([part for part in sys.path if isinstance(part, str)], *how), told)
            told.seek(0)
            process = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, *_flags(), "-P", "-c", _ENTRY, str(orders), str(answers)],
                stdin=told,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(orders, answers),
            )

        def dismiss() -> None:
            process.kill()
            process.wait()

        return dismiss

    return _hired(begun)


def can_start() -> bool:
    """Whether Python can be started anew: not where a program that holds it goes by its name."""
    name = os.path.basename(sys.executable or "").lower()
    return os.name == "posix" and not hasattr(sys, "frozen") and name.startswith(("python", "pypy"))


def serve_afresh(orders: int, answers: int, entry: str, told: Any) -> NoReturn:
    """What a process that :func:`start` started does with its life."""
    _serve(orders, answers, Start(entry, told).made)


def _hired(begin: Callable[[int, int, int, int], Callable[[], None]]) -> Worker:
    theirs, orders = os.pipe()
    answers, answer = os.pipe()
    try:
        dismiss = begin(theirs, answer, orders, answers)
    except BaseException:
        os.close(orders)
        os.close(answers)
        raise
    finally:
        os.close(theirs)
        os.close(answer)
    return Worker(orders, answers, dismiss)


def _flags() -> list[str]:
    """What this interpreter was told that changes what is loaded, or what is done."""
    given = [f"-{letter * count}" for name, letter in _FLAGS.items() if (count := int(getattr(sys.flags, name)))]
    unwritten = ["-B"] if sys.dont_write_bytecode else []
    return [*given, *unwritten, *(["-X", "utf8"] if sys.flags.utf8_mode else [])]


def _serve(orders: int, answers: int, ready: Callable[[], Work]) -> NoReturn:
    """What a worker does with its life. It ends without a word: whatever is to be said, its parent says."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent gets it too, and ends its workers
        gc.set_threshold(50_000)
        runs = _listen(orders)
        work = ready()
        with open(answers, "wb") as file:
            found: list[tuple[int, Any]] = []
            while True:
                answer = marshal.dumps(found)
                file.write(len(answer).to_bytes(_NUMBER, "little") + answer)
                file.flush()
                found = []
                for place in range(*runs.get()):
                    try:
                        found.append((place, work(place)))
                    except Exception:  # noqa: BLE001 - the parent will meet it again
                        found.append((place, FAILED))
    finally:
        os._exit(0)


def _listen(orders: int) -> SimpleQueue[tuple[int, int]]:
    """The runs that are ordered, as they come. With the end of the pipe this process ends, whatever it is doing."""
    from queue import SimpleQueue

    runs: SimpleQueue[tuple[int, int]] = SimpleQueue()

    def listen() -> None:
        try:
            while True:
                order = _received(orders, 2 * _NUMBER)
                runs.put((int.from_bytes(order[:_NUMBER], "little"), int.from_bytes(order[_NUMBER:], "little")))
        finally:
            os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    return runs


def _received(end: int, size: int) -> bytes:
    """So many bytes; EOFError where the other end is closed before."""
    found = bytearray()
    while len(found) < size:
        part = os.read(end, size - len(found))
        if not part:
            raise EOFError
        found += part
    return bytes(found)
