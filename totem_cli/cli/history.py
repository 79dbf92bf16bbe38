"""What undo and redo show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from totem_cli.cli.session import Session

if TYPE_CHECKING:
    from totem_cli.storage.transaction import Replay


def show_step(session: Session, replay: Replay) -> None:
    """Print the files that changed, or in a dry run how they would."""
    if session.dry_run:
        session.diff(replay.diff)
        return
    entry = replay.entry
    if session.as_json:
        session.json({"number": entry.number, "label": entry.label, "paths": [step.path for step in entry.steps]})
    elif not session.quiet:
        for step in entry.steps:
            session.line(step.path)


def show_history(session: Session) -> None:
    """Print what there is to undo (``done``) and to redo (``undone``), newest first."""
    rows = [
        {
            "number": entry.number,
            "state": entry.state,
            "time": entry.time,
            "label": entry.label,
            "files": len(entry.steps),
        }
        for entry in session.archive.history()
    ]
    if session.as_json:
        session.json(rows)
        return
    session.rows("history", rows, ("number", "state", "time", "label", "files"))
