"""The columns of a table of episodes: which field each is, beside the others."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from totem_cli.archive.record import EpisodeRecord
from totem_cli.errors import InvalidError
from totem_cli.importers.dates import parse_date
from totem_cli.importers.table.column import NAME_WORDS, OWN, REPEATABLE, Column, is_time, read_column
from totem_cli.importers.table.column_words import (
    is_description,
    may_be_title,
    of_one_language,
    special_words,
    split_key,
    words_of,
)
from totem_cli.importers.words import value_of
from totem_cli.language.fold import fold
from totem_cli.language.suggest import close_matches
from totem_cli.model.fields import EpisodeFields
from totem_cli.model.vocabulary import word_key

_DERIVED = frozenset(EpisodeRecord.__struct_fields__) - frozenset(EpisodeFields.__struct_fields__)


def recognised(cells: Sequence[str], mapping: Mapping[str, str]) -> tuple[int, bool]:
    """How many cells of a row are names of fields, and whether one is the title's: what tells a header."""
    found = [
        read_column(position, cell.strip(), mapping) for position, cell in enumerate(cells) if len(cell) < _LONGEST
    ]
    fields = [column.field for column in found if column.field and not column.field.startswith("extra.")]
    mapped = sum(1 for cell in cells if len(cell) < _LONGEST and fold(cell) in mapping)
    has_title = not {"title", "episode", "name"}.isdisjoint(fields)
    return len(fields) + mapped, has_title or any(may_be_title(column.name) for column in found)


_LONGEST = 200
"""Characters; a longer cell is no name of a field."""


def columns(header: Sequence[str], mapping: Mapping[str, str], body: Sequence[Sequence[str]] = ()) -> list[Column]:
    """What each column is; ``mapping`` maps folded names to fields and goes before any guess.

    ``body`` is the cells of the rows, by which a column of hours is told from one of dates. Raises InvalidError where
    two columns would be one field, a mapped field does not exist, or a mapped column is not there.
    """
    names = {fold(name) for name in header}
    derived = _DERIVED if names >= OWN else frozenset()
    for name in mapping:
        if name not in names:
            listed = f"there are: {', '.join(filter(None, map(str.strip, header)))}"
            close = close_matches(name, [fold(cell) for cell in header if cell.strip()])
            there = [cell.strip() for cell in header if fold(cell) in close]
            meant = f"did you mean {' or '.join(there)}?" if there else ""
            raise InvalidError(
                f"there is no column {name!r}", hint=f"{meant}; {listed}" if meant else listed, field="map"
            )
    _, spoken = of_one_language([name for name in header if fold(name) not in mapping])
    found = [
        Column(position, name, "") if fold(name) in derived else _read(position, name.strip(), mapping, spoken)
        for position, name in enumerate(header)
    ]
    found = _addresses(_of_persons(_weakly(found)))
    # a name is the guest's where another column is the title
    has_title = any(column.field in ("title", "episode") for column in found)
    found = [_of_name(column, has_title=has_title) if column.field == "name" else column for column in found]
    texts = [column for column in found if column.field == "recap" and fold(column.name) not in mapping]
    short = [column for column in texts if is_description(column.name)]
    if len(texts) == _TWO and len(short) == 1 and all(column.field != "summary" for column in found):
        found[short[0].position] = short[0]._replace(field="summary")
    return _distinct(_numbered(_by_cells(_hours(found, body), body, mapping)), mapping)


def _read(position: int, name: str, mapping: Mapping[str, str], spoken: Mapping[str, str]) -> Column:
    """A column; of one that is there in several languages, the first is read, and the others are kept aside."""
    if name not in spoken:
        return read_column(position, name, mapping)
    if not spoken[name]:
        return Column(position, name, f"extra.{name}", why="it is the text in another language")
    return read_column(position, spoken[name], mapping)._replace(name=name)


def _of_name(column: Column, *, has_title: bool) -> Column:
    """A name is the guest's where another column is the title, and where it says whose it is (``Your name``)."""
    is_bare = split_key(column.name) in NAME_WORDS
    return column._replace(field="title" if is_bare and not has_title else "guests")


def _weakly(found: list[Column]) -> list[Column]:
    """The first column of a word that may mean the title, or speakers, where no column surely does."""
    made = list(found)
    fields = {column.field for column in found}
    for field, instead, kind in (
        ("title", ("title", "episode", "name"), "titles"),
        ("guests", ("guests",), "presenters"),
        ("guests", ("guests",), "authors"),
    ):
        weak = next((column for column in found if split_key(column.name) in words_of(kind)), None)
        if kind == "titles":
            weak = weak or next((column for column in found if may_be_title(column.name)), None)
        if weak and fields.isdisjoint(instead):
            made[weak.position] = weak._replace(field=field, part="", why=f"no other column is {field}")
            fields.add(field)
    return made


def _hours(found: list[Column], body: Sequence[Sequence[str]]) -> list[Column]:
    """The second column of dates is one of times, where it holds nothing else (``Date``, ``Début``).

    A column of tags that holds only days is the date, where none is: ``Tag`` is German for a day.
    """
    if not any(column.field == "date" for column in found):
        for column in found:
            cells = _cells(column, body) if column.field == "tags" else []
            if cells and all(map(_is_day, cells)):
                found[column.position] = column._replace(field="date")
                break
    dates = [column for column in found if column.field == "date"]
    for column in dates:
        cells = _cells(column, body)
        if len(dates) > 1 and cells and all(map(is_time, cells)):
            found[column.position] = column._replace(field="time")
            return found
    return found


