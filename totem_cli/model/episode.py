"""An episode: one discussion of a series."""

from collections.abc import Sequence
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from totem_cli.model.parts import Appearance, Extra, Link, Media, Partner, Question, Source, Status
from totem_cli.model.series import Series

INHERITED = ("hosts", "partners", "language", "licence", "comments_open")
"""What an episode takes from its series where its own file is silent."""


class EpisodeFields(Struct, frozen=True, kw_only=True):
    """What is known of an episode; the public record adds to it, and so does :class:`Episode`.

    Dates are ISO 8601 text: ``2020``, ``2020-04``, ``2020-04-09`` or a date-time with its zone; so is ``duration``.
    """

    id: str
    series: str
    slug: str
    number: int | None = None
    title: str
    subtitle: str | None = None
    summary: str | None = None
    language: str | None = None
    date: str | None = None
    published: str | None = None
    updated: str | None = None
    status: Status = "published"
    hosts: tuple[Appearance, ...] = ()
    partners: tuple[Partner, ...] = ()
    guests: tuple[Appearance, ...] = ()
    questions: tuple[Question, ...] = ()
    tags: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    media: tuple[Media, ...] = ()
    image: str | None = None
    place: str | None = None
    duration: str | None = None
    licence: str | None = None
    comments_open: bool | None = None
    aliases: tuple[str, ...] = ()
    translation_of: str | None = None
    source: Source = None
    recap: str = ""
    extra: Extra = {}


class Episode(EpisodeFields, frozen=True, kw_only=True):
    """An episode as its file tells it; :meth:`inherit` fills in what the series says.

    ``absent`` names the keys of ``id``, ``number`` and :data:`INHERITED` that the file itself does not hold.
    """

    absent: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        """The reference that names it everywhere: ``series/number``, or ``series/slug`` where it has no number."""
        return f"{self.series}/{self.number if self.number is not None else self.slug}"

    @property
    def moment(self) -> str | None:
        """When it is dated: ``date``, else ``published``."""
        return self.date or self.published

    def inherit(self, series: Series) -> Self:
        """The episode with what its own file leaves out taken from ``series``."""
        taken = {name: getattr(series, name) for name in INHERITED if name in self.absent}
        return replace(self, **taken) if taken else self


def appearances(episode: EpisodeFields) -> Sequence[Appearance]:
    """Hosts first, then guests: everyone who appears."""
    return (*episode.hosts, *episode.guests)
