"""Assignments: ``key=value``, ``key+=value``, ``key-=value`` and ``key=``, as ``totem set`` takes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from totem_cli.archive.front import toml_moment
from totem_cli.archive.items import like
from totem_cli.archive.typed import typed_moment
from totem_cli.errors import InvalidError
from totem_cli.language.fold import fold
from totem_cli.language.labels import known_language
from totem_cli.model.episode import Episode
from totem_cli.model.field import Row, rows
from totem_cli.model.fields import EpisodeFields
from totem_cli.model.read import SHORT
from totem_cli.model.vocabulary import vocabulary

if TYPE_CHECKING:
    from totem_cli.documents.document import Document
    from totem_cli.model.settings import Settings

_FORM = re.compile(r"(?P<key>[^=+\-\s][^=\s]*?)(?P<sign>\+=|-=|=)(?P<value>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Assignment:
    """One change of one key. ``value`` is None with ``=`` where the key is to go."""

    key: str
    sign: Literal["=", "+=", "-="]
    value: Any

    @classmethod
    def parse(cls, text: str) -> Assignment:
        """The assignment written as ``key=value``; raises InvalidError where it is none."""
        match = _FORM.fullmatch(text)
        if not match:
            raise InvalidError(f"{text!r} is not an assignment", hint="write key=value, key+=value, key-=value or key=")
        value = match["value"]
        if not value:
            if match["sign"] != "=":
                raise InvalidError(f"{text!r} names nothing", hint=f"write {text}VALUE", field=match["key"])
            return cls(match["key"], "=", None)
        return cls(match["key"], match["sign"], value)  # type: ignore[arg-type]


def assignments(texts: Iterable[str], values: Mapping[str, Any]) -> list[Assignment]:
    """Those written as text, then those given as Python values (None removes)."""
    return [*map(Assignment.parse, texts), *(Assignment(key, "=", value) for key, value in values.items())]


def assign(
    document: Document,
    change: Assignment,
    cls: type[msgspec.Struct],
    settings: Settings,
    at: tuple[str | int, ...] = (),
) -> None:
    """Make one change in a document, to the table at path ``at`` that holds a ``cls``.

    Values are checked where they need a form of their own (dates by the archive's ``settings``); the rest is checked
    when the edited document is read again.
    """
    row = _row(change.key, cls)
    path = (row.name,) if row else tuple(change.key.removeprefix("extra.").split("."))
    if row and row.field.stored == "body":
        _assign_body(document, change)
    elif row and row.item:
        _assign_list(document, row, change, at)
        if change.sign == "-=" and not (cls is Episode and row.field.inherited):
            _tidy(document, (*at, row.name))
    elif change.sign != "=":
        key = ".".join(path)
        raise InvalidError(f"{key} is not a list: {change.sign} needs one", hint=f"write {key}=value", field=key)
    elif change.value is None:
        _remove(document, (*at, *path))
    else:
        document.set((*at, *path), _value(row, change.value, settings) if row else change.value)


@cache
def _fixed() -> Mapping[str, str]:
    """The fields of records that no command sets, with the reason."""
    from totem_cli.archive.record import EpisodeRecord, PersonRecord, SeriesRecord

    records = (EpisodeRecord, SeriesRecord, PersonRecord)
    return {row.name: row.field.fixed for cls in records for row in rows(cls) if row.field.fixed}


def _row(key: str, cls: type[msgspec.Struct]) -> Row | None:
    """The row of a key that may be set; None for ``extra.mood``, the unknown key ``mood``."""
    settable = {row.name: row for row in rows(cls) if not row.field.fixed}
    if key.startswith("extra.") and len(key) > len("extra."):
        own = key.removeprefix("extra.")
        if own.partition(".")[0] in settable:
            raise InvalidError(f"{own} is not a key of your own", hint=f"write {own}=…", field=key)
        return None
    fixed = {**_fixed(), **{row.name: row.field.fixed for row in rows(cls)}}
    if key in fixed and key not in settable:
        raise InvalidError(f"{key} cannot be set", hint=fixed[key], field=key)
    if key not in settable:
        meant = vocabulary(cls, EpisodeFields).did_you_mean(key, settable)
        hint = meant or f"keys: {', '.join(settable)}; a key of your own is extra.{key}"
        raise InvalidError(f"no key {key!r} to set", hint=hint, field=key)
    return settable[key]


def _value(row: Row, value: Any, settings: Settings) -> Any:
    if row.field.form == "moment":
        return toml_moment(typed_moment(value, row.name, settings))
    if row.field.form == "duration":
        from totem_cli.language.human_dates.durations import parse_duration

        return parse_duration(value, row.name)
    if row.field.form == "language" and isinstance(value, str):
        return known_language(value, row.name)
    if row.value_type is int and isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            raise InvalidError(f"{row.name} must be a whole number, not {value!r}", field=row.name) from None
    if row.value_type is bool and isinstance(value, str):
        if value not in ("true", "false"):
            raise InvalidError(f"{row.name} must be true or false, not {value!r}", field=row.name)
        return value == "true"
    return value


def _remove(document: Document, path: tuple[str | int, ...]) -> None:
    holder: Any = document.data
    for step in path[:-1]:
        holder = holder[step] if isinstance(step, int) else holder.get(step, {})
    if isinstance(holder, Mapping) and path[-1] in holder:
        document.remove(path)


def _assign_body(document: Document, change: Assignment) -> None:
    text = "" if change.value is None else str(change.value)
    if change.sign == "-=":
        raise InvalidError(f"{change.key} is text: nothing can be taken from it", field=change.key)
    if change.sign == "+=":
        text = f"{document.recap}\n\n{text}" if document.recap else text
    if text.strip("\n") != document.recap:
        document.set_body(text)


def _assign_list(document: Document, row: Row, change: Assignment, at: tuple[str | int, ...]) -> None:
    key = row.name
    path = (*at, key)
    if change.value is None:
        _remove(document, path)
        return
    holder: Any = document.data
    for step in at:
        holder = holder[step]
    current = list(holder.get(key, []))
    items = _items(key, change.value)
    if change.sign == "=":
        if key not in holder or current != items:
            document.set(path, items)
        return
    if change.sign == "+=":
        for item in items:
            if not any(_same(key, old, item) for old in current):
                current.append(like(key, current, item))
                document.append(path, current[-1])
        return
    for index in reversed(range(len(current))):
        if any(_same(key, current[index], item) for item in items):
            document.delete(path, index)


def _tidy(document: Document, path: tuple[str | int, ...]) -> None:
    """Take out an emptied list: it says something only where it stops an inheritance."""
    holder: Any = document.data
    for step in path[:-1]:
        holder = holder[step]
    if holder.get(path[-1]) == []:
        document.remove(path)


def _items(key: str, value: Any) -> list[Any]:
    """A list value: Python's, TOML's (``["a", "b"]``), or one item as it was typed."""
    if isinstance(value, str):
        if value.startswith("["):
            import tomllib

            try:
                value = tomllib.loads(f"list = {value}")["list"]
            except tomllib.TOMLDecodeError:
                value = [value]
        else:
            value = [value]
    if not isinstance(value, list | tuple):
        value = [value]
    if key in SHORT:
        return [{SHORT[key]: item} if isinstance(item, str) and key != "questions" else item for item in value]
    return list(value)


def _text_of(key: str, item: Any) -> str:
    if isinstance(item, Mapping):
        return str(item.get(SHORT.get(key, "url"), item.get("path", "")))
    return str(item)


def _same(key: str, item: Any, other: Any) -> bool:
    text, wanted = _text_of(key, item), _text_of(key, other)
    return text == wanted if key in ("links", "media") else fold(text) == fold(wanted)
