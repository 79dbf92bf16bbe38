"""A feed: its head and its entries, the same for RSS, Atom and JSON Feed, alone or on the site."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from totem_cli.archive.publication import Publication
from totem_cli.errors import InvalidError
from totem_cli.exporters import Options
from totem_cli.exporters.dates import warn_undated
from totem_cli.exporters.selection import check_parameters, selection_key, whole_number
from totem_cli.publishing.page import Page

if TYPE_CHECKING:
    from totem_cli.exporters.html.site import Site
    from totem_cli.model.episode_row import EpisodeRow
    from totem_cli.model.settings import Settings

SIZE = 50
"""Entries in a feed where nobody says how many."""

PARAMETERS = {"size": "entries, 0 for all", "url": "where the feed will be served"}


class FeedPerson(Struct, frozen=True):
    """Someone who appears in an entry; ``url`` is absolute."""

    name: str
    role: Literal["host", "guest"]
    url: str | None = None


class Enclosure(Struct, frozen=True):
    """A recording; ``length`` is its size in bytes, 0 where nobody knows (RSS Best Practices Profile, enclosure)."""

    url: str
    type: str
    length: int
    seconds: int = 0


class FeedEntry(Struct, frozen=True):
    """One episode in a feed. ``content`` is HTML whose addresses are absolute, of characters that XML may hold.

    What a writer makes of it, in UTF-8, is kept in ``made``: the feeds of the archive, a series and a person hold the
    same entry.
    """

    id: str
    url: str
    title: str
    language: str
    summary: str
    content: str
    published: datetime | None
    updated: datetime | None
    people: Sequence[FeedPerson] = ()
    tags: Sequence[str] = ()
    number: int | None = None
    image: str | None = None
    enclosures: Sequence[Enclosure] = ()
    made: dict[str, bytes] = {}

    def written(self, format_: str, write: Callable[[FeedEntry], bytes]) -> bytes:
        """What ``write`` makes of this entry for feeds of a format."""
        if format_ not in self.made:
            self.made[format_] = write(self)
        return self.made[format_]

    def named(self, role: str) -> list[FeedPerson]:
        """Those who appear as ``role``, each once."""
        return list({person.name: person for person in self.people if person.role == role}.values())


class FeedHead(Struct, frozen=True):
    """A feed: what it is called, where its page and the feed itself are."""

    id: str
    title: str
    subtitle: str
    language: str
    home: str
    address: str


Writer: TypeAlias = Callable[[FeedHead, Sequence[FeedEntry]], bytes]


def feed_size(settings: Settings, rows: Sequence[EpisodeRow] = ()) -> int:
    """How many entries a feed of these episodes has at most; 0 for all.

    Where the archive does not say, a feed of recordings is whole: podcast directories show only what it holds.
    """
    if settings.feeds.size is not None:
        return settings.feeds.size
    return 0 if 2 * sum(row.recorded for row in rows) > len(rows) else SIZE


def feed_pages(publication: Publication, options: Options, *, format_: str, file: str, write: Writer) -> Iterator[Page]:
    """One page, ``file``: the newest of a publication's episodes, as ``write`` makes a feed of them.

    A selection of one series has the series' own title and identity. Raises InvalidError where the archive does not say
    where its site is, for without absolute addresses a feed is of no use, and for wrong parameters.
    """
    from totem_cli.exporters.html.plan import Plan

    check_parameters(options, format_, PARAMETERS)
    size = whole_number(options, "size", feed_size(publication.settings, publication.rows))
    if not publication.settings.base_url:
        raise InvalidError(
            f"{format_} needs absolute addresses, and the archive does not say where its site is",
            hint='write base_url = "https://…" in totem.toml',
        )
    plan = Plan(publication)
    newest = publication.outline.newest[: size or None]
    if format_ == "atom":
        warn_undated(options, [publication.episodes[place] for place in newest])
    files = [part for place in newest for part in plan.recorded(plan.rows[place])]

    def render() -> bytes:
        return write(_head(plan.site, options, file), [plan.site.feed_entry(place) for place in newest])

    yield Page(file, selection_key(f"{format_} 3", publication, options, *sorted(publication.media), *files), render)


def _head(site: Site, options: Options, file: str) -> FeedHead:
    asked = site.publication.query
    (series,) = site.series.values() if len(asked.series) == len(site.series) == 1 else (None,)
    home = site.absolute(series.address if series else "") or ""
    return FeedHead(
        id=f"urn:uuid:{series.id}" if series else home,
        title=series.title if series else site.settings.title,
        subtitle=(series.subtitle if series else site.settings.subtitle) or "",
        language=(series.language if series else None) or site.language,
        home=home,
        address=options.parameters.get("url") or f"{home}{file}",
    )
