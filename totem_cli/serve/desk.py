"""The desk where comments come in: one writer, and as many comments in one transaction as wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeVar
from uuid import uuid4

from totem_cli.archive.archive import Archive
from totem_cli.archive.record import episode_address
from totem_cli.archive.references import folder_of
from totem_cli.errors import LockedError, TotemError
from totem_cli.language.fold import fold
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.series import Series
from totem_cli.model.settings import Settings
from totem_cli.serve.posted import Posted

T = TypeVar("T")
Outcome = Literal["kept", "twice", "unknown", "closed", "parent", "full", "failed", "busy"]

_BATCH = 64
_WAITING = 256
_FRESH = 2.0


@dataclass(frozen=True, slots=True)
class Target:
    """What is commented on, as an answer names it: ``address`` is that of its page on the site."""

    id: str
    title: str
    language: str
    address: str
    open: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a comment; it itself where it was kept, or is there already."""

    outcome: Outcome
    comment: Comment | None = None


class Desk:
    """Takes comments for the archive at ``root``, each as pending, at most ``queue`` pending at a time.

    Comments that wait together are written in one transaction, the same that every command uses: there is one lock, and
    one sync of the disk, for all of them. They do not enter the history, so that ``totem undo`` stays the organiser's.
    """

    def __init__(self, root: Path, *, queue: int, timeout: float = 20.0, told: Callable[[Comment], None]) -> None:
        self._archive = Archive(root, timeout=timeout)
        self._reader = Archive(root, timeout=timeout)
        self._queue = queue
        self._told = told
        self._waiting: asyncio.Queue[tuple[Posted, asyncio.Future[Kept]]] = asyncio.Queue(_WAITING)
        self._writing = ThreadPoolExecutor(1, "writer")
        self._reading = ThreadPoolExecutor(1, "reader")
        self._read_at = float("-inf")
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Desk:
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

    async def take(self, posted: Posted) -> Kept:
        """Keep a comment; what became of it is known when it is on the disk."""
        answer: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
        try:
            self._waiting.put_nowait((posted, answer))
        except asyncio.QueueFull:
            return Kept("busy")
        return await answer

    async def settings(self) -> Settings:
        """What ``totem.toml`` says, at most two seconds ago."""
        return await self._ask(lambda archive: archive.settings)

    async def target(self, identity: str | None) -> Target | None:
        """The published episode or series of an id; None where there is none."""
        return await self._ask(lambda archive: find_target(archive, identity)) if identity else None

    async def comment(self, identity: str) -> Comment | None:
        """The approved comment of an id."""

        def find(archive: Archive) -> Comment | None:
            found = archive.workspace.index.comments(id_prefix=identity).values()
            return next((one for one in found if one.id == identity and one.status == "approved"), None)

        return await self._ask(find)

    async def _ask(self, question: Callable[[Archive], T]) -> T:
        def ask() -> T:
            now = time.monotonic()
            if now - self._read_at > _FRESH:
                self._reader.refresh()
                self._read_at = now
            return question(self._reader)

        return await asyncio.get_running_loop().run_in_executor(self._reading, ask)

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < _BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            try:
                found = await loop.run_in_executor(self._writing, self._keep, [posted for posted, _ in batch])
            except Exception as error:  # noqa: BLE001 - whatever it is, those who wait must be told, and the next be served
                found = [Kept("busy" if isinstance(error, LockedError) else "failed")] * len(batch)
                report(error)
            for (_, answer), kept in zip(batch, found, strict=True):
                self._waiting.task_done()
                if not answer.cancelled():
                    answer.set_result(kept)

    def _keep(self, batch: Sequence[Posted]) -> list[Kept]:
        archive = self._archive
        with archive.workspace.transaction("receive comments", undoable=False):
            held = _Held(archive)
            found = [self._kept(archive, held, posted) for posted in batch]
        for kept in found:
            if kept.outcome == "kept" and kept.comment:
                self._told(kept.comment)
        return found

    def _kept(self, archive: Archive, held: _Held, posted: Posted) -> Kept:
        target, owner = held.place(archive, posted.target)
        if target is None or owner is None:
            return Kept("unknown")
        if not target.open:
            return Kept("closed")
        key = (target.id, fold(posted.author), fold(posted.text))
        if key in held.said:
            return Kept("twice", held.said[key])
        if posted.parent and held.targets.get(posted.parent) != target.id:
            return Kept("parent")
        if held.pending >= self._queue:
            return Kept("full")
        comment = Comment(
            id=str(uuid4()),
            target=target.id,
            parent=posted.parent,
            author=posted.author,
            url=posted.url,
            date=datetime.now(UTC).isoformat(timespec="seconds"),
            text=posted.text,
        )
        kept = archive.comments.keep(comment, owner, email=posted.email)
        held.said[key] = kept
        held.pending += 1
        return Kept("kept", kept)


class _Held:
    """The comments that are there: who said what on what, what an answer may answer, how many are pending."""

    def __init__(self, archive: Archive) -> None:
        comments = [*archive.comments]
        self.said = {(one.target, fold(one.author), fold(one.text)): one for one in comments}
        self.targets = {one.id: one.target for one in comments if one.status == "approved"}
        self.pending = sum(one.status == "pending" for one in comments)
        self._places: dict[str | None, tuple[Target | None, Episode | Series | None]] = {}

    def place(self, archive: Archive, identity: str | None) -> tuple[Target | None, Episode | Series | None]:
        """What is commented on under an id, looked up once: most that wait together are on the same page."""
        if identity not in self._places:
            self._places[identity] = find_target(archive, identity), owner_of(archive, identity) if identity else None
        return self._places[identity]


def owner_of(archive: Archive, identity: str) -> Episode | Series | None:
    """The episode or series of a whole id, resolved."""
    episodes = [one for one in archive.workspace.index.find_episodes(id_prefix=identity) if one.id == identity]
    if episodes:
        return archive.episodes[f"{episodes[0].series}/{episodes[0].slug}"]
    return next((one for one in archive.series if one.id == identity), None)


def find_target(archive: Archive, identity: str | None) -> Target | None:
    """What may be commented on under an id: an episode or series that is published."""
    owner = owner_of(archive, identity) if identity else None
    if owner is None or owner.status != "published":
        return None
    series = archive.series.of(owner) if isinstance(owner, Episode) else owner
    if series.status != "published":
        return None
    return Target(
        id=owner.id,
        title=owner.title,
        language=owner.language or archive.settings.language,
        address=episode_address(owner) if isinstance(owner, Episode) else f"{folder_of(owner)}/",
        open=archive.comments.are_open(owner),
    )


def report(error: Exception) -> None:
    """Say on standard error what went wrong, without anything that somebody posted."""
    import sys

    words = str(error) if isinstance(error, TotemError) else type(error).__name__
    sys.stderr.write(f"error: a comment could not be kept: {words}\n")
    sys.stderr.flush()
