"""Transactions: changes of several files that are made together or not at all; undo and redo."""

from __future__ import annotations

import stat
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from totem_cli.errors import InvalidError, NotFoundError, RefusedError, SystemFailedError
from totem_cli.storage.files import Folder, digest, parts_of, reported
from totem_cli.storage.in_progress import JOURNAL
from totem_cli.storage.journal import PRIVATE, Journal
from totem_cli.storage.journal_entry import RECORD, JournalEntry, Recovery, Step, now, parents
from totem_cli.storage.layout import HOME, IGNORE
from totem_cli.storage.lock import Lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from totem_cli.storage.diff import Change

    Purge = Callable[[JournalEntry, list[bytes]], bool]
    _Change = tuple[Step, "_Pending"]

_VANISHING = frozenset({"series", "comments"})  # below these, a folder is removed with its last file


@dataclass(frozen=True, slots=True)
class _Pending:
    """The new content of a file: bytes, a file to copy, or None for a removal."""

    content: bytes | Path | None
    digest: str | None
    like: str | None = None
    """The file whose mode, owner and extended attributes a new file gets."""

    def load(self) -> bytes | None:
        if isinstance(self.content, Path):
            with reported("read"):
                return self.content.read_bytes()
        return self.content


class Transaction:
    """``with Transaction(root, "add guest …") as t:`` changes files under the archive's lock, all or none.

    Leaving the block commits; an exception in it discards the changes. Paths are relative to ``root``, in POSIX form.
    On entry, the change of a killed command is reverted, see ``recovered``. A committed change can be undone, unless
    ``undoable`` is false; files below ``private/`` never can, since they do not enter the journal. With ``dry_run``
    nothing is locked or written, anywhere.

    With ``purge`` the change is not undoable either. It also removes all caches, and every entry of the journal that is
    damaged or for which ``purge(entry, contents)`` is true: older changes of these files can then no longer be undone.
    If this is interrupted after the files were changed, the next command finishes it.

    A replaced file keeps its mode, its extended attributes and, where permitted, its owner; a new one gets them by
    umask. A file with several names (hard links) is replaced under the given name only.

    Raises :class:`LockedError` after ``timeout`` seconds, :class:`ChangedError` when another program saved one of the
    files between reading and writing, :class:`RefusedError` for a path that leads outside or through a symbolic link,
    :class:`SystemFailedError` when a system call fails. After any of them the archive is unchanged, unless the hint
    says what is left of a purge.
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
        """Return the content that a file will have; None where there will be no file."""
        _check(path)
        if path in self._pending:
            return self._pending[path].load()
        with reported("read"):
            content = self._read(path)
        self._before.setdefault(path, None if content is None else digest(content))
        return content

    def write(self, path: str, content: bytes, *, like: str | None = None) -> None:
        """Set the content of a file; folders are created as needed. Equal content is no change.

        A new file gets mode, owner and extended attributes of the file at ``like``, if that existed before the
        transaction.
        """
        moved = self._pending.get(like) if like is not None else None
        self._set(path, _Pending(content, digest(content), (moved and moved.like) or like))

    def copy_in(self, source: Path, path: str, root: Path | None = None) -> None:
        """Set the content of a file to that of ``source``, which is not loaded into memory.

        With ``root``, no symbolic link below it is followed. If ``source`` has other content at the commit, that is
        refused.
        """
        with reported("read"):
            if root is None and not stat.S_ISREG(source.stat().st_mode):
                raise InvalidError(f"{source} is not a file")
            source = source.resolve() if root is None else source
            with Folder(root or source.parent) as folder:
                content_digest = folder.digest(source.relative_to(folder.path).as_posix())
        self._set(path, _Pending(source, content_digest))

    def remove(self, path: str) -> None:
        """Remove a file. Below ``series`` and ``comments`` a folder is removed with its last file.

        Raises :class:`NotFoundError` where there is no such file.
        """
        _check(path)
        present = path in self._pending and self._pending[path].content is not None
        if not present and (path in self._pending or self._original(path) is None):
            raise NotFoundError(f"there is no {path} in the archive")
        self._set(path, _Pending(None, None))

    @property
    def changes(self) -> list[Change]:
        """The pending changes, by path; contents are loaded on access."""
        from totem_cli.storage.diff import Change

        return [
            Change(path, partial(self._read, path), pending.load) for path, pending in sorted(self._pending.items())
        ]

    def diff(self) -> str:
        """Return the pending changes as a unified diff."""
        from totem_cli.storage.diff import unified

        with reported("read"):
            return unified(self.changes)

    def commit(self) -> JournalEntry | None:
        """Apply the pending changes, durably. Returns the journal entry; None in a dry run or if nothing changes."""
        if not self._pending or self.dry_run:
            return None
        assert self._tree is not None, "a transaction is used in a with block"
        changes = [
            (Step(path, self._before[path], pending.digest), pending) for path, pending in sorted(self._pending.items())
        ]
        self._pending, self._before, self._replaced = {}, {}, []
        with reported("write"):
            self.entry = _commit(self._tree, self.label, changes, undoable=self._undoable, purge=self._purge)
        return self.entry

    def mark(self) -> int:
        """Return a savepoint for :meth:`rewind`."""
        return len(self._replaced)

    def rewind(self, mark: int) -> list[str]:
        """Discard the changes since a savepoint; return their paths, sorted."""
        paths = set()
        while len(self._replaced) > mark:
            path, pending = self._replaced.pop()
            paths.add(path)
            if pending is None:
                self._pending.pop(path, None)
            else:
                self._pending[path] = pending
        return sorted(paths)

    def _read(self, path: str) -> bytes | None:
        return self._tree.read(path) if self._tree else None

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
        """Return the digest that the file had when it was first read."""
        if path not in self._before:
            with reported("read"):
                self._before[path] = self._tree.digest(path) if self._tree else None
        return self._before[path]

    def _close(self) -> None:
        if self._tree is not None:
            if self.entry is None and not self.dry_run:
                self._tree.drop(JOURNAL)
                self._lock.remove_home()
            self._tree.close()
            self._tree = None
        self._lock.release()


@dataclass(frozen=True, slots=True)
class Replay:
    """An entry that was undone or redone, or in a dry run would be, with the diff."""

    entry: JournalEntry
    diff: str


def undo(root: str | Path, *, dry_run: bool = False, timeout: float = 30.0) -> Replay:
    """Undo the last change. Only a dry run, which locks and writes nothing, returns the diff.

    Raises :class:`NotFoundError` where there is no change, :class:`ChangedError`, with nothing changed, when one of its
    files was edited since, and what :class:`Transaction` raises.
    """
    return _replay(root, Journal.last_done, "undo", dry_run=dry_run, timeout=timeout)


def redo(root: str | Path, *, dry_run: bool = False, timeout: float = 30.0) -> Replay:
    """Redo the change that was undone last, if nothing was changed since; see :func:`undo`."""
    return _replay(root, Journal.first_undone, "redo", dry_run=dry_run, timeout=timeout)


def history(root: str | Path) -> list[JournalEntry]:
    """Return the changes that can be undone or redone, newest first; their ``state`` is ``done`` or ``undone``."""
    with reported("read"), Folder(root) as tree:
        return [entry for entry in reversed(Journal(tree).entries()) if entry.state != "kept"]


def journal_contents(root: str | Path) -> Iterator[tuple[JournalEntry | None, list[bytes]]]:
    """Yield every entry in the journal, also of unfinished changes, with its files' contents; None: a damaged entry."""
    with reported("read"), Folder(root) as tree:
        for _, entry, contents in Journal(tree).contents():
            yield entry, contents


