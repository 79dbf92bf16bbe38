"""A series: an ordered set of episodes with a title, an introduction, hosts, partners."""

from totem_cli.model.fields import SeriesFields


class Series(SeriesFields, frozen=True, kw_only=True):
    """A series as its ``series.md`` tells it; ``absent`` names what of ``id`` and ``language`` it does not hold."""

    absent: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        """The reference that names it everywhere."""
        return self.slug

    @property
    def address(self) -> str:
        """Where it stands on the site: a folder, relative to the site's root."""
        return f"{self.slug}/"

    @property
    def folder(self) -> str:
        """The folder under ``series/`` of its episodes, and under ``comments/`` of the comments on it."""
        return self.slug
