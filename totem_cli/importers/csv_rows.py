"""The rows of a table, gathered into episodes; what is wrong with them is collected, not raised."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from msgspec.structs import replace

from totem_cli.errors import InvalidError
from totem_cli.importers.csv_columns import Column
from totem_cli.importers.guest_sentence import newsroom, read_guest, read_guests
from totem_cli.importers.identity import series_slug, stable_id
from totem_cli.importers.moments import read_moment
from totem_cli.language.fold import fold
from totem_cli.language.slug import slugify
from totem_cli.model import read as model
from totem_cli.model.episode import Episode
from totem_cli.model.series import Series

_FORMULA = re.compile(r"\A'(?='*[=+\-@\t\r])")
_PARTED = re.compile(r"(?<!\s);\s*|;\s*$")
_NUMBER = re.compile(r"(?:[^\W\d_]+\.?\s*)?(?:n°|no\.?|#)?\s*(\d{1,9})(?:[.,]0+)?", re.IGNORECASE)
_ITEM = re.compile(r"(?:\d{1,2}\s?[.)]|[-•*–])\s+")
_STATUSES = {
    "published": "publie publiee published oui yes ok public en ligne online",
    "draft": "brouillon draft non no a venir prive private",
    "withdrawn": "retire retiree withdrawn",
}
_STATUS = {word: status for status, words in _STATUSES.items() for word in (*words.split(), words)}
_LANGUAGES = {"francais": "fr", "french": "fr", "anglais": "en", "english": "en", "allemand": "de", "german": "de"}
_LANGUAGES |= {
    "espagnol": "es",
    "spanish": "es",
    "italien": "it",
    "italian": "it",
    "portugais": "pt",
    "portuguese": "pt",
}
_MOMENTS = ("date", "published", "updated")
_TEXTS = ("title", "subtitle", "summary", "image", "place", "licence", "translation_of", "duration", "slug")
_OWN = {"id", "series", "slug", "title"}


class Problem(NamedTuple):
    """What is wrong in which line, in which column."""

    line: int
    column: str
    what: str
    hint: str = ""

    @property
    def told(self) -> str:
        """It in words, the column first."""
        return f"{self.column}: {self.what}" if self.column else self.what


@dataclass
class _Entry:
    line: int
    data: dict[str, Any] = field(default_factory=dict)


class Rows:
    """Rows become episodes: each adds one, or one more appearance to one that is there already."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = [column for column in columns if column.field]
        self._names = {column.field: column.name for column in reversed(self._columns)}
        fields = {column.field for column in self._columns}
        # a table of our own export keeps roles whole; a table of appearances repeats its episodes
        self._exact = fields >= _OWN
        self._long = bool({"guests", "role", "organisations", "kind"} & fields) and not any(
            column.number for column in self._columns if column.field == "guests"
        )
        self._day_first = (
            any(
                re.search(r"titre|invit|num[eé]ro|r[oô]le|récit|série|lieu|langue|mots", column.name.casefold())
                for column in self._columns
            )
            or None
        )
        self._entries: dict[object, _Entry] = {}
        self._titles: dict[str, str] = {}
        self._cut = 0
        self.problems: list[Problem] = []

    def add(self, line: int, cells: Sequence[str]) -> None:
        """Take a row in."""
        values: dict[str, list[tuple[int, str]]] = {}
        for column in self._columns:
            cell = _FORMULA.sub("", cells[column.place], count=1).replace("\r\n", "\n").replace("\r", "\n").strip()
            if cell:
                values.setdefault(column.field, []).append((column.number, cell))
        try:
            data = self._data(values)
        except InvalidError as error:
            self._problem(line, error)
            return
        key = self._key(data)
        held = self._entries.get(key)
        if held is None:
            self._entries[key] = _Entry(line, data)
        elif not self._long:
            same = f"line {held.line}"
            self.problems.append(
                Problem(
                    line,
                    self._names.get("title", "title"),
                    f"the same episode as in {same}",
                    "give each its own number",
                )
            )
        else:
            self._merge(held, line, data)

    def made(self) -> tuple[list[tuple[int, Episode]], list[Series]]:
        """The episodes, each with its first line, and the series that have a title of their own."""
        episodes = [(entry.line, made) for entry in self._entries.values() if (made := self._episode(entry))]
        series = [model.series({"title": title}, slug=slug) for slug, title in self._titles.items() if title != slug]
        return episodes, series

    def notes(self) -> list[str]:
        """What is to be told of rows that are right."""
        return [f"{self._cut} times of day have no zone: the day is kept"] if self._cut else []

    def _problem(self, line: int, error: InvalidError) -> None:
        name = (error.field or "").partition("[")[0].partition(".")[0]
        column = self._names.get(name, error.field or "")
        self.problems.append(Problem(line, column, error.message, error.hint or ""))

    def _episode(self, entry: _Entry) -> Episode | None:
        data = dict(entry.data)
        series, slug, recap = (data.pop(key, "") for key in ("series", "slug", "recap"))
        try:
            made = model.episode(data, series=series, slug=slug, recap=recap)
        except InvalidError as error:
            self._problem(entry.line, error)
            return None
        if "id" in made.absent and not slug:  # its file's name is not known yet, so no id follows from it
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

    def _merge(self, held: _Entry, line: int, data: dict[str, Any]) -> None:
        for key, value in data.items():
            if key in ("guests", "hosts", "partners", "questions", "links", "media", "tags"):
                mine = held.data.setdefault(key, [])
                if key in ("guests", "hosts") and any(one in mine for one in value):
                    self.problems.append(
                        Problem(line, self._names.get(key, key), f"the same row as line {held.line}", "leave one out")
                    )
                mine += [one for one in value if one not in mine]
            elif held.data.setdefault(key, value) != value:
                self.problems.append(
                    Problem(
                        line,
                        self._names.get(key, key),
                        f"{key} differs from the same episode's in line {held.line}",
                        "give each episode its own number",
                    )
                )

    # From cells to values

    def _data(self, values: dict[str, list[tuple[int, str]]]) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for name in _TEXTS:
            if name in values:
                data[name] = values[name][0][1]
        self._identity(values, data)
        if "title" not in data:
            raise InvalidError("the title is empty", field="title", hint="every episode has one")
        self._moments(values, data)
        if "status" in values:
            said = fold(values["status"][0][1])
            data["status"] = _STATUS.get(said, said)
        if "language" in values:
            said = values["language"][0][1]
            data["language"] = _LANGUAGES.get(fold(said), said)
        if "recap" in values:
            data["recap"] = values["recap"][0][1]
        self._people(values, data)
        self._lists(values, data)
        for name, held in values.items():
            if name.startswith("extra."):
                data[name.removeprefix("extra.")] = held[0][1]
        # a problem in one row is found at once, with its line
        model.episode(
            {key: value for key, value in data.items() if key not in ("series", "slug", "recap")}, series="", slug=""
        )
        return data

    def _moments(self, values: dict[str, list[tuple[int, str]]], data: dict[str, Any]) -> None:
        for name in _MOMENTS:
            if name in values:
                read = read_moment(values[name][0][1], name, day_first=self._day_first)
                data[name] = read.moment
                self._cut += read.cut

    def _identity(self, values: dict[str, list[tuple[int, str]]], data: dict[str, Any]) -> None:
        if "id" in values:
            data["id"] = stable_id(values["id"][0][1])
        if "number" in values:
            data["number"] = _number(values["number"][0][1])
        if "episode" in values:
            said = values["episode"][0][1]
            try:
                data.setdefault("id", str(UUID(said)))
            except ValueError:
                if said.isdecimal() and "number" not in data and "title" in data:
                    data["number"] = _number(said)
                else:
                    data.setdefault("title", said)
        if "series" in values:
            said = " ".join(values["series"][0][1].split())
            data["series"] = said if said == slugify(said) and not said.isdigit() else series_slug(said)
            self._titles.setdefault(data["series"], said)

    def _people(self, values: dict[str, list[tuple[int, str]]], data: dict[str, Any]) -> None:
        guests: list[dict[str, Any]] = []
        for place, (number, cell) in enumerate(values.get("guests", ())):
            found = self._named(cell)
            for name in ("role", "organisations", "url", "billed_as", "person"):
                told = (
                    [text for other, text in values.get(name, ()) if other == number]
                    if number
                    else [text for _, text in values.get(name, ())[place : place + 1]]
                )
                if told:
                    _spread(found, name, told[0])
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
            told = read_guests(items[0])
            if told.certain:
                return [*told.partners, *told.guests]
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
        if "aliases" in values:
            data["aliases"] = [text for _, cell in values["aliases"] for text in parted(cell)]
        if "links" in values:
            data["links"] = [_link(text) for _, cell in values["links"] for text in _addresses(cell)]
        if "media" in values:
            data["media"] = [
                {"url" if "://" in text else "path": text} for _, cell in values["media"] for text in _addresses(cell)
            ]


def parted(cell: str) -> list[str]:
    """The items of a cell: its lines, or where it has one, what semicolons part (one after a space parts nothing)."""
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


def _number(text: str) -> int:
    match = _NUMBER.fullmatch(text)
    if not match:
        raise InvalidError(f"{text!r} is no number", field="number", hint="write 1, 2, 3…")
    return int(match[1])


def _spread(people: list[dict[str, Any]], name: str, cell: str) -> None:
    """Give the people of one cell the values of the cell beside it: one each, or one for the only one."""
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
