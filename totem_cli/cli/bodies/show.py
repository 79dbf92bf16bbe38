"""totem show: read an episode, or a series whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from totem_cli.archive.refs import ID_LENGTH
from totem_cli.errors import NotFoundError
from totem_cli.model.episode import Episode
from totem_cli.model.query import Query

if TYPE_CHECKING:
    from totem_cli.cli.session import Session
    from totem_cli.model.comment import Comment
    from totem_cli.model.series import Series

Only = Literal["recap", "guests", "questions"]


def run(
    session: Session,
    ref: str | None = None,
    only: Only | None = None,
    person: str | None = None,
    pager: bool | None = None,
) -> None:
    """Print an episode, a series or a comment, or a part of it."""
    archive = session.reader
    comment = _comment(session, ref) if ref else None
    if comment:
        _show_comment(session, comment, pager)
        return
    thing = archive.latest(person) if ref in (None, "latest") else archive.episode_or_series(ref or "")
    episodes = archive.series_episodes(thing, person=person)
    session.warn_unreadable()
    if person and not episodes:
        raise NotFoundError(f"{person} does not appear in {thing.ref}", hint=_hint(session, person))
    if session.as_json:
        session.json(_record(thing, episodes, only))
        return
    if isinstance(thing, Episode):
        _show_episode(session, thing, only, pager)
    else:
        _show_series(session, thing, episodes, only, pager)


def _hint(session: Session, person: str) -> str:
    return next(iter(session.reader.misnamed(Query(guests=(person,)))), "see who does with: totem list guests")


def _comment(session: Session, ref: str) -> Comment | None:
    """The comment that ``ref`` names, where it names no episode."""
    archive = session.reader
    if len(ref) < ID_LENGTH or "/" in ref or not archive.index.comments(id_prefix=ref, bodies=False):
        return None
    try:
        archive.episode(ref)
    except NotFoundError:
        return session.archive.comment(ref)
    return None


def _show_comment(session: Session, comment: Comment, pager: bool | None) -> None:
    archive = session.archive
    session.warn_unreadable()
    if session.as_json:
        from totem_cli.archive.record import held_comment

        session.json(held_comment(comment))
        return
    on, language = archive.commented(comment)
    if session.terminal:
        from totem_cli.terminal.pages import comment_page

        session.page(comment_page(comment, on, language, archive.settings), pager=pager)
    else:
        from totem_cli.terminal.plain import plain_comment

        session.out(plain_comment(comment, on, language))


def _show_episode(session: Session, episode: Episode, only: Only | None, pager: bool | None) -> None:
    series, settings = session.reader.series_of(episode), session.reader.settings
    if session.terminal:
        from totem_cli.terminal.pages import episode_page

        session.page(episode_page(episode, series, settings, only=only), pager=pager)
    else:
        from totem_cli.terminal.plain import plain_episode

        session.out(plain_episode(episode, series, settings, only=only))


def _show_series(
    session: Session, series: Series, episodes: list[Episode], only: Only | None, pager: bool | None
) -> None:
    settings = session.reader.settings
    if session.terminal:
        from totem_cli.terminal.pages import series_page

        session.page(series_page(series, episodes, settings, only=only), pager=pager)
    else:
        from totem_cli.terminal.plain import plain_series

        session.out(plain_series(series, episodes, settings, only=only))


def _record(thing: Episode | Series, episodes: list[Episode], only: Only | None) -> Any:
    from totem_cli.archive.record import episode_record, guest_record, question_record, series_record

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
