"""What a list shows of an episode: less than an episode, so that thousands are read in no time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from totem_cli.model.episode import Episode


class Named(Struct, frozen=True, gc=False):
    """A guest by name."""

    name: str


class Listed(Struct, frozen=True, kw_only=True, gc=False):
    """An episode as a list shows it; its fields are those of :class:`~totem_cli.model.episode.Episode`."""

    series: str
    slug: str
    number: int | None = None
    title: str
    date: str | None = None
    published: str | None = None
    status: str = "published"
    guests: tuple[Named, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def moment(self) -> str | None:
        """When it is dated: ``date``, else ``published``."""
        return self.date or self.published


def listed(episode: Episode) -> Listed:
    """What a list shows of the episode."""
    return Listed(
        series=episode.series,
        slug=episode.slug,
        number=episode.number,
        title=episode.title,
        date=episode.date,
        published=episode.published,
        status=episode.status,
        guests=tuple([Named(guest.name) for guest in episode.guests]),
        tags=episode.tags,
    )
