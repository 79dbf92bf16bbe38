"""totem doctor: tell how this installation and this archive are."""

from __future__ import annotations

import sys

import typer

from totem_cli.cli.session import Session
from totem_cli.cli.verb import verb
from totem_cli.errors import NotFoundError

app = typer.Typer(add_completion=False)


@verb(app)
def doctor(session: Session) -> None:
    """Tell versions, formats, the archive's state: what a report of a problem needs."""
    import sqlite3

    from totem_cli.exporters import exporter_names
    from totem_cli.importers import importer_names
    from totem_cli.version import __version__

    facts: dict[str, str] = {
        "totem": __version__,
        "python": sys.version.split()[0],
        "sqlite": sqlite3.sqlite_version,
        "encoding": f"{sys.stdout.encoding}, file names {sys.getfilesystemencoding()}",
        "exporters": ", ".join(exporter_names()),
        "importers": ", ".join(importer_names()),
    }
    try:
        archive = session.archive
    except NotFoundError as error:
        facts["archive"] = error.message
    else:
        facts |= archive.health()
    if session.as_json:
        session.json(facts)
        return
    session.rows("doctor", [{"what": key, "is": value} for key, value in facts.items()], ("what", "is"))
