"""One entry of the journal: the exchanges between its slots and the archive's files."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from totem_cli.errors import ChangedError, RefusedError, SystemFailedError, TotemError
from totem_cli.storage.exchange import exchange, mend
from totem_cli.storage.files import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from totem_cli.storage.files import Folder

RECORD = "entry.json"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Step:
    """A file that changes: its path, and the digests of its content before and after (None: no such file)."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A change of one or more files, made as a whole.

    While it is not applied, slot ``n`` of its folder holds what step ``n`` puts in place; once it is, what was
    replaced. ``made`` are folders that it makes, ``emptied`` those that it removes if nothing is left in them, each
    with its mode where known. ``private`` names the folder with the part of it that is never journalled. ``purge`` are
    the names of the entries that it removes from the journal, itself and all caches with them; None: it is no purge.
    """

    number: int
    label: str
    time: str
    steps: tuple[Step, ...]
    made: tuple[tuple[str, int | None], ...] = ()
    emptied: tuple[tuple[str, int | None], ...] = ()
    private: str | None = None
    state: str = "done"
    purge: tuple[str, ...] | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that it changes."""
        return tuple(step.path for step in self.steps)

    def reversed(self) -> JournalEntry:
        """Return the entry that takes this one back."""
        steps = tuple(Step(step.path, step.after, step.before) for step in self.steps)
        return replace(self, steps=steps, made=self.emptied, emptied=self.made)

    def dump(self) -> bytes:
        """Return the record as it is stored (JSON)."""
        import json

        record = {
            "format": _FORMAT,
            "number": self.number,
            "label": self.label,
            "time": self.time,
            "steps": [[step.path, step.before, step.after] for step in self.steps],
            "made": self.made,
            "emptied": self.emptied,
            "private": self.private,
            "purge": self.purge,
        }
        return json.dumps(record, indent=1).encode()


def load(content: bytes, state: str) -> JournalEntry:
    """Read a stored record; :class:`ValueError` when it is damaged or of another format."""
    import json

    try:
        record = json.loads(content)
        purge = record.get("purge")
        if record["format"] != _FORMAT:
            raise ValueError("another format")
        entry = JournalEntry(
            number=int(record["number"]),
            label=str(record["label"]),
            time=str(record["time"]),
            steps=tuple(Step(*step) for step in record["steps"]),
            made=tuple((path, mode) for path, mode in record["made"]),
            emptied=tuple((path, mode) for path, mode in record["emptied"]),
            private=record["private"],
            purge=None if purge is None else tuple(map(str, purge)),
            state=state,
        )
        if not all(mode is None or isinstance(mode, int) for _, mode in entry.made + entry.emptied):
            raise ValueError("a mode is a number")
        if entry.private is not None and "/" in entry.private:
            raise ValueError("the private part is elsewhere")
        for path in (*entry.paths, *(path for path, _ in entry.made + entry.emptied)):
            parts_of(path)
    except (KeyError, TypeError, AttributeError, RefusedError) as error:
        raise ValueError(str(error)) from error
    return entry


def now() -> str:
    """Tell this moment in UTC (ISO 8601), for people who read the journal; nothing is ordered by it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def check(tree: Folder, slots: Folder, entry: JournalEntry) -> None:
    """See that every file is as the entry expects it and every slot holds what was written there.

    Raises :class:`ChangedError` for the first, :class:`SystemFailedError` for the second.
    """
    for index, step in enumerate(entry.steps):
        if tree.digest(step.path) != step.before:
            raise changed(tree, step.path)
        if slots.digest(str(index)) != step.after:
            raise SystemFailedError(
                f"{slots.full(str(index))} does not hold what was written to it", hint="check the disk, then try again"
            )


def apply(tree: Folder, slots: Folder, entry: JournalEntry) -> None:
    """Put every step in place, durably; :class:`ChangedError` when another program saved one of the files meanwhile.

    It stops where it fails: :func:`revert` takes back what was done.
    """
    for path, mode in entry.made:
        tree.make(path, mode)
    for index, step in enumerate(entry.steps):
        if not exchange(slots, str(index), tree, step.path, out=step.before, into=step.after):
            raise changed(tree, step.path)
    for path, _ in reversed(entry.emptied):
        tree.drop(path)
    _sync(tree, slots, entry)


def revert(tree: Folder, slots: Folder, entry: JournalEntry) -> list[tuple[str, str]]:
    """Take back whatever part of an entry is in place, durably.

    A file that is neither as before nor as after was edited since: it stays, and is named in the answer along with the
    file that holds the other version.
    """
    kept = []
    for path, mode in entry.emptied:
        with suppress(FileNotFoundError, RefusedError):
            tree.make(path, mode)
    for index, step in enumerate(entry.steps):
        slot = str(index)
        try:
            mend(slots, slot, tree, step.path)
            current = tree.digest(step.path)
            if current == step.before:
                continue
            whole = current == step.after and slots.digest(slot) == step.before
            if whole and exchange(slots, slot, tree, step.path, out=step.after, into=step.before):
                continue
        except (RefusedError, FileNotFoundError):
            pass  # a link or a folder is there now, or its folder is gone: somebody's own doing
        kept.append((step.path, slot))
    for path, _ in reversed(entry.made):
        tree.drop(path)
    with suppress(RefusedError):
        _sync(tree, slots, entry)
    return kept


def changed(tree: Folder, path: str) -> TotemError:
    """Return the error for a file that is not as it was read."""
    return ChangedError(f"{tree.full(path)} was changed by another program meanwhile")


def _sync(tree: Folder, slots: Folder, entry: JournalEntry) -> None:
    slots.sync()
    folders = [path for path, _ in entry.made + entry.emptied]
    for folder in sorted({_parent(path) for path in (*entry.paths, *folders)}):
        tree.sync(folder)


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def parents(paths: Iterable[str]) -> list[str]:
    """Return every folder above the paths, the outer before the inner."""
    found = set()
    for path in paths:
        while path := _parent(path):
            found.add(path)
    return sorted(found)
