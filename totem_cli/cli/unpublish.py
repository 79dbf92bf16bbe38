"""totem unpublish: change the status of an episode or a series."""

from __future__ import annotations

import typer

from totem_cli.cli.options import EpisodeOrSeries
from totem_cli.cli.session import Session
from totem_cli.cli.verb import verb

app = typer.Typer(add_completion=False)


@verb(app, writes=True)
def unpublish(session: Session, target: EpisodeOrSeries) -> None:
    """Make an episode or a series a draft again: its status, nothing else."""
    with session.change() as archive:
        session.show(archive.set_status(target, "draft"))
