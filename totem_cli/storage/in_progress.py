"""Whether somebody is changing an archive at this moment: what a reader asks before and after it looks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from totem_cli.storage.layout import HOME

if TYPE_CHECKING:
    from pathlib import Path

JOURNAL = f"{HOME}/journal"
APPLYING, REPLAYING, PURGING = "applying", "replaying", "purging"
"""The names of an entry of the journal while its files are being exchanged, or its purge is under way."""


def in_flight(root: str | Path) -> bool:
    """Whether a change or a purge is under way at this moment, or was when a command died: three calls of stat."""
    journal = os.path.join(os.fspath(root), JOURNAL)
    return any(os.path.lexists(os.path.join(journal, name)) for name in (APPLYING, REPLAYING, PURGING))


def stamp(root: str | Path) -> tuple[object, ...]:
    """Return what tells a reader of many files, asked before and after, whether a change was made in between."""
    journal = os.path.join(os.fspath(root), JOURNAL)
    try:
        return (os.stat(journal).st_mtime_ns, *sorted(os.listdir(journal)))
    except OSError:
        return ()
