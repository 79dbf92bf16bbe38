"""A database: the tables of the public record, filled."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from msgspec.structs import asdict

from totem_cli.archive.publication import Publication
from totem_cli.archive.record import SCHEMA_VERSION, archive_record
from totem_cli.exporters.html.site import Site
from totem_cli.language.fold import fold, search_text
from totem_cli.model.parts import Appearance, Partner
from totem_cli.publishing.plugins import needed

Row: TypeAlias = dict[str, Any]

_EPISODE = "episodes.id"
TABLES: Mapping[str, Mapping[str, str]] = {
    "archive": {
        "schema_version": "int", "version": "int", "title": "str", "subtitle": "str", "language": "str",
        "base_url": "str",
    },
    "series": {
        "id": "key", "slug": "str", "title": "str", "subtitle": "str", "language": "str", "status": "str",
        "licence": "str", "introduction": "str", "introduction_html": "str", "aliases": "json", "extra": "json",
        "address": "str",
    },
    "episodes": {
        "id": "key", "series": "series.id", "number": "int", "slug": "str", "title": "str", "subtitle": "str",
        "summary": "str", "language": "str", "date": "str", "published": "str", "updated": "str", "status": "str",
        "place": "str", "duration": "str", "licence": "str", "image": "str", "translation_of": "str",
        "recap": "str", "recap_html": "str", "aliases": "json", "extra": "json", "address": "str", "url": "str",
        "words": "str",
    },
    "people": {
        "slug": "key", "name": "str", "sort_name": "str", "orcid": "str", "image": "str", "biography": "str",
        "biography_html": "str", "aliases": "json", "extra": "json", "address": "str",
    },
    "organisations": {"slug": "key", "name": "str", "address": "str"},
    "tags": {"slug": "key", "name": "str", "address": "str"},
    "appearances": {
        "id": "number", "episode": _EPISODE, "kind": "str", "place": "int", "person": "people.slug", "name": "str",
        "role": "str", "billed_as": "str", "url": "str",
    },
    "appearance_organisations": {
        "appearance": "appearances.id", "place": "int", "organisation": "organisations.slug", "name": "str",
    },
    "partners": {
        "id": "number", "episode": _EPISODE, "place": "int", "organisation": "organisations.slug", "name": "str",
        "billed_as": "str", "url": "str",
    },
    "questions": {
        "id": "number", "episode": _EPISODE, "number": "int", "text": "str", "asked_by": "str", "answer": "str",
    },
    "episode_tags": {"episode": _EPISODE, "place": "int", "tag": "tags.slug"},
    "links": {
        "id": "number", "episode": _EPISODE, "series": "series.id", "person": "people.slug", "place": "int",
        "url": "str", "label": "str", "kind": "str",
    },
    "media": {
        "id": "number", "episode": _EPISODE, "place": "int", "kind": "str", "url": "str", "path": "str",
        "type": "str", "bytes": "int", "duration": "str", "alt": "str", "credit": "str",
    },
    "comments": {
        "id": "key", "episode": _EPISODE, "series": "series.id", "parent": "str", "author": "str", "url": "str",
        "date": "str", "text": "str", "text_html": "str",
    },
}  # fmt: skip
"""Every table and column: ``key`` and ``number`` are primary keys, ``table.column`` refers to one, ``json`` is text."""

SEARCHED = {
    "episodes": ("title", "summary", "recap", "words"),
    "questions": ("text", "answer"),
    "people": ("name", "biography"),
}
"""What the full-text index holds. ``words`` is all of an episode folded as totem's own search does, ligatures too."""

_TOKENS = "unicode61 remove_diacritics 2"
_TYPES = {"int": int, "number": int}


def database(publication: Publication) -> bytes:
    """The file of a database; the same publication is always the same bytes, by one release of SQLite."""
    utils = needed("sqlite_utils", extra="sqlite", what="the export format 'sqlite'")
    connection = sqlite3.connect(":memory:")
    try:
        db = utils.Database(connection)
        rows: dict[str, list[Row]] = {name: [] for name in TABLES}
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


def _rows(publication: Publication) -> Iterator[tuple[str, Row]]:
    """Every row, with the table it goes to."""
    site = Site(publication, single=True)
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
    for place in range(len(publication.episodes)):
        yield from parts.rows(place)
    for home, targets in (("episode", publication.episodes), ("series", publication.series)):
        for target in (one.id for one in targets):
            for comment in site.comments(target):
                yield "comments", _flat("comments", comment) | {home: target}


class _Parts:
    """The rows of episodes, each with what it holds."""

    def __init__(self, site: Site, tags: Mapping[str, str]) -> None:
        self._site = site
        self._tags = tags
        self._organisations = {fold(one.name): one.slug for one in site.publication.organisations}
        self._appearances = 0

    def rows(self, place: int) -> Iterator[tuple[str, Row]]:
        """The rows of the episode at a place of the publication."""
        site = self._site
        record = site.publication.read(site.publication.episodes[place])
        series = site.series[record.series].id
        people = [("host", one) for one in record.hosts], [("guest", one) for one in record.guests]
        said = [record.title, record.subtitle, record.summary, record.place, record.recap, *record.tags]
        said += [word for group in people for _, one in group for word in (one.name, one.role, *one.organisations)]
        said += [word for one in record.questions for word in (one.text, one.asked_by, one.answer)]
        words = search_text(" ".join(word for word in said if word))
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

    def _appearance(self, episode: str, kind: str, number: int, one: Appearance) -> Iterator[tuple[str, Row]]:
        directory = self._site.publication.directory
        person = directory.person_slugs.get(directory.names.key(one))
        self._appearances += 1
        known = {"id": self._appearances, "episode": episode, "kind": kind, "place": number, "person": person}
        yield "appearances", _flat("appearances", one) | known
        for place, name in enumerate(one.organisations, 1):
            slug = self._organisations.get(fold(name))
            row = {"appearance": self._appearances, "place": place, "organisation": slug, "name": name}
            yield "appearance_organisations", row

    def _partner(self, episode: str, number: int, partner: Partner) -> Row:
        slug = self._organisations.get(fold(partner.name))
        return _flat("partners", partner) | {"episode": episode, "place": number, "organisation": slug}


def _links(owner: str, key: str, links: Iterable[Any]) -> Iterator[tuple[str, Row]]:
    for number, link in enumerate(links, 1):
        yield "links", _flat("links", link) | {owner: key, "place": number}


def _flat(table: str, thing: Any) -> Row:
    """The fields of a record that are columns of a table; lists and tables as JSON."""
    columns = TABLES[table]
    known = asdict(thing)
    return {
        name: _json(known.get(name)) if kind == "json" else known.get(name)
        for name, kind in columns.items()
        if kind != "number"
    }


def _json(value: Mapping[str, Any] | Sequence[str] | None) -> str:
    from totem_cli.archive.record import to_data

    return json.dumps(to_data(value), ensure_ascii=False)
