"""Tables in a talk of other people's JSON and YAML that stand for one value: a moment, a place, a text in languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from totem_cli.importers.foreign_programs import of_program
from totem_cli.importers.table.column import column_of
from totem_cli.importers.table.column_words import in_language, of_one_language
from totem_cli.importers.words import TIMES
from totem_cli.language.fold import fold
from totem_cli.language.labels import language_tag

_DATES = ("datetime", "date", "day", "local")
_TEXTS = frozenset({"text", "html", "rendered", "raw", "plain", "protected"})
"""The keys of a text in several forms, as WordPress and Eventbrite have it."""

_CHOICE = frozenset({"id", "value", "color", "order"})
_WRAPPERS = frozenset({"date", "time", "place"})
"""The fields whose words may also be the name of a table with several of them (``when``, ``schedule``)."""

_INNER = frozenset({"date", "duration", "place", "language", *TIMES})
"""What such a table may say of its talk."""


_NAMES = ("name", "title", "label", "nom", "titre")


class Unfolded(NamedTuple):
    """A talk without such tables, and the values of them that it does not hold, by what they are called."""

    record: dict[str, Any]
    others: list[tuple[str, str]]


def unfolded(record: Mapping[str, Any]) -> Unfolded:
    """A talk whose tables for moments, places and texts in several languages are values by themselves."""
    made: dict[str, Any] = {}
    others: list[tuple[str, str]] = []
    record = {key: _series(key, _chosen(key, value, others), others) for key, value in record.items()}
    for key, value in record.items():
        if isinstance(value, list) and value and column_of(key).field == "date":
            record[key] = value[0]
            others += [(f"{key}: {one}", "it is held again: the first time is read") for one in value[1:]]
    for name, value in dict(record).items():
        del record[name]
        record |= dict(_spread(name, value, record))
    language = next((str(one) for key, one in record.items() if column_of(key).field == "language"), "")
    for key, value in record.items():
        if not isinstance(value, dict) or not value or column_of(key).field in ("image", "links", "media"):
            made |= dict(_listed(key, value, others)) if key not in made else {}
        elif is_translated(value):
            texts = {tag: text for tag, text in value.items() if text}
            chosen = next((tag for tag in (language_tag(language), language, "fr", "en", *texts) if tag in texts), "")
            made[key] = texts.get(chosen)
            if not language and column_of(key).field == "title":
                made["language"] = chosen
            others += [(f"{key}: {text}", f"it is the text in {tag}") for tag, text in texts.items() if tag != chosen]
        elif moment := _moment(value):
            made |= {name or key: one for name, one in moment}
        else:
            made[key] = value
    return Unfolded(made, others)


def _chosen(key: str, value: Any, others: list[tuple[str, str]]) -> Any:
    """A value in which a choice of Baserow, or a row that another names, is its text."""
    if isinstance(value, list):
        return [_chosen(key, one, others) for one in value]
    if not isinstance(value, dict) or not isinstance(value.get("value"), str) or not value.keys() <= _CHOICE:
        return value
    rest = [(name, one) for name, one in value.items() if name != "value" and one is not None]
    others += [(f"{key}.{name}: {one}", "of a choice, only the text is read") for name, one in rest]
    return value["value"]


def _series(key: str, value: Any, others: list[tuple[str, str]]) -> Any:
    """The title of a series that is a table."""
    title = value.get("name") or value.get("title") if isinstance(value, dict) else None
    if not isinstance(title, str) or column_of(key).field != "series":
        return value
    others += [
        (f"{key}.{name}: {one}", "of a series, only the title is read") for name, one in value.items() if one != title
    ]
    return title


def with_texts(value: Any, key: str = "") -> Any:
    """A value in which each text in several forms is one text: as HTML where it is long, else without markup."""
    if isinstance(value, list):
        return [with_texts(one, key) for one in value]
    if not isinstance(value, dict):
        return value
    known = of_program(value)
    if not isinstance(known, dict):
        return with_texts(known, key)
    value = known
    forms = {name: one for name, one in value.items() if isinstance(one, str)}
    if forms and value.keys() <= _TEXTS and forms.keys() & {"text", "html", "rendered"}:
        is_long = column_of(key).field in ("recap", "summary")
        order = (
            ("html", "rendered", "text", "raw", "plain") if is_long else ("text", "plain", "rendered", "html", "raw")
        )
        return next(forms[name] for name in order if name in forms)
    return _by_languages({name: with_texts(one, name) for name, one in value.items()})


def _by_languages(value: Mapping[str, Any]) -> dict[str, Any]:
    """A table in which a field that several keys say, each in a language (``title_fr``), is one of them all."""
    _, spoken = of_one_language(value)
    made: dict[str, Any] = {}
    for key, one in value.items():
        base, tag = in_language(key)
        if key in spoken and (isinstance(one, str | None) or _are_texts(one)):
            made.setdefault(base, {})[tag] = one
        else:
            made[key] = one
    return made


def is_translated(value: Any) -> bool:
    """Whether a value is a text in several languages, by their tags."""
    return (
        isinstance(value, dict)
        and bool(value)
        and all(
            len(tag) in (2, 5) and language_tag(tag) and (isinstance(text, str | None) or _are_texts(text))
            for tag, text in value.items()
        )
    )


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _moment(value: Mapping[str, Any]) -> list[tuple[str, str]]:
    """``{"date": …, "time": …, "tz": …}`` as one text and a zone; nothing where a table has more or less."""
    keys = {key.lower().replace("_", ""): one for key, one in value.items()}
    day = next((key for key in _DATES if isinstance(keys.get(key), str)), "")
    time, zone = keys.get("time"), keys.get("tz") or keys.get("timezone")
    if not day or keys.keys() - {*_DATES, "utc", "time", "tz", "timezone"} or not isinstance(time, str | None):
        return []
    return [("", " ".join(filter(None, (keys[day], time)))), *([("zone", str(zone))] if zone else [])]


def _spread(key: str, value: Any, record: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What a table says of its talk beside it, where the talk does not say it; the rest under the table's key."""
    field = column_of(key).field
    if not isinstance(value, dict) or not value or is_translated(value) or _moment(value):
        yield key, value
        return
    if field == "place" and (texts := _leaves(value)):
        once = dict.fromkeys(texts)
        yield key, ", ".join(one for one in once if not any(_is_part(one, other) for other in once))
        return
    if not (field.startswith("extra.") or field in _WRAPPERS):
        yield key, value
        return
    known = {column_of(name).field for name in record if name != key}
    rest = dict(value)
    for name, one in value.items():
        inner = column_of(name).field
        if inner in _INNER and inner not in known and name not in record and one is not None:
            yield name, one
            del rest[name]
    if rest:
        yield key, rest


