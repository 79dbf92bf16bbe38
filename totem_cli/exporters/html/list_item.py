"""What a list shows of one episode."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, overload

from markupsafe import Markup
from msgspec import Struct

from totem_cli.exporters.html.links import file_of
from totem_cli.model.episode_row import EpisodeRow

if TYPE_CHECKING:
    from totem_cli.exporters.html.site import Site
    from totem_cli.exporters.html.view import Labels

_NOTHING = Markup()


class ListItem(Struct, frozen=True, kw_only=True):
    """One line of a list: enough to name an episode, date it and link to it."""

    id: str
    address: str
    series: str
    number: int | None
    title: str
    language: str
    moment: str | None
    guests: tuple[str, ...]


class ListItemView(ListItem, frozen=True, kw_only=True):
    """A list item as a page shows it: ``href`` leads there from the page, the rest is HTML.

    ``lang`` are the attributes of an element in the episode's language; ``note`` stands in the place of the guests.
    """

    href: str
    lang: Markup
    name: Markup
    series_title: Markup = _NOTHING
    time: Markup = _NOTHING
    note: Markup = _NOTHING
    guest_names: str = ""


class ListItems(Sequence[ListItem]):
    """The list items of all episodes, each made when it is first asked for; ``language`` is the archive's."""

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
    """The list item of an episode; ``language`` is the archive's, for episodes that name none."""
    return ListItem(
        id=row.id,
        address=row.address,
        series=row.series,
        number=row.number,
        title=row.title,
        language=row.language or language,
        moment=row.moment,
        guests=tuple([guest.name for guest in row.guests]),
    )


def list_item_view(site: Site, item: ListItem, labels: Labels, root: str, note: str = "") -> ListItemView:
    """A list item on a page in the language of ``labels``, whose way to the site's root is ``root``."""
    series = site.titles.get(item.series)
    return ListItemView(
        id=item.id,
        address=item.address,
        series=item.series,
        number=item.number,
        title=item.title,
        language=item.language,
        moment=item.moment,
        guests=item.guests,
        href=root + file_of(item.address),
        lang=labels.lang(item.language),
        name=site.typo(item.title, item.language),
        series_title=site.typo(series.title, series.language or labels.language) if series else _NOTHING,
        time=labels.time(item.moment) if item.moment else _NOTHING,
        note=site.typo(note, labels.language) if note else _NOTHING,
        guest_names="" if note else ", ".join(item.guests),
    )


def list_items(site: Site, indexes: Iterable[int], labels: Labels, root: str) -> Sequence[ListItemView]:
    """The list items of the episodes at these positions of the publication."""
    return [list_item_view(site, site.entries[index], labels, root) for index in indexes]
