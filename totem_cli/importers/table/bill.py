"""Who takes part in an episode, from the cells of its row: names, and what stands beside each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from totem_cli.errors import InvalidError
from totem_cli.importers.notes import Kind
from totem_cli.importers.roles import is_plural, newsroom
from totem_cli.importers.table.column import PERSON, Column
from totem_cli.importers.table.column_words import WORDS, is_last_first_name
from totem_cli.importers.table.people import People, items_of, names_of, values_of
from totem_cli.importers.table.sheet import Row
from totem_cli.importers.table.told import Told
from totem_cli.language.fold import fold
from totem_cli.model.cells import LIKE_A_FORMULA

_FORMULA = re.compile(rf"\A'(?={LIKE_A_FORMULA.pattern})")
_ORGANISATIONS = re.compile(r"[;\n]|,\s++(?!(?:inc|ltd|llc|gmbh|corp|co|plc|s\.?a|s\.?l|srl|ag)\b)", re.IGNORECASE)

Values = Mapping[str, Sequence["Value"]]


class Value(NamedTuple):
    """A cell that holds something, and its column."""

    column: Column
    text: str


def clean(cell: str) -> str:
    """A cell without the mark that keeps a spreadsheet from running it, its line ends as one kind."""
    return _FORMULA.sub("", cell, count=1).replace("\r\n", "\n").replace("\r", "\n").strip()


class Bill:
    """Reads who takes part, by the columns of people of one table."""

    def __init__(self, columns: Sequence[Column], body: Sequence[Row], told: Told, *, exact: bool) -> None:
        cells = [
            clean(row.cells[column.position])
            for column in columns
            if column.field in ("guests", "hosts") and not column.part
            for row in body
        ]
        self._has_guests = any(column.field == "guests" for column in columns)
        turned = {
            clean(row.cells[column.position])
            for column in columns
            if column.field in ("guests", "hosts") and not column.part and is_last_first_name(column.name)
            for row in body
        }
        self._told = told
        self._people = People(cells, told, exact=exact, turned=turned)

    def read(self, values: Values, data: dict[str, Any]) -> list[Value]:
        """Put guests, hosts and partners into the data of an episode; the cells that are about nobody."""
        guests, left = self._group("guests", values)
        hosts, more = self._group("hosts", values)
        if left.get("role") and not guests and not left["role"].column.number:
            hint = "name the guest, or empty the cell" if self._has_guests else 'say who it is: --map "COLUMN=guests"'
            raise InvalidError("there is a role, and no guest", field="role", hint=hint)
        partners = [one for one in guests if "billed_as" in one and newsroom(one["billed_as"])]
        guests = [one for one in guests if one not in partners]
        leading = [one for one in guests if _leads(one) and (len(guests) > 1 or " " in one["role"])]
        guests = [one for one in guests if one not in leading]
        for one in leading:
            self._told.tell(Kind.ASSUMED, f"{one['name']}, {one.pop('role')}", "they are a host")
        hosts += leading
        kind = fold(values["kind"][0].text) if "kind" in values else "guest"
        data |= {"hosts" if kind == "host" else "guests": guests} if guests else {}
        data |= {"hosts": hosts} if hosts else {}
        named: list[dict[str, Any]] = [
            newsroom(text) or {"name": text} for value in values.get("partners", ()) for text in items_of(value.text)
        ]
        data |= {"partners": partners + named} if partners or named else {}
        return [*left.values(), *more.values()]

    def _group(self, group: str, values: Values) -> tuple[list[dict[str, Any]], dict[str, Value]]:
        """The guests or the hosts of a row, and the cells beside nobody by their fields."""
        names = values.get(group, ())
        beside = [
            (field, value)
            for field, cells in values.items()
            if field in PERSON or field.startswith("about.")
            for value in cells
            if value.column.part == group
        ]
        people: list[dict[str, Any]] = []
        left: dict[str, Value] = {}
        numbers = dict.fromkeys((*(one.column.number for one in names), *(one.column.number for _, one in beside)))
        for number in sorted(numbers):
            named = [value for value in names if value.column.number == number]
            found = self._named(named)
            if not found:
                left |= {f"{group} {number}": value for value in named}
            for field, value in beside:
                if value.column.number != number:
                    continue
                fits = _fits(value.text, len(found))
                if not fits and (whole := self._people.whole([one.text for one in named], found)):
                    found, fits = [whole], True
                if not found:
                    left[field if field not in left else f"{field} {number}"] = value
                elif not fits and field == "role" and is_plural(value.text) and len(items_of(value.text)) == 1:
                    self._told.tell(Kind.ASSUMED, value.text, "it is said of all in the cell beside it")
                    found = [{**one, "role": value.text} for one in found]
                elif not fits:
                    left[f"{field} {number} of several"] = value
                else:
                    _spread(found, field, value.text)
            people += found
        return people, left

    def _named(self, values: Sequence[Value]) -> list[dict[str, Any]]:
        """The people whom the cells of one group name: whole names, or first and last ones."""
        found = [one for value in values if not value.column.part for one in self._people.read(value.text)]
        first = next((value.text for value in values if value.column.part == "first"), "")
        last = next((value.text for value in values if value.column.part == "last"), "")
        firsts, lasts = names_of(first), names_of(last)
        if first and last and len(firsts) != len(lasts):
            firsts, lasts = [first], [last]
        size = max(len(firsts), len(lasts))
        firsts, lasts = firsts or [""] * size, lasts or [""] * size
        names = [" ".join(" ".join(filter(None, pair)).split()) for pair in zip(firsts, lasts, strict=True)]
        there = {fold(one["name"]) for one in found}
        return [*found, *({"name": name} for name in names if fold(name) not in there)]


def _leads(one: Mapping[str, Any]) -> bool:
    """Whether the role of a guest is that of a host: ``(modératrice)``, ``animé par``."""
    return WORDS.find(str(one.get("role", ""))) == "hosts"


def _fits(cell: str, people: int) -> bool:
    return people <= 1 or len(values_of(cell, people)) == people


def _spread(people: list[dict[str, Any]], field: str, cell: str) -> None:
    """Give the people of one cell the values of the cell beside it: one value a person."""
    items = [cell] if len(people) == 1 else values_of(cell, len(people))
    for person, item in zip(people, items, strict=True):
        if field == "organisations":
            person[field] = [part.strip() for part in _ORGANISATIONS.split(item) if part.strip()]
        elif field.startswith("about."):
            person[field.removeprefix("about.")] = item
        else:
            person[field] = " ".join(item.split("\n"))
