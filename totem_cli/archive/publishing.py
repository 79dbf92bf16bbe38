"""Publishing an archive: what an export of it is made from. All that an exporting command loads of it."""

from __future__ import annotations

from collections.abc import Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from totem_cli.archive.comments import Comments
from totem_cli.archive.episodes import Episodes
from totem_cli.archive.workspace import Workspace
from totem_cli.errors import InvalidError, Location, TotemError
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.query import Query, visible_status

if TYPE_CHECKING:
    from totem_cli.archive.outline import Outline
    from totem_cli.archive.publication import Publication, Tombstone
    from totem_cli.archive.sources import Sources


class Publishing:
    """What an archive publishes."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def publication(self, query: Query | None = None) -> Publication:
        """What an export publishes: by default, all that is published. It is of one moment.

        Raises :class:`InvalidError` where a series has episodes but no file. Asking it for a recap raises
        :class:`ChangedError` where the episode is another one by then.
        """
        asked = query or Query(status=("published",))
        with self.workspace.reading():
            return self._publication(asked)

    def left_out(self) -> list[TotemError]:
        """What of media, theme and templates is not read: symbolic links, and what is neither file nor folder."""
        from totem_cli.archive.media import left_out

        return [self.workspace.located(problem, path) for path, problem in left_out(self.workspace.root).items()]

    def _publication(self, query: Query) -> Publication:
        from totem_cli.archive.digests import ByPair
        from totem_cli.archive.held import Held, arranged
        from totem_cli.archive.sources import Sources

        episodes, withdrawn = self._published(query)
        slugs = [episode.series for episode in episodes]
        if query.sort is None:
            episodes = arranged(episodes, sorted(range(len(slugs)), key=slugs.__getitem__))
        files = (
            self.workspace.index.over_digests(ByPair) if isinstance(episodes, Held) else self.workspace.index.digests()
        )
        sources = Sources(files, self.workspace.series())
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
            for one in self.workspace.series()
            if one.slug in held or (not narrowed and ("all" in query.status or one.status in query.status))
        )
        for slug in sorted(held - {one.slug for one in series}):
            raise InvalidError(
                "the series has episodes but no series.md",
                location=Location(self.workspace.shown(f"series/{slug}/series.md")),
                hint='write one: +++, title = "…", +++',
            )
        return Publication(
            settings=self.workspace.settings,
            series=series,
            episodes=episodes,
            persons=tuple(self.workspace.people()),
            query=query,
            recap_of=lambda episode: self.workspace.index.recap(
                episode.series, episode.slug, digest=sources.file(episode.series, episode.slug)
            ),
            source_digest=lambda episode: sources.of(episode.series, episode.slug),
            media=media_files(
                self.workspace.root,
                None if self.workspace.memory else self.workspace.root / ".totem" / "exports" / "media.stats",
            ),
            theme=theme_files(self.workspace.root),
            withdrawn=withdrawn,
            comments=self._approved(),
            known=known and known[0],
            known_told=known[1] if known else (),
        )

    def _approved(self) -> dict[str, list[Comment]]:
        """The approved comments by the id of what they are on, the oldest first."""
        found: dict[str, list[Comment]] = {}
        for comment in Comments(self.workspace):
            if comment.status == "approved":
                found.setdefault(comment.target, []).append(comment)
        return found

    def _selected(self, query: Query) -> Sequence[Episode]:
        """The same as :meth:`Episodes.find`; very many of them are not held in memory."""
        from totem_cli.archive.held import MANY, in_order

        if self.workspace.index.count_episodes() <= MANY:
            return tuple(Episodes(self.workspace).find(query))
        series = {slug: self.workspace.series_of(slug) for slug in self.workspace.index.shelves()}
        is_wanted = Episodes(self.workspace).test(query)
        return self.workspace.index.over_episodes(
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
        statuses = {one.slug: one.status for one in self.workspace.series()}
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

    def export_stats(self, output: Path) -> Path | None:
        """Where the publisher remembers the sizes and times of what it wrote to ``output``."""
        from hashlib import blake2b

        name = blake2b(str(output.resolve()).encode(), digest_size=8).hexdigest()
        return self.workspace.root / ".totem" / "exports" / f"{name}.stats"

    def files_key(self) -> str:
        """A digest of all records' files."""
        from totem_cli.publishing.page import key_of, packed

        return key_of(self.workspace.index.over_files(packed))

    def others_key(self, episodes: Sequence[tuple[str, str, bytes]]) -> str:
        """A digest of all records' files but episodes', of which only these count: series, slug, digest."""
        from totem_cli.publishing.page import key_of, packed

        return key_of(packed([*self.workspace.index.others(), *episodes]))

    def carried_key(self) -> str:
        """A digest of what an export may depend on besides the records: media, the theme, this totem."""
        from totem_cli.archive.media import installation, media_files, theme_files
        from totem_cli.publishing.page import key_of
        from totem_cli.publishing.toolchain import maker

        parts: list[bytes | str] = [maker(), installation()]
        for name, media in media_files(self.workspace.root, self._media_memory).items():
            parts += ["media", name, media.digest()]
        for name, read in theme_files(self.workspace.root).items():
            parts += ["theme", name, read()]
        return key_of(*parts)

    @property
    def _media_memory(self) -> Path | None:
        """The file with the digests of media; None where nothing may be written."""
        return None if self.workspace.memory else self.workspace.root / ".totem" / "exports" / "media.stats"
