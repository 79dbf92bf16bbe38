"""The head and the entries of a feed, for RSS, Atom and JSON Feed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from totem_cli.model.settings import Podcast

if TYPE_CHECKING:
    from totem_cli.model.episode_row import EpisodeRow
    from totem_cli.model.settings import Settings

SIZE = 50
"""Entries in a feed where the settings give no number."""


class FeedPerson(Struct, frozen=True):
    """Someone who appears in an entry; ``url`` is absolute."""

    name: str
    role: Literal["host", "guest"]
    url: str | None = None


class Enclosure(Struct, frozen=True):
    """A recording; ``length`` is its size in bytes, 0 where unknown (RSS Best Practices Profile, enclosure)."""

    url: str
    type: str
    length: int
    seconds: int = 0


class FeedEntry(Struct, frozen=True):
    """An episode in a feed. ``content`` is HTML with absolute addresses, without characters that XML forbids.

    ``serialised`` is a cache by format, since the feeds of the site, of a series and of people hold the same entry.
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
    serialised: dict[str, bytes] = {}

    def written(self, format_: str, write: Callable[[FeedEntry], bytes]) -> bytes:
        """Return the entry as ``write`` serialises it for feeds of a format."""
        if format_ not in self.serialised:
            self.serialised[format_] = write(self)
        return self.serialised[format_]

    def named(self, role: str) -> list[FeedPerson]:
        """Return the people of a role, each once."""
        return list({person.name: person for person in self.people if person.role == role}.values())


class FeedHead(Struct, frozen=True):
    """The head of a feed; ``home`` is the address of its page, ``address`` that of the feed.

    ``podcast`` is what directories are told of a feed of recordings, ``cover`` the address of its picture.
    """

    id: str
    title: str
    subtitle: str
    language: str
    home: str
    address: str
    podcast: Podcast = Podcast()
    cover: str | None = None


Writer: TypeAlias = Callable[[FeedHead, Sequence[FeedEntry]], bytes]


def feed_size(settings: Settings, rows: Sequence[EpisodeRow] = ()) -> int:
    """Return the most entries that a feed of these episodes has; 0 for all.

    Where the settings do not say, a feed of recordings has all: podcast directories show only what the feed holds.
    """
    if settings.feeds.size is not None:
        return settings.feeds.size
    return 0 if 2 * sum(row.recorded for row in rows) > len(rows) else SIZE
