"""totem init: make an archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from totem_cli.cli.session import Session
from totem_cli.cli.verb import verb

app = typer.Typer()


@verb(app, adds=True)
def init(
    session: Session,
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Where; by default here.", show_default=False)
    ] = None,
    title: Annotated[str | None, typer.Option(help="The archive's title.")] = None,
    language: Annotated[str, typer.Option(help="The language of what names no other (BCP 47).")] = "fr",
) -> None:
    """Make an archive: a folder with a totem.toml."""
    from totem_cli.archive.archive import Archive
    from totem_cli.archive.founding import found

    root = folder or session.archive_path or Path()
    if session.dry_run and not (root / "totem.toml").exists():
        found(root, title=title, language=language, report=session.diff)
        return
    with Archive.create(root, title=title, language=language, if_exists=session.if_exists) as archive:
        if session.as_json:
            from totem_cli.archive.record import archive_record

            session.json(archive_record(archive.settings))
        elif not session.quiet:
            session.line(str(root))
