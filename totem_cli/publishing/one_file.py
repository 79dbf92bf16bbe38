"""An export of one file: written at once, or found to be there already."""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from totem_cli.errors import InvalidError, SystemFailedError
from totem_cli.publishing.output import check_sources
from totem_cli.storage.durable import make_durable

if TYPE_CHECKING:
    from totem_cli.publishing.page import Page


def write_one(content: bytes, output: str | Path, *, sync: bool = True) -> bool:
    """Write an export of one file, at once for whoever reads it; False where it holds that content already.

    A symbolic link is followed, a device or a pipe written to, missing folders are made, and the mode of a file that is
    there is kept. With ``sync`` the new file is on the disk then. What killed exports left beside it is removed.
    Raises SystemFailedError, the old file whole.
    """
    target = os.path.realpath(output)
    check_sources(output, Path(target))
    try:
        if os.path.isdir(target):
            raise InvalidError(
                f"{output} is a folder; the export is one file", hint="name a file: --output archive.json"
            )
        if os.path.exists(target) and not os.path.isfile(target):
            with open(target, "wb") as device:
                device.write(content)
            return True
        _sweep(target)
        if os.path.isfile(target) and _holds(target, content):
            return False
        _replace(target, content, sync=sync)
    except OSError as error:
        raise SystemFailedError.from_os(error, "write", output) from error
    return True


def is_current(page: Page, output: str | Path) -> bool:
    """Whether an export of one file holds what it would be written with now."""
    return os.path.isfile(output) and _holds(os.path.realpath(output), page.render())


def _holds(path: str, content: bytes) -> bool:
    with open(path, "rb") as file:
        return file.read() == content


def _replace(target: str, content: bytes, *, sync: bool) -> None:
    """Write beside the target, through to the disk, then rename; the old file's mode is kept."""
    folder, _ = os.path.split(target)
    os.makedirs(folder, exist_ok=True)
    fd, fresh = _new_file(target)
    try:
        with open(fd, "wb", buffering=0) as file:
            rest = memoryview(content)
            while rest:
                rest = rest[file.write(rest) :]
            if os.path.exists(target):
                os.fchmod(fd, stat.S_IMODE(os.stat(target).st_mode))
            if sync:
                os.fsync(fd)
            if os.fstat(fd).st_size != len(content):
                raise OSError(errno.EIO, f"{os.fstat(fd).st_size} of {len(content)} bytes arrived")
            os.replace(fresh, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(fresh)
        raise
    if sync:
        make_durable(folder, ("",))


def _new_file(target: str) -> tuple[int, str]:
    """A new file beside the target, and its path; while it is open, it is locked: no other export removes it."""
    folder, name = os.path.split(target)
    while True:
        fresh = os.path.join(folder, f".{name}.totem-{secrets.token_hex(8)}")
        fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        _locks(fd)
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(fd), os.lstat(fresh)):
                return fd, fresh
        os.close(fd)  # another export took it for a killed one's before it was locked


def _sweep(target: str) -> None:
    """Remove the new files beside the target that killed exports left: nobody holds their locks."""
    folder, name = os.path.split(target)
    pattern = re.compile(rf"\.{re.escape(name)}\.totem-[0-9a-f]{{16}}")
    with suppress(OSError):
        for left in filter(pattern.fullmatch, os.listdir(folder)):
            with suppress(OSError):
                fd = os.open(os.path.join(folder, left), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
                try:
                    if _locks(fd):
                        os.unlink(os.path.join(folder, left))
                finally:
                    os.close(fd)


def _locks(fd: int) -> bool:
    """Lock a file, flock(2), unless another process does; whether it is locked now."""
    import fcntl

    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
