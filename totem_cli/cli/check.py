"""totem check: find what is wrong or doubtful."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from totem_cli.cli.session import Session
from totem_cli.cli.verb import verb
from totem_cli.errors import InvalidError, Location

if TYPE_CHECKING:
    from totem_cli.archive.findings import Finding

app = typer.Typer(add_completion=False)


@verb(app, writes=True)
def check(
    session: Session,
    what: Annotated[
        list[str] | None,
        typer.Argument(metavar="[site PATH]", help="An exported site, rather than the archive.", show_default=False),
    ] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Write down the ids and numbers that files leave to be derived.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 4 for warnings too.")] = False,
    deep: Annotated[
        bool, typer.Option("--deep", help="Read every file again, to find silent damage, of the index too.")
    ] = False,
) -> None:
    """Find what is wrong (exit 4) or doubtful in the archive."""
    if what:
        _site(session, what)
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
        session.json([_record(one) for one in findings])
    else:
        for one in findings:
            session.line(f"{one.location}: {one.level}: {one.message}" + (f" ({one.hint})" if one.hint else ""))
        session.say(f"{_count(len(errors), 'error')}, {_count(len(findings) - len(errors), 'warning')}")
    if errors or (strict and findings):
        raise typer.Exit(InvalidError.exit_code)


def _record(finding: Finding) -> dict[str, Any]:
    whole = asdict(finding)
    location: Location = whole.pop("location")
    return whole | location._asdict()


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _site(session: Session, what: list[str]) -> None:
    from totem_cli.errors import UsageError
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
