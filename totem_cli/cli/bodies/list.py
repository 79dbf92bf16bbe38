"""totem list: what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from totem_cli.errors import InvalidError
from totem_cli.model.listed import LISTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from totem_cli.cli.session import Session
    from totem_cli.model.query import Query

Noun = Literal["episodes", "series", "guests", "organisations", "questions", "tags", "comments"]

COLUMNS: Mapping[str, Sequence[str]] = {
    "episodes": LISTED,
    "series": ("slug", "title", "language", "status", "hosts", "partners"),
    "guests": ("name", "role", "organisations", "episode"),
    "organisations": ("name", "episodes", "slug"),
    "questions": ("episode", "number", "text", "asked_by"),
    "tags": ("name", "episodes", "slug"),
    "comments": ("id", "status", "date", "series", "episode", "author", "text"),
}
"""The columns of each list where ``--fields`` names none."""


def run(session: Session, query: Query, noun: Noun = "episodes", fields: str | None = None) -> None:
    """Print what the query selects, with only these fields where they are named."""
    columns = tuple(field.strip() for field in fields.split(",") if field.strip()) if fields else None
    if noun == "episodes" and columns is None and not session.as_json and not session.terminal:
        _pipe(session, query)
        return
    rows = _rows(session, noun, query, columns)
    session.warn_unreadable()
    if not rows:
        session.say_misnamed(query)
    if session.as_json:
        session.json([_only(row, columns) for row in rows] if columns else rows)
        return
    session.rows(
        noun, rows, columns or COLUMNS[noun], chosen=columns is not None, language=session.archive.settings.language
    )


def _pipe(session: Session, query: Query) -> None:
    """Episodes as text: the index keeps the lines."""
    lines = session.reader.lines(query)
    session.warn_unreadable()
    if not lines:
        session.say_misnamed(query)
    session.out("\n".join(["\t".join(LISTED), *lines, ""]))


def _rows(session: Session, noun: Noun, query: Query, columns: tuple[str, ...] | None) -> list[dict[str, Any]]:
    from msgspec import to_builtins

    from totem_cli.archive import record

    archive = session.archive
    known: tuple[str, ...]
    if noun == "episodes":
        whole = session.as_json or bool(columns and {"recap", "recap_html"} & set(columns))
        known = record.EpisodeRecord.__struct_fields__
        episodes = archive.episodes(query, recaps=whole)
        if whole or (columns and "address" in columns):
            rows = [to_builtins(record.episode_record(episode)) for episode in episodes]
        else:
            rows = [to_builtins(episode) for episode in episodes]
    elif noun == "series":
        known = tuple(name for name in record.SeriesRecord.__struct_fields__ if name != "episodes")
        rows = [to_builtins(record.series_record(one)) for one in archive.series_of_query(query)]
    elif noun == "comments":
        known = record.HeldComment.__struct_fields__
        whole = session.as_json or "text_html" in (columns or ())
        rows = [to_builtins(record.held_comment(one, html=whole)) for one in archive.comments(query)]
    else:
        found = _cut(getattr(archive, noun)(_unlimited(query)), query)
        rows = [to_builtins(one) for one in found]
        if noun in ("organisations", "tags") and not session.as_json:
            refs = {episode.id: episode.ref for episode in archive.episodes()}
            rows = [{**row, "episodes": [refs[identity] for identity in row["episodes"]]} for row in rows]
        known = {
            "guests": record.GuestRecord,
            "organisations": record.OrganisationRecord,
            "questions": record.QuestionRecord,
            "tags": record.TagRecord,
        }[noun].__struct_fields__
    _check_columns(noun, columns, known, rows)
    if columns:
        for row in rows:
            extra = row.get("extra") or {}
            row.update({column: extra[column] for column in columns if column not in known and column in extra})
    return rows


def _check_columns(
    noun: Noun, columns: tuple[str, ...] | None, known: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> None:
    for column in columns or ():
        if column not in known and not any(column in row.get("extra", {}) for row in rows):
            from totem_cli.model.fields import EpisodeFields
            from totem_cli.model.parts import Appearance
            from totem_cli.model.vocabulary import vocabulary

            meant = vocabulary(EpisodeFields, Appearance).did_you_mean(column, known)
            raise InvalidError(f"no field {column!r} in {noun}", hint=meant or ", ".join(known))


def _only(row: Mapping[str, Any], columns: Sequence[str]) -> dict[str, Any]:
    return {column: row.get(column) for column in columns}


def _unlimited(query: Query) -> Query:
    from msgspec.structs import replace

    return replace(query, limit=None)


def _cut(found: Sequence[Any], query: Query) -> Sequence[Any]:
    return found[: query.limit] if query.limit else found
