"""The commands that read: list, show, search, stats, cite."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from totem_cli.cli import complete
from totem_cli.cli.commands import Commands
from totem_cli.cli.session import Session
from totem_cli.errors import NotFoundError

if TYPE_CHECKING:
    from totem_cli.archive.archive import Archive
    from totem_cli.model.comment import Comment
    from totem_cli.model.episode import Episode
    from totem_cli.model.hit import Hit
    from totem_cli.model.series import Series

commands = Commands()

Noun = Literal["episodes", "series", "guests", "organisations", "questions", "tags", "comments"]
Only = Literal["recap", "guests", "questions"]

MOST_FOUND = 50
"""``search`` shows no more episodes than this where ``--limit`` does not say."""


@commands("list", filters=True, example="totem list episodes --tag lecture --since 2023")
def list_(
    session: Session,
    noun: Annotated[Noun, typer.Argument(metavar="NOUN", help="What to list.")] = "episodes",
    fields: Annotated[
        str | None, typer.Option(metavar="FIELD,FIELD", help="Only these fields, in this order: title,date,guests.")
    ] = None,
) -> None:
    """List episodes; or series, guests, organisations, questions, tags, comments.

    Of comments, --since and --until look at when they were written, the other filters at the episode they are on.
    """
    query = session.query(comments=noun == "comments")
    columns = tuple(field.strip() for field in (fields or "").split(",") if field.strip())
    if noun == "episodes" and not (columns or session.as_json or session.terminal):
        from totem_cli.model.cells import LISTED

        lines = session.archive.episodes.lines(query)
        session.warn_unreadable()
        if not lines:
            session.say_misnamed(query)
        session.out("\n".join(["\t".join(LISTED), *lines, ""]))
        return
    from totem_cli.archive.rows import COLUMNS, episode_rows, rows

    if noun == "episodes":
        found = episode_rows(session.archive, query, columns, whole=session.as_json)
    else:
        found = rows(session.archive, noun, query, columns, whole=session.as_json)
    session.warn_unreadable()
    if not found:
        session.say_misnamed(query)
        session.say_at_terminal(f"no {noun}")
    if session.as_json:
        session.json([{column: row.get(column) for column in columns} for row in found] if columns else found)
    else:
        language = session.archive.settings.language
        session.rows(noun, found, columns or COLUMNS[noun], chosen=bool(columns), language=language)


@commands("show", example="totem show demo/1 --only questions")
def show(
    session: Session,
    ref: Annotated[
        str | None,
        typer.Argument(
            metavar="[REF]",
            help="An episode, a series, a comment; by default the latest episode.",
            autocompletion=complete.episode_or_series,
        ),
    ] = None,
    only: Annotated[Only | None, typer.Option(help="Show only this part.")] = None,
    person: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Show only the episodes with this person.", autocompletion=complete.person),
    ] = None,
    pager: Annotated[
        bool | None,
        typer.Option(
            "--pager/--no-pager",
            help="Use $PAGER or not; by default for what is longer than the terminal.",
        ),
    ] = None,
) -> None:
    """Read an episode, a whole series or a comment, set for the terminal."""
    from totem_cli.model.episode import Episode

    archive = session.archive
    comment = _comment(archive, ref) if ref else None
    if comment:
        _show_comment(session, comment, pager)
        return
    thing = archive.episodes.latest(person) if ref in (None, "latest") else archive[ref or ""]
    episodes = archive.episodes.of(thing, person=person)
    session.warn_unreadable()
    if person and not episodes:
        raise NotFoundError(f"{person} does not appear in {thing.ref}", hint=_person_hint(session, person))
    if session.as_json:
        session.json(_record(thing, episodes, only))
    elif isinstance(thing, Episode):
        _show_episode(session, thing, only, pager)
    else:
        _show_series(session, thing, episodes, only, pager)


def _person_hint(session: Session, person: str) -> str:
    from totem_cli.model.query import Query

    return next(iter(session.archive.misnamed(Query(guests=(person,)))), "see who does with: totem list guests")


def _comment(archive: Archive, ref: str) -> Comment | None:
    """The comment that ``ref`` names, where it names no episode."""
    if ref not in archive.comments:
        return None
    try:
        _ = archive.episodes[ref]
    except NotFoundError:
        return archive.comments[ref]
    return None


def _show_comment(session: Session, comment: Comment, pager: bool | None) -> None:
    archive = session.archive
    session.warn_unreadable()
    if session.as_json:
        from totem_cli.archive.record import held_comment

        session.json(held_comment(comment))
        return
    on, language = archive.comments.title_and_language(comment)
    if session.terminal:
        from totem_cli.terminal.pages import comment_page

        session.page(comment_page(comment, on, language, archive.settings), pager=pager)
    else:
        from totem_cli.terminal.plain import plain_comment

        session.out(plain_comment(comment, on, language))


def _show_episode(session: Session, episode: Episode, only: Only | None, pager: bool | None) -> None:
    series, settings = session.archive.series.of(episode), session.archive.settings
    if session.terminal:
        from totem_cli.terminal.pages import episode_page

        session.page(episode_page(episode, series, settings, only=only), pager=pager)
    else:
        from totem_cli.terminal.plain import plain_episode

        session.out(plain_episode(episode, series, settings, only=only))


def _show_series(
    session: Session, series: Series, episodes: list[Episode], only: Only | None, pager: bool | None
) -> None:
    settings = session.archive.settings
    if session.terminal:
        from totem_cli.terminal.pages import series_page

        session.page(series_page(series, episodes, settings, only=only), pager=pager)
    else:
        from totem_cli.terminal.plain import plain_series

        session.out(plain_series(series, episodes, settings, only=only))


def _record(thing: Episode | Series, episodes: list[Episode], only: Only | None) -> Any:
    """What ``--json`` prints of an episode or a series, or of a part of it."""
    from totem_cli.archive.record import episode_record, guest_record, question_record, series_record
    from totem_cli.model.episode import Episode

    if only == "guests":
        return [guest_record(guest, episode, "guest") for episode in episodes for guest in episode.guests]
    if only == "questions":
        return [question_record(question, episode) for episode in episodes for question in episode.questions]
    records = tuple(map(episode_record, episodes))
    if only == "recap":
        recaps = [
            {"episode": one.ref, "recap": record.recap, "recap_html": record.recap_html}
            for one, record in zip(episodes, records, strict=True)
        ]
        return recaps[0] if isinstance(thing, Episode) and recaps else recaps
    if isinstance(thing, Episode):
        return records[0] if records else None
    return series_record(thing, records)


@commands("search", filters=True, example="totem search relire texte --series demo")
def search(
    session: Session,
    words: Annotated[list[str], typer.Argument(metavar="WORDS…", help="What to find: all of the words, in any order.")],
) -> None:
    """Find words in titles, people, questions, tags and recaps; case, accents and ligatures do not matter."""
    from msgspec.structs import replace

    query = session.query()
    archive = session.archive
    found, count = archive.matching(words, replace(query, limit=MOST_FOUND if query.limit is None else query.limit))
    shown = [archive.hits(episode, words) for episode in found]
    session.warn_unreadable()
    if not found:
        session.say_misnamed(query)
        session.say_at_terminal("nothing found")
    if session.as_json:
        session.json([_hit_record(hit) for hits in shown for hit in hits])
    elif session.terminal:
        from totem_cli.terminal.console import console
        from totem_cli.terminal.hits import hits_page

        console(sys.stdout).print(hits_page(shown, archive.settings))
    else:
        from totem_cli.terminal.plain import plain_hits

        session.out(plain_hits(shown))
    if count > len(shown):
        session.say(f"{count - len(shown)} more: --limit 0 shows all")


def _hit_record(hit: Hit) -> dict[str, Any]:
    """The record of a place where the words of a search were found."""
    return {
        "episode": hit.episode.ref,
        "title": hit.episode.title,
        "field": hit.field,
        "place": hit.place,
        "text": hit.text,
        "spans": hit.spans,
    }


@commands("stats", filters=True, example="totem stats --since 2023")
def stats(session: Session) -> None:
    """Count series, episodes, people, questions, words."""
    from dataclasses import asdict

    query = session.query()
    counted = asdict(session.archive.stats(query))
    session.warn_unreadable()
    if not counted["episodes"]:
        session.say_misnamed(query)
    if session.as_json:
        session.json(counted)
        return
    rows = [{"what": key, "count": value} for key, value in counted.items() if value is not None]
    session.rows("stats", rows, ("what", "count"), chosen=False, language=session.archive.settings.language)


@commands("cite", example="totem cite demo/1 --style bibtex")
def cite(
    session: Session,
    ref: Annotated[
        str,
        typer.Argument(metavar="EPISODE", help="The episode, or latest.", autocompletion=complete.episode),
    ],
    style: Annotated[
        Literal["bibtex", "csl", "text"], typer.Option(help="BibTeX, CSL-JSON, or a line to read.")
    ] = "text",
) -> None:
    """Cite an episode: a line to read, BibTeX, CSL-JSON."""
    from totem_cli.exporters.citation import citation

    archive = session.archive
    episode = archive.episodes[ref]
    cited = citation(episode, archive.series.of(episode), archive.settings, archive.names)
    if style == "bibtex" and not session.as_json:
        from totem_cli.exporters.bibtex import bibtex

        session.text(bibtex(cited))
    elif style == "csl" or session.as_json:
        from totem_cli.exporters.csl import csl

        session.json([csl(cited)])
    else:
        from totem_cli.exporters.citation import text

        session.line(text(cited))
