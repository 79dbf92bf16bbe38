"""Changes of an archive's files, made together or not at all."""

from __future__ import annotations

import stat
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from totem_cli.errors import InvalidError, NotFoundError, RefusedError, SystemFailedError
from totem_cli.storage.files import Folder, digest, parts_of, reported
from totem_cli.storage.in_progress import JOURNAL
from totem_cli.storage.journal import PRIVATE, Journal, Recovery
from totem_cli.storage.journal_entry import RECORD, JournalEntry, Step, now, parents
from totem_cli.storage.layout import HOME, IGNORE
from totem_cli.storage.lock import Lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from totem_cli.storage.diff import Change

    Purge = Callable[[JournalEntry, list[bytes]], bool]

_VANISHING = frozenset({"series", "comments"})  # beneath these a folder goes with its last file


@dataclass(frozen=True, slots=True)
class _Pending:
    """New content: bytes, a file to copy, or None for a removal."""

    content: bytes | Path | None
    digest: str | None
    like: str | None = None
    """The file that a new one takes its mode, owner and extended attributes from."""

    def load(self) -> bytes | None:
        if isinstance(self.content, Path):
            with reported("read"):
                return self.content.read_bytes()
        return self.content


class _Change(NamedTuple):
    """One file to change: its step in the journal, the new content, the file whose mode it takes where it is new."""

    step: Step
    content: bytes | Path | None
    like: str | None


