"""An export of an archive into a folder, in this process or spread over others."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from totem_cli.archive.publishing import Publishing
from totem_cli.archive.workspace import Workspace
from totem_cli.errors import ChangedError, InvalidError, RefusedError
from totem_cli.model.query import Query
from totem_cli.publishing.formats import Options, find_exporter, is_one_file, together
from totem_cli.publishing.jobs import Spread
from totem_cli.publishing.manifest import Row
from totem_cli.publishing.page import PageGroup, all_pages, combined
from totem_cli.publishing.publisher import Report, publish, stale
from totem_cli.publishing.rendering import Answer, Rendering
from totem_cli.publishing.toolchain import fingerprint

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from totem_cli.archive.publication import Publication
    from totem_cli.publishing.explanation import Explanation
    from totem_cli.publishing.jobs import Wanted
    from totem_cli.publishing.page import Page, Published

ENVIRONMENT = ("SOURCE_DATE_EPOCH",)
"""The variables that an export depends on."""

_INDEX, _STANDING = "index", "standing"


class Order(Struct, frozen=True, kw_only=True):
    """What is exported: ``formats``, several of them ``together`` in one folder; which episodes; by which options."""

    formats: tuple[str, ...]
    together: bool = False
    query: Query = Query(status=("published",))
    single: bool = False
    parameters: Mapping[str, str] = {}

    @property
    def name(self) -> str:
        """What the manifest calls it."""
        return "all" if self.together else self.formats[0]

    @property
    def filters(self) -> dict[str, Any]:
        """What else the manifest says of it."""
        return self.query.filters | ({"single": True} if self.single else {}) | dict(self.parameters)

    @property
    def is_one_file(self) -> bool:
        """Whether the export is one file."""
        return not self.together and is_one_file(find_exporter(self.formats[0]))

    def published(self, publication: Publication, warn: Callable[[str], None]) -> Iterator[Published]:
        """What it consists of. Raises what the exporters do."""
        exporter = together(self.formats) if self.together else find_exporter(self.formats[0])
        yield from exporter(publication, Options(self.single, self.parameters, warn))


class ExportJob:
    """One export of an archive into a folder."""

    def __init__(self, archive: Publishing, order: Order) -> None:
        self._archive = archive
        self._order = order
        self._warned: list[str] = []
        self._published: list[Published] = []
        self.publication: Publication | None = None

    def published(self) -> list[Published]:
        """The groups and pages of the archive as it is now."""
        self._warned.clear()
        self.publication = self._archive.publication(self._order.query)
        self._warned += [f"{one}; {one.hint}" for one in self.publication.refused]
        try:
            self._published = [*self._order.published(self.publication, self._warned.append)]
        except InvalidError as error:
            self._archive.locate(error)
            raise
        return self._published

    def into(
        self,
        output: str | Path,
        *,
        replace: bool = False,
        dry_run: bool = False,
        sync: bool = True,
        seen: Callable[[int, int], object] | None = None,
        executor: Executor | None = None,
        jobs: int | None = None,
        stats: Path | None = None,
    ) -> Report:
        """Do it; see :func:`~totem_cli.publishing.publisher.publish`. What changes meanwhile is in it, or is not.

        An ``executor`` makes the pages in the place of a pool of so many ``jobs`` processes, see
        :class:`~totem_cli.publishing.jobs.Spread`.
        """
        try:
            return publish(
                self.published(),
                output,
                replace=replace,
                dry_run=dry_run,
                sync=sync,
                seen=seen,
                warned=self._warned,
                spread=Spread(partial(self._task, is_shared=executor is None), executor, jobs),
                **self._target(output, stats),
            )
        finally:
            _current.__dict__.clear()

    def page(self) -> Page:
        """The one page of a format that is one file; what it warns of is in :attr:`warnings`."""
        (page,) = all_pages(self.published())
        return page

    def to_file(self, output: str | Path, *, dry_run: bool = False, sync: bool = True) -> Report:
        """Write a format that is one file."""
        from totem_cli.publishing.one_file import is_current, write_one

        page = self.page()
        is_written = not is_current(page, output) if dry_run else write_one(page.render(), output, sync=sync)
        path = [os.fspath(output)] if is_written else []
        return Report(path, [], 1 - len(path), self.warnings)

    @property
    def warnings(self) -> list[str]:
        """What was warned of since the groups and pages were last asked for, each once."""
        return list(dict.fromkeys(self._warned))

    def explain(self, output: str | Path, path: str) -> Explanation:
        """Why the page at ``path`` would be made again. Raises NotFoundError where there would be none."""
        from totem_cli.publishing.explanation import explain

        return explain(self.published(), output, path)

    def stale(self, output: str | Path) -> list[str]:
        """The paths that it would write or remove."""
        return stale(self.published(), output, **self._target(output, None))

    def _target(self, output: str | Path, stats: Path | None) -> dict[str, Any]:
        """What the publisher has to know of what is published, and where it remembers what it wrote."""
        return {
            "format": self._order.name,
            "filters": self._order.filters,
            "archive": self._archive.workspace.root,
            "stats": stats or self._archive.export_stats(Path(output)),
        }

    def _task(self, rendering: Rendering, *, is_shared: bool) -> Task | None:
        """What other processes have to know; None where they could not read what is read here.

        From here on this process reads a snapshot of the index, too. What it knows ``is_shared`` with those that are
        forked from it.
        """
        staging = rendering.staging()
        if not self._archive.read_snapshot(f"{staging}/{_INDEX}"):
            return None
        if rendering.standing:
            with open(f"{staging}/{_STANDING}", "wb") as file:
                file.write(msgspec.msgpack.encode([*rendering.standing.values()]))
        task = Task(
            root=os.path.abspath(self._archive.workspace.root),
            order=self._order,
            environment={name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
            toolchain=fingerprint(),
            staging=staging,
            target=rendering.target,
        )
        if is_shared:
            _current.worker = task, _Worker(task, self._published, rendering.standing, self._warned)
        return task


class Task(Struct, frozen=True, kw_only=True):
    """What a worker has to know, besides the names of its groups. Called with these, it makes them."""

    root: str
    order: Order
    environment: dict[str, str]
    toolchain: str
    staging: str
    target: str

    def __call__(self, wanted: Wanted) -> list[Answer]:
        """The answers of these groups. Raises ChangedError, RefusedError where they are others than they must be."""
        with _one_at_a_time, self._environment():
            if self.toolchain != fingerprint():
                raise RefusedError("a worker has another totem, or other libraries, than the export that it works for")
            worker = _Worker.of(self)
            return worker.make(wanted)

    @contextmanager
    def _environment(self) -> Iterator[None]:
        before = {name: os.environ.pop(name, None) for name in ENVIRONMENT}
        os.environ.update(self.environment)
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value


_one_at_a_time = threading.Lock()
"""An engine may run several tasks in one process, which has one environment."""

_current = threading.local()
"""``worker``: the task that this thread does, and the worker that does it."""


class _Worker:
    """The groups of an export, in a process that makes some of them."""

    def __init__(
        self, task: Task, published: Iterable[Published], standing: Mapping[str, Row], warned: list[str]
    ) -> None:
        self._groups = {item.name: item for item in published if isinstance(item, PageGroup)}
        self._rendering = Rendering(lambda: task.staging, task.target, standing, warned)

    @classmethod
    def of(cls, task: Task) -> _Worker:
        """The one that does a task, made when it is first asked for."""
        current: tuple[Task, _Worker] | None = getattr(_current, "worker", None)
        if current is None or current[0].staging != task.staging:
            current = _current.worker = task, cls._begun(task)
        return current[1]

    @classmethod
    def _begun(cls, task: Task) -> _Worker:
        warned: list[str] = []
        archive = Publishing(Workspace(task.root))
        archive.workspace.open_snapshot(f"{task.staging}/{_INDEX}")
        published = [*task.order.published(archive.publication(task.order.query), warned.append)]
        rows: list[Row] = []
        with suppress(FileNotFoundError), open(f"{task.staging}/{_STANDING}", "rb") as file:
            rows = msgspec.msgpack.decode(file.read(), type=list[Row])
        return cls(task, published, {row.path: row for row in rows}, warned)

    def make(self, wanted: Wanted) -> list[Answer]:
        """The answers of these groups, each of which must have its key. Raises ChangedError."""
        attempt = self._rendering.attempt()
        return [self._rendering.make(self._group(name, key), attempt) for name, key in wanted]

    def _group(self, name: str, key: str) -> PageGroup:
        group = self._groups.get(name)
        if group is None or combined(group.key) != key:
            raise ChangedError(f"{name} is made from something else by a worker", hint="run the export again")
        return group
