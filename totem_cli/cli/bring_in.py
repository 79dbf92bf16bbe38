"""The commands that make an archive and bring in what exists: init, import, apply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from totem_cli.cli import complete
from totem_cli.cli.commands import Commands
from totem_cli.cli.options import YesOption, parameters
from totem_cli.cli.session import Session
from totem_cli.errors import ChangedError, InvalidError

if TYPE_CHECKING:
    from totem_cli.archive.applying import Applied, Statement

commands = Commands()


@commands("init", adds=True, example='totem init talks --title "Nos conférences" --language fr')
def init(
    session: Session,
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="The folder; by default this one.")] = None,
    title: Annotated[str | None, typer.Option(metavar="TITLE", help="The archive's title.")] = None,
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help="The language (BCP 47: fr, en, pt-BR); by default fr.")
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
    session.archive_path = None if root in (Path(), Path("archive")) else root
    session.suggest('totem add series "Title of the series"')


@commands("import", adds=True, example="totem import csv programme.csv --series demo --dry-run")
def import_(
    session: Session,
    format_: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT",
            help="What it is: page, markdown, table, csv, json, yaml, feed, ics, schedule, wordpress, pyvideo.",
            autocompletion=complete.importer,
        ),
    ],
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A file or folder; - for standard input.")],
    series: Annotated[
        str | None,
        typer.Option(metavar="SLUG", help="Put every episode into this series.", autocompletion=complete.series),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse a source of which something has no place in the archive.")
    ] = False,
    mapped: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="NAME=FIELD", help="The field for a column or a key; - leaves it out; repeat it for more."
        ),
    ] = None,
    map_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Read the source as this file of --save-map says.")
    ] = None,
    save_map: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write down how the source is read: names, fields, options.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="The time zone of hours that state none: Europe/Paris, +02:00.")
    ] = None,
    day_first: Annotated[
        bool | None,
        typer.Option("--day-first/--month-first", help="Whether 9/4/2020 is in April or in September."),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(metavar="NAME", help="The encoding of the source; by default detected.")
    ] = None,
    types: Annotated[
        list[str] | None,
        typer.Option(
            "--type", metavar="TYPE", help="Take items of this type too (wordpress: page); repeat it for more."
        ),
    ] = None,
    param: Annotated[
        list[str] | None,
        typer.Option("--param", metavar="KEY=VALUE", help="A setting of the format; repeat it for more."),
    ] = None,
) -> None:
    """Bring in what exists in another format: all of it, or nothing.

    Try --dry-run first: it tells what would be read, and from where.
    """
    from totem_cli.cli import import_report
    from totem_cli.importers import find_importer
    from totem_cli.importers.map_file import Reading, read_map_file, save_map_file
    from totem_cli.importers.placing import read_source, within

    find_importer(format_)
    reading = Reading(_mapping(mapped or []), parameters(param), types or [], timezone, day_first, encoding)
    reading = reading.over(read_map_file(map_file) if map_file else Reading())
    usual = Reading(timezone=session.archive.settings.import_.timezone)
    imported = read_source(format_, session.source(source), reading.over(usual).options())
    if series:
        imported = within(imported, series, is_new=all(one.slug != series for one in session.archive.series))
    if save_map:
        save_map_file(save_map, Reading(map=dict(imported.mapping)).over(reading))
    if session.dry_run:
        import_report.tell_plan(session, imported)
    import_report.tell_notes(session, imported)
    if strict:
        import_report.refuse_unplaced(imported, source)
    with session.change(print_diff=not session.as_json) as archive:
        taken = archive.import_(
            series=imported.series,
            episodes=imported.episodes,
            persons=imported.persons,
            comments=imported.comments,
            locations=imported.locations,
            settings=imported.settings,
            media=imported.media,
            media_root=imported.media_root,
            into=series,
            if_exists=session.if_exists,
        )
    if session.as_json:
        session.json(import_report.as_json(imported, taken) | ({"diff": session.last_diff} if session.dry_run else {}))
    elif not session.dry_run and not session.quiet:
        for ref in (*taken.added, *taken.updated):
            session.line(ref)
    if not session.as_json:
        import_report.tell_summary(session, imported, taken, source)
    session.suggest("totem check")


def _mapping(given: Sequence[str]) -> dict[str, str]:
    """The fields by the names of ``--map NAME=FIELD``; a name may hold ``=``."""
    found = {}
    for one in given:
        name, sign, field = one.rpartition("=")
        if not (name.strip() and sign and field.strip()):
            raise InvalidError(f"--map {one!r} is not a setting", hint="write --map NAME=FIELD")
        found[name.strip()] = field.strip()
    return found


@commands("apply", writes=True, example="totem apply records.json --dry-run")
def apply(
    session: Session,
    source: Annotated[
        str, typer.Argument(metavar="FILE|-", help="Records in JSON, JSON Lines or TOML; - for standard input.")
    ],
    series: Annotated[
        str | None,
        typer.Option(metavar="SLUG", help="The series of episodes that name none.", autocompletion=complete.series),
    ] = None,
    prune: Annotated[
        bool,
        typer.Option(
            "--prune",
            help="Remove the other episodes of its series and, where it states series, other series; it asks first.",
        ),
    ] = False,
    yes: YesOption = False,
) -> None:
    """Add and set what a file of records states; the same again changes nothing."""
    from totem_cli.importers import Options
    from totem_cli.importers.statements import read

    statements = read(session.source(source), Options())
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
