"""Records of other people's JSON and YAML as episodes: names are fields by the words of the field table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from totem_cli.errors import InvalidError, Location
from totem_cli.importers import Options
from totem_cli.importers.dates import ParsedDate, parse_date
from totem_cli.importers.field_map import FieldMap
from totem_cli.importers.foreign_people import of_a_person, with_name, with_named_parts, with_people_tables
from totem_cli.importers.foreign_value import unfolded
from totem_cli.importers.front_foreign import Front, Reading
from totem_cli.importers.html_tree import plain_text
from totem_cli.importers.identity import series_slug, stable_id
from totem_cli.importers.names import like_person
from totem_cli.importers.notes import Kind, Note
from totem_cli.importers.prose import prose_of
from totem_cli.importers.table.column import column_of, is_hour
from totem_cli.importers.table.column_words import is_description, says_off, split_key, words_of
from totem_cli.importers.table.people import names_of
from totem_cli.importers.timing import Timing, moment_of
from totem_cli.importers.words import TIMES, value_of
from totem_cli.language.fold import fold
from totem_cli.language.human_dates.durations import parse_duration
from totem_cli.language.slug import check_series_slug, check_slug
from totem_cli.language.zones import check_timezone
from totem_cli.model import read as model
from totem_cli.model.episode import Episode
from totem_cli.model.field import rows, table
from totem_cli.model.fields import EpisodeFields
from totem_cli.model.parts import Status
from totem_cli.model.series import Series
from totem_cli.model.vocabulary import Vocabulary, vocabulary, word_key

_KEYS_OF = frozenset({"id", "ids", "key", "keys", "ref", "refs", "slug", "slugs"})
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SHORT = frozenset({"title", "subtitle", "summary", "place"})
_MARKUP = re.compile(
    r"&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]{2,8});|</?(?:p|b|i|em|strong|a|br|span|div)\b[^<>]{0,500}>", re.IGNORECASE
)
_BEGINS = re.compile(r"start|begin|beginn|anfang|debut|inicio|inizio", re.IGNORECASE)
_FLAGS = {"is published": "published", "is draft": "draft"}
_WORDS = Vocabulary(rows(EpisodeFields))
_NAMES = vocabulary(EpisodeFields)


class ForeignRecords:
    """Reads records of one source; ``fields`` is what the user says that its names are.

    ``people`` are guests by the keys that the source gives them.
    """

    def __init__(self, fields: FieldMap, options: Options, people: Mapping[str, Any] | None = None) -> None:
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

    def episode(self, value: Mapping[str, Any], location: Location, around: Mapping[str, Any] | None = None) -> Episode:
        """The episode that a record is; ``around`` is what the tables around it say.

        Raises InvalidError with the field that is at fault.
        """
        front_fields: dict[str, Any] = {}
        texts = {"recap": "", "series": "", "slug": ""}
        value = self._unfolded(_filled(spread(value)), location)
        value = self._with_people(self._titled(self._named(self._inheriting(value, around or {}))))
        value = self._dated(self._without_html(value, location), location)
        value = self._with_status(self._without_personal(value, location), location)
        value = self._timed(self._with_people_tables(self._linked(value)), location)
        for key, one in self._described(self._fitting(value, location)).items():
            field = self._fields.get(fold(key)) or self._text_field(key, one, value)
            if field in texts and not texts[field] and one is not None:
                texts[field] = self._text(field, key, one)
                self._note(key, field)
            elif one is not None:
                front_fields[key] = self._resolved(key, field, one, location)
        mapping = self._fields.over({"date": "date"})
        front = Front(front_fields, mapping, reading=Reading(locate=lambda _: location))
        self.notes += front.notes
        for field, key in front.keys.items():
            self._note(key, field)
        fields = dict(front.fields)
        if "id" in front_fields and "id" not in fields:  # an id of the source's own tells it from others of its title
            fields["id"] = stable_id(f"{texts['series']}/{fold(str(fields.get('title')))}#{front_fields['id']}")
        slug = fields.pop("slug", "") or texts["slug"]
        return model.episode(fields, series=texts["series"], slug=slug, recap=texts["recap"])

    def _unfolded(self, value: Mapping[str, Any], location: Location) -> Mapping[str, Any]:
        asked = {key: one for key, one in value.items() if fold(key) in self._fields}
        made, others = unfolded({key: one for key, one in value.items() if key not in asked})
        self.notes += [Note(Kind.LEFT_OUT, what, why, location) for what, why in others]
        return {key: asked.get(key, made.get(key)) for key in (*value, *made) if key in asked or key in made}

    def _fitting(self, value: Mapping[str, Any], location: Location) -> dict[str, Any]:
        """A record without values that are no text, of a field that is one text: told."""
        made = dict(value)
        for key, one in value.items():
            row = table(EpisodeFields).get(key)
            is_plain = row is not None and not row.item and row.value_type in (str, Status)
            is_unfit = isinstance(one, dict) or (key == "status" and not isinstance(one, str | None))
            if is_plain and is_unfit and fold(key) not in self._fields:
                del made[key]
                self.notes.append(Note(Kind.LEFT_OUT, f"{key}: {one}", f"no text that may be the {key}", location))
        return made

    def _described(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """A record of whose two descriptions the one that says that it is long is the text, the other the summary."""
        texts = [key for key, one in value.items() if self._text_field(key, one, {}) == "recap"]
        short = [key for key in texts if is_description(key)]
        if len(texts) != 2 or len(short) != 1 or "summary" in map(self._meaning, value):
            return value
        self._note(short[0], "summary")
        return {"summary" if key == short[0] else key: one for key, one in value.items()}

    def _inheriting(self, value: Mapping[str, Any], around: Mapping[str, Any]) -> Mapping[str, Any]:
        """A record with what the tables around it say, where it does not say it."""
        said = {self._meaning(key) for key, one in value.items() if one not in (None, "", [])}
        hours = [key for key, one in value.items() if self._meaning(key) == "date" and is_hour(one)]
        if hours and len(hours) == sum(self._meaning(key) == "date" for key in value):
            said = said - {"date"} | {"time"}
        if "date" in said:
            said |= {"time", "end", "end_day"}
        if "tags" in around and "tags" in said:
            tags = next(one for key, one in value.items() if self._meaning(key) == "tags" and one)
            tags = tags if isinstance(tags, list) else re.split("[,;]", str(tags))
            return self._inheriting({**value, "tags": [*around["tags"], *tags]}, {
                key: one for key, one in around.items() if key != "tags"
            })  # fmt: skip
        return {**{key: one for key, one in around.items() if key not in said}, **value}

    def _meaning(self, key: str) -> str:
        """The field or the part of a date that a key means, by the user's word, the field table or those of columns."""
        return self._fields.get(fold(key)) or _NAMES.find(key) or column_of(key).field

    def _without_personal(self, value: Mapping[str, Any], location: Location) -> dict[str, Any]:
        """A table without keys that look personal, as those of a spreadsheet, at any depth: told."""
        made: dict[str, Any] = {}
        for key, one in value.items():
            if fold(key) not in self._fields and column_of(key).personal:
                self.notes.append(Note(Kind.LEFT_OUT, key, "the key looks personal", location))
            elif isinstance(one, dict) and self._meaning(key) != "place":
                made[key] = self._without_personal(one, location)
            elif isinstance(one, list):
                tables = [self._without_personal(two, location) if isinstance(two, dict) else two for two in one]
                made[key] = tables
            else:
                made[key] = one
        return {key: one for key, one in made.items() if one != {} or value[key] == {}}

    def _linked(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """A record whose own address (``url``) is a link, as that of a table is."""
        made = dict(value)
        for key, one in value.items():
            is_bare = fold(key) not in self._fields and of_a_person(key) == "url" and _NAMES.find(key) != "links"
            if is_bare and isinstance(one, str) and "://" in one and isinstance(value.get("links", []), list):
                del made[key]
                made["links"] = [{"url": one}, *made.get("links", ())]
                self._note(key, "links")
        return made

    def _with_people_tables(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """A record with the keys that say something of its people put into these."""
        fields = {key: field for key in value if (field := self._fields.get(fold(key)) or _WORDS.find(key))}
        made, placed = with_people_tables(value, fields)
        for key in placed:
            self._note(key, column_of(key).told)
        return made

    def _dated(self, value: Mapping[str, Any], location: Location) -> Mapping[str, Any]:
        """A record whose moments are texts, where they are seconds or milliseconds since 1970: told."""
        made = dict(value)
        for key, one in value.items():
            row = table(EpisodeFields).get(self._meaning(key))
            is_moment = self._meaning(key) in ("end", "end_day") or (row is not None and row.field.form == "moment")
            if is_moment and (text := moment_of(one)):
                made[key] = text
                self.notes.append(Note(Kind.ASSUMED, str(one), "it counts time since 1970, in UTC", location))
        return made

    def _timed(self, value: Mapping[str, Any], location: Location) -> Mapping[str, Any]:
        """A record whose day, hours, end and zone, of several keys, are one date and duration."""
        parts: dict[str, str] = {}
        whole = [key for key, one in value.items() if self._meaning(key) == "date" and one and not is_hour(one)]
        begins = next((key for key in whole if _BEGINS.search(fold(key)) and fold(key) not in self._fields), "")
        if begins and "date" in whole and "date" not in self._fields:  # its date is that of its page
            said = {self._meaning(key) for key in value}
            page = "date of the page" if "published" in said else "published"
            value = {page if key == "date" else key: one for key, one in value.items()}
        for key, one in value.items():
            part = self._meaning(key) if key != "date of the page" else ""
            part = "time" if part == "date" and is_hour(one) else part
            if part in ("date", *TIMES) and isinstance(one, str) and one and part not in parts:
                parts[part] = key
        day = parts.pop("date", "")
        if not day:
            return value
        zone = parts.pop("zone", "")
        names = {"start" if part == "time" else part: key for part, key in parts.items()}
        timing = Timing(str(value[day]), **{part: str(value[key]) for part, key in names.items()})
        try:
            timezone = check_timezone(str(value[zone])) if zone else self._options.timezone
        except InvalidError:
            timezone, zone = self._options.timezone, ""
        try:
            found, unread = timing.read(lambda text: self._parsed(text, timezone))
        except InvalidError:
            return value  # the date is none: it is refused, or kept, as it stands
        if not (names or zone or found.duration):
            return value
        kept = {*unread, *(names if found.time_dropped and names else ())}
        self._tell(found if not names else found._replace(time_dropped=False), timing.day, location)
        placed = {key for part, key in names.items() if part not in kept} | {zone}
        for key in placed - {""}:
            self._note(key, self._meaning(key))
        made = {key: one for key, one in value.items() if key not in placed}
        has_duration = any(self._meaning(key) == "duration" and one for key, one in value.items())
        more = {"duration": found.duration} if found.duration and not has_duration else {}
        return {**made, day: found.date, **more}

    def _parsed(self, text: str, timezone: str | None) -> ParsedDate:
        return parse_date(text, day_first=self._options.day_first, timezone=timezone)

    def _titled(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """A record that has no title but a name, with the name as its title."""
        named = {key: self._fields.get(fold(key)) or _WORDS.find(key) for key in value}
        if "title" in named.values():
            return value
        name = next((key for key, field in named.items() if field is None and of_a_person(key) == "name"), None)
        name = name or next((key for key in value if split_key(key) in words_of("titles")), None)
        if name is None or not isinstance(value[name], str):
            keys = ", ".join(list(value)[:12])
            hint = f"--map NAME=title says which key it is; there are: {keys}"
            raise InvalidError("title is missing", field="title", hint=hint)
        self._note(name, "title")
        return {"title" if key == name else key: one for key, one in value.items()}

    def _named(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """A record with the keys that only mean a field as the name of a column does (``roomName``) by that field."""
        known = {self._meaning(key): key for key, one in value.items() if one is not None}
        names: dict[str, str] = {}
        for key, one in value.items():
            column = column_of(key)
            is_free = isinstance(one, str) and fold(key) not in self._fields and not _NAMES.find(key)
            is_plain = column.field in _WORDS.names and not (column.part or column.number)
            if is_free and is_plain and column.field != "status" and known[column.field] == key:
                names[key] = column.field
        for key, field in names.items():
            self._note(key, field)
        return {names.get(key, key): one for key, one in value.items()}

    def _without_html(self, value: Mapping[str, Any], location: Location) -> Mapping[str, Any]:
        """A record whose short texts are no HTML: told."""
        made = dict(value)
        for key, one in value.items():
            if isinstance(one, str) and _MARKUP.search(one) and self._meaning(key) in _SHORT:
                made[key] = plain_text(one)
                self.notes.append(Note(Kind.ASSUMED, one, "its HTML is read as text", location))
        return made

    def _with_status(self, value: Mapping[str, Any], location: Location) -> Mapping[str, Any]:
        """A record with what organisers say of its proposal (``state: confirmed``) as its status: told."""
        key = next((key for key in value if self._meaning(key) == "status"), "")
        off = next((one for one in value if says_off(one, value[one]) and fold(one) not in self._fields), "")
        if off and not key:
            self.notes.append(Note(Kind.ASSUMED, off, "the status of its episode is withdrawn", location))
            return {**{name: one for name, one in value.items() if name != off}, "status": "withdrawn"}
        text = value.get(key)
        said = text.rpartition("/")[2] if isinstance(text, str) else ""  # https://schema.org/EventScheduled
        found = None if value_of("status", said) else value_of("proposals", said)
        if not found:
            return value
        self.notes.append(Note(Kind.ASSUMED, str(text), f"the status of its episode is {found}", location))
        return {"status" if name == key else name: found if name == key else one for name, one in value.items()}

    def _with_people(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """A record whose people are given by their keys only (``speaker_ids``), with them as guests or hosts."""
        made = dict(value)
        weak = next((key for key in value if split_key(key) in words_of("presenters")), None)
        if weak and isinstance(value[weak], str | list) and "guests" not in map(self._meaning, value):
            self._note(weak, "guests")  # a presenter is a host only beside guests
            return {"guests" if key == weak else key: one for key, one in value.items()}
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
            return prose_of(value) if "</" in value or "<br" in value else value
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
            if isinstance(value, str) and value not in self._people:
                names = names_of(value)
                value = names if len(names) > 1 and all(like_person(one.partition("(")[0]) for one in names) else value
            people = value if isinstance(value, list) else [value]
            found = [self._person(one, location) for one in people]
            return found if isinstance(value, list) else found[0]
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
        self._tell(found, value, location)
        return found.date

    def _tell(self, found: ParsedDate, text: str, location: Location) -> None:
        if found.time_dropped:
            self.notes.append(Note(Kind.LEFT_OUT, text, found.why, location, "--timezone Europe/Paris says the zone"))
        if found.assumed:
            self.notes.append(Note(Kind.ASSUMED, text, found.assumed, location))

    def _person(self, value: Any, location: Location) -> Any:
        if isinstance(value, dict):
            person, others = with_named_parts(with_name(spread(value)))
            self.notes += [
                Note(Kind.LEFT_OUT, one, "of an organisation, only the name is read", location) for one in others
            ]
            return person
        return self._people.get(str(value), value) if isinstance(value, str | int) else value


def _filled(value: Mapping[str, Any]) -> dict[str, Any]:
    """A record without the keys that hold nothing; an empty list of hosts says that there are none."""
    named: dict[str, Any] = {}
    for key, one in value.items():
        flag, said = _FLAGS.get(word_key(_CAMEL.sub(" ", key)), key), one
        if flag == "published" and flag in value and isinstance(one, bool):  # the other is the date
            flag, said = "draft", not one
        named[key if flag in value else flag] = said
    return {key: one for key, one in named.items() if one not in ("", [], {}) or key == "hosts"}


def spread(value: Mapping[str, Any]) -> dict[str, Any]:
    """A record with the keys of its ``extra`` beside the others, which go first."""
    extra = value.get("extra")
    if extra is None:
        return {key: one for key, one in value.items() if key != "extra"}
    if not isinstance(extra, dict):
        raise InvalidError("extra must be a table", field="extra")
    return extra | {key: one for key, one in value.items() if key != "extra"}
