"""The lock of an archive: advisory, exclusive, waited for, released when its holder ends."""

from __future__ import annotations

import errno
import os
import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Self

from totem_cli.errors import LockedError, SystemFailedError
from totem_cli.storage.files import Folder
from totem_cli.storage.layout import HOME, IGNORE

if TYPE_CHECKING:
    from pathlib import Path

_NOTE = 2048  # bytes
_PATIENCE = 2.0  # seconds in the queue, after which a stopped process ahead is passed
_LOCK, _GITIGNORE = f"{HOME}/lock", f"{HOME}/.gitignore"


class Lock:
    """``with Lock(root, "add guest"):`` holds the archive's lock, flock(2) on ``.totem/lock``.

    ``.totem`` is made on demand. Raises :class:`LockedError`, which says who holds it, after ``timeout`` seconds, and
    :class:`SystemFailedError` when the archive cannot be written to. With ``shared`` nothing is made or written: it
    only waits until nobody holds the lock.
    """

    def __init__(self, root: str | Path, label: str, *, timeout: float = 30.0, shared: bool = False) -> None:
        self.root = os.fspath(root)
        self._label = label
        self._timeout = timeout
        self._shared = shared
        self._fd = -1
        self._made = False

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
        """Release the lock; a second time does nothing."""
        import fcntl

        fd, self._fd = self._fd, -1
        if fd >= 0:
            with suppress(OSError):
                fcntl.flock(fd, fcntl.LOCK_UN)  # children that inherited the descriptor must not keep the lock
            os.close(fd)

    def unmake(self) -> None:
        """Remove ``.totem`` again if this lock made it and nothing else came into it."""
        with suppress(OSError), Folder(self.root) as tree:
            if self._made and self._fd >= 0 and set(tree.names(HOME)) == {"lock", ".gitignore"}:
                with tree.inner(HOME) as home:
                    os.unlink(".gitignore", dir_fd=home.fd)
                    os.unlink("lock", dir_fd=home.fd)
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
            self._made |= not self._shared and tree.make(HOME)
            with tree.parent(_LOCK) as (folder, name):
                flags = os.O_RDONLY if self._shared else os.O_RDWR | os.O_CREAT
                self._fd = os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666, dir_fd=folder)
                try:
                    fcntl.flock(self._fd, (fcntl.LOCK_SH if self._shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
                except BlockingIOError:
                    self.release()
                    return False
                # Whoever deleted .totem while this one waited may have let a third one lock a new file.
                if not os.path.samestat(os.fstat(self._fd), os.stat(name, dir_fd=folder, follow_symlinks=False)):
                    self.release()
                    return False
        except OSError as error:
            self.release()
            if self._shared and error.errno == errno.ENOENT:
                return True  # without a lock file nobody holds it
            if error.errno == errno.ENOENT:
                return False  # .totem was deleted this very moment
            raise
        if not self._shared:
            self._ignore(tree)
            self._sign()
        return True

    def _ignore(self, tree: Folder) -> None:
        if not tree.read(_GITIGNORE):
            with tree.parent(_GITIGNORE) as (folder, name):
                flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
                ignore = os.open(name, flags, 0o666, dir_fd=folder)
                try:
                    os.write(ignore, IGNORE)
                finally:
                    os.close(ignore)

    def _sign(self) -> None:
        import json

        label = self._label[:200]
        holder = {"process": os.getpid(), "host": os.uname().nodename, "label": label, "since": time.time()}
        try:  # only for the message of those who wait
            os.pwrite(self._fd, json.dumps(holder).encode().ljust(_NOTE), 0)  # one size: no truncation, which is slow
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._fd, 0)  # the label of the command before is wrong, and may name somebody forgotten


def _first_in_queue(tree: Folder, stack: ExitStack) -> bool:
    """Whether this is the one whose turn is next; it stays so until the stack is closed.

    Without a queue, a program that takes the lock again as soon as it has let go would leave it to nobody else.
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
        return True  # a file system that locks no folders has no queue
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
