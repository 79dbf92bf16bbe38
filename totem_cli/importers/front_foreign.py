"""Front matter of other generators as totem's: Hugo, Jekyll, Zola, Eleventy, Astro.

A key becomes the field that it means, by the words of the field table, where its value may be the field's; every other
key is kept. Their ``date`` is when a page was published; ``date=date`` as a mapping makes it when the episode took
place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from msgspec import Struct

from totem_cli.errors import InvalidError, Location
from totem_cli.importers import natural
from totem_cli.importers.dates import parse_date
from totem_cli.importers.front_yaml import Plain, resolved
from totem_cli.importers.guests import read_guests
from totem_cli.importers.identity import is_uuid
from totem_cli.importers.notes import Kind, Note
from totem_cli.importers.words import by_words, value_of
from totem_cli.language.fold import fold
from totem_cli.language.human_dates.durations import parse_duration
from totem_cli.model.episode import Episode
from totem_cli.model.field import Row, short_key, table
from totem_cli.model.read import fits
from totem_cli.model.series import Series
from totem_cli.model.vocabulary import front_vocabulary

_MOST_DIGITS = 18
_ADDRESSES = ("url", "permalink", "path")
OWN = frozenset({"number", "guests", "hosts", "partners", "questions"})
"""The fields that only an episode has."""

_OF_EPISODES = ("guests", "questions")
"""The fields of which any word says that a page is about an episode; a podcast numbers what it publishes, too."""

_ASKED_OF_A_GENERATOR = frozenset(
    {"git last modified", "last modified", "git created", "created", "last-modified", "today", "now"}
)
"""Dates that Eleventy and Quarto are to take from a file, or from the day."""

_GO_ZONE = re.compile(r"(?P<date>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [+-]\d{4}) [A-Z]{3,4}")
"""A date as Go writes it, with the name of its zone after the offset."""

_LOCAL = re.compile(r"/[^:\s]*")
_FILE = re.compile(r"[^\s:]+\.\w{2,4}")
_DRAFTS = ("isdraft", "is_draft", "private", "unlisted", "hidden")
"""Keys that keep a text from some readers."""

_NOT_PUBLIC = ("private", "hidden", "unlisted", "draft", "members", "paid", "internal")
_FILES = ("file", "enclosure", "podcast", "mp3", "audio_file", "media_url", "episode_file")
_PLAYED = re.compile(r"\.(?:mp3|m4a|ogg|opus|wav|flac|mp4|webm|mov)$", re.IGNORECASE)
_TABLES = ("extra", "params")
"""The keys under which Zola and Hugo keep what they do not know."""

_SPACED = ("tags", "categories")
"""The keys in which Jekyll parts words by spaces."""

_LINKED = re.compile(r"\[\[(?P<name>[^\[\]|#]+)\|(?P<label>[^\[\]]+)\]\]")
_WIKI = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\]")
_PICTURE_KEYS = ("image", "src", "url", "path", "feature", "teaser")


STATED_LANGUAGE = "stated_language"
"""The key under which a language that is none is kept."""


class Reading(NamedTuple):
    """How to read values: what the user, else the site, says of times and days, and where each key is."""

    timezone: str | None = None
    day_first: bool | None = None
    language: str | None = None
    locate: Callable[[str], Location | None] = lambda _: None
    is_spaced: bool = True
    """Whether tags may be parted by spaces."""
    person: Callable[[Any], Any] = lambda one: one
    """A guest or host, with what the source says of the person whom it names by a key."""
    is_event: bool = False
    """Whether a date is when the thing took place, not when its page was published."""
    is_vault: bool = False
    """Whether it is Obsidian's, where aliases are other titles, no addresses."""


