"""totem search: find words."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from totem_cli.cli.session import Session
from totem_cli.cli.verb import verb
from totem_cli.model.query import Query

app = typer.Typer(add_completion=False)

MOST = 50
"""How many episodes are shown where ``--limit`` does not say."""


@verb(app, filters=True)
def search(
    session: Session,
    words: Annotated[list[str], typer.Argument(metavar="WORDS…", help="All of them are to be found, in any order.")],
    query: Query,
) -> None:
    """Search titles, people, questions, tags and recaps; case, accents and ligatures do not matter."""
    from msgspec.structs import replace

    limit = MOST if query.limit is None else query.limit
    archive = session.reader
    found, count = archive.best(words, replace(query, limit=limit))
    shown = [archive.hits(episode, words) for episode in found]
    session.warn_unreadable()
    if not found:
        session.say_misnamed(query)
    if session.as_json:
        from totem_cli.cli.records import hit_record

        session.json([hit_record(hit) for hits in shown for hit in hits])
    elif session.terminal:
        from totem_cli.terminal.console import console
        from totem_cli.terminal.hits import hits_page

        console(sys.stdout).print(hits_page(shown, archive.settings))
    else:
        from totem_cli.terminal.plain import plain_hits

        session.out(plain_hits(shown))
    if count > len(shown):
        session.say(f"{count - len(shown)} more: --limit 0 shows all")
