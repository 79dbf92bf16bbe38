"""totem undo: take back what was changed."""

from __future__ import annotations

from typing import Annotated

import typer

from totem_cli.cli.session import Session
from totem_cli.cli.verb import verb

app = typer.Typer(add_completion=False)


@verb(app, writes=True)
def undo(
    session: Session,
    listing: Annotated[bool, typer.Option("--list", help="Tell what there is to undo and redo, newest first.")] = False,
) -> None:
    """Take back the newest change, byte for byte."""
    from totem_cli.cli.history import show_history, show_step

    if listing:
        show_history(session)
    else:
        show_step(session, session.archive.undo(dry_run=session.dry_run))
