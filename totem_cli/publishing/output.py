"""The folder that an export goes to: locked, filled from a staging folder, changed as a whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, Self

from totem_cli.errors import InvalidError, LockedError, RefusedError, SystemFailedError
from totem_cli.storage.durable import make_durable
from totem_cli.storage.files import Folder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

LOCK_WAIT = 30.0
"""Seconds to wait for another export into the same folder."""

SOURCES = frozenset({"series", "people", "comments", "media", "theme", "templates", "private", ".totem", ".git"})
"""The folders of an archive that no export may go into."""

_MANIFEST = "manifest"
_TREE = "tree"
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_NO_FLOCK = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EBADF})
_NO_LINKS = frozenset({errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EMLINK, errno.EXDEV})
_NOT_EMPTY = frozenset({errno.ENOTEMPTY, errno.EEXIST})
_NOT_TO_PRUNE = _NOT_EMPTY | {errno.ENOENT, errno.ENOTDIR}


def target_of(output: str | Path, archive: str | Path | None = None, *, makes_archive: bool = False) -> str:
    """Where an export really goes, the symbolic link that ``output`` may be followed; RefusedError where none may go.

    ``archive`` is what is exported; ``makes_archive`` says that the export is an archive too, with its ``totem.toml``.
    """
    given, target = os.fspath(output), Path(os.path.realpath(output))
    if archive is not None and target == Path(os.path.realpath(archive)):
        raise RefusedError(f"{given} is the archive itself", hint="name a folder of its own: --output site")
    home = Path(os.path.expanduser("~"))
    if target == home or target in home.parents:
        raise RefusedError(f"{given} is no folder to export to", hint="name a folder of its own: --output site")
    if target.exists() and not target.is_dir():
        raise InvalidError(f"{given} is a file; the export needs a folder", hint="name a folder: --output site")
    if not makes_archive and (target / "totem.toml").is_file():
        raise RefusedError(f"{given} is an archive", hint="name a folder of its own: --output site")
    check_sources(output, target)
    return os.fspath(target)


def check_sources(output: str | Path, target: Path) -> None:
    """RefusedError where an export to ``target`` would write among an archive's own files."""
    for above in target.parents:
        if not (above / "totem.toml").is_file():
            continue
        first, *below = target.relative_to(above).parts
        if first in SOURCES or (first == "totem.toml" and not below):
            raise RefusedError(f"{output} is among the sources of the archive {above}", hint="name another place")


class Staged(NamedTuple):
    """A file in the staging folder, that is to go to ``path``; ``mtime`` tells whether somebody else touched it."""

    path: str
    name: str
    mtime: int


class _Step(NamedTuple):
    """Something done to the folder, so that it can be undone.

    ``kept`` names what was there before: None where nothing was, empty where it could not be kept.
    """

    kind: Literal["put", "removed", "made", "moved", "pruned"]
    path: str
    kept: str | None = None


