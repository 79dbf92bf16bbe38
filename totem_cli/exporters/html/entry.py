"""An entry: what a list shows of one episode."""

from __future__ import annotations

from collections.abc import Sequence
from sys import intern
from typing import overload

from msgspec import Struct

from totem_cli.archive.record import episode_address
from totem_cli.model.episode import Episode

BLOCK = 64
"""Episodes that are read together: most lists need neighbours, too."""


class Entry(Struct, frozen=True, kw_only=True):
    """One line of a list: enough to name an episode, date it and link to it."""

    id: str
    address: str
    series: str
    number: int | None
    title: str
    language: str
    moment: str | None
    guests: tuple[str, ...]


class Entries(Sequence[Entry]):
    """The entries of all episodes, each made when it is first asked for; ``language`` is the archive's."""

    def __init__(self, episodes: Sequence[Episode], language: str) -> None:
        self._episodes = episodes
        self._language = language
        self._made: dict[int, Entry] = {}

    def __len__(self) -> int:
        return len(self._episodes)

    @overload
    def __getitem__(self, place: int) -> Entry: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Entry]: ...
    def __getitem__(self, place: int | slice) -> Entry | Sequence[Entry]:
        if isinstance(place, slice):
            return [self[one] for one in range(len(self))[place]]
        place = range(len(self))[place]
        if place not in self._made:
            first = place - place % BLOCK
            for near in range(first, min(first + BLOCK, len(self))):
                self._made[near] = entry_of(self._episodes[near], self._language)
        return self._made[place]


def entry_of(episode: Episode, language: str) -> Entry:
    """The entry of a resolved episode; ``language`` is the archive's, for episodes that name none."""
    return Entry(
        id=episode.id,
        address=episode_address(episode),
        series=episode.series,
        number=episode.number,
        title=episode.title,
        language=episode.language or language,
        moment=episode.moment,
        guests=tuple([intern(guest.name) for guest in episode.guests]),  # some are guests of hundreds
    )
