"""What a list shows of an episode: less than an episode, so that thousands are read in no time."""

from __future__ import annotations

from msgspec import Struct


class Named(Struct, frozen=True):
    """A guest by name."""

    name: str


class Listed(Struct, frozen=True, kw_only=True):
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
