"""An entry: what a list shows of one episode."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from msgspec import Struct

from totem_cli.model.episode_row import EpisodeRow


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

    def __init__(self, rows: Sequence[EpisodeRow], language: str) -> None:
        self._rows = rows
        self._language = language
        self._made: dict[int, Entry] = {}

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> Entry: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Entry]: ...
    def __getitem__(self, place: int | slice) -> Entry | Sequence[Entry]:
        if isinstance(place, slice):
            return [self[one] for one in range(len(self))[place]]
        found = self._made.get(place)
        if found is None:
            found = self._made[place] = entry_of(self._rows[place], self._language)
        return found


def entry_of(row: EpisodeRow, language: str) -> Entry:
    """The entry of an episode; ``language`` is the archive's, for episodes that name none."""
    return Entry(
        id=row.id,
        address=row.address,
        series=row.series,
        number=row.number,
        title=row.title,
        language=row.language or language,
        moment=row.moment,
        guests=tuple([guest.name for guest in row.guests]),
    )
