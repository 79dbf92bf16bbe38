"""Plain data, as TOML or JSON gives it, to the model: the one place that validates.

Every function raises :class:`~totem_cli.errors.InvalidError` whose ``field`` names the key at fault, counted from 1
(``guests[2].name``); :func:`field_path` turns it back into a path into the data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from math import isfinite
from typing import Any, TypeVar, cast
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from totem_cli.errors import InvalidError
from totem_cli.language.dates import check_duration, check_moment
from totem_cli.language.labels import check_language
from totem_cli.model.comment import Comment
from totem_cli.model.episode import INHERITED, Episode
from totem_cli.model.parts import Appearance, Link, Media, Partner, Question
from totem_cli.model.person import Person
from totem_cli.model.series import Series
from totem_cli.model.settings import Settings

S = TypeVar("S", bound=msgspec.Struct)

LISTS: Mapping[str, type[msgspec.Struct]] = {
    "guests": Appearance,
    "hosts": Appearance,
    "partners": Partner,
    "questions": Question,
    "links": Link,
    "media": Media,
}
"""The keys that hold lists of tables, with the part each table is."""

SHORT = {"guests": "name", "hosts": "name", "partners": "name", "questions": "text", "links": "url"}
"""The key that a bare string stands for in such a list."""

_DERIVED = ("series", "slug", "absent", "recap", "introduction", "biography", "extra")
_COMMENT_KEYS = ("id", "target", "parent", "author", "url", "date", "status")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""An id as it is kept; in other forms it takes ten times as long to understand."""

_NUMBER_PREFIX = re.compile(r"(\d+)(?:-|$)")
_MSGSPEC = re.compile(r"(?P<what>.*?)(?: - at `\$(?P<path>.*?)`)?$", re.DOTALL)
_KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "null": "nothing",
}


def episode(data: Mapping[str, Any], *, series: str, slug: str, recap: str = "") -> Episode:
    """The episode that front matter ``data`` tells, at ``series/slug``; nothing is inherited yet."""
    known, extra = _split(Episode, data)
    known["absent"] = tuple(key for key in ("id", "number", *INHERITED) if key not in known)
    _moments(known, "date", "published", "updated")
    if "duration" in known:
        known["duration"] = check_duration(known["duration"], "duration")
    if "number" not in known:
        known["number"] = number_in(slug)
    for url in known.get("media", ()):
        if not (url.get("url") or url.get("path")):
            raise InvalidError("media needs a url or a path", field=f"media[{known['media'].index(url) + 1}]")
    read = _convert(
        Episode,
        known | _identity(known, f"{series}/{slug}") | {"series": series, "slug": slug, "recap": recap, "extra": extra},
    )
    if read.number is not None and read.number < 0:
        raise InvalidError("number cannot be negative", field="number")
    return read


def series(data: Mapping[str, Any], *, slug: str, introduction: str = "") -> Series:
    """The series that the front matter of its ``series.md`` tells."""
    known, extra = _split(Series, data)
    known["absent"] = tuple(key for key in ("id", "language") if key not in known)
    return _convert(
        Series, known | _identity(known, slug) | {"slug": slug, "introduction": introduction, "extra": extra}
    )


def person(data: Mapping[str, Any], *, slug: str, biography: str = "") -> Person:
    """The person that ``people/SLUG.md`` tells."""
    known, extra = _split(Person, data)
    return _convert(Person, known | {"slug": slug, "biography": biography, "extra": extra})


def comment(data: Mapping[str, Any], *, folder: str, slug: str, text: str = "") -> Comment:
    """The comment that ``comments/FOLDER/SLUG.md`` tells; without an ``id``, the file's name is it, where it can be."""
    known = {key: data[key] for key in _COMMENT_KEYS if data.get(key) is not None}
    extra = {key: plain(value) for key, value in data.items() if key not in _COMMENT_KEYS}
    known["absent"] = tuple(key for key in ("id", "target") if key not in known)
    _moments(known, "date")
    named = {key: _uuid(known[key], key) for key in ("id", "target", "parent") if key in known}
    series, _, episode = folder.partition("/")
    place = {"series": series, "episode": episode or None, "slug": slug, "text": text, "extra": extra}
    return _convert(Comment, {"id": _id_of_name(folder, slug)} | known | named | place)


