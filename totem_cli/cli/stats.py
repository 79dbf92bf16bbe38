"""totem stats: count what the archive holds."""

from __future__ import annotations

from dataclasses import asdict

import typer

from totem_cli.cli.session import Session
from totem_cli.cli.verb import verb
from totem_cli.model.query import Query

app = typer.Typer(add_completion=False)


@verb(app, filters=True)
def stats(session: Session, query: Query) -> None:
    """Count series, episodes, people, questions, words."""
    counted = asdict(session.archive.stats(query))
    session.warn_unreadable()
    if session.as_json:
        session.json(counted)
        return
    rows = [{"what": key, "count": value} for key, value in counted.items() if value is not None]
    session.rows("stats", rows, ("what", "count"), language=session.archive.settings.language)
