"""totem export: publish."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from totem_cli.cli.bodies.export import run
from totem_cli.cli.session import Session
from totem_cli.cli.verb import verb
from totem_cli.model.query import Query

app = typer.Typer(add_completion=False)


@verb(app, writes=True, filters=True)
def export(
    session: Session,
    query: Query,
    format_: Annotated[
        str | None, typer.Argument(metavar="FORMAT", help="html, markdown, json…", show_default=False)
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
        typer.Option("--for", metavar="GENERATOR", help="hugo, jekyll, eleventy, zola, astro or plain (markdown)."),
    ] = None,
    excel: Annotated[bool, typer.Option("--excel", help="As a spreadsheet program opens it (csv).")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only tell whether the export is up to date: 0, or 4 when stale.")
    ] = False,
    explain: Annotated[
        str | None,
        typer.Option("--explain", metavar="PAGE", help="Only tell why a page would be made again.", show_default=False),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            metavar="N",
            help="Processes that share in the work; else $TOTEM_JOBS, or one a processor.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Publish the archive: all that is published, or what filters select."""
    run(
        session,
        query,
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
        explain,
        jobs,
    )
