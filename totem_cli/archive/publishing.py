"""Publishing an archive: what an export of it is made from. All that an exporting command loads of it."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from totem_cli.archive.outline import digest, row_of
from totem_cli.archive.reading import Reading
from totem_cli.errors import InvalidError, Place
from totem_cli.model.comment import Comment, oldest_first
from totem_cli.model.episode import INHERITED, Episode
from totem_cli.model.query import Query, visible_status
from totem_cli.model.series import Series

if TYPE_CHECKING:
    from pathlib import Path

    from totem_cli.archive.publication import Publication, Tombstone


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

    def read_snapshot(self, path: str) -> bool:
        """Write the index to a new file, and read only that from now on; False where it cannot be.

        Raises ChangedError where it is not what was read before.
        """
        return False

    def open_snapshot(self, path: str) -> None:
        """Read only the index at ``path``."""

    def _publication(self, query: Query) -> Publication:
        from totem_cli.archive.media import media_files, theme_files
        from totem_cli.archive.publication import Publication

        episodes, withdrawn = self._published(query)
        files = self.index.digests()
        homes = {one.slug: one for one in self.series()}
        held = {episode.series for episode in episodes}
        for slug in sorted(held - homes.keys()):
            raise InvalidError(
                "the series has episodes but no series.md",
                place=Place(self._shown(f"series/{slug}/series.md")),
                hint='write one: +++, title = "…", +++',
            )

        def recap(episode: Episode) -> str:
            return self.index.recap(episode.series, episode.slug, digest=files[episode.series, episode.slug])

        def full(episode: Episode) -> bytes:
            key = episode.series, episode.slug
            return digest(files[key] + inherited[episode.series] + "/".join(key).encode())

        narrowed = any(
            query.filters.get(key)
            for key in ("series", "guests", "organisations", "tags", "since", "until", "languages", "limit")
        )
        inherited = {slug: _inherited(home) for slug, home in homes.items()}
        return Publication(
            settings=self.settings,
            series=tuple(
                one
                for one in self.series()
                if one.slug in held or (not narrowed and ("all" in query.status or one.status in query.status))
            ),
            episodes=episodes,
            persons=tuple(self.persons()),
            query=query,
            recap_of=recap,
            media=media_files(self.root / "media", self._memory_of_media),
            theme=theme_files(self.root / "theme"),
            withdrawn=withdrawn,
            comments=self._approved(),
            known_rows=[row_of(one, full(one)) for one in episodes],
        )

    @property
    def _memory_of_media(self) -> Path | None:
        return None if self.memory else self.root / ".totem" / "exports" / "media.stats"

    def _approved(self) -> dict[str, list[Comment]]:
        """The approved comments by the id of what they are on, the oldest first."""
        found: dict[str, list[Comment]] = {}
        for comment in self.all_comments():
            if comment.status == "approved":
                found.setdefault(comment.target, []).append(comment)
        return found

    def _published(self, query: Query) -> tuple[Sequence[Episode], tuple[Tombstone, ...]]:
        """The episodes that ``query`` selects, and the withdrawn that it would select if they were published."""
        from totem_cli.archive.publication import Tombstone
        from totem_cli.archive.record import episode_address

        if "withdrawn" in query.status or "all" in query.status:
            return self._in_order(self.episodes(query), query), ()
        statuses = {one.slug: one.status for one in self.series()}
        chosen: list[Episode] = []
        gone: list[Episode] = []
        for episode in self.episodes(replace(query, status=(*query.status, "withdrawn"), limit=None)):
            status = visible_status(episode.status, statuses.get(episode.series, "published"))
            (gone if status == "withdrawn" else chosen).append(episode)
        stones = tuple(
            Tombstone(
                series=episode.series,
                address=episode_address(episode),
                language=episode.language,
                aliases=episode.aliases,
            )
            for episode in gone
        )
        return self._in_order(chosen[: query.limit or None], query), stones

    @staticmethod
    def _in_order(episodes: list[Episode], query: Query) -> Sequence[Episode]:
        """In reading order, unless the query has another: by series."""
        return tuple(sorted(episodes, key=attrgetter("series")) if query.sort is None else episodes)

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


def _inherited(series: Series) -> bytes:
    """All that an episode may take from its series."""
    return msgspec.msgpack.encode([getattr(series, name) for name in INHERITED])
