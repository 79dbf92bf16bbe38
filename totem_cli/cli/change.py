"""The commands that change what is there: set, edit, move, rename, merge, remove, and the statuses."""

from __future__ import annotations

from typing import Annotated

import typer

from totem_cli.cli import complete
from totem_cli.cli.commands import Commands
from totem_cli.cli.editor import edit
from totem_cli.cli.options import (
    Changes,
    CommentId,
    CommentIds,
    Episode,
    EpisodeOrSeries,
    PersonName,
    SeriesName,
    SkipUnreadableOption,
    YesOption,
)
from totem_cli.cli.session import Session
from totem_cli.errors import UsageError

commands = Commands()

What = Annotated[str, typer.Argument(metavar="WHAT", help="Its name, text or address.")]
WhatPerson = Annotated[
    str, typer.Argument(metavar="WHAT", help="Its name, text or address.", autocompletion=complete.person)
]
WhatPartner = Annotated[
    str, typer.Argument(metavar="WHAT", help="Its name, text or address.", autocompletion=complete.organisation)
]
WhatTag = Annotated[str, typer.Argument(metavar="WHAT", help="Its name, text or address.", autocompletion=complete.tag)]
To = Annotated[int, typer.Argument(metavar="TO", help="The place it goes to, from 1.")]
NewSlug = Annotated[str, typer.Argument(metavar="SLUG", help="The new name in addresses.")]
QuestionNumber = Annotated[int, typer.Argument(metavar="N", help="The question's number.")]


@commands("set episode", writes=True, filters=True)
def set_episode(
    session: Session,
    ref: Annotated[
        str,
        typer.Argument(
            metavar="EPISODE|all", help="An episode; or all, narrowed by filters.", autocompletion=complete.episode
        ),
    ],
    changes: Changes,
    skip_unreadable: SkipUnreadableOption = False,
    yes: YesOption = False,
) -> None:
    """Change keys of an episode, or of all that filters select."""
    changes = _bodies(session, changes)
    if ref != "all":
        if session.filters:
            raise UsageError("filters go with all", hint=f"totem set episode all … or: totem set episode {ref} …")
        with session.change() as archive:
            session.show(archive.episodes.set(ref, *changes))
        return
    query = session.query()
    targets = session.archive.episodes.to_change(query, skip_unreadable=skip_unreadable)
    session.warn_unreadable()
    for target in targets:
        session.say(f"{target.ref}  {target.title}")
    if not targets:
        session.say("no episode is selected")
        session.show([])
        return
    session.confirm(f"this would change {len(targets)} episode{'s' if len(targets) > 1 else ''}", yes=yes)
    with session.change() as archive:
        session.show(archive.episodes.set_all(query, *changes, skip_unreadable=skip_unreadable))


@commands("set series", writes=True)
def set_series(session: Session, ref: SeriesName, changes: Changes) -> None:
    """Change keys of a series."""
    changes = _bodies(session, changes)
    with session.change() as archive:
        session.show(archive.series.set(ref, *changes))


@commands("set person", writes=True)
def set_person(session: Session, name: PersonName, changes: Changes) -> None:
    """Change keys of a person's file."""
    changes = _bodies(session, changes)
    with session.change() as archive:
        session.show(archive.people.set(name, *changes))


@commands("set guest", writes=True)
def set_guest(session: Session, episode: Episode, name: PersonName, changes: Changes) -> None:
    """Change a guest of an episode."""
    with session.change() as archive:
        session.show(archive.guests.set(episode, name, *changes))


@commands("set host", writes=True)
def set_host(session: Session, target: EpisodeOrSeries, name: PersonName, changes: Changes) -> None:
    """Change a host of an episode or a series."""
    with session.change() as archive:
        session.show(archive.hosts.set(target, name, *changes))


