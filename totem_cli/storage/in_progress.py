"""Whether a change of an archive is in progress: what a reader asks before and after it reads the files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from totem_cli.storage.layout import HOME

if TYPE_CHECKING:
    from pathlib import Path

JOURNAL = f"{HOME}/journal"
APPLYING, REPLAYING, PURGING = "applying", "replaying", "purging"
"""The names of an entry of the journal while its files are being exchanged, or its purge is under way."""


def is_in_progress(root: str | Path) -> bool:
    """Whether a change or a purge is in progress, or was when a command was killed: three calls of stat."""
    journal = os.path.join(os.fspath(root), JOURNAL)
    return any(os.path.lexists(os.path.join(journal, name)) for name in (APPLYING, REPLAYING, PURGING))


def journal_state(root: str | Path) -> tuple[object, ...]:
    """What is the same before and after a reader read many files unless a change was made in between."""
    journal = os.path.join(os.fspath(root), JOURNAL)
    try:
        return (os.stat(journal).st_mtime_ns, *sorted(os.listdir(journal)))
    except OSError:
        return ()
