"""New contents of a large change, kept out of memory until they are written to their slots."""

from __future__ import annotations

from typing import IO, NamedTuple

MOST = 4 * 1024 * 1024
"""Bytes that one change keeps in memory; what comes after goes to a file without a name."""


class Spilled(NamedTuple):
    """Where a content stands in the file of a :class:`Spill`."""

    spill: Spill
    start: int
    size: int

    def load(self) -> bytes:
        """The content."""
        return self.spill.read(self.start, self.size)


class Spill:
    """Keeps contents: the first ones in memory, the rest in a file that the system removes with the process.

    It is made in ``folder`` (None: where temporary files go), at the first content past the measure. Raises OSError
    where there is no room.
    """

    def __init__(self, folder: str | None) -> None:
        self._folder = folder
        self._held = 0
        self._file: IO[bytes] | None = None
        self._end = 0

    def keep(self, content: bytes) -> bytes | Spilled:
        """The content itself while there is room for it, else where it stands."""
        self._held += len(content)
        if self._held <= MOST:
            return content
        if self._file is None:
            from tempfile import TemporaryFile

            self._file = TemporaryFile(dir=self._folder)  # noqa: SIM115
        self._file.seek(self._end)
        self._file.write(content)
        spilled = Spilled(self, self._end, len(content))
        self._end += len(content)
        return spilled

    def read(self, start: int, size: int) -> bytes:
        """What was kept there."""
        assert self._file is not None
        self._file.seek(start)
        return self._file.read(size)

    def close(self) -> None:
        """Let everything go."""
        if self._file is not None:
            self._file.close()
            self._file = None
