"""The plan of a list's change: which items stay, which move, which are new."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict, deque
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Step(NamedTuple):
    """One item of the new list: the ``old`` item with that number, or a ``new`` one; both when it takes its place."""

    old: int | None
    new: Any = None


def align(old: Sequence[Any], new: Sequence[Any]) -> list[Step]:
    """The plan that makes the new list of the old one and touches as few items as it can.

    Equal items are found again wherever they are. Of the others, those that stand in the same gap take each other's
    place, in order, so that what is written around them (comments, keys of a table that stay) is kept.
    """
    waiting: dict[str, deque[int]] = defaultdict(deque)
    for number, item in enumerate(old):
        waiting[_name(item)].append(number)
    found = [queue.popleft() if (queue := waiting[_name(item)]) else None for item in new]
    steps = [Step(index, item) if index is None else Step(index) for index, item in zip(found, new, strict=True)]
    anchors = sorted(staying([index for index in found if index is not None]))
    free = deque(sorted(set(range(len(old))) - set(found)))
    passed = 0
    for place, index in enumerate(found):
        if passed < len(anchors) and index == anchors[passed]:
            passed += 1
        elif index is None:
            least = anchors[passed - 1] if passed else -1
            limit = anchors[passed] if passed < len(anchors) else len(old)
            while free and free[0] < least:
                free.popleft()
            if free and free[0] < limit:
                steps[place] = Step(free.popleft(), new[place])
    return steps


def staying(indexes: Sequence[int]) -> set[int]:
    """The longest choice of these different numbers that is in rising order as it stands: the rest has moved."""
    tails: list[int] = []
    before: dict[int, int | None] = {}
    for index in indexes:
        length = bisect_left(tails, index)
        before[index] = tails[length - 1] if length else None
        tails[length : length + 1] = [index]
    chosen: set[int] = set()
    last = tails[-1] if tails else None
    while last is not None:
        chosen.add(last)
        last = before[last]
    return chosen


def _name(item: Any) -> str:
    """A text that is equal for items that are written alike."""
    if isinstance(item, dict):
        return "{" + ",".join(f"{name!r}:{_name(item[name])}" for name in sorted(item)) + "}"
    if isinstance(item, list):
        return "[" + ",".join(map(_name, item)) + "]"
    return repr(item)
