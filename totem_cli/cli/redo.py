"""totem redo: bring back what was undone."""

from __future__ import annotations

import typer

from totem_cli.cli.session import Session
from totem_cli.cli.verb import verb

app = typer.Typer(add_completion=False)


@verb(app, writes=True)
def redo(session: Session) -> None:
    """Bring back the change that was undone last."""
    from totem_cli.cli.history import show_step

    show_step(session, session.archive.redo(dry_run=session.dry_run))
