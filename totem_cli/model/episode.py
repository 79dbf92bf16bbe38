"""An episode: one discussion of a series."""

from collections.abc import Sequence
from typing import Self

from msgspec.structs import replace

from totem_cli.model.field import rows
from totem_cli.model.fields import EpisodeFields
from totem_cli.model.parts import Appearance
from totem_cli.model.series import Series

INHERITED = tuple([row.name for row in rows(EpisodeFields) if row.field.inherited])
"""What an episode takes from its series where its own file is silent."""


class EpisodeNames:
    """What follows from the fields that an episode and its row in the index share.

    As a base it stands after the fields themselves, whose annotations say more.
    """

    __slots__ = ()

    series: str
    slug: str
    number: int | None
    date: str | None
    published: str | None

    @property
    def ref(self) -> str:
        """The reference that names it everywhere: ``series/number``, or ``series/slug`` where it has no number."""
        return f"{self.series}/{self.number if self.number is not None else self.slug}"

    @property
    def folder(self) -> str:
        """``series/slug``, which names it too: the folder under ``comments/`` of the comments on it."""
        return f"{self.series}/{self.slug}"

    @property
    def address(self) -> str:
        """Where it stands on the site: a folder, relative to the site's root."""
        return f"{self.series}/{self.slug}/"

    @property
    def moment(self) -> str | None:
        """When it is dated: ``date``, else ``published``."""
        return self.date or self.published


class Episode(EpisodeFields, EpisodeNames, frozen=True, kw_only=True):
    """An episode as its file tells it; :meth:`inherit` fills in what the series says.

    ``absent`` names the keys of ``id``, ``number`` and :data:`INHERITED` that the file itself does not hold.
    """

    absent: tuple[str, ...] = ()

    def inherit(self, series: Series) -> Self:
        """The episode with what its own file leaves out taken from ``series``."""
        taken = {name: getattr(series, name) for name in INHERITED if name in self.absent}
        return replace(self, **taken) if taken else self


def appearances(episode: EpisodeFields) -> Sequence[Appearance]:
    """Hosts first, then guests: everyone who appears."""
    return (*episode.hosts, *episode.guests)
