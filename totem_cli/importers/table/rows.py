"""The rows of a table, gathered into episodes; errors in rows are collected, not raised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from totem_cli.errors import InvalidError
from totem_cli.importers.identity import stable_id
from totem_cli.importers.notes import Kind
from totem_cli.importers.table.bill import Value, clean
from totem_cli.importers.table.column import PERSON, Column
from totem_cli.importers.table.column_words import words_of
from totem_cli.importers.table.values import Reader
from totem_cli.importers.words import TIMES
from totem_cli.language.fold import fold
from totem_cli.model import read as model
from totem_cli.model.episode import Episode
from totem_cli.model.field import rows
from totem_cli.model.fields import EpisodeFields
from totem_cli.model.series import Series
from totem_cli.model.vocabulary import word_key

_FIELDS = frozenset(row.name for row in rows(EpisodeFields))
_FORMED = frozenset(row.name for row in rows(EpisodeFields) if row.field.form != "text") | {"number", "status"}
_LISTS = frozenset(row.name for row in rows(EpisodeFields) if row.item)
_MORE = _LISTS | {"recap"}
"""The fields that a row without a title may go on with."""

_NAMING = ("title", "episode", "id")
_BESIDE = frozenset({"number", "series", *TIMES})
"""What a row may hold that is no episode: a sum, a note."""


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
    moment: str


class Rows:
    """Rows become episodes: each adds one, or one more appearance to one that is there already."""

    def __init__(self, columns: Sequence[Column], reader: Reader) -> None:
        self._columns = [column for column in columns if column.field]
        self._reader = reader
        self._names = {column.field: column.name for column in reversed(self._columns)}
        fields = {column.field for column in self._columns}
        # a table of appearances repeats its episodes
        self._long = bool({"guests", "role", "organisations", "kind"} & fields) and not any(
            column.number for column in self._columns if column.field == "guests"
        )
        self._entries: list[_Entry] = []
        self._by_key: dict[object, _Entry] = {}
        self._first_of: dict[object, _Entry] = {}
        self._last_of: dict[object, _Entry] = {}
        self._above: Mapping[str, Sequence[Value]] = {}
        self.problems: list[Problem] = []

    def add(
        self, line: int, cells: Sequence[str], headings: Mapping[str, str] | None = None, links: Sequence[str] = ()
    ) -> None:
        """Add a row: a new episode, or one more appearance of one.

        ``headings`` are the fields that the headings say under which it stands, ``links`` what its words lead to.
        """
        values = self._values(line, cells, headings or {})
        if links:
            column = Column(-1, "links", "links")
            values["links"] = [*values.get("links", ()), *(Value(column, link) for link in links)]
        goes_on = not self._reader.is_exact and values.keys().isdisjoint(_NAMING)
        if self._is_sum(line, values) or (goes_on and self._is_aside(line, values)):
            return
        if goes_on := goes_on and self._goes_on(values):
            above = {name: cells for name, cells in self._above.items() if name not in _MORE | PERSON}
            values = {**above, **values}
        try:
            data = self._reader.data(line, values)
        except InvalidError as error:
            self.problem(line, error)
            return
        if goes_on:
            self._reader.told.tell(Kind.ASSUMED, "rows without a title", "each goes on with the row above it")
            self._merge(self._entries[-1], line, data)
            return
        self._above = values
        self._place(line, data, values)

    def _values(self, line: int, cells: Sequence[str], headings: Mapping[str, str]) -> dict[str, Sequence[Value]]:
        """The cells that hold something, by their fields."""
        values: dict[str, list[Value]] = {}
        for column in self._columns:
            cell = self._reader.without_relations(line, clean(cells[column.position]))
            if cell and (self._reader.is_exact or not self._reader.is_unknown(line, column.field, cell)):
                values.setdefault(column.field, []).append(Value(column, cell))
        for field, text in headings.items():
            values.setdefault(field, [Value(Column(-1, field, field), text)])
        return dict(values)

    def _place(self, line: int, data: dict[str, Any], values: Mapping[str, Sequence[Value]]) -> None:
        """Add the episode of a row, or what the row says more of one that is there."""
        moment = " ".join(value.text for name in ("date", "time", "published") for value in values.get(name, ())[:1])
        existing = self._existing(data, moment)
        if existing is None:
            self._put(_Entry(line, data, moment))
        elif not self._long:
            what = f"the same episode as in line {existing.line}"
            self.problems.append(Problem(line, self._names.get("title", "title"), what, "give each its own number"))
        else:
            self._merge(existing, line, data)

    def made(self) -> tuple[list[tuple[int, Episode]], list[Series]]:
        """The episodes, each with its first line, and the series that have a title of their own."""
        episodes = [(entry.line, made) for entry in self._entries if (made := self._episode(entry))]
        titles = self._reader.titles.items()
        return episodes, [model.series({"title": title}, slug=slug) for slug, title in titles if title != slug]

    def problem(self, line: int, error: InvalidError) -> None:
        """Collect an error of a row."""
        name = (error.field or "").partition("[")[0].partition(".")[0]
        column = self._names.get(name, error.field or "")
        hints = [error.hint] if error.hint else []
        if name in _FORMED and word_key(column) != name:  # a guess by another word, which may be wrong
            hints.append(f'--map "{column}=extra.NAME" keeps the column by another name')
        self.problems.append(Problem(line, column, error.message, "; ".join(hints)))

    def _is_aside(self, line: int, values: Mapping[str, Sequence[Value]]) -> bool:
        """Whether a row without a title is a sum, a note or an empty line of a form: told, and left out."""
        own = {name: cells for name, cells in values.items() if cells[0].column.position >= 0}
        is_text = own.keys() == {"date"} and not any(map(str.isdigit, own["date"][0].text[:4]))
        if not is_text and any(name not in _BESIDE and not name.startswith("extra.") for name in own):
            return False
        self._leave_out(line, own, "the row has no title")
        return True

    def _is_sum(self, line: int, values: Mapping[str, Sequence[Value]]) -> bool:
        """Whether a row is the sum of those above, by a word in the place of its title or date: told, and left out."""
        own = {name: cells for name, cells in values.items() if cells[0].column.position >= 0}
        sums = {name for name, cells in own.items() if word_key(cells[0].text.strip(" :=")) in words_of("sums")}
        others = own.keys() - sums - _BESIDE - {"duration"}
        if self._reader.is_exact or not sums or any(not name.startswith("extra.") for name in others):
            return False
        self._leave_out(line, own, "it is a sum of the rows above")
        return True

    def _leave_out(self, line: int, values: Mapping[str, Sequence[Value]], why: str) -> None:
        text = " | ".join(value.text for cells in values.values() for value in cells)
        self._reader.told.line = line
        self._reader.told.tell(Kind.LEFT_OUT, text or f"row {line}", why)

    def _goes_on(self, values: Mapping[str, Sequence[Value]]) -> bool:
        """Whether a row without a title says more of the one above: people, questions, and nothing that differs."""
        if not self._entries or not self._above:
            return False
        has_more = any(name in _MORE or name in PERSON for name in values)
        return has_more and all(
            name in _MORE
            or name in PERSON
            or name.startswith(("extra.", "about."))
            or [value.text for value in cells] == [value.text for value in self._above.get(name, ())]
            for name, cells in values.items()
        )

    def _episode(self, entry: _Entry) -> Episode | None:
        data = dict(entry.data)
        series, slug, recap = (data.pop(key, "") for key in ("series", "slug", "recap"))
        try:
            made = model.episode(data, series=series, slug=slug, recap=recap)
        except InvalidError as error:
            self.problem(entry.line, error)
            return None
        if "id" in made.absent and not slug:  # the name of its file is decided later, so no id can be derived from it
            when = "" if self._first_of[self._title_key(entry.data)] is entry else f" {entry.moment}"
            return replace(made, id=stable_id(f"{series}/{made.number} {fold(made.title)}{when}"))
        return made

    @staticmethod
    def _title_key(data: Mapping[str, Any]) -> object:
        return data.get("series", ""), fold(data["title"]), data.get("slug", "")

    def _key(self, data: Mapping[str, Any], moment: str) -> object:
        if "id" in data:
            return data["id"]
        if "number" in data:
            return data.get("series", ""), data["number"]
        return self._title_key(data), moment

    def _existing(self, data: Mapping[str, Any], moment: str) -> _Entry | None:
        """The episode that a row repeats: that of its id, its number, else its title and date.

        In a table of appearances, a row without the date is of the last episode of its title.
        """
        found = self._by_key.get(self._key(data, moment))
        if found is None and self._long and "id" not in data and "number" not in data:
            last = self._last_of.get(self._title_key(data))
            if last and "number" not in last.data and "id" not in last.data and not (moment and last.moment):
                return last
        return found

    def _put(self, entry: _Entry) -> None:
        self._entries.append(entry)
        self._by_key[self._key(entry.data, entry.moment)] = entry
        self._first_of.setdefault(self._title_key(entry.data), entry)
        self._last_of[self._title_key(entry.data)] = entry

    def _merge(self, existing: _Entry, line: int, data: Mapping[str, Any]) -> None:
        for key, value in data.items():
            column = self._names.get(key, key)
            if key in _LISTS:
                items = existing.data.setdefault(key, [])
                if key in ("guests", "hosts") and any(one in items for one in value):
                    what = f"the same row as line {existing.line}"
                    self.problems.append(Problem(line, column, what, "leave one out"))
                items += [one for one in value if one not in items]
            elif key not in _FIELDS:
                _keep(existing.data, key, value)
            elif existing.data.setdefault(key, value) != value:
                what = f"{key} differs from the same episode's in line {existing.line}"
                self.problems.append(Problem(line, column, what, "give each episode its own number"))


def _keep(data: dict[str, Any], key: str, value: Any) -> None:
    """Keep what several rows say under one key: once, or as a list."""
    before = data.setdefault(key, value)
    values = before if isinstance(before, list) else [before]
    if value not in values:
        data[key] = [*values, value]
