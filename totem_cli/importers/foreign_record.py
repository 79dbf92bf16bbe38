"""Records of other people's JSON and YAML as episodes: names are fields by the words of the field table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from totem_cli.errors import InvalidError, Location
from totem_cli.importers import Options
from totem_cli.importers.dates import parse_date
from totem_cli.importers.field_map import FieldMap
from totem_cli.importers.front_foreign import Front
from totem_cli.importers.identity import series_slug, stable_id
from totem_cli.importers.notes import Kind, Note
from totem_cli.importers.words import phrases
from totem_cli.language.fold import fold
from totem_cli.language.human_dates.durations import parse_duration
from totem_cli.language.slug import check_series_slug, check_slug
from totem_cli.model import read as model
from totem_cli.model.episode import Episode
from totem_cli.model.field import rows, table
from totem_cli.model.fields import EpisodeFields
from totem_cli.model.series import Series
from totem_cli.model.vocabulary import Vocabulary, vocabulary, word_key

_KEYS_OF = frozenset({"id", "ids", "key", "keys", "ref", "refs", "slug", "slugs"})
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_EITHER = frozenset({"nom", "nombre", "nome", "name"})
"""Words for a name that mean the last one beside a first one (``prénom``), and the first beside ``apellidos``."""

_WORDS = Vocabulary(rows(EpisodeFields))
_NAMES = vocabulary(EpisodeFields)


class ForeignRecords:
    """Reads records of one source; ``fields`` is what the user says that its names are.

    ``people`` are the names of people by the keys that the source gives them.
    """

    def __init__(self, fields: FieldMap, options: Options, people: Mapping[str, str] | None = None) -> None:
        self._fields = fields
        self._options = options
        self.notes: list[Note] = []
        self._people = people or {}
        self._titles: dict[str, str] = {}
        self._mapping: dict[str, str] = {}

    def series(self) -> Iterator[Series]:
        """The series that the records name by a title."""
        for slug, title in self._titles.items():
            yield model.series({"title": title}, slug=slug)

    def mapping(self) -> tuple[tuple[str, str], ...]:
        """The names that are fields of another name."""
        return tuple(self._mapping.items())

    def episode(self, value: Mapping[str, Any], location: Location) -> Episode:
        """The episode that a record is. Raises InvalidError with the field that is at fault."""
        front_fields: dict[str, Any] = {}
        texts = {"recap": "", "series": "", "slug": ""}
        value = self._with_people(self._titled(spread(value)))
        for key, one in value.items():
            field = self._fields.get(fold(key)) or self._text_field(key, one, value)
            if field in texts and not texts[field] and one is not None:
                texts[field] = self._text(field, key, one)
                self._note(key, field)
            elif one is not None:
                front_fields[key] = self._resolved(key, field, one, location)
        front = Front(front_fields, self._fields.over({"date": "date"}))
        for field, key in front.keys.items():
            self._note(key, field)
        fields = dict(front.fields)
        if "id" in front_fields and "id" not in fields:  # an id of the source's own tells it from others of its title
            fields["id"] = stable_id(f"{texts['series']}/{fold(str(fields.get('title')))}#{front_fields['id']}")
        slug = fields.pop("slug", "") or texts["slug"]
        return model.episode(fields, series=texts["series"], slug=slug, recap=texts["recap"])

    def _titled(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """A record that has no title but a name, with the name as its title."""
        named = {key: self._fields.get(fold(key)) or _WORDS.find(key) for key in value}
        if "title" in named.values():
            return value
        name = next((key for key, field in named.items() if field is None and of_a_person(key) == "name"), None)
        if name is None or not isinstance(value[name], str):
            return value
        self._note(name, "title")
        return {"title" if key == name else key: one for key, one in value.items()}

    def _with_people(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """A record whose people are given by their keys only (``speaker_ids``), with them as guests or hosts."""
        made = dict(value)
        for key, one in value.items():
            word, _, last = word_key(_CAMEL.sub(" ", key)).rpartition(" ")
            field = _NAMES.find(word) if last in _KEYS_OF else None
            keys = one if isinstance(one, list) else [one]
            if field in ("guests", "hosts") and field not in value and all(str(two) in self._people for two in keys):
                made = {field if name == key else name: two for name, two in made.items()}
                self._note(key, field)
        return made

    def _note(self, key: str, field: str) -> None:
        if key != field:
            self._mapping.setdefault(key, field)

    def _text_field(self, key: str, value: Any, record: Mapping[str, Any]) -> str:
        """Which of recap, series and slug a name is, where its value may be it; empty for others."""
        if key in ("recap", "series", "slug"):
            return key
        field = _WORDS.find(key) or ""
        if not isinstance(value, str) or not value.strip() or field not in ("recap", "series"):
            return ""
        return "" if field in record else field

    def _text(self, field: str, key: str, value: Any) -> str:
        if not isinstance(value, str):
            raise InvalidError(f"{key} must be text", field=key)
        if field == "recap":
            return value
        if field == "slug":
            return check_slug(value, key)
        try:
            return check_series_slug(value)
        except InvalidError:
            if "/" in value or "\\" in value or not value.strip():
                check_slug(value, key)
        slug = series_slug(value)
        self._titles.setdefault(slug, value)
        return slug

    def _resolved(self, key: str, mapped: str, value: Any, location: Location) -> Any:
        """Dates and durations as the model has them; people given by their keys as their names."""
        field = mapped or _NAMES.find(key)
        if field in ("guests", "hosts"):
            return [self._person(one) for one in value] if isinstance(value, list) else self._person(value)
        row = table(EpisodeFields).get(field or "")
        if row and row.field.form == "moment" and isinstance(value, str):
            return self._moment(key, field == key or bool(mapped), value, location)
        if row and row.field.form == "duration" and isinstance(value, str | int | float) and field == key:
            return parse_duration(value, key)
        return value

    def _moment(self, key: str, must_be: bool, value: str, location: Location) -> str:
        options = self._options
        try:
            found = parse_date(value, key, day_first=options.day_first, timezone=options.timezone)
        except InvalidError:
            if must_be:
                raise
            return value  # a word that may mean the field, and a value that is none: it is kept under its key
        if found.time_dropped:
            self.notes.append(Note(Kind.LEFT_OUT, value, found.why, location, "--timezone Europe/Paris says the zone"))
        if found.assumed:
            self.notes.append(Note(Kind.ASSUMED, value, found.assumed, location))
        return found.date

    def _person(self, value: Any) -> Any:
        if isinstance(value, dict):
            return with_name(spread(value))
        return self._people.get(str(value), value) if isinstance(value, str | int) else value


def with_name(person: Mapping[str, Any]) -> dict[str, Any]:
    """A person with a ``name``, made of first and last name where these are all there is."""
    named = {word_key(key): key for key in person}
    first, last = (next((named[word] for word in named if word in part_words(one)), None) for one in ("first", "last"))
    if bool(first) != bool(last) and (other := next((named[word] for word in named if word in _EITHER), None)):
        first, last = first or other, last or other
    whole = any(of_a_person(key) == "name" and one for key, one in person.items() if key not in (first, last))
    if whole or not (first or last):
        return dict(person)
    parts = [str(person[key]).strip() for key in (first, last) if key and person[key]]
    return {"name": " ".join(parts), **{key: one for key, one in person.items() if key not in (first, last)}}


@cache
def part_words(part: str) -> frozenset[str]:
    """The words for the ``first`` or ``last`` name of a person."""
    return frozenset(
        key for word in phrases("columns")[part] for key in (word_key(word), word_key(word).replace(" ", ""))
    )


def of_a_person(word: str) -> str | None:
    """The field of an appearance that a word means."""
    from totem_cli.model.parts import Appearance

    return vocabulary(Appearance).find(word)


def spread(value: Mapping[str, Any]) -> dict[str, Any]:
    """A record with the keys of its ``extra`` beside the others, which go first."""
    extra = value.get("extra")
    if extra is None:
        return {key: one for key, one in value.items() if key != "extra"}
    if not isinstance(extra, dict):
        raise InvalidError("extra must be a table", field="extra")
    return extra | {key: one for key, one in value.items() if key != "extra"}
