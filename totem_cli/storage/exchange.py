"""The exchange of two files, with which every change of an archive is made.

It overwrites, copies and loses nothing: afterwards the replaced file is where the new one was. So apply, undo, redo and
recovery are one operation.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from totem_cli.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from totem_cli.storage.files import Folder

# renameat2(2): flags, and the errors of a system or a file system without them
_NOREPLACE, _EXCHANGE = 1, 2
_NO_RENAMEAT2 = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP})
_NO_LINKS = frozenset({errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EMLINK})


def swap(one: Folder, slot: str, other: Folder, path: str) -> None:
    """Exchange the file at ``slot`` in folder ``one`` with that at ``path`` below ``other``; either may be absent.

    Atomic, by renameat2(2). Where the file system lacks it, hard links are used (POSIX link, rename): then a file that
    another program saves by rename, in the microseconds between the two calls, is lost, and :func:`repair` must be
    called after a crash.
    """
    with other.parent(path) as (there, name):
        try:
            _swap_by_exchange(one.fd, slot, there, name)
        except OSError as error:
            if error.errno not in _NO_RENAMEAT2:
                raise
            _swap_by_links(one.fd, slot, there, name)


def exchange(one: Folder, slot: str, other: Folder, path: str, *, out: str | None, into: str | None) -> bool:
    """Exchange as :func:`swap` does, if ``path`` holds what is expected; return whether it did.

    ``out`` is the digest expected at ``path`` (None: no file), ``into`` that of the file in the slot. If another
    program saved something else at ``path``, that is put back.
    """
    swap(one, slot, other, path)
    if _digest_or_other(one, slot) == out:
        return True
    swap(one, slot, other, path)
    if _digest_or_other(one, slot) != into:
        swap(one, slot, other, path)  # saved once more in between: the newest version stays in place
    return False


def repair(one: Folder, slot: str, other: Folder, path: str) -> None:
    """Finish or revert a swap by links that a crash interrupted; leave any other state alone."""
    old = f"{slot}.old"
    with suppress(FileNotFoundError), other.parent(path) as (there, name):
        at_slot, at_old, at_name = _inode(one.fd, slot), _inode(one.fd, old), _inode(there, name)
        if at_old is not None and at_slot is None:
            os.rename(old, slot, src_dir_fd=one.fd, dst_dir_fd=one.fd)
        elif at_old is not None and at_name is None:
            os.rename(old, name, src_dir_fd=one.fd, dst_dir_fd=there)
        elif at_old is not None and at_old == at_name:
            os.unlink(old, dir_fd=one.fd)
        elif at_slot is not None and at_slot == at_name:
            os.unlink(slot, dir_fd=one.fd)


def _digest_or_other(folder: Folder, name: str) -> str | None:
    try:
        return folder.digest(name)
    except RefusedError:
        return "not a file"


def _swap_by_exchange(here: int, slot: str, there: int, name: str) -> None:
    rename = _renameat2()
    while True:  # a round fails only if another program created or removed `name` meanwhile
        with suppress(FileNotFoundError):
            return rename(here, slot, there, name, _EXCHANGE)
        try:
            return rename(here, slot, there, name, _NOREPLACE)
        except FileExistsError:
            continue
        except FileNotFoundError:
            pass
        with suppress(FileNotFoundError, FileExistsError):
            return rename(there, name, here, slot, _NOREPLACE)
        if _inode(here, slot) is None and _inode(there, name) is None:
            return None


def _swap_by_links(here: int, slot: str, there: int, name: str) -> None:
    if _inode(here, slot) is None:
        with suppress(FileNotFoundError):
            os.rename(name, slot, src_dir_fd=there, dst_dir_fd=here)
    elif _inode(there, name) is None:
        try:
            os.link(slot, name, src_dir_fd=here, dst_dir_fd=there, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            os.rename(slot, name, src_dir_fd=here, dst_dir_fd=there)
        else:
            os.unlink(slot, dir_fd=here)
    else:
        old = f"{slot}.old"
        try:
            os.link(name, old, src_dir_fd=there, dst_dir_fd=here, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            os.rename(name, old, src_dir_fd=there, dst_dir_fd=here)
        os.rename(slot, name, src_dir_fd=here, dst_dir_fd=there)
        os.rename(old, slot, src_dir_fd=here, dst_dir_fd=here)


@cache
def _renameat2() -> Callable[[int, str, int, str, int], None]:
    """Return the system call from the C library; it raises ENOSYS where there is none."""
    import ctypes

    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if sys.platform == "linux" else None

    def rename(here: int, old: str, there: int, new: str, flags: int) -> None:
        if call is None:
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
        if call(here, os.fsencode(old), there, os.fsencode(new), flags) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), new)

    return rename


def _inode(fd: int, name: str) -> tuple[int, int] | None:
    try:
        found = os.lstat(name, dir_fd=fd)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
