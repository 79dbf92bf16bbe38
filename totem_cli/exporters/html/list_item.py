"""Episodes in lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from msgspec import Struct

from totem_cli.model.episode_row import EpisodeRow


class ListItem(Struct, frozen=True, kw_only=True):
    """An episode in a list, as its row has it: what names it, dates it (``days`` from ``moment`` on), links to it."""

    id: str
    address: str
    series: str
    number: int | None
    title: str
    language: str
    moment: str | None
    days: int
    guests: tuple[str, ...]


class ListItems(Sequence[ListItem]):
    """The list items of all episodes, each made at its first use; ``language`` is the archive's."""

    def __init__(self, rows: Sequence[EpisodeRow], language: str) -> None:
        self._rows = rows
        self._language = language
        self._made: dict[int, ListItem] = {}

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> ListItem: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[ListItem]: ...
    def __getitem__(self, index: int | slice) -> ListItem | Sequence[ListItem]:
        if isinstance(index, slice):
            return [self[one] for one in range(len(self))[index]]
        found = self._made.get(index)
        if found is None:
            found = self._made[index] = list_item(self._rows[index], self._language)
        return found


def list_item(row: EpisodeRow, language: str) -> ListItem:
    """Return the list item of an episode; ``language`` is the archive's, for episodes that name none."""
    return ListItem(
        id=row.id,
        address=row.address,
        series=row.series,
        number=row.number,
        title=row.title,
        language=row.language or language,
        moment=row.moment,
        days=row.days,
        guests=tuple([guest.name for guest in row.guests]),
    )
