"""What a list, or a table, of other people's JSON and YAML is by its name and its keys."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from totem_cli.errors import InvalidError
from totem_cli.importers.dates import parse_date
from totem_cli.importers.table.column_words import split_key
from totem_cli.importers.words import phrases
from totem_cli.model.field import rows
from totem_cli.model.fields import EpisodeFields
from totem_cli.model.vocabulary import Vocabulary, word_key

TALK_WORDS = Vocabulary(rows(EpisodeFields))
OF_A_TALK = frozenset({"date", "guests", "questions"})
"""What only a talk has, no list of talks."""

_OF_AN_EVENT = frozenset({*OF_A_TALK, "duration", "published", "series"})


def is_event(value: Mapping[str, Any]) -> bool:
    """Whether a table that has a name says what only something that takes place has."""
    is_typed = type_of(value).endswith(("Event", "Episode"))
    return is_typed or any(TALK_WORDS.find(key) in _OF_AN_EVENT for key, one in value.items() if one)


@cache
def lists_called(kind: str) -> frozenset[str]:
    """What a list of a kind is called, as :func:`~totem_cli.model.vocabulary.word_key` has it, without spaces."""
    return frozenset(word_key(word).replace(" ", "") for word in phrases("shapes")[kind])


def type_of(value: Any) -> str:
    """The type of a table in schema.org's words; empty for any other value."""
    found = value.get("@type") if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def is_shape(key: str) -> bool:
    """Whether a key is what a list of talks, or of what they stand in, is called."""
    return any(is_called(kind, key) for kind in ("talks", "tracks", "rooms", "days", "slots", "groups"))


def is_called(kind: str, key: str) -> bool:
    """Whether a list of a kind is called so, or by such a word after others (``pastEvents``)."""
    words = split_key(key.strip("@")).split() or [""]
    return "".join(words) in lists_called(kind) or (kind == "talks" and words[-1] in lists_called(kind))


def day_of(text: str) -> str:
    """A text that is a day; else empty."""
    try:
        found = parse_date(text, day_first=True)
    except InvalidError:
        return ""
    return text if len(found.date) == len("2024-06-06") and not found.time_dropped else ""
