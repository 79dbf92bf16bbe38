"""Front matter of other generators as totem's: Hugo, Jekyll, Zola, Eleventy.

Their keys become fields where they mean the same; every other key is kept. Their ``date`` is when a page was published;
``date=date`` as a mapping makes it when the episode took place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from totem_cli.errors import InvalidError
from totem_cli.importers.front_yaml import Plain, resolved
from totem_cli.importers.guest_sentence import read_guests
from totem_cli.importers.moments import read_moment
from totem_cli.language.fold import fold
from totem_cli.model.episode import Episode
from totem_cli.model.person import Person
from totem_cli.model.series import Series

_RENAMED = {
    "date": "published",
    "lastmod": "updated",
    "last_modified_at": "updated",
    "modified": "updated",
    "description": "summary",
    "excerpt": "summary",
    "lang": "language",
    "locale": "language",
    "redirect_from": "aliases",
    "speakers": "guests",
    "thumbnail": "image",
    "cover": "image",
}
_ADDRESSES = ("url", "permalink", "path")
_TEXTS = frozenset(
    [
        "id",
        "title",
        "subtitle",
        "summary",
        "language",
        "status",
        "image",
        "place",
        "licence",
        "translation_of",
        "slug",
        "name",
        "sort_name",
        "orcid",
        "duration",
    ]
)
_MOMENTS = ("date", "published", "updated")
_PEOPLE = frozenset({"guests", "hosts", "partners"})
_LISTS = frozenset({"tags", "aliases", "questions", "links", "media"})
_FIELDS = frozenset(Episode.__struct_fields__) | {"name"} - {"series", "absent", "recap", "extra"}
_OWN = frozenset({"number", "guests", "hosts", "partners", "questions"})
_LOCAL = re.compile(r"/[^:\s]*")


class Front:
    """The keys of one file, on their way to be fields; ``notes`` is what is to be told of it."""

    def __init__(self, data: Mapping[str, Any], told: Mapping[str, str], *, person: bool = False) -> None:
        # what only totem's own files have: there a date is when the episode took place
        self._told = ({"date": "date"} if _OWN & data.keys() and not person else {}) | dict(told)
        self._known = set(Person.__struct_fields__ if person else Episode.__struct_fields__) - {
            "series",
            "absent",
            "recap",
            "biography",
            "extra",
        }
        self.notes: list[str] = []
        self.keys: dict[str, str] = {}
        """The source's key of each field, for the place of what is wrong with it."""
        self.fields: dict[str, Any] = {}
        self._kept: dict[str, Any] = {}
        for key, value in data.items():
            try:
                self._take(key, value)
            except InvalidError as error:
                error.field = key
                raise
        for key, value in self._kept.items():
            self.fields.setdefault(key, value)

    def _take(self, key: str, value: Any) -> None:
        field = self._told.get(fold(key)) or self._guess(key, value)
        if field == "-":
            return
        if field.startswith("extra."):
            self._kept[field.removeprefix("extra.")] = resolved(value)
        elif field == "draft" or (field in ("taxonomies", "extra") and isinstance(value, dict)):
            getattr(self, f"_{field}")(key, value)
        elif field in self._known:
            self._set(field, value, key)
        elif field == key:
            self._kept[key] = resolved(value)
        else:
            raise InvalidError(
                f"there is no field {field!r} for the key {key!r}", hint="extra.NAME keeps it by another name"
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
        for name, one in value.items():
            self._kept[f"extra_{name}" if name in self._known else name] = resolved(one)

    def _guess(self, key: str, value: Any) -> str:
        if key == "draft" or (key == "published" and isinstance(resolved(value), bool)):
            return "draft"
        if key == "taxonomies" and isinstance(value, dict) and isinstance(value.get("tags"), list):
            return "taxonomies"
        if key == "extra" and isinstance(value, dict):
            return "extra"
        if key in _ADDRESSES and isinstance(value, str) and _LOCAL.fullmatch(value):
            return "aliases"
        field = _RENAMED.get(key, key)
        if field != key and (field in self.fields or not isinstance(value, str | date | list)):
            return key
        if field in ("image", "summary", "language") and not isinstance(value, str):
            return key
        return field

    def _set(self, field: str, value: Any, key: str) -> None:
        if isinstance(value, Plain) and value in ("", "~", "null") and field != "title":
            return
        if field == "id" and not _is_uuid(str(value)):
            self.fields["source"] = {"id": resolved(value)}
            return
        value = self._value(field, value)
        if value == [] and field != "hosts":
            return
        if field in self.fields and field in _LISTS and isinstance(value, list):
            value = list(dict.fromkeys([*self.fields[field], *value]))
        elif field in self.fields:  # two keys for one field: the one of its own name is it, the other is kept
            other = key if key != field else self.keys[field]
            self._kept[other] = resolved(value) if key != field else self.fields[field]
            if key != field:
                return
        self.fields[field] = value
        self.keys[field] = key

    def _value(self, field: str, value: Any) -> Any:
        if field in _MOMENTS:
            return self._moment(value, field)
        if field in _TEXTS and isinstance(value, Plain):
            return str(value)
        if field in _PEOPLE:
            return _people(value)
        if field in _LISTS:
            return _texts(value, field)
        value = resolved(value)
        if field == "number" and isinstance(value, str) and value.isascii() and value.isdigit():
            return int(value)
        return value

    def _moment(self, value: Any, field: str) -> str:
        if isinstance(value, datetime):
            value = value.isoformat()
        elif isinstance(value, date):
            return value.isoformat()
        if not isinstance(value, str):
            raise InvalidError(f"{field} is not a date", field=field)
        read = read_moment(value, field)
        if read.cut:
            self.notes.append(f"{value} has a time without a zone: the day is kept")
        return read.moment


def series_fields(front: Front) -> dict[str, Any]:
    """The fields of a section's own page as a series'; what a series has no field for is kept."""
    known = set(Series.__struct_fields__) - {"absent", "introduction", "extra", "slug"}
    return {key: value for key, value in front.fields.items() if key in known or key not in _FIELDS}


def _people(value: Any) -> Any:
    """People as tables: from a list of names or tables, or from names in one text."""
    if isinstance(value, str):
        told = read_guests(value)
        return (
            list(told.guests)
            if told.certain
            else [{"name": part.strip()} for part in re.split(r"[,;]", value) if part.strip()]
        )
    if isinstance(value, list):
        return [str(one) if isinstance(one, str) else _table(one) for one in value]
    return resolved(value)


def _table(value: Any) -> Any:
    if not isinstance(value, dict):
        return resolved(value)
    texts = ("name", "role", "billed_as", "url", "person", "text", "asked_by", "answer", "label", "kind")
    return {key: str(one) if key in texts and isinstance(one, str) else resolved(one) for key, one in value.items()}


def _texts(value: Any, field: str) -> Any:
    if isinstance(value, str) and not value.strip():
        return []
    if isinstance(value, str) and field == "tags":
        parts = value.split(",") if "," in value else value.split()
        return [part.strip() for part in parts if part.strip()]
    if isinstance(value, str) and field in ("aliases", "questions", "links"):
        return [str(value)]
    if isinstance(value, list):
        return [
            str(one) if isinstance(one, str) else _table(one)
            for one in value
            if not (isinstance(one, str) and not one.strip())
        ]
    return resolved(value)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
