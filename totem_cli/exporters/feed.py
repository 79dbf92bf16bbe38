"""A feed: its head and its entries, the same for RSS, Atom and JSON Feed, alone or on the site."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from totem_cli.model.episode_row import EpisodeRow
    from totem_cli.model.settings import Settings

SIZE = 50
"""Entries in a feed where nobody says how many."""


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
