"""The queue of submitted comments: one writer, which stores all that wait in one transaction."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeVar
from uuid import uuid4

from totem_cli.archive.archive import Archive
from totem_cli.errors import LockedError, TotemError
from totem_cli.language.fold import fold
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.series import Series
from totem_cli.model.settings import Settings
from totem_cli.serve.submission import Submission

T = TypeVar("T")
Outcome = Literal["kept", "twice", "unknown", "closed", "parent", "full", "failed", "busy"]

_BATCH = 64
_WAITING = 256
_FRESH = 2.0
_TIMEOUT = 20.0


@dataclass(frozen=True, slots=True)
class Target:
    """A published episode or series that may be commented on; ``address`` is that of its page on the site."""

    owner: Episode | Series
    id: str
    title: str
    language: str
    address: str
    open: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a submission, with the stored comment where there is one."""

    outcome: Outcome
    comment: Comment | None = None


class CommentQueue:
    """Stores comments in the archive at ``root`` as pending, while fewer than ``limit`` are pending.

    Comments that wait are written in one transaction, like that of any command: one lock and one sync of the disk for
    all of them. They do not enter the history, so ``totem undo`` remains the organiser's. ``notify`` is called with
    each stored comment.
    """

    def __init__(self, root: Path, *, limit: int, notify: Callable[[Comment], None]) -> None:
        self._archive = Archive(root, timeout=_TIMEOUT)
        self._reader = Archive(root, timeout=_TIMEOUT)
        self._limit = limit
        self._notify = notify
        self._waiting: asyncio.Queue[tuple[Submission, asyncio.Future[Result]]] = asyncio.Queue(_WAITING)
        self._writing = ThreadPoolExecutor(1, "writer")
        self._reading = ThreadPoolExecutor(1, "reader")
        self._read_at = float("-inf")
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> CommentQueue:
        self._task = asyncio.create_task(self._work())
        return self

    async def __aexit__(self, *exception: object) -> None:
        if self._task:
            await self._waiting.join()
            self._task.cancel()
        self._writing.submit(self._archive.close).result()
        self._reading.submit(self._reader.close).result()
        self._writing.shutdown()
        self._reading.shutdown()

    async def submit(self, submission: Submission) -> Result:
        """Store a comment; the result is returned once the comment is on the disk."""
        result: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        try:
            self._waiting.put_nowait((submission, result))
        except asyncio.QueueFull:
            return Result("busy")
        return await result

    async def settings(self) -> Settings:
        """Return the settings in ``totem.toml``, read at most two seconds ago."""
        return await self._query(lambda archive: archive.settings)

    async def target(self, identity: str | None) -> Target | None:
        """Return the published episode or series with an id; None where there is none."""
        return await self._query(lambda archive: find_target(archive, identity)) if identity else None

    async def comment(self, identity: str) -> Comment | None:
        """Return the approved comment with an id; None where there is none."""

        def find(archive: Archive) -> Comment | None:
            found = archive.workspace.index.comments(id_prefix=identity).values()
            return next((one for one in found if one.id == identity and one.status == "approved"), None)

        return await self._query(find)

    async def _query(self, query: Callable[[Archive], T]) -> T:
        def run() -> T:
            now = time.monotonic()
            if now - self._read_at > _FRESH:
                self._reader.refresh()
                self._read_at = now
            return query(self._reader)

        return await asyncio.get_running_loop().run_in_executor(self._reading, run)

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < _BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            try:
                results = await loop.run_in_executor(self._writing, self._store, [one for one, _ in batch])
            except Exception as error:  # noqa: BLE001 - whatever it is, those who wait need a result, and the next too
                results = [Result("busy" if isinstance(error, LockedError) else "failed")] * len(batch)
                report(error)
            for (_, future), result in zip(batch, results, strict=True):
                self._waiting.task_done()
                if not future.cancelled():
                    future.set_result(result)

    def _store(self, batch: Sequence[Submission]) -> list[Result]:
        archive = self._archive
        with archive.workspace.transaction("receive comments", undoable=False):
            existing = _Existing(archive)
            results = [self._store_one(archive, existing, submission) for submission in batch]
        for result in results:
            if result.outcome == "kept" and result.comment:
                self._notify(result.comment)
        return results

    def _store_one(self, archive: Archive, existing: _Existing, submission: Submission) -> Result:
        target = existing.target(archive, submission.target)
        if target is None:
            return Result("unknown")
        if not target.open:
            return Result("closed")
        key = (target.id, fold(submission.author), fold(submission.text))
        if key in existing.by_text:
            return Result("twice", existing.by_text[key])
        if submission.parent and existing.targets.get(submission.parent) != target.id:
            return Result("parent")
        if existing.pending >= self._limit:
            return Result("full")
        comment = Comment(
            id=str(uuid4()),
            target=target.id,
            parent=submission.parent,
            author=submission.author,
            url=submission.url,
            date=datetime.now(UTC).isoformat(timespec="seconds"),
            text=submission.text,
        )
        kept = archive.comments.write(comment, target.owner, email=submission.email)
        existing.by_text[key] = kept
        existing.pending += 1
        return Result("kept", kept)


class _Existing:
    """The comments in the archive: by target, author and text; the targets of approved ones; the number of pending."""

    def __init__(self, archive: Archive) -> None:
        comments = [*archive.comments]
        self.by_text = {(one.target, fold(one.author), fold(one.text)): one for one in comments}
        self.targets = {one.id: one.target for one in comments if one.status == "approved"}
        self.pending = sum(one.status == "pending" for one in comments)
        self._targets: dict[str | None, Target | None] = {}

    def target(self, archive: Archive, identity: str | None) -> Target | None:
        """Return :func:`find_target`, looked up once: most comments that wait together are on the same page."""
        if identity not in self._targets:
            self._targets[identity] = find_target(archive, identity)
        return self._targets[identity]


def owner_of(archive: Archive, identity: str) -> Episode | Series | None:
    """Return the episode or series with a full id, resolved."""
    episodes = [one for one in archive.workspace.index.find_episodes(id_prefix=identity) if one.id == identity]
    if episodes:
        return archive.episodes[f"{episodes[0].series}/{episodes[0].slug}"]
    return next((one for one in archive.series if one.id == identity), None)


def find_target(archive: Archive, identity: str | None) -> Target | None:
    """Return the published episode or series with an id; None where there is none."""
    owner = owner_of(archive, identity) if identity else None
    if owner is None or owner.status != "published":
        return None
    series = archive.series.of(owner) if isinstance(owner, Episode) else owner
    if series.status != "published":
        return None
    return Target(
        owner=owner,
        id=owner.id,
        title=owner.title,
        language=owner.language or archive.settings.language,
        address=owner.address,
        open=archive.comments.are_open(owner),
    )


def report(error: Exception) -> None:
    """Log an error, without anything that somebody submitted."""
    message = str(error) if isinstance(error, TotemError) else type(error).__name__
    logging.getLogger(__name__).error("a comment could not be kept: %s", message)
