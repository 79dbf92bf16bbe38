"""An archive: a folder with a ``totem.toml``, opened to be read, searched, changed, published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from totem_cli.archive.workspace import IfExists, Workspace

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from totem_cli.archive.appearances import Appearances
    from totem_cli.archive.applying import Apply
    from totem_cli.archive.comments import Comments
    from totem_cli.archive.episodes import Episodes
    from totem_cli.archive.files import Files
    from totem_cli.archive.findings import Finding
    from totem_cli.archive.history import History
    from totem_cli.archive.importing import Import
    from totem_cli.archive.media_list import MediaList
    from totem_cli.archive.names import Names
    from totem_cli.archive.organisations import Organisations
    from totem_cli.archive.parts import Links, Partners
    from totem_cli.archive.people import People
    from totem_cli.archive.publication import Publication
    from totem_cli.archive.publishing import Publishing
    from totem_cli.archive.questions import Questions
    from totem_cli.archive.record import Record
    from totem_cli.archive.series import AllSeries
    from totem_cli.archive.stats import Stats
    from totem_cli.archive.tags import Tags
    from totem_cli.errors import TotemError
    from totem_cli.model.episode import Episode
    from totem_cli.model.hit import Hit
    from totem_cli.model.parts import Status
    from totem_cli.model.query import Query
    from totem_cli.model.series import Series
    from totem_cli.model.settings import Settings
    from totem_cli.publishing.publisher import Report
    from totem_cli.storage.transaction import Replay, Transaction


class Archive:
    """What every command does, in Python.

    >>> archive = Archive("archive")                      # doctest: +SKIP
    >>> archive.guests.add("collaboration/1", "Ada Brun", role="géographe")   # doctest: +SKIP

    Files are read when something is first asked, and again after :meth:`refresh` or a change made through this object.
    With ``memory`` the index is kept there: reading, and changes in a dry run, write nothing to the disk. Raises
    NotFoundError where the folder holds no ``totem.toml``.
    """

    def __init__(self, path: str | Path, *, timeout: float = 30.0, memory: bool = False) -> None:
        self.workspace = Workspace(path, timeout=timeout, memory=memory)

    @classmethod
    def find(cls, path: str | Path | None = None, *, timeout: float = 30.0, memory: bool = False) -> Self:
        """The archive at ``path``; else ``$TOTEM_ARCHIVE``, the nearest ``totem.toml`` upwards, or ``./archive``."""
        if not path:
            from totem_cli.archive.location import find_archive

            path = find_archive()
        return cls(path, timeout=timeout, memory=memory)

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

        Where there is one: ``error`` raises ExistsError, ``skip`` opens it, ``update`` also sets what is given.
        """
        from totem_cli.archive.founding import create

        if not create(Path(path), title=title, language=language, if_exists=if_exists):
            cls(path).set_settings(title=title, language=language)
        return cls(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the index; the object may be used again."""
        self.workspace.refresh()

    def refresh(self) -> None:
        """Read what others changed on disk: the next read looks at the files again."""
        self.workspace.refresh()

    def reading(self) -> AbstractContextManager[None]:
        """Every read inside the block sees one state of the archive, whatever other commands change meanwhile."""
        return self.workspace.reading()

    def transaction(self, label: str = "", *, dry_run: bool = False) -> AbstractContextManager[Transaction]:
        """Write all changes made inside the block at its end, all or nothing, as one step for undo.

        Reads inside the block see them. With ``dry_run`` nothing is written: see ``diff()`` of the transaction.
        """
        return self.workspace.transaction(label, dry_run=dry_run)

    @property
    def root(self) -> Path:
        """The archive's folder."""
        return self.workspace.root

    # Collections

    @property
    def episodes(self) -> Episodes:
        """The episodes."""
        from totem_cli.archive.episodes import Episodes

        return Episodes(self.workspace)

    @property
    def series(self) -> AllSeries:
        """The series."""
        from totem_cli.archive.series import AllSeries

        return AllSeries(self.workspace)

    @property
    def guests(self) -> Appearances:
        """The guests of episodes."""
        from totem_cli.archive.appearances import Appearances

        return Appearances(self.workspace, "guest")

    @property
    def hosts(self) -> Appearances:
        """The hosts of episodes and series."""
        from totem_cli.archive.appearances import Appearances

        return Appearances(self.workspace, "host")

    @property
    def partners(self) -> Partners:
        """The partners of episodes and series."""
        from totem_cli.archive.parts import Partners

        return Partners(self.workspace)

    @property
    def questions(self) -> Questions:
        """The questions of episodes."""
        from totem_cli.archive.questions import Questions

        return Questions(self.workspace)

    @property
    def tags(self) -> Tags:
        """The tags of episodes and series."""
        from totem_cli.archive.tags import Tags

        return Tags(self.workspace)

    @property
    def links(self) -> Links:
        """The links of episodes and series."""
        from totem_cli.archive.parts import Links

        return Links(self.workspace)

    @property
    def media(self) -> MediaList:
        """The recordings, pictures and documents of episodes."""
        from totem_cli.archive.media_list import MediaList

        return MediaList(self.workspace)

    @property
    def people(self) -> People:
        """The people with a file in ``people/``."""
        from totem_cli.archive.people import People

        return People(self.workspace)

    @property
    def organisations(self) -> Organisations:
        """The organisations of guests, hosts and partners."""
        from totem_cli.archive.organisations import Organisations

        return Organisations(self.workspace)

    @property
    def comments(self) -> Comments:
        """The comments on episodes and series."""
        from totem_cli.archive.comments import Comments

        return Comments(self.workspace)

    @property
    def files(self) -> Files:
        """The files of episodes, series and people, edited as a whole."""
        from totem_cli.archive.files import Files

        return Files(self.workspace)

    @property
    def history(self) -> History:
        """The changes that can be undone and redone, newest first."""
        from totem_cli.archive.history import History

        return History(self.workspace)

    # Reading

    def __getitem__(self, ref: str) -> Episode | Series:
        """The episode or the series that a reference names. Raises AmbiguousError for what could be either."""
        from totem_cli.archive.references import episode_or_series

        return episode_or_series(self.workspace, ref)

    @property
    def settings(self) -> Settings:
        """What ``totem.toml`` says, defaults filled in."""
        return self.workspace.settings

    @property
    def names(self) -> Names:
        """Which names mean the same person."""
        return self.workspace.names

    def problems(self) -> list[TotemError]:
        """The problem of every file that cannot be read, with its file, line and column."""
        return self.workspace.problems()

    def search(self, words: str | Sequence[str], query: Query | None = None) -> list[list[Hit]]:
        """The places where all ``words`` are found, best episodes first: a list of hits for each episode."""
        return [self.hits(episode, words) for episode in self.matching(words, query)[0]]

    def matching(self, words: str | Sequence[str], query: Query | None = None) -> tuple[list[Episode], int]:
        """The episodes that hold all ``words``, the best first, or in the query's order; without their recaps.

        The second is how many there would be without the query's limit.
        """
        from totem_cli.archive.search import matching

        return matching(self.workspace, words, query)

    def hits(self, episode: Episode, words: str | Sequence[str]) -> list[Hit]:
        """The places of one episode that show ``words``."""
        from totem_cli.archive.search import hits

        return hits(self.workspace, episode, words)

    def misnamed(self, query: Query) -> list[str]:
        """A line for each name in the filters that nothing in the archive goes by, with what is like it."""
        from totem_cli.archive.misnamed import misnamed

        return misnamed(self.workspace, query)

    def stats(self, query: Query | None = None) -> Stats:
        """Counts over the episodes that a query selects."""
        from totem_cli.archive.stats import stats

        return stats(self.workspace, query)

    def check(self, *, deep: bool = False) -> list[Finding]:
        """Everything that is wrong or doubtful, errors first, by file.

        ``deep`` reads every file again, to find silent damage of files and what the index does not say as they do.
        """
        from totem_cli.archive.checks import Checks

        return Checks(self.workspace).run(deep=deep)

    # Publishing

    @property
    def publishing(self) -> Publishing:
        """What exports are made from."""
        from totem_cli.archive.publishing import Publishing

        return Publishing(self.workspace)

    def publication(self, query: Query | None = None) -> Publication:
        """What an export publishes: by default, all that is published. It is of one moment."""
        return self.publishing.publication(query)

    def record(self, query: Query | None = None) -> Record:
        """The whole public record of a publication."""
        return self.publication(query).record()

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
        sync: bool = True,
        executor: Executor | None = None,
        jobs: int | None = None,
    ) -> Report:
        """Export what a query selects, by default all that is published; what was written and removed.

        ``format`` names one format, or several that go into one folder; ``output`` is a folder, or for a format that
        is one file this file. The pages of a large export are made by an ``executor`` of :mod:`concurrent.futures` or
        of an engine whose workers see the same files; without one by a pool of processes: forked where that is safe,
        or so many ``jobs`` of any kind, which import the program's main module. With ``sync`` what is written is on
        the disk, safe from a power cut, when it returns.

        Raises what the formats raise, RefusedError where a file of others is in the way, LockedError,
        SystemFailedError; the output is then unchanged.
        """
        from totem_cli.archive.exporting import ExportJob, Order
        from totem_cli.model.query import Query

        order = Order(
            formats=(format,) if isinstance(format, str) else tuple(format),
            together=not isinstance(format, str),
            query=query or Query(status=("published",)),
            single=single,
            parameters=parameters or {},
        )
        job = ExportJob(self.publishing, order)
        if order.is_one_file:
            return self.workspace.retry(lambda: job.to_file(output, dry_run=dry_run, sync=sync))
        into = partial(job.into, output, replace=replace, dry_run=dry_run, sync=sync, executor=executor, jobs=jobs)
        return self.workspace.retry(into)

    # Changes

    def set_settings(self, **values: str | None) -> None:
        """Change top-level keys of ``totem.toml``; those given as None stay as they are."""
        with self.transaction("set settings"), self.workspace.editing("totem.toml") as document:
            for key, value in values.items():
                if value is not None:
                    document.set((key,), value)

    def set_status(self, ref: str, status: Status) -> Episode | Series:
        """Publish, unpublish (``draft``) or withdraw an episode or a series: its status, nothing else."""
        from totem_cli.archive.references import save

        with self.transaction(f"set status {ref} {status}"):
            owner = self[ref]
            document = self.workspace.open(self.workspace.path(owner))
            if owner.status != status:
                document.set(("status",), status)
            return save(self.workspace, owner, document)

    @property
    def import_(self) -> Import:
        """Writes series, episodes, people and comments as files: ``archive.import_(episodes=…)``."""
        from totem_cli.archive.importing import Import

        return Import(self.workspace)

    @property
    def apply(self) -> Apply:
        """Makes the archive hold what statements say: ``archive.apply(statements)``."""
        from totem_cli.archive.applying import Apply

        return Apply(self.workspace)

    def mend(self) -> list[str]:
        """Write down the id and number that files leave to be derived; the references of what changed."""
        from totem_cli.archive.checks import Checks

        return Checks(self.workspace).mend()

    def mend_index(self) -> bool:
        """Make the index anew where it does not agree with the files; whether it was."""
        from totem_cli.archive.checks import Checks

        return Checks(self.workspace).mend_index()

    def undo(self, *, dry_run: bool = False) -> Replay:
        """Take back the newest change, byte for byte. Raises NotFoundError where there is none."""
        return self.history.undo(dry_run=dry_run)

    def redo(self, *, dry_run: bool = False) -> Replay:
        """Make the change again that was undone last. Raises NotFoundError where there is none."""
        return self.history.redo(dry_run=dry_run)

    def health(self) -> dict[str, str]:
        """What state the archive is in, in words."""
        from totem_cli.archive.stats import health

        return health(self.workspace)
