"""The shapes of other people's JSON and YAML: where the talks stand, their series, the people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from totem_cli.errors import Location
from totem_cli.importers.foreign_record import with_name
from totem_cli.importers.identity import file_slug, series_slug
from totem_cli.importers.notes import Kind, Note
from totem_cli.model.field import rows
from totem_cli.model.fields import EpisodeFields
from totem_cli.model.vocabulary import Vocabulary, word_key

EPISODE_LISTS = frozenset(
    "episodes talks sessions videos events items entries lectures presentations programme program schedule data "
    "results conferences interventions rencontres emissions seances vortrage folgen sendungen veranstaltungen charlas "
    "ponencias episodios sesiones interventi episodi incontri sessioni puntate".split()
)
"""What a list of talks is called, as :func:`~totem_cli.model.vocabulary.word_key` has it."""

PEOPLE_LISTS = frozenset(
    "people persons speakers presenters guests personnes intervenants invites orateurs personen referenten sprecher "
    "personas ponentes persone relatori ospiti".split()
)
"""What a list of people is called."""

_WORDS = Vocabulary(rows(EpisodeFields))
_OF_A_TALK = frozenset({"date", "guests", "questions"})
"""What only a talk has, no list of talks."""


class Item(NamedTuple):
    """A value with its location: its line, where the source has one value a line, and its path in the document.

    ``kind`` is what record it is, where its place in the source says it.
    """

    value: Any
    path: str
    location: Location
    kind: str = ""

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


def shaped(items: Iterable[Item]) -> Records:
    """The records that items hold: themselves, or those of the lists in them, whose owner is then a series."""
    found = Records({}, [])
    for item in items:
        lists = _lists(item.value) if isinstance(item.value, dict) else {}
        if lists:
            _unfold(item, lists, found)
        else:
            found.items.append(item)
    return found


def _lists(value: Mapping[str, Any]) -> dict[str, dict[str, Mapping[str, Any]]]:
    """The lists of records in a value that is no talk itself, by their keys, each record with its position or key."""
    held = {key: records for key, one in value.items() if (records := _records(one))}
    words = {_WORDS.find(key) for key in value}
    if "title" in value and "introduction" in value:
        return {}  # a series of totem's own
    if any(word_key(key) in EPISODE_LISTS for key in held):
        is_talk = bool(_OF_A_TALK & {_WORDS.find(key) for key in value if key not in held})
        return (
            {} if is_talk else {key: one for key, one in held.items() if word_key(key) in EPISODE_LISTS | PEOPLE_LISTS}
        )
    if "title" in words:
        return {}
    titled = {key: records for key, records in held.items() if all(map(_is_titled, records.values()))}
    if not titled and value and all(isinstance(one, dict) and _is_titled(one) for one in value.values()):
        return {"": dict(value.items())}
    return titled


def _records(value: Any) -> dict[str, Mapping[str, Any]]:
    """The records of a list, or of a table of tables, by position or key; none where it is another value."""
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return {f"[{number}]": one for number, one in enumerate(value, 1)}
    if isinstance(value, dict) and value and all(isinstance(one, dict) and _is_titled(one) for one in value.values()):
        return {f".{key}": one for key, one in value.items()}
    return {}


def _is_titled(value: Mapping[str, Any]) -> bool:
    return any(isinstance(one, str) and key != "name" and _WORDS.find(key) == "title" for key, one in value.items())


def _unfold(item: Item, lists: Mapping[str, Mapping[str, Mapping[str, Any]]], found: Records, series: str = "") -> None:
    rest = {key: one for key, one in item.value.items() if key not in lists and "" not in lists}
    slug = series
    if (title := _title(rest)) and not series:
        slug = str(rest.pop("slug", "") or series_slug(title[1]))
        about = {key: one for key, one in rest.items() if key != title[0]}
        found.items.append(Item({**about, "title": title[1], "slug": slug}, item.path, item.location, "series"))
        rest = {}
    for key, one in rest.items():
        why = "it stands beside a list of talks that has no title"
        found.notes.append(Note(Kind.LEFT_OUT, f"{key}: {one}", why, item.place))
    for key, records in lists.items():
        is_people = word_key(key) in PEOPLE_LISTS
        for position, record in records.items():
            path = f"{item.path}.{key}{position}".strip(".")
            if not is_people and (inner := _lists(record)):  # talks by room, or by day
                _unfold(Item(record, path, item.location), inner, found, slug)
                continue
            home = slug if not key or word_key(key) in EPISODE_LISTS else key
            value = with_name(record) if is_people else _talk(record, position, home)
            found.items.append(Item(value, path, item.location, "people" if is_people else "episodes"))


def _title(rest: Mapping[str, Any]) -> tuple[str, str] | None:
    """The key and the title of the series that a list of talks belongs to."""
    for wanted in ("title", "series"):
        for key, value in rest.items():
            if isinstance(value, str) and value.strip() and _WORDS.find(key) == wanted:
                return key, value
    return None


def _talk(record: Mapping[str, Any], position: str, series: str) -> dict[str, Any]:
    """A talk with the series that its list belongs to, by slug or title, and the key that it has there."""
    value = dict(record)
    if series and not any(_WORDS.find(key) == "series" for key in record):
        value["series"] = series
    if not position.startswith("[") and "slug" not in record and (slug := file_slug(position.lstrip("."))):
        value["slug"] = slug
    return value
