"""Many episodes, and what is made of each, held in files without a name: in memory they would take a gigabyte."""

from __future__ import annotations

import os
import sys
import weakref
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar, overload

import msgspec
from msgspec import Struct

from totem_cli.errors import SystemFailedError
from totem_cli.model.episode import Episode
from totem_cli.model.query import Query

MANY = 20_000
"""Episodes that are held so; of fewer it is not worth the time that reading them again and again takes."""

T = TypeVar("T")


class _File(Generic[T]):
    """Packed values in a file that the system removes with the process; the ``n``-th begins at ``starts[n]``."""

    def __init__(self, values: Iterable[T], cls: type[T]) -> None:
        from tempfile import TemporaryFile

        self.starts = array("Q", (0,))
        encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(cls).decode
        try:
            with TemporaryFile() as file:
                for value in values:
                    self.starts.append(self.starts[-1] + file.write(encode(value)))
                file.flush()
                self._descriptor = os.dup(file.fileno())
        except OSError as error:
            raise SystemFailedError.from_os(error, "write", "a temporary file") from error
        weakref.finalize(self, os.close, self._descriptor)

    def read(self, number: int) -> T:
        start = self.starts[number]
        # Processes that were forked share the file, and the place in it where read(2) would go on.
        return self._decode(os.pread(self._descriptor, self.starts[number + 1] - start, start))


class Held(Sequence[T]):
    """The values of a file, in some ``order``, each read anew when it is asked for. Forked processes may ask, too."""

    def __init__(self, file: _File[T], order: array[int] | range) -> None:
        self._file = file
        self._order = order

    @classmethod
    def of(cls, values: Iterable[T], type_: type[T]) -> Held[T]:
        """These values, in their order. Raises SystemFailedError where there is no room for the file."""
        file = _File(values, type_)
        return cls(file, range(len(file.starts) - 1))

    def at(self, places: Iterable[int]) -> Held[T]:
        """Those at these places, in this order; the file is the same."""
        return Held(self._file, array("L", [self._order[place] for place in places]))

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[T]:
        return map(self._file.read, self._order)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Held[T]: ...
    def __getitem__(self, place: int | slice) -> T | Held[T]:
        if isinstance(place, slice):
            return Held(self._file, self._order[place])
        return self._file.read(self._order[place])


class _Key(Struct, frozen=True, gc=False):
    """What of an episode decides where it stands, whichever way they are sorted; ``place`` is where it was found."""

    place: int
    series: str
    slug: str
    number: int | None
    title: str
    language: str | None
    moment: str | None
    updated: str | None


def in_order(episodes: Iterable[Episode], query: Query) -> Held[Episode]:
    """All of these episodes in the order of a query, and no more than its limit."""
    keys: list[Any] = []

    def noted() -> Iterator[Episode]:
        for place, one in enumerate(episodes):
            series = sys.intern(one.series)
            keys.append(_Key(place, series, one.slug, one.number, one.title, one.language, one.moment, one.updated))
            yield one

    held = Held.of(noted(), Episode)
    ordered: list[Any] = query.order(keys)
    return held.at(key.place for key in ordered[: query.limit or None])


def arranged(values: Sequence[T], places: Sequence[int]) -> Sequence[T]:
    """The values at these places, in this order, held as they were."""
    return values.at(places) if isinstance(values, Held) else tuple([values[place] for place in places])


def held_as(others: Sequence[object], values: Iterable[T], type_: type[T]) -> Sequence[T]:
    """What was made of ``others``, held as these are."""
    return Held.of(values, type_) if isinstance(others, Held) else list(values)
