"""The lock of an archive: advisory and exclusive. Commands wait for it in turn; it ends with its process."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from totem_cli.errors import LockedError, RefusedError, SystemFailedError
from totem_cli.storage.files import Folder
from totem_cli.storage.layout import HOME, IGNORE

if TYPE_CHECKING:
    from pathlib import Path

_NOTE = 2048  # bytes in the lock file that describe the holder
_PATIENCE = 2.0  # seconds in which a lock that nobody holds is left to those ahead, who may be stopped processes
_LOCK, _GITIGNORE, _QUEUE = f"{HOME}/lock", f"{HOME}/.gitignore", f"{HOME}/queue"


class Lock:
    """``with Lock(root, "add guest"):`` holds the archive's lock, flock(2) on ``.totem/lock``.

    Those who wait are served in the order in which they came; with ``urgent`` the lock is taken ahead of them, for work
    that lasts a moment. ``.totem`` is created if missing. With ``shared`` nothing is created or written: the block runs
    while nobody holds the lock, ahead of those who wait.

    Raises :class:`LockedError`, which names the holder, after ``timeout`` seconds, and :class:`SystemFailedError` when
    the archive is not writable.
    """

    def __init__(
        self, root: str | Path, label: str, *, timeout: float = 30.0, shared: bool = False, urgent: bool = False
    ) -> None:
        self.root = os.fspath(root)
        self._label = label
        self._timeout = timeout
        self._shared = shared
        self._urgent = urgent or shared
        self._fd = -1
        self._created_home = False

    def __enter__(self) -> Self:
        try:
            with Folder(self.root) as tree:
                self._acquire(tree)
        except OSError as error:
            self.release()
            raise SystemFailedError.from_os(error, "lock") from error
        except BaseException:
            self.release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def release(self) -> None:
        """Release the lock; a second call does nothing."""
        import fcntl

        fd, self._fd = self._fd, -1
        if fd >= 0:
            with suppress(OSError):
                fcntl.flock(fd, fcntl.LOCK_UN)  # child processes that inherited the descriptor must not keep the lock
            os.close(fd)

    def remove_home(self) -> None:
        """Remove ``.totem`` if this lock created it and nothing else was put into it since."""
        with suppress(OSError), Folder(self.root) as tree:
            if self._created_home and self._fd >= 0 and set(tree.names(HOME)) == {"lock", ".gitignore"}:
                tree.erase(_GITIGNORE)
                tree.erase(_LOCK)
                tree.drop(HOME)

    def _acquire(self, tree: Folder) -> None:
        started = time.monotonic()
        free_since: float | None = None
        with Queue(tree, is_used=not self._urgent) as queue:
            while True:
                now = time.monotonic()
                place = queue.place()
                if place:
                    free_since = (free_since or now) if _is_free(tree) else None
                if (not place or (free_since and now - free_since >= _PATIENCE)) and self._try(tree):
                    return
                if now - started >= self._timeout:
                    ahead = f", behind {place} more" if place else ""
                    raise LockedError(
                        f"the archive {self.root} is locked{_holder(tree)}; waited {now - started:.0f} s{ahead}",
                        hint="wait for that command, or end its process: the lock goes with it",
                    )
                queue.join()
                # Whoever is next looks often, so that the lock does not stay free for long.
                time.sleep(0.0002 if self._urgent else min(0.001 * (1 + place), 0.02) * (1 + os.urandom(1)[0] / 255))

    def _try(self, tree: Folder) -> bool:
        try:
            if not self._shared:
                self._created_home |= tree.make(HOME)
            with tree.parent(_LOCK) as (folder, name):
                flags = os.O_RDONLY if self._shared else os.O_RDWR | os.O_CREAT
                self._fd = os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666, dir_fd=folder)
                # If .totem was deleted meanwhile, another process may have locked a new file.
                if not (_lock(self._fd, shared=self._shared) and _has_name(self._fd, name, folder)):
                    self.release()
                    return False
        except FileNotFoundError:  # nobody holds a lock without a file; or .totem was deleted this very moment
            self.release()
            return self._shared
        if not self._shared:
            if not tree.read(_GITIGNORE):  # missing, or left empty by a failed write
                tree.erase(_GITIGNORE)
                tree.write(_GITIGNORE, IGNORE)
            self._describe()
        return True

    def _describe(self) -> None:
        """Write who holds the lock, for the error message of those who wait."""
        import json

        label = self._label[:200]
        holder = {"process": os.getpid(), "host": os.uname().nodename, "label": label, "since": time.time()}
        try:
            os.pwrite(self._fd, json.dumps(holder).encode().ljust(_NOTE), 0)  # a fixed size: truncation is slow
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._fd, 0)  # the previous label is wrong, and may name a person who was forgotten


class Queue:
    """The queue for the lock: a locked file in ``.totem/queue`` for each process that waits, by number.

    A process waits for the one before it. The ticket of a dead process is not locked, so the next one removes it. Where
    the folder cannot be written, there is no queue, and everybody is first.
    """

    def __init__(self, tree: Folder, *, is_used: bool = True) -> None:
        self._tree = tree
        self._is_used = is_used
        self._ticket = -1
        self._name = ""
        self._before = -1
        self._place = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._name:
            with suppress(OSError, RefusedError):
                self._tree.erase(f"{_QUEUE}/{self._name}")
            self._tree.drop(_QUEUE)
        self._before, self._ticket = self._forget(self._before), self._forget(self._ticket)

    def place(self) -> int:
        """Return how many wait ahead of this process; it need not have joined."""
        if not self._is_used:
            return 0
        if self._before >= 0 and not _lock(self._before, shared=True):
            return self._place
        self._before = self._forget(self._before)
        with suppress(OSError, RefusedError):
            while ahead := self._ahead():
                self._place = len(ahead)
                path = f"{_QUEUE}/{ahead[-1]}"
                with suppress(FileNotFoundError), self._tree.parent(path) as (folder, name):
                    self._before = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
                if self._before >= 0 and not _lock(self._before, shared=True):
                    return self._place
                self._tree.erase(path)  # of a process that has died
                self._before = self._forget(self._before)
        return 0

    def join(self) -> None:
        """Take a place at the end of the queue, unless this process has one."""
        if self._name or not self._is_used:
            return
        with suppress(OSError, RefusedError):
            while not self._name:
                self._tree.make(_QUEUE)
                name = f"{max(map(int, self._names()), default=0) + 1:09d}"
                with suppress(FileExistsError, FileNotFoundError), self._tree.parent(f"{_QUEUE}/{name}") as (folder, _):
                    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
                    self._ticket = os.open(name, flags, 0o666, dir_fd=folder)
                    # Before it was locked, another process may have taken it for that of a dead one.
                    if _lock(self._ticket) and _has_name(self._ticket, name, folder):
                        self._name = name
                    else:
                        self._ticket = self._forget(self._ticket)
            self._before = self._forget(self._before)

    def _ahead(self) -> list[str]:
        return [name for name in self._names() if not self._name or name < self._name]

    def _names(self) -> list[str]:
        return [name for name in self._tree.names(_QUEUE) if name.isascii() and name.isdecimal()]

    @staticmethod
    def _forget(descriptor: int) -> int:
        if descriptor >= 0:
            os.close(descriptor)
        return -1


def _lock(descriptor: int, *, shared: bool = False) -> bool:
    """Lock an open file; False where another process has locked it."""
    import fcntl

    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _has_name(descriptor: int, name: str, folder: int) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(name, dir_fd=folder, follow_symlinks=False))
    except FileNotFoundError:
        return False


def _is_free(tree: Folder) -> bool:
    """Return whether nobody holds the lock at this moment."""
    try:
        with tree.open(_LOCK) as descriptor:
            return _lock(descriptor, shared=True)
    except FileNotFoundError:
        return True


def _holder(tree: Folder) -> str:
    import json

    try:
        found = json.loads(tree.read(_LOCK) or b"")
        seconds = max(0, round(time.time() - found["since"]))
        return f": held by process {found['process']} on {found['host']} (totem {found['label']}) for {seconds} s"
    except (ValueError, TypeError, KeyError, OSError):
        return " by another command"
