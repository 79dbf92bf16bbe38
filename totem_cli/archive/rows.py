"""The rows of a list: the records of one noun as plain values, with the columns that they have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from totem_cli.archive import record
from totem_cli.errors import InvalidError
from totem_cli.model.cells import LISTED

if TYPE_CHECKING:
    from totem_cli.archive.archive import Archive
    from totem_cli.model.query import Query

Noun = Literal["episodes", "series", "guests", "organisations", "questions", "tags", "comments"]

COLUMNS: Mapping[Noun, Sequence[str]] = {
    "episodes": LISTED,
    "series": ("slug", "title", "language", "status", "hosts", "partners"),
    "guests": ("name", "role", "organisations", "episode"),
    "organisations": ("name", "episodes", "slug"),
    "questions": ("episode", "number", "text", "asked_by"),
    "tags": ("name", "episodes", "slug"),
    "comments": ("id", "status", "date", "series", "episode", "author", "text"),
}
"""The columns of each list where none are named."""


def episode_rows(archive: Archive, query: Query, columns: Sequence[str], *, whole: bool) -> list[dict[str, Any]]:
    """The episodes that a query selects; ``whole`` records, or what the columns ask for.

    Raises InvalidError for a column that no episode has.
    """
    whole = whole or bool({"recap", "recap_html"} & set(columns))
    found = archive.episodes.find(query, recaps=whole)
    if whole or "address" in columns:
        rows = [to_builtins(record.episode_record(episode)) for episode in found]
    else:
        rows = [to_builtins(episode) for episode in found]
    return _with_columns("episodes", rows, columns, record.EpisodeRecord.__struct_fields__)


def rows(archive: Archive, noun: Noun, query: Query, columns: Sequence[str], *, whole: bool) -> list[dict[str, Any]]:
    """The rows of any noun but ``episodes``, of the episodes that a query selects; see :func:`episode_rows`."""
    if noun == "series":
        fields = tuple(name for name in record.SeriesRecord.__struct_fields__ if name != "episodes")
        found = [to_builtins(record.series_record(one)) for one in archive.series.find(query)]
    elif noun == "comments":
        fields = record.HeldComment.__struct_fields__
        html = whole or "text_html" in columns
        found = [to_builtins(record.held_comment(one, html=html)) for one in archive.comments.find(query)]
        if not whole:  # as in every list, an episode is named by its reference
            refs = {f"{episode.series}/{episode.slug}": episode.ref for episode in archive.episodes}
            found = [{**row, "episode": refs.get(row["episode"], row["episode"])} for row in found]
    else:
        find, record_type = _collections(archive)[noun]
        fields = record_type.__struct_fields__
        found = [to_builtins(one) for one in find(replace(query, limit=None))[: query.limit or None]]
        if noun in ("organisations", "tags") and not whole:
            refs = {episode.id: episode.ref for episode in archive.episodes}
            found = [{**row, "episodes": [refs[identity] for identity in row["episodes"]]} for row in found]
    return _with_columns(noun, found, columns, fields)


def _collections(archive: Archive) -> Mapping[str, tuple[Callable[[Query], Sequence[Any]], type[Struct]]]:
    """What finds the records of a noun, and their type."""
    return {
        "guests": (archive.guests.find, record.GuestRecord),
        "organisations": (archive.organisations.find, record.OrganisationRecord),
        "questions": (archive.questions.find, record.QuestionRecord),
        "tags": (archive.tags.find, record.TagRecord),
    }


def _with_columns(
    noun: str, rows: list[dict[str, Any]], columns: Sequence[str], fields: Sequence[str]
) -> list[dict[str, Any]]:
    """The rows, in which a column that is no field is looked up among the unknown keys."""
    for column in columns:
        if column not in fields and not any(column in row.get("extra", {}) for row in rows):
            from totem_cli.model.vocabulary import vocabulary

            meant = vocabulary(record.EpisodeRecord, record.GuestRecord).did_you_mean(column, fields)
            raise InvalidError(f"no field {column!r} in {noun}", hint=meant or ", ".join(fields))
    for row in rows if columns else ():
        extra = row.get("extra") or {}
        row.update({column: extra[column] for column in columns if column not in fields and column in extra})
    return rows
