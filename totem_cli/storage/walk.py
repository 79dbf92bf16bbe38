"""Walks over the files beneath a folder: no symbolic link is followed, whatever takes a folder's place meanwhile.

Each folder is opened by its name in the open folder above it. What is no file and no folder is named, not opened.
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
    """A regular file: its path, the folder that holds it, which is open until the walk goes on, its name, its stat."""

    path: str
    folder: int
    name: str
    stat: os.stat_result

    def read(self) -> bytes:
        """Its content. Raises OSError, also where it is no regular file any more."""
        with open(open_file(self.folder, self.name), "rb") as file:
            return file.read()


def walk(
    root: Path | str, top: str, problems: MutableMapping[str, TotemError], *, hidden: bool = False
) -> Iterator[Found]:
    """Every regular file beneath the folder ``top`` of ``root``, or of all of it (``""``): by name, folder by folder.

    Paths count from ``root``, which alone may be a symbolic link. Other links, and what is neither a file nor a folder
    or cannot be read, are added to ``problems`` by their paths. Names that begin with a dot are left out, unless
    ``hidden``.
    """
    with opened(root) as base:
        if base is not None:
            with entered(base, top or ".", problems) as inner:
                if inner is not None:
                    yield from _beneath(inner, f"{top}/" if top else "", problems, hidden=hidden)


def _beneath(at: int, prefix: str, problems: MutableMapping[str, TotemError], *, hidden: bool) -> Iterator[Found]:
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
        else:
            problems[shown(path)] = link(path) if S_ISLNK(found.st_mode) else _other(path)
    for path in folders:
        if path.count("/") > _DEEPEST:
            problems[shown(path)] = InvalidError(
                f"lies more than {_DEEPEST} folders deep, where totem does not look", location=Location(shown(path))
            )
            continue
        with entered(at, path, problems) as inner:
            if inner is not None:
                yield from _beneath(inner, f"{path}/", problems, hidden=hidden)


@contextmanager
def opened(root: Path | str) -> Iterator[int | None]:
    """The folder that a user named, perhaps by a symbolic link; None where there is none."""
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
    """The folder at ``path``, opened by the last part of it in ``parent``, None where there is none.

    A symbolic link, and what fails here or within the block, is added to ``problems``.
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
    """A descriptor to read the regular file ``name`` in an open folder. Raises OSError for anything else."""
    file = os.open(name, _FILE, dir_fd=folder)  # without O_NONBLOCK a FIFO in its place would hang the command
    if not S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise FileNotFoundError(ENOENT, "not a file", name)
    return file


def open_beneath(root: Path | str, path: str) -> int:
    """A descriptor to read the regular file at ``path`` under ``root``, which alone may be a symbolic link.

    Raises OSError where there is none, or where a link or something else has its place, or that of a folder above it.
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
    """The content, or how it begins, of the file that :func:`open_beneath` opens."""
    with open(open_beneath(root, path), "rb") as file:
        return file.read(size)


def shown(path: str) -> str:
    """The path as text that can be encoded: bytes that are not UTF-8 as escapes."""
    return os.fsencode(path).decode(errors="backslashreplace")


def link(path: str) -> TotemError:
    """What is wrong with a symbolic link."""
    return InvalidError(
        "is a symbolic link, which totem does not follow",
        hint="put the file or folder itself there",
        location=Location(shown(path)),
    )


def failed(error: OSError, doing: str, path: str) -> TotemError:
    """What is wrong where a system call failed."""
    return SystemFailedError.from_os(error, doing, shown(path)).at(Location(shown(path)))


def _other(path: str) -> TotemError:
    return InvalidError(
        "is neither a file nor a folder, and is not read", hint="remove it", location=Location(shown(path))
    )


def _is_link(parent: int, name: str) -> bool:
    try:
        return S_ISLNK(os.lstat(name, dir_fd=parent).st_mode)
    except OSError:
        return False