def settings(data: Mapping[str, Any]) -> Settings:
    """The settings that ``totem.toml`` tells; unknown keys of its tables are kept too, as ``{"html": {…}}``."""
    known, extra = _split(Settings, data)
    for field in msgspec.structs.fields(Settings):
        table = known.get(field.name)
        if isinstance(table, Mapping) and isinstance(field.default, msgspec.Struct):
            unknown = {key: plain(value) for key, value in table.items() if key not in field.default.__struct_fields__}
            if unknown:
                extra[field.name] = unknown
    if "theme" in known and isinstance(known["theme"], Mapping):
        known["theme"] = {key: str(value) for key, value in known["theme"].items()}
    return _convert(Settings, known | {"extra": extra})


def number_in(slug: str) -> int | None:
    """The number that a file name begins with: 1 for ``01-interdependances``; None where there is none."""
    match = _NUMBER_PREFIX.match(slug)
    return int(match[1]) if match and len(match[1]) < 10 else None


def derived_id(address: str) -> str:
    """The id of what has none in its file: UUIDv5 (RFC 9562, section 5.5, URL namespace) of ``series/slug``."""
    return str(uuid5(NAMESPACE_URL, address))


def field_path(field: str) -> tuple[str | int, ...]:
    """``guests[2].name`` as the path ``("guests", 1, "name")`` into the data."""
    return tuple(
        int(index) - 1 if index else key for key, index in re.findall(r"([^.\[\]]+)(?<!\d\])|\[(\d+)\]", field)
    )


def plain(value: Any) -> Any:
    """A TOML value as JSON can hold it: dates as ISO 8601 text, ``nan`` and ``inf`` as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(item) for item in value]
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    return value


def _split(cls: type[msgspec.Struct], data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The keys that ``cls`` knows, its lists of tables made whole, and the rest."""
    names = _names(cls)
    known = {name: data[name] for name in names if name in data and data[name] is not None}
    extra = {key: plain(value) for key, value in data.items() if key not in names}
    for key, part in LISTS.items():
        if key in known and key in names:
            known[key] = [_part(part, key, item, place) for place, item in enumerate(_listed(known[key], key), 1)]
    for key in ("tags", "aliases", "organisations"):
        if key in known:
            _texts(known[key], key)
    if "language" in known:
        known["language"] = check_language(_text(known["language"], "language"), "language")
    if "source" in known:
        known["source"] = plain(known["source"])
    for key in ("title", "name"):
        if key in names and cls is not Settings:
            _required(known, key, key)
    return known, extra


@cache
def _names(cls: type[msgspec.Struct]) -> dict[str, None]:
    """The keys that front matter may hold for a struct, in its order."""
    return dict.fromkeys(name for name in cls.__struct_fields__ if name not in _DERIVED)


def _part(cls: type[msgspec.Struct], key: str, item: Any, place: int) -> dict[str, Any]:
    short = SHORT.get(key)
    known: dict[str, Any]
    if short and isinstance(item, str):
        known = {short: item}
    elif isinstance(item, dict | Mapping):  # in this order: nearly all are, and to ask an abstract class takes long
        known = _known_in(cls, item)
    else:
        raise InvalidError(f"{key}[{place}] must be a table, not {_kind(item)}", field=f"{key}[{place}]")
    if cls is Question:
        known["number"] = place
    if short and not _is_said(known.get(short)):
        _required(known, short, f"{key}[{place}].{short}")
    if "organisations" in known:
        _texts(known["organisations"], f"{key}[{place}].organisations")
    if cls is Media and "duration" in known:
        known["duration"] = check_duration(known["duration"], f"{key}[{place}].duration")
    return known


