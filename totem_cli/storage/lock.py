"""The lock of an archive: advisory and exclusive. Commands wait for it; it ends with its process."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Self

from totem_cli.errors import LockedError, SystemFailedError
from totem_cli.storage.files import Folder
from totem_cli.storage.layout import HOME, IGNORE

if TYPE_CHECKING:
    from pathlib import Path

_NOTE = 2048  # bytes in the lock file that describe the holder
_PATIENCE = 2.0  # seconds to wait in the queue; after that, a stopped process ahead is overtaken
_LOCK, _GITIGNORE = f"{HOME}/lock", f"{HOME}/.gitignore"


class Lock:
    """``with Lock(root, "add guest"):`` holds the archive's lock, flock(2) on ``.totem/lock``.

    ``.totem`` is created if missing. With ``shared`` nothing is created or written: the call only waits until nobody
    holds the lock. Raises :class:`LockedError`, which names the holder, after ``timeout`` seconds, and
    :class:`SystemFailedError` when the archive is not writable.
    """

    def __init__(self, root: str | Path, label: str, *, timeout: float = 30.0, shared: bool = False) -> None:
        self.root = os.fspath(root)
        self._label = label
        self._timeout = timeout
        self._shared = shared
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
        with ExitStack() as stack:
            first = False
            while True:
                waited = time.monotonic() - started
                first = first or _first_in_queue(tree, stack)
                if (first or waited > _PATIENCE) and self._try(tree):
                    return
                if waited >= self._timeout:
                    raise LockedError(
                        f"the archive {self.root} is locked{_holder(tree)}",
                        hint="wait for that command, or end its process: the lock goes with it",
                    )
                time.sleep((0.001 if first else 0.005) + os.urandom(1)[0] * (0.002 if first else 0.02) / 255)

    def _try(self, tree: Folder) -> bool:
        import fcntl

        try:
            if not self._shared:
                self._created_home |= tree.make(HOME)
            with tree.parent(_LOCK) as (folder, name):
                flags = os.O_RDONLY if self._shared else os.O_RDWR | os.O_CREAT
                self._fd = os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666, dir_fd=folder)
                fcntl.flock(self._fd, (fcntl.LOCK_SH if self._shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
                # If .totem was deleted meanwhile, another process may have locked a new file.
                if not os.path.samestat(os.fstat(self._fd), os.stat(name, dir_fd=folder, follow_symlinks=False)):
                    self.release()
                    return False
        except BlockingIOError:
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


def _first_in_queue(tree: Folder, stack: ExitStack) -> bool:
    """Return whether this process is next; it stays first until ``stack`` is closed.

    Without a queue, a program that takes the lock again right after releasing it would starve all others.
    """
    import fcntl

    try:
        home = tree.inner(HOME)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(home.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        home.close()
        return False
    except OSError:
        home.close()
        return True  # this file system cannot lock folders, so it has no queue
    stack.enter_context(home)
    return True


def _holder(tree: Folder) -> str:
    import json

    try:
        found = json.loads(tree.read(_LOCK) or b"")
        seconds = max(0, round(time.time() - found["since"]))
        return f": held by process {found['process']} on {found['host']} (totem {found['label']}) for {seconds} s"
    except (ValueError, TypeError, KeyError, OSError):
        return " by another command"
