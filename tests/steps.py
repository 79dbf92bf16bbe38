"""Steps that a function takes: lines of Python that are executed. A count is the same on every machine, unlike time.

What a function of C does in one step is not seen: patterns are judged by :mod:`tests.patterns`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from types import FrameType
from typing import Any

MOST = 2.6
"""How many times the steps may be for a text twice as long: 2, and something for what grows a little faster."""


class TooManyError(Exception):
    """A function took more steps than it was allowed."""


def steps(function: Callable[[], object], most: int = 50_000_000) -> int:
    """Return how many lines a call executes. Raises TooManyError after ``most``."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        if event == "line":
            count += 1
            if count > most:
                raise TooManyError(f"more than {most} steps")
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(before)
    return count


def growth(function: Callable[[str], object], unit: str, times: int) -> float:
    """Return how many times the steps grow as a run of ``unit`` is doubled, and doubled again: the less of both.

    Where a text becomes long enough for another way, the steps grow more, but once. A call comes first, so that what
    is imported or kept in memory is not counted.
    """
    function(unit * times)
    counts = [steps(partial(function, unit * size)) for size in (times, 2 * times, 4 * times)]
    return min(later / earlier for earlier, later in pairwise(counts))