class Front:
    """The keys of one file, on their way to be the fields of an episode, a series or a person (``cls``).

    ``fields`` are the values by field, ``keys`` the source's key of each field, for the location of an error,
    and ``notes`` what is to be reported.
    """

    def __init__(
        self,
        data: Mapping[str, Any],
        mapping: Mapping[str, str],
        cls: type[Struct] = Episode,
        reading: Reading | None = None,
    ) -> None:
        self._cls = cls
        self._reading = reading or Reading()
        self._words = front_vocabulary(cls, *((Episode,) if cls is Series else ()))
        self._names = {*self._words.names, "slug"}
        self.is_event = cls is not Episode or self._reading.is_event or self._is_own(data)
        self._asked = mapping
        self._usual = {} if self.is_event else {"date": "published"}
        if self._reading.is_vault:
            self._usual |= {"aliases": "extra.other_titles", "alias": "extra.other_titles"}
        self.notes: list[Note] = []
        self.keys: dict[str, str] = {}
        self.fields: dict[str, Any] = {}
        self._kept: dict[str, Any] = {}
        self._given = data.keys()
        for key, value in sorted(data.items(), key=lambda item: item[0] in _TABLES):  # they come last
            try:
                self._take(key, value)
            except InvalidError as error:
                error.field = key
                raise
        for key, value in self._kept.items():
            self.fields.setdefault(key, value)

    def _is_own(self, data: Mapping[str, Any]) -> bool:
        """Whether the file has keys that only an episode has, and no other key for when the episode took place."""
        inner = [table for name in _TABLES if isinstance(table := data.get(name), dict)]
        keys = {*data, *(key for table in inner for key in table)}
        is_episode = bool(OWN & keys) or any(self._words.find(key) in _OF_EPISODES for key in keys)
        return is_episode and not any(self._words.find(key) == "date" for key in keys if fold(key) != "date")

    def _take(self, key: str, value: Any) -> None:
        if fold(key) == "visibility" and str(value).casefold() in _NOT_PUBLIC:
            self._set("status", "draft", key)
        if isinstance(value, dict) and self._words.find(key) == "date":  # Material for MkDocs: created and updated
            for name, one in value.items():
                self._take("date" if name == "created" else str(name), one)
            return
        field = self._asked.get(fold(key)) or self._usual.get(fold(key)) or self._guess(key, value)
        if field == "-":
            return
        if field.startswith("extra."):
            self._kept[field.removeprefix("extra.")] = resolved(value)
        elif field == "draft" or (field in ("taxonomies", "extra") and isinstance(value, dict)):
            getattr(self, f"_{field}")(key, value)
        elif field in self._names:
            self._set(field, value, key)
        elif field == key:
            self._kept[key] = resolved(value)
        else:
            raise InvalidError(
                f"there is no field {field!r} for the key {key!r}",
                hint=self._words.did_you_mean(field) or "extra.NAME keeps it by another name",
            )

    def _draft(self, key: str, value: Any) -> None:
        """``draft = true`` and ``published: false`` say the same."""
        said = _yes_or_no(value)
        if said is not None and said is not self._says_published(key):
            self._set("status", "draft", key)
        elif said is None:
            self._kept[key] = resolved(value)

    def _says_published(self, key: str) -> bool:
        return fold(key) in ("publish", "public") or self._words.find(key) == "published"

    def _taxonomies(self, key: str, value: Mapping[str, Any]) -> None:
        rest = dict(value)
        if isinstance(value.get("tags"), list):
            self._set("tags", rest.pop("tags"), key)
        if rest:
            self._kept[key] = resolved(rest)

    def _extra(self, _key: str, value: Mapping[str, Any]) -> None:
        """What Zola and Hugo do not know is there: fields, where the file does not say them by themselves."""
        for name, one in value.items():
            if name in self._given or name in (*_TABLES, "draft", "taxonomies"):
                self._kept[f"extra_{name}" if name in self._names else name] = resolved(one)
            else:
                self._take(name, one)

    def _guess(self, key: str, value: Any) -> str:
        if (
            (fold(key) in _DRAFTS and _yes_or_no(value) is True)
            or fold(key) == "draft"
            or (self._says_published(key) and _yes_or_no(value) is not None)
        ):
            return "draft"
        if fold(key) == "slug":
            return "slug"
        if fold(key) == "episode" and isinstance(resolved(value), int) and not isinstance(resolved(value), bool):
            return "number"
        if fold(key) in _FILES and isinstance(value, str) and _PLAYED.search(value):
            return "media"
        if key == "taxonomies" and isinstance(value, dict) and isinstance(value.get("tags"), list):
            return "taxonomies"
        if key in _TABLES and isinstance(value, dict):
            return "extra"
        if key in _ADDRESSES and isinstance(value, str) and _LOCAL.fullmatch(value):
            return "aliases"
        field = self._words.find(key)
        is_own = field == key or (field == fold(key) and table(self._cls)[field].field.form == "moment")
        return field if field and (is_own or self._fits(field, value)) else key

    def _fits(self, field: str, value: Any) -> bool:
        """Whether the value of a key of another name may be the field's; else it is kept under its own key."""
        if field in self.fields and not table(self._cls)[field].item:
            return False
        notes = len(self.notes)
        try:
            read = self._value(field, value, "")
            return read not in ("", []) and fits(self._cls, field, read)
        except InvalidError:
            return False
        finally:
            del self.notes[notes:]

    def _set(self, field: str, value: Any, key: str) -> None:
        if value is None or (isinstance(value, Plain) and value in ("", "~", "null") and field != "title"):
            return
        if field == "id" and not is_uuid(str(value)):
            self.fields["source"] = {"id": resolved(value)}
            return
        if (field == "image" and isinstance(value, dict)) or (field == "tags" and _is_labelled(value)):
            self._kept[key if key != field else f"stated_{field}"] = resolved(value)  # its other keys have no place
            value = [_label(one) for one in value] if field == "tags" else value
        given, value = value, self._value(field, value, key)
        if value is None and field == "language":
            self._kept[key if key != field else STATED_LANGUAGE] = resolved(given)
            why, hint = "it is no language", "write fr, en, fr-CA (BCP 47)"
            self.notes.append(Note(Kind.KEPT_ASIDE, str(given), why, self._reading.locate(key), hint))
            return
        if value is None or (value == [] and field != "hosts"):
            return
        if field in self.fields and table(self._cls)[field].item and isinstance(value, list):
            value = [*self.fields[field], *(one for one in value if one not in self.fields[field])]
        elif field in self.fields:  # two keys for one field: the one of its own name is it, the other is kept
            other = key if key != field else self.keys[field]
            self._kept[other] = resolved(value) if key != field else self.fields[field]
            if key != field:
                return
        self.fields[field] = value
        self.keys[field] = key

    def _value(self, field: str, value: Any, key: str) -> Any:
        """The value of a field; None for a language that is none."""
        row = table(self._cls)[field]
        if row.field.form == "moment":
            return self._moment(value, field, key)
        if row.field.form == "duration":
            return parse_duration(resolved(value), field)
        if row.field.form == "language" and isinstance(value, str):
            return value_of("language", value)
        if row.name == "status" and isinstance(value, str):
            return value_of("status", value) or self._unknown_status(str(value), key)
        if row.name == "image" and isinstance(value, dict):
            return next((str(value[one]) for one in _PICTURE_KEYS if isinstance(value.get(one), str)), "")
        if row.part:
            read = _tables(value, row)
            is_people = row.name in ("guests", "hosts") and isinstance(read, list)
            return [self._reading.person(one) for one in read] if is_people else read
        if row.item:
            return _texts(value, field, by_spaces=self._reading.is_spaced and fold(key) in _SPACED)
        value = simple(value, row)
        number = natural(value, _MOST_DIGITS) if row.value_type is int and isinstance(value, str) else None
        return value if number is None else number

    def _unknown_status(self, value: str, key: str) -> str:
        """A status that totem does not have: nothing is published that may not be meant to be."""
        if key != "status":  # a key of another name means something else
            raise InvalidError(f"status cannot be {value!r}", hint="draft, published or withdrawn", field=key)
        hint = f"--map {key}=extra.{key} publishes it"
        self.notes.append(
            Note(Kind.ASSUMED, value, "no status of totem: read as a draft", self._reading.locate(key), hint)
        )
        return "draft"

    def _moment(self, value: Any, field: str, key: str) -> str | None:
        reading = self._reading
        if isinstance(value, str) and value.casefold() in _ASKED_OF_A_GENERATOR:
            self.notes.append(Note(Kind.LEFT_OUT, str(value), "the generator dates the file", reading.locate(key)))
            return None
        if isinstance(value, str) and "[[" in value:  # a page of its own for each day
            value = type(value)(_WIKI.sub(_shown, value))
        if isinstance(value, str) and (match := _GO_ZONE.fullmatch(value)):
            value = match["date"]
        parsed = parse_date(
            str(value) if isinstance(value, Plain) else value,
            field,
            language=reading.language or "",
            day_first=reading.day_first,
            timezone=reading.timezone,
        )
        if parsed.time_dropped:
            hint = "--timezone Europe/Paris"
            what = str(value) if isinstance(value, str) else value.isoformat()  # a Plain is no text in JSON
            self.notes.append(Note(Kind.LEFT_OUT, what, parsed.why, reading.locate(key), hint))
        if parsed.assumed:
            self.notes.append(Note(Kind.ASSUMED, str(value), parsed.assumed, reading.locate(key)))
        if parsed.duration and field == "date" and "duration" in self._names:
            self.fields.setdefault("duration", parsed.duration)
        return parsed.date


