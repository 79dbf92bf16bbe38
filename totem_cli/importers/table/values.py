"""The cells of a row as the data of an episode."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from totem_cli.errors import InvalidError
from totem_cli.importers import Options
from totem_cli.importers.dates import ParsedDate, decide_order, parse_date, usual_order
from totem_cli.importers.identity import series_slug, stable_id
from totem_cli.importers.notes import Kind
from totem_cli.importers.table.bill import Bill, Value, Values
from totem_cli.importers.table.column import OWN, Column
from totem_cli.importers.table.column_words import of_one_language, says_off, words_of
from totem_cli.importers.table.people import items_of, without_bullet
from totem_cli.importers.table.sheet import Row, Sheet
from totem_cli.importers.table.told import Told
from totem_cli.importers.timing import Timing, is_clock
from totem_cli.importers.words import TIMES, phrases, value_of
from totem_cli.language.fold import fold
from totem_cli.language.human_dates import OrderError
from totem_cli.language.human_dates.durations import parse_duration
from totem_cli.language.slug import slugify
from totem_cli.language.zones import check_timezone
from totem_cli.model import read as model
from totem_cli.model.field import Row as FieldRow
from totem_cli.model.field import rows
from totem_cli.model.fields import EpisodeFields
from totem_cli.model.vocabulary import word_key

_NUMBER = re.compile(r"(?:[^\W\d_]+\.?\s*+)?(?:n°|no\.?|#)?\s*+(\d{1,9})(?:[.,]0+)?", re.IGNORECASE)
_ADDRESSED = re.compile(r"(?:https?|ftp)://[^\s>)]+|mailto:[^\s>)]+|tel:[^\s>)]+")

_HOURS = re.compile(r"\((?:h|heures?|hours?|std|stunden|horas?|ore)\.?\)", re.IGNORECASE)
_DECIMAL = re.compile(r"\d{1,3}(?:[.,]\d{1,9})?", re.ASCII)
_RELATION = re.compile(
    r"(?:, )?([^()\n]{1,200}) \((https://(?:www\.)?notion\.so/[^()\s]{1,400}|[^()\s:]{1,400}\.(?:md|html))\)"
)
_EMAIL = re.compile(r"(?:mailto:)?[^\s@<>]{1,64}@[^\s@<>.]{1,63}(?:\.[^\s@<>.]{1,63}){1,5}")
_SHORT = 40
_ZONE_HINT = "--timezone says the zone"

_ONE_CELL = [row for row in rows(EpisodeFields) if not row.item and row.name not in ("id", "series", "number")]
_FIELDS = frozenset(row.name for row in rows(EpisodeFields))
_TEXT_LISTS = [row.name for row in rows(EpisodeFields) if row.item is str and row.name != "tags"]


class Reader:
    """Reads the rows of one table: what holds for all of them is decided by its columns, before."""

    def __init__(self, columns: Sequence[Column], body: Sequence[Row], options: Options, sheet: Sheet) -> None:
        self._timezone = options.timezone
        self._language, _ = of_one_language(column.name for column in columns)
        # a table of totem's own export keeps roles whole
        self.is_exact = {column.field for column in columns} >= OWN
        self.told = Told(sheet)
        self._bill = Bill(columns, body, self.told, exact=self.is_exact)
        self._day_first = self._orders(columns, body, options)
        self._clocks = {
            column.position
            for column in columns
            if column.field == "duration"
            and all(is_clock(cell) for row in body if ":" in (cell := row.cells[column.position]))
        }
        self.titles: dict[str, str] = {}

    @staticmethod
    def _orders(columns: Sequence[Column], body: Sequence[Row], options: Options) -> dict[int, bool | None]:
        """The order of day and month in each column of dates: a date of it decides, or one of another column."""
        by_name = usual_order(column.name for column in columns)
        dates = [column for column in columns if column.field in ("date", "published", "updated")]
        found = {one.position: decide_order(row.cells[one.position] for row in body) for one in dates}
        others = {order for order in found.values() if order is not None}
        usual = others.pop() if len(others) == 1 else options.day_first if options.day_first is not None else by_name
        return {-1: usual, **{position: usual if order is None else order for position, order in found.items()}}

    def is_unknown(self, line: int, field: str, cell: str) -> bool:
        """Whether a cell says that its value is not known (``à définir``, ``-``): told, and read as empty."""
        is_named = field in ("title", "episode", "id") or field.startswith(("extra.", "about."))
        is_off = field == "date" and not self.is_exact and word_key(cell) in words_of("postponed")
        if is_named or len(cell) > _SHORT or not (is_off or fold(cell) in _unknown()):
            return False
        self.told.line = line
        self.told.tell(Kind.LEFT_OUT, cell, "it says that nothing is known")
        return True

    def without_relations(self, line: int, cell: str) -> str:
        """A cell in which Notion names pages of its own, a line each, without the addresses that only it can open."""
        found = _RELATION.findall(cell) if ")" in cell and not self.is_exact else []
        if not found or ", ".join(f"{name} ({address})" for name, address in found) != cell:
            return cell
        self.told.line = line
        for _, address in found:
            self.told.tell(Kind.LEFT_OUT, address, "it is the address of a page in Notion")
        return "\n".join(name for name, _ in found)

    def data(self, line: int, values: Values) -> dict[str, Any]:
        """The data of an episode. Raises InvalidError, for the field, where a cell cannot be its value."""
        self.told.line = line
        data: dict[str, Any] = {}
        for row in _ONE_CELL:
            value = self._value(row, values[row.name][0], values, data) if row.name in values else None
            if value is not None:
                data[row.name] = value
        for part in () if "date" in values else TIMES:
            for value in values.get(part, ()):
                self._aside(data, value, "there is no date")
        self._identity(values, data)
        if self._language:
            data.setdefault("language", self._language)
        if "title" not in data:
            raise InvalidError("the title is empty", field="title", hint="every episode has one")
        for value in self._bill.read(values, data):
            self._aside(data, value, "it is not said whose it is")
        self._lists(values, data)
        self._extra(values, data)
        # a problem in one row is found at once, with its line
        model.episode(
            {key: value for key, value in data.items() if key not in ("series", "slug", "recap")}, series="", slug=""
        )
        return data

    def _extra(self, values: Values, data: dict[str, Any]) -> None:
        """Keep what no field is; a column that says that something is called off is the status."""
        for name, cells in values.items():
            column, text = cells[0].column, cells[0].text
            if not name.startswith("extra."):
                continue
            if not self.is_exact and _EMAIL.fullmatch(text):
                self.told.tell(Kind.LEFT_OUT, column.name, "e-mail addresses are personal")
            elif not self.is_exact and "status" not in values and says_off(column.name, text):
                data["status"] = "withdrawn"
                self.told.tell(Kind.ASSUMED, column.name, "the status of its episode is withdrawn")
            else:
                data[name.removeprefix("extra.")] = text

    def _aside(self, data: dict[str, Any], value: Value, why: str, hint: str = "") -> None:
        """Keep a cell by the name of its column."""
        name = value.column.name
        data[f"{name} (table)" if name in _FIELDS else name] = value.text  # a field's own name is no key of extra
        self.told.tell(Kind.KEPT_ASIDE, value.column.name, why, hint)

    def _value(self, row: FieldRow, value: Value, values: Values, data: dict[str, Any]) -> Any:
        """The value of a field that is one cell."""
        cell = value.text
        if row.field.form == "moment":
            return self._moment(row.name, value, values, data)
        if row.field.form == "duration":
            return self._duration(value)
        if row.value_type is int:
            return _number(cell, row.name)
        if row.value_type is bool and cell.casefold() in ("true", "false"):
            return cell.casefold() == "true"
        if row.name == "status":
            found = value_of("status", cell)
            if found is None and (found := value_of("proposals", cell)):
                self.told.tell(Kind.ASSUMED, cell, f"the status of its episode is {found}")
            return found or fold(cell)
        if row.name == "language":
            return value_of("language", cell) or cell
        if row.name == "image" and "://" in cell:
            self._aside(data, value, "a picture is a file under media/, and no address")
            return None
        return cell

    def _moment(self, field: str, value: Value, values: Values, data: dict[str, Any]) -> str | None:
        order, timezone = self._day_first.get(value.column.position), self._timezone
        beside = {part: values[part][0] for part in TIMES if part in values} if field == "date" else {}
        if zone := beside.pop("zone", None):
            timezone = self._zone(data, zone) or timezone

        def parse(text: str) -> ParsedDate:
            return parse_date(text, field, day_first=order, timezone=timezone, table=True)

        parts = {"start" if part == "time" else part: one for part, one in beside.items()}
        timing = Timing(value.text, **{part: one.text for part, one in parts.items()})
        try:
            parsed, unread = timing.read(parse)
        except OrderError:
            raise
        except InvalidError:
            if field == "date" or word_key(value.column.name) == field:
                raise
            self._aside(data, value, f"it is no date, and may be none of when it was {field}")
            return None
        for part in unread:
            self._aside(data, parts[part], "it cannot stand beside the date")
        if parsed.assumed:
            self.told.tell(Kind.ASSUMED, value.text, f"it {parsed.assumed}")
        if parsed.time_dropped:
            self._without_hours(data, parsed, value, [one for part, one in parts.items() if part not in unread])
        return self._lasting(field, parsed, values, data)

    def _zone(self, data: dict[str, Any], value: Value) -> str | None:
        """The zone that a cell names; what is none is kept aside."""
        try:
            return check_timezone(value.text)
        except InvalidError:
            self._aside(data, value, "it is no time zone", _ZONE_HINT)
            return None

    def _without_hours(self, data: dict[str, Any], parsed: ParsedDate, value: Value, beside: Sequence[Value]) -> None:
        """Tell of hours that are not kept; those of columns of their own are kept aside."""
        for one in beside:
            self._aside(data, one, f"it {parsed.why}" if parsed.why else "its hours have no zone", _ZONE_HINT)
        if not beside:
            why = f"it {parsed.why}" if parsed.why else "it has an hour without a zone"
            self.told.tell(Kind.LEFT_OUT, value.text, f"{why}: the day is kept", _ZONE_HINT)

    def _lasting(self, field: str, parsed: ParsedDate, values: Values, data: dict[str, Any]) -> str:
        """The date; how long it goes on is the duration, where no column is."""
        if not parsed.duration or field != "date" or "duration" not in values:
            data |= {"duration": parsed.duration} if parsed.duration and field == "date" else {}
        elif parsed.duration != self._duration(values["duration"][0]):
            for value in values.get("end", values[field]):
                self._aside(data, value, "the column of durations says another length")
        return parsed.date

    def _duration(self, value: Value) -> str:
        text = value.text
        if _HOURS.search(value.column.name) and _DECIMAL.fullmatch(text):
            return parse_duration(float(text.replace(",", ".")), "duration", unit=3600)
        if value.column.position in self._clocks and is_clock(text):
            self.told.tell(Kind.ASSUMED, text, "it is read as hours and minutes")
            text += ":00"
        return parse_duration(text, "duration", unit=60)

    def _identity(self, values: Values, data: dict[str, Any]) -> None:
        if "id" in values:
            data["id"] = stable_id(values["id"][0].text)
        if "number" in values:
            data["number"] = _number(values["number"][0].text)
        if "episode" in values:
            text = values["episode"][0].text
            try:
                data.setdefault("id", str(UUID(text)))
            except ValueError:
                if "title" not in data:
                    data["title"] = text
                elif "number" not in data and _NUMBER.fullmatch(text):
                    data["number"] = _number(text)
                else:
                    self._aside(data, values["episode"][0], "another column is the title")
        if "series" in values:
            text = " ".join(values["series"][0].text.split())
            data["series"] = text if text == slugify(text) and not text.isdigit() else series_slug(text)
            self.titles.setdefault(data["series"], text)

    def _lists(self, values: Values, data: dict[str, Any]) -> None:
        if "questions" in values:
            data["questions"] = [
                without_bullet(text)
                for value in sorted(values["questions"], key=lambda one: one.column.number)
                for text in items_of(value.text)
            ]
        if "tags" in values:
            tags = [text.strip(" #") for value in values["tags"] for text in _tags(value.text)]
            data["tags"] = list(dict.fromkeys(tag for tag in tags if tag))
        for name in _TEXT_LISTS:
            if name in values:
                data[name] = [text for value in values[name] for text in items_of(value.text)]
        if "links" in values:
            data["links"] = [_link(text) for value in values["links"] for text in _addresses(value.text)]
        if "media" in values:
            data["media"] = [
                one for value in values["media"] for text in _addresses(value.text) for one in self._media(text)
            ]

    def _media(self, text: str) -> list[dict[str, str]]:
        """The recordings of an item: a file, or addresses; words beside these (``a.mp3 (https://…)``) are told."""
        urls = _ADDRESSED.findall(text)
        if words := " ".join(_ADDRESSED.sub(" ", text).split()).strip(" :–—-()[]<>,") if urls else "":
            self.told.tell(Kind.LEFT_OUT, words, "beside the address of a recording")
        return [{"url": url} for url in urls] if urls else [{"url" if "://" in text else "path": text}]


def _tags(cell: str) -> list[str]:
    words = cell.split()
    if len(words) > 1 and all(word.startswith("#") for word in words):
        return words
    return re.split(r"[;\n|]" if re.search(r"[;\n|]", cell) else ",", cell)


@cache
def _unknown() -> frozenset[str]:
    return frozenset(fold(word) for word in phrases("columns")["unknown"])


def _addresses(cell: str) -> list[str]:
    """The addresses of a cell: its items, and the words of an item that is only addresses."""
    found = []
    for item in items_of(cell):
        words = item.replace(",", " ").split() if "://" in item else [item]
        found += words if all("://" in word for word in words) else [item]
    return found


def _link(text: str) -> dict[str, str]:
    """A link, from an address with or without words around it."""
    if match := _ADDRESSED.search(text):
        url, words = match[0], f"{text[: match.start()]} {text[match.end() :]}"
    else:
        parts = text.split()
        url = next((one.strip("<>()") for one in parts if re.match(r"<?[\w-]+\.\w|[^\s@]+@", one)), text)
        words = " ".join(one for one in parts if one.strip("<>()") != url) if url != text else ""
    label = words.strip(" :–—-()[]<>")
    return {"url": url} | ({"label": label} if label else {})


def _number(text: str, field: str = "number") -> int:
    match = _NUMBER.fullmatch(text)
    if not match:
        raise InvalidError(f"{text!r} is not a number", field=field, hint="write 1, 2, 3…")
    return int(match[1])
