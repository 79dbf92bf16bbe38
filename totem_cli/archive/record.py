"""The public record: the one shape that feeds JSON, templates, feeds and imports.

It is an allow-list: what is not named here never leaves the archive. ``schema()`` describes it as JSON Schema.
"""

from __future__ import annotations

from functools import cache
from operator import attrgetter
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from totem_cli.language.visible import json_escaped_bytes
from totem_cli.model.comment import Comment, CommentFields, CommentStatus
from totem_cli.model.episode import Episode
from totem_cli.model.field import Field
from totem_cli.model.fields import EpisodeFields, PersonFields, SeriesFields
from totem_cli.model.parts import Appearance, Question
from totem_cli.model.person import Person
from totem_cli.model.series import Series
from totem_cli.model.settings import FORMAT_VERSION, Settings

SCHEMA_VERSION = 1
"""The version of the record: it grows only when a key changes its meaning or goes; new keys may appear without it."""

_BY_SLUG = "it follows from the slug"


class EpisodeRecord(EpisodeFields, frozen=True, kw_only=True):
    """An episode, what it inherits filled in. ``address`` is where it stands on the site."""

    address: Annotated[str, Field(stored="nowhere", fixed=_BY_SLUG)]
    recap_html: Annotated[str, Field(stored="nowhere", fixed="set recap")]


class SeriesRecord(SeriesFields, frozen=True, kw_only=True):
    """A series; with its ``episodes`` where one series is shown."""

    address: Annotated[str, Field(stored="nowhere", fixed=_BY_SLUG)]
    introduction_html: Annotated[str, Field(stored="nowhere", fixed="set introduction")]
    episodes: tuple[EpisodeRecord, ...] | UnsetType = UNSET


class AppearanceRecord(Struct, frozen=True, kw_only=True):
    """One appearance of a person: in which episode, as what, with the role and organisations of then."""

    episode: str
    kind: Literal["guest", "host"]
    name: str
    role: str | None = None
    organisations: tuple[str, ...] = ()


class GuestRecord(Appearance, frozen=True, kw_only=True):
    """A guest or host with where they appear; ``episode`` is null for the host of a whole series."""

    kind: Literal["guest", "host"]
    series: str
    episode: str | None = None

    @property
    def ref(self) -> str:
        """The reference of the episode or series."""
        return self.episode or self.series


class QuestionRecord(Question, frozen=True, kw_only=True):
    """A question with the episode it was asked in."""

    series: str
    episode: str

    @property
    def ref(self) -> str:
        """The reference of the episode."""
        return self.episode


class _Derived(Struct, frozen=True, kw_only=True):
    slug: str
    name: str
    address: str
    episodes: tuple[str, ...]


class TagRecord(_Derived, frozen=True, kw_only=True):
    """A tag, derived from the episodes that carry it. ``episodes`` are ids."""


class OrganisationRecord(_Derived, frozen=True, kw_only=True):
    """An organisation, derived from appearances and partners. ``episodes`` are ids."""


class PersonRecord(PersonFields, frozen=True, kw_only=True):
    """A person: what ``people/`` says, if anything, plus every appearance. ``episode`` there is an episode's id."""

    address: Annotated[str, Field(stored="nowhere", fixed=_BY_SLUG)]
    biography_html: Annotated[str, Field(stored="nowhere", fixed="set biography")]
    appearances: tuple[AppearanceRecord, ...]


class CommentRecord(CommentFields, frozen=True, kw_only=True):
    """An approved comment. There is no field for an e-mail address: none is ever published."""

    text_html: str


class HeldComment(CommentRecord, frozen=True, kw_only=True):
    """A comment as those see it who keep the archive: with its status, and where it is. It is in no export."""

    status: CommentStatus
    series: str
    episode: str | None = None


class ArchiveRecord(Struct, frozen=True, kw_only=True):
    """The archive itself."""

    version: int = FORMAT_VERSION
    title: str
    subtitle: str | None = None
    language: str
    base_url: str | None = None


class Record(Struct, frozen=True, kw_only=True):
    """The whole of what is published."""

    schema_version: int = SCHEMA_VERSION
    archive: ArchiveRecord
    series: tuple[SeriesRecord, ...]
    episodes: tuple[EpisodeRecord, ...]
    people: tuple[PersonRecord, ...]
    organisations: tuple[OrganisationRecord, ...]
    comments: tuple[CommentRecord, ...] = ()


