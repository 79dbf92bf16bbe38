"""totem list: what there is."""

from __future__ import annotations

from typing import Annotated

import typer

from totem_cli.cli.bodies.list import Noun, run
from totem_cli.cli.session import Session
from totem_cli.cli.verb import verb
from totem_cli.model.query import Query

app = typer.Typer(add_completion=False)


@verb(app, "list", filters=True)
def list_(
    session: Session,
    query: Query,
    noun: Annotated[
        Noun,
        typer.Argument(metavar="NOUN", help="episodes, series, guests, organisations, questions, tags, comments."),
    ] = "episodes",
    fields: Annotated[
        str | None, typer.Option(metavar="F,F", help="Only these keys of the record, in this order.")
    ] = None,
) -> None:
    """List episodes, or series, guests, organisations, questions, tags, comments.

    Of comments --since and --until look at when they were written, the other filters at the episode they are on.
    """
    run(session, query, noun, fields)
