"""Stores: where deployed files are kept, each behind the same few operations."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple, Protocol

from totem_cli.deploy.plan import Headers
from totem_cli.errors import RefusedError

LARGEST = 1 << 28
"""The most bytes of a record or a lock that are read from a target."""


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
        """The content of a file of totem's own; None where there is none.

        Raises RefusedError for more than :data:`LARGEST` bytes: no target makes totem take what it wants.
        """

    def holds(self, name: str) -> bool:
        """Whether there is a file or a folder of this name at the top of the target."""

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


def check_size(size: int, name: str, path: str) -> None:
    """Raise RefusedError for a file of totem's own that has more than :data:`LARGEST` bytes at a target."""
    if size > LARGEST:
        raise RefusedError(
            f"{path} at {name} is larger than anything that totem puts there", hint="look at it, delete it"
        )


def temporary(path: str) -> str:
    """The name under which a file is written before it is renamed: the same for a path, so that a next one replaces it.

    The lock of the target keeps two deployments apart.
    """
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}.totem-{blake2b(name.encode(), digest_size=8).hexdigest()}"
