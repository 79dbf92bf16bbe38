"""Access to the files below one open folder that follows no symbolic link and overwrites nothing."""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Self

from totem_cli.errors import RefusedError, SystemFailedError
from totem_cli.storage.durable import MANY, syncfs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_CHUNK = 1 << 20
_NO_NAMES = frozenset({"", ".", ".."})


def digest(content: bytes) -> str:
    """Return the BLAKE2b digest (RFC 7693, 32 bytes, hexadecimal) by which contents are compared."""
    from hashlib import blake2b

    return blake2b(content, digest_size=32).hexdigest()


@contextmanager
def reported(doing: str) -> Iterator[None]:
    """Raise a failed system call in the block as a :class:`SystemFailedError` that names the path."""
    try:
        yield
    except OSError as error:
        raise SystemFailedError.from_os(error, doing) from error


def parts_of(path: str) -> list[str]:
    """Return the components of a relative POSIX path. Raises :class:`RefusedError` where it could leave its folder."""
    parts = path.split("/")
    if not path or "\0" in path or not _NO_NAMES.isdisjoint(parts):
        raise RefusedError(f"{path!r} is not a path inside the archive", hint="use a relative path without '..'")
    return parts


class Folder:
    """An open folder. Paths are relative to it, in POSIX form.

    Methods raise :class:`OSError` with the full path in ``filename``, and :class:`RefusedError` where a path leads
    through a symbolic link, or where something other than a file, or a folder, is found in its place.
    """

    def __init__(self, path: str | Path, fd: int | None = None) -> None:
        self.path = os.fspath(path)
        self.fd = os.open(self.path, _FOLDER) if fd is None else fd

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the folder; a second call does nothing."""
        fd, self.fd = self.fd, -1
        if fd >= 0:
            os.close(fd)

    def full(self, path: str) -> str:
        """Return the path as the user names it."""
        return os.path.join(self.path, path) if path else self.path

    @contextmanager
    def parent(self, path: str) -> Iterator[tuple[int, str]]:
        """Open the parent folder of ``path``; yields its descriptor and the name in it."""
        *folders, name = parts_of(path)
        fd = self.fd
        try:
            for index, folder in enumerate(folders):
                try:
                    inner = os.open(folder, _FOLDER | os.O_NOFOLLOW, dir_fd=fd)
                except OSError as error:
                    raise _refused(error, fd, folder, self.full("/".join(folders[: index + 1]))) from error
                if fd != self.fd:
                    os.close(fd)
                fd = inner
            yield fd, name
        except OSError as error:
            error.filename, error.filename2 = self.full(path), None
            raise
        finally:
            if fd != self.fd:
                os.close(fd)

    def inner(self, path: str) -> Folder:
        """Open a folder below this one."""
        with self.parent(path) as (fd, name):
            full = self.full(path)
            return Folder(full, _open_folder(fd, name, full))

    @contextmanager
    def open(self, path: str) -> Iterator[int]:
        """Open a file for reading."""
        with self.parent(path) as (folder, name):
            try:
                fd = os.open(name, _FILE, dir_fd=folder)
            except OSError as error:
                if error.errno == errno.ELOOP:
                    raise RefusedError(f"{self.full(path)} is a symbolic link, which totem does not follow") from error
                raise
            try:
                if not stat.S_ISREG(os.fstat(fd).st_mode):
                    raise RefusedError(f"{self.full(path)} is not a file")
                yield fd
            finally:
                os.close(fd)

    def read(self, path: str) -> bytes | None:
        """Return the content of a file; None where there is none."""
        try:
            with self.open(path) as fd:
                return b"".join(_chunks(fd))
        except FileNotFoundError:
            return None

    def digest(self, path: str) -> str | None:
        """Return the :func:`digest` of a file's content, read in chunks; None where there is none."""
        from hashlib import blake2b

        try:
            with self.open(path) as fd:
                state = blake2b(digest_size=32)
                for chunk in _chunks(fd):
                    state.update(chunk)
                return state.hexdigest()
        except FileNotFoundError:
            return None

    def mode(self, path: str) -> int | None:
        """Return the type and permissions of what is at ``path``, a symbolic link's own; None when nothing is."""
        try:
            with self.parent(path) as (fd, name):
                return os.lstat(name, dir_fd=fd).st_mode
        except FileNotFoundError:
            return None

    def names(self, path: str = "") -> list[str]:
        """List the names in a folder, sorted; empty where there is no such folder."""
        try:
            # Opened again: a descriptor need not list files that were created since (POSIX readdir; btrfs).
            if path:
                with self.inner(path) as inner:
                    return sorted(os.listdir(inner.fd))
            with Folder(self.path, _open_folder(self.fd, ".", self.path)) as again:
                return sorted(os.listdir(again.fd))
        except FileNotFoundError:
            return []
        except OSError as error:
            error.filename = self.full(path)
            raise

    def write(self, path: str, content: bytes | Path, *, like: int | None = None) -> None:
        """Create a file, with the mode, owner and extended attributes of the open file ``like``, or by umask.

        It is not synced yet, see :meth:`sync_files`. Raises :class:`FileExistsError` where there is one.
        """
        with self.parent(path) as (folder, name):
            fd = os.open(name, _NEW, 0o666, dir_fd=folder)
            try:
                if like is not None:
                    _copy_attributes(like, fd)
                for chunk in (content,) if isinstance(content, bytes) else _chunks_of(content):
                    rest = memoryview(chunk)
                    while rest:
                        rest = rest[os.write(fd, rest) :]
            finally:
                os.close(fd)

    def make(self, path: str, mode: int | None = None) -> bool:
        """Create a folder, by umask unless a mode is given; return False where there is one."""
        with self.parent(path) as (fd, name):
            try:
                os.mkdir(name, 0o777 if mode is None else mode, dir_fd=fd)
            except FileExistsError:
                return False
            if mode is not None:
                os.chmod(name, mode, dir_fd=fd)
            return True

    def drop(self, path: str) -> None:
        """Remove a folder if it is empty and can be removed."""
        with suppress(OSError, RefusedError), self.parent(path) as (fd, name):
            os.rmdir(name, dir_fd=fd)

    def rename(self, old: str, new: str) -> None:
        """Rename an entry of this folder, within it."""
        with self.parent(old):
            os.rename(old, new, src_dir_fd=self.fd, dst_dir_fd=self.fd)

    def erase(self, path: str) -> None:
        """Remove a file, or a folder of files by their order; does nothing where there is none."""
        with suppress(FileNotFoundError), self.parent(path) as (fd, name):
            if not stat.S_ISDIR(os.lstat(name, dir_fd=fd).st_mode):
                os.unlink(name, dir_fd=fd)
                return
            with self.inner(path) as inner:
                for each in inner.names():
                    os.unlink(each, dir_fd=inner.fd)
            os.rmdir(name, dir_fd=fd)

    def sync(self, path: str = "") -> None:
        """Make the names in a folder durable; does nothing where there is no such folder."""
        with suppress(FileNotFoundError):
            if path:
                with self.inner(path) as inner:
                    inner.sync()
                return
            try:
                os.fsync(self.fd)
            except OSError as error:
                error.filename = self.path
                raise

    def sync_files(self) -> None:
        """Make the files in this folder and their names durable."""
        names = self.names()
        if len(names) < MANY or not syncfs(self.fd, self.path):
            for name in names:
                with self.open(name) as fd:
                    os.fsync(fd)
        self.sync()


