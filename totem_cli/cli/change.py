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

LinkUrl = Annotated[str, typer.Argument(metavar="URL", help="The link's address.")]
WhatPerson = Annotated[
    str, typer.Argument(metavar="NAME", help="The name, as the episode has it.", autocompletion=complete.person)
]
WhatPartner = Annotated[
    str, typer.Argument(metavar="NAME", help="The organisation.", autocompletion=complete.organisation)
]
WhatTag = Annotated[str, typer.Argument(metavar="TAG", help="The tag.", autocompletion=complete.tag)]
To = Annotated[int, typer.Argument(metavar="TO", help="The place it goes to, from 1.")]
NewSlug = Annotated[str, typer.Argument(metavar="SLUG", help="The new name in addresses.")]
QuestionNumber = Annotated[int, typer.Argument(metavar="N", help="The question's number.")]


@commands("set episode", writes=True, filters=True, example="totem set episode demo/1 duration=1h30 tags+=écriture")
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
    """Change an episode, or all that filters select."""
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
        session.say_misnamed(query)
        session.say("no episode is selected")
        session.show([])
        return
    session.confirm(f"this would change {len(targets)} episode{'s' if len(targets) > 1 else ''}", yes=yes)
    with session.change() as archive:
        session.show(archive.episodes.set_all(query, *changes, skip_unreadable=skip_unreadable))


@commands("set series", writes=True, example='totem set series demo title="Les jeudis"')
def set_series(session: Session, ref: SeriesName, changes: Changes) -> None:
    """Change a series."""
    changes = _bodies(session, changes)
    with session.change() as archive:
        session.show(archive.series.set(ref, *changes))


@commands("set person", writes=True, example='totem set person "Luc Morel" sort_name="Morel, Luc"')
def set_person(session: Session, name: PersonName, changes: Changes) -> None:
    """Change a person's file."""
    changes = _bodies(session, changes)
    with session.change() as archive:
        session.show(archive.people.set(name, *changes))


@commands("set guest", writes=True, example='totem set guest demo/1 "Jeanne Roy" role=Éditrice')
def set_guest(session: Session, episode: Episode, name: PersonName, changes: Changes) -> None:
    """Change a guest of an episode."""
    with session.change() as archive:
        session.show(archive.guests.set(episode, name, *changes))


@commands("set host", writes=True, example='totem set host demo/1 "Luc Morel" role=Animateur')
def set_host(session: Session, target: EpisodeOrSeries, name: PersonName, changes: Changes) -> None:
    """Change a host of an episode or a series."""
    with session.change() as archive:
        session.show(archive.hosts.set(target, name, *changes))


@commands("set question", writes=True, example='totem set question demo/1 1 answer="Oui, à voix haute."')
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


@commands("edit episode", writes=True, example="totem edit episode demo/1")
def edit_episode(session: Session, episode: Episode) -> None:
    """Edit an episode's file in $EDITOR."""
    edit(session, session.archive.files.path("episode", episode))


@commands("edit series", writes=True, example="totem edit series demo")
def edit_series(session: Session, series: SeriesName) -> None:
    """Edit a series' file in $EDITOR."""
    edit(session, session.archive.files.path("series", series))


@commands("edit person", writes=True, example='totem edit person "Luc Morel"')
def edit_person(session: Session, name: PersonName) -> None:
    """Edit a person's file in $EDITOR."""
    edit(session, session.archive.files.path("person", name))


@commands("move question", writes=True, example="totem move question demo/1 2 1")
def move_question(
    session: Session,
    episode: Episode,
    start: Annotated[int, typer.Argument(metavar="FROM", help="The place it has, from 1.")],
    to: To,
) -> None:
    """Put a question at another place of its episode."""
    with session.change() as archive:
        session.show(archive.questions.move(episode, start, to))


@commands("move guest", writes=True, example='totem move guest demo/1 "Paul Vidal" 1')
def move_guest(
    session: Session,
    episode: Episode,
    start: Annotated[str, typer.Argument(metavar="FROM", help="The guest's name, or place, from 1.")],
    to: To,
) -> None:
    """Put a guest at another place of an episode."""
    with session.change() as archive:
        session.show(archive.guests.move(episode, int(start) if start.isdecimal() else start, to))


@commands("move episode", writes=True, example="totem move episode demo/2 archives/1")
def move_episode(
    session: Session,
    episode: Episode,
    target: Annotated[
        str,
        typer.Argument(
            metavar="SERIES[/NUMBER]",
            help="Where it goes; by default to the next number there.",
            autocompletion=complete.series,
        ),
    ],
) -> None:
    """Move an episode to another series or number; its old address redirects."""
    from totem_cli.archive.episodes import check_number

    series, _, number = target.rstrip("/").partition("/")
    with session.change() as archive:
        session.show(archive.episodes.move(episode, series, check_number(number) if number else None))


@commands("rename episode", writes=True, example="totem rename episode demo/1 lire-et-relire")
def rename_episode(session: Session, episode: Episode, slug: NewSlug) -> None:
    """Give an episode another address; the old one redirects."""
    with session.change() as archive:
        session.show(archive.episodes.rename(episode, slug))


