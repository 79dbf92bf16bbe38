"""totem set: change keys."""

from __future__ import annotations

from typing import Annotated

import typer

from totem_cli.cli.options import Changes, Episode, EpisodeOrSeries, PersonName, SeriesName, YesOption
from totem_cli.cli.session import Session
from totem_cli.cli.verb import nouns, verb
from totem_cli.errors import UsageError
from totem_cli.model.query import Query

app = nouns("Change keys: key=value, key+=value, key-=value, or key= to remove.")


@verb(app, writes=True, filters=True)
def episode(
    session: Session,
    ref: Annotated[str, typer.Argument(metavar="EPISODE|all", help="An episode; or all, narrowed by filters.")],
    changes: Changes,
    query: Query,
    yes: YesOption = False,
) -> None:
    """Change keys of an episode, or of all that filters select."""
    changes = _bodies(session, changes)
    if ref != "all":
        if query != Query():
            raise UsageError("filters go with all", hint=f"totem set episode all … or: totem set episode {ref} …")
        with session.change() as archive:
            session.show(archive.set_episode(ref, *changes))
        return
    targets = session.archive.episodes(query)
    for target in targets:
        session.say(f"{target.ref}  {target.title}")
    if not targets:
        session.say("no episode is selected")
        session.show([])
        return
    session.confirm(f"this would change {len(targets)} episode{'s' if len(targets) > 1 else ''}", yes=yes)
    with session.change() as archive:
        session.show(archive.set_episodes(query, *changes))


@verb(app, writes=True)
def series(session: Session, ref: SeriesName, changes: Changes) -> None:
    """Change keys of a series."""
    changes = _bodies(session, changes)
    with session.change() as archive:
        session.show(archive.set_series(ref, *changes))


@verb(app, writes=True)
def person(session: Session, name: PersonName, changes: Changes) -> None:
    """Change keys of a person's file."""
    changes = _bodies(session, changes)
    with session.change() as archive:
        session.show(archive.set_person(name, *changes))


@verb(app, writes=True)
def guest(session: Session, episode: Episode, name: PersonName, changes: Changes) -> None:
    """Change a guest of an episode."""
    with session.change() as archive:
        session.show(archive.set_guest(episode, name, *changes))


@verb(app, writes=True)
def host(session: Session, target: EpisodeOrSeries, name: PersonName, changes: Changes) -> None:
    """Change a host of an episode or a series."""
    with session.change() as archive:
        session.show(archive.set_host(target, name, *changes))


@verb(app, writes=True)
def question(
    session: Session,
    episode: Episode,
    number: Annotated[int, typer.Argument(metavar="N", help="The question's number.")],
    changes: Changes,
) -> None:
    """Change a question: its text, asked_by or answer."""
    with session.change() as archive:
        session.show(archive.set_question(episode, number, *changes))


def _bodies(session: Session, changes: list[str]) -> list[str]:
    """``recap=-`` takes the text from standard input, ``recap=@FILE`` from a file."""
    return [_body(session, change) for change in changes]


def _body(session: Session, change: str) -> str:
    key, _, value = change.partition("=")
    if key.rstrip("+") in ("recap", "introduction", "biography") and (value == "-" or value.startswith("@")):
        return f"{key}={session.read_text(value.removeprefix('@'))}"
    return change
