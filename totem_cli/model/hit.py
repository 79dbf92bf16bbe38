"""A hit: where in an episode a search found its words."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from totem_cli.model.episode import Episode

Field = Literal["title", "summary", "guest", "host", "partner", "question", "tag", "recap"]


class Hit(Struct, frozen=True, kw_only=True):
    """One place of an episode that holds searched words.

    ``place`` counts from 1 within the field (question 2, recap paragraph 3); it is None for what there is only one of.
    ``text`` is the whole place as it is written, and ``spans`` are where the words stand in it, in order, apart.
    """

    episode: Episode
    field: Field
    place: int | None = None
    text: str
    spans: tuple[tuple[int, int], ...] = ()
