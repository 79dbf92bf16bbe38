"""Walks over the files below a folder. Symbolic links are never followed, even one that replaces a folder meanwhile.

Each folder is opened by its name in its open parent folder. Anything but files and folders is reported, not opened.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from errno import ENOENT
from stat import S_ISDIR, S_ISLNK, S_ISREG
from typing import TYPE_CHECKING, NamedTuple

from totem_cli.errors import InvalidError, Location, SystemFailedError, TotemError

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping
    from pathlib import Path

_ROOT = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FOLDER = _ROOT | os.O_NOFOLLOW
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_DEEPEST = 100


class Found(NamedTuple):
    """A regular file: its path, its folder (open until the walk goes on), its name in it, its stat."""

    path: str
    folder: int
    name: str
    stat: os.stat_result

    def read(self) -> bytes:
        """Return the content. Raises OSError, also where it is no longer a regular file."""
        with open(open_file(self.folder, self.name), "rb") as file:
            return file.read()


def walk(
    root: Path | str, top: str, problems: MutableMapping[str, TotemError], *, hidden: bool = False
) -> Iterator[Found]:
    """Yield every regular file below the folder ``top`` of ``root`` (``""``: below ``root``), by folder, by name.

    Paths are relative to ``root``, which alone may be a symbolic link. Other links, and entries that are neither file
    nor folder or cannot be read, are added to ``problems`` by path. Names that begin with a dot are skipped, unless
    ``hidden``.
    """
    with opened(root) as base:
        if base is not None:
            with entered(base, top or ".", problems) as inner:
                if inner is not None:
                    yield from _walk(inner, f"{top}/" if top else "", problems, hidden=hidden)


def _walk(at: int, prefix: str, problems: MutableMapping[str, TotemError], *, hidden: bool) -> Iterator[Found]:
    folders = []
    for name in sorted(os.listdir(at)):
        if name.startswith(".") and not hidden:
            continue
        path = f"{prefix}{name}"
        try:
            found = os.stat(name, dir_fd=at, follow_symlinks=False)
        except FileNotFoundError:
            continue
        if S_ISREG(found.st_mode):
            yield Found(path, at, name, found)
        elif S_ISDIR(found.st_mode):
            folders.append(path)
        elif S_ISLNK(found.st_mode):
            problems[shown(path)] = link(path)
        else:
            problems[shown(path)] = _invalid(path, "is neither a file nor a folder, and is not read", "remove it")
    for path in folders:
        if path.count("/") > _DEEPEST:
            problems[shown(path)] = _invalid(path, f"lies more than {_DEEPEST} folders deep, where totem does not look")
            continue
        with entered(at, path, problems) as inner:
            if inner is not None:
                yield from _walk(inner, f"{path}/", problems, hidden=hidden)


@contextmanager
def opened(root: Path | str) -> Iterator[int | None]:
    """Open a folder that the user named, possibly through a symbolic link; None where there is none."""
    try:
        at = os.open(root, _ROOT)
    except (FileNotFoundError, NotADirectoryError):
        yield None
        return
    try:
        yield at
    finally:
        os.close(at)


@contextmanager
def entered(parent: int, path: str, problems: MutableMapping[str, TotemError]) -> Iterator[int | None]:
    """Open the folder at ``path``, by its last name in the open folder ``parent``; None where there is none.

    A symbolic link, and any OSError here or within the block, is added to ``problems``.
    """
    name = path.rpartition("/")[2]
    try:
        at = os.open(name, _FOLDER, dir_fd=parent)
    except FileNotFoundError:
        yield None
        return
    except OSError as error:
        problems[shown(path)] = link(path) if _is_link(parent, name) else failed(error, "read the folder", path)
        yield None
        return
    try:
        yield at
    except OSError as error:
        problems[shown(path)] = failed(error, "read the folder", path)
    finally:
        os.close(at)


def open_file(folder: int, name: str) -> int:
    """Return a descriptor to read the regular file ``name`` in an open folder. Raises OSError for anything else."""
    file = os.open(name, _FILE, dir_fd=folder)  # without O_NONBLOCK, opening a FIFO would block
    if not S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise FileNotFoundError(ENOENT, "not a file", name)
    return file


def open_beneath(root: Path | str, path: str) -> int:
    """Return a descriptor to read the regular file at ``path`` below ``root``, which alone may be a symbolic link.

    Raises OSError where there is no such file, or where it or a folder above it is a link or something else.
    """
    *folders, name = path.split("/")
    at = os.open(root, _ROOT)
    try:
        for folder in folders:
            inner = os.open(folder, _FOLDER, dir_fd=at)
            os.close(at)
            at = inner
        return open_file(at, name)
    finally:
        os.close(at)


def read_beneath(root: Path | str, path: str, size: int = -1) -> bytes:
    """Return the content of the file that :func:`open_beneath` opens, or its first ``size`` bytes."""
    with open(open_beneath(root, path), "rb") as file:
        return file.read(size)


def shown(path: str) -> str:
    """Return the path as text that can be encoded: bytes that are not UTF-8 become escapes."""
    return os.fsencode(path).decode(errors="backslashreplace")


def link(path: str) -> TotemError:
    """Return the error for a symbolic link."""
    return _invalid(path, "is a symbolic link, which totem does not follow", "put the file or folder itself there")


def failed(error: OSError, doing: str, path: str) -> TotemError:
    """Return the error for a failed system call."""
    return SystemFailedError.from_os(error, doing, shown(path)).at(Location(shown(path)))


def _invalid(path: str, message: str, hint: str | None = None) -> TotemError:
    return InvalidError(message, hint=hint, location=Location(shown(path)))


def _is_link(parent: int, name: str) -> bool:
    try:
        return S_ISLNK(os.lstat(name, dir_fd=parent).st_mode)
    except OSError:
        return False
