"""totem export: publish."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from totem_cli.cli import complete
from totem_cli.cli.commands import Commands
from totem_cli.cli.options import parameters
from totem_cli.cli.session import Session
from totem_cli.errors import InvalidError, StaleError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from totem_cli.archive.exporting import ExportJob
    from totem_cli.archive.publication import Publication
    from totem_cli.archive.publishing import Publishing
    from totem_cli.publishing.explanation import Explanation
    from totem_cli.publishing.publisher import Report

commands = Commands()

_FORMATS = "totem doctor lists the formats"


@commands("export", writes=True, filters=True, example="totem export html --output site")
def export(
    session: Session,
    format_: Annotated[
        str | None,
        typer.Argument(
            metavar="FORMAT",
            help="What to make: html, epub, pdf, markdown, json, jsonl, csv, sqlite, rss, atom, jsonfeed, ics, "
            "schedule, wxr, bibtex, csl.",
            show_default=False,
            autocompletion=complete.exporter,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="Where it goes; by default ./site, ./FORMAT or, for one file, standard output; with --all ./export.",
        ),
    ] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="Make every format that totem.toml names under [export], in one folder.")
    ] = False,
    since_export: Annotated[
        Path | None,
        typer.Option(
            "--since-export",
            metavar="STATE",
            help="Only what changed since this file was written; it is then written anew (json, jsonl).",
        ),
    ] = None,
    single: Annotated[bool, typer.Option("--single", help="Make one self-contained file (html).")] = False,
    replace_: Annotated[
        bool,
        typer.Option("--replace", help="Write over an export of another selection, or files that are not totem's."),
    ] = False,
    param: Annotated[
        list[str] | None,
        typer.Option("--param", metavar="KEY=VALUE", help="A setting of the format; repeat it for more."),
    ] = None,
    generator: Annotated[
        str | None,
        typer.Option(
            "--for",
            metavar="GENERATOR",
            help="For hugo, jekyll, eleventy, zola, astro or plain (markdown).",
            autocompletion=complete.generator,
        ),
    ] = None,
    excel: Annotated[bool, typer.Option("--excel", help="Make it as spreadsheet programs open it (csv).")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only tell whether the export is up to date: exit code 0, or 4.")
    ] = False,
    explain: Annotated[
        str | None,
        typer.Option("--explain", metavar="PAGE", help="Only tell why a page would be made again."),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            metavar="N",
            help="How many processes work; by default $TOTEM_JOBS, else one for each processor.",
        ),
    ] = None,
    sync: Annotated[
        bool,
        typer.Option(
            "--sync/--no-sync",
            help="Whether to wait until what is written is safe from a power cut; by default it waits.",
        ),
    ] = True,
) -> None:
    """Make a site, a feed, a book, a table… of what is published, or of what filters select."""
    from msgspec.structs import replace

    from totem_cli.archive.exporting import ExportJob, Order
    from totem_cli.cli.progress import progress
    from totem_cli.publishing.formats import find_exporter, folder_of, is_one_file
    from totem_cli.publishing.jobs import job_count

    settings = parameters(param) | ({"excel": "yes"} if excel else {}) | ({"for": generator} if generator else {})
    _check_grammar(format_, all_, single or settings or since_export)
    query = session.query()
    if "status" not in session.filters:
        query = replace(query, status=("published",))
    publishing = ready_to_publish(session)
    retry = publishing.workspace.retry
    if format_ and since_export:
        find_exporter(format_)
        publication = partial(publishing.publication, query)
        retry(lambda: _changes(session, publication(), format_, since_export, output, check=check, sync=sync))
        return
    order = Order(
        formats=(format_,) if format_ else session.archive.settings.export.formats,
        together=not format_,
        query=query,
        single=single,
        parameters=settings,
    )
    job = ExportJob(publishing, order)
    if format_ and is_one_file(find_exporter(format_)):
        retry(lambda: _one_file(session, job, output, check=check, sync=sync))
        return
    target = output or Path(folder_of(format_) if format_ else "export")
    if explain is not None:
        _explain(session, retry(lambda: job.explain(target, explain)))
    elif check:
        _report_stale(retry(lambda: job.stale(target)), target)
    else:
        with progress(str(target), quiet=session.quiet) as seen:
            report = retry(
                lambda: job.into(
                    target, replace=replace_, dry_run=session.dry_run, sync=sync, seen=seen, jobs=job_count(jobs)
                )
            )
        _report(session, target, report)
        if format_ == "html":
            session.suggest(f"open {target / 'index.html'} in a browser")


def _check_grammar(format_: str | None, all_: bool, own: object) -> None:
    """UsageError where it is not clear which formats are meant, or for which of them an option is."""
    if bool(format_) == all_:
        raise UsageError("name a format, or say --all" if not format_ else "--all takes no format", hint=_FORMATS)
    if all_ and own:
        raise UsageError("an option of one format needs its name, not --all", hint=_FORMATS)


def _changes(
    session: Session,
    publication: Publication,
    format_: str,
    state: Path,
    output: Path | None,
    *,
    check: bool,
    sync: bool,
) -> None:
    """What was added, changed and removed since the state; which is brought up to date once all of it is written."""
    from totem_cli.exporters.changes import State, changes
    from totem_cli.publishing.one_file import write_one
    from totem_cli.publishing.output import check_sources

    if format_ not in ("json", "jsonl"):
        raise InvalidError(f"--since-export is for json and jsonl, not {format_}")
    if output is not None and os.path.realpath(output) == os.path.realpath(state):
        raise InvalidError(f"{output} is the state itself", hint="name another file with --output")
    check_sources(state, Path(os.path.realpath(state)))
    before = session.read_bytes(str(state)) if state.exists() else None
    since = State({}) if before is None else State.read(before, str(state))
    found, now = changes(publication.record(), since)
    counts = ", ".join(
        f"{len(part['episodes'])} {word}"
        for word, part in (("added", found.added), ("changed", found.changed), ("removed", found.removed))
    )
    if check:
        if before is None or not found.is_empty:
            raise StaleError(f"{state} is not up to date: {counts}", hint="run the export again")
        return
    content = found.document() if format_ == "json" else found.lines()
    if session.dry_run:
        session.line(str(output or "-"))
    elif output is None:
        session.document(content)
        sys.stdout.flush()
    else:
        write_one(content, output, sync=sync)
        session.show(str(output))
    if not session.dry_run and since.is_own:
        write_one(now.encode(), state, sync=sync)
    session.say(f"episodes: {counts}")


def _one_file(session: Session, job: ExportJob, output: Path | None, *, check: bool, sync: bool) -> None:
    from totem_cli.publishing.one_file import is_current, write_one

    page = job.page()
    if check:
        if output is None:
            raise UsageError("--check asks about a file: name it with --output")
        _report_stale([] if is_current(page, output) else [str(output)], output)
    elif session.dry_run:
        session.line(str(output or page.path))
    elif output is None:
        session.document(page.render())
    else:
        write_one(page.render(), output, sync=sync)
        session.show(str(output))
    _warn(session, job.warnings)


def _warn(session: Session, warnings: Iterable[str]) -> None:
    for words in warnings:
        session.warn(words)


def _report(session: Session, target: Path, report: Report) -> None:
    """Say what an export did, or would have done."""
    _warn(session, report.warnings)
    if session.as_json:
        counts = {"written": report.written, "removed": report.removed, "unchanged": report.unchanged}
        session.json({"output": str(target), **counts})
    elif session.dry_run:
        for path in report.written:
            session.line(f"{target}/{path}")
        for path in report.removed:
            session.line(f"{target}/{path} (removed)")
    elif not session.quiet:
        session.line(str(target))
    session.say(f"{len(report.written)} written, {len(report.removed)} removed, {report.unchanged} unchanged")
    if report.unknown:
        for path in report.unknown:
            session.warn(f"{target}/{path} is still there, and the damaged manifest does not say whose it is")
        raise StaleError(
            f"{target} may still hold pages of what is published no more: {len(report.unknown)} files are not known",
            hint="remove those that are not yours; or export to a new folder, and serve that",
        )


def _explain(session: Session, found: Explanation) -> None:
    """Say why a page is made again."""
    if session.as_json:
        session.json(found._asdict())
        return
    session.line(f"{found.path}: of the group {found.group or 'of loose pages'}")
    if found.is_new:
        session.line("it is not in the last export")
    elif found.toolchain:
        session.line("the last export was made by another totem, or with other libraries")
    elif not found.parts:
        session.line("nothing that it is made from has changed")
    else:
        session.line(f"changed: {', '.join(found.parts)}")
        if not found.page:
            session.line("none of that is shown on this page: it is compared, and not rendered")


def ready_to_publish(session: Session) -> Publishing:
    """What publishes the archive; warns of media that no page will have.

    Raises where a file cannot be read: a site that lacks it would not be the archive's.
    """
    problems = session.archive.problems()
    if len(problems) > 1:
        from totem_cli.archive.unreadable import unreadable

        raise unreadable("nothing was exported", problems)
    if problems:
        raise problems[0]
    for problem in session.archive.publishing.left_out():
        session.warn(problem)
    return session.archive.publishing


def _report_stale(paths: list[str], target: Path | None) -> None:
    if paths:
        more = f" and {len(paths) - 5} more" if len(paths) > 5 else ""
        listed = "" if target and paths == [target.name] else f": {', '.join(paths[:5])}{more}"  # of one file, itself
        raise StaleError(f"{target} is not up to date{listed}", hint="run the export again")
