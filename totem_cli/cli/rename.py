"""totem rename: episodes, series, people."""

from __future__ import annotations

from typing import Annotated

import typer

from totem_cli.cli.options import Episode, SeriesName
from totem_cli.cli.session import Session
from totem_cli.cli.verb import nouns, verb

app = nouns("Give an episode, a series, a person another name.")

NewSlug = Annotated[str, typer.Argument(metavar="SLUG", help="The new name in addresses.")]


@verb(app, writes=True)
def episode(session: Session, episode: Episode, slug: NewSlug) -> None:
    """Give an episode another address; the old one redirects."""
    with session.change() as archive:
        session.show(archive.rename_episode(episode, slug))


@verb(app, writes=True)
def series(session: Session, series: SeriesName, slug: NewSlug) -> None:
    """Give a series another address; the old ones redirect."""
    with session.change() as archive:
        session.show(archive.rename_series(series, slug))


@verb(app, writes=True)
def person(
    session: Session,
    old: Annotated[str, typer.Argument(metavar="OLD", help="The name as it is.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The name as it is to be, everywhere.")],
) -> None:
    """Call a person NEW in every episode; OLD is kept as an alias in people/."""
    with session.change() as archive:
        session.show(archive.rename_person(old, new))