def episode_record(episode: Episode, recap: str | None = None, recap_html: str | None = None) -> EpisodeRecord:
    """The record of a resolved episode that carries its recap, or is given it; its HTML too, where it is at hand."""
    from totem_cli.markup.html import to_html

    fields = _fields(episode, EpisodeFields)
    if recap is not None:
        fields["recap"] = recap
    if recap_html is None:
        recap_html = to_html(fields["recap"], folder=f"series/{episode.series}")
    return EpisodeRecord(**fields, address=episode.address, recap_html=recap_html)


def series_record(series: Series, episodes: tuple[EpisodeRecord, ...] | UnsetType = UNSET) -> SeriesRecord:
    """The record of a series."""
    from totem_cli.markup.html import to_html

    return SeriesRecord(
        **_fields(series, SeriesFields),
        address=series.address,
        introduction_html=to_html(series.introduction, folder=f"series/{series.slug}"),
        episodes=episodes,
    )


def person_record(person: Person, appearances: tuple[AppearanceRecord, ...]) -> PersonRecord:
    """The record of a person with their appearances."""
    from totem_cli.markup.html import to_html

    return PersonRecord(
        **_fields(person, PersonFields),
        address=f"people/{person.slug}/",
        biography_html=to_html(person.biography, folder="people"),
        appearances=appearances,
    )


def guest_record(guest: Appearance, owner: Episode | Series, kind: Literal["guest", "host"]) -> GuestRecord:
    """The record of one appearance in an episode, or of a series' host."""
    series, episode = (owner.series, owner.ref) if isinstance(owner, Episode) else (owner.slug, None)
    return GuestRecord(**_fields(guest, Appearance), kind=kind, series=series, episode=episode)


def question_record(question: Question, episode: Episode) -> QuestionRecord:
    """The record of one question."""
    return QuestionRecord(**_fields(question, Question), series=episode.series, episode=episode.ref)


def comment_record(comment: Comment) -> CommentRecord:
    """The record of an approved comment; a name of which nothing is seen is none."""
    from totem_cli.markup.characters import is_blank
    from totem_cli.markup.comment import comment_html

    fields = _fields(comment, CommentFields)
    author = "" if is_blank(comment.author) else comment.author
    return CommentRecord(**{**fields, "author": author}, text_html=comment_html(comment.text))


def held_comment(comment: Comment, *, html: bool = True) -> HeldComment:
    """A comment of any status as those see it who keep the archive; where nobody asks for it, without its HTML."""
    from totem_cli.markup.comment import comment_html

    return HeldComment(
        **_fields(comment, CommentFields),
        text_html=comment_html(comment.text) if html else "",
        status=comment.status,
        series=comment.series,
        episode=comment.folder if comment.episode else None,
    )


def archive_record(settings: Settings) -> ArchiveRecord:
    """The record of the archive itself."""
    return ArchiveRecord(
        version=settings.version,
        title=settings.title,
        subtitle=settings.subtitle,
        language=settings.language,
        base_url=settings.base_url,
    )


def recorded(thing: Any) -> Any:
    """The record of a thing, or of each of several, as who keeps the archive sees it."""
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


def to_json(value: object, *, indent: int = 2) -> bytes:
    """A record as UTF-8 JSON, keys in the order of their definition; ``indent`` 0 gives one line.

    Characters that a terminal would obey are written as JSON's escapes.
    """
    encoded = msgspec.json.encode(value)
    formatted = msgspec.json.format(encoded, indent=indent) if indent else encoded
    return json_escaped_bytes(formatted)


def schema() -> dict[str, Any]:
    """The record as JSON Schema 2020-12, made from the types; every key that is always present is required."""
    whole = msgspec.json.schema(Record)
    for definition in whole["$defs"].values():
        optional = {"extra"} if "address" not in definition.get("properties", {}) else set()
        definition["required"] = [
            name for name in definition.get("properties", {}) if name not in optional and name != "episodes"
        ]
    whole["$defs"]["OrganisationRecord"]["required"].append("episodes")
    whole["$defs"]["Record"]["required"].append("episodes")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:totem:record:{SCHEMA_VERSION}",
        "title": "totem: the public record",
        **whole,
    }


def _fields(value: Struct, cls: type[Struct]) -> dict[str, Any]:
    return dict(zip(cls.__struct_fields__, _all_of(cls)(value), strict=True))


@cache
def _all_of(cls: type[Struct]) -> attrgetter[tuple[Any, ...]]:
    return attrgetter(*cls.__struct_fields__)
