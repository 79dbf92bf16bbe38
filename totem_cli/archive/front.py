"""Front matter: what the model's values are as the fields of a file.

The inverse of :mod:`totem_cli.model.read`: ``read.episode(episode_front(episode), …)`` is the episode again. Ids are
always written, so that they survive; what is absent, empty or derived is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from msgspec import UNSET, Struct

from totem_cli.model.comment import Comment
from totem_cli.model.episode import INHERITED
from totem_cli.model.field import Row, front_rows, key_order
from totem_cli.model.fields import EpisodeFields, PersonFields, SeriesFields
from totem_cli.model.parts import Part, Question

EPISODE_ORDER = key_order(EpisodeFields)
"""The canonical order of an episode's keys; keys that totem does not know come after them."""

SERIES_ORDER = key_order(SeriesFields)
"""The canonical order of a series' keys."""

PERSON_ORDER = key_order(PersonFields)
"""The canonical order of a person's keys."""

COMMENT_ORDER = key_order(Comment)
"""The canonical order of a comment's keys."""


def episode_front(episode: EpisodeFields, series: SeriesFields | None = None) -> dict[str, Any]:
    """The front matter of an episode; with its ``series``, without what it would inherit.

    It may be resolved or not: what an episode's own file is silent about (``absent``) stays so.
    """
    front = _front(episode, EpisodeFields)
    if all(isinstance(question, str) for question in _short(episode.questions)):
        front |= {"questions": _short(episode.questions)} if episode.questions else {}
    if series is not None:
        absent = getattr(episode, "absent", ())
        for key in INHERITED:
            value, lent = getattr(episode, key), getattr(series, key)
            if value == lent or (not value and key in absent):
                front.pop(key, None)
            elif value == ():
                front[key] = []
    return _ordered(front, EPISODE_ORDER)


def series_front(series: SeriesFields) -> dict[str, Any]:
    """The front matter of a ``series.md``."""
    return _front(series, SeriesFields)


def person_front(person: PersonFields) -> dict[str, Any]:
    """The front matter of a file in ``people/``."""
    return _front(person, PersonFields)


def comment_front(comment: Comment) -> dict[str, Any]:
    """The front matter of a file in ``comments/``; its status is always written."""
    front = {key: value for key, value in _filled(comment, Comment).items() if value != ""}
    return front | dict(_without_nulls(comment.extra))


def part_front(part: Part) -> dict[str, Any]:
    """The table of a guest, a host, a partner, a question, a link or a recording."""
    return _filled(part, type(part)) | ({} if part.extra is UNSET else dict(_without_nulls(part.extra)))


def toml_moment(text: str) -> date | datetime | str:
    """ISO 8601 text as the TOML date or date-time that reads back as that text; a partial date stays text."""
    for kind in (date, datetime):
        try:
            moment = kind.fromisoformat(text)
        except ValueError:
            continue
        if moment.isoformat() == text and _offset_fits(moment):
            return moment
    return text


def _offset_fits(moment: date) -> bool:
    """TOML 1.0 (Offset Date-Time, by RFC 3339) has offsets of whole minutes."""
    offset = moment.utcoffset() if isinstance(moment, datetime) else None
    return offset is None or offset.total_seconds() % 60 == 0


def _front(value: EpisodeFields | SeriesFields | PersonFields, cls: type[Struct]) -> dict[str, Any]:
    front = _filled(value, cls)
    if front.get("status") == "published":
        del front["status"]
    return front | dict(_without_nulls(value.extra))


def _filled(value: Struct, cls: type[Struct]) -> dict[str, Any]:
    """The keys that a file holds of a ``cls``: those that have a value, in canonical order."""
    given = ((row, getattr(value, row.name)) for row in front_rows(cls))
    return {row.name: _value(row, item) for row, item in given if item is not None and item != ()}


def _value(row: Row, value: Any) -> Any:
    return toml_moment(value) if row.field.form == "moment" else _table(value)


def _table(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_table(item) for item in value]
    return part_front(value) if isinstance(value, Part) else _without_nulls(value)


def _short(questions: Iterable[Question]) -> list[Any]:
    """Questions of which only the text is known are plain strings, if all are."""
    tables = [part_front(question) for question in questions]
    return [table["text"] if len(table) == 1 else table for table in tables]


def _ordered(front: Mapping[str, Any], order: Iterable[str]) -> dict[str, Any]:
    return {key: front[key] for key in order if key in front} | dict(front)


def _without_nulls(value: Any) -> Any:
    """TOML has no null: what JSON calls null is absent."""
    if isinstance(value, Mapping):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_without_nulls(item) for item in value if item is not None]
    return value