@commands("set question", writes=True)
def set_question(
    session: Session,
    episode: Episode,
    number: QuestionNumber,
    changes: Changes,
) -> None:
    """Change a question: its text, asked_by or answer."""
    with session.change() as archive:
        session.show(archive.questions.set(episode, number, *changes))


def _bodies(session: Session, changes: list[str]) -> list[str]:
    """``recap=-`` takes the text from standard input, ``recap=@FILE`` from a file."""
    return [_body(session, change) for change in changes]


def _body(session: Session, change: str) -> str:
    key, _, value = change.partition("=")
    if key.rstrip("+") in ("recap", "introduction", "biography") and (value == "-" or value.startswith("@")):
        return f"{key}={session.read_text(value.removeprefix('@'))}"
    return change


@commands("edit episode", writes=True)
def edit_episode(session: Session, episode: Episode) -> None:
    """Edit an episode's file."""
    edit(session, session.archive.files.path("episode", episode))


@commands("edit series", writes=True)
def edit_series(session: Session, series: SeriesName) -> None:
    """Edit a series' file."""
    edit(session, session.archive.files.path("series", series))


@commands("edit person", writes=True)
def edit_person(session: Session, name: PersonName) -> None:
    """Edit a person's file."""
    edit(session, session.archive.files.path("person", name))


@commands("move question", writes=True)
def move_question(
    session: Session, episode: Episode, start: Annotated[int, typer.Argument(metavar="FROM")], to: To
) -> None:
    """Put a question at another place of its episode."""
    with session.change() as archive:
        session.show(archive.questions.move(episode, start, to))


@commands("move guest", writes=True)
def move_guest(
    session: Session,
    episode: Episode,
    start: Annotated[str, typer.Argument(metavar="FROM", help="The guest's place, from 1, or name.")],
    to: To,
) -> None:
    """Put a guest at another place of an episode."""
    with session.change() as archive:
        session.show(archive.guests.move(episode, int(start) if start.isdecimal() else start, to))


@commands("move episode", writes=True)
def move_episode(
    session: Session,
    episode: Episode,
    target: Annotated[
        str,
        typer.Argument(
            metavar="SERIES[/NUMBER]",
            help="Where to; by default the next number there.",
            autocompletion=complete.series,
        ),
    ],
) -> None:
    """Move an episode to another series or number; its id stays, and its old address redirects."""
    from totem_cli.archive.episodes import check_number

    series, _, number = target.rstrip("/").partition("/")
    with session.change() as archive:
        session.show(archive.episodes.move(episode, series, check_number(number) if number else None))


@commands("rename episode", writes=True)
def rename_episode(session: Session, episode: Episode, slug: NewSlug) -> None:
    """Give an episode another address; the old one redirects."""
    with session.change() as archive:
        session.show(archive.episodes.rename(episode, slug))


@commands("rename series", writes=True)
def rename_series(session: Session, series: SeriesName, slug: NewSlug) -> None:
    """Give a series another address; the old ones redirect."""
    with session.change() as archive:
        session.show(archive.series.rename(series, slug))


@commands("rename person", writes=True)
def rename_person(
    session: Session,
    old: Annotated[str, typer.Argument(metavar="OLD", help="The name as it is.", autocompletion=complete.person)],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The name as it is to be, everywhere.")],
    skip_unreadable: SkipUnreadableOption = False,
) -> None:
    """Call a person NEW in every episode; OLD is kept as an alias in people/."""
    with session.change() as archive:
        renamed = archive.people.rename(old, new, skip_unreadable=skip_unreadable)
        session.warn_unreadable()
        session.show(renamed)


@commands("merge person", writes=True)
def merge_person(
    session: Session,
    gone: Annotated[
        str, typer.Argument(metavar="FROM", help="The name, alias or slug that goes.", autocompletion=complete.person)
    ],
    into: Annotated[
        str, typer.Argument(metavar="INTO", help="The name, alias or slug that stays.", autocompletion=complete.person)
    ],
    skip_unreadable: SkipUnreadableOption = False,
) -> None:
    """Make one person of two: every appearance, alias and link of FROM becomes INTO's."""
    with session.change() as archive:
        merged = archive.people.merge(gone, into, skip_unreadable=skip_unreadable)
        session.warn_unreadable()
        session.show(merged)


