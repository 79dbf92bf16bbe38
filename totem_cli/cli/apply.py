"""totem apply: make the archive hold what a file states."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from totem_cli.cli.options import YesOption
from totem_cli.cli.session import Session
from totem_cli.cli.verb import verb
from totem_cli.errors import ChangedError, NotFoundError

if TYPE_CHECKING:
    from totem_cli.archive.upsert import Applied, Statement

app = typer.Typer(add_completion=False)


@verb(app, writes=True)
def apply(
    session: Session,
    source: Annotated[
        str, typer.Argument(metavar="FILE|-", help="Records in JSON, JSON Lines or TOML; - for standard input.")
    ],
    series: Annotated[str | None, typer.Option(help="The series of episodes that name none.")] = None,
    prune: Annotated[
        bool,
        typer.Option(
            "--prune",
            help="Remove the other episodes of its series and, where it states series, other series (it asks first).",
        ),
    ] = False,
    yes: YesOption = False,
) -> None:
    """Add what is not there yet and set what is given, by id, else series and number, else title."""
    from totem_cli.importers import Options
    from totem_cli.importers.statements import read

    if source != "-" and not Path(source).exists():
        raise NotFoundError(f"no file {source}")
    statements = read(session.read_bytes("-") if source == "-" else Path(source), Options())
    shown = _confirm(session, statements, series, yes=yes) if prune and not session.dry_run else None
    with session.change() as archive:
        done = archive.apply(statements, series=series, prune=prune)
        if shown is not None and not set(done.removed) <= set(shown):
            raise ChangedError("the archive was changed meanwhile: more would be removed", hint="run it again")
        if session.dry_run:
            _say_removed(session, done)
    if session.dry_run:
        return
    if session.as_json:
        session.json(asdict(done))
        return
    for ref in (*done.added, *done.updated, *done.removed):
        if not session.quiet:
            session.line(ref)
    removed = f", {len(done.removed)} removed" if prune else ""
    session.say(f"{len(done.added)} added, {len(done.updated)} updated, {len(done.unchanged)} unchanged{removed}")


def _confirm(session: Session, statements: list[Statement], series: str | None, *, yes: bool) -> list[str]:
    """Show what would be removed, and go on only when told to; what was shown."""
    from totem_cli.archive.archive import Archive

    with Archive(session.archive.root, memory=True) as trial, trial.transaction(dry_run=True):
        done = trial.apply(statements, series=series, prune=True)
    _say_removed(session, done)
    if done.removed:
        count = len(done.removed)
        session.confirm(f"this would remove {count} thing{'s' if count > 1 else ''}", yes=yes)
    return done.removed


def _say_removed(session: Session, done: Applied) -> None:
    for ref in done.removed:
        session.say(f"to be removed: {ref}")
