"""The rows of a table, gathered into episodes; errors in rows are collected, not raised."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from msgspec.structs import replace

from totem_cli.errors import InvalidError
from totem_cli.importers.csv_columns import OWN, Column
from totem_cli.importers.dates import parse_date
from totem_cli.importers.guests import read_guest, read_guests
from totem_cli.importers.identity import series_slug, stable_id
from totem_cli.importers.roles import newsroom
from totem_cli.importers.words import value_of
from totem_cli.language.fold import fold
from totem_cli.language.slug import slugify
from totem_cli.model import read as model
from totem_cli.model.cells import LIKE_A_FORMULA
from totem_cli.model.episode import Episode
from totem_cli.model.field import Row, rows
from totem_cli.model.fields import EpisodeFields
from totem_cli.model.parts import Appearance
from totem_cli.model.series import Series
from totem_cli.model.vocabulary import word_key

_FORMULA = re.compile(rf"\A'(?={LIKE_A_FORMULA.pattern})")
_PARTED = re.compile(r"(?<!\s);\s*|;\s*$")
_NUMBER = re.compile(r"(?:[^\W\d_]+\.?\s*)?(?:n°|no\.?|#)?\s*(\d{1,9})(?:[.,]0+)?", re.IGNORECASE)
_ITEM = re.compile(r"(?:\d{1,2}\s?[.)]|[-•*–])\s+")
_DAY_FIRST = re.compile(
    r"titre|invit|num[eé]ro|r[oô]le|récit|série|lieu|langue|mots|titel|gast|referent|datum|sprache|\bort\b|"
    r"t[ií]tulo|ponente|fecha|lugar|idioma|titolo|relator|ospit|luogo|lingua|\bdata\b"
)
"""The header of a table in a language whose dates begin with the day."""

_ONE_CELL = [row for row in rows(EpisodeFields) if not row.item and row.name not in ("id", "series", "number")]
_TEXT_LISTS = [row.name for row in rows(EpisodeFields) if row.item is str and row.name != "tags"]
_FORMED = frozenset(row.name for row in _ONE_CELL if row.field.form != "text") | {"number", "status"}
_LISTS = frozenset(row.name for row in rows(EpisodeFields) if row.item)
_BESIDE_NAME = [row.name for row in rows(Appearance) if row.name != "name"]


class Problem(NamedTuple):
    """An error in a line and a column."""

    line: int
    column: str
    what: str
    hint: str = ""

    @property
    def text(self) -> str:
        """The message, the column first."""
        return f"{self.column}: {self.what}" if self.column else self.what


class _Entry(NamedTuple):
    line: int
    data: dict[str, Any]


class Rows:
    """Rows become episodes: each adds one, or one more appearance to one that is there already."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = [column for column in columns if column.field]
        self._names = {column.field: column.name for column in reversed(self._columns)}
        fields = {column.field for column in self._columns}
        # a table of totem's own export keeps roles whole; a table of appearances repeats its episodes
        self._exact = fields >= OWN
        self._long = bool({"guests", "role", "organisations", "kind"} & fields) and not any(
            column.number for column in self._columns if column.field == "guests"
        )
        self._day_first = any(_DAY_FIRST.search(column.name.casefold()) for column in self._columns) or None
        self._entries: dict[object, _Entry] = {}
        self._titles: dict[str, str] = {}
        self._times_dropped = 0
        self.problems: list[Problem] = []

    def add(self, line: int, cells: Sequence[str]) -> None:
        """Add a row: a new episode, or one more appearance of one."""
        values: dict[str, list[tuple[int, str]]] = {}
        for column in self._columns:
            cell = _FORMULA.sub("", cells[column.position], count=1).replace("\r\n", "\n").replace("\r", "\n").strip()
            if cell:
                values.setdefault(column.field, []).append((column.number, cell))
        try:
            data = self._data(values)
        except InvalidError as error:
            self._problem(line, error)
            return
        key = self._key(data)
        existing = self._entries.get(key)
        if existing is None:
            self._entries[key] = _Entry(line, data)
        elif not self._long:
            what = f"the same episode as in line {existing.line}"
            self.problems.append(Problem(line, self._names.get("title", "title"), what, "give each its own number"))
        else:
            self._merge(existing, line, data)

    def made(self) -> tuple[list[tuple[int, Episode]], list[Series]]:
        """The episodes, each with its first line, and the series that have a title of their own."""
        episodes = [(entry.line, made) for entry in self._entries.values() if (made := self._episode(entry))]
        series = [model.series({"title": title}, slug=slug) for slug, title in self._titles.items() if title != slug]
        return episodes, series

    def notes(self) -> list[str]:
        """Notes on rows that are right."""
        return [f"{self._times_dropped} times of day have no zone: the day is kept"] if self._times_dropped else []

    def _problem(self, line: int, error: InvalidError) -> None:
        name = (error.field or "").partition("[")[0].partition(".")[0]
        column = self._names.get(name, error.field or "")
        hints = [error.hint] if error.hint else []
        if name in _FORMED and word_key(column) != name:  # a guess by another word, which may be wrong
            hints.append(f'--map "{column}=extra.NAME" keeps the column by another name')
        self.problems.append(Problem(line, column, error.message, "; ".join(hints)))

    def _episode(self, entry: _Entry) -> Episode | None:
        data = dict(entry.data)
        series, slug, recap = (data.pop(key, "") for key in ("series", "slug", "recap"))
        try:
            made = model.episode(data, series=series, slug=slug, recap=recap)
        except InvalidError as error:
            self._problem(entry.line, error)
            return None
        if "id" in made.absent and not slug:  # the name of its file is decided later, so no id can be derived from it
            return replace(made, id=stable_id(f"{series}/{made.number} {fold(made.title)}"))
        return made

    def _key(self, data: dict[str, Any]) -> object:
        series = data.get("series", "")
        if "id" in data:
            return data["id"]
        if "number" in data:
            return series, data["number"]
        moment = None if self._long else data.get("date", data.get("published"))
        return series, fold(data["title"]), data.get("slug", ""), moment

    def _merge(self, existing: _Entry, line: int, data: dict[str, Any]) -> None:
        for key, value in data.items():
            column = self._names.get(key, key)
            if key in _LISTS:
                items = existing.data.setdefault(key, [])
                if key in ("guests", "hosts") and any(one in items for one in value):
                    what = f"the same row as line {existing.line}"
                    self.problems.append(Problem(line, column, what, "leave one out"))
                items += [one for one in value if one not in items]
            elif existing.data.setdefault(key, value) != value:
                what = f"{key} differs from the same episode's in line {existing.line}"
                self.problems.append(Problem(line, column, what, "give each episode its own number"))

    # From cells to values

    def _data(self, values: dict[str, list[tuple[int, str]]]) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for row in _ONE_CELL:
            if row.name in values:
                data[row.name] = self._value(row, values[row.name][0][1])
        self._identity(values, data)
        if "title" not in data:
            raise InvalidError("the title is empty", field="title", hint="every episode has one")
        self._people(values, data)
        self._lists(values, data)
        for name, cells in values.items():
            if name.startswith("extra."):
                data[name.removeprefix("extra.")] = cells[0][1]
        # a problem in one row is found at once, with its line
        model.episode(
            {key: value for key, value in data.items() if key not in ("series", "slug", "recap")}, series="", slug=""
        )
        return data

    def _value(self, row: Row, cell: str) -> Any:
        """The value of a field that is one cell."""
        if row.field.form == "moment":
            parsed = parse_date(cell, row.name, day_first=self._day_first)
            self._times_dropped += parsed.time_dropped
            return parsed.date
        if row.value_type is int:
            return _number(cell, row.name)
        if row.value_type is bool and cell.casefold() in ("true", "false"):
            return cell.casefold() == "true"
        if row.name in ("status", "language"):
            return value_of(row.name, cell) or (fold(cell) if row.name == "status" else cell)
        return cell

    def _identity(self, values: dict[str, list[tuple[int, str]]], data: dict[str, Any]) -> None:
        if "id" in values:
            data["id"] = stable_id(values["id"][0][1])
        if "number" in values:
            data["number"] = _number(values["number"][0][1])
        if "episode" in values:
            text = values["episode"][0][1]
            try:
                data.setdefault("id", str(UUID(text)))
            except ValueError:
                if text.isdecimal() and "number" not in data and "title" in data:
                    data["number"] = _number(text)
                else:
                    data.setdefault("title", text)
        if "series" in values:
            text = " ".join(values["series"][0][1].split())
            data["series"] = text if text == slugify(text) and not text.isdigit() else series_slug(text)
            self._titles.setdefault(data["series"], text)

    def _people(self, values: dict[str, list[tuple[int, str]]], data: dict[str, Any]) -> None:
        guests: list[dict[str, Any]] = []
        for index, (number, cell) in enumerate(values.get("guests", ())):
            found = self._named(cell)
            for name in _BESIDE_NAME:
                beside = (
                    [text for other, text in values.get(name, ()) if other == number]
                    if number
                    else [text for _, text in values.get(name, ())[index : index + 1]]
                )
                if beside:
                    _spread(found, name, beside[0])
            guests += found
        if not guests and values.get("guests") is None and "role" in values:
            raise InvalidError("there is a role, and no guest", field="role", hint="name the guest, or empty the cell")
        partners = [one for one in guests if "billed_as" in one and newsroom(one["billed_as"])]
        guests = [one for one in guests if one not in partners]
        kind = fold(values.get("kind", [(0, "guest")])[0][1])
        data |= {"hosts" if kind == "host" else "guests": guests} if guests else {}
        if "hosts" in values:
            data["hosts"] = [one for _, cell in values["hosts"] for one in self._named(cell)]
        more: list[dict[str, Any]] = [
            newsroom(text) or {"name": text} for _, cell in values.get("partners", ()) for text in parted(cell)
        ]
        data |= {"partners": partners + more} if partners or more else {}

    def _named(self, cell: str) -> list[dict[str, Any]]:
        items = parted(cell)
        if len(items) == 1 and not self._exact:
            sentence = read_guests(items[0])
            if sentence.certain:
                return [*sentence.partners, *sentence.guests]
        found = [newsroom(item) or read_guest(item, exact=self._exact) for item in items]
        return [one for one in found if one]

    @staticmethod
    def _lists(values: dict[str, list[tuple[int, str]]], data: dict[str, Any]) -> None:
        if "questions" in values:
            data["questions"] = [
                _ITEM.sub("", text, count=1)
                for _, cell in sorted(values["questions"], key=lambda one: one[0])
                for text in parted(cell)
            ]
        if "tags" in values:
            tags = [
                text.strip(" #")
                for _, cell in values["tags"]
                for text in re.split(r"[;\n|]" if re.search(r"[;\n|]", cell) else ",", cell)
            ]
            data["tags"] = list(dict.fromkeys(tag for tag in tags if tag))
        for name in _TEXT_LISTS:
            if name in values:
                data[name] = [text for _, cell in values[name] for text in parted(cell)]
        if "links" in values:
            data["links"] = [_link(text) for _, cell in values["links"] for text in _addresses(cell)]
        if "media" in values:
            data["media"] = [
                {"url" if "://" in text else "path": text} for _, cell in values["media"] for text in _addresses(cell)
            ]