@commands("remove episode", writes=True)
def remove_episode(session: Session, episode: Episode) -> None:
    """Remove an episode (totem undo brings it back)."""
    with session.change() as archive:
        session.show(archive.episodes.remove(episode))


@commands("remove series", writes=True)
def remove_series(session: Session, series: SeriesName, yes: YesOption = False) -> None:
    """Remove a series; with --yes, its episodes too."""
    with session.change() as archive:
        session.show(archive.series.remove(series, episodes=yes))


@commands("remove guest", writes=True)
def remove_guest(session: Session, episode: Episode, name: WhatPerson) -> None:
    """Remove a guest from an episode."""
    with session.change() as archive:
        session.show(archive.guests.remove(episode, name))


@commands("remove host", writes=True)
def remove_host(session: Session, target: EpisodeOrSeries, name: WhatPerson) -> None:
    """Remove a host from an episode or a series."""
    with session.change() as archive:
        session.show(archive.hosts.remove(target, name))


@commands("remove partner", writes=True)
def remove_partner(session: Session, target: EpisodeOrSeries, name: WhatPartner) -> None:
    """Remove a partner from an episode or a series."""
    with session.change() as archive:
        session.show(archive.partners.remove(target, name))


@commands("remove tag", writes=True)
def remove_tag(session: Session, target: EpisodeOrSeries, tag: WhatTag) -> None:
    """Remove a tag from an episode or a series."""
    with session.change() as archive:
        session.show(archive.tags.remove(target, tag))


@commands("remove link", writes=True)
def remove_link(session: Session, target: EpisodeOrSeries, url: What) -> None:
    """Remove a link from an episode or a series."""
    with session.change() as archive:
        session.show(archive.links.remove(target, url))


@commands("remove question", writes=True)
def remove_question(
    session: Session,
    episode: Episode,
    number: QuestionNumber,
) -> None:
    """Remove a question; those after it move up."""
    with session.change() as archive:
        session.show(archive.questions.remove(episode, number))


@commands("remove comment", writes=True)
def remove_comment(session: Session, comment: CommentId, yes: YesOption = False) -> None:
    """Remove a comment, and its e-mail address if one is kept; with --yes, the replies to it too."""
    with session.change() as archive:
        session.show(archive.comments.remove(comment, replies=yes))


@commands("publish", writes=True)
def publish(session: Session, target: EpisodeOrSeries) -> None:
    """Publish an episode or a series: its status, nothing else."""
    with session.change() as archive:
        session.show(archive.set_status(target, "published"))


@commands("unpublish", writes=True)
def unpublish(session: Session, target: EpisodeOrSeries) -> None:
    """Make an episode or a series a draft again: its status, nothing else."""
    with session.change() as archive:
        session.show(archive.set_status(target, "draft"))


@commands("withdraw", writes=True)
def withdraw(session: Session, target: EpisodeOrSeries) -> None:
    """Withdraw an episode or a series: its page says so, and no more."""
    with session.change() as archive:
        session.show(archive.set_status(target, "withdrawn"))


@commands("approve comment", writes=True)
def approve_comment(session: Session, comments: CommentIds) -> None:
    """Approve comments: they are published with what they are on."""
    with session.change() as archive:
        for one in comments:
            session.show(archive.comments.set_status(one, "approved"))


@commands("reject comment", writes=True)
def reject_comment(session: Session, comments: CommentIds) -> None:
    """Reject comments: they are kept, and not published."""
    with session.change() as archive:
        for one in comments:
            session.show(archive.comments.set_status(one, "rejected"))
