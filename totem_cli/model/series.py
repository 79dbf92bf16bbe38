"""A series: an ordered set of episodes with a title, an introduction, hosts, partners."""

from msgspec import Struct

from totem_cli.model.parts import Appearance, Extra, Link, Partner, Source, Status


class SeriesFields(Struct, frozen=True, kw_only=True):
    """What is known of a series; the public record adds to it, and so does :class:`Series`."""

    id: str
    slug: str
    title: str
    subtitle: str | None = None
    language: str | None = None
    hosts: tuple[Appearance, ...] = ()
    partners: tuple[Partner, ...] = ()
    tags: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    licence: str | None = None
    comments_open: bool | None = None
    aliases: tuple[str, ...] = ()
    status: Status = "published"
    source: Source = None
    introduction: str = ""
    extra: Extra = {}


class Series(SeriesFields, frozen=True, kw_only=True):
    """A series as its ``series.md`` tells it; ``absent`` names what of ``id`` and ``language`` it does not hold."""

    absent: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        """The reference that names it everywhere."""
        return self.slug