class Transaction:
    """``with Transaction(root, "add guest …") as t:`` changes files as a whole under the archive's lock.

    Leaving the block commits, an exception in it aborts. Paths are relative to ``root``, in POSIX form. A command that
    died before is recovered from on entry, see ``recovered``. What is committed can be undone, unless ``undoable`` is
    false; what is under ``private/`` never can, since it does not enter the journal. With ``dry_run`` nothing is
    locked or written, anywhere.

    With ``purge`` the change is not undoable either, and part of it is to remove from the journal every entry that is
    damaged or for which ``purge(entry, contents)`` holds, and every cache. Once the files are changed this is finished
    by the next command, if it is interrupted; older changes of the same files can then no longer be undone.

    A replaced file keeps its mode, its owner where permitted and its extended attributes; a new one gets them by
    umask. A file with several names (hard links) is replaced under the given one only.

    Raises :class:`LockedError` after ``timeout`` seconds, :class:`ChangedError` when another program saved one of the
    files between reading and writing, :class:`RefusedError` for a path that leads outside or through a symbolic link,
    :class:`SystemFailedError` when the system fails. After any of them the archive is as it was, unless the hint says
    what is left of a purge.
    """

    def __init__(
        self,
        root: str | Path,
        label: str,
        *,
        dry_run: bool = False,
        timeout: float = 30.0,
        undoable: bool = True,
        purge: Purge | None = None,
    ) -> None:
        self.root = Path(root)
        self.label = label
        self.dry_run = dry_run
        self.recovered: Recovery | None = None
        self.entry: JournalEntry | None = None
        self._undoable = undoable
        self._purge = purge
        self._lock = Lock(root, label, timeout=timeout)
        self._tree: Folder | None = None
        self._pending: dict[str, _Pending] = {}
        self._replaced: list[tuple[str, _Pending | None]] = []
        self._before: dict[str, str | None] = {}

    def __enter__(self) -> Self:
        with reported("open"):
            if self.dry_run:
                self._tree = Folder(self.root) if self.root.is_dir() else None
                return self
            self._lock.__enter__()
            try:
                self._tree = Folder(self.root)
                self.recovered = _recover(Journal(self._tree))
            except BaseException:
                self._close()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self.commit()
        finally:
            self._close()

    def read(self, path: str) -> bytes | None:
        """Return the content of a file as it will be; None when there will be none."""
        _check(path)
        if path in self._pending:
            return self._pending[path].load()
        with reported("read"):
            content = self._tree.read(path) if self._tree else None
        self._before.setdefault(path, None if content is None else digest(content))
        return content

    def write(self, path: str, content: bytes, *, like: str | None = None) -> None:
        """Set the content of a file; folders are made as needed. The content that it has already is no change.

        A new file takes its mode, its owner and its extended attributes from the one at ``like``, if that is there
        before the transaction.
        """
        moved = self._pending.get(like) if like is not None else None
        self._set(path, _Pending(content, digest(content), (moved and moved.like) or like))

    def copy_in(self, source: Path, path: str, root: Path | None = None) -> None:
        """Let a file have the content of another one, which is not held in memory.

        Beneath ``root``, where one is given, no symbolic link is followed to it. Another content at the commit is
        refused, whatever the path leads to then.
        """
        with reported("read"):
            if root is None and not stat.S_ISREG(source.stat().st_mode):
                raise InvalidError(f"{source} is not a file")
            whole = source.resolve() if root is None else source
            with Folder(root or whole.parent) as folder:
                found = folder.digest(whole.relative_to(folder.path).as_posix())
        self._set(path, _Pending(source, found))

    def remove(self, path: str) -> None:
        """Remove a file; :class:`NotFoundError` when it is not there.

        Under series and comments a folder goes with its last file.
        """
        _check(path)
        present = path in self._pending and self._pending[path].content is not None
        if not present and (path in self._pending or self._original(path) is None):
            raise NotFoundError(f"there is no {path} in the archive")
        self._set(path, _Pending(None, None))

    @property
    def changes(self) -> list[Change]:
        """What commit would change, ordered by path; contents are loaded when asked for."""
        from totem_cli.storage.diff import Change

        tree = self._tree
        return [
            Change(path, partial(tree.read, path) if tree else _nothing, pending.load)
            for path, pending in sorted(self._pending.items())
        ]

    def diff(self) -> str:
        """Return what commit would change, as a unified diff."""
        from totem_cli.storage.diff import unified

        with reported("read"):
            return unified(self.changes)

    def commit(self) -> JournalEntry | None:
        """Make the changes, durably; the journal entry, or None when nothing changes or in a dry run."""
        if not self._pending or self.dry_run:
            return None
        assert self._tree is not None, "a transaction is used in a with block"
        changes = [
            _Change(Step(path, self._before[path], pending.digest), pending.content, pending.like)
            for path, pending in sorted(self._pending.items())
        ]
        self._pending, self._before, self._replaced = {}, {}, []
        with reported("write"):
            self.entry = _commit(self._tree, self.label, changes, undoable=self._undoable, purge=self._purge)
        return self.entry

    def abort(self) -> None:
        """Forget the changes."""
        self._pending.clear()

    def mark(self) -> int:
        """A savepoint for :meth:`rewind`."""
        return len(self._replaced)

    def rewind(self, mark: int) -> list[str]:
        """Forget the changes since a mark; returns the paths that they were of, sorted."""
        paths = set()
        while len(self._replaced) > mark:
            path, pending = self._replaced.pop()
            paths.add(path)
            if pending is None:
                self._pending.pop(path, None)
            else:
                self._pending[path] = pending
        return sorted(paths)

    def _set(self, path: str, pending: _Pending) -> None:
        _check(path)
        unchanged = pending.digest == self._original(path)
        self._replaced.append((path, self._pending.get(path)))
        if unchanged:
            self._pending.pop(path, None)
        else:
            self._pending[path] = pending
            if path.startswith(f"{PRIVATE}/") and pending.content is not None:
                self._ignore_private()

    def _ignore_private(self) -> None:
        path = f"{PRIVATE}/.gitignore"
        if path not in self._pending and self._original(path) is None:
            self._replaced.append((path, None))
            self._pending[path] = _Pending(IGNORE, digest(IGNORE))

    def _original(self, path: str) -> str | None:
        """Return the digest of the file as it was when first looked at."""
        if path not in self._before:
            with reported("read"):
                self._before[path] = self._tree.digest(path) if self._tree else None
        return self._before[path]

    def _close(self) -> None:
        if self._tree is not None:
            if self.entry is None and not self.dry_run:
                self._tree.drop(JOURNAL)
                self._lock.unmake()
            self._tree.close()
            self._tree = None
        self._lock.release()


@dataclass(frozen=True, slots=True)
class Replay:
    """An entry that was undone or redone, or in a dry run would be, with the diff of that."""

    entry: JournalEntry
    diff: str


def undo(root: str | Path, *, dry_run: bool = False, timeout: float = 30.0) -> Replay:
    """Take back the last change. The diff is given for a dry run only, which locks and writes nothing.

    Raises :class:`NotFoundError` when there is none, :class:`ChangedError`, with nothing changed, when a file of it
    was edited since, besides what :class:`Transaction` does.
    """
    return _replay(root, Journal.last_done, "undo", dry_run=dry_run, timeout=timeout)


