"""Front matter of other generators as totem's: Hugo, Jekyll, Zola, Eleventy, Astro.

A key becomes the field that it means, by the words of the field table, where its value may be the field's; every other
key is kept. Their ``date`` is when a page was published; ``date=date`` as a mapping makes it when the episode took
place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from totem_cli.errors import InvalidError
from totem_cli.importers.dates import parse_date
from totem_cli.importers.front_yaml import Plain, resolved
from totem_cli.importers.guests import read_guests
from totem_cli.importers.words import by_words
from totem_cli.language.fold import fold
from totem_cli.model.episode import Episode
from totem_cli.model.field import Row, short_key, table
from totem_cli.model.read import fits
from totem_cli.model.series import Series
from totem_cli.model.vocabulary import front_vocabulary

_ADDRESSES = ("url", "permalink", "path")
_OWN = frozenset({"number", "guests", "hosts", "partners", "questions"})
_LOCAL = re.compile(r"/[^:\s]*")
_FILE = re.compile(r"[^\s:]+\.\w{2,4}")


class Front:
    """The keys of one file, on their way to be the fields of an episode, a series or a person (``cls``).

    ``fields`` are the values by field, ``keys`` the source's key of each field, for the location of an error,
    and ``notes`` what is to be reported.
    """

    def __init__(self, data: Mapping[str, Any], mapping: Mapping[str, str], cls: type[Struct] = Episode) -> None:
        self._cls = cls
        self._words = front_vocabulary(cls, *((Episode,) if cls is Series else ()))
        self._names = {*self._words.names, "slug"}
        self._asked = mapping
        self._usual = {"date": "published"} if cls is Episode and not self._is_own(data) else {}
        self.notes: list[str] = []
        self.keys: dict[str, str] = {}
        self.fields: dict[str, Any] = {}
        self._kept: dict[str, Any] = {}
        self._given = data.keys()
        for key, value in sorted(data.items(), key=lambda item: item[0] == "extra"):  # Zola's own table comes last
            try:
                self._take(key, value)
            except InvalidError as error:
                error.field = key
                raise
        for key, value in self._kept.items():
            self.fields.setdefault(key, value)

    def _is_own(self, data: Mapping[str, Any]) -> bool:
        """Whether the file has keys that only totem's have, and no other key for when the episode took place."""
        extra = data.get("extra")
        keys = {*data, *(extra if isinstance(extra, dict) else ())}
        return bool(_OWN & keys) and not any(self._words.find(key) == "date" for key in keys if key != "date")

    def _take(self, key: str, value: Any) -> None:
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
        if resolved(value) is (key == "draft"):
            self._set("status", "draft", key)
        elif not isinstance(resolved(value), bool):
            self._kept[key] = resolved(value)

    def _taxonomies(self, key: str, value: Mapping[str, Any]) -> None:
        rest = dict(value)
        if isinstance(value.get("tags"), list):
            self._set("tags", rest.pop("tags"), key)
        if rest:
            self._kept[key] = resolved(rest)

    def _extra(self, _key: str, value: Mapping[str, Any]) -> None:
        """Zola keeps there what it does not know: fields, where the file does not say them by themselves."""
        for name, one in value.items():
            if name in self._given or name in ("extra", "draft", "taxonomies"):
                self._kept[f"extra_{name}" if name in self._names else name] = resolved(one)
            else:
                self._take(name, one)

    def _guess(self, key: str, value: Any) -> str:
        if key == "draft" or (key == "published" and isinstance(resolved(value), bool)):
            return "draft"
        if key == "taxonomies" and isinstance(value, dict) and isinstance(value.get("tags"), list):
            return "taxonomies"
        if key == "extra" and isinstance(value, dict):
            return "extra"
        if key in _ADDRESSES and isinstance(value, str) and _LOCAL.fullmatch(value):
            return "aliases"
        field = self._words.find(key)
        return field if field and (field == key or self._fits(field, value)) else key

    def _fits(self, field: str, value: Any) -> bool:
        """Whether the value of a key of another name may be the field's; else it is kept under its own key."""
        if field in self.fields and not table(self._cls)[field].item:
            return False
        notes = len(self.notes)
        try:
            read = self._value(field, value)
            return read not in ("", []) and fits(self._cls, field, read)
        except InvalidError:
            return False
        finally:
            del self.notes[notes:]

    def _set(self, field: str, value: Any, key: str) -> None:
        if value is None or (isinstance(value, Plain) and value in ("", "~", "null") and field != "title"):
            return
        if field == "id" and not _is_uuid(str(value)):
            self.fields["source"] = {"id": resolved(value)}
            return
        value = self._value(field, value)
        if value == [] and field != "hosts":
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

    def _value(self, field: str, value: Any) -> Any:
        row = table(self._cls)[field]
        if row.field.form == "moment":
            return self._moment(value, field)
        if row.part:
            return _tables(value, row)
        if row.item:
            return _texts(value, field)
        value = str(value) if isinstance(value, Plain) and row.name == "status" else _simple(value, row)
        if row.value_type is int and isinstance(value, str) and value.isascii() and value.isdigit():
            return int(value)
        return value

    def _moment(self, value: Any, field: str) -> str:
        if isinstance(value, datetime):
            value = value.isoformat()
        elif isinstance(value, date):
            return value.isoformat()
        if not isinstance(value, str):
            raise InvalidError(f"{field} is not a date", field=field)
        parsed = parse_date(value, field)
        if parsed.time_dropped:
            self.notes.append(f"{value} has a time without a zone: the day is kept")
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
        return by_words(value, part, front_vocabulary(part), _simple)
    if not isinstance(value, str):
        return resolved(value)
    if row.name != "media" or not ("://" in value or _FILE.fullmatch(value)):
        return str(value)
    return {"url" if "://" in value else "path": str(value)}


def _without_blanks(values: list[Any]) -> list[Any]:
    return [one for one in values if not isinstance(one, str) or one.strip()]


def _people(text: str) -> list[Any]:
    sentence = read_guests(text)
    if sentence.certain:
        return list(sentence.guests)
    return [{"name": part.strip()} for part in re.split(r"[,;]", text) if part.strip()]


def _simple(value: Any, row: Row | None) -> Any:
    """A text, a list of texts, or a number; what belongs to no field as it is."""
    if row and row.item:
        return _texts(value, row.name)
    return str(value) if row and isinstance(value, str) and row.value_type is str else resolved(value)


def _texts(value: Any, field: str) -> Any:
    """A list of text: from a list, or from one text, in which commas or spaces part tags."""
    if isinstance(value, str):
        parts = [value] if field != "tags" else value.split(",") if "," in value else value.split()
        return [part.strip() for part in parts if part.strip()]
    if isinstance(value, list):
        return [str(one) if isinstance(one, str) else resolved(one) for one in _without_blanks(value)]
    return resolved(value)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
