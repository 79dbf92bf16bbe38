"""The commands that look after an archive: check, undo, redo, forget, report, schema, completion."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from totem_cli.cli.commands import Commands
from totem_cli.cli.options import PersonName, YesOption
from totem_cli.cli.scripts import SCRIPTS
from totem_cli.cli.session import Session
from totem_cli.errors import InvalidError, Location, UsageError

if TYPE_CHECKING:
    from totem_cli.archive.findings import Finding
    from totem_cli.archive.forgetting import PersonReport
    from totem_cli.archive.traces import Trace
    from totem_cli.storage.transaction import Replay

commands = Commands()


@commands("check", writes=True, example="totem check --strict")
def check(
    session: Session,
    what: Annotated[
        list[str] | None,
        typer.Argument(metavar="[site PATH]", help="Check an exported site instead."),
    ] = None,
    fix: Annotated[
        bool,
        typer.Option(
            "--fix",
            help="Write down the ids and numbers that files leave out; with --deep, make a wrong index anew.",
        ),
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 4 for warnings, too.")] = False,
    deep: Annotated[bool, typer.Option("--deep", help="Read every file again, to find silent damage.")] = False,
) -> None:
    """Find what is wrong (exit code 4) or doubtful in the archive."""
    if what:
        _check_site(session, what)
        return
    if fix:
        with session.change() as archive:
            for ref in archive.mend():
                if not session.as_json:
                    session.show(ref)
        if session.dry_run:
            return
        if deep and session.archive.mend_index():
            session.say("made the index anew: it did not say what the files do")
    findings = session.archive.check(deep=deep)
    errors = [one for one in findings if one.level == "error"]
    if session.as_json:
        session.json([_finding(one) for one in findings])
    else:
        for one in findings:
            session.line(f"{one.location}: {one.level}: {one.message}" + (f" ({one.hint})" if one.hint else ""))
        session.say(f"{_count(len(errors), 'error')}, {_count(len(findings) - len(errors), 'warning')}")
    if errors or (strict and findings):
        raise typer.Exit(InvalidError.exit_code)


def _finding(finding: Finding) -> dict[str, Any]:
    whole = asdict(finding)
    location: Location = whole.pop("location")
    return whole | {"file": location.file, "line": location.line, "column": location.column}


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _check_site(session: Session, what: list[str]) -> None:
    from totem_cli.publishing.site_check import check_site

    if what[0] != "site" or len(what) != 2:
        raise UsageError("check takes nothing, or: site PATH")
    faults = check_site(Path(what[1]))
    if session.as_json:
        session.json([asdict(fault) for fault in faults])
    else:
        for fault in faults:
            session.line(f"{fault.path}: {fault.message}")
        session.say(_count(len(faults), "error"))
    if faults:
        raise typer.Exit(InvalidError.exit_code)


@commands("undo", writes=True, example="totem undo --dry-run")
def undo(
    session: Session,
    listing: Annotated[bool, typer.Option("--list", help="List what can be undone and redone, newest first.")] = False,
) -> None:
    """Take back the newest change, byte for byte."""
    if listing:
        _show_history(session)
    else:
        _show_step(session, session.archive.undo(dry_run=session.dry_run))


@commands("redo", writes=True, example="totem redo")
def redo(session: Session) -> None:
    """Bring back the change that was undone last."""
    _show_step(session, session.archive.redo(dry_run=session.dry_run))


def _show_step(session: Session, replay: Replay) -> None:
    """Print the files that changed, or in a dry run how they would."""
    if session.dry_run:
        session.diff(replay.diff)
        return
    entry = replay.entry
    if session.as_json:
        session.json({"number": entry.number, "label": entry.label, "paths": [step.path for step in entry.steps]})
    elif not session.quiet:
        for step in entry.steps:
            session.line(step.path)


def _show_history(session: Session) -> None:
    """Print what there is to undo (``done``) and to redo (``undone``), newest first."""
    rows = [
        {
            "number": entry.number,
            "state": entry.state,
            "time": entry.time,
            "label": entry.label,
            "files": len(entry.steps),
        }
        for entry in session.archive.history
    ]
    if session.as_json:
        session.json(rows)
        return
    session.rows("history", rows, ("number", "state", "time", "label", "files"))


@commands("forget", writes=True, example='totem forget "Paul Vidal" --dry-run')
def forget(
    session: Session,
    name: PersonName,
    pseudonym: Annotated[
        str | None, typer.Option(metavar="NAME", help="Keep what they did, under this name; by default it is removed.")
    ] = None,
    redact: Annotated[
        bool, typer.Option("--redact", help="Put the pseudonym, or […], for each mention that texts have.")
    ] = False,
    yes: YesOption = False,
) -> None:
    """Remove a person everywhere, and for ever: episodes, comments, people/, private/ and what undo keeps."""
    archive = session.archive

    def confirm(found: PersonReport) -> None:
        count = len(found.appearances) + len(found.questions) + len(found.comments)
        what = f"{name} is to be forgotten, and no undo brings them back; appearances, questions and comments: {count}"
        session.confirm(what, yes=yes)

    done = archive.people.forget(name, pseudonym=pseudonym, redact=redact, dry_run=session.dry_run, confirm=confirm)
    if session.as_json:
        session.json(done)
        return
    for path in (*done.changed, *done.removed):
        session.line(f"{archive.root / path}{' (removed)' if path in done.removed else ''}")
    if session.dry_run:
        return
    for trace in done.mentions:
        session.line(f"{_place(session, trace)}: {trace.text}")
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


def _place(session: Session, trace: Trace) -> str:
    """A trace's file, as its user names it, and its line."""
    file = str(session.archive.root / trace.file)
    return f"{file}:{trace.line}" if trace.line else file


