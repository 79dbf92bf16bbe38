"""The tables of the SQLite database, from the field table, and their rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import Struct, to_builtins
from msgspec.structs import asdict

from totem_cli.archive.publication import Publication
from totem_cli.archive.record import SCHEMA_VERSION, ArchiveRecord, archive_record
from totem_cli.exporters.html.site import Site
from totem_cli.exporters.html.structure import SiteStructure
from totem_cli.language.fold import fold, search_text
from totem_cli.model.comment import CommentFields
from totem_cli.model.field import Row, rows
from totem_cli.model.fields import EpisodeFields, PersonFields, SeriesFields
from totem_cli.model.parts import Appearance, Link, Media, Partner, Question
from totem_cli.publishing.plugins import needed

Record: TypeAlias = dict[str, Any]

_EPISODE = "episodes.id"
_OWN_TABLES = ("tags", "organisations")
"""Lists of text that are tables of their own; other lists of text are JSON in one column."""


def _columns(struct: type[Struct], **kinds: str) -> dict[str, str]:
    """The columns of a struct: texts and numbers, the body with its HTML, then lists of text as JSON.

    ``kinds`` are those of columns that are keys.
    """
    listed = sorted((row for row in rows(struct) if row.field.column), key=_order)
    found = {row.name: "int" if row.value_type is int else "str" for row in listed if not row.item}
    for body in (row.name for row in listed if row.field.stored == "body"):
        found |= {body: found.pop(body), f"{body}_html": "str"}
    return found | {row.name: "json" for row in listed if row.item is str and row.name not in _OWN_TABLES} | kinds


def _order(row: Row) -> int:
    return row.field.order if row.field.sqlite_order is None else row.field.sqlite_order


_RECORD = {"extra": "json", "address": "str"}
_NAMED = {"slug": "key", "name": "str", "address": "str"}
_NUMBERED = {"id": "number", "episode": _EPISODE}
_PLACED = _NUMBERED | {"place": "int"}
_ORGANISATION = "organisations.slug"
_PERSON = "people.slug"
TABLES: Mapping[str, Mapping[str, str]] = {
    "archive": {"schema_version": "int"} | dict.fromkeys(ArchiveRecord.__struct_fields__, "str") | {"version": "int"},
    "series": _columns(SeriesFields, id="key") | _RECORD,
    "episodes": _columns(EpisodeFields, id="key", series="series.id") | _RECORD | {"url": "str", "words": "str"},
    "people": _columns(PersonFields, slug="key") | _RECORD,
    "organisations": _NAMED,
    "tags": _NAMED,
    "appearances": _NUMBERED
    | {"kind": "str", "place": "int", "person": _PERSON}
    | _columns(Appearance, person=_PERSON),
    "appearance_organisations": {
        "appearance": "appearances.id",
        "place": "int",
        "organisation": _ORGANISATION,
        "name": "str",
    },
    "partners": _PLACED | {"organisation": _ORGANISATION} | _columns(Partner),
    "questions": _NUMBERED | _columns(Question),
    "episode_tags": {"episode": _EPISODE, "place": "int", "tag": "tags.slug"},
    "links": _NUMBERED | {"series": "series.id", "person": _PERSON, "place": "int"} | _columns(Link),
    "media": _PLACED | _columns(Media),
    "comments": {"id": "key", "episode": _EPISODE, "series": "series.id"} | _columns(CommentFields, id="key"),
}
"""Every table and column: ``key`` and ``number`` are primary keys, ``table.column`` refers to one, ``json`` is text."""

SEARCHED = {
    "episodes": ("title", "summary", "recap", "words"),
    "questions": ("text", "answer"),
    "people": ("name", "biography"),
}
"""The columns in the full-text index. ``words`` is the text of an episode folded as totem's search folds it."""

_TOKENS = "unicode61 remove_diacritics 2"
_TYPES = {"int": int, "number": int}


def database(publication: Publication) -> bytes:
    """The bytes of the database; equal for equal publications, with one release of SQLite."""
    utils = needed("sqlite_utils", extra="sqlite", what="the export format 'sqlite'")
    connection = sqlite3.connect(":memory:")
    try:
        db = utils.Database(connection)
        rows: dict[str, list[Record]] = {name: [] for name in TABLES}
        for table, row in _rows(publication):
            rows[table].append(row)
        for name, columns in TABLES.items():
            _create(db, name, columns)
            db[name].insert_all(rows[name])
        for name, searched in SEARCHED.items():
            db[name].enable_fts(searched, tokenize=_TOKENS)
            db[name].optimize()
        connection.commit()
        db.execute("vacuum")
        return connection.serialize()
    finally:
        connection.close()