def _commit(
    tree: Folder, label: str, changes: list[_Change], *, undoable: bool, purge: Purge | None = None
) -> JournalEntry:
    journal = Journal(tree)
    public = [each for each in changes if not each[0].path.startswith(f"{PRIVATE}/")]
    private = [each for each in changes if each[0].path.startswith(f"{PRIVATE}/")]
    doomed = None
    if purge is not None:
        doomed = tuple(name for name, entry, found in journal.contents() if entry is None or purge(entry, found))
    draft = journal.draft()
    try:
        staging = journal.staging() if private else None
        if staging:
            _fill(tree, f"{PRIVATE}/{staging}", _entry(tree, 0, "", private), private)
        entry = replace(_entry(tree, journal.next_number(), label, public), private=staging, purge=doomed)
        _fill(tree, f"{JOURNAL}/{draft}", entry, public)
    except BaseException as error:
        journal.discard(error)
        raise
    journal.commit(draft, entry, keep=undoable and bool(public))
    return entry


def _entry(tree: Folder, number: int, label: str, changes: list[_Change]) -> JournalEntry:
    steps = tuple(step for step, _ in changes)
    filled = parents(step.path for step in steps if step.after is not None)
    made = tuple((path, None) for path in filled if tree.mode(path) is None)
    emptied = tuple(
        (path, stat.S_IMODE(tree.mode(path) or 0o777))
        for path in parents(step.path for step in steps if step.after is None)
        if path not in filled and "/" in path and path.partition("/")[0] in _VANISHING
    )
    return JournalEntry(number, label, now(), steps, made, emptied)


def _fill(tree: Folder, path: str, entry: JournalEntry, changes: list[_Change]) -> None:
    """Write the slots of a new entry and its record, durably."""
    with tree.inner(path) as slots:
        for index, (step, pending) in enumerate(changes):
            if pending.content is not None:
                with ExitStack() as stack:
                    like = _first_file(stack, tree, step.path, pending.like)
                    slots.write(str(index), pending.content, like=like)
        slots.write(RECORD, entry.dump())
        if slots.read(RECORD) != entry.dump():
            raise SystemFailedError(f"{slots.full(RECORD)} does not hold what was written to it")
        slots.sync_files()


def _first_file(stack: ExitStack, tree: Folder, *paths: str | None) -> int | None:
    """Open the first of these files that exists."""
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


def _check(path: str) -> None:
    if parts_of(path)[0].casefold() == HOME:
        raise RefusedError(f"{path} is not part of the archive: {HOME} is totem's own")
