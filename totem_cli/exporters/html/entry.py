"""An entry: what a list shows of one episode."""

from __future__ import annotations

from sys import intern

from msgspec import Struct

from totem_cli.archive.record import episode_address
from totem_cli.model.episode import Episode


class Entry(Struct, frozen=True, kw_only=True):
    """One line of a list: enough to name an episode, date it and link to it."""

    id: str
    address: str
    series: str
    number: int | None
    title: str
    language: str
    moment: str | None
    guests: tuple[str, ...]


def entry_of(episode: Episode, language: str) -> Entry:
    """The entry of a resolved episode; ``language`` is the archive's, for episodes that name none."""
    return Entry(
        id=episode.id,
        address=episode_address(episode),
        series=episode.series,
        number=episode.number,
        title=episode.title,
        language=episode.language or language,
        moment=episode.moment,
        guests=tuple([intern(guest.name) for guest in episode.guests]),  # some are guests of hundreds
    )
