"""totem remove: episodes, series, and what they list."""

from __future__ import annotations

from typing import Annotated

import typer

from totem_cli.cli.options import CommentId, Episode, EpisodeOrSeries, SeriesName, YesOption
from totem_cli.cli.session import Session
from totem_cli.cli.verb import nouns, verb

app = nouns("Remove an episode, a series, and what they list.")

What = Annotated[str, typer.Argument(metavar="WHAT", help="Its name, text or address.")]


@verb(app, writes=True)
def episode(session: Session, episode: Episode) -> None:
    """Remove an episode (totem undo brings it back)."""
    with session.change() as archive:
        session.show(archive.remove_episode(episode))


@verb(app, writes=True)
def series(session: Session, series: SeriesName, yes: YesOption = False) -> None:
    """Remove a series; with --yes, its episodes too."""
    with session.change() as archive:
        session.show(archive.remove_series(series, episodes=yes))


@verb(app, writes=True)
def guest(session: Session, episode: Episode, name: What) -> None:
    """Remove a guest from an episode."""
    with session.change() as archive:
        session.show(archive.remove_part(episode, "guest", name))


@verb(app, writes=True)
def host(session: Session, target: EpisodeOrSeries, name: What) -> None:
    """Remove a host from an episode or a series."""
    with session.change() as archive:
        session.show(archive.remove_part(target, "host", name))


@verb(app, writes=True)
def partner(session: Session, target: EpisodeOrSeries, name: What) -> None:
    """Remove a partner from an episode or a series."""
    with session.change() as archive:
        session.show(archive.remove_part(target, "partner", name))


@verb(app, writes=True)
def tag(session: Session, target: EpisodeOrSeries, tag: What) -> None:
    """Remove a tag from an episode or a series."""
    with session.change() as archive:
        session.show(archive.remove_part(target, "tag", tag))


@verb(app, writes=True)
def link(session: Session, target: EpisodeOrSeries, url: What) -> None:
    """Remove a link from an episode or a series."""
    with session.change() as archive:
        session.show(archive.remove_part(target, "link", url))


@verb(app, writes=True)
def question(
    session: Session,
    episode: Episode,
    number: Annotated[int, typer.Argument(metavar="N", help="The question's number.")],
) -> None:
    """Remove a question; those after it move up."""
    with session.change() as archive:
        session.show(archive.remove_question(episode, number))


@verb(app, writes=True)
def comment(session: Session, comment: CommentId, yes: YesOption = False) -> None:
    """Remove a comment, and its e-mail address if one is kept; with --yes, the replies to it too."""
    with session.change() as archive:
        session.show(archive.remove_comment(comment, replies=yes))
