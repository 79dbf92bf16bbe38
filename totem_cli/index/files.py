"""The files of an archive, as the index reads them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from totem_cli.errors import TotemError
from totem_cli.storage import layout
from totem_cli.storage.layout import digest_of, is_reliable

if TYPE_CHECKING:
    from totem_cli.storage.layout import Stamp


class Files:
    """The files below ``root``. ``unread`` are the files and folders that cannot be read, each with the reason."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.unread: dict[str, TotemError] = {}

    def stamps(self) -> dict[str, Stamp]:
        """Return the stamp of every file."""
        self.unread = {}
        return layout.scan(self.root, self.unread)

    def read(self, path: str) -> tuple[Stamp | None, bytes, bytes] | None:
        """Return stamp, digest and content of one file; None where it cannot be read, which is noted in ``unread``.

        The stamp is None while the file is so young that a write may not change its stamp.
        """
        if path in self.unread:
            return None
        now = time.time_ns()
        try:
            found = layout.read(self.root, path)
        except TotemError as error:
            self.unread[path] = error
            return None
        if found is None:
            return None
        stamp, content = found
        return stamp if is_reliable(stamp[1:3], now) else None, digest_of(content), content
