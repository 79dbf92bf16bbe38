"""Validation: plain data, as TOML or JSON gives it, becomes the model. Nothing else validates.

Every function raises :class:`~totem_cli.errors.InvalidError` whose ``field`` names the key at fault, counted from 1
(``guests[2].name``); :func:`field_path` turns it back into a path into the data.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from math import isfinite
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from totem_cli.errors import InvalidError
from totem_cli.language.dates import check_duration, check_moment
from totem_cli.language.labels import check_language
from totem_cli.model.comment import Comment
from totem_cli.model.episode import INHERITED, Episode
from totem_cli.model.field import Form, Row, rows, short_key, table
from totem_cli.model.fields import EpisodeFields, PersonFields, SeriesFields
from totem_cli.model.parts import Question
from totem_cli.model.person import Person
from totem_cli.model.series import Series
from totem_cli.model.settings import DeployTarget, Settings, WordPressSite

S = TypeVar("S", bound=msgspec.Struct)

_LISTED = {row.name: row for struct in (EpisodeFields, SeriesFields, PersonFields) for row in rows(struct) if row.part}
LISTS: Mapping[str, type[msgspec.Struct]] = {name: row.item for name, row in _LISTED.items()}
"""The keys that hold lists of tables, with the part each table is."""

SHORT: Mapping[str, str] = {name: key for name, part in LISTS.items() if (key := short_key(part))}
"""The key that a bare text stands for in such a list."""

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""The canonical form of an id; ``uuid.UUID`` takes ten times as long to check it."""

_NUMBER_PREFIX = re.compile(r"(\d+)(?:-|$)")
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
    """The episode of front matter ``data``, at ``series/slug``; nothing is inherited yet."""
    fields, extra = _split(Episode, data)
    fields["absent"] = tuple([key for key in ("id", "number", *INHERITED) if key not in fields])
    if "number" not in fields:
        fields["number"] = number_in(slug)
    for index, media in enumerate(fields.get("media", ()), 1):
        if not (media.get("url") or media.get("path")):
            raise InvalidError("media needs a url or a path", field=f"media[{index}]")
    fields.setdefault("id", derived_id(f"{series}/{slug}"))
    read = _convert(Episode, fields | {"series": series, "slug": slug, "recap": recap, "extra": extra})
    if read.number is not None and read.number < 0:
        raise InvalidError("number cannot be negative", field="number")
    return read


def series(data: Mapping[str, Any], *, slug: str, introduction: str = "") -> Series:
    """The series of the front matter of a ``series.md``."""
    fields, extra = _split(Series, data)
    fields["absent"] = tuple(key for key in ("id", "language") if key not in fields)
    fields.setdefault("id", derived_id(slug))
    return _convert(Series, fields | {"slug": slug, "introduction": introduction, "extra": extra})


def person(data: Mapping[str, Any], *, slug: str, biography: str = "") -> Person:
    """The person of the front matter of ``people/SLUG.md``."""
    fields, extra = _split(Person, data)
    return _convert(Person, fields | {"slug": slug, "biography": biography, "extra": extra})


def comment(data: Mapping[str, Any], *, folder: str, slug: str, text: str = "") -> Comment:
    """The comment of ``comments/FOLDER/SLUG.md``; without an ``id``, the file's name is it where it is a UUID."""
    fields, extra = _split(Comment, data)
    fields["absent"] = tuple(key for key in ("id", "target") if key not in fields)
    fields.setdefault("id", _id_of_name(folder, slug))
    series, _, episode = folder.partition("/")
    location = {"series": series, "episode": episode or None, "slug": slug, "text": text, "extra": extra}
    return _convert(Comment, fields | location)


def settings(data: Mapping[str, Any]) -> Settings:
    """The settings of a ``totem.toml``; unknown keys of its tables are kept too, as ``{"html": {…}}``."""
    fields, extra = _partition(data, [name for name in Settings.__struct_encode_fields__ if name != "extra"])
    for field in msgspec.structs.fields(Settings):
        inner = fields.get(field.encode_name)
        if isinstance(inner, Mapping) and isinstance(field.default, msgspec.Struct):
            unknown = {key: plain(value) for key, value in inner.items() if key not in field.default.__struct_fields__}
            if unknown:
                extra[field.encode_name] = unknown
    for name_of_table, kind in (("deploy", DeployTarget), ("wordpress", WordPressSite)):
        named = fields.get(name_of_table)
        for name, target in named.items() if isinstance(named, Mapping) else ():
            known = kind.__struct_fields__ if isinstance(target, Mapping) else ()
            unknown = {key: plain(value) for key, value in target.items() if key not in known} if known else {}
            if unknown:
                extra.setdefault(name_of_table, {})[name] = unknown
    if "language" in fields:
        fields["language"] = _checked("language", fields["language"], "language")
    _check_addresses(fields)
    if isinstance(fields.get("import"), Mapping):
        fields["import"] = _with_zone(fields["import"])
    if "theme" in fields and isinstance(fields["theme"], Mapping):
        fields["theme"] = {key: str(value) for key, value in fields["theme"].items()}
    return _convert(Settings, fields | {"extra": extra})