def parted(cell: str) -> list[str]:
    """The items of a cell: its lines, or the parts between semicolons where it has one line (``a ; b`` is one part)."""
    parts = cell.split("\n") if "\n" in cell else _PARTED.split(cell)
    return [" ".join(part.split(" ")).strip() for part in parts if part.strip()]


def _addresses(cell: str) -> list[str]:
    found = parted(cell)
    return [
        word for item in found for word in (item.split() if all("://" in word for word in item.split()) else [item])
    ]


def _link(text: str) -> dict[str, str]:
    match = re.search(r"<?(\S+://[^\s>]+|\S+@\S+|[\w-]+\.\S+)>?", text)
    url = match[1] if match else text
    label = (text[: match.start()] + text[match.end() :]).strip(" :–—-()[]") if match else ""
    return {"url": url} | ({"label": label} if label else {})


def _number(text: str, field: str = "number") -> int:
    match = _NUMBER.fullmatch(text)
    if not match:
        raise InvalidError(f"{text!r} is not a number", field=field, hint="write 1, 2, 3…")
    return int(match[1])


def _spread(people: list[dict[str, Any]], name: str, cell: str) -> None:
    """Give the people of one cell the values of the cell beside it: one value a person."""
    items = [cell] if len(people) == 1 else parted(cell)
    if len(items) != len(people):
        raise InvalidError(
            f"{len(people)} guests have {len(items)} values here", field=name, hint="as many as guests, in their order"
        )
    for person, item in zip(people, items, strict=True):
        if name == "organisations":
            person[name] = [part.strip() for part in re.split(r"\s*[;\n]\s*|,\s+", item) if part.strip()]
        else:
            person[name] = " ".join(item.split("\n"))
