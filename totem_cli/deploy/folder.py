"""A target that is a folder of this machine: a web server's, or one that is mounted."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from totem_cli.deploy.store import LARGEST, File, check_size, temporary
from totem_cli.errors import RefusedError, SystemFailedError


class FolderStore:
    """Files under a folder. Each is written beside its place, synced and renamed."""

    locks = True
    warning = ""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.name = str(root)
        if self.holds("totem.toml"):
            raise RefusedError(f"{root} is an archive", hint="name a folder that a web server serves")

    def read(self, path: str) -> bytes | None:
        """The content of a file; None where there is none. Raises RefusedError for what is too large, or no file."""
        target = self._root / path
        try:
            with open(target, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise RefusedError(f"{target} is no file", hint="delete it")
                content = file.read(LARGEST + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise SystemFailedError.from_os(error, "read", target) from error
        check_size(len(content), self.name, path)
        return content

    def holds(self, name: str) -> bool:
        """Whether there is something of this name at the top of the folder."""
        return os.path.lexists(self._root / name)

    def write(self, path: str, content: bytes) -> None:
        """Write a small file; it is complete, or as it was."""
        from io import BytesIO

        with self._failing(path):
            self._rename([self._put(path, BytesIO(content))])

    def send(self, files: Sequence[File]) -> None:
        """Write files; each is complete, or as it was. All are written, then synced, which is faster than in turn."""
        written = []
        for file in files:
            with self._failing(file.path), open(file.source, "rb") as content:
                written.append(self._put(file.path, content))
        with self._failing(""):
            self._rename(written)

    def create(self, path: str, content: bytes) -> bool:
        """Write a file where there is none; False where there is one."""
        target = self._root / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with open(target, "xb") as file:
                file.write(content)
        except FileExistsError:
            return False
        except OSError as error:
            raise SystemFailedError.from_os(error, "write", target) from error
        return True

    def delete(self, path: str) -> None:
        """Delete a file, if it is there, and the folders that it leaves empty."""
        target = self._place(path)
        try:
            target.unlink(missing_ok=True)
            (self._root / temporary(path)).unlink(missing_ok=True)
        except NotADirectoryError:
            return
        except OSError as error:
            raise SystemFailedError.from_os(error, "delete", target) from error
        for folder in target.parents:
            if folder == self._root or self._root not in folder.parents:
                break
            with suppress(OSError):
                folder.rmdir()

    def finish(self) -> None:
        """Nothing is left to do."""

    def close(self) -> None:
        """Nothing is held."""

    def _place(self, path: str) -> Path:
        """Where a file stands. Raises RefusedError where a link on the way leads out of the folder."""
        target = self._root / path
        root = os.path.realpath(self._root)
        if os.path.commonpath([root, os.path.realpath(target.parent)]) != root:
            raise RefusedError(f"{target.parent} leads out of {self._root}", hint="replace the link by a folder")
        return target

    def _put(self, path: str, content: BinaryIO) -> tuple[Path, Path]:
        """Write a file beside its place; where it is, and where it is to be."""
        target, fresh = self._place(path), self._root / temporary(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        with open(fd, "wb") as file:
            shutil.copyfileobj(content, file, 1 << 20)
        return fresh, target

    @staticmethod
    def _rename(written: Sequence[tuple[Path, Path]]) -> None:
        for fresh, _ in written:
            with open(fresh, "rb") as file:
                os.fsync(file.fileno())
        for fresh, target in written:
            os.replace(fresh, target)

    @contextmanager
    def _failing(self, path: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise SystemFailedError.from_os(error, "write", self._root / path) from error
