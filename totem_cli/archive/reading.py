"""Reading an archive: its episodes by a query, by words, by reference. All that a reader's command loads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from msgspec.structs import replace

from totem_cli.archive.location import archive_folder
from totem_cli.archive.refs import References
from totem_cli.errors import NotFoundError
from totem_cli.language.fold import fold, search_words
from totem_cli.language.suggest import did_you_mean
from totem_cli.model.episode import Episode, appearances
from totem_cli.model.query import Query, by_date, organisations_of
from totem_cli.model.series import Series

if TYPE_CHECKING:
    from totem_cli.model.hit import Hit

_FEW = 100
"""As many episodes are asked for in one question."""


class Reading(References):
    """An archive that is only read: what :class:`~totem_cli.archive.archive.Archive` is without all that changes it."""

    @classmethod
    def find(cls, path: str | Path | None = None, *, timeout: float = 30.0, memory: bool = False) -> Self:
        """The archive at ``path``; else ``$TOTEM_ARCHIVE``, the nearest ``totem.toml`` upwards, or ``./archive``."""
        folder = archive_folder(path)
        if folder is not None:
            return cls(folder, timeout=timeout, memory=memory)
        raise NotFoundError(
            "no archive here: no totem.toml in this folder, above it, or in ./archive",
            hint="make one with: totem init, or name one with --archive",
        )

    def episodes(self, query: Query | None = None, *, recaps: bool = False) -> list[Episode]:
        """The episodes that a query selects, resolved and in its order; recaps only where asked for."""
        query = query or Query()
        within = self.index.series_named(query.series) if query.series else None
        found = self._resolved(self.index.episodes(within=within, bodies=recaps))
        if query.narrows:
            found = list(filter(self._test(query), found))
        ordered = query.order(found)
        return ordered[: query.limit] if query.limit else ordered

    def _test(self, query: Query) -> Callable[[Episode], bool]:
        """Whether a query selects an episode, which is resolved."""
        statuses = {one.slug: one.status for one in self.index.series()}
        matches = query.matcher(self.names.aliases if query.guests else lambda name: (name,))
        return lambda one: matches(one, statuses.get(one.series, "published"))

    def lines(self, query: Query) -> list[str]:
        """The episodes that a query selects, in its order, each as a line of :data:`~totem_cli.model.listed.LISTED`."""
        if not query.narrows and query.sort in (None, "series"):
            found = self.index.list_lines()
            # Numbers alone order most series; what else could decide is dear.
            if len({place[:3] for place in found}) == len(found):
                found.sort(reverse=query.reverse)
                return [line for *_, line in (found[: query.limit] if query.limit else found)]
        from totem_cli.model.listed import listed

        return [listed(episode) for episode in self.episodes(query)]

    def search(self, words: str | Sequence[str], query: Query | None = None) -> list[list[Hit]]:
        """The places where all ``words`` are found, best episodes first: a list of hits for each episode."""
        return [self.hits(episode, words) for episode in self.matching(words, query)]

    def matching(self, words: str | Sequence[str], query: Query | None = None) -> list[Episode]:
        """The episodes that hold all ``words``, the best first, or in the query's order; without their recaps."""
        return self.best(words, query)[0]

    def best(self, words: str | Sequence[str], query: Query | None = None) -> tuple[list[Episode], int]:
        """The same as :meth:`matching`, with how many there would be without the query's limit."""
        query = query or Query()
        wanted = _searched(words)
        if wanted and query.limit and not (query.narrows or query.sort or query.reverse):
            return self.consistent(lambda: self._first(wanted, query.limit or 0))
        selected = {(one.series, one.slug): one for one in self.episodes(replace(query, limit=None))}
        found = [key for key in self.index.search(wanted, limit=None) if key in selected] if wanted else []
        if query.sort:
            position = {key: place for place, key in enumerate(selected)}
            found.sort(key=position.__getitem__)
        elif query.reverse:
            found.reverse()
        return [selected[key] for key in (found[: query.limit] if query.limit else found)], len(found)

    def _first(self, words: Sequence[str], most: int) -> tuple[list[Episode], int]:
        """The best of all episodes, without looking at the others; and how many hold the words."""
        keys = self.index.search(words, limit=most)
        count = len(keys) if len(keys) < most else self.index.count_matches(words)
        few = [keys[place : place + _FEW] for place in range(0, len(keys), _FEW)]
        chosen = self._resolved([one for some in few for one in self.index.episodes_of_keys(some)])
        selected = {(one.series, one.slug): one for one in Query().order(chosen)}
        return [selected[key] for key in keys], count

    def hits(self, episode: Episode, words: str | Sequence[str]) -> list[Hit]:
        """The places of one episode that show ``words``."""
        whole = replace(episode, recap=self.index.recap(episode.series, episode.slug))
        from totem_cli.archive.hits import find_hits

        return find_hits(whole, _searched(words))

    def series_of(self, episode: Episode) -> Series:
        """The series that an episode belongs to."""
        return self._series_of(episode.series)

    def latest(self, person: str | None = None) -> Episode:
        """The newest episode; with ``person`` the newest in which they appear. Raises :class:`NotFoundError`."""
        if person is None:
            return self.episode("latest")
        query = Query(guests=(person,))
        newest = max(self.episodes(query), key=by_date, default=None)
        if newest is None:
            hint = next(iter(self.misnamed(query)), None)
            raise NotFoundError(f"{person} appears in no episode", hint=hint)
        return self.episode(f"{newest.series}/{newest.slug}")

    def series_episodes(self, thing: Episode | Series, *, person: str | None = None) -> list[Episode]:
        """An episode, or those of a series in order, recaps included; with ``person`` those in which they appear."""
        if isinstance(thing, Episode):
            found = self._resolved(self.index.episodes(series=thing.series, slug=thing.slug, bodies=True))
            matches = Query(guests=(person,) if person else ()).matcher(self.names.aliases)
            return [one for one in found if matches(one, "published")]
        return self.episodes(Query(series=(thing.slug,), guests=(person,) if person else ()), recaps=True)

    def export_stats(self, output: Path) -> Path | None:
        """Where the publisher remembers the sizes and times of what it wrote to ``output``."""
        from hashlib import blake2b

        name = blake2b(str(output.resolve()).encode(), digest_size=8).hexdigest()
        return self.root / ".totem" / "exports" / f"{name}.stats"

    def misnamed(self, query: Query) -> list[str]:
        """A line for each name in the filters that nothing in the archive goes by, with what is like it."""
        episodes = self.episodes()
        people = {person.name for episode in episodes for person in appearances(episode)}
        people.update(alias for person in self.persons() for alias in (person.slug, person.name, *person.aliases))
        known = {
            "series": ({episode.series for episode in episodes}.union(one.slug for one in self.series()), query.series),
            "guest or host": (people, query.guests),
            "organisation": ({name for episode in episodes for name in organisations_of(episode)}, query.organisations),
            "tag": ({tag for episode in episodes for tag in episode.tags}, query.tags),
        }
        return [
            f"no {kind} is called {name}" + (f": {hint}" if (hint := _like(name, names)) else "")
            for kind, (names, wanted) in known.items()
            for name in wanted
            if fold(name) not in map(fold, names)
        ]


def _searched(words: str | Sequence[str]) -> list[str]:
    return search_words(words if isinstance(words, str) else " ".join(words))


def _like(name: str, known: set[str]) -> str | None:
    """Which names hold what was typed, else which are spelt nearly so."""
    from totem_cli.language.slug import slugify

    spellings = list({slugify(one): one for one in sorted(known, reverse=True)}.values())
    holding = sorted(one for one in spellings if fold(name) in fold(one))
    return f"did you mean {' or '.join(holding[:3])}?" if holding else did_you_mean(name, spellings)
