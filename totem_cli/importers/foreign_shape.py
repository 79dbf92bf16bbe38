"""The shapes of other people's JSON and YAML: where the talks stand, what the tables around them say of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from totem_cli.errors import Location
from totem_cli.importers.foreign_people import with_name
from totem_cli.importers.foreign_value import is_translated, with_texts
from totem_cli.importers.foreign_words import OF_A_TALK, TALK_WORDS, day_of, is_called, is_shape, type_of
from totem_cli.importers.identity import file_slug, is_uuid, series_slug
from totem_cli.importers.notes import Kind, Note
from totem_cli.importers.table.column import column_of, is_hour
from totem_cli.language.fold import fold
from totem_cli.model.field import table
from totem_cli.model.fields import EpisodeFields

_OWN = frozenset({"target", "name", "episode", "introduction"})
_SHOWING = frozenset({"duration", "recap", "summary", "media"})
"""What shows too that a table with a title is a talk, and no track or link."""

_INHERITED = frozenset({"date", "time", "end", "end_day", "zone", "place", "tags", "language"})
"""What a day, a room, a track or a slot may say of the talks in it."""

_TITLED, _LISTED, _SURELY = 1, 2, 3
"""How surely a value holds talks: tables with titles, those of a list of talks, or with what only talks have."""


class Item(NamedTuple):
    """A value with its location: its line, where the source has one value a line, and its path in the document.

    ``kind`` is what record it is, where its place in the source says it. ``around`` is what the tables around it say.
    """

    value: Any
    path: str
    location: Location
    kind: str = ""
    around: Mapping[str, Any] = {}

    @property
    def place(self) -> Location:
        """The location with the path."""
        return self.location._replace(path=self.path)


@dataclass(frozen=True, slots=True)
class Records:
    """The records of a source; ``document`` is the whole, where it is an export of totem's."""

    document: Mapping[str, Any]
    items: list[Item]
    notes: list[Note] = field(default_factory=list)


def shaped(items: Iterable[Item], fields: Mapping[str, str]) -> Records:
    """The records that items hold: themselves, or those of the lists in them, whose owner is then a series.

    ``fields`` is what the user says that names are.
    """
    found = Records({}, [])
    items = [item._replace(value=with_texts(item.value)) for item in items]
    are_talks = any(isinstance(one.value, dict) and is_titled(one.value, fields) for one in items) and any(
        not _Walk(one.location, found, fields).holds_talks(one.value) for one in items if isinstance(one.value, dict)
    )
    for item in items:
        walk = _Walk(item.location, found, fields)
        is_record = not isinstance(item.value, dict | list) or _is_own(item.value)
        if is_record or not walk.holds_talks(item.value, is_root=not item.path, beside_talks=are_talks):
            found.items.append(item)
        else:
            walk.container(item.value, item.path, _Around())
    return found


def is_titled(value: Mapping[str, Any], fields: Mapping[str, str]) -> bool:
    """Whether a table may be a record: it has a title, or what else a record of totem's own is known by."""
    return any((fields.get(fold(key)) or TALK_WORDS.find(key)) == "title" for key in value) or bool(_OWN & value.keys())


class _Around(NamedTuple):
    """What the tables around a value say: the series, what is inherited, and the key of the list that it stands in."""

    series: str = ""
    said: Mapping[str, Any] = {}
    key: str = ""
    title: str = ""

    def saying(self, name: str, value: Any) -> _Around:
        """The same, and one value more; a tag goes beside those that are there."""
        if name == "tags":
            value = [*self.said.get("tags", ()), *(value if isinstance(value, list) else [value])]
        return self._replace(said={**self.said, name: value})


