"""What an import tells: in words on standard error, and the object ``report`` of ``--json``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from totem_cli.errors import InvalidError

if TYPE_CHECKING:
    from totem_cli.archive.importing import ImportResult
    from totem_cli.cli.session import Session
    from totem_cli.importers import Imported


def tell_plan(session: Session, imported: Imported) -> None:
    """Say what would be read, before the changes that it makes."""
    for name, field in imported.mapping:
        session.say(f"{name} → {field}")
    for one in imported.series:
        session.say(f"series {one.slug}: {one.title}{_people('hosts', one.hosts)}{_people('partners', one.partners)}")
    for episode in imported.episodes:
        number = f"{episode.number} " if episode.number is not None else ""
        home = f"{episode.series}/" if episode.series else ""
        questions = f"; questions: {len(episode.questions)}" if episode.questions else ""
        session.say(f"episode {home}{number}{episode.title}{_people('guests', episode.guests)}{questions}")


def _people(kind: str, people: Iterable[object]) -> str:
    names = []
    for one in people:
        inside = [getattr(one, "role", None), *getattr(one, "organisations", ())]
        credit = ", ".join(part for part in inside if part)
        names.append(f"{getattr(one, 'name', '')} ({credit})" if credit else str(getattr(one, "name", "")))
    return f"; {kind}: {', '.join(names)}" if names else ""


def tell_notes(session: Session, imported: Imported) -> None:
    """Say what was left out, kept aside or assumed, a line each, but not what the user asked for."""
    for note in imported.notes:
        if not note.asked:
            session.warn(str(note))


def refuse_unplaced(imported: Imported, source: str) -> None:
    """Raise InvalidError, with each of them by name, where something of the source is not placed."""
    names = [note.name for note in imported.notes if not note.is_placed]
    if names:
        things = f"{len(names)} things have" if len(names) > 1 else "one thing has"
        raise InvalidError(
            f"{source}: {things} no place here: {', '.join(names)}",
            hint="--map NAME=FIELD places it, --map NAME=extra.NAME keeps it, --map NAME=- leaves it out; "
            "without --strict it is told and no more",
        )


def tell_summary(session: Session, imported: Imported, result: ImportResult, source: str) -> None:
    """Say how many things are not as the source has them, then what was done, or with ``--dry-run`` would be."""
    kinds = [str(note.kind) for note in imported.notes if not note.asked]
    if kinds:
        counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
        session.say(f"of {source}: {counts}")
    done = f"{len(result.added)} added, {len(result.updated)} updated, {len(result.skipped)} left as they were"
    session.say(f"without --dry-run: {done}" if session.dry_run else done)


def as_json(imported: Imported, result: ImportResult) -> dict[str, Any]:
    """The object that ``--json`` prints."""
    done = {"added": result.added, "updated": result.updated, "skipped": result.skipped}
    report = {
        "read": dict(imported.counts),
        "placed": {name: len(refs) for name, refs in done.items()},
        "mapping": [{"name": name, "field": field} for name, field in imported.mapping],
        "notes": [note.as_json() for note in imported.notes],
    }
    return {**done, "report": report}
