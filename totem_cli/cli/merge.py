"""totem merge: two people who are one."""

from __future__ import annotations

from typing import Annotated

import typer

from totem_cli.cli.session import Session
from totem_cli.cli.verb import nouns, verb

app = nouns("Make one of two.")


@verb(app, writes=True)
def person(
    session: Session,
    gone: Annotated[str, typer.Argument(metavar="FROM", help="The name, alias or slug that goes.")],
    into: Annotated[str, typer.Argument(metavar="INTO", help="The name, alias or slug that stays.")],
) -> None:
    """Make one person of two: every appearance, alias and link of FROM becomes INTO's."""
    with session.change() as archive:
        session.show(archive.merge_person(gone, into))
