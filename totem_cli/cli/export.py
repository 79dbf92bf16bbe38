"""totem export: publish."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec.structs import replace

from totem_cli.cli.parameters import parameters
from totem_cli.cli.progress import progress
from totem_cli.cli.session import Session
from totem_cli.cli.verb import verb
from totem_cli.errors import StaleError
from totem_cli.model.query import Query
from totem_cli.store.page import Page, key_of

app = typer.Typer(add_completion=False)


@verb(app, writes=True, filters=True)
def export(
    session: Session,
    query: Query,
    format_: Annotated[str, typer.Argument(metavar="FORMAT", help="html, markdown, json…")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="Where to; a folder format goes to ./site or ./FORMAT, one file to standard output.",
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
        typer.Option("--for", metavar="GENERATOR", help="hugo, jekyll, eleventy, zola, astro or plain (markdown)."),
    ] = None,
    excel: Annotated[bool, typer.Option("--excel", help="As a spreadsheet program opens it (csv).")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only tell whether the export is up to date: 0, or 4 when stale.")
    ] = False,
) -> None:
    """Publish the archive: all that is published, or what filters select."""
    from totem_cli.exporters import Options, find_exporter, is_one_file, is_ours

    exporter = find_exporter(format_)
    wanted = query if session.status_given else replace(query, status=("published",))
    _refuse_unreadable(session)
    settings = parameters(param) | ({"excel": "yes"} if excel else {}) | ({"for": generator} if generator else {})
    warned: list[str] = []

    def warn(words: str) -> None:
        warned.append(words)
        session.warn(words)

    def pages() -> Iterator[Page]:
        told = Options(single=single, parameters=settings, warn=warn)
        yield from exporter(session.archive.publication(wanted), told)

    def source() -> str:
        """What the pages are made from; nothing where that is not known, or where there is a warning to repeat."""
        if warned or not is_ours(exporter):
            return ""
        epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
        asked = repr((format_, wanted, single, sorted(settings.items())))
        return key_of(session.archive.source_key(), asked, epoch)

    if is_one_file(exporter):
        (page,) = pages()
        _one_file(session, page, output, check=check)
    else:
        filters = wanted.filters | ({"single": True} if single else {}) | settings
        target = output or Path("site" if format_ == "html" else format_)
        _folder(session, pages(), target, format_, filters, source, replace_=replace_, check=check)


def _one_file(session: Session, page: Page, output: Path | None, *, check: bool) -> None:
    from totem_cli.store.publisher import is_current, write_one

    if check:
        _report_stale([] if output is None or is_current(page, output) else [str(output)], output)
    elif session.dry_run:
        session.line(str(output or page.path))
    elif output is None:
        session.document(page.render())
    else:
        write_one(page.render(), output)
        session.show(str(output))


def _folder(
    session: Session,
    pages: Iterable[Page],
    target: Path,
    format_: str,
    filters: dict[str, Any],
    source: Callable[[], str],
    *,
    replace_: bool,
    check: bool,
) -> None:
    from totem_cli.store.publisher import publish, stale

    root, stats = session.archive.root, session.archive.export_stats(target)
    if check:
        _report_stale(stale(pages, target, format=format_, filters=filters, archive=root, stats=stats), target)
        return
    with progress(str(target), quiet=session.quiet) as seen:
        report = publish(
            pages,
            target,
            format=format_,
            filters=filters,
            replace=replace_,
            dry_run=session.dry_run,
            archive=root,
            stats=stats,
            source=source,
            seen=seen,
        )
    if session.dry_run:
        for path in report.written:
            session.line(f"{target}/{path}")
        for path in report.removed:
            session.line(f"{target}/{path} (removed)")
    elif session.as_json:
        counts = {"written": report.written, "removed": report.removed, "unchanged": report.unchanged}
        session.json({"output": str(target), **counts})
    elif not session.quiet:
        session.line(str(target))
    session.say(f"{len(report.written)} written, {len(report.removed)} removed, {report.unchanged} unchanged")


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
