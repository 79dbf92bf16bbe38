"""The workshop of a preview: makes the site anew after each edit, and keeps the last good one when it cannot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from totem_cli.archive.archive import Archive
from totem_cli.archive.record import episode_address
from totem_cli.errors import TotemError
from totem_cli.model.query import Query, visible_status
from totem_cli.serve.listen import needed
from totem_cli.storage.layout import HOME

if TYPE_CHECKING:
    from totem_cli.archive.publication import Publication
    from totem_cli.publishing.page import Page

_DEBOUNCE, _STEP = 100, 20
_IGNORED = frozenset({HOME, "private", ".git"})


class _OverError(Exception):
    """The preview ends."""


@dataclass(frozen=True, slots=True)
class State:
    """How the site stands: which making of it, what went wrong since, which pages are drafts'."""

    version: int = 0
    error: str | None = None
    drafts: frozenset[str] = frozenset()
    language: str = "en"


class Workshop:
    """Makes the site of an archive, drafts included, in a ``folder``."""

    def __init__(self, archive: Archive, folder: Path, *, say: Callable[[str], None]) -> None:
        self.folder = folder
        self.state = State()
        self._archive = archive
        self._say = say
        self._changed = asyncio.Condition()
        self._is_over = False

    async def run(self) -> None:
        """Make the site, then again after each edit, until cancelled: a making that is under way is then given up."""
        try:
            await self._run()
        finally:
            self._is_over = True

    async def _run(self) -> None:
        watch = needed("watchfiles").awatch
        root = self._archive.root.resolve()
        await self._make_anew()

        def watched(_: object, path: str) -> bool:
            return _matters(root, path)

        changes = watch(
            root,
            debounce=_DEBOUNCE,
            step=_STEP,
            watch_filter=watched,
            ignore_permission_denied=True,
            rust_timeout=1000,
        )
        async for _ in changes:
            await self._make_anew()

    async def states(self) -> AsyncIterator[State]:
        """How the site stands now, and then whenever that changes."""
        state = self.state
        yield state
        while True:
            async with self._changed:
                await self._changed.wait_for(partial(self._differs, state))
                state = self.state
            yield state

    def _differs(self, state: State) -> bool:
        return self.state != state

    async def _make_anew(self) -> None:
        state = await asyncio.get_running_loop().run_in_executor(None, self._made)
        async with self._changed:
            self.state = state
            self._changed.notify_all()

    def _made(self) -> State:
        """One making. It runs outside the loop, one at a time."""
        before = self.state
        try:
            changed, whole = self._export()
        except (TotemError, OSError) as error:
            words = _words(error)
            if words != before.error:
                self._say(words)
            return replace(before, error=words)
        except _OverError:
            return before
        version = before.version + 1 if changed or not before.version else before.version
        if whole is None:  # neither who is a draft nor the language changed
            return State(version, None, before.drafts, before.language)
        return State(version, None, _drafts(whole), whole.settings.language)

    def _export(self) -> tuple[bool, Publication | None]:
        """Whether that changed anything, and what was published where all of it was looked at."""
        from totem_cli.exporters import Options, find_exporter
        from totem_cli.exporters.making import Making
        from totem_cli.publishing.publisher import publish
        from totem_cli.publishing.settled import again

        archive = self._archive
        archive.refresh()
        problems = archive.problems()
        if problems:
            raise problems[0]
        query = Query(status=("published", "draft"))
        making = Making(archive.publishing, find_exporter("html"), query, Options(), formats="html")
        asked: dict[str, Any] = {
            "format": "html",
            "filters": query.filters,
            "stats": self.folder.parent / "known.stats",
            "source": making.source,
            "seen": self._check,
        }
        report = again(self.folder, **asked, memory=lambda: making)
        if report is None:
            pages = self._while_wanted(making.pages())
            report = publish(pages, self.folder, **asked, memory=making, remaking=making.remaking)
        archive.close()
        return bool(report.written or report.removed), making.whole

    def _while_wanted(self, pages: Iterable[Page]) -> Iterator[Page]:
        for page in pages:
            self._check()
            yield page

    def _check(self, *_: object) -> None:
        """Raise :class:`_OverError` where nobody waits any more for what is being made."""
        if self._is_over:
            raise _OverError


def _drafts(publication: Publication) -> frozenset[str]:
    """The addresses of the drafts."""
    statuses = {series.slug: series.status for series in publication.series}
    drafts = {f"{series.slug}/" for series in publication.series if series.status == "draft"}
    return frozenset(drafts).union(
        episode_address(episode)
        for episode in publication.episodes
        if visible_status(episode.status, statuses.get(episode.series, "published")) == "draft"
    )


def _matters(root: Path, path: str) -> bool:
    """Whether a file that changed is the archive's, and none of an editor's or totem's own."""
    with suppress(ValueError):
        parts = Path(path).relative_to(root).parts
        return bool(parts) and parts[0] not in _IGNORED and not parts[-1].startswith(".")
    return False


def _words(error: Exception) -> str:
    hint = getattr(error, "hint", None)
    return f"{error}\n{hint}" if hint else str(error)
