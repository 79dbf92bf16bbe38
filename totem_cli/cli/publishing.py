"""totem export: publish."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from totem_cli.cli import complete
from totem_cli.cli.commands import Commands
from totem_cli.cli.parameters import parameters
from totem_cli.cli.session import Session
from totem_cli.errors import InvalidError, StaleError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from totem_cli.archive.publication import Publication
    from totem_cli.exporters.making import Making
    from totem_cli.model.query import Query
    from totem_cli.publishing.page import Page
    from totem_cli.publishing.settled import Memory, Report

commands = Commands()

_FORMATS = "totem doctor lists the formats"


@commands("export", writes=True, filters=True)
def export(
    session: Session,
    format_: Annotated[
        str | None,
        typer.Argument(
            metavar="FORMAT", help="html, markdown, json…", show_default=False, autocompletion=complete.exporter
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="Where to; else a folder goes to ./site or ./FORMAT, one file to standard output, --all to ./export.",
            show_default=False,
        ),
    ] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="Every format that totem.toml names under export, in one folder.")
    ] = False,
    since_export: Annotated[
        Path | None,
        typer.Option(
            "--since-export",
            metavar="STATE",
            help="Only what was added, changed, removed since this file was written (json, jsonl).",
            show_default=False,
        ),
    ] = None,
    single: Annotated[bool, typer.Option("--single", help="One self-contained file (html).")] = False,
    replace_: Annotated[
        bool, typer.Option("--replace", help="Over an export of another selection, or files that are not totem's.")
    ] = False,
    param: Annotated[
        list[str] | None, typer.Option("--param", metavar="KEY=VALUE", help="A setting of the format's own; repeat it.")
    ] = None,
    generator: Annotated[
        str | None,
        typer.Option(
            "--for",
            metavar="GENERATOR",
            help="hugo, jekyll, eleventy, zola, astro or plain (markdown).",
            autocompletion=complete.generator,
        ),
    ] = None,
    excel: Annotated[bool, typer.Option("--excel", help="As a spreadsheet program opens it (csv).")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only tell whether the export is up to date: 0, or 4 when stale.")
    ] = False,
) -> None:
    """Publish the archive: all that is published, or what filters select."""
    run(
        session,
        session.query(),
        format_,
        output,
        all_,
        since_export,
        single,
        replace_,
        param,
        generator,
        excel,
        check,
    )


def run(
    session: Session,
    query: Query,
    format_: str | None = None,
    output: str | Path | None = None,
    all_: bool = False,
    since_export: str | Path | None = None,
    single: bool = False,
    replace_: bool = False,
    param: list[str] | None = None,
    generator: str | None = None,
    excel: bool = False,
    check: bool = False,
) -> None:
    """Export what the query selects."""
    from msgspec.structs import replace

    from totem_cli.archive.exporting import folder_of

    settings = parameters(param) | ({"excel": "yes"} if excel else {}) | ({"for": generator} if generator else {})
    _check_grammar(format_, all_, single or settings or since_export)
    wanted = query if "status" in session.filters else replace(query, status=("published",))
    output = Path(output) if output is not None else None
    if format_ and not (since_export or replace_ or check or session.dry_run):
        target = output or Path(folder_of(format_))
        report = session.archive.workspace.retry(
            lambda: _again(session, wanted, format_, target, settings, single=single)
        )
        if report is not None:
            _tell(session, target, *report)
            return
    _export(
        session,
        wanted,
        format_,
        output,
        Path(since_export) if since_export is not None else None,
        settings,
        single=single,
        replace_=replace_,
        check=check,
    )


def _again(
    session: Session, wanted: Query, format_: str, target: Path, settings: dict[str, str], *, single: bool
) -> Report | None:
    """What was done where an export into that folder left enough to know what may have changed, if anything.

    None where it did not. The format is not even loaded for what did not change; nor is it asked for by its name, since
    the last export was made by the same totem.
    """
    from totem_cli.archive.exporting import asked
    from totem_cli.cli.progress import progress
    from totem_cli.publishing.page import key_of
    from totem_cli.publishing.settled import again

    archive, publishing = session.archive, session.archive.publishing
    if archive.problems():
        return None

    function = f"totem_cli.exporters.{format_}.export"
    told = asked(function, wanted, settings, single=single)

    def source() -> str:
        return key_of(publishing.files_key(), publishing.carried_key(), told)

    def memory() -> Memory | None:
        from totem_cli.exporters import Options, ours
        from totem_cli.exporters.making import Making

        exporter = ours(format_)
        options = Options(single=single, parameters=settings, warn=session.warn)
        return Making(publishing, exporter, wanted, options) if exporter else None

    with progress(str(target), quiet=session.quiet) as seen:
        return again(
            target,
            format=format_,
            filters=_filters(wanted, settings, single=single),
            archive=archive.root,
            stats=publishing.export_stats(target),
            source=source,
            memory=memory,
            seen=seen,
        )


def _filters(wanted: Query, settings: dict[str, str], *, single: bool) -> dict[str, Any]:
    return wanted.filters | ({"single": True} if single else {}) | settings


def _export(
    session: Session,
    wanted: Query,
    format_: str | None,
    output: Path | None,
    since_export: Path | None,
    settings: dict[str, str],
    *,
    single: bool,
    replace_: bool,
    check: bool,
) -> None:
    from totem_cli.archive.exporting import folder_of
    from totem_cli.exporters import Options, find_exporter, is_one_file, is_ours
    from totem_cli.exporters.making import Making
    from totem_cli.exporters.together import together

    formats = format_ or session.archive.settings.export.formats
    exporter = find_exporter(format_) if format_ else together(formats)
    _refuse_unreadable(session)
    if format_ and since_export:
        _changes(session, session.archive.publication(wanted), format_, since_export, output, check=check)
        return
    warned: list[str] = []

    said: set[str] = set()

    def warn(words: str) -> None:
        warned.append(words)
        if words not in said:
            said.add(words)
            session.warn(words)

    options = Options(single=single, parameters=settings, warn=warn)
    making = Making(session.archive.publishing, exporter, wanted, options, formats=formats)

    def source() -> str:
        """What the pages are made from; nothing where that is not known, or where there is a warning to repeat."""
        return "" if warned or not is_ours(exporter) else making.source()

    def publish() -> None:
        warned.clear()
        for problem in session.archive.publishing.left_out():
            warn(str(problem))
        if is_one_file(exporter):
            (page,) = making.pages()
            _one_file(session, page, output, check=check)
        else:
            filters = _filters(wanted, settings, single=single)
            target = output or Path(folder_of(format_) if format_ else "export")
            _folder(session, making, target, format_ or "all", filters, source, replace_=replace_, check=check)

    session.archive.workspace.retry(publish)


def _check_grammar(format_: str | None, all_: bool, own: object) -> None:
    """UsageError where it is not clear which formats are meant, or for which of them an option is."""
    if bool(format_) == all_:
        raise UsageError("name a format, or say --all" if not format_ else "--all takes no format", hint=_FORMATS)
    if all_ and own:
        raise UsageError("an option of one format needs its name, not --all", hint=_FORMATS)


def _changes(
    session: Session, publication: Publication, format_: str, state: Path, output: Path | None, *, check: bool
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
        write_one(content, output)
        session.show(str(output))
    if not session.dry_run and since.is_own:
        write_one(now.encode(), state)
    session.say(f"episodes: {counts}")


def _one_file(session: Session, page: Page, output: Path | None, *, check: bool) -> None:
    from totem_cli.publishing.one_file import is_current, write_one

    if check:
        if output is None:
            raise UsageError("--check asks about a file: name it with --output")
        _report_stale([] if is_current(page, output) else [str(output)], output)
    elif session.dry_run:
        session.line(str(output or page.path))
    elif output is None:
        session.document(page.render())
    else:
        write_one(page.render(), output)
        session.show(str(output))


def _folder(
    session: Session,
    making: Making,
    target: Path,
    format_: str,
    filters: dict[str, Any],
    source: Callable[[], str],
    *,
    replace_: bool,
    check: bool,
) -> None:
    from totem_cli.cli.progress import progress
    from totem_cli.publishing.publisher import publish, stale
    from totem_cli.publishing.settled import again

    root, stats = session.archive.root, session.archive.publishing.export_stats(target)
    if check:
        _report_stale(stale(making.pages(), target, format=format_, filters=filters, archive=root, stats=stats), target)
        return
    told: dict[str, Any] = {"format": format_, "filters": filters, "archive": root, "stats": stats, "source": source}
    report = None
    if format_ == "all" and not (replace_ or session.dry_run):
        report = again(target, **told, memory=lambda: None)
    if report is None:
        with progress(str(target), quiet=session.quiet) as seen:
            kept = making if making.remembers else None
            rest: dict[str, Any] = {"replace": replace_, "dry_run": session.dry_run, "memory": kept, "seen": seen}
            report = publish(making.pages(), target, **told, **rest, remaking=making.remaking)
    _tell(session, target, *report)


def _tell(session: Session, target: Path, written: list[str], removed: list[str], unchanged: int) -> None:
    """Say what an export did, or would have done."""
    if session.dry_run:
        for path in written:
            session.line(f"{target}/{path}")
        for path in removed:
            session.line(f"{target}/{path} (removed)")
    elif session.as_json:
        counts = {"written": written, "removed": removed, "unchanged": unchanged}
        session.json({"output": str(target), **counts})
    elif not session.quiet:
        session.line(str(target))
    session.say(f"{len(written)} written, {len(removed)} removed, {unchanged} unchanged")


def _refuse_unreadable(session: Session) -> None:
    """A file that cannot be read stops an export: a site that lacks it would not be the archive's."""
    unreadable = session.archive.problems()
    for problem in unreadable[1:]:
        session.say(str(problem), kind="error")
    if unreadable:
        raise unreadable[0]


def _report_stale(paths: list[str], target: Path | None) -> None:
    if paths:
        more = f" and {len(paths) - 5} more" if len(paths) > 5 else ""
        raise StaleError(f"{target} is not up to date: {', '.join(paths[:5])}{more}", hint="run the export again")