def _open_folder(fd: int, name: str, full: str) -> int:
    try:
        return os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=fd)
    except OSError as error:
        raise _refused(error, fd, name, full) from error


def _refused(error: OSError, fd: int, name: str, full: str) -> Exception:
    """What to raise for a folder that could not be opened: that it is none, or the error itself."""
    if error.errno not in {errno.ENOTDIR, errno.ELOOP, errno.EMLINK}:  # the last: FreeBSD's for a link
        return error
    link = stat.S_ISLNK(os.lstat(name, dir_fd=fd).st_mode)
    what = "a symbolic link, which totem does not follow" if link else "not a folder"
    return RefusedError(f"{full} is {what}")


def _chunks(fd: int) -> Iterator[bytes]:
    while chunk := os.read(fd, _CHUNK):
        yield chunk


def _chunks_of(path: Path) -> Iterator[bytes]:
    with open(path, "rb", buffering=0) as file:
        yield from _chunks(file.fileno())


def _copy_attributes(source: int, target: int) -> None:
    """Copy owner and group as far as permitted, then mode, then extended attributes (which include ACLs)."""
    wanted, made = os.fstat(source), os.fstat(target)
    if (wanted.st_uid, wanted.st_gid) != (made.st_uid, made.st_gid):
        try:
            os.fchown(target, wanted.st_uid, wanted.st_gid)
        except PermissionError:
            with suppress(PermissionError):
                os.fchown(target, -1, wanted.st_gid)
    os.fchmod(target, stat.S_IMODE(wanted.st_mode))
    if sys.platform == "linux":
        try:
            for name in os.listxattr(source):
                with suppress(PermissionError):
                    os.setxattr(target, name, os.getxattr(source, name))
        except OSError as error:
            if error.errno != errno.ENOTSUP:
                raise
