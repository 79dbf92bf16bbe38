"""References: how an episode or a series is named on a command line.

An episode is ``series/number`` or ``series/slug``; or, where only one fits, a number, a slug (with or without its
number) or seven characters or more of its id. A series is its slug; ``NAME/`` is always a series. ``latest`` is the
newest episode.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from totem_cli.archive.base import Base
from totem_cli.errors import AmbiguousError, NotFoundError, TotemError
from totem_cli.language.suggest import close_matches, did_you_mean
from totem_cli.model.episode import Episode
from totem_cli.model.query import by_date
from totem_cli.model.read import number_in
from totem_cli.model.series import Series
from totem_cli.storage.layout import locate

V = TypeVar("V")

ID_LENGTH = 7
"""The fewest characters of an id that name an episode."""


class References(Base):
    """The answers to references."""

    def episode(self, ref: str) -> Episode:
        """The episode that ``ref`` names, resolved, with its recap.

        Raises NotFoundError, AmbiguousError, or the file's own problem where the file that is named cannot be read.
        """
        if ref == "latest":
            return self._latest()
        found = self._candidates(ref)
        if len(found) == 1:
            return self._resolved(found)[0]
        if found:
            raise AmbiguousError(
                f"{ref} could be any of {len(found)} episodes",
                hint="name one: " + ", ".join(sorted(_whole_ref(episode) for episode in found[:10])),
            )
        raise self._no_episode(ref)

    def one_series(self, ref: str) -> Series:
        """The series that ``ref`` names (``slug`` or ``slug/``)."""
        found = self._series_named(ref.rstrip("/"))
        if found:
            return self._effective(found[0])
        slug = ref.rstrip("/").lower()
        known = [series.slug for series in self.index.series()]
        problem = self._problem_at(f"series/{slug}/series.md")
        if problem:
            raise problem
        raise NotFoundError(f"no series {slug or ref}", hint=did_you_mean(slug, known) or _listing(known, "series"))

    def episode_or_series(self, ref: str) -> Episode | Series:
        """The episode or the series that ``ref`` names; what could be either is refused."""
        if ref.endswith("/"):
            return self.one_series(ref)
        series = self._series_named(ref)
        episodes = self._candidates(ref)
        if series and episodes:
            names = [f"{series[0].slug}/ (the series)", *(_whole_ref(episode) for episode in episodes[:10])]
            raise AmbiguousError(f"{ref} is a series and an episode", hint="name one: " + ", ".join(names))
        if series:
            return self._effective(series[0])
        return self._resolved(episodes)[0] if len(episodes) == 1 and ref != "latest" else self.episode(ref)

    def _candidates(self, ref: str) -> list[Episode]:
        series, _, name = ref.rpartition("/")
        within = self._folder_named(series) or None
        found: dict[tuple[str, str], Episode] = {}
        if name.isdecimal() and len(name) < 10:
            found |= _keyed(self.index.find_episodes(series=within, number=int(name)))
        if name:
            found |= _keyed(_first(lambda slug: self.index.find_episodes(series=within, slug=slug), name))
        if not series and len(name) >= ID_LENGTH:
            found |= _keyed(self.index.find_episodes(id_prefix=name))
        return list(found.values())

    def _series_named(self, slug: str) -> list[Series]:
        """The series of this slug, at most one."""
        return _first(self.index.series, slug) if slug and "/" not in slug else []

    def _folder_named(self, series: str) -> str:
        """The name of a series' folder, as it is written there; the series itself need not be readable."""
        return series if self.index.series(series) or self.index.slugs(series) else series.lower()

    def _latest(self) -> Episode:
        newest = max(self._resolved(list(self.index.episodes())), key=by_date, default=None)
        if newest is None:
            raise NotFoundError("the archive has no episode yet", hint="add one with: totem add episode TITLE")
        return self.episode(f"{newest.series}/{newest.slug}")

    def _no_episode(self, ref: str) -> TotemError:
        series, _, name = ref.rpartition("/")
        for path, problem in self.index.problems():
            if path.startswith("series/") and _names(path, self._folder_named(series), name):
                return self._placed(problem, path)
        slug = ref.rstrip("/")
        if not slug:
            return NotFoundError("an empty name names nothing", hint="see what there is with: totem list")
        if self._series_named(slug):
            return NotFoundError(f"{slug} is a series, not an episode", hint=f"name an episode of it: {slug}/1")
        if series and not self._series_named(series):
            slugs = [one.slug for one in self.index.series()]
            if not self.index.slugs(self._folder_named(series)):
                return NotFoundError(
                    f"no series {series}", hint=did_you_mean(series, slugs) or _listing(slugs, "series")
                )
        spelt: dict[str, str] = {}
        for episode in self.index.episodes(series=self._folder_named(series) or None):
            for spelling in (episode.slug, _bare(episode.slug), *(() if series else (_whole_ref(episode),))):
                spelt[spelling] = _whole_ref(episode)
        close = dict.fromkeys(spelt[spelling] for spelling in close_matches(name.lower(), spelt))
        hint = f"did you mean {' or '.join(close)}?" if close else "see them with: totem list"
        return NotFoundError(f"no episode {ref}", hint=hint)

    def _problem_at(self, path: str) -> TotemError | None:
        return next((self._placed(problem, at) for at, problem in self.index.problems() if at == path), None)


def _first(find: Callable[[str], list[V]], name: str) -> list[V]:
    """What is found under a name as it is typed, for a file named by hand may have capitals; else in lower case."""
    return find(name) or (find(name.lower()) if name != name.lower() else [])


def _keyed(episodes: Sequence[Episode]) -> dict[tuple[str, str], Episode]:
    return {(episode.series, episode.slug): episode for episode in episodes}


def _bare(slug: str) -> str:
    """A file's name without its number."""
    return slug.partition("-")[2] if number_in(slug) is not None else slug


def _whole_ref(episode: Episode) -> str:
    return f"{episode.series}/{episode.slug}"


def _listing(names: Sequence[str], what: str) -> str:
    return f"there are: {', '.join(names[:10])}" if names else f"there is no {what} yet: totem add {what} TITLE"


def _names(path: str, series: str, name: str) -> bool:
    """Whether ``series/name`` means the file at ``path``, one that cannot be read."""
    found = locate(path)
    if found is None or found.kind != "episode" or found.slug is None:
        return False
    folder, slug = found.series, found.slug
    number = number_in(slug)
    return (not series or folder == series) and (
        {name, name.lower()} & {slug, _bare(slug)} != set() or (name.isdecimal() and number == int(name))
    )
