"""Episodes that are read from the index when they are asked for, many at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import overload

from totem_cli.model.episode import Episode
from totem_cli.model.episode_row import EpisodeRow
from totem_cli.model.series import Series

_BLOCK = 64
"""Episodes that are read in one question."""

_KEPT = 4
"""Blocks that are kept: pages of neighbours follow each other, and feeds show again what pages showed."""

Read = Callable[[Sequence[EpisodeRow]], list[tuple[Episode, str]]]


class EpisodeList(Sequence[Episode]):
    """The episodes of these rows, resolved, without their recaps; these are read with them.

    ``read`` gives the episodes of some rows and their recaps. It raises ChangedError where one is another by now.
    """

    def __init__(self, rows: Sequence[EpisodeRow], series: Mapping[str, Series], read: Read) -> None:
        self._rows = rows
        self._series = series
        self._read = read
        self._block = lru_cache(maxsize=_KEPT)(self._read_block)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Episode]:
        for number in range(-(-len(self._rows) // _BLOCK)):
            yield from (episode for episode, _ in self._block(number))

    @overload
    def __getitem__(self, place: int) -> Episode: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Episode]: ...
    def __getitem__(self, place: int | slice) -> Episode | Sequence[Episode]:
        if isinstance(place, slice):
            return [self[one] for one in range(len(self))[place]]
        return self._at(range(len(self))[place])[0]

    def recap(self, place: int) -> str:
        """The recap of the episode at a place."""
        return self._at(place)[1]

    def _at(self, place: int) -> tuple[Episode, str]:
        number, at = divmod(place, _BLOCK)
        return self._block(number)[at]

    def _read_block(self, number: int) -> list[tuple[Episode, str]]:
        found = self._read(self._rows[number * _BLOCK : (number + 1) * _BLOCK])
        return [(episode.inherit(self._series[episode.series]), recap) for episode, recap in found]
