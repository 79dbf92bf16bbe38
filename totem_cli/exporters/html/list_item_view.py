"""List items as pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from totem_cli.exporters.html.links import file_of
from totem_cli.exporters.html.list_item import ListItem
from totem_cli.language.sentence import shortened

if TYPE_CHECKING:
    from totem_cli.exporters.html.site import Site
    from totem_cli.exporters.html.view import Labels

_NOTHING = Markup()


class ListItemView(ListItem, frozen=True, kw_only=True):
    """A list item as a page shows it: ``href`` is relative to the page, ``Markup`` is HTML.

    ``lang`` are the attributes of an element in the episode's language; ``note`` is shown instead of the guests.
    """

    href: str
    lang: Markup
    name: Markup
    series_title: Markup = _NOTHING
    time: Markup = _NOTHING
    note: Markup = _NOTHING
    guest_names: str = ""


def list_item_view(site: Site, item: ListItem, labels: Labels, root: str, note: str = "") -> ListItemView:
    """Return a list item for a page with these labels, from which ``root`` leads to the site's root."""
    series = site.titles.get(item.series)
    return ListItemView(
        id=item.id,
        address=item.address,
        series=item.series,
        number=item.number,
        title=item.title,
        language=item.language,
        moment=item.moment,
        days=item.days,
        guests=item.guests,
        href=root + file_of(item.address),
        lang=labels.lang(item.language),
        name=site.typo(item.title, item.language),
        series_title=site.typo(series.title, series.language or labels.language) if series else _NOTHING,
        time=labels.time(item.moment, item.days) if item.moment else _NOTHING,
        note=site.typo(note, labels.language) if note else _NOTHING,
        guest_names="" if note else shortened(item.guests, labels.language),
    )


def list_items(site: Site, indexes: Iterable[int], labels: Labels, root: str) -> Sequence[ListItemView]:
    """Return the list items of the episodes at these indexes, for such a page."""
    return [list_item_view(site, site.list_items[index], labels, root) for index in indexes]