def _is_part(text: str, address: str) -> bool:
    """Whether an address begins or ends with a text, as with a street or a town."""
    return address.endswith((f" {text}", f",{text}")) or address.startswith(f"{text},")


def _leaves(value: Any) -> list[str]:
    """The texts in a place and its address; what a program says of them (``@type``, ``id``) is none."""
    if isinstance(value, dict):
        return [text for name, one in value.items() if name[:1] != "@" for text in _leaves(one)]
    return [value] if isinstance(value, str) and value else []


def _listed(key: str, value: Any, others: list[tuple[str, str]]) -> Iterator[tuple[str, Any]]:
    """A list of tables as what the field takes; what it does not take is added to ``others``.

    Links have their addresses as ``url``, whatever these are called (``resource``); tags are names; pictures are media.
    """
    field = column_of(key).field
    if field == "image" and not isinstance(value, str):
        pictures = [_link(one) if isinstance(one, dict) else {"url": one} for one in _list(value) if one]
        addressed = [one for one in pictures if isinstance(one.get("url"), str)]
        yield "media", [{"kind": "image", "url": one["url"]} for one in addressed]
        said = [(name, text) for one in addressed for name, text in one.items() if name != "url" and text]
        others += [(f"{key}.{name}: {text}", "of a picture, only the address is read") for name, text in said]
        others += [(f"{key}: {one}", "it is no picture") for one in pictures if one not in addressed]
    elif field in ("links", "media") and isinstance(value, list | dict):
        yield key, [_link(one) if isinstance(one, dict) else one for one in _list(value)]
    elif field == "tags" and isinstance(value, list) and any(isinstance(one, dict) for one in value):
        names = [next((one[name] for name in _NAMES if one.get(name)), None) for one in value if isinstance(one, dict)]
        yield key, [str(name) for name in names if name] + [one for one in value if not isinstance(one, dict)]
        rest = [
            f"{key}.{name}: {text}"
            for one in value
            if isinstance(one, dict)
            for name, text in one.items()
            if text and name not in _NAMES
        ]
        others += [(text, "of a tag, only the name is read") for text in rest]
    else:
        yield key, value


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _link(link: Mapping[str, Any]) -> Mapping[str, Any]:
    addresses = [key for key, one in link.items() if isinstance(one, str) and "://" in one]
    if len(addresses) != 1:
        return link
    words = [key for key, one in link.items() if key != addresses[0] and isinstance(one, str) and one]
    if link[addresses[0]].endswith("/") and len(words) == 1 and fold(words[0]) in ("filename", "file", "path"):
        return {"url": link[addresses[0]] + link[words[0]].lstrip("/")}
    named = {addresses[0]: "url"} | ({words[0]: "label"} if len(words) == 1 and "label" not in link else {})
    return {named.get(key, key): one for key, one in link.items()}
