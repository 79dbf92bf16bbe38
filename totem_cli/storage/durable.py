"""Durability: files and folders that a power cut does not take away (POSIX ``fsync``, Linux ``syncfs``)."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Collection, Iterable

MANY = 64
"""From so many files on, one call for the whole file system costs less than one for each."""

_OPEN = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW


def make_durable(root: str, paths: Collection[str]) -> None:
    """Make the contents of these files, and the names in these folders, durable; paths count from ``root``.

    What is not there any more is passed over. Raises OSError.
    """
    if len(paths) >= MANY:
        fd = os.open(root, _OPEN)
        try:
            if syncfs(fd, root):
                return
        finally:
            os.close(fd)
    for path in paths:
        try:
            fd = os.open(os.path.join(root, path), _OPEN)
        except (FileNotFoundError, NotADirectoryError):
            continue
        try:
            os.fsync(fd)
        except OSError as error:
            if error.errno != errno.EINVAL:  # a file system that cannot sync folders
                raise
        finally:
            os.close(fd)


def folders_of(paths: Iterable[str]) -> set[str]:
    """Return the folders that these relative paths lead through, the root (empty) included."""
    return {""} | {path[:at] for path in paths for at, letter in enumerate(path) if letter == "/"}


def syncfs(fd: int, path: str) -> bool:
    """Make durable all that was written to the file system of an open folder; False where the system lacks the call.

    Raises OSError with this ``path``.
    """
    import ctypes

    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None) if sys.platform == "linux" else None
    if call is None:
        return False
    if call(fd) == 0:
        return True
    number = ctypes.get_errno()
    if number == errno.ENOSYS:
        return False
    raise OSError(number, os.strerror(number), path)
