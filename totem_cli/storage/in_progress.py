"""Whether a change of an archive is in progress. A reader checks this before and after it reads the files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from totem_cli.storage.layout import HOME

if TYPE_CHECKING:
    from pathlib import Path

JOURNAL = f"{HOME}/journal"
APPLYING, REPLAYING, PURGING = "applying", "replaying", "purging"
"""The folder names of a journal entry while its files are exchanged, or while a purge is under way."""


def is_in_progress(root: str | Path) -> bool:
    """Return whether a change or purge is in progress, or was when its command was killed. Costs three stat calls."""
    journal = os.path.join(root, JOURNAL)
    return any(os.path.lexists(os.path.join(journal, name)) for name in (APPLYING, REPLAYING, PURGING))


def journal_state(root: str | Path) -> tuple[object, ...]:
    """Return a value that differs after each change: a reader compares it before and after it reads many files."""
    journal = os.path.join(root, JOURNAL)
    try:
        return (os.stat(journal).st_mtime_ns, *sorted(os.listdir(journal)))
    except OSError:
        return ()
