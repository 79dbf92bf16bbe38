"""totem init: make an archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from totem_cli.cli.session import Session
from totem_cli.cli.verb import verb

app = typer.Typer(add_completion=False)


@verb(app, adds=True)
def init(
    session: Session,
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Where; by default here.", show_default=False)
    ] = None,
    title: Annotated[str | None, typer.Option(help="The archive's title.")] = None,
    language: Annotated[
        str | None, typer.Option(help="The language of what names no other (BCP 47): fr, if it is not said.")
    ] = None,
) -> None:
    """Make an archive: a folder with a totem.toml."""
    from totem_cli.archive.archive import Archive
    from totem_cli.archive.founding import found

    root = folder or session.archive_path or Path()
    if session.dry_run and not (root / "totem.toml").exists():
        found(root, title=title, language=language or "fr", report=session.diff)
        return
    if session.dry_run and session.if_exists == "update":
        with Archive(root, memory=True) as there, there.transaction(dry_run=True) as change:
            there.set_settings(title=title, language=language)
            session.diff(change.diff())
        return
    with Archive.create(root, title=title, language=language, if_exists=session.if_exists) as archive:
        if session.as_json:
            from totem_cli.archive.record import archive_record

            session.json(archive_record(archive.settings))
        elif not session.quiet:
            session.line(str(root))
