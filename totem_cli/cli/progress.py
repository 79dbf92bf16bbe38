"""How far long work has come: a bar on standard error, where that is a terminal; Rich is loaded only then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LONG = 100
"""Of fewer things the work is done before anybody has read the bar."""

_EVERY = 0.1


@contextmanager
def progress(what: str, *, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A function to tell how many of how many are done; None where nobody would see it. The bar goes with the block."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    bar = _Bar(what)
    try:
        yield bar.tell
    finally:
        bar.end()


class _Bar:
    """Drawn when it is told something, not by a thread: no process may be forked beside one."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._drawn = 0.0
        self._end: Callable[[], None] | None = None
        self._draw: Callable[[int, int], None] | None = None

    def tell(self, done: int, total: int) -> None:
        if total < LONG or (time.monotonic() < self._drawn + _EVERY and done < total):
            return
        self._drawn = time.monotonic()
        (self._draw or self._begin())(done, total)

    def end(self) -> None:
        if self._end:
            self._end()

    def _begin(self) -> Callable[[int, int], None]:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        bar = Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True)
        bar.start()
        task = bar.add_task(self._what)

        def draw(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, refresh=True)

        self._end, self._draw = bar.stop, draw
        return draw