def _tables(value: Any, row: Row) -> Any:
    """A list of people, questions, links or recordings: from a list of texts or tables, from one, or from names."""
    assert row.part
    if isinstance(value, str) and short_key(row.part) == "name":
        return _people(value)
    return [_item(one, row, row.part) for one in _without_blanks(value if isinstance(value, list) else [value])]


def _item(value: Any, row: Row, part: type[Struct]) -> Any:
    """An item of such a list.

    The keys of a table become the part's fields where they mean the same; the others are kept. A recording is an
    address, or a file by its name; what is neither is left to be refused.
    """
    if isinstance(value, dict):
        return by_words(value, part, front_vocabulary(part), simple)
    if not isinstance(value, str):
        return resolved(value)
    if linked := _LINKED.fullmatch(value.strip()):
        return {"name": linked["name"].strip(), "billed_as": linked["label"].strip()}
    value = type(value)(_WIKI.sub(_shown, value))
    if row.name in ("guests", "hosts") and re.search(r"[,(]", value):
        sentence = read_guests(value)
        if sentence.certain and len(sentence.guests) == 1:
            return sentence.guests[0]
    if row.name != "media" or not ("://" in value or _FILE.fullmatch(value)):
        return str(value)
    return {"url" if "://" in value else "path": str(value)}