def _by_cells(found: list[Column], body: Sequence[Sequence[str]], mapping: Mapping[str, str]) -> list[Column]:
    """A column called ``published`` of yes and no is the status; one of counted meetings is the number."""
    fields = {column.field for column in found}
    for column in found:
        cells = _cells(column, body)
        if not cells or fold(column.name) in mapping:
            continue
        if column.field == "published" and "status" not in fields and all(value_of("status", cell) for cell in cells):
            found[column.position] = column._replace(field="status")
            fields.add("status")
        is_meeting = column.field.startswith("extra.") and split_key(column.name) in words_of("titles")
        is_counted = len(set(cells)) == len(cells) and all(cell.isdecimal() and len(cell) < _DIGITS for cell in cells)
        if is_meeting and is_counted and "number" not in fields:
            found[column.position] = column._replace(field="number", why="")
            fields.add("number")
    return found


_DIGITS = 5
_TWO = 2


def _cells(column: Column, body: Sequence[Sequence[str]]) -> list[str]:
    """The cells of a column that hold something."""
    return [cell for cells in body if column.position < len(cells) and (cell := cells[column.position].strip())]


def _is_day(cell: str) -> bool:
    try:
        return len(parse_date(cell, day_first=True).date) >= len("2024-06-06")
    except InvalidError:
        return False


def _addresses(found: list[Column]) -> list[Column]:
    """A bare ``URL`` is a link of the episode, where no other column says more of its guests than their names."""
    is_bare = not any(
        (column.part and column.field != "url") or column.number or column.field.startswith("about.")
        for column in found
    )
    is_own = {column.field for column in found} >= OWN
    return [
        column._replace(field="links", part="") if column.field == "url" and is_bare and not is_own else column
        for column in found
    ]


def _of_persons(found: list[Column]) -> list[Column]:
    """The name that stands beside a first name is the last one; ``Nombre`` beside ``Apellidos`` is the first."""
    parts = {(column.number, column.part) for column in found}
    has_guests = any(column.field == "guests" for column in found)
    return [_of_person(column, parts, has_guests=has_guests) for column in found]


def _of_person(column: Column, parts: Container[tuple[int, str]], *, has_guests: bool) -> Column:
    has_first, has_last = (column.number, "first") in parts, (column.number, "last") in parts
    is_name = column.field == "name" or (
        column.field == "guests" and not column.part and not NAME_WORDS.isdisjoint(word_key(column.name).split())
    )
    if is_name and has_first != has_last:
        return column._replace(field="guests", part="last" if has_first else "first")
    special = special_words().get(split_key(column.name))
    if column.field == "subtitle" and (has_first or has_last) and special == "role":
        return column._replace(field="role", part="guests")
    if has_guests and column.field.startswith("extra.") and special == "about":
        return column._replace(field=f"about.{column.name}", part="guests")
    return column


def _numbered(found: list[Column]) -> list[Column]:
    """Numbers for the people of repeated columns (``Nom``, ``Fonction``, ``Nom``, ``Fonction``): the first is 1."""
    leads = [
        column for column in found if column.field == "guests" and not column.number and column.part in ("", "first")
    ]
    if len(leads) < 2:
        return found
    number_of = {column.position: number for number, column in enumerate(leads, 1)}
    beside: dict[tuple[str, str], list[Column]] = {}
    for column in found:
        if column.position not in number_of and not column.number and column.part in ("last", "guests"):
            beside.setdefault((column.field, column.part), []).append(column)
    for same in beside.values():
        for index, column in enumerate(same, 1):
            before = [number for position, number in number_of.items() if position < column.position]
            number_of[column.position] = index if len(same) == len(leads) else max(before[: len(leads)], default=1)
    return [column._replace(number=number_of.get(column.position, column.number)) for column in found]


def _distinct(found: list[Column], mapping: Mapping[str, str]) -> list[Column]:
    """Columns of one field each: of two, the one that has its very name, else the first; the other is kept aside."""
    first: dict[tuple[str, int, str], Column] = {}
    made = list(found)
    for column in found:
        key = column.field, column.number, column.part
        if not column.field or (column.field in REPEATABLE and not column.number and column.part != "last"):
            continue
        other = first.setdefault(key, column)
        if other is column:
            continue
        if column.field.startswith(("extra.", "about.")):
            number = sum(1 for one in found[: column.position] if one.field == column.field) + 1
            made[column.position] = column._replace(field=f"{column.field} {number}")
            continue
        if fold(other.name) == fold(column.name) or {fold(other.name), fold(column.name)} <= set(mapping):
            raise InvalidError(
                f"the columns {other.name!r} and {column.name!r} are both {column.field}",
                hint=f'leave one out: --map "{column.name}=-"',
                field=column.name,
            )
        stays = fold(column.name) in mapping or (
            word_key(column.name) == column.field and fold(other.name) not in mapping
        )
        kept, aside = (column, other) if stays else (other, column)
        first[key] = kept
        made[aside.position] = aside._replace(
            field=f"extra.{aside.name}", number=0, part="", why=f"the column {kept.name!r} is {kept.field}"
        )
    return made