def redo(root: str | Path, *, dry_run: bool = False, timeout: float = 30.0) -> Replay:
    """Make the change again that was undone last, as long as nothing else was changed; see :func:`undo`."""
    return _replay(root, Journal.first_undone, "redo", dry_run=dry_run, timeout=timeout)


def history(root: str | Path) -> list[JournalEntry]:
    """List the changes that can be undone or redone, newest first; their ``state`` is ``done`` or ``undone``."""
    with reported("read"), Folder(root) as tree:
        return [entry for entry in reversed(Journal(tree).entries()) if entry.state != "kept"]


def kept(root: str | Path) -> Iterator[tuple[JournalEntry | None, list[bytes]]]:
    """Every change that the journal keeps, half made ones too, with the contents it keeps; None for a damaged one."""
    with reported("read"), Folder(root) as tree:
        for _, entry, contents in Journal(tree).kept():
            yield entry, contents


def _commit(
    tree: Folder, label: str, changes: list[_Change], *, undoable: bool, purge: Purge | None = None
) -> JournalEntry:
    journal = Journal(tree)
    public = [each for each in changes if not each.step.path.startswith(f"{PRIVATE}/")]
    hidden = [each for each in changes if each.step.path.startswith(f"{PRIVATE}/")]
    doomed = None
    if purge is not None:
        doomed = tuple(name for name, entry, kept in journal.kept() if entry is None or purge(entry, kept))
    draft = journal.draft()
    try:
        staging = journal.staging() if hidden else None
        if staging:
            _fill(tree, f"{PRIVATE}/{staging}", _entry(tree, 0, "", hidden), hidden)
        entry = replace(_entry(tree, journal.next_number(), label, public), private=staging, purge=doomed)
        _fill(tree, f"{JOURNAL}/{draft}", entry, public)
    except BaseException:
        with suppress(OSError):
            journal.clean()
        raise
    journal.commit(draft, entry, keep=undoable and bool(public))
    return entry


def _entry(tree: Folder, number: int, label: str, changes: list[_Change]) -> JournalEntry:
    steps = tuple(each.step for each in changes)
    filled = parents(step.path for step in steps if step.after is not None)
    left = [path for path in parents(step.path for step in steps if step.after is None) if path not in filled]
    made = tuple((path, None) for path in filled if tree.mode(path) is None)
    emptied = tuple(
        (path, stat.S_IMODE(tree.mode(path) or 0o777))
        for path in left
        if "/" in path and path.partition("/")[0] in _VANISHING
    )
    return JournalEntry(number, label, now(), steps, made, emptied)


def _fill(tree: Folder, path: str, entry: JournalEntry, changes: list[_Change]) -> None:
    """Write the slots of a new entry, then its record, durably."""
    with tree.inner(path) as slots:
        for index, (step, content, like) in enumerate(changes):
            if content is None:
                continue
            with ExitStack() as stack:
                slots.write(str(index), content, like=_model(stack, tree, step.path, like))
        slots.write(RECORD, entry.dump())
        if slots.read(RECORD) != entry.dump():
            raise SystemFailedError(f"{slots.full(RECORD)} does not hold what was written to it")
        slots.sync_files()


def _model(stack: ExitStack, tree: Folder, *paths: str | None) -> int | None:
    """The first of these files that is there, opened."""
    for path in paths:
        with suppress(FileNotFoundError):
            if path is not None:
                return stack.enter_context(tree.open(path))
    return None


def _recover(journal: Journal) -> Recovery | None:
    recovered = journal.recover()
    journal.clean()
    return recovered


def _replay(
    root: str | Path, choose: Callable[[Journal], JournalEntry], label: str, *, dry_run: bool, timeout: float
) -> Replay:
    if dry_run:
        from totem_cli.storage.diff import Change, unified

        with reported("read"), Folder(root) as tree:
            journal = Journal(tree)
            entry = choose(journal)
            journal.replay(entry, rehearse=True)
            changes = [
                Change(step.path, partial(tree.read, step.path), partial(tree.read, journal.slot(entry, index)))
                for index, step in enumerate(entry.steps)
            ]
            return Replay(entry, unified(changes))
    with reported(label), Lock(root, label, timeout=timeout), Folder(root) as tree:
        journal = Journal(tree)
        _recover(journal)
        entry = choose(journal)
        journal.replay(entry)
        return Replay(entry, "")


def _nothing() -> None:
    return None


def _check(path: str) -> None:
    if parts_of(path)[0].casefold() == HOME:
        raise RefusedError(f"{path} is not part of the archive: {HOME} is totem's own")