def _create(db: Any, name: str, columns: Mapping[str, str]) -> None:
    keys = [column for column, kind in columns.items() if kind in ("key", "number")]
    foreign = [(column, *kind.split(".")) for column, kind in columns.items() if "." in kind]
    types = {column: _TYPES.get(kind, str) for column, kind in columns.items()}
    db[name].create(types, pk=keys[0] if keys else None, foreign_keys=foreign)
    for column, _, _ in foreign:
        db[name].create_index([column])


def _rows(publication: Publication) -> Iterator[tuple[str, Record]]:
    """Every row, with the table it goes to."""
    site = Site(SiteStructure(publication, single=True))
    yield "archive", {"schema_version": SCHEMA_VERSION, **asdict(archive_record(publication.settings))}
    for series in site.series.values():
        yield "series", _flat("series", series)
        yield from _links("series", series.id, series.links)
    for person in publication.people:
        yield "people", _flat("people", person)
        yield from _links("person", person.slug, person.links)
    for organisation in publication.organisations:
        yield "organisations", _flat("organisations", organisation)
    tags = {key: (address.split("/")[1], name, address) for key, (name, address, _) in site.tags.items()}
    for slug, name, address in tags.values():
        yield "tags", {"slug": slug, "name": name, "address": address}
    parts = _Parts(site, {key: slug for key, (slug, _, _) in tags.items()})
    for index in range(len(publication.episodes)):
        yield from parts.rows(index)
    for home, targets in (("episode", publication.episodes), ("series", publication.series)):
        for target in (one.id for one in targets):
            for comment in site.comments(target):
                yield "comments", _flat("comments", comment) | {home: target}


class _Parts:
    """The rows of episodes and of their parts."""

    def __init__(self, site: Site, tags: Mapping[str, str]) -> None:
        self._site = site
        self._tags = tags
        self._organisations = {fold(one.name): one.slug for one in site.publication.organisations}
        self._appearances = 0

    def rows(self, index: int) -> Iterator[tuple[str, Record]]:
        """The rows of one episode of the publication, by its index."""
        site = self._site
        record = site.publication.read(site.publication.episodes[index])
        series = site.series[record.series].id
        people = [("host", one) for one in record.hosts], [("guest", one) for one in record.guests]
        texts = [record.title, record.subtitle, record.summary, record.place, record.recap, *record.tags]
        texts += [text for group in people for _, one in group for text in (one.name, one.role, *one.organisations)]
        texts += [text for one in record.questions for text in (one.text, one.asked_by, one.answer)]
        words = search_text(" ".join(text for text in texts if text))
        url = site.absolute(record.address)
        yield "episodes", _flat("episodes", record) | {"series": series, "url": url, "words": words}
        for group in people:
            for number, (kind, one) in enumerate(group, 1):
                yield from self._appearance(record.id, kind, number, one)
        for number, partner in enumerate(record.partners, 1):
            yield "partners", self._partner(record.id, number, partner)
        for question in record.questions:
            yield "questions", _flat("questions", question) | {"episode": record.id}
        slugs = dict.fromkeys(self._tags[fold(tag)] for tag in record.tags)
        for number, tag in enumerate(slugs, 1):
            yield "episode_tags", {"episode": record.id, "place": number, "tag": tag}
        yield from _links("episode", record.id, record.links)
        for number, media in enumerate(record.media, 1):
            yield "media", _flat("media", media) | {"episode": record.id, "place": number}

    def _appearance(self, episode: str, kind: str, number: int, one: Appearance) -> Iterator[tuple[str, Record]]:
        directory = self._site.publication.directory
        person = directory.person_slugs.get(directory.names.key(one))
        self._appearances += 1
        keys = {"id": self._appearances, "episode": episode, "kind": kind, "place": number, "person": person}
        yield "appearances", _flat("appearances", one) | keys
        for position, name in enumerate(one.organisations, 1):
            slug = self._organisations.get(fold(name))
            row = {"appearance": self._appearances, "place": position, "organisation": slug, "name": name}
            yield "appearance_organisations", row

    def _partner(self, episode: str, number: int, partner: Partner) -> Record:
        slug = self._organisations.get(fold(partner.name))
        return _flat("partners", partner) | {"episode": episode, "place": number, "organisation": slug}


def _links(owner: str, key: str, links: Iterable[Any]) -> Iterator[tuple[str, Record]]:
    for number, link in enumerate(links, 1):
        yield "links", _flat("links", link) | {owner: key, "place": number}


def _flat(table: str, thing: Any) -> Record:
    """The fields of a record that are columns of a table; lists and tables as JSON."""
    columns = TABLES[table]
    values = asdict(thing)
    return {
        name: _json(values.get(name)) if kind == "json" else values.get(name)
        for name, kind in columns.items()
        if kind != "number"
    }


def _json(value: Mapping[str, Any] | Sequence[str] | None) -> str:
    return json.dumps(to_builtins(value), ensure_ascii=False)