@commands("rename series", writes=True, example="totem rename series demo jeudis")
def rename_series(session: Session, series: SeriesName, slug: NewSlug) -> None:
    """Give a series another address; the old ones redirect."""
    with session.change() as archive:
        session.show(archive.series.rename(series, slug))


@commands("rename person", writes=True, example='totem rename person "Jeanne Roy" "Jeanne Le Roy"')
def rename_person(
    session: Session,
    old: Annotated[str, typer.Argument(metavar="OLD", help="The name as it is.", autocompletion=complete.person)],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The name as it is to be, everywhere.")],
    skip_unreadable: SkipUnreadableOption = False,
) -> None:
    """Give a person another name, in every episode; the old one becomes an alias."""
    with session.change() as archive:
        renamed = archive.people.rename(old, new, skip_unreadable=skip_unreadable)
        session.warn_unreadable()
        session.show(renamed)


@commands("merge person", writes=True, example='totem merge person "J. Roy" "Jeanne Roy"')
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
    """Make one person of two: what FROM did and is called becomes INTO's."""
    with session.change() as archive:
        merged = archive.people.merge(gone, into, skip_unreadable=skip_unreadable)
        session.warn_unreadable()
        session.show(merged)


@commands("remove episode", writes=True, example="totem remove episode demo/2")
def remove_episode(session: Session, episode: Episode) -> None:
    """Remove an episode."""
    with session.change() as archive:
        session.show(archive.episodes.remove(episode))


@commands("remove series", writes=True, example="totem remove series demo --yes")
def remove_series(session: Session, series: SeriesName, yes: YesOption = False) -> None:
    """Remove a series; with --yes, its episodes too."""
    with session.change() as archive:
        session.show(archive.series.remove(series, episodes=yes))


@commands("remove guest", writes=True, example='totem remove guest demo/1 "Paul Vidal"')
def remove_guest(session: Session, episode: Episode, name: WhatPerson) -> None:
    """Remove a guest from an episode."""
    with session.change() as archive:
        session.show(archive.guests.remove(episode, name))


@commands("remove host", writes=True, example='totem remove host demo/1 "Luc Morel"')
def remove_host(session: Session, target: EpisodeOrSeries, name: WhatPerson) -> None:
    """Remove a host from an episode or a series."""
    with session.change() as archive:
        session.show(archive.hosts.remove(target, name))


@commands("remove partner", writes=True, example='totem remove partner demo/1 "Librairie du Port"')
def remove_partner(session: Session, target: EpisodeOrSeries, name: WhatPartner) -> None:
    """Remove a partner from an episode or a series."""
    with session.change() as archive:
        session.show(archive.partners.remove(target, name))


@commands("remove tag", writes=True, example="totem remove tag demo/1 lecture")
def remove_tag(session: Session, target: EpisodeOrSeries, tag: WhatTag) -> None:
    """Remove a tag from an episode or a series."""
    with session.change() as archive:
        session.show(archive.tags.remove(target, tag))


@commands("remove link", writes=True, example="totem remove link demo/1 https://example.org/programme")
def remove_link(session: Session, target: EpisodeOrSeries, url: LinkUrl) -> None:
    """Remove a link from an episode or a series."""
    with session.change() as archive:
        session.show(archive.links.remove(target, url))


@commands("remove question", writes=True, example="totem remove question demo/1 2")
def remove_question(
    session: Session,
    episode: Episode,
    number: QuestionNumber,
) -> None:
    """Remove a question; those after it move up."""
    with session.change() as archive:
        session.show(archive.questions.remove(episode, number))


@commands("remove comment", writes=True, example="totem remove comment 0c1d2e3f")
def remove_comment(session: Session, comment: CommentId, yes: YesOption = False) -> None:
    """Remove a comment; with --yes, the replies to it too."""
    with session.change() as archive:
        session.show(archive.comments.remove(comment, replies=yes))


@commands("publish", writes=True, example="totem publish demo/2")
def publish(session: Session, target: EpisodeOrSeries) -> None:
    """Set the status of an episode or a series to published."""
    with session.change() as archive:
        session.show(archive.set_status(target, "published"))


@commands("unpublish", writes=True, example="totem unpublish demo/1")
def unpublish(session: Session, target: EpisodeOrSeries) -> None:
    """Set the status of an episode or a series to draft: it is not on the site."""
    with session.change() as archive:
        session.show(archive.set_status(target, "draft"))


@commands("withdraw", writes=True, example="totem withdraw demo/1")
def withdraw(session: Session, target: EpisodeOrSeries) -> None:
    """Set the status of an episode or a series to withdrawn: its page says only that."""
    with session.change() as archive:
        session.show(archive.set_status(target, "withdrawn"))


@commands("approve comment", writes=True, example="totem approve comment 0c1d2e3f")
def approve_comment(session: Session, comments: CommentIds) -> None:
    """Approve comments: the site shows them."""
    with session.change() as archive:
        for one in comments:
            session.show(archive.comments.set_status(one, "approved"))


@commands("reject comment", writes=True, example="totem reject comment 0c1d2e3f")
def reject_comment(session: Session, comments: CommentIds) -> None:
    """Reject comments: they are kept, and the site does not show them."""
    with session.change() as archive:
        for one in comments:
            session.show(archive.comments.set_status(one, "rejected"))
