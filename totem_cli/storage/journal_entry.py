"""One entry of the journal: the exchanges between its slots and the archive's files."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from totem_cli.errors import ChangedError, RefusedError, SystemFailedError, TotemError
from totem_cli.storage.exchange import exchange, repair
from totem_cli.storage.files import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from totem_cli.storage.files import Folder

RECORD = "entry.json"
_FORMAT = 1


class Step(NamedTuple):
    """A file that changes: its path, and the digests of its content before and after (None: no file)."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A change of one or more files, made as a whole.

    Before it is applied, slot ``n`` of its folder holds the new content of step ``n``; afterwards, the replaced one.
    ``made`` are the folders that it creates, ``emptied`` those that it removes if they are empty, each with its mode
    where known. ``private`` names the folder with the part of it that is never journalled. ``purge`` lists the entries
    that it removes from the journal, along with itself and all caches; None: it is not a purge.
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
        """Return the entry that reverts this one."""
        steps = tuple(Step(step.path, step.after, step.before) for step in self.steps)
        return replace(self, steps=steps, made=self.emptied, emptied=self.made)

    def dump(self) -> bytes:
        """Return the record as it is stored (JSON). The state is not in it: the name of the entry's folder tells it."""
        import json

        record = {"format": _FORMAT, **asdict(self)}
        del record["state"]
        return json.dumps(record, indent=1).encode()


@dataclass(frozen=True, slots=True)
class Recovery:
    """How a killed command was recovered from.

    ``kept`` are the files that were edited since and therefore not reverted, each with the file that holds the other
    version.
    """

    label: str
    kept: tuple[tuple[str, str], ...]

    @property
    def not_taken_back(self) -> list[str]:
        """A line for each of these files, for people."""
        return [
            f"{path} was edited after '{self.label}' was killed: it stays so, and what was there before is in {place}"
            if path
            else f"a change of a killed command cannot be taken back, its record is damaged: what is left is in {place}"
            for path, place in self.kept
        ]


def load(content: bytes, state: str) -> JournalEntry:
    """Decode a stored record. Raises :class:`ValueError` where it is damaged or of another format."""
    import json

    try:
        record = json.loads(content)
        purge = record.get("purge")
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
        folders = entry.made + entry.emptied
        for path in (*entry.paths, *(path for path, _ in folders)):
            parts_of(path)
        modes_are_valid = all(mode is None or isinstance(mode, int) for _, mode in folders)
        if record["format"] != _FORMAT or not modes_are_valid or "/" in (entry.private or ""):
            raise ValueError("the record is of another format")
    except (KeyError, TypeError, AttributeError, RefusedError) as error:
        raise ValueError(str(error)) from error
    return entry


def now() -> str:
    """Return the current time in UTC (ISO 8601), for people who read the journal; nothing is ordered by it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def check(tree: Folder, slots: Folder, entry: JournalEntry) -> None:
    """Check that every file is as the entry expects it and that every slot holds what was written to it.

    Raises :class:`ChangedError` for a file, :class:`SystemFailedError` for a slot.
    """
    for index, step in enumerate(entry.steps):
        if tree.digest(step.path) != step.before:
            raise _changed(tree, step.path)
        if slots.digest(str(index)) != step.after:
            raise SystemFailedError(
                f"{slots.full(str(index))} does not hold what was written to it", hint="check the disk, then try again"
            )


def apply(tree: Folder, slots: Folder, entry: JournalEntry) -> None:
    """Put the new content of every step in place, durably.

    Raises :class:`ChangedError` when another program saved one of the files meanwhile. After any error, :func:`revert`
    undoes the steps that were done.
    """
    for path, mode in entry.made:
        tree.make(path, mode)
    for index, step in enumerate(entry.steps):
        if not exchange(slots, str(index), tree, step.path, out=step.before, into=step.after):
            raise _changed(tree, step.path)
    for path, _ in reversed(entry.emptied):
        tree.drop(path)
    _sync(tree, slots, entry)


def revert(tree: Folder, slots: Folder, entry: JournalEntry) -> list[tuple[str, str]]:
    """Revert the steps of an entry that are in place, durably.

    A file that is neither as before nor as after the entry was edited since: it is left alone. Returns such files, each
    with the slot that holds the other version. Where a call of the system fails, the other steps are reverted all the
    same; then the first failure is raised.
    """
    edited: list[tuple[str, str]] = []
    failures: list[OSError] = []
    for path, mode in entry.emptied:
        with _kept_for_later(failures), suppress(FileNotFoundError, RefusedError):
            tree.make(path, mode)
    for index, step in enumerate(entry.steps):
        slot = str(index)
        try:
            repair(slots, slot, tree, step.path)
            current = tree.digest(step.path)
            if current == step.before:
                continue
            is_applied = current == step.after and slots.digest(slot) == step.before
            if is_applied and exchange(slots, slot, tree, step.path, out=step.after, into=step.before):
                continue
        except (RefusedError, FileNotFoundError):
            pass  # somebody replaced the file by a link or a folder, or removed its folder
        except OSError as error:
            failures.append(error)
            continue
        edited.append((step.path, slot))
    for path, _ in reversed(entry.made):
        tree.drop(path)
    with _kept_for_later(failures), suppress(RefusedError):
        _sync(tree, slots, entry)
    if failures:
        raise failures[0]
    return edited


def _changed(tree: Folder, path: str) -> TotemError:
    return ChangedError(f"{tree.full(path)} was changed by another program meanwhile")


@contextmanager
def _kept_for_later(failures: list[OSError]) -> Iterator[None]:
    """Let what follows be tried before a failed call of the system is raised."""
    try:
        yield
    except OSError as error:
        failures.append(error)


def _sync(tree: Folder, slots: Folder, entry: JournalEntry) -> None:
    slots.sync()
    folders = [path for path, _ in entry.made + entry.emptied]
    for folder in sorted({_parent(path) for path in (*entry.paths, *folders)}):
        tree.sync(folder)


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def parents(paths: Iterable[str]) -> list[str]:
    """Return every folder above the paths, parents first."""
    found = set()
    for path in paths:
        while path := _parent(path):
            found.add(path)
    return sorted(found)