def _known_in(cls: type[msgspec.Struct], item: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a table that ``cls`` knows; the rest in its ``extra``."""
    known = dict(item)
    names = _names(cls)
    if known.keys() <= names.keys() and None not in known.values():
        return known
    known = {name: item[name] for name in names if item.get(name) is not None}
    extra = {name: plain(value) for name, value in item.items() if name not in names}
    if extra:
        known["extra"] = extra
    return known


def _is_said(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _required(known: Mapping[str, Any], key: str, field: str) -> None:
    if key not in known:
        raise InvalidError(f"{field} is missing", field=field, hint=f'add {key} = "…"')
    if isinstance(known[key], str) and not known[key].strip():
        raise InvalidError(f"{field} is empty", field=field)


def _listed(value: Any, field: str) -> Sequence[Any]:
    if isinstance(value, list | tuple):
        return value
    if isinstance(value, str):
        raise InvalidError(f"{field} must be a list, not text", field=field, hint=f'write {field} = ["…"]')
    raise InvalidError(f"{field} must be a list, not {_kind(value)}", field=field)


def _texts(value: Any, field: str) -> None:
    for place, item in enumerate(_listed(value, field), 1):
        if not _is_said(item):
            _text(item, f"{field}[{place}]")
            raise InvalidError(f"{field}[{place}] is empty", field=f"{field}[{place}]")


def _text(value: Any, field: str) -> str:
    if not isinstance(value, str):
        raise InvalidError(f"{field} must be text, not {_kind(value)}", field=field, hint="put it between quotes")
    return value


def _moments(known: dict[str, Any], *keys: str) -> None:
    for key in keys:
        if key in known:
            known[key] = check_moment(known[key], key)


def _identity(known: Mapping[str, Any], address: str) -> dict[str, str]:
    if "id" not in known:
        return {"id": derived_id(address)}
    return {"id": _uuid(known["id"], "id", hint="leave the line out: totem check --fix writes one")}


def _uuid(value: Any, field: str, *, hint: str | None = None) -> str:
    text = _text(value, field)
    if _UUID.fullmatch(text):
        return text
    try:
        return str(UUID(text))
    except ValueError:
        raise InvalidError(f"{field} must be a UUID", field=field, hint=hint) from None


def _id_of_name(folder: str, slug: str) -> str:
    try:
        return str(UUID(slug))
    except ValueError:
        return derived_id(f"comments/{folder}/{slug}")


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, date | datetime | time):
        return "a date"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    return _KINDS.get(type(value).__name__, "something else")


def _convert(cls: type[S], known: dict[str, Any]) -> S:
    try:
        return msgspec.convert(known, cls)
    except msgspec.ValidationError as error:
        raise _invalid(str(error), known, cls) from None


def _invalid(message: str, known: Mapping[str, Any], cls: type[msgspec.Struct]) -> InvalidError:
    """What msgspec says, ``Expected `str`, got `int` - at `$.guests[0].role``` in our words and counted from 1."""
    match = cast("re.Match[str]", _MSGSPEC.match(message))
    field = re.sub(r"\[(\d+)\]", lambda found: f"[{int(found[1]) + 1}]", (match["path"] or "").lstrip("."))
    expected = re.match(r"Expected `(.*?)`, got `(.*?)`", match["what"])
    if expected:
        wanted = " or ".join(_KINDS.get(kind, kind) for kind in expected[1].split(" | ") if kind != "null")
        return InvalidError(f"{field} must be {wanted}, not {_KINDS.get(expected[2], expected[2])}", field=field)
    if field == "status":
        hint = "pending, approved or rejected" if cls is Comment else "draft, published or withdrawn"
        return InvalidError(f"status cannot be {known.get('status')!r}", field=field, hint=hint)
    what = match["what"][:1].lower() + match["what"][1:]
    return InvalidError(f"{field or 'the value'} is invalid: {what}", field=field or None)
