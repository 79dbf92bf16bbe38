"""Values as records: what JSON and YAML hold becomes series, episodes, people and comments.

totem's own records come back as they were. Of other people's lists of talks, of whatever shape, the names are looked up
in the field table, and ``--map`` says otherwise; a name that is none is kept under ``extra``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import msgspec

from totem_cli.archive.outline import directory_of
from totem_cli.archive.record import SCHEMA_VERSION, EpisodeRecord, PersonRecord, SeriesRecord
from totem_cli.errors import InvalidError, Location, RefusedError
from totem_cli.importers import Imported, Options
from totem_cli.importers.dates import decide_order, usual_order
from totem_cli.importers.foreign_people import keys_of, of_the_person
from totem_cli.importers.foreign_record import ForeignRecords
from totem_cli.importers.foreign_shape import Item, Records, is_titled, shaped
from totem_cli.importers.foreign_words import is_event
from totem_cli.importers.notes import Kind, Note
from totem_cli.importers.table.column import column_of
from totem_cli.importers.words import by_words, read_mapping
from totem_cli.language.slug import check_slug, slugify
from totem_cli.model import read as model
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.field import rows
from totem_cli.model.fields import EpisodeFields, PersonFields, SeriesFields
from totem_cli.model.person import Person
from totem_cli.model.vocabulary import Vocabulary, front_vocabulary, vocabulary

_DATES = frozenset({row.name for row in rows(EpisodeFields) if row.field.form == "moment"} | {"end_day"})
_PARTS = ("series", "episodes", "people", "comments")

_DERIVED = {
    EpisodeFields: frozenset(EpisodeRecord.__struct_fields__) - frozenset(EpisodeFields.__struct_fields__),
    SeriesFields: frozenset(SeriesRecord.__struct_fields__) - frozenset(SeriesFields.__struct_fields__),
    PersonFields: frozenset(PersonRecord.__struct_fields__) - frozenset(PersonFields.__struct_fields__),
}
_WORDS = {
    SeriesFields: front_vocabulary(SeriesFields, EpisodeFields),
    PersonFields: Vocabulary(row for row in rows(PersonFields) if row.field.stored != "path"),
}
_RECORDS: Mapping[str, tuple[Callable[..., Any], type[msgspec.Struct], str, tuple[str, ...]]] = {
    "series": (model.series, SeriesFields, "introduction", ("slug",)),
    "episodes": (model.episode, EpisodeFields, "recap", ("series", "slug")),
    "people": (model.person, PersonFields, "biography", ("slug",)),
}
"""How a record is made: by which function of the model, with which fields, the key of its text, its slugs."""


def read_records(source: Records, name: str, options: Options) -> Imported:
    """What the records of a source hold. Raises InvalidError with the path of one that cannot be read."""
    kinds: dict[str, list[Item]] = {key: [] for key in _PARTS}
    if not source.document:
        _check_talks(source, read_mapping(options))
    for item in source.items:
        kinds[kind_of(item)].append(item)
    series = [_record(item, "series") for item in kinds["series"]]
    kinds["episodes"] += [inner for item in kinds["series"] for inner in listed(item.value, "episodes", item)]
    if options.day_first is None:  # one date decides for all, else the language of their names
        days = [text for item in kinds["episodes"] for text in _days(item.value)]
        order = decide_order(days)
        keys = (key for item in kinds["episodes"] if isinstance(item.value, dict) for key in item.value)
        options = replace(options, day_first=usual_order(keys) if order is None else order)
    foreign = ForeignRecords(read_mapping(options), options, keys_of({one.path: one.value for one in kinds["people"]}))
    episodes = [
        _record(item, "episodes") if source.document or _is_own(item.value) else _foreign(item, foreign)
        for item in kinds["episodes"]
    ]
    is_own = source.document or not any(item.kind == "people" for item in kinds["people"])
    people = [
        (_record(item if is_own else item._replace(value=of_the_person(item.value)), "people"), item.place)
        for item in kinds["people"]
    ]
    people = _filed(people, episodes)
    known = {one.slug for one in series}
    return Imported(
        series=(*series, *(one for one in foreign.series() if one.slug not in known)),
        episodes=tuple(episodes),
        persons=tuple(person for person, _ in people),
        settings=_settings(source.document, name),
        comments=tuple(_record(item, "comments") for item in kinds["comments"]),
        locations={kind: [item.place for item in kinds[kind]] for kind in ("episodes", "comments")}
        | {"persons": [location for _, location in people]}
        | {"series": [item.place for item in kinds["series"]] if not any(foreign.series()) else []},
        mapping=foreign.mapping(),
        notes=(*source.notes, *foreign.notes, *_unknown_parts(source.document, name)),
        own_extra=frozenset(key for item in source.items for key in _own_extra(item.value)),
    )


def items_of(value: Any, location: Location, fields: Mapping[str, str] | None = None) -> Records:
    """The records in a value: a list, totem's own document or parts of it, one record, or other people's lists.

    ``fields`` is what the user says that names are.
    """
    if isinstance(value, list):
        return shaped([Item(one, f"[{number}]", location) for number, one in enumerate(value, 1)], fields or {})
    whole = Item(value, "", location)
    if not isinstance(value, dict):
        return Records({}, [whole])
    if isinstance(value.get("archive"), dict):
        version = value.get("schema_version", SCHEMA_VERSION)
        if not isinstance(version, int) or version > SCHEMA_VERSION:
            raise RefusedError(
                f"{location.file}: the record has version {version}; this totem reads {SCHEMA_VERSION}",
                hint="use a newer totem",
            )
        return Records(value, _parts(value, whole))
    if value.keys() <= {"schema_version", *_PARTS} and any(isinstance(value.get(key), list) for key in _PARTS):
        return Records({}, _parts(value, whole))
    return shaped([whole], fields or {})


def _check_talks(source: Records, fields: Mapping[str, str]) -> None:
    """Raise InvalidError where a source is one table that is no talk, and holds none."""
    for value, path, location in ((item.value, item.path, item.location) for item in source.items[:1]):
        if not path and location.line is None and isinstance(value, dict) and value and not is_titled(value, fields):
            keys = ", ".join(list(value)[:12])
            hint = f"a talk has a title: --map NAME=title says which key it is; there are: {keys}"
            raise InvalidError("no talks are found in it", hint=hint, location=location)


def _parts(document: Mapping[str, Any], whole: Item) -> list[Item]:
    return [inner for key in _PARTS for inner in listed(document, key, whole)]


def _is_own(value: Any) -> bool:
    """Whether a record is one that totem made: it has keys that follow from others, as no other program calls them."""
    return isinstance(value, dict) and {"address", "recap_html"} <= value.keys()


def _own_extra(value: Any) -> Iterator[str]:
    """The keys that a record itself has under ``extra``, those of its parts after the name of their list."""
    if not isinstance(value, dict):
        return
    if isinstance(value.get("extra"), dict):
        yield from value["extra"]
    for key, parts in value.items():
        for part in parts if isinstance(parts, list) else ():
            if isinstance(part, dict):
                yield from (f"{key}.{name}" if key != "episodes" else name for name in _own_extra(part))


def _days(value: Any, key: str = "") -> Iterator[str]:
    """The dates in a record, at any depth."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _days(one, name)
    elif isinstance(value, list):
        for one in value:
            yield from _days(one, key)
    elif isinstance(value, str) and column_of(key).field in _DATES:
        yield value


