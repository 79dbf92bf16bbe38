"""The journal of an archive: its last changes, each stored whole so that it can be undone.

An entry is a folder in ``.totem/journal``. Its name is its state, which changes by a rename::

    draft-…  →  applying  →  00000012.done  ⇄  replaying  ⇄  00000012.undone
                         →  purging  →  nothing

``applying`` and ``replaying`` exist only while files are exchanged, under the lock. If they exist without the lock,
their command was killed: its changes are reverted. ``00000012.kept`` is an entry that could not be applied or reverted
completely, since somebody edited a file meanwhile; it keeps the other version.

``purging`` is a change that also removes entries and caches: its files are in place, and whichever command finds it
removes the rest, this folder last. Its record names entries, and persons only within paths.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from totem_cli.errors import ChangedError, NotFoundError, RefusedError, SystemFailedError
from totem_cli.storage import journal_entry as entries
from totem_cli.storage.files import Folder, reported
from totem_cli.storage.in_progress import APPLYING, JOURNAL, PURGING, REPLAYING, is_in_progress
from totem_cli.storage.journal_entry import RECORD, JournalEntry, Recovery, Step
from totem_cli.storage.layout import HOME
from totem_cli.storage.lock import Lock

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from pathlib import Path

PRIVATE = "private"
EXPORTS = f"{HOME}/exports"
_DRAFT, _STAGING, _KEPT = "draft-", ".staging-", ".kept-"
_MOST, _ROOM = 100, 64 * 1024 * 1024  # entries, and bytes, that are kept


def recover(root: str | Path, *, timeout: float = 30.0) -> Recovery | None:
    """Wait for a change in progress, or revert it if its command was killed, so that a reader never sees half of it.

    It waits for that change alone, not for the commands that wait for the lock. Only a recovery needs write permission;
    without it the change is left as it is. Raises :class:`LockedError` when a change takes more than ``timeout``
    seconds.
    """
    if not is_in_progress(root):
        return None
    with Lock(root, "reading", timeout=timeout, shared=True):
        if not is_in_progress(root):
            return None
    try:
        with reported("recover"), Lock(root, "recovery", timeout=timeout, urgent=True), Folder(root) as tree:
            return Journal(tree).recover()
    except SystemFailedError as error:
        cause = error.__cause__
        if not isinstance(cause, OSError) or cause.errno not in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise
    return None


class Journal:
    """The journal of an open archive. The caller holds the lock, except to read :meth:`entries`.

    Methods raise :class:`OSError` where a system call fails, besides the errors that they name.
    """

    def __init__(self, tree: Folder) -> None:
        self._tree = tree

    def entries(self) -> list[JournalEntry]:
        """Return every readable entry, oldest first."""
        found = []
        for number, state, name in self._numbered():
            content = self._tree.read(f"{JOURNAL}/{name}/{RECORD}")
            with suppress(ValueError):
                found.append(replace(entries.load(content or b"", state), number=number))
        return found

    def next_number(self) -> int:
        """Return the number for a new entry."""
        return max((number for number, _, _ in self._numbered()), default=0) + 1

    def last_done(self) -> JournalEntry:
        """Return the entry to undo. Raises :class:`NotFoundError` where there is none."""
        done = [entry for entry in self.entries() if entry.state == "done"]
        if not done:
            raise NotFoundError("there is nothing to undo")
        return done[-1]

    def first_undone(self) -> JournalEntry:
        """Return the entry to redo: undone, with no later change. Raises :class:`NotFoundError` where there is none."""
        found = self.entries()
        last = max((entry.number for entry in found if entry.state == "done"), default=0)
        undone = [entry for entry in found if entry.state == "undone" and entry.number > last]
        if not undone:
            raise NotFoundError("there is nothing to redo")
        return undone[0]

    def draft(self) -> str:
        """Create the folder of a new entry; return its name."""
        self._tree.make(HOME)
        if self._tree.make(JOURNAL):
            self._tree.sync(HOME)
            self._tree.sync()
        name = _draft_name()
        self._tree.make(f"{JOURNAL}/{name}")
        return name

    def staging(self) -> str:
        """Create the folder in ``private`` of the part of a new entry that is not journalled; return its name."""
        made, name = self._tree.make(PRIVATE, 0o700), _STAGING + os.urandom(6).hex()
        try:
            if made:
                self._tree.sync()
            self._tree.make(f"{PRIVATE}/{name}", 0o700)
            self._tree.sync(PRIVATE)
        except BaseException:
            self._tree.drop(f"{PRIVATE}/{name}")
            if made:
                self._tree.drop(PRIVATE)
            raise
        return name

    def commit(self, draft: str, entry: JournalEntry, *, keep: bool) -> None:
        """Apply a drafted entry, durably, as a whole or not at all. Then purge, if it is a purge.

        Without ``keep`` it cannot be undone. Raises :class:`ChangedError`; the new contents are kept then.
        """
        is_purge = entry.purge is not None
        end = PURGING if is_purge else self._name(entry) if keep else _draft_name()
        try:
            self._perform(entry, draft, APPLYING, end)
        except BaseException as error:
            with suppress(OSError):
                if isinstance(error, ChangedError) and any(step.after for step in entry.steps):
                    kept = self._set_aside(draft, entry.number)
                    error.hint = f"nothing was written; what would have been is in {kept}"
            self.discard(error)
            raise
        if is_purge:
            self._purge()
        with suppress(OSError):
            self.clean()
            self._prune()

    def replay(self, entry: JournalEntry, *, rehearse: bool = False) -> None:
        """Undo an entry that is done, or redo one that is undone.

        Raises :class:`ChangedError`, with nothing changed, when a file was edited since. With ``rehearse`` that is only
        checked, without a lock.
        """
        start, end = self._name(entry), self._name(replace(entry, state="undone" if entry.state == "done" else "done"))
        if entry.state == "done":
            entry = entry.reversed()
        try:
            if rehearse:
                with self._tree.inner(f"{JOURNAL}/{start}") as slots:
                    entries.check(self._tree, slots, entry)
            else:
                self._perform(entry, start, REPLAYING, end)
        except ChangedError as error:
            error.hint = "nothing was changed: what the file holds now would be lost"
            raise

    def recover(self) -> Recovery | None:
        """Revert the entry of a killed command, or finish its purge or undo. Returns None where there is none."""
        if self._tree.mode(f"{JOURNAL}/{PURGING}") is not None:
            self._purge()
            return Recovery("a purge", ())
        for marker in (APPLYING, REPLAYING):
            if self._tree.mode(f"{JOURNAL}/{marker}") is None:
                continue
            content = self._tree.read(f"{JOURNAL}/{marker}/{RECORD}")
            try:
                entry = entries.load(content or b"", marker)
            except ValueError:
                kept = self._set_aside(marker, self.next_number())
                return Recovery("a command whose journal entry is damaged", (("", kept),))
            back_to = _draft_name() if marker == APPLYING else f"{entry.number:08d}.undone"
            return Recovery(entry.label, self._revert(entry, marker, back_to))
        return None

    def clean(self) -> None:
        """Remove what killed commands left before or after their change. No change may be in progress.

        All that can be removed is, what is private first; then the first failure is raised.
        """
        failures = []
        stagings = [f"{PRIVATE}/{name}" for name in self._tree.names(PRIVATE) if name.startswith(_STAGING)]
        drafts = [f"{JOURNAL}/{name}" for name in self._tree.names(JOURNAL) if name.startswith(_DRAFT)]
        for path in (*stagings, *drafts):
            try:
                self._tree.erase(path)
            except OSError as error:
                failures.append(error)
        if stagings:
            self._tree.drop(PRIVATE)
        if failures:
            raise failures[0]

    def discard(self, error: BaseException) -> None:
        """Remove what a command prepared that failed by ``error``, which gets a note where that fails too."""
        try:
            if self._tree.mode(f"{JOURNAL}/{APPLYING}") is None:
                self.clean()
        except OSError as failure:
            error.add_note(f"the next command that writes removes what is left in {failure.filename}")

    def contents(self) -> Iterator[tuple[str, JournalEntry | None, list[bytes]]]:
        """Yield every folder of the journal, in any state: its name, entry (None: damaged) and the files' contents."""
        for name in self._tree.names(JOURNAL):
            folder = f"{JOURNAL}/{name}"
            if not stat.S_ISDIR(self._tree.mode(folder) or 0):
                continue
            found = {each: self._tree.read(f"{folder}/{each}") or b"" for each in self._tree.names(folder)}
            entry = None
            with suppress(ValueError):
                entry = entries.load(found.get(RECORD, b""), name.partition(".")[2])
            yield name, entry, [*found.values()]

    def slot(self, entry: JournalEntry, index: int) -> str:
        """Return the path, in the archive, of the slot of one of an entry's steps."""
        return f"{JOURNAL}/{self._name(entry)}/{index}"

    def _purge(self) -> None:
        """Finish a purge whose files are changed; it can be repeated until all is removed.

        Raises :class:`SystemFailedError`, which names what is left to remove.
        """
        left: list[str] = []
        try:
            left = self._to_purge()
            while left:
                if len(left) == 1:  # the marker must outlast, on disk too, what it stands for
                    for folder in (HOME, EXPORTS, JOURNAL, PRIVATE):
                        self._tree.sync(folder)
                self._tree.erase(left[0])
                del left[0]
        except OSError as error:
            failed = SystemFailedError.from_os(error, "purge")
            rest = ", ".join(left) or f"what {HOME} keeps"
            failed.hint = f"the files are changed; left to remove, which the next command does: {rest}"
            raise failed from error

    def _to_purge(self) -> list[str]:
        """Return what a purge removes, in order: entries, rests of killed commands, caches, the marker itself."""
        mark = f"{JOURNAL}/{PURGING}"
        numbered = [name for _, _, name in self._numbered()]
        exports = self._tree.mode(EXPORTS)  # a symbolic link is removed, not its target
        inside = exports is None or stat.S_ISDIR(exports)
        record = self._tree.read(f"{mark}/{RECORD}")  # erased last: where it is missing, only the folder is left
        try:
            doomed: Container[str] = entries.load(record, PURGING).purge or () if record is not None else ()
        except ValueError:
            doomed = numbered  # the record is damaged, so all entries are removed
        drafts = [name for name in self._tree.names(JOURNAL) if name.startswith(_DRAFT)]
        return [
            *(f"{JOURNAL}/{name}" for name in numbered if name in doomed),
            *(f"{JOURNAL}/{name}" for name in drafts),
            *(f"{PRIVATE}/{name}" for name in self._tree.names(PRIVATE) if name.startswith(_STAGING)),
            *(f"{HOME}/{name}" for name in self._tree.names(HOME) if name.startswith("index")),
            *((f"{EXPORTS}/{name}" for name in self._tree.names(EXPORTS)) if inside else (EXPORTS,)),
            mark,
        ]

    def _perform(self, entry: JournalEntry, start: str, marker: str, end: str) -> None:
        """Check and apply an entry. Its folder is renamed from ``start`` to ``marker`` to ``end``; on failure, back."""
        with ExitStack() as stack:
            parts = [(stack.enter_context(self._tree.inner(f"{JOURNAL}/{start}")), entry)]
            if marker == APPLYING:
                parts += self._private(stack, entry)
            for slots, part in parts:
                entries.check(self._tree, slots, part)
            try:
                self._rename(start, marker)
                for slots, part in parts:
                    entries.apply(self._tree, slots, part)
                self._rename(marker, end)
            except BaseException as error:
                try:
                    self._put_back(entry, start, marker, end)
                except OSError:
                    error.add_note(self._state([step for _, part in parts for step in part.steps], end))
                raise

    def _state(self, steps: list[Step], end: str) -> str:
        """Say in words which files hold the new content after a change that could not be put back."""
        changed = []
        for step in steps:
            try:
                if self._tree.digest(step.path) == step.after:
                    changed.append(step.path)
            except (OSError, RefusedError):
                changed.append(f"{step.path} (cannot be read)")
        which = f"changed already: {', '.join(changed)}" if changed else "no file is changed"
        is_undo = end.endswith(".undone")  # which recover finishes
        return f"{which}; the next command {'finishes the undo' if is_undo else 'puts back what was there'}"

    def _put_back(self, entry: JournalEntry, start: str, marker: str, end: str) -> None:
        """Restore the archive and the entry's folder after a failure."""
        if self._tree.mode(f"{JOURNAL}/{end}") is not None:
            self._rename(end, marker)
        if self._tree.mode(f"{JOURNAL}/{marker}") is not None:
            self._revert(entry, marker, start)

    def _revert(self, entry: JournalEntry, marker: str, back_to: str) -> tuple[tuple[str, str], ...]:
        """Revert an entry, rename its folder to ``back_to``; return the files edited since, as in ``Recovery.kept``."""
        edited: list[tuple[str, str]] = []
        with ExitStack() as stack:
            for slots, part in self._private(stack, entry) if marker == APPLYING else ():
                if entries.revert(self._tree, slots, part):
                    kept = _KEPT + os.urandom(6).hex()
                    with self._tree.inner(PRIVATE) as private:
                        private.rename(os.path.basename(slots.path), kept)
                    edited.append((PRIVATE, self._tree.full(f"{PRIVATE}/{kept}")))
            with self._tree.inner(f"{JOURNAL}/{marker}") as slots:
                public = entries.revert(self._tree, slots, entry)
        if public:
            kept = self._set_aside(marker, entry.number)
            edited += [(path, f"{kept}/{slot}") for path, slot in public]
        else:
            self._rename(marker, back_to)
        return tuple(edited)

    def _private(self, stack: ExitStack, entry: JournalEntry) -> Iterator[tuple[Folder, JournalEntry]]:
        """Yield the part of an entry that is staged in ``private``, if it still exists."""
        if entry.private is None:
            return
        path = f"{PRIVATE}/{entry.private}"
        with suppress(FileNotFoundError, ValueError):
            slots = stack.enter_context(self._tree.inner(path))
            yield slots, entries.load(self._tree.read(f"{path}/{RECORD}") or b"", entry.state)

    def _name(self, entry: JournalEntry) -> str:
        return f"{entry.number:08d}.{entry.state}"

    def _numbered(self) -> list[tuple[int, str, str]]:
        """Return number, state and name of every numbered entry, oldest first."""
        found = []
        for name in self._tree.names(JOURNAL):
            number, _, state = name.partition(".")
            if number.isdecimal() and state in {"done", "undone", "kept"}:
                found.append((int(number), state, name))
        return sorted(found)

    def _rename(self, old: str, new: str) -> None:
        """Change an entry's state, durably."""
        with self._tree.inner(JOURNAL) as journal:
            journal.rename(old, new)
            journal.sync()

    def _set_aside(self, name: str, number: int) -> str:
        taken = any(number == each for each, _, _ in self._numbered())
        kept = f"{self.next_number() if taken else number:08d}.kept"
        self._rename(name, kept)
        return self._tree.full(f"{JOURNAL}/{kept}")

    def _discard(self, name: str) -> None:
        """Remove an entry: first its state, in one step, then its files."""
        draft = _draft_name()
        with self._tree.inner(JOURNAL) as journal:
            journal.rename(name, draft)
            journal.erase(draft)

    def _prune(self) -> None:
        """Remove entries that can no longer be redone, and the oldest past the limits; the newest always stays."""
        numbered = self._numbered()
        last = max((number for number, state, _ in numbered if state == "done"), default=0)
        count = size = 0
        for number, state, name in reversed(numbered):
            if state == "undone" and number < last:
                self._discard(name)
                continue
            count += 1
            with self._tree.inner(f"{JOURNAL}/{name}") as folder, os.scandir(folder.fd) as found:
                size += sum(each.stat(follow_symlinks=False).st_size for each in found)
            if count > 1 and (count > _MOST or size > _ROOM):
                self._discard(name)


def _draft_name() -> str:
    return _DRAFT + os.urandom(6).hex()
