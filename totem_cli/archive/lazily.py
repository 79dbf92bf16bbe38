"""A sequence whose items are made when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar, overload

S = TypeVar("S")
T = TypeVar("T")


class Lazily(Sequence[T]):
    """So many items, each made once by ``make(place)``; where all are gone through, by ``every()``."""

    def __init__(self, count: int, make: Callable[[int], T], every: Callable[[], Iterable[T]]) -> None:
        self._count = count
        self._make = make
        self._every = every
        self._made: dict[int, T] = {}

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[T]:
        if len(self._made) < self._count:
            self._made = dict(enumerate(self._every()))
        return (self._made[place] for place in range(self._count))

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...
    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, slice):
            return [self[one] for one in range(self._count)[place]]
        place = range(self._count)[place]
        if place not in self._made:
            self._made[place] = self._make(place)
        return self._made[place]


def mapped(make: Callable[[S], T], items: Sequence[S]) -> Sequence[T]:
    """What ``make`` makes of each item; only when it is asked for where the items are made so, too."""
    if isinstance(items, Lazily):
        return Lazily(len(items), lambda place: make(items[place]), lambda: map(make, items))
    return list(map(make, items))