def _check_addresses(fields: Mapping[str, Any]) -> None:
    comments = fields.get("comments")
    receiver = comments.get("receiver") if isinstance(comments, Mapping) else None
    for field, address in (("base_url", fields.get("base_url")), ("comments.receiver", receiver)):
        if isinstance(address, str):
            check_web_address(address, field)


def check_web_address(address: str, field: str) -> None:
    """Raise InvalidError for an address that holds a password, or that leaves its scheme to the page it stands on."""
    from totem_cli.markup.addresses import is_remote, link

    found = link(address) or ""
    if address.strip().replace("\\", "/").startswith("//"):
        raise InvalidError(f"{field} does not say its scheme", hint=f'write "https:{address.strip()}"', field=field)
    authority = re.split(r"[/?#]", found.partition("://")[2], maxsplit=1)[0]
    if is_remote(found) and "@" in authority:
        hint = "take out what stands before @: whoever reads the site would read it"
        raise InvalidError(f"{field} holds a user name or a password", hint=hint, field=field)


def _with_zone(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The table ``[import]``, with the zone as the IANA database spells it."""
    if not isinstance(data.get("timezone"), str):
        return data
    from totem_cli.language.zones import check_timezone

    return {**data, "timezone": check_timezone(data["timezone"], "import.timezone")}


def fits(cls: type[msgspec.Struct], name: str, value: Any) -> bool:
    """Whether a value may be that of a field of a ``cls``."""
    row = table(cls)[name]
    try:
        checked = _field(row, value)
        msgspec.convert(checked, row.value_type)
    except (InvalidError, msgspec.ValidationError):
        return False
    return name != "media" or all(media.get("url") or media.get("path") for media in checked)


def number_in(slug: str) -> int | None:
    """The number that a file name begins with: 1 for ``01-interdependances``; None where there is none."""
    match = _NUMBER_PREFIX.match(slug)
    return int(match[1]) if match and len(match[1]) < 10 else None


def derived_id(address: str) -> str:
    """The id of a thing whose file has none: UUIDv5 (RFC 9562, section 5.5, URL namespace) of ``series/slug``."""
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


class _Plan(msgspec.Struct, frozen=True):
    """The keys that a table of a struct may hold, those whose values need a check, those that must be there."""

    names: Mapping[str, Row]
    checked: Mapping[str, Row]
    required: tuple[str, ...]
    short: str | None


@cache
def _plan(cls: type[msgspec.Struct]) -> _Plan:
    stored = [row for row in rows(cls) if row.field.stored == "front matter"]
    return _Plan(
        {row.name: row for row in rows(cls) if row.field.stored in ("front matter", "nowhere")},
        {row.name: row for row in stored if row.item or row.field.form != "text" or row.value_type is Any},
        tuple([row.name for row in stored if row.required and row.name != "id"]),
        short_key(cls),
    )


def _split(cls: type[msgspec.Struct], data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The keys that are fields of ``cls``, checked and with whole tables in lists; and all other keys."""
    plan = _plan(cls)
    fields, extra = _partition(data, plan.names)
    for name, value in fields.items():
        if name in plan.checked:
            fields[name] = _field(plan.checked[name], value)
    for key in plan.required:
        _required(fields, key, key)
    return fields, extra


def _partition(data: Mapping[str, Any], names: Container[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The keys of a table that have a name and a value, and the keys that have none."""
    fields = {name: value for name, value in data.items() if name in names and value is not None}
    if len(fields) == len(data):
        return fields, {}
    return fields, {key: plain(value) for key, value in data.items() if key not in names}


def _field(row: Row, value: Any) -> Any:
    """The value of a field as the model has it; InvalidError where its form is wrong."""
    if row.part:
        part = row.part
        return [_part(part, row.name, item, index) for index, item in enumerate(_listed(value, row.name), 1)]
    if row.item:
        _texts(value, row.name)
        return value
    return plain(value) if row.value_type is Any else _checked(row.field.form, value, row.name)


def _checked(form: Form, value: Any, field: str) -> Any:
    match form:
        case "moment":
            return check_moment(value, field)
        case "duration":
            return check_duration(value, field)
        case "language":
            return check_language(_text(value, field), field)
        case "uuid":
            return _uuid(value, field)
    return value


def _part(cls: type[msgspec.Struct], key: str, item: Any, index: int) -> dict[str, Any]:
    plan = _plan(cls)
    fields: dict[str, Any]
    if plan.short and isinstance(item, str):
        fields = {plan.short: item}
    elif isinstance(item, dict | Mapping):  # dict first: the check of an abstract class is slow
        fields = _part_fields(plan.names, item)
    else:
        raise InvalidError(f"{key}[{index}] must be a table, not {_kind(item)}", field=f"{key}[{index}]")
    if cls is Question:
        fields["number"] = index
    if plan.short and not _is_filled(fields.get(plan.short)):
        _required(fields, plan.short, f"{key}[{index}].{plan.short}")
    for name, row in plan.checked.items():
        if name in fields and row.item:
            _texts(fields[name], f"{key}[{index}].{name}")
        elif name in fields:
            fields[name] = _checked(row.field.form, fields[name], f"{key}[{index}].{name}")
    return fields


def _part_fields(names: Mapping[str, Row], item: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a table that have a name; the rest in its ``extra``."""
    fields = dict(item)
    if fields.keys() <= names.keys() and None not in fields.values():
        return fields
    fields, extra = _partition(item, names)
    if extra:
        fields["extra"] = extra
    return fields


def _is_filled(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _required(fields: Mapping[str, Any], key: str, field: str) -> None:
    if key not in fields:
        raise InvalidError(f"{field} is missing", field=field, hint=f'add {key} = "…"')
    if isinstance(fields[key], str) and not fields[key].strip():
        raise InvalidError(f"{field} is empty", field=field)


def _listed(value: Any, field: str) -> Sequence[Any]:
    if isinstance(value, list | tuple):
        return value
    if isinstance(value, str):
        raise InvalidError(f"{field} must be a list, not text", field=field, hint=f'write {field} = ["…"]')
    raise InvalidError(f"{field} must be a list, not {_kind(value)}", field=field)


def _texts(value: Any, field: str) -> None:
    for index, item in enumerate(_listed(value, field), 1):
        if not _is_filled(item):
            _text(item, f"{field}[{index}]")
            raise InvalidError(f"{field}[{index}] is empty", field=f"{field}[{index}]")


def _text(value: Any, field: str) -> str:
    if not isinstance(value, str):
        raise InvalidError(f"{field} must be text, not {_kind(value)}", field=field, hint="put it between quotes")
    return value


def _uuid(value: Any, field: str) -> str:
    hint = "leave the line out: totem check --fix writes one" if field == "id" else None
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


def _convert(cls: type[S], fields: dict[str, Any]) -> S:
    try:
        return msgspec.convert(fields, cls)
    except msgspec.ValidationError as error:
        raise _invalid(str(error), fields, cls) from None


def _invalid(message: str, fields: Mapping[str, Any], cls: type[msgspec.Struct]) -> InvalidError:
    """The error of a message of msgspec (``Expected `str`, got `int` - at `$.guests[0].role```), counted from 1."""
    what, _, at = message.rpartition(" - at `$") if message.endswith("`") else (message, "", "")
    what, path = (what, at.removesuffix("`")) if what else (message, "")
    field = re.sub(r"\[(\d+)\]", lambda found: f"[{int(found[1]) + 1}]", path.lstrip("."))
    expected = re.match(r"Expected `([^`]*)`, got `([^`]*)`", what)
    if expected:
        wanted = " or ".join(_KINDS.get(kind, kind) for kind in expected[1].split(" | ") if kind != "null")
        return InvalidError(f"{field} must be {wanted}, not {_KINDS.get(expected[2], expected[2])}", field=field)
    if field == "status":
        hint = "pending, approved or rejected" if cls is Comment else "draft, published or withdrawn"
        return InvalidError(f"status cannot be {fields.get('status')!r}", field=field, hint=hint)
    return InvalidError(f"{field or 'the value'} is invalid: {what[:1].lower()}{what[1:]}", field=field or None)
