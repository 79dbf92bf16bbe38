"""totem's own record, in JSON: what ``export json``, ``list --json`` and ``show --json`` print, or JSON Lines.

Keys that follow from others (``address``, ``recap_html``, ``appearances``) are dropped; ``extra`` is put back in its
place.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from totem_cli.archive.outline import directory_of
from totem_cli.archive.record import SCHEMA_VERSION, EpisodeRecord, PersonRecord, SeriesRecord
from totem_cli.errors import InvalidError, Location, RefusedError
from totem_cli.importers import Imported, Options, source_bytes
from totem_cli.importers.words import by_words
from totem_cli.language.slug import check_slug
from totem_cli.model import read as model
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.field import rows
from totem_cli.model.fields import EpisodeFields, PersonFields, SeriesFields
from totem_cli.model.person import Person
from totem_cli.model.vocabulary import Vocabulary, front_vocabulary, vocabulary

DEEPEST = 100
"""How deep lists and tables may be nested."""

_PARTS = ("series", "episodes", "people", "comments")
_NAMING = frozenset({"id", "slug", "title", "name"})
"""What names one record: an object without these, but with lists of records, is a document."""

_DERIVED = {
    EpisodeFields: frozenset(EpisodeRecord.__struct_fields__) - frozenset(EpisodeFields.__struct_fields__),
    SeriesFields: frozenset(SeriesRecord.__struct_fields__) - frozenset(SeriesFields.__struct_fields__),
    PersonFields: frozenset(PersonRecord.__struct_fields__) - frozenset(PersonFields.__struct_fields__),
}
_WORDS = {
    EpisodeFields: Vocabulary(row for row in rows(EpisodeFields) if row.field.stored != "path"),
    SeriesFields: front_vocabulary(SeriesFields, EpisodeFields),
    PersonFields: Vocabulary(row for row in rows(PersonFields) if row.field.stored != "path"),
}
_RECORDS: Mapping[str, tuple[Callable[..., Any], type[msgspec.Struct], str, tuple[str, ...]]] = {
    "series": (model.series, SeriesFields, "introduction", ("slug",)),
    "episodes": (model.episode, EpisodeFields, "recap", ("series", "slug")),
    "people": (model.person, PersonFields, "biography", ("slug",)),
}
"""How a record is made: by which function of the model, with which fields, the key of its text, its slugs."""


class Item(NamedTuple):
    """A value with its location: its line, where the source has one value a line, and its path in the document."""

    value: Any
    path: str
    location: Location


def read(source: Path | bytes, options: Options) -> Imported:
    """The things in a JSON source. Raises InvalidError with line and column for a syntax error, else with the field."""
    content, name = source_bytes(source, options)
    document, found = items(content, name)
    kinds: dict[str, list[Item]] = {key: [] for key in _PARTS}
    for item in found:
        kinds[kind_of(item)].append(item)
    series = [_record(item, "series") for item in kinds["series"]]
    kinds["episodes"] += [inner for item in kinds["series"] for inner in listed(item.value, "episodes", item)]
    episodes = [_record(item, "episodes") for item in kinds["episodes"]]
    people = _filed([(_record(item, "people"), _location(item)) for item in kinds["people"]], episodes)
    return Imported(
        series=tuple(series),
        episodes=tuple(episodes),
        persons=tuple(person for person, _ in people),
        settings=_settings(document, name),
        comments=tuple(_record(item, "comments") for item in kinds["comments"]),
        locations={kind: [_location(item) for item in kinds[kind]] for kind in ("series", "episodes", "comments")}
        | {"persons": [location for _, location in people]},
        unplaced=tuple(_unplaced(document, name)),
    )


def items(content: bytes, name: str) -> tuple[Mapping[str, Any], list[Item]]:
    """The document, where the source is one, and every thing in the source."""
    location = Location(name)
    try:
        value = decoded(content, name)
    except InvalidError as problem:
        if b"\n" not in content.strip():
            raise
        return {}, list(_lines(content, name, problem))
    if isinstance(value, list):
        return {}, [Item(one, f"[{number}]", location) for number, one in enumerate(value, 1)]
    if isinstance(value, dict) and isinstance(value.get("archive"), dict):
        version = value.get("schema_version", SCHEMA_VERSION)
        if not isinstance(version, int) or version > SCHEMA_VERSION:
            raise RefusedError(
                f"{name}: the record has version {version}; this totem reads {SCHEMA_VERSION}", hint="use a newer totem"
            )
        return value, _parts(value, location)
    if (
        isinstance(value, dict)
        and not _NAMING & value.keys()
        and any(isinstance(value.get(key), list) for key in _PARTS)
    ):
        return {}, _parts(value, location)
    return {}, [Item(value, "", location)]


def _parts(document: Mapping[str, Any], location: Location) -> list[Item]:
    return [inner for key in _PARTS for inner in listed(document, key, Item(document, "", location))]


def _lines(content: bytes, name: str, problem: InvalidError) -> Iterator[Item]:
    """JSON Lines (jsonlines.org): one value a line. Where the first is invalid, ``problem`` is raised."""
    lines = [(number, line) for number, line in enumerate(content.split(b"\n"), 1) if line.strip()]
    for number, line in lines:
        try:
            yield Item(decoded(line, name, number), "", Location(name, number))
        except InvalidError as broken:
            raise (problem if number == lines[0][0] else broken) from None


def decoded(content: bytes, name: str, line: int = 1) -> Any:
    """The value that JSON in UTF-8 holds; InvalidError with line and column where it is none, or nested too deeply."""
    content = content.removeprefix(BOM_UTF8)
    try:
        value = msgspec.json.decode(content)
        msgspec.json.encode(value)
        is_too_deep = depth(value) > DEEPEST
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        raise _malformed(error, content, name, line) from None
    if is_too_deep:
        raise InvalidError(f"tables or lists are nested more than {DEEPEST} deep", location=Location(name, line))
    return value


def _malformed(error: Exception, content: bytes, name: str, line: int) -> InvalidError:
    if isinstance(error, RecursionError):
        return InvalidError("tables or lists are nested too deeply", location=Location(name, line))
    if isinstance(error, UnicodeDecodeError):
        before, message = content[: error.start], "not UTF-8"
    else:
        message, _, byte = str(error).removesuffix(")").partition(" (byte ")
        message = message.removeprefix("JSON is malformed: ")
        before = content[: int(byte)] if byte.isdecimal() else content
    last = before.rpartition(b"\n")[2].decode(errors="replace")
    location = Location(name, line + before.count(b"\n"), len(last) + 1)
    return InvalidError(f"the JSON cannot be read: {message}", location=location)


def depth(value: Any) -> int:
    """How deep lists and tables are nested; RecursionError where it is deeper than Python's stack."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, inner)) if inner else 0


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
    if "title" not in value and "name" in value:
        return "people"
    return "series" if {"introduction", "introduction_html"} & value.keys() else "episodes"


def _record(item: Item, kind: str) -> Any:
    """The record of the model that a value is. Raises InvalidError with its location and path."""
    try:
        if kind == "comments":
            return _comment(item.value)
        make, cls, body, slugs = _RECORDS[kind]
        data = _plain(item.value, cls)
        texts = {key: _text(data, key) for key in (*slugs, body)}
        for key in filter(texts.get, slugs):
            check_slug(texts[key], key)
        return make(data, **texts)
    except InvalidError as error:
        if item.path:
            error.field = f"{item.path}.{error.field}" if error.field else None
            error.message = f"{item.path}: {error.message}"
            error.args = (error.message,)
        raise error.at(item.location) from None


def _location(item: Item) -> Location:
    return item.location._replace(path=item.path)


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
    found = by_words(found, cls, _WORDS[cls])
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


def _unplaced(document: Mapping[str, Any], name: str) -> Iterator[str]:
    expected = {"schema_version", "archive", "organisations", *_PARTS}
    for key in document:
        if key not in expected:
            yield f"{name}: {key} is not imported: totem does not know it"