@commands("report person", example='totem report person "Jeanne Roy"')
def report(session: Session, name: PersonName) -> None:
    """Tell all that is held about a person, what is private too: the answer to who asks for their data."""
    found = session.archive.people.report(name)
    for problem in found.unread:
        session.warn(problem)
    if session.as_json:
        session.json(found)
        return
    session.line(f"names: {'; '.join(found.names)}")
    if found.person:
        session.line(f"person: people/{found.person['slug']}")
    for one in found.appearances:
        credit = ", ".join([*filter(None, [one.get("role")]), *one.get("organisations", ())])
        session.line(f"{one['kind']}: {one['in']}{f': {credit}' if credit else ''}")
    for one in found.questions:
        session.line(f"question: {one['episode']}: {one['text']}")
    for comment in found.comments:
        session.line(f"comment: {comment['id']} ({comment['status']}): {_one_line(comment)}")
    for file in found.private:
        session.line(f"private: {file['file']}: {' '.join(file['text'].split())}")
    for trace in found.mentions:
        session.line(f"mention: {trace.file}{f':{trace.line}' if trace.line else ''}: {trace.text}")
    session.line(f"history: {found.history} changes kept for undo name them")
    for path in found.internal:
        session.line(f"internal: {path}")


def _one_line(comment: dict[str, Any]) -> str:
    return " ".join(str(comment.get("text", "")).split())


@commands("schema", example="totem schema list")
def schema(
    session: Session,
    command: Annotated[
        list[str] | None,
        typer.Argument(metavar="[COMMAND]", help="A command, whose JSON is meant; or error."),
    ] = None,
) -> None:
    """Print the JSON Schema of the public record, or of what a command prints with --json."""
    if command:
        from totem_cli.cli.outputs import output_schema

        session.json(output_schema(" ".join(command)))
        return
    from totem_cli.archive.record import schema as record_schema

    session.json(record_schema())


@commands("completion", example="totem completion bash")
def completion(
    session: Session,
    shell: Annotated[Literal["bash", "zsh", "fish"], typer.Argument(metavar="bash|zsh|fish", help="The shell.")],
) -> None:
    """Print the script with which a shell completes commands, options, episodes, people and tags.

    bash: source <(totem completion bash). zsh: the same, or as _totem in $fpath. fish: totem completion fish | source.
    """
    if session.as_json:
        session.json({"shell": shell, "script": SCRIPTS[shell]})
    else:
        session.out(SCRIPTS[shell])
