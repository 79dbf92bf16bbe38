"""Stores: where deployed files are kept, each behind the same few operations."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple, Protocol

from totem_cli.deploy.plan import Headers


class File(NamedTuple):
    """A file to be written: its path at the target, where its content is, what a server says with it."""

    path: str
    source: Path
    headers: Headers


class Store(Protocol):
    """A place for files by path. Its methods raise SystemFailedError where it cannot be reached or refuses."""

    name: str
    """What messages call it; it holds no secret."""
    locks: bool
    """Whether a file that :meth:`create` makes keeps two deployments apart."""
    warning: str
    """What the user should know before it is used; mostly empty."""

    def read(self, path: str) -> bytes | None:
        """The content of a file; None where there is none."""

    def write(self, path: str, content: bytes) -> None:
        """Write a small file of totem's own; it is complete, or as it was."""

    def send(self, files: Sequence[File]) -> None:
        """Write files, in any order; each is complete, or as it was."""

    def create(self, path: str, content: bytes) -> bool:
        """Write a file where there is none; False where there is one."""

    def delete(self, path: str) -> None:
        """Delete a file, if it is there."""

    def finish(self) -> None:
        """Make all that was written and deleted visible, where that is not so at once."""

    def close(self) -> None:
        """Let go of connections."""


def temporary(path: str) -> str:
    """The name under which a file is written before it is renamed: the same for a path, so that a next one replaces it.

    The lock of the target keeps two deployments apart.
    """
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}.totem-{blake2b(name.encode(), digest_size=8).hexdigest()}"
