"""Many episodes, held in a file without a name: a hundred thousand in memory would take a third of a gigabyte."""

from __future__ import annotations

import os
import sys
import weakref
from array import array
from collections.abc import Iterable, Iterator, Sequence
from tempfile import TemporaryFile
from typing import Any, overload

import msgspec
from msgspec import Struct
from msgspec.structs import force_setattr

from totem_cli.errors import SystemFailedError
from totem_cli.model.episode import Episode
from totem_cli.model.query import Query

MANY = 20_000
"""Episodes that are held so; of fewer it is not worth the time that reading them again and again takes."""

_SHARED = ("id", "series", "language")
"""What is often kept when the episode itself is not: once in memory, whoever keeps it."""

_decode = msgspec.msgpack.Decoder(Episode).decode


class _File:
    """Packed episodes in a file that the system removes with the process; the ``n``-th begins at ``starts[n]``."""

    def __init__(self, episodes: Iterable[Episode]) -> None:
        self.starts = array("Q", (0,))
        encode = msgspec.msgpack.Encoder().encode
        try:
            with TemporaryFile() as file:
                for episode in episodes:
                    self.starts.append(self.starts[-1] + file.write(encode(episode)))
                file.flush()
                self._descriptor = os.dup(file.fileno())
        except OSError as error:
            raise SystemFailedError.from_os(error, "write", "a temporary file") from error
        weakref.finalize(self, os.close, self._descriptor)

    def read(self, number: int) -> Episode:
        start = self.starts[number]
        # Processes that were forked share the file, and the place in it where read(2) would go on.
        episode = _decode(os.pread(self._descriptor, self.starts[number + 1] - start, start))
        for name in _SHARED:
            if text := getattr(episode, name):
                force_setattr(episode, name, sys.intern(text))
        return episode


class Held(Sequence[Episode]):
    """The episodes of a file, in some ``order``, each read anew when it is asked for. Forked processes may ask, too."""

    def __init__(self, file: _File, order: Iterable[int]) -> None:
        self._file = file
        self._order = array("L", order)

    @classmethod
    def of(cls, episodes: Iterable[Episode]) -> Held:
        """These episodes, in their order. Raises SystemFailedError where there is no room for the file."""
        file = _File(episodes)
        return cls(file, range(len(file.starts) - 1))

    def at(self, places: Iterable[int]) -> Held:
        """Those at these places, in this order; the file is the same."""
        return Held(self._file, (self._order[place] for place in places))

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[Episode]:
        return map(self._file.read, self._order)

    @overload
    def __getitem__(self, place: int) -> Episode: ...
    @overload
    def __getitem__(self, place: slice) -> Held: ...
    def __getitem__(self, place: int | slice) -> Episode | Held:
        if isinstance(place, slice):
            return self.at(range(len(self))[place])
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


def in_order(episodes: Iterable[Episode], query: Query) -> Held:
    """All of these episodes in the order of a query, and no more than its limit."""
    keys: list[Any] = []

    def noted() -> Iterator[Episode]:
        for place, one in enumerate(episodes):
            series = sys.intern(one.series)
            keys.append(_Key(place, series, one.slug, one.number, one.title, one.language, one.moment, one.updated))
            yield one

    held = Held.of(noted())
    ordered: list[Any] = query.order(keys)
    return held.at(key.place for key in ordered[: query.limit or None])


def arranged(episodes: Sequence[Episode], places: Sequence[int]) -> Sequence[Episode]:
    """The episodes at these places, in this order, held as they were."""
    return episodes.at(places) if isinstance(episodes, Held) else tuple([episodes[place] for place in places])