def _foreign(item: Item, records: ForeignRecords) -> Episode:
    with _placed(item):
        return records.episode(item.value, item.place, item.around)


@contextmanager
def _placed(item: Item) -> Iterator[None]:
    """Errors have the location and the path of the item."""
    try:
        yield
    except InvalidError as error:
        if item.path:
            error.field = f"{item.path}.{error.field}" if error.field else None
            error.message = f"{item.path}: {error.message}"
            error.args = (error.message,)
        raise error.at(item.location) from None


def listed(value: Mapping[str, Any], key: str, item: Item) -> list[Item]:
    """The items of the list under ``key``, each with its path; InvalidError where it is not a list."""
    found = value.get(key)
    if found is None:
        return []
    path = f"{item.path}.{key}" if item.path else key
    if not isinstance(found, list):
        raise InvalidError(f"{path} must be a list", location=item.location, field=path)
    return [Item(one, f"{path}[{number}]", item.location) for number, one in enumerate(found, 1)]


def kind_of(item: Item) -> str:
    """The kind of a record, by its path or by the keys that only that kind has."""
    value = item.value
    if item.kind and isinstance(value, dict):
        return item.kind
    if not isinstance(value, dict):
        what = item.path or "the value"
        raise InvalidError(
            f"{what} must be an object that tells an episode", location=item.location, field=item.path or None
        )
    key = item.path.partition("[")[0]
    if key:
        return key
    if "target" in value and "title" not in value:
        return "comments"
    if "title" not in value and ("episode" in value or {"name", "episodes"} <= value.keys()):
        raise InvalidError(
            "guests, questions, tags and organisations follow from episodes, and are nothing by themselves",
            hint='say them with their episode: {"series": "…", "number": 1, "guests": […], "questions": […]}',
            location=item.location,
        )
    if "title" not in value and "name" in value and not is_event(value):
        return "people"
    return "series" if {"introduction", "introduction_html"} & value.keys() else "episodes"