def _without_blanks(values: list[Any]) -> list[Any]:
    return [one for one in values if not isinstance(one, str) or one.strip()]


def _people(text: str) -> list[Any]:
    linked = [*_LINKED.finditer(text)]
    if linked and not re.sub(r"[\s,;&]", "", _LINKED.sub("", text)):
        return [{"name": one["name"].strip(), "billed_as": one["label"].strip()} for one in linked]
    text = _WIKI.sub(_shown, text)
    if not re.search(r"[(,;]", text):  # names and nothing else: the sign may be in a company's name
        text = re.sub(r" [/&+] ", "; ", text)
    elif not re.search("[,;]", text):  # what stands in brackets stays together
        text = re.sub(r"\([^()]*\)| / ", lambda match: "; " if match[0] == " / " else match[0], text)
    sentence = read_guests(text)
    if sentence.certain:
        return list(sentence.guests)
    return [{"name": part.strip()} for part in re.split(r"[,;]", text) if part.strip()]


def _shown(link: re.Match[str]) -> str:
    """The words of a wiki link: its label, else the name of its page without the folders before it."""
    return link[1] if "|" in link[0] else link[1].rpartition("/")[2] or link[1]


def simple(value: Any, row: Row | None) -> Any:
    """A text, a list of texts, or a number; what belongs to no field as it is."""
    if row and row.item:
        return _texts(value, row.name)
    if isinstance(value, str):
        value = type(value)(_WIKI.sub(_shown, value))
    return str(value) if row and isinstance(value, str) and row.value_type is str else resolved(value)


def _texts(value: Any, field: str, *, by_spaces: bool = False) -> Any:
    """A list of text: from a list, or from one text, in which commas, or spaces, part tags; tags without ``#``."""
    is_tags = field == "tags"
    if isinstance(value, str):
        parts = [value] if not is_tags else re.split("[,;]", value) if re.search("[,;]", value) else None
        parts = parts or (value.split() if by_spaces or "#" in value else [value])
        return [_text(part, is_tags=is_tags) for part in parts if part.strip()]
    if isinstance(value, list):
        listed = _without_blanks(value)
        return [_text(one, is_tags=is_tags) if isinstance(one, str) else resolved(one) for one in listed]
    return resolved(value)


def _label(tag: Any) -> Any:
    """The word of a tag that Docusaurus has as a table."""
    return tag["label"] if isinstance(tag, dict) else tag


def _is_labelled(tags: Any) -> bool:
    return isinstance(tags, list) and any(isinstance(one, dict) and isinstance(one.get("label"), str) for one in tags)


def _text(text: str, *, is_tags: bool) -> str:
    text = _WIKI.sub(_shown, str(text)).strip()
    return text.lstrip("#") or text if is_tags else text


def _yes_or_no(value: Any) -> bool | None:
    """Whether a value means yes or no; None for any other."""
    said = resolved(value)
    if isinstance(said, str):
        return {"yes": True, "on": True, "true": True, "no": False, "off": False, "false": False}.get(said.casefold())
    return said if isinstance(said, bool) else None
