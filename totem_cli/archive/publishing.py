"""Publishing an archive: what an export of it is made from. All that an exporting command loads of it."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import TYPE_CHECKING

from msgspec.structs import replace

from totem_cli.archive.reading import Reading
from totem_cli.errors import InvalidError, Location, TotemError
from totem_cli.model.comment import Comment, oldest_first
from totem_cli.model.episode import Episode
from totem_cli.model.query import Query, visible_status
from totem_cli.model.series import Series

if TYPE_CHECKING:
    from totem_cli.archive.outline import Outline
    from totem_cli.archive.publication import Publication, Tombstone
    from totem_cli.archive.sources import Sources


class Publishing(Reading):
    """What an archive publishes."""

    def all_comments(self) -> list[Comment]:
        """Every comment that can be read, whatever its status, the oldest first."""
        return sorted(self._held_comments(), key=oldest_first)

    def publication(self, query: Query | None = None) -> Publication:
        """What an export publishes: by default, all that is published. It is of one moment.

        Raises :class:`InvalidError` where a series has episodes but no file. Asking it for a recap raises
        :class:`ChangedError` where the episode is another one by then.
        """
        asked = query or Query(status=("published",))
        return self.consistent(lambda: self._publication(asked))

    def left_out(self) -> list[TotemError]:
        """What of media, theme and templates is not read: symbolic links, and what is neither file nor folder."""
        from totem_cli.archive.media import left_out

        return [self._placed(problem, path) for path, problem in left_out(self.root).items()]

    def _publication(self, query: Query) -> Publication:
        from totem_cli.archive.digests import ByPair
        from totem_cli.archive.held import Held, arranged
        from totem_cli.archive.sources import Sources

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
        known: tuple[Outline, Sequence[bytes]] | None = None,
    ) -> Publication:
        """The publication of these ``episodes``, which a query selects; they are of the series that are ``held``.

        ``known`` are their outline and what is told of each, see :class:`Publication`.
        """
        from totem_cli.archive.media import media_files, theme_files
        from totem_cli.archive.publication import Publication

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
                location=Location(self._shown(f"series/{slug}/series.md")),
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
            media=media_files(self.root, None if self.memory else self.root / ".totem" / "exports" / "media.stats"),
            theme=theme_files(self.root),
            withdrawn=withdrawn,
            comments=self._approved(),
            known=known and known[0],
            known_told=known[1] if known else (),
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
        from totem_cli.archive.held import MANY, in_order

        if self.index.count_episodes() <= MANY:
            return tuple(self.episodes(query))
        series = self._series_by_slug({*self.index.series_with_episodes()})
        is_wanted = self._test(query)
        return self.index.over_episodes(
            lambda found: in_order(
                filter(is_wanted, (episode.inherit(series[episode.series]) for episode in found)), query
            )
        )

    def _published(self, query: Query) -> tuple[Sequence[Episode], tuple[Tombstone, ...]]:
        """The episodes that ``query`` selects, and the withdrawn that it would select if they were published."""
        from totem_cli.archive.held import arranged
        from totem_cli.archive.publication import Tombstone
        from totem_cli.archive.record import episode_address

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

    def _held_comments(self) -> list[Comment]:
        return self._with_targets([*self.index.comments().values()])

    def _with_targets(self, comments: list[Comment]) -> list[Comment]:
        """The comments, each with a target: where its file names none, what its folder belongs to."""
        if not any("target" in one.absent for one in comments):
            return comments
        ids = {folder_of(owner): owner.id for owner in self._owners}
        return [replace(one, target=ids.get(one.folder, "")) if "target" in one.absent else one for one in comments]


def folder_of(owner: Episode | Series) -> str:
    """The folder under ``comments/`` of what is said on an episode or a series."""
    return f"{owner.series}/{owner.slug}" if isinstance(owner, Episode) else owner.slug
