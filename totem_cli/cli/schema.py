"""totem schema: describe the public record."""

from __future__ import annotations

import typer

from totem_cli.cli.session import Session
from totem_cli.cli.verb import verb

app = typer.Typer(add_completion=False)


@verb(app)
def schema(session: Session) -> None:
    """Print the JSON Schema of the public record."""
    from totem_cli.archive.record import schema as record_schema

    session.json(record_schema())
