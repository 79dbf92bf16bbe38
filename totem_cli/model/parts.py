"""The parts that an episode is made of."""

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

Extra = dict[str, Any]
"""Keys totem does not know, kept as they are; dates among them as ISO 8601 text."""

Source = Any
"""What an import keeps of where a thing came from: an address, an id, or a table of them; dates in it as text."""

Status = Literal["draft", "published", "withdrawn"]


class Part(Struct, frozen=True, kw_only=True):
    """A table inside front matter. ``extra`` is there only when the file holds keys that totem does not know."""

    extra: Extra | UnsetType = UNSET


class Appearance(Part, frozen=True, kw_only=True):
    """A guest or host: a person with the role and organisations *as they were then*."""

    name: str
    role: str | None = None
    organisations: tuple[str, ...] = ()
    billed_as: str | None = None
    url: str | None = None
    person: str | None = None


class Partner(Part, frozen=True, kw_only=True):
    """An organisation that takes part in every episode of a series (a newsroom, a sponsor)."""

    name: str
    billed_as: str | None = None
    url: str | None = None


class Question(Part, frozen=True, kw_only=True):
    """A question that was asked. ``number`` is its place in the episode, from 1: derived, never stored."""

    number: int
    text: str
    asked_by: str | None = None
    answer: str | None = None


class Link(Part, frozen=True, kw_only=True):
    """An address that belongs to an episode, a series or a person."""

    url: str
    label: str | None = None
    kind: str | None = None


class Media(Part, frozen=True, kw_only=True):
    """A recording, picture or document: at a ``url``, or at a ``path`` under the archive's ``media/``."""

    kind: str | None = None
    url: str | None = None
    path: str | None = None
    type: str | None = None
    bytes: int | None = None
    duration: str | None = None
    alt: str | None = None
    credit: str | None = None
