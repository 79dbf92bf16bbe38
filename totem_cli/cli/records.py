"""The records that commands print as JSON."""

from __future__ import annotations

from typing import Any

from totem_cli.archive.record import episode_record, held_comment, person_record, series_record
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.hit import Hit
from totem_cli.model.person import Person
from totem_cli.model.series import Series


def recorded(thing: Any) -> Any:
    """The public record of a thing, or of each of several."""
    if isinstance(thing, Episode):
        return episode_record(thing)
    if isinstance(thing, Series):
        return series_record(thing)
    if isinstance(thing, Person):
        return person_record(thing, ())
    if isinstance(thing, Comment):
        return held_comment(thing)
    if isinstance(thing, list):
        return [recorded(one) for one in thing]
    return thing


def hit_record(hit: Hit) -> dict[str, Any]:
    """A place where the words of a search were found."""
    return {
        "episode": hit.episode.ref,
        "title": hit.episode.title,
        "field": hit.field,
        "place": hit.place,
        "text": hit.text,
        "spans": hit.spans,
    }