class Output:
    """``with Output(target) as output:`` holds the folder, made on demand, against other exports.

    Whatever leaves the block by an exception before :meth:`done` undoes everything: the folder is as it was. What is
    staged, and what a killed export left, is removed. No symbolic link inside the folder is followed.
    """

    def __init__(self, target: str) -> None:
        self.target = target
        self._name = os.path.basename(target)
        self._made: list[str] = []
        self._branch: list[tuple[str, Folder]] = []
        self._steps: list[_Step] = []
        self._stage: Folder | None = None

    def __enter__(self) -> Self:
        try:
            self._hold()
        except OSError as error:
            self._leave()
            raise SystemFailedError.from_os(error, "export to", self.target) from error
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._undo()
        self._leave(failed=kind is not None)

    def done(self) -> None:
        """Everything is in place: what follows undoes nothing."""
        self._steps.clear()

    # Staging

    @property
    def staging(self) -> str:
        """The staging folder, made on demand. Raises SystemFailedError."""
        try:
            return self._staging().path
        except OSError as error:
            raise SystemFailedError.from_os(error, "export to", self.target) from error

    def stage(self, path: str, content: bytes) -> Staged:
        """Write what is to go to ``path``, through to the disk."""
        try:
            name = _MANIFEST
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=self._staging().fd)
            fd = os.open(name, NEW, 0o666, dir_fd=self._staging().fd)
            try:
                size, mtime = written(fd, (content,))
                os.fsync(fd)
            finally:
                os.close(fd)
        except OSError as error:
            raise SystemFailedError.from_os(error, "write", self._shown(path)) from error
        if size != len(content):
            raise SystemFailedError(f"cannot write {self._shown(path)}: {size} of {len(content)} bytes arrived")
        return Staged(path, name, mtime)

    def _staging(self) -> Folder:
        """The staging folder: beside the target, or in it where it cannot be moved out (mount point, permission)."""
        if self._stage is None:
            name = f".totem-{os.urandom(8).hex()}"
            inside, beside = (
                os.path.join(self.target, name),
                os.path.join(os.path.dirname(self.target), f".{self._name}{name}"),
            )
            os.mkdir(inside, 0o700)
            try:
                os.rename(inside, beside)
            except OSError:
                beside = inside
            self._stage = Folder(beside)
        return self._stage

    # Changing

    def is_free(self, names: Iterable[str]) -> bool:
        """Whether nothing in the folder has any of these names."""
        return all(self._root.mode(name) is None for name in names)

    def put_trees(self, attempts: Iterable[str]) -> None:
        """Move in all that these attempts staged, a whole folder at once, where nothing may stand yet."""
        stage = self._staging()
        name = ""
        try:
            for attempt in attempts:
                _merge(f"{stage.path}/{attempt}", f"{stage.path}/{_TREE}")
            for name in sorted(os.listdir(f"{stage.path}/{_TREE}")):
                if self._root.mode(name) is not None:
                    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), self._shown(name))
                os.replace(f"{_TREE}/{name}", name, src_dir_fd=stage.fd, dst_dir_fd=self._root.fd)
                self._steps.append(_Step("moved", name))
        except OSError as error:
            raise SystemFailedError.from_os(error, "write", self._shown(name)) from error

    def put(self, staged: Staged) -> None:
        """Move a staged file to its place, at once for whoever reads it."""
        try:
            folder, name = self._parent(staged.path, make=True)
            kept = self._keep(folder, name)
            os.replace(staged.name, name, src_dir_fd=self._staging().fd, dst_dir_fd=folder.fd)
        except OSError as error:
            raise SystemFailedError.from_os(error, "write", self._shown(staged.path)) from error
        self._steps.append(_Step("put", staged.path, kept))

    def remove(self, path: str) -> bool:
        """Remove a file; False where it is gone already, or is a folder now, or stands behind a symbolic link."""
        try:
            folder, name = self._parent(path)
            mode = folder.mode(name)
            if mode is None or stat.S_ISDIR(mode):
                return False
            kept = self._keep(folder, name)
            os.unlink(name, dir_fd=folder.fd)
        except (FileNotFoundError, RefusedError):
            return False
        except OSError as error:
            raise SystemFailedError.from_os(error, "remove", self._shown(path)) from error
        self._steps.append(_Step("removed", path, kept))
        return True

    def prune(self, folders: set[str]) -> None:
        """Remove those folders, and the ones that they stand in, that hold nothing any more."""
        above = {folder[:cut] for folder in folders for cut, letter in enumerate(folder) if letter == "/"}
        for path in sorted((folders | above) - {""}, key=lambda folder: folder.count("/"), reverse=True):
            try:
                folder, name = self._parent(path)
                os.rmdir(name, dir_fd=folder.fd)
            except RefusedError:
                continue
            except OSError as error:
                if error.errno in _NOT_TO_PRUNE:
                    continue
                raise SystemFailedError.from_os(error, "remove", self._shown(path)) from error
            self._steps.append(_Step("pruned", path))

    def sync_staged(self, names: Collection[str]) -> None:
        """Make the contents of what is staged under these names durable."""
        if names:
            self._synced(self._staging().path, names)

    def sync_root(self) -> None:
        """Make the names in the folder itself durable."""
        self._synced(self.target, ("",))

    def sync(self, folders: Collection[str]) -> None:
        """Make the names in these folders of the output durable, and the output's own."""
        for root, paths in ((self.target, folders), *((os.path.dirname(folder), ("",)) for folder in self._made)):
            self._synced(root, paths)

    def _synced(self, root: str, paths: Collection[str]) -> None:
        try:
            make_durable(root, paths)
        except OSError as error:
            raise SystemFailedError.from_os(error, "write", self.target) from error

    def _keep(self, folder: Folder, name: str) -> str | None:
        """The name of a second link, in the staging folder, to what is about to go; see :class:`_Step`."""
        kept = f"old-{len(self._steps)}"
        try:
            os.link(name, kept, src_dir_fd=folder.fd, dst_dir_fd=self._staging().fd, follow_symlinks=False)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            return ""
        return kept

    def _undo(self) -> None:
        while self._steps:
            step = self._steps.pop()
            with suppress(OSError, RefusedError):
                folder, name = self._parent(step.path)
                if step.kept:
                    os.replace(step.kept, name, src_dir_fd=self._staging().fd, dst_dir_fd=folder.fd)
                elif step.kind == "put" and step.kept is None:
                    os.unlink(name, dir_fd=folder.fd)
                elif step.kind == "made":
                    os.rmdir(name, dir_fd=folder.fd)
                elif step.kind == "moved":
                    os.replace(name, f"{_TREE}/{name}", src_dir_fd=folder.fd, dst_dir_fd=self._staging().fd)
                elif step.kind == "pruned":
                    os.mkdir(name, dir_fd=folder.fd)

    def _parent(self, path: str, *, make: bool = False) -> tuple[Folder, str]:
        """The open folder that holds ``path``. The way there stays open: paths come sorted."""
        *names, last = path.split("/")
        shared = 0
        for (open_name, _), name in zip(self._branch, names, strict=False):
            if open_name != name:
                break
            shared += 1
        while len(self._branch) > shared:
            self._branch.pop()[1].close()
        folder = self._branch[-1][1] if self._branch else self._root
        for depth in range(shared, len(names)):
            if make and folder.make(names[depth]):
                self._steps.append(_Step("made", "/".join(names[: depth + 1])))
            folder = folder.inner(names[depth])
            self._branch.append((names[depth], folder))
        return folder, last

    # Holding

    def _hold(self) -> None:
        deadline = time.monotonic() + LOCK_WAIT
        while True:
            self._make_target()
            self._root = Folder(self.target)
            if not self._lock(deadline):
                return
            with suppress(FileNotFoundError):
                # Whoever held it may have made the folder, failed, and removed it again.
                if os.path.samestat(os.fstat(self._root.fd), os.stat(self.target)):
                    break
            self._root.close()
        self._sweep()

    def _make_target(self) -> None:
        missing = []
        folder = self.target
        while not os.path.isdir(folder):
            missing.append(folder)
            folder = os.path.dirname(folder)
        for folder in reversed(missing):
            with suppress(FileExistsError):
                os.mkdir(folder)
                self._made.append(folder)

    def _lock(self, deadline: float) -> bool:
        """Lock the folder itself, flock(2); False where the file system has no such lock."""
        import fcntl

        while True:
            try:
                fcntl.flock(self._root.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise LockedError(
                        f"another export has been writing to {self.target} for {LOCK_WAIT:g} s",
                        hint="wait for it, or end its process: the lock goes with it",
                    ) from None
                time.sleep(0.05)
            except OSError as error:
                if error.errno in _NO_FLOCK:
                    return False
                raise
            else:
                return True

    def _sweep(self) -> None:
        """Remove the staging folders of exports that were killed: whoever holds the lock is alone."""
        places = ((self.target, r"\.totem-"), (os.path.dirname(self.target), rf"\.{re.escape(self._name)}\.totem-"))
        for place, prefix in places:
            with suppress(OSError):
                for name in os.listdir(place):
                    if re.fullmatch(rf"{prefix}[0-9a-f]{{16}}", name):
                        _discard(os.path.join(place, name))

    def _leave(self, *, failed: bool = True) -> None:
        if self._stage is not None:
            self._stage.close()
            with suppress(OSError):  # what is left is swept by the next export
                _discard(self._stage.path)
        for _, folder in self._branch:
            folder.close()
        if failed:
            for made in reversed(self._made):
                with suppress(OSError):
                    os.rmdir(made)
        if hasattr(self, "_root"):
            self._root.close()

    def _shown(self, path: str) -> str:
        return os.path.join(self.target, path)


def written(fd: int, pieces: Iterable[bytes]) -> tuple[int, int]:
    """Write these pieces to a file; its size and mtime_ns then."""
    for piece in pieces:
        rest = memoryview(piece)
        while rest:
            rest = rest[os.write(fd, rest) :]
    found = os.fstat(fd)
    return found.st_size, found.st_mtime_ns


def _merge(source: str, target: str) -> None:
    """Move what is in one folder into another: whole folders, where the other has none of the name."""
    try:
        os.replace(source, target)
    except OSError as error:
        if error.errno not in _NOT_EMPTY:
            raise
        with os.scandir(source) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    _merge(entry.path, f"{target}/{entry.name}")
                else:
                    os.replace(entry.path, f"{target}/{entry.name}")


def _discard(folder: str) -> None:
    """Remove a folder with all that is in it; most often these are files."""
    try:
        for name in os.listdir(folder):
            os.unlink(f"{folder}/{name}")
        os.rmdir(folder)
    except OSError:
        import shutil

        shutil.rmtree(folder)
