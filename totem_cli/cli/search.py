"""totem search: find words."""

from __future__ import annotations

from typing import Annotated

import typer

from totem_cli.cli.bodies.search import run
from totem_cli.cli.session import Session
from totem_cli.cli.verb import verb
from totem_cli.model.query import Query

app = typer.Typer(add_completion=False)


@verb(app, filters=True)
def search(
    session: Session,
    words: Annotated[list[str], typer.Argument(metavar="WORDS…", help="All of them are to be found, in any order.")],
    query: Query,
) -> None:
    """Search titles, people, questions, tags and recaps; case, accents and ligatures do not matter."""
    run(session, query, words)
