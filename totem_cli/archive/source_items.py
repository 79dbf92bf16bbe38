"""The items of one source, told apart: two items of one source never become one thing of the archive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from totem_cli.errors import InvalidError, Location
from totem_cli.language.fold import fold
from totem_cli.model.episode import Episode
from totem_cli.model.read import derived_id

_SUFFIX = 8


class SourceItems:
    """What a source states, known as a whole before any of it is written.

    Episodes that have neither an id nor a number are told apart by slug, title, date and the series that the source
    has them in. ``locations`` says where each item stands, by kind and in the order of the items, for errors.
    """

    def __init__(
        self,
        episodes: Iterable[Episode] = (),
        *,
        into: str | None = None,
        locations: Mapping[str, Sequence[Location]] | None = None,
    ) -> None:
        """Read all episodes once. Raises InvalidError, with both locations, for two that nothing tells apart."""
        self._locations = locations or {}
        self._slugs_of_titles: dict[str, dict[str, list[str]]] = {}
        self._taken: dict[str, set[str]] = {}
        self._claimed: dict[tuple[str, str], int] = {}
        self._titles: Counter[tuple[str, str]] = Counter()
        self._slugs: Counter[tuple[str, str]] = Counter()
        self._dated: Counter[tuple[str, str, str | None]] = Counter()
        self._ids: set[str] = set()
        self._numbers: set[tuple[str, int]] = set()
        stated: dict[tuple[str | None, ...], int] = {}
        for position, episode in enumerate(episodes):
            home, title, slug = into or episode.series, fold(episode.title), episode.slug.casefold()
            self._titles[home, title] += 1
            if slug:
                self._slugs[home, slug] += 1
            identities: dict[tuple[str | None, ...], str] = {}  # each with how to mend it that two items have it
            if "id" not in episode.absent:
                self._ids.add(episode.id)
                identities[(episode.id,)] = "give each its own id"
            if episode.number is not None:
                self._numbers.add((home, episode.number))
                identities[home, str(episode.number)] = "give each its own number, or do not put them into one series"
            self._dated[home, title, episode.moment] += 1
            if not identities:
                identities[home, slug, title, episode.series, episode.moment] = "give each its own number or date"
            for identity, hint in identities.items():
                first = stated.setdefault(identity, position)
                if first != position:
                    number = "" if episode.number is None else str(episode.number)
                    name = f"{home}/{number or episode.slug or episode.title}"
                    raise self._twice("episodes", name, first, position, hint)

    def slugs_of_title(self, series: str, title: str, read: Callable[[str], Iterable[Episode]]) -> Sequence[str]:
        """The slugs in a series that a folded title has, or had; ``read`` gives its episodes, once."""
        if series not in self._slugs_of_titles:
            self._slugs_of_titles[series] = {}
            for one in read(series):
                self.note_title(one, one)
        return self._slugs_of_titles[series].get(title, ())

    def note_title(self, here: Episode, item: Episode) -> None:
        """Note that an episode here has the title of an item."""
        if here.series in self._slugs_of_titles:
            self._slugs_of_titles[here.series].setdefault(fold(item.title), []).append(here.slug)

    def claim(self, kind: str, name: str, position: int) -> None:
        """Note which thing the item becomes. Raises InvalidError, with both locations, if another has become it."""
        first = self._claimed.setdefault((kind, name.casefold()), position)
        if first != position:
            raise self._twice(kind, name, first, position)

    def is_shared(self, episode: Episode, home: str) -> bool:
        """Whether several items have the slug of this one, or its title where it has no slug."""
        if episode.slug:
            return self._slugs[home, episode.slug.casefold()] > 1
        return self._titles[home, fold(episode.title)] > 1

    def stable_id(self, episode: Episode, home: str) -> str:
        """The id of an item that has none: made from what the source says of it, so that it is found again."""
        parts = (episode.series, fold(episode.title), episode.moment or "")
        return derived_id(f"{home}/{episode.slug} {' '.join(parts)}")

    def of_title(self, episode: Episode, home: str, found: Sequence[Episode]) -> list[Episode]:
        """Those of the episodes ``found`` by its title that the item may be, and that no other item of the source is.

        One of its own slug goes first. Of several, or where several items have the title, the date must be the same,
        else the text. Two dates are two meetings, but where the item has the slug and no id, that is for the user to
        say: see :meth:`is_redated`.
        """
        free = [
            one
            for one in found
            if one.id not in self._ids
            and (home, one.number) not in self._numbers
            and ("episodes", one.folder.casefold()) not in self._claimed
            and (one.slug == episode.slug or not self._slugs[home, one.slug.casefold()])
        ]
        named = [one for one in free if episode.slug and one.slug == episode.slug]
        if not self.is_shared(episode, home) and (named or self._titles[home, fold(episode.title)] == 1):
            free = [one for one in named or free if is_same_date(one, episode) or self.is_redated(episode, one)]
            if len(free) < 2:
                return free
        dated = [one for one in free if one.moment == episode.moment]
        if self._dated[home, fold(episode.title), episode.moment] > 1:
            return [one for one in dated if one.recap.strip("\n") == episode.recap.strip("\n")]
        return dated

    @staticmethod
    def is_redated(episode: Episode, here: Episode) -> bool:
        """Whether an item is by its title and slug an episode here, and by its date another."""
        return (
            "id" in episode.absent
            and episode.number is None
            and bool(episode.slug)
            and episode.slug == here.slug
            and not is_same_date(episode, here)
        )

    @contextmanager
    def located(self, kind: str, position: int) -> Iterator[None]:
        """Errors in the block have the location of an item."""
        try:
            yield
        except InvalidError as error:
            location = self.location(kind, position)
            raise (error.at(location) if location else error) from None

    def location(self, kind: str, position: int) -> Location | None:
        """Where an item stands."""
        locations = self._locations.get(kind, ())
        return locations[position] if position < len(locations) else None

    def taken(self, series: str, read: Callable[[str], set[str]]) -> set[str]:
        """The slugs of a series, without case: ``read`` at the first question, and kept by who adds to them."""
        if series not in self._taken:
            self._taken[series] = {slug.casefold() for slug in read(series)}
        return self._taken[series]

    def free_slug(self, episode: Episode, home: str, taken: Collection[str], is_of_title: bool, episode_id: str) -> str:
        """The slug of a new episode; where another of its title has it, the year, the date or part of the id follows.

        ``taken`` are the slugs that are here, ``is_of_title`` says whether the one of this slug has this title.
        """
        if episode.slug.casefold() not in taken or not (is_of_title or self.is_shared(episode, home)):
            return episode.slug
        moment = episode.moment or ""
        for suffix in filter(None, (moment[:4], moment[:10])):
            slug = f"{episode.slug}-{suffix}"
            if slug.casefold() not in taken and not self._slugs[home, slug.casefold()]:
                return slug
        return f"{episode.slug}-{episode_id[:_SUFFIX]}"

    def free_number(self, home: str, number: int) -> int:
        """The first number from this one on that no item of the source states."""
        while (home, number) in self._numbers:
            number += 1
        return number

    def _twice(self, kind: str, name: str, first: int, second: int, hint: str | None = None) -> InvalidError:
        locations = self._locations.get(kind, ())
        is_located = second < len(locations)
        other = str(locations[first]) if is_located else f"item {first + 1} of its {kind}"
        here = "" if is_located else f" by the source: item {second + 1} of its {kind}"
        return InvalidError(
            f"{name} is stated twice{here}; the other is {other}",
            hint=hint,
            location=locations[second] if is_located else None,
        )


def is_same_date(one: Episode, other: Episode) -> bool:
    """Whether two episodes may be of one date: one is not dated, or less exactly, or both say the same day."""
    first, second = (one.moment or "")[:10], (other.moment or "")[:10]
    return first.startswith(second) or second.startswith(first)
