"""Whether a change of an archive is in progress: what a reader asks before and after it reads the files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from totem_cli.storage.layout import HOME

if TYPE_CHECKING:
    from pathlib import Path

JOURNAL = f"{HOME}/journal"
APPLYING, REPLAYING = "applying", "replaying"
"""The names of an entry of the journal while its files are being exchanged."""


def is_in_progress(root: str | Path) -> bool:
    """Whether files are being exchanged at this moment, or were when a command was killed: two calls of stat."""
    journal = os.path.join(os.fspath(root), JOURNAL)
    return any(os.path.lexists(os.path.join(journal, name)) for name in (APPLYING, REPLAYING))


def journal_state(root: str | Path) -> tuple[object, ...]:
    """What is the same before and after a reader read many files unless a change was made in between."""
    journal = os.path.join(os.fspath(root), JOURNAL)
    try:
        return (os.stat(journal).st_mtime_ns, *sorted(os.listdir(journal)))
    except OSError:
        return ()
