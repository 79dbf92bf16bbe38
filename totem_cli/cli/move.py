"""totem move: questions, guests, episodes."""

from __future__ import annotations

from typing import Annotated

import typer

from totem_cli.cli.options import Episode
from totem_cli.cli.session import Session
from totem_cli.cli.verb import nouns, verb

app = nouns("Move a question, a guest, an episode.")

To = Annotated[int, typer.Argument(metavar="TO", help="The place it goes to, from 1.")]


@verb(app, writes=True)
def question(session: Session, episode: Episode, start: Annotated[int, typer.Argument(metavar="FROM")], to: To) -> None:
    """Put a question at another place of its episode."""
    with session.change() as archive:
        session.show(archive.move_question(episode, start, to))


@verb(app, writes=True)
def guest(
    session: Session,
    episode: Episode,
    start: Annotated[str, typer.Argument(metavar="FROM", help="The guest's place, from 1, or name.")],
    to: To,
) -> None:
    """Put a guest at another place of an episode."""
    with session.change() as archive:
        session.show(archive.move_guest(episode, int(start) if start.isdecimal() else start, to))


@verb(app, writes=True)
def episode(
    session: Session,
    episode: Episode,
    target: Annotated[
        str, typer.Argument(metavar="SERIES[/NUMBER]", help="Where to; by default the next number there.")
    ],
) -> None:
    """Move an episode to another series or number; its id stays, and its old address redirects."""
    from totem_cli.archive.episodes import check_number

    series, _, number = target.rstrip("/").partition("/")
    with session.change() as archive:
        session.show(archive.move_episode(episode, series, check_number(number) if number else None))
