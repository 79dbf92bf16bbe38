"""A query: the one vocabulary of filters for lists, searches, exports and bulk changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from totem_cli.language.collate import collation_key
from totem_cli.language.dates import date_bounds, day_of, moment_key
from totem_cli.language.fold import fold

if TYPE_CHECKING:
    from totem_cli.model.episode import Episode
    from totem_cli.model.episode_row import AppearanceRow, EpisodeRow
    from totem_cli.model.parts import Appearance

StatusFilter = Literal["draft", "published", "withdrawn", "pending", "approved", "rejected", "all"]
"""``pending``, ``approved`` and ``rejected`` are of comments."""
Sort = Literal["series", "number", "date", "title", "updated"]

_RANK = {"published": 0, "draft": 1, "withdrawn": 2}


E = TypeVar("E", bound="Episode | EpisodeRow")
"""An episode; or its row in the index, from which exports select, and which has all that filters and orders look at."""


class Query(Struct, frozen=True, kw_only=True):
    """A selection of episodes, and their order. A filter with several values means either; different filters mean both.

    Text matches folded; ``since`` and ``until`` are inclusive and may be partial dates; undated episodes fall outside.
    A ``limit`` of 0 is none.
    """

    series: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    languages: tuple[str, ...] = ()
    status: tuple[StatusFilter, ...] = ("all",)
    sort: Sort | None = None
    reverse: bool = False
    limit: int | None = None

    @property
    def filters(self) -> dict[str, Any]:
        """The values that are set, order and limit included; an export's manifest keeps them."""
        return {name: value for name, value in _set_fields(self) if value}

    @property
    def narrows(self) -> bool:
        """Whether it has a filter; order and limit are none."""
        return replace(self, sort=None, reverse=False, limit=None) != Query()

    def matcher(
        self, aliases: Callable[[str], Iterable[str]] = lambda name: (name,)
    ) -> Callable[[Episode | EpisodeRow, str], bool]:
        """A test of (resolved episode, its series' status); ``aliases`` gives every name that a person goes by."""
        series = {fold(value) for value in self.series}
        guests = {fold(name) for value in self.guests for name in aliases(value)}
        organisations = {fold(value) for value in self.organisations}
        tags = {fold(value) for value in self.tags}
        languages = {value.casefold() for value in self.languages}
        first = date_bounds(self.since)[0] if self.since else None
        last = date_bounds(self.until)[1] if self.until else None
        statuses = set(self.status)

        def matches(episode: Episode | EpisodeRow, series_status: str) -> bool:
            if series and fold(episode.series) not in series:
                return False
            if "all" not in statuses and visible_status(episode.status, series_status) not in statuses:
                return False
            if languages and not any(_language_fits(episode.language, wanted) for wanted in languages):
                return False
            if (first or last) and not _within(episode.moment, first, last):
                return False
            if tags and tags.isdisjoint(map(fold, episode.tags)):
                return False
            if guests and not any(_is_named(guest, guests) for guest in _appearances(episode)):
                return False
            return not organisations or not organisations.isdisjoint(
                fold(organisation) for organisation in organisations_of(episode)
            )

        return matches

    def order(self, episodes: Iterable[E]) -> list[E]:
        """The episodes sorted; the limit is not applied."""
        given = list(episodes)
        keys = {_series_number(episode) for episode in given} if self.sort in (None, "series") else set()
        # The number decides in most series; the other parts of the key are slow to compute.
        key = _series_number if len(keys) == len(given) else _SORTS[self.sort or "series"]
        ordered = sorted(given, key=key)
        if self.reverse:
            ordered.reverse()
        return ordered


def visible_status(status: str, series_status: str) -> str:
    """An episode is as visible as the more hidden of itself and its series."""
    return max(status, series_status, key=_RANK.__getitem__)


def organisations_of(episode: Episode | EpisodeRow) -> list[str]:
    """The organisations of everyone who appears, partners included, in order of appearance."""
    people = [name for person in _appearances(episode) for name in person.organisations]
    return [*(partner.name for partner in episode.partners), *people]


def in_series_order(episode: Episode | EpisodeRow) -> tuple[object, ...]:
    """The reading order inside one series: by number, else by date, the unnumbered and the undated last; then by slug.

    It is the one rule for the order of a series, on its pages, in feeds and in the terminal.
    """
    moment = episode.moment
    return (
        episode.number is None,
        episode.number or 0,
        moment is None,
        moment_key(moment) if moment else (),
        episode.slug,
    )


def by_date(episode: Episode | EpisodeRow) -> tuple[object, ...]:
    """Oldest first; the undated before all, so that the newest come first when reversed."""
    return (
        episode.moment is not None,
        moment_key(episode.moment) if episode.moment else (),
        episode.series,
        *in_series_order(episode),
    )


def _by_title(episode: Episode | EpisodeRow) -> tuple[object, ...]:
    return (collation_key(episode.title, episode.language or "fr"), episode.series, episode.slug)


def _by_series(episode: Episode | EpisodeRow) -> tuple[object, ...]:
    return (episode.series, *in_series_order(episode))


def _series_number(episode: Episode | EpisodeRow) -> tuple[Any, ...]:
    return episode.series, episode.number is None, episode.number or 0


def _by_number(episode: Episode | EpisodeRow) -> tuple[object, ...]:
    unnumbered, number, *rest = in_series_order(episode)
    return (unnumbered, number, episode.series, *rest)


def _by_update(episode: Episode | EpisodeRow) -> tuple[object, ...]:
    moment = episode.updated or episode.moment
    return (moment is not None, moment_key(moment) if moment else (), episode.series, episode.slug)


_SORTS: dict[str, Callable[[Any], tuple[Any, ...]]] = {
    "series": _by_series,
    "number": _by_number,
    "date": by_date,
    "title": _by_title,
    "updated": _by_update,
}


def _set_fields(query: Query) -> list[tuple[str, Any]]:
    return [(name, getattr(query, name)) for name in query.__struct_fields__]


def _appearances(episode: Episode | EpisodeRow) -> Sequence[Appearance | AppearanceRow]:
    return (*episode.hosts, *episode.guests)


def _is_named(person: Appearance | AppearanceRow, names: set[str]) -> bool:
    return fold(person.name) in names or (person.person is not None and fold(person.person) in names)


def _language_fits(language: str | None, wanted: str) -> bool:
    folded = (language or "").casefold()
    return folded == wanted or folded.startswith(f"{wanted}-")


def _within(moment: str | None, first: str | None, last: str | None) -> bool:
    if moment is None:
        return False
    day = day_of(moment)
    return (first is None or day >= first) and (last is None or day <= last)
