"""totem import: bring in what exists already."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from totem_cli.cli.parameters import parameters
from totem_cli.cli.session import Session
from totem_cli.cli.verb import verb
from totem_cli.errors import InvalidError, NotFoundError

app = typer.Typer(add_completion=False)


@verb(app, "import", adds=True)
def import_(
    session: Session,
    format_: Annotated[str, typer.Argument(metavar="FORMAT", help="json, markdown…")],
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A file or folder; - for standard input.")],
    series: Annotated[str | None, typer.Option(help="Put every episode into this series.")] = None,
    param: Annotated[
        list[str] | None, typer.Option("--param", metavar="KEY=VALUE", help="A setting of the format's own; repeat it.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse a source of which something has no place here.")
    ] = False,
) -> None:
    """Bring in episodes from another format: all of it, or nothing."""
    from totem_cli.importers import Options, find_importer

    importer = find_importer(format_)
    if source != "-" and not Path(source).exists():
        raise NotFoundError(f"no file or folder {source}")
    imported = importer(
        session.read_bytes("-") if source == "-" else Path(source), Options(parameters=parameters(param))
    )
    for warning in imported.unplaced:
        session.say(warning, kind="warning")
    if strict and imported.unplaced:
        raise InvalidError(
            f"{len(imported.unplaced)} things in {source} have no place here", hint="without --strict they are left out"
        )
    with session.change() as archive:
        taken = archive.take_in(
            series=imported.series,
            episodes=imported.episodes,
            persons=imported.persons,
            settings=imported.settings,
            media=imported.media,
            into=series,
            if_exists=session.if_exists,
        )
    if session.dry_run:
        return
    if session.as_json:
        session.json({"added": taken.added, "updated": taken.updated, "skipped": taken.skipped})
    elif not session.quiet:
        for ref in (*taken.added, *taken.updated):
            session.line(ref)
        session.say(f"{len(taken.added)} added, {len(taken.updated)} updated, {len(taken.skipped)} left as they were")
