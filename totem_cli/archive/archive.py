"""An archive: a folder with a ``totem.toml``, opened to be read, searched, changed, published."""

from __future__ import annotations

import os
from collections.abc import Sequence, Set
from pathlib import Path

from msgspec.structs import replace

from totem_cli.archive.base import IfExists
from totem_cli.archive.digests import ByPair
from totem_cli.archive.forgetting import Forgetting
from totem_cli.archive.held import MANY, Held, arranged, in_order
from totem_cli.archive.history import History
from totem_cli.archive.media import media_files, theme_files
from totem_cli.archive.outline import Outline
from totem_cli.archive.publication import Publication, Tombstone
from totem_cli.archive.record import Record, episode_address
from totem_cli.archive.sources import Sources
from totem_cli.errors import ExistsError, InvalidError
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.query import Query, visible_status
from totem_cli.store.journal import settle


class Archive(Forgetting, History):
    """The library's door: whatever a command does, a method here does.

    >>> archive = Archive("archive")                      # doctest: +SKIP
    >>> archive.add_guest("collaboration/1", "Ada Brun", role="géographe")   # doctest: +SKIP
    """

    @classmethod
    def create(
        cls,
        path: str | Path = ".",
        *,
        title: str | None = None,
        language: str | None = None,
        if_exists: IfExists = "error",
    ) -> Archive:
        """Make an archive at ``path``, in French unless a language is given.

        One that is there is an error, is opened, or takes the title and language that are given.
        """
        root = Path(path)
        if root.is_dir():
            settle(root)  # an init that was killed is taken back before it is begun again
        if not (root / "totem.toml").exists():
            from totem_cli.archive.founding import found

            found(root, title=title, language=language or "fr")
        elif if_exists == "error":
            raise ExistsError(f"{root / 'totem.toml'} exists already", hint="this folder is an archive")
        elif if_exists == "update":
            cls(root).set_settings(title=title, language=language)
        return cls(root)

    def set_settings(self, **values: str | None) -> None:
        """Change top-level keys of ``totem.toml``; those given as None stay as they are."""
        with self.transaction("set settings"):
            document = self._open("totem.toml")
            for key, value in values.items():
                if value is not None:
                    document.set((key,), value)
            self._save("totem.toml", document.to_bytes())

    def health(self) -> dict[str, str]:
        """What state the archive is in, in words."""
        counted = self.stats()
        return {
            "archive": str(self.root),
            "format": str(self.settings.version),
            "episodes": str(counted.episodes),
            "unreadable": str(counted.unreadable),
            "undo": str(len([entry for entry in self.history() if entry.state == "done"])),
            "writable": "yes" if os.access(self.root, os.W_OK) else "no",
        }

    def record(self, query: Query | None = None) -> Record:
        """The whole public record: by default, of all that is published."""
        return self.publication(query).record()

    def publication(self, query: Query | None = None) -> Publication:
        """What an export publishes: by default, all that is published. It is of one moment.

        Raises :class:`InvalidError` where a series has episodes but no file. Asking it for a recap raises
        :class:`ChangedError` where the episode is another one by then.
        """
        asked = query or Query(status=("published",))
        return self.consistent(lambda: self._publication(asked))

    def _publication(self, query: Query) -> Publication:
        episodes, withdrawn = self._published(query)
        slugs = [episode.series for episode in episodes]
        if query.sort is None:
            episodes = arranged(episodes, sorted(range(len(slugs)), key=slugs.__getitem__))
        files = self.index.over_digests(ByPair) if isinstance(episodes, Held) else self.index.digests()
        sources = Sources(files, self.series())
        return self.publication_of(query, episodes, set(slugs), sources, withdrawn)

    def publication_of(
        self,
        query: Query,
        episodes: Sequence[Episode],
        held: Set[str],
        sources: Sources,
        withdrawn: tuple[Tombstone, ...] = (),
        outline: Outline | None = None,
    ) -> Publication:
        """The publication of these ``episodes``, which a query selects; they are of the series that are ``held``."""
        narrowed = any(
            query.filters.get(key)
            for key in ("series", "guests", "organisations", "tags", "since", "until", "languages", "limit")
        )
        series = tuple(
            one
            for one in self.series()
            if one.slug in held or (not narrowed and ("all" in query.status or one.status in query.status))
        )
        for slug in sorted(held - {one.slug for one in series}):
            raise InvalidError(
                "the series has episodes but no series.md",
                place=self._place(f"series/{slug}/series.md"),
                hint='write one: +++, title = "…", +++',
            )
        return Publication(
            settings=self.settings,
            series=series,
            episodes=episodes,
            persons=tuple(self.persons()),
            query=query,
            recap_of=lambda episode: self.index.recap(
                episode.series, episode.slug, digest=sources.file(episode.series, episode.slug)
            ),
            source_digest=lambda episode: sources.of(episode.series, episode.slug),
            media=media_files(
                self.root / "media", None if self.memory else self.root / ".totem" / "exports" / "media.stats"
            ),
            theme=theme_files(self.root / "theme"),
            withdrawn=withdrawn,
            comments=self._approved(),
            known=outline,
        )

    def _approved(self) -> dict[str, list[Comment]]:
        """The approved comments by the id of what they are on, the oldest first."""
        found: dict[str, list[Comment]] = {}
        for comment in self.all_comments():
            if comment.status == "approved":
                found.setdefault(comment.target, []).append(comment)
        return found

    def _selected(self, query: Query) -> Sequence[Episode]:
        """The same as :meth:`episodes`; very many of them are not held in memory."""
        if self.index.count_episodes() <= MANY:
            return tuple(self.episodes(query))
        series = self._series_by_slug({*self.index.shelves()})
        is_wanted = self._test(query)
        return self.index.over_episodes(
            lambda found: in_order(
                filter(is_wanted, (episode.inherit(series[episode.series]) for episode in found)), query
            )
        )

    def _published(self, query: Query) -> tuple[Sequence[Episode], tuple[Tombstone, ...]]:
        """The episodes that ``query`` selects, and the withdrawn that it would select if they were published."""
        if "withdrawn" in query.status or "all" in query.status:
            return self._selected(query), ()
        statuses = {one.slug: one.status for one in self.series()}
        found = self._selected(replace(query, status=(*query.status, "withdrawn"), limit=None))
        places: tuple[list[int], list[int]] = ([], [])
        for place, episode in enumerate(found):
            status = visible_status(episode.status, statuses.get(episode.series, "published"))
            places[status == "withdrawn"].append(place)
        stones = (
            Tombstone(
                series=episode.series,
                address=episode_address(episode),
                language=episode.language,
                aliases=episode.aliases,
            )
            for episode in arranged(found, places[True])
        )
        return arranged(found, places[False][: query.limit or None]), tuple(stones)
