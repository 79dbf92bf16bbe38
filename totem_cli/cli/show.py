"""totem show: read an episode, or a series whole."""

from __future__ import annotations

from typing import Annotated

import typer

from totem_cli.cli.bodies.show import Only, run
from totem_cli.cli.session import Session
from totem_cli.cli.verb import verb

app = typer.Typer(add_completion=False)


@verb(app)
def show(
    session: Session,
    ref: Annotated[
        str | None,
        typer.Argument(metavar="[REF]", help="An episode, a series, a comment, or latest.", show_default=False),
    ] = None,
    only: Annotated[Only | None, typer.Option(help="Only this part.")] = None,
    person: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only the episodes in which this person appears.")
    ] = None,
    pager: Annotated[
        bool | None,
        typer.Option(
            "--pager/--no-pager", help="Page it; by default only what is longer than the terminal.", show_default=False
        ),
    ] = None,
) -> None:
    """Read an episode, a whole series or a comment, set for the terminal."""
    run(session, ref, only, person, pager)