def _record(item: Item, kind: str) -> Any:
    """The record of the model that a value is. Raises InvalidError with its location and path."""
    with _placed(item):
        if kind == "comments":
            return _comment(item.value)
        make, cls, body, slugs = _RECORDS[kind]
        data = _plain(item.value, cls)
        texts = {key: _text(data, key) for key in (*slugs, body)}
        if kind == "people" and not texts["slug"] and isinstance(data.get("name"), str):
            texts["slug"] = slugify(data["name"])
        for key in filter(texts.get, slugs):
            check_slug(texts[key], key)
        return make(data, **texts)


def _comment(data: dict[str, Any]) -> Comment:
    """A comment of an export, which has only approved ones, or of ``list comments``, which gives the status."""
    derived = ("text_html", "series", "episode", "text")
    fields = {"status": "approved"} | {key: value for key, value in data.items() if key not in derived}
    if not isinstance(fields.get("target"), str) or not isinstance(fields.get("id"), str):
        raise InvalidError("a comment needs its id, and that of its target", field="target")
    return model.comment(fields, folder="", slug=fields["id"], text=_text(dict(data), "text"))


def _filed(people: Sequence[tuple[Person, Location]], episodes: Sequence[Episode]) -> list[tuple[Person, Location]]:
    """The people who need a file: those of whom more is given than the name and slug that appearances give."""
    more = [person for person, _ in people if person != Person(slug=person.slug, name=person.name)]
    directory = directory_of(more, episodes, "fr")
    derived = {(directory.person_slugs[key], person.name) for key, person in directory.people.items()}
    return [one for one in people if one[0] in more or (one[0].slug, one[0].name) not in derived]


def _plain(data: dict[str, Any], cls: type[msgspec.Struct]) -> dict[str, Any]:
    """A record as front matter: without derived keys, with the keys of ``extra`` beside the others."""
    found = {key: value for key, value in data.items() if key not in _DERIVED[cls] and value is not None}
    extra = found.pop("extra", {})
    if not isinstance(extra, dict):
        raise InvalidError("extra must be a table", field="extra")
    found = by_words(found, cls, _WORDS[cls]) if cls in _WORDS else found
    for key, part in model.LISTS.items():
        if isinstance(found.get(key), list):
            found[key] = [_spread(item, part) for item in found[key]]
    return {key: value for key, value in extra.items() if value is not None} | found


def _spread(item: Any, part: type[msgspec.Struct]) -> Any:
    if not isinstance(item, dict):
        return item
    extra = item.get("extra") if isinstance(item.get("extra"), dict) else {}
    own = {key: value for key, value in item.items() if key != "extra" or value is not extra}
    return (extra or {}) | by_words(own, part, vocabulary(part))


def _text(data: dict[str, Any], key: str) -> str:
    value = data.pop(key, "")
    if not isinstance(value, str):
        raise InvalidError(f"{key} must be text", field=key)
    return value


def _settings(document: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    if not document:
        return None
    settings = {key: value for key, value in document["archive"].items() if key != "version" and value is not None}
    try:
        model.settings(settings)
    except InvalidError as error:
        raise InvalidError(
            f"archive: {error.message}", field=f"archive.{error.field}", location=Location(name)
        ) from None
    return settings


def _unknown_parts(document: Mapping[str, Any], name: str) -> Iterator[Note]:
    expected = {"schema_version", "archive", "organisations", *_PARTS}
    for key in document:
        if key not in expected:
            yield Note(Kind.LEFT_OUT, key, "a document of totem's has no such part", Location(name))
