"""A sequence whose items are made when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any, TypeVar, overload

from totem_cli.archive.digests import SIZE, Digests
from totem_cli.archive.held import held_as

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


def mapped(make: Callable[[S], T], items: Sequence[S], type_: type[T]) -> Sequence[T]:
    """What ``make``, which gives a ``type_``, makes of each item; made or held as the items are."""
    if isinstance(items, Lazily):
        return Lazily(len(items), lambda place: make(items[place]), lambda: map(make, items))
    return held_as(items, map(make, items), type_)


def digested(tell: Callable[[S], bytes], items: Sequence[S]) -> Sequence[bytes]:
    """For each item a digest (BLAKE2b, 128 bits) of what is told of it; made when it is asked for if the items are."""

    def digest(item: S) -> bytes:
        return blake2b(tell(item), digest_size=SIZE).digest()

    if isinstance(items, Lazily):
        return Lazily(len(items), lambda place: digest(items[place]), lambda: map(digest, items))
    return Digests(map(digest, items))
