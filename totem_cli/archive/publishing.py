"""Publishing an archive: what an export of it is made from. All that an exporting command loads of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace as with_fields

from totem_cli.archive.episode_list import EpisodeList
from totem_cli.archive.reading import Reading
from totem_cli.errors import ChangedError, InvalidError, Location, TotemError
from totem_cli.index.index import Index
from totem_cli.model.comment import Comment, oldest_first
from totem_cli.model.episode import INHERITED, Episode
from totem_cli.model.episode_row import EpisodeRow, Inherited
from totem_cli.model.query import Query, visible_status
from totem_cli.model.series import Series

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from pathlib import Path

    from totem_cli.archive.publication import Publication, Tombstone
    from totem_cli.publishing.publisher import Report


class Publishing(Reading):
    """What an archive publishes."""

    _published_state: bytes = b""

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

    def export(
        self,
        format: str | Sequence[str],  # noqa: A002
        output: str | Path,
        *,
        query: Query | None = None,
        single: bool = False,
        parameters: Mapping[str, str] | None = None,
        replace: bool = False,
        dry_run: bool = False,
        executor: Executor | None = None,
        jobs: int | None = None,
    ) -> Report:
        """Export what a query selects, by default all that is published; what was written and removed.

        ``format`` names one, or several that go together into one folder; a format that is one file goes to the file
        ``output``. The pages of a large export are made by an ``executor``, where one is given: one of
        :mod:`concurrent.futures`, or an engine's that behaves as those do, whose workers see the same files. Else it
        is a pool of processes: forked ones, where that is safe, or of whichever kind where it is said how many
        ``jobs`` there shall be; then the program's main module must be made for multiprocessing.

        Raises what the formats raise, RefusedError where something of somebody else is in the way, LockedError,
        SystemFailedError; the output is then as it was.
        """
        from totem_cli.archive.exporting import ExportJob, Order

        order = Order(
            formats=(format,) if isinstance(format, str) else tuple(format),
            together=not isinstance(format, str),
            query=query or Query(status=("published",)),
            single=single,
            parameters=parameters or {},
        )
        job = ExportJob(self, order)
        told: Any = {"replace": replace, "dry_run": dry_run, "executor": executor, "jobs": jobs}
        return self.again(
            lambda: job.to_file(output, dry_run=dry_run) if order.is_one_file else job.into(output, **told)
        )

    def read_snapshot(self, path: str) -> bool:
        """Write the index to a new file, and read only that from now on, until :meth:`refresh`.

        False where it cannot be, inside a transaction. Raises ChangedError where the index is not what the last
        publication was read from.
        """
        if self._change is not None:
            return False
        index, state = self.index, self._published_state
        index.snapshot(path)
        self.open_snapshot(path)
        if state != self.index.state:
            self.refresh()
            raise ChangedError("the archive was changed while it was read", hint="run the command again")
        self.index.close()  # each process that is forked opens it for itself
        return True

    def open_snapshot(self, path: str) -> None:
        """Read only the snapshot of an index at ``path``, until :meth:`refresh`."""
        self.close()
        self._index = Index.open_snapshot(path, self.root)

    def _publication(self, query: Query) -> Publication:
        from totem_cli.archive.media import media_files, theme_files
        from totem_cli.archive.publication import Publication

        self._published_state = self.index.state
        homes = {one.slug: one for one in self.series()}
        rows, withdrawn = self._published(query, self._rows(homes), homes)
        held = {row.series for row in rows}
        for slug in sorted(held - homes.keys()):
            raise InvalidError(
                "the series has episodes but no series.md",
                location=Location(self._shown(f"series/{slug}/series.md")),
                hint='write one: +++, title = "…", +++',
            )
        narrowed = any(
            query.filters.get(key)
            for key in ("series", "guests", "organisations", "tags", "since", "until", "languages", "limit")
        )
        episodes = EpisodeList(rows, homes, self._read_rows)
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
            recap_at=episodes.recap,
            media=media_files(self.root, self._memory_of_media),
            theme=theme_files(self.root),
            withdrawn=withdrawn,
            comments=self._approved(),
            known_rows=rows,
        )

    def _rows(self, homes: Mapping[str, Series]) -> list[EpisodeRow]:
        """The row of every episode, what it takes from its series filled in."""
        rows = self.index.outlines()
        inherited = {slug: Inherited(home, INHERITED) for slug, home in homes.items()}
        for slug in {row.series for row in rows} - inherited.keys():
            inherited[slug] = Inherited(self._series_of(slug), INHERITED)
        for row in rows:
            row.inherit(inherited[row.series])
        return rows

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

    def _read_rows(self, rows: Sequence[EpisodeRow]) -> list[tuple[Episode, str]]:
        return self.index.of_rows(rows)

    def _published(
        self, query: Query, rows: Sequence[EpisodeRow], homes: Mapping[str, Series]
    ) -> tuple[list[EpisodeRow], tuple[Tombstone, ...]]:
        """The rows that ``query`` selects, and the withdrawn that it would select if they were published."""
        from totem_cli.archive.publication import Tombstone

        every = "withdrawn" in query.status or "all" in query.status
        wanted = query if every else with_fields(query, status=(*query.status, "withdrawn"))
        statuses = {slug: home.status for slug, home in homes.items()}
        chosen: list[EpisodeRow] = []
        gone: list[EpisodeRow] = []
        # A row has all that a query looks at in an episode.
        matches: Callable[[Any, str], bool] = wanted.matcher(
            self.names.aliases if query.guests else lambda name: (name,)
        )
        found: list[Any] = [row for row in rows if matches(row, statuses.get(row.series, "published"))]
        ordered: list[Any] = query.order(found)
        for row in ordered:
            status = visible_status(row.status, statuses.get(row.series, "published"))
            (gone if status == "withdrawn" and not every else chosen).append(row)
        stones = tuple(
            Tombstone(series=row.series, address=row.address, language=row.language, aliases=row.aliases)
            for row in gone
        )
        chosen = chosen[: query.limit or None]
        return sorted(chosen, key=attrgetter("series")) if query.sort is None else chosen, stones

    def _held_comments(self) -> list[Comment]:
        return self._with_targets([*self.index.comments().values()])

    def _with_targets(self, comments: list[Comment]) -> list[Comment]:
        """The comments, each with a target: where its file names none, what its folder belongs to."""
        if not any("target" in one.absent for one in comments):
            return comments
        ids = {folder_of(owner): owner.id for owner in self._owners}
        return [with_fields(one, target=ids.get(one.folder, "")) if "target" in one.absent else one for one in comments]


def folder_of(owner: Episode | Series) -> str:
    """The folder under ``comments/`` of what is said on an episode or a series."""
    return f"{owner.series}/{owner.slug}" if isinstance(owner, Episode) else owner.slug
