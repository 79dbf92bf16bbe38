"""The builder of a preview: rebuilds the site after each edit, and keeps the last good one when that fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from totem_cli.archive.archive import Archive
from totem_cli.errors import TotemError
from totem_cli.model.query import Query, visible_status
from totem_cli.serve.listen import needed
from totem_cli.storage.layout import HOME

if TYPE_CHECKING:
    from totem_cli.archive.publication import Publication

_DEBOUNCE, _STEP = 100, 20
_IGNORED = frozenset({HOME, "private", ".git"})


class _OverError(Exception):
    """The preview has ended."""


@dataclass(frozen=True, slots=True)
class State:
    """The state of the site: the number of its build, the error since, the addresses of drafts."""

    version: int = 0
    error: str | None = None
    drafts: frozenset[str] = frozenset()
    language: str = "en"


class PreviewBuilder:
    """Builds the site of the archive at a path in a ``folder``, with drafts. Errors go to ``say``."""

    def __init__(self, archive: Path, folder: Path, *, say: Callable[[str], None]) -> None:
        self.folder = folder
        self.state = State()
        self._archive = archive
        self._say = say
        self._changed = asyncio.Condition()
        self._is_over = False

    async def run(self) -> None:
        """Build the site, and rebuild it after each edit, until cancelled; a build in progress is then abandoned."""
        try:
            await self._run()
        finally:
            self._is_over = True

    async def _run(self) -> None:
        watch = needed("watchfiles").awatch
        root = self._archive.resolve()
        await self._build()
        changes = watch(
            root,
            debounce=_DEBOUNCE,
            step=_STEP,
            watch_filter=lambda _, path: _is_relevant(root, path),
            ignore_permission_denied=True,
            rust_timeout=1000,
        )
        async for _ in changes:
            await self._build()

    async def states(self) -> AsyncIterator[State]:
        """Yield the state of the site now, and after each change."""
        state = self.state
        yield state
        while True:
            async with self._changed:
                while self.state == state:
                    await self._changed.wait()
                state = self.state
            yield state

    async def _build(self) -> None:
        state = await asyncio.get_running_loop().run_in_executor(None, self._built)
        async with self._changed:
            self.state = state
            self._changed.notify_all()

    def _built(self) -> State:
        """Build the site; return its new state. Runs outside the event loop, one build at a time."""
        before = self.state
        try:
            changed, publication = self._export()
        except (TotemError, OSError) as error:
            message = _message(error)
            if message != before.error:
                self._say(message)
            return replace(before, error=message)
        except _OverError:
            return before
        version = before.version + 1 if changed or not before.version else before.version
        return State(version, None, _drafts(publication), publication.settings.language)

    def _export(self) -> tuple[bool, Publication]:
        """Export the site. Returns whether that changed anything, and the publication."""
        from totem_cli.archive.exporting import ExportJob, Order
        from totem_cli.publishing.jobs import job_count

        with Archive(self._archive) as archive:  # opened by the thread that builds, and closed also where that fails
            problems = archive.problems()
            if problems:
                raise problems[0]
            job = ExportJob(archive.publishing, Order(formats=("html",), query=Query(status=("published", "draft"))))
            stats = self.folder.parent / "files.stats"
            report = job.into(self.folder, seen=self._check, jobs=job_count(), stats=stats, sync=False)
        assert job.publication is not None
        return bool(report.written or report.removed), job.publication

    def _check(self, *_: object) -> None:
        """Raise :class:`_OverError` where the preview has ended."""
        if self._is_over:
            raise _OverError


def _drafts(publication: Publication) -> frozenset[str]:
    """Return the addresses of the drafts."""
    statuses = {series.slug: series.status for series in publication.series}
    drafts = {f"{series.slug}/" for series in publication.series if series.status == "draft"}
    return frozenset(drafts).union(
        episode.address
        for episode in publication.episodes
        if visible_status(episode.status, statuses.get(episode.series, "published")) == "draft"
    )


def _is_relevant(root: Path, path: str) -> bool:
    """Return whether a changed file is part of the archive, and not of an editor or totem itself."""
    with suppress(ValueError):
        parts = Path(path).relative_to(root).parts
        return bool(parts) and parts[0] not in _IGNORED and not parts[-1].startswith(".")
    return False


def _message(error: Exception) -> str:
    hint = getattr(error, "hint", None)
    return f"{error}\n{hint}" if hint else str(error)
