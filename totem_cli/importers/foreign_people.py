"""People in other people's JSON and YAML: tables of their own, keys, and keys of the talk that are about them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from totem_cli.importers.table.column import PERSON, Column, column_of
from totem_cli.importers.words import phrases
from totem_cli.model.parts import Appearance
from totem_cli.model.vocabulary import vocabulary, word_key

_EITHER = frozenset({"nom", "nombre", "nome", "name"})
"""Words for a name that mean the last one beside a first one (``prénom``), and the first beside ``apellidos``."""


def with_name(person: Mapping[str, Any]) -> dict[str, Any]:
    """A person with a ``name``, made of first and last name where these are all there is."""
    named = {word_key(key): key for key in person}
    first, last = (next((named[word] for word in named if word in part_words(one)), None) for one in ("first", "last"))
    if bool(first) != bool(last) and (other := next((named[word] for word in named if word in _EITHER), None)):
        first, last = first or other, last or other
    others = [key for key, one in person.items() if of_a_person(key) == "name" and one and key not in (first, last)]
    if first and last and len(others) == 1 and "," in str(person[others[0]]):  # fullName: "HOLT, Maren"
        person = {key: one for key, one in person.items() if key not in others}
        others = []
    if others or not (first or last):
        return dict(person)
    parts = [str(person[key]).strip() for key in (first, last) if key and person[key]]
    return {"name": " ".join(parts), **{key: one for key, one in person.items() if key not in (first, last)}}


def with_named_parts(person: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """A person whose organisations are names, where they are tables that have one; and what else these say."""
    made, others = dict(person), []
    for key, value in person.items():
        tables = value if isinstance(value, list) else [value]
        is_named = all(isinstance(one, dict) and isinstance(one.get("name"), str) for one in tables)
        if of_a_person(key) == "organisations" and value and is_named:
            made[key] = [one["name"] for one in tables]
            others += [f"{key}.{name}: {one}" for two in tables for name, one in two.items() if name != "name"]
    return made, others


@cache
def part_words(part: str) -> frozenset[str]:
    """The words for the ``first`` or ``last`` name of a person."""
    return frozenset(
        key for word in phrases("columns")[part] for key in (word_key(word), word_key(word).replace(" ", ""))
    )


def of_a_person(word: str) -> str | None:
    """The field of an appearance that a word means."""
    return vocabulary(Appearance).find(word)


def with_people_tables(record: Mapping[str, Any], fields: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """A talk with what its keys say of its people put into tables of these, and the keys that are put there.

    ``speaker1Name`` and ``speaker1_company`` are of one person, ``fonction`` is of the only guest. ``fields`` are
    those of the other keys. Keys that are about several people, or about nobody, stay.
    """
    columns = {
        key: column
        for key, value in record.items()
        if isinstance(value, str | int | float | None) and (column := _of_people(key, fields))
    }
    made, placed = dict(record), []
    for group in ("guests", "hosts"):
        ours = {key: column for key, column in columns.items() if _group(column) == group}
        lead = next((key for key, field in fields.items() if field == group and record.get(key)), None)
        people = _people(made[lead]) if lead else []
        for number in dict.fromkeys(column.number for column in ours.values()):
            keys = [key for key, column in ours.items() if column.number == number]
            person = _person({key: record[key] for key in keys if record[key] not in (None, "")}, ours)
            if "name" in person:
                people.append(person)
            elif not number and len(people) == 1 and person:
                people[0] = person | people[0]
            else:
                continue
            placed += keys
        if any(key in ours for key in placed):
            name = lead or group
            made[name] = people
    return {key: value for key, value in made.items() if key not in placed}, placed


def _of_people(key: str, fields: Mapping[str, str]) -> Column | None:
    """The column that a key would be, where it says something of a person, and is no field of the talk."""
    column = column_of(key)
    is_name = column.field in ("guests", "hosts") and bool(column.number or column.part)
    is_of_person = column.field in PERSON or column.field.startswith("about.") or is_name
    return column if is_of_person and not column.personal and key not in fields else None


def _group(column: Column) -> str:
    return column.field if column.field in ("guests", "hosts") else column.part or "guests"


def _people(value: Any) -> list[Any]:
    """The people of a value, as tables; of a text, one where it surely names one."""
    from totem_cli.importers.guests import read_guests

    if isinstance(value, str):
        sentence = read_guests(value)
        found = list(sentence.guests) if sentence.certain else [{"name": value}]
        return found if len(found) == 1 else [value]
    listed = value if isinstance(value, list) else [value]
    return [one if not isinstance(one, str) else {"name": one} for one in listed]


def _person(values: Mapping[str, Any], columns: Mapping[str, Column]) -> dict[str, Any]:
    """A person, from the keys of a talk that say something of one."""
    found: dict[str, Any] = {}
    names: dict[str, str] = {}
    for key, value in values.items():
        column = columns[key]
        if column.field in ("guests", "hosts"):
            names[column.part or "name"] = str(value)
        elif column.field == "organisations":
            found.setdefault("organisations", []).append(str(value))
        elif column.field.startswith("about."):
            found[key] = value
        else:
            found.setdefault(column.field, str(value))
    whole = names.get("name") or " ".join(filter(None, (names.get("first", ""), names.get("last", ""))))
    return {"name": whole, **found} if whole else found


def keys_of(people: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The people of a source, by their paths, as guests by what the source calls them elsewhere."""
    found: dict[str, dict[str, Any]] = {}
    for path, one in people.items():
        guest = {"name": str(one.get("name", ""))} | {key: one[key] for key in one if _is_of_guests(key) and one[key]}
        for key in ("id", "key", "slug", "code", "guid", "uuid"):
            if one.get(key) is not None:
                found[str(one[key])] = guest
        if not path.endswith("]"):
            found.setdefault(path.rpartition(".")[2], guest)
    return found


def of_the_person(person: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a person wherever they speak: not the role and the organisations, which are a guest's."""
    return {key: one for key, one in person.items() if not _is_of_guests(key)}


def _is_of_guests(key: str) -> bool:
    return of_a_person(key) in ("role", "organisations")
