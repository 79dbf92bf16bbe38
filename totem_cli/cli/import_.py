"""totem import: bring in what exists already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from totem_cli.cli.session import Session
from totem_cli.cli.verb import verb
from totem_cli.errors import InvalidError, NotFoundError

if TYPE_CHECKING:
    from totem_cli.archive.archive import Archive
    from totem_cli.importers import Imported
    from totem_cli.model.episode import Episode
    from totem_cli.model.series import Series

app = typer.Typer(add_completion=False)


@verb(app, "import", adds=True)
def import_(
    session: Session,
    format_: Annotated[str, typer.Argument(metavar="FORMAT", help="page, csv, wordpress, json, markdown…")],
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A file or folder; - for standard input.")],
    series: Annotated[str | None, typer.Option(help="Put every episode into this series.")] = None,
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

    importer = find_importer(format_)
    if source != "-" and not Path(source).exists():
        raise NotFoundError(f"no file or folder {source}")
    options = Options(parameters=_parameters(mapped or [], types or [], param or []))
    imported = importer(session.read_bytes("-") if source == "-" else Path(source), options)
    if session.dry_run:
        _tell(session, imported)
    for warning in imported.unplaced:
        session.say(warning, kind="warning")
    if strict and imported.unplaced:
        raise InvalidError(
            f"{len(imported.unplaced)} things in {source} have no place here", hint="without --strict they are left out"
        )
    with session.change() as archive:
        found, episodes, into = _placed(imported, archive, series)
        places = dict(imported.locations)
        if len(found) < len(imported.series):  # series that are left out would shift the places of the others
            places.pop("series", None)
        taken = archive.take_in(
            series=found,
            episodes=episodes,
            persons=imported.persons,
            comments=imported.comments,
            locations=places,
            settings=imported.settings,
            media=imported.media,
            media_root=imported.media_root,
            into=into,
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
    for option, values in (("--map", mapped), ("--param", given)):
        for one in values:
            if not one.partition("=")[0].strip() or "=" not in one:
                raise InvalidError(f"{option} {one!r} is not a setting", hint=f"write {option} name=value")
    parameters = {key: value for key, _, value in (one.partition("=") for one in given)}
    if mapped:
        parameters["map"] = "\n".join(mapped)
    if types:
        parameters["type"] = ",".join(types)
    return parameters


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


def _placed(
    imported: Imported, archive: Archive, into: str | None
) -> tuple[Sequence[Series], Iterable[Episode], str | None]:
    """The series and episodes as they are to be taken in.

    A source that is one series takes the name it is given, where there is none of that name yet. A series of which the
    source knows no more than the title is not told again.
    """
    from msgspec.structs import replace

    from totem_cli.model.read import derived_id

    there = {one.slug for one in archive.series()}
    if into is not None:
        if len(imported.series) == 1 and into not in there:
            (only,) = imported.series
            own = "id" not in only.absent
            renamed = replace(only, slug=into, id=only.id if own else derived_id(into))
            return [renamed], imported.episodes, into
        return (), imported.episodes, into
    bare = [one for one in imported.series if one.slug in there and _only_titled(one)]
    return [one for one in imported.series if one not in bare], imported.episodes, None


def _only_titled(series: Series) -> bool:
    """Whether a source knows the series by its title only, and by no id."""
    from msgspec.structs import replace

    from totem_cli.model.series import Series as Bare

    return "id" in series.absent and replace(series, language=None, absent=()) == Bare(
        id=series.id, slug=series.slug, title=series.title
    )
