"""totem forget: let go of a person."""

from __future__ import annotations

from typing import Annotated

import typer

from totem_cli.archive.forgetting import PersonReport
from totem_cli.archive.traces import Trace
from totem_cli.cli.options import PersonName, YesOption
from totem_cli.cli.session import Session
from totem_cli.cli.verb import verb

app = typer.Typer(add_completion=False)


@verb(app, writes=True)
def forget(
    session: Session,
    name: PersonName,
    pseudonym: Annotated[
        str | None, typer.Option(metavar="NAME", help="Keep what they did under this name; by default it is removed.")
    ] = None,
    redact: Annotated[
        bool, typer.Option("--redact", help="Put the pseudonym, or […], for each mention left in texts too.")
    ] = False,
    yes: YesOption = False,
) -> None:
    """Remove a person everywhere: guest, host, asker, commenter, people/, private/, and what undo keeps of them."""
    archive = session.archive

    def confirm(found: PersonReport) -> None:
        count = len(found.appearances) + len(found.questions) + len(found.comments)
        what = f"{name} is to be forgotten, and no undo brings them back: {count} appearances, questions and comments"
        session.confirm(what, yes=yes)

    done = archive.forget(name, pseudonym=pseudonym, redact=redact, dry_run=session.dry_run, confirm=confirm)
    if session.as_json:
        session.json(done)
        return
    for path in (*done.changed, *done.removed):
        session.line(f"{archive.root / path}{' (removed)' if path in done.removed else ''}")
    if session.dry_run:
        return
    for trace in done.mentions:
        session.line(f"{place(session, trace)}: {trace.text}")
    if done.mentions:
        session.say(
            f"mentions left, listed above: {len(done.mentions)}; --redact covers those in texts", kind="warning"
        )
    if done.history:
        session.say(f"changes that named them, which can no longer be undone: {done.history}")
    if done.git:
        session.say("git still has them in its history. To take them out, in a fresh clone:")
        for command in done.git:
            session.say(f"  {command}")


def place(session: Session, trace: Trace) -> str:
    """A trace's file, as its user names it, and its line."""
    file = str(session.archive.root / trace.file)
    return f"{file}:{trace.line}" if trace.line else file
