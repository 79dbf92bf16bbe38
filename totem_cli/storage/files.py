"""The files beneath one folder, reached without following a symbolic link.

Nothing here overwrites: :meth:`Folder.write` makes a new file only.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Self

from totem_cli.errors import RefusedError, SystemFailedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_CHUNK = 1 << 20
_NO_NAMES = frozenset({"", ".", ".."})
_MANY = 32  # files from which one syncfs is cheaper than an fsync each


def digest(content: bytes) -> str:
    """Return the BLAKE2b digest (RFC 7693, 32 bytes, hexadecimal) by which contents are compared."""
    from hashlib import blake2b

    return blake2b(content, digest_size=32).hexdigest()


@contextmanager
def reported(doing: str) -> Iterator[None]:
    """Turn a failed system call into a :class:`SystemFailedError` that names the path."""
    try:
        yield
    except OSError as error:
        raise SystemFailedError.from_os(error, doing) from error


def parts_of(path: str) -> list[str]:
    """Split a relative POSIX path into its components; :class:`RefusedError` for one that could leave its folder."""
    parts = path.split("/")
    if not path or "\0" in path or not _NO_NAMES.isdisjoint(parts):
        raise RefusedError(f"{path!r} is not a path inside the archive", hint="use a relative path without '..'")
    return parts


class Folder:
    """An open folder. Paths are relative to it, in POSIX form; a symbolic link on the way is refused.

    Methods raise :class:`OSError` with the whole path in ``filename``, :class:`RefusedError` for a symbolic link
    or for what is neither a file nor a folder where one is meant.
    """

    def __init__(self, path: str | Path, fd: int | None = None) -> None:
        self.path = os.fspath(path)
        self.fd = os.open(self.path, _FOLDER) if fd is None else fd

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close it; a second time does nothing."""
        fd, self.fd = self.fd, -1
        if fd >= 0:
            os.close(fd)

    def full(self, path: str) -> str:
        """Return the path as the user would name it."""
        return os.path.join(self.path, path) if path else self.path

    @contextmanager
    def parent(self, path: str) -> Iterator[tuple[int, str]]:
        """Open the folder that holds ``path``, with the name therein."""
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
        """Open a folder beneath this one."""
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
        """Return the content of a file; None when there is none."""
        try:
            with self.open(path) as fd:
                return b"".join(_chunks(fd))
        except FileNotFoundError:
            return None

    def digest(self, path: str) -> str | None:
        """Return the digest of a file's content, read in pieces; None when there is none."""
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
        """List what is in a folder, sorted; nothing when there is no such folder."""
        try:
            # Opened anew: a folder opened before a file came into it need not list it (POSIX readdir; btrfs does not).
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
        """Make a new file, with the mode, owner and extended attributes of the open file ``like``, else by umask.

        It is not synced yet, see :meth:`sync_files`; :class:`FileExistsError` when it is there.
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
        """Make a folder, by umask unless a mode is given; False when it is there already."""
        with self.parent(path) as (fd, name):
            try:
                os.mkdir(name, 0o777 if mode is None else mode, dir_fd=fd)
            except FileExistsError:
                return False
            if mode is not None:
                os.chmod(name, mode, dir_fd=fd)
            return True

    def drop(self, path: str) -> None:
        """Remove a folder if it is empty; one that cannot be removed holds nothing and stays."""
        with suppress(OSError, RefusedError), self.parent(path) as (fd, name):
            os.rmdir(name, dir_fd=fd)

    def rename(self, old: str, new: str) -> None:
        """Give what is in this folder itself another name here."""
        with self.parent(old):
            os.rename(old, new, src_dir_fd=self.fd, dst_dir_fd=self.fd)

    def erase(self, path: str) -> None:
        """Remove a file, or a folder that holds files only, in their order; nothing happens when it is not there."""
        with suppress(FileNotFoundError), self.parent(path) as (fd, name):
            if not stat.S_ISDIR(os.lstat(name, dir_fd=fd).st_mode):
                os.unlink(name, dir_fd=fd)
                return
            with self.inner(path) as inner:
                for each in inner.names():
                    os.unlink(each, dir_fd=inner.fd)
            os.rmdir(name, dir_fd=fd)

    def sync(self, path: str = "") -> None:
        """Make a folder's own entries durable; nothing happens when it is not there."""
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
        """Make the files in this folder durable, then their names."""
        names = self.names()
        if len(names) < _MANY or not _syncfs(self.fd, self.path):
            for name in names:
                with self.open(name) as fd:
                    os.fsync(fd)
        self.sync()


def _syncfs(fd: int, path: str) -> bool:
    """Make durable all that was written to a file system; False where there is no such call."""
    import ctypes

    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None) if sys.platform == "linux" else None
    if call is None:
        return False
    if call(fd) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), path)
    return True


def _open_folder(fd: int, name: str, full: str) -> int:
    try:
        return os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=fd)
    except OSError as error:
        raise _refused(error, fd, name, full) from error


def _refused(error: OSError, fd: int, name: str, full: str) -> Exception:
    """What to raise for a folder that could not be opened: that it is none, or the error itself."""
    if error.errno not in {errno.ENOTDIR, errno.ELOOP}:
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
    """Owner and group as far as permitted, then mode, then extended attributes (access control lists among them)."""
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
