"""A series: an ordered set of episodes with a title, an introduction, hosts, partners."""

from totem_cli.model.fields import SeriesFields


class Series(SeriesFields, frozen=True, kw_only=True):
    """A series as its ``series.md`` tells it; ``absent`` names what of ``id`` and ``language`` it does not hold."""

    absent: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        """The reference that names it everywhere."""
        return self.slug
