"""totem withdraw: change the status of an episode or a series."""

from __future__ import annotations

import typer

from totem_cli.cli.options import EpisodeOrSeries
from totem_cli.cli.session import Session
from totem_cli.cli.verb import verb

app = typer.Typer(add_completion=False)


@verb(app, writes=True)
def withdraw(session: Session, target: EpisodeOrSeries) -> None:
    """Withdraw an episode or a series: its page says so, and no more."""
    with session.change() as archive:
        session.show(archive.set_status(target, "withdrawn"))