class _Walk:
    """Goes through one value, and collects the records in it."""

    def __init__(self, location: Location, found: Records, fields: Mapping[str, str]) -> None:
        self._location = location
        self._fields = fields
        self._found = found
        self._ranks: dict[int, int] = {}

    def _find(self, key: str) -> str | None:
        return self._fields.get(fold(key)) or TALK_WORDS.find(key)

    # Where the talks are

    def holds_talks(self, value: Any, *, is_root: bool = False, beside_talks: bool = False) -> bool:
        """Whether a table or list is no talk itself, but holds some; ``beside_talks`` it more likely is one."""
        if isinstance(value, list):
            return any(self._rank(one, "") for one in value if isinstance(one, dict | list))
        return bool(self._inner(value, is_root=is_root, beside_talks=beside_talks))

    def _inner(self, value: Mapping[str, Any], *, is_root: bool = False, beside_talks: bool = False) -> dict[str, Any]:
        """What of a table holds talks, by its keys; nothing where the table is a talk, or none.

        A table with a title and a date is a talk, unless the talks in it have guests or dates of their own.
        """
        ranks = {key: self._rank(one, key) for key, one in value.items() if isinstance(one, dict | list)}
        best = max(ranks.values(), default=0)
        words = {self._find(key) for key, one in value.items() if key not in ranks or not ranks[key]}
        says_when = "date" in words and (best < _SURELY or beside_talks)
        is_talk = best < _LISTED or (not is_root and (says_when or not words.isdisjoint({"guests", "questions"})))
        is_only_people = not is_root and all(is_called("people", key) for key, rank in ranks.items() if rank)
        if not best or ("title" in words and is_talk) or is_only_people:
            return {}
        least = min(best, _LISTED)
        return {key: value[key] for key, rank in ranks.items() if rank >= least or (rank and is_called("people", key))}

    def _rank(self, value: Any, key: str) -> int:
        """How surely a value under a key holds talks, at any depth."""
        known = self._ranks.get(id(value))
        if known is None:
            known = self._ranks[id(value)] = self._ranked(value, key)
        return known

    def _ranked(self, value: Any, key: str) -> int:
        if is_called("people", key):
            return _TITLED if _records(value) else 0
        row = table(EpisodeFields).get(self._find(key) or "")
        is_talks = is_called("talks", key)
        if row and row.part and not is_talks:
            return 0
        if isinstance(value, list):
            return max((self._rank(one, key) for one in value if isinstance(one, dict | list)), default=0)
        texts = [name for name, one in value.items() if isinstance(one, str) or is_translated(one)]
        tables = {name: one for name, one in value.items() if isinstance(one, dict | list) and name not in texts}
        titles = [name for name in texts if self._find(name) == "title"]
        ranks = (
            self._rank(one, key if is_talks and not self._is_of_one(name, titles) else name)
            for name, one in tables.items()
        )
        inner = max(ranks, default=0)
        words = {self._find(name) for name, one in value.items() if one}
        if row and row.name == "series" and not is_talks:
            return inner
        if titles and not words.isdisjoint(OF_A_TALK):
            return _SURELY
        if titles and (is_talks or not words.isdisjoint(_SHOWING)):
            return max(inner, _LISTED)
        return max(inner, _TITLED if any(name != "name" for name in titles) else 0)

    def _is_of_one(self, name: str, titles: Sequence[str]) -> bool:
        """Whether a list or table is of one talk, and no list of talks: it stands beside a title, or is called so."""
        row = table(EpisodeFields).get(self._find(name) or "")
        return bool(titles) or bool(row and row.item)

    # What stands around them

    def container(self, value: Any, path: str, around: _Around) -> None:
        """Collect the talks in a table or a list that holds some."""
        if isinstance(value, list):
            self._list(value, path, around)
            return
        inner = self._inner(value, is_root=not path)
        rest = {key: one for key, one in value.items() if key not in inner}
        grids = [one for key, one in rest.items() if isinstance(one, dict | list) and is_shape(key)]
        if not around.title or is_called("groups", around.key):
            around = self._series(rest, path, around)
        for key, one in dict(rest).items():
            if (said := self._said(key, one, around)) is not None:
                around = said
                del rest[key]
        for key, one in rest.items():
            why = "it stands beside a list of talks that has no title"
            self._found.notes.append(Note(Kind.LEFT_OUT, f"{key}: {one}", why, self._place(path)))
        for key, one in inner.items():
            below = f"{path}.{key}".strip(".")
            if is_called("people", key):
                self._people(one, below)
            elif isinstance(one, dict) and self._is_talk(one):
                self._talk(one, below, around, key)
            else:
                self._nested(one, below, key, around)
        self._refer(dict(pair for grid in grids for pair in self._references(grid, _Around())))

    def _references(self, value: Any, around: _Around) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The keys of talks that a grid of days, rooms and slots names, each with what stands around it there."""
        if isinstance(value, dict):
            for key, one in value.items():
                around = around if isinstance(one, dict | list) else self._said(key, one, around) or around
            for key, one in value.items():
                if isinstance(one, dict | list):
                    yield from self._references(one, around.saying("date", day) if (day := day_of(key)) else around)
        else:
            for one in value:
                if isinstance(one, dict | list):
                    yield from self._references(one, around)
                elif one is not None:
                    yield str(one), around.said

    def _refer(self, said: Mapping[str, Mapping[str, Any]]) -> None:
        """Give the talks that a grid names what it says of them."""
        for index, item in enumerate(self._found.items if said else ()):
            key = item.path.rpartition(".")[2]
            found = said.get(key) or said.get(str(item.value.get("id")))
            if item.kind == "episodes" and found:
                self._found.items[index] = item._replace(around={**item.around, **found})

    def _nested(self, value: Any, path: str, key: str, around: _Around) -> None:
        """Collect the talks of a list or table, by whose key it is known what it is."""
        if is_shape(key):
            self.container(value, path, around._replace(key=key))
        elif day := day_of(key):
            self.container(value, path, around.saying("date", day)._replace(key=""))
        elif is_called("rooms", around.key):
            self.container(value, path, around.saying("place", key)._replace(key=""))
        elif around.series and key.isdecimal() and len(key) == len("2024"):  # a year of the series
            self.container(value, path, around._replace(key=""))
        elif is_called("tracks", around.key):
            self.container(value, path, around.saying("tags", key)._replace(key=""))
        else:
            self.container(value, path, around._replace(series=key, key=""))

    def _list(self, values: list[Any], path: str, around: _Around) -> None:
        has_talks = any(isinstance(one, dict) and self._is_talk(one) for one in values)
        has_events = any(type_of(one).endswith("Event") for one in values)
        for number, one in enumerate(values, 1):
            below = f"{path}[{number}]"
            if has_events and type_of(one) and not type_of(one).endswith("Event"):
                why = "it stands beside events of schema.org, and is none"
                self._found.notes.append(Note(Kind.LEFT_OUT, str(one), why, self._place(below)))
            elif isinstance(one, dict) and (wrapped := self._wrapped(one)):
                self._talk(wrapped, below, around, "")
            elif isinstance(one, dict | list) and self.holds_talks(one, beside_talks=has_talks):
                self.container(one, below, around)
            elif isinstance(one, dict) and (has_talks or self._is_talk(one)):
                self._talk(one, below, around, "")
            elif one not in (None, "", [], {}):
                why = "it stands in a list of talks, and is none"
                self._found.notes.append(Note(Kind.LEFT_OUT, str(one), why, self._place(below)))

    def _wrapped(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """A talk that is one table in a table, which says more of it ("event", beside "hosts"); else empty."""
        tables = [one for one in value.values() if isinstance(one, dict) and self._is_talk(one)]
        if len(tables) != 1 or self._is_talk(value) or not any(self._find(key) in OF_A_TALK for key in tables[0]):
            return {}
        return {
            **{key: one for key, one in value.items() if one is not tables[0] and key not in tables[0]},
            **tables[0],
        }

    def _is_talk(self, value: Mapping[str, Any]) -> bool:
        return any(self._find(key) == "title" for key in value) and not self.holds_talks(value)

    def _said(self, key: str, value: Any, around: _Around) -> _Around | None:
        """What is around the talks of a table with one key of it more; None for a key that says nothing of them."""
        if value in (None, "", [], {}):
            return around
        if not isinstance(value, str | int | float):
            return None
        if self._find(key) == "title":
            title = str(value)
            if day := day_of(title):
                return around.saying("date", day)
            if is_called("rooms", around.key):
                return around.saying("place", title)
            return around.saying("tags", title) if is_called("tracks", around.key) else None
        field = column_of(key).field
        if field not in _INHERITED or (field == "date" and "time" in around.said and is_hour(value)):
            return None
        return around.saying("time" if field == "date" and is_hour(value) else field, value)

    def _series(self, rest: dict[str, Any], path: str, around: _Around) -> _Around:
        """The same with the series that a table is; what is said of the series is taken out of ``rest``."""
        title = self._title(rest)
        if not title or any(is_called(kind, around.key) for kind in ("tracks", "rooms", "days", "slots")):
            return around
        key, text, more = title
        text = f"{around.title}, {text}" if around.title else text
        slug = str(rest.pop("slug", "") or series_slug(text))
        del rest[key]
        said = {name: rest.pop(name) for name in list(rest) if column_of(name).field in ("date", "zone")}
        about = {**rest, **more}
        if "id" in about and not is_uuid(str(about["id"])):
            about["source"] = {"id": about.pop("id")}
        rest.clear()
        times = {name: one for name, one in (*said.items(), *more.items()) if isinstance(one, str)}
        for name, one in times.items():
            if (field := column_of(name).field) in ("date", "zone"):
                around = around.saying(field, one)
        places = [one for name, one in about.items() if self._find(name) == "place" and isinstance(one, str) and one]
        if len(places) == 1:
            around = around.saying("place", places[0])
        value = {**{name: one for name, one in said.items() if name not in about}, **about, "title": text, "slug": slug}
        self._found.items.append(Item(value, path, self._location, "series"))
        return around._replace(series=slug, title=text)

    def _title(self, rest: Mapping[str, Any]) -> tuple[str, str, Mapping[str, Any]] | None:
        """The key and the title of the series that talks belong to, and what a table under the key says more of it."""
        for wanted in ("title", "series"):
            for key, value in rest.items():
                if self._find(key) != wanted:
                    continue
                if isinstance(value, str) and value.strip():
                    return key, value, {}
                named = value if isinstance(value, dict) else {}
                titles = (name for name, one in named.items() if isinstance(one, str) and self._find(name) == "title")
                if found := next(titles, None):
                    return key, str(value[found]), {name: one for name, one in value.items() if name != found}
        return None

    # The records

    def _people(self, value: Any, path: str) -> None:
        for position, person in _records(value).items():
            self._found.items.append(Item(with_name(person), path + position, self._location, "people"))

    def _talk(self, value: Mapping[str, Any], path: str, around: _Around, name: str) -> None:
        """A talk with the series that it belongs to, by slug or title, and the key that it has there as its slug."""
        made = dict(value)
        if around.series and not any(self._find(key) == "series" for key in value):
            made["series"] = around.series
        if name and "slug" not in value and (slug := file_slug(name)):
            made["slug"] = slug
        self._found.items.append(Item(made, path, self._location, "episodes", around.said))

    def _place(self, path: str) -> Location:
        return self._location._replace(path=path)


def _is_own(value: Any) -> bool:
    """Whether a table is a series of totem's own."""
    return isinstance(value, dict) and "title" in value and "introduction" in value


def _records(value: Any) -> dict[str, Mapping[str, Any]]:
    """The tables of a list, or of a table of tables, by position or key; none where it is another value."""
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return {f"[{number}]": one for number, one in enumerate(value, 1)}
    if isinstance(value, dict) and value and all(isinstance(one, dict) for one in value.values()):
        return {f".{key}": one for key, one in value.items()}
    return {}
