"""The commands that make an archive and bring in what exists: init, import, apply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from totem_cli.cli import complete
from totem_cli.cli.commands import Commands
from totem_cli.cli.options import YesOption
from totem_cli.cli.parameters import parameters
from totem_cli.cli.session import Session
from totem_cli.errors import ChangedError, InvalidError

if TYPE_CHECKING:
    from totem_cli.archive.applying import Applied, Statement
    from totem_cli.importers import Imported

commands = Commands()


@commands("init", adds=True)
def init(
    session: Session,
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Where; by default here.", show_default=False)
    ] = None,
    title: Annotated[str | None, typer.Option(help="The archive's title.")] = None,
    language: Annotated[
        str | None, typer.Option(help="The language of what names no other (BCP 47): fr, if it is not said.")
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


@commands("import", adds=True)
def import_(
    session: Session,
    format_: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT", help="page, csv, wordpress, json, markdown…", autocompletion=complete.importer
        ),
    ],
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A file or folder; - for standard input.")],
    series: Annotated[
        str | None, typer.Option(help="Put every episode into this series.", autocompletion=complete.series)
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse a source of which something has no place here.")
    ] = False,
    mapped: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=FIELD", help="The field of a column or key; - leaves it out; repeat it."),
    ] = None,
    types: Annotated[
        list[str] | None, typer.Option("--type", metavar="TYPE", help="Items of this type too (wordpress: page).")
    ] = None,
    param: Annotated[
        list[str] | None, typer.Option("--param", metavar="KEY=VALUE", help="A setting of the format's own; repeat it.")
    ] = None,
) -> None:
    """Bring in episodes from another format: all of it, or nothing. --dry-run tells first what would be read."""
    from totem_cli.importers import Options, find_importer
    from totem_cli.importers.notes import Kind

    importer = find_importer(format_)
    options = Options(parameters=_parameters(mapped or [], types or [], param or []))
    imported = importer(session.source(source), options)
    if session.dry_run:
        _tell(session, imported)
    for warning in (*imported.unplaced, *imported.notes):
        session.say(str(warning), kind="warning")
    unplaced = len(imported.unplaced) + sum(note.kind != Kind.ASSUMED for note in imported.notes)
    if strict and unplaced:
        raise InvalidError(
            f"{unplaced} things in {source} have no place here", hint="without --strict they are left out"
        )
    with session.change() as archive:
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
    if session.dry_run:
        return
    if session.as_json:
        session.json({"added": taken.added, "updated": taken.updated, "skipped": taken.skipped})
    elif not session.quiet:
        for ref in (*taken.added, *taken.updated):
            session.line(ref)
        session.say(f"{len(taken.added)} added, {len(taken.updated)} updated, {len(taken.skipped)} left as they were")


def _parameters(mapped: Sequence[str], types: Sequence[str], given: Sequence[str]) -> Mapping[str, str]:
    for one in mapped:
        if not one.partition("=")[0].strip() or "=" not in one:
            raise InvalidError(f"--map {one!r} is not a setting", hint="write --map name=value")
    settings = parameters(given)
    if mapped:
        settings["map"] = "\n".join(mapped)
    if types:
        settings["type"] = ",".join(types)
    return settings


def _tell(session: Session, imported: Imported) -> None:
    """What would be read, before the changes that it makes."""
    for name, field in imported.mapping:
        session.say(f"{name} → {field}")
    for one in imported.series:
        session.say(f"series {one.slug}: {one.title}{_people('hosts', one.hosts)}{_people('partners', one.partners)}")
    for episode in imported.episodes:
        number = f"{episode.number} " if episode.number is not None else ""
        home = f"{episode.series}/" if episode.series else ""
        asked = f"; questions: {len(episode.questions)}" if episode.questions else ""
        session.say(f"episode {home}{number}{episode.title}{_people('guests', episode.guests)}{asked}")


def _people(kind: str, people: Iterable[object]) -> str:
    names = []
    for one in people:
        inside = [getattr(one, "role", None), *getattr(one, "organisations", ())]
        told = ", ".join(part for part in inside if part)
        names.append(f"{getattr(one, 'name', '')} ({told})" if told else str(getattr(one, "name", "")))
    return f"; {kind}: {', '.join(names)}" if names else ""


@commands("apply", writes=True)
def apply(
    session: Session,
    source: Annotated[
        str, typer.Argument(metavar="FILE|-", help="Records in JSON, JSON Lines or TOML; - for standard input.")
    ],
    series: Annotated[
        str | None, typer.Option(help="The series of episodes that name none.", autocompletion=complete.series)
    ] = None,
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
