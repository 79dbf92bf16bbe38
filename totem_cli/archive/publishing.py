"""Publishing an archive: what an export of it is made from. All that an exporting command loads of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from operator import attrgetter
from typing import TYPE_CHECKING

from msgspec.structs import replace as with_fields

from totem_cli.archive.comments import Comments
from totem_cli.archive.workspace import Workspace
from totem_cli.errors import InvalidError, Location, TotemError
from totem_cli.model.comment import Comment
from totem_cli.model.episode import INHERITED, Episode
from totem_cli.model.episode_row import EpisodeRow, Inherited
from totem_cli.model.query import Query, visible_status
from totem_cli.model.series import Series
from totem_cli.storage.layout import SETTINGS
from totem_cli.storage.walk import read_beneath

if TYPE_CHECKING:
    from pathlib import Path

    from totem_cli.archive.publication import Publication, Tombstone


class Publishing:
    """What an archive publishes."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._published_state = b""

    def publication(self, query: Query | None = None) -> Publication:
        """What an export publishes: by default, all that is published. It is of one moment.

        Raises :class:`InvalidError` where a series has episodes but no file. Asking it for a recap raises
        :class:`ChangedError` where the episode is another one by then.
        """
        query = query or Query(status=("published",))
        with self.workspace.reading():
            return self._publication(query)

    def left_out(self) -> list[TotemError]:
        """What of media, theme and templates is not read: symbolic links, and what is neither file nor folder."""
        from totem_cli.archive.media import left_out

        return [self.workspace.located(problem, path) for path, problem in left_out(self.workspace.root).items()]

    def locate(self, error: InvalidError) -> None:
        """Give an error of the settings that an exporter raised its line and column."""
        if error.field is None or error.location != Location(SETTINGS):
            return
        from totem_cli.documents.document import Document
        from totem_cli.model.read import field_path

        error.location = Location(self.workspace.shown(SETTINGS))
        with suppress(OSError, InvalidError):
            content = read_beneath(self.workspace.root, SETTINGS)
            error.location = Document.parse(content, error.location.file, kind="toml").location(
                *field_path(error.field)
            )

    def read_snapshot(self, path: str) -> bool:
        """Write the index to a new file, and read only that from now on, until the archive is refreshed.

        False where it cannot be, inside a transaction. Raises ChangedError where the index is not what the last
        publication was read from.
        """
        return self.workspace.read_snapshot(path, self._published_state)

    def _publication(self, query: Query) -> Publication:
        from totem_cli.archive.media import MediaFile, media_files, theme_files
        from totem_cli.archive.publication import EpisodeList, Publication

        self._published_state = self.workspace.index.state
        homes = {one.slug: one for one in self.workspace.series()}
        rows, withdrawn = self._published(query, self._rows(homes), homes)
        not_empty = {row.series for row in rows}
        for slug in sorted(not_empty - homes.keys()):
            raise InvalidError(
                "the series has episodes but no series.md",
                location=Location(self.workspace.shown(f"series/{slug}/series.md")),
                hint='write one: +++, title = "…", +++',
            )
        narrowed = any(
            query.filters.get(key)
            for key in ("series", "guests", "organisations", "tags", "since", "until", "languages", "limit")
        )
        episodes = EpisodeList(rows, homes, self._read_rows)
        settings = self.workspace.settings
        media: dict[str, MediaFile] = {}
        refused: list[TotemError] = []
        publication = Publication(
            settings=settings,
            series=tuple(
                one
                for one in self.workspace.series()
                if one.slug in not_empty or (not narrowed and ("all" in query.status or one.status in query.status))
            ),
            episodes=episodes,
            persons=tuple(self.workspace.people()),
            query=query,
            recap_at=episodes.recap,
            media=media,
            theme=theme_files(self.workspace.root),
            withdrawn=withdrawn,
            comments=self._approved(),
            known_rows=rows,
            refused=refused,
        )
        files = media_files(self.workspace.root, self._memory_of_media, keep_metadata=settings.html.keep_metadata)
        named = files if settings.html.all_media else publication.media_named(files)
        for name, file in named.items():
            if refusal := file.refused():
                refused.append(self.workspace.located(refusal, file.path))
            else:
                media[name] = file
        return publication

    def _rows(self, homes: Mapping[str, Series]) -> list[EpisodeRow]:
        """The row of every episode, what it takes from its series filled in."""
        rows = self.workspace.index.outlines()
        inherited = {slug: Inherited(home, INHERITED) for slug, home in homes.items()}
        for slug in {row.series for row in rows} - inherited.keys():
            inherited[slug] = Inherited(self.workspace.series_of(slug), INHERITED)
        for row in rows:
            row.inherit(inherited[row.series])
        return rows

    @property
    def _memory_of_media(self) -> Path | None:
        return None if self.workspace.memory else self.workspace.root / ".totem" / "exports" / "media.stats"

    def _approved(self) -> dict[str, list[Comment]]:
        """The approved comments by the id of what they are on, the oldest first."""
        found: dict[str, list[Comment]] = {}
        for comment in Comments(self.workspace):
            if comment.status == "approved":
                found.setdefault(comment.target, []).append(comment)
        return found

    def _read_rows(self, rows: Sequence[EpisodeRow]) -> list[tuple[Episode, str]]:
        return self.workspace.index.of_rows(rows)

    def _published(
        self, query: Query, rows: Sequence[EpisodeRow], homes: Mapping[str, Series]
    ) -> tuple[list[EpisodeRow], tuple[Tombstone, ...]]:
        """The rows that ``query`` selects, and the withdrawn that it would select if they were published."""
        from totem_cli.archive.publication import Tombstone

        every = "withdrawn" in query.status or "all" in query.status
        wanted = query if every else with_fields(query, status=(*query.status, "withdrawn"))
        statuses = {slug: home.status for slug, home in homes.items()}
        chosen: list[EpisodeRow] = []
        withdrawn: list[EpisodeRow] = []
        matches = wanted.matcher(self.workspace.names.aliases if query.guests else lambda name: (name,))
        found = [row for row in rows if matches(row, statuses.get(row.series, "published"))]
        for row in query.order(found):
            status = visible_status(row.status, statuses.get(row.series, "published"))
            (withdrawn if status == "withdrawn" and not every else chosen).append(row)
        tombstones = tuple(
            Tombstone(series=row.series, address=row.address, language=row.language, aliases=row.aliases)
            for row in withdrawn
        )
        chosen = chosen[: query.limit or None]
        return sorted(chosen, key=attrgetter("series")) if query.sort is None else chosen, tombstones

    def export_stats(self, output: Path) -> Path | None:
        """Where the publisher remembers the sizes and times of what it wrote to ``output``."""
        from hashlib import blake2b

        name = blake2b(str(output.resolve()).encode(), digest_size=8).hexdigest()
        return self.workspace.root / ".totem" / "exports" / f"{name}.stats"
