"""Parse schedules in XML and in JSON into the same form: dicts with the keys of the JSON format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from totem_cli.errors import InvalidError, Location
from totem_cli.importers import Options
from totem_cli.importers.note_list import NoteList
from totem_cli.importers.xml import Element, records, source_name
from totem_cli.language.labels import language_tag

_LISTS = {"persons": "person", "links": "link", "attachments": "attachment", "answers": "answer"}
_ABOUT_FILE = frozenset({"version", "generator", "$schema"})
HINT = "a schedule is XML (<schedule>, <day>, <room>, <event>), JSON with schedule.conference.days, or of Sessionize"


class Event(NamedTuple):
    """An event, the date of the day that contains it, and its location in the source."""

    data: Mapping[str, Any]
    day: str
    location: Location


class Source(NamedTuple):
    """The fields of the conference, and its events in their order."""

    conference: Mapping[str, Any]
    events: list[Event]


def from_xml(content: bytes, options: Options, notes: NoteList) -> Source:
    """Parse XML. Raises InvalidError with the location where it is not a schedule, or one without events."""
    conference: dict[str, Any] = {}
    events: list[Event] = []
    name = source_name(content, options)
    roots: dict[str, None] = {}
    others: dict[str, None] = {}

    def is_record(path: Sequence[str]) -> bool:
        roots[path[0]] = None
        if "day" in path[:-1] and path[-1] not in ("room", "event") and "event" not in path:
            others[path[-1]] = None
        return path[0] == "schedule" and (path[-1] == "event" or (len(path) == 2 and path[-1] != "day"))

    around: dict[int, Element] = {}
    for record in records(content, options, is_record, notes):
        location = Location(name, record.line, record.column)
        if record.name == "conference":
            for child in record.elements:
                value = _value(child)
                known = conference.get(child.name)
                conference[child.name] = (
                    [*known, value] if isinstance(known, list) else [known, value] if known else value
                )
        elif record.name == "event":
            _tell_around(record, around, location, notes)
            day = record.parent.parent if record.parent else None
            events.append(Event(_event(record), day.get("date") if day else "", location))
        elif record.name in _ABOUT_FILE:
            notes.left_out(record.tag, "it is about the file of the schedule", location)
        else:
            conference[record.name] = _value(record)
    if "schedule" not in roots:
        raise InvalidError(
            f"this is not a schedule: it begins with <{next(iter(roots), 'nothing')}>",
            hint=HINT,
            location=Location(name),
        )
    if not events:
        other = f": <{next(iter(others))}> is not frab's <event>" if others else ""
        raise InvalidError(f"no events found{other}", hint=HINT, location=Location(name))
    return Source(conference, events)


def _tell_around(event: Element, known: dict[int, Element], location: Location, notes: NoteList) -> None:
    """Note what is said of the room and the day of an event, besides its name and its date."""
    around = event.parent
    while around is not None and around.name in ("room", "day") and id(around) not in known:
        known[id(around)] = around
        for key in around.attributes:
            if key not in ("name", "date"):
                notes.left_out(f"{around.tag} {key}", "it is said of no event", location)
        around = around.parent


def _event(element: Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in element.elements:
        part = _LISTS.get(child.name)
        if part and child.first(part):
            found[child.name] = [_part(one) for one in child.all(part)]
            rest = [one for one in child.children if isinstance(one, str) or one.name != part]
            if text := " ".join(one.strip() if isinstance(one, str) else one.text for one in rest).strip():
                found[f"{child.name}_text"] = text
        elif part:
            found[f"{child.name}_text"] = _value(child)
        elif child.name not in found or not found[child.name]:
            found[child.name] = _value(child)
        else:
            found[f"{child.name}_{child.lang or len(found)}"] = _value(child)
    found |= {key: value for key, value in element.attributes.items() if value}
    if not found.get("room") and element.parent:
        found["room"] = element.parent.get("name")
    recording = found.pop("recording", None)
    if isinstance(recording, dict):
        found |= {_RECORDING.get(key, f"recording_{key}"): value for key, value in recording.items()}
    return found


_RECORDING = {"license": "recording_license", "optout": "do_not_record", "link": "recording_url"}


def _part(element: Element) -> dict[str, Any]:
    """A person, a link or an attachment: its attributes, what is in it, and its own text as ``text``."""
    value = _value(element)
    found = value if isinstance(value, dict) else {"text": value}
    text = found.pop("text", "")
    if element.name == "person":
        return found | {"name": found.get("name") or text}
    if element.name in ("link", "attachment"):
        return {"url": found.pop("href", "") or found.pop("url", "")} | found | {"title": found.get("title") or text}
    return found | ({"text": text} if text else {})


def _value(element: Element) -> Any:
    """The text of an element; a table where it has attributes or elements."""
    if not element.attributes and not element.elements:
        return element.text.strip(" \t\r\n")
    found: dict[str, Any] = dict(element.attributes)
    for child in element.elements:
        value = _value(child)
        found[child.name] = f"{found[child.name]}, {value}" if isinstance(found.get(child.name), str) else value
    return found | ({"text": element.own_text} if element.own_text else {})


def from_json(document: Any, name: str, notes: NoteList) -> Source:
    """Read what JSON holds. Raises InvalidError with the location where it is not a schedule, or one without events."""
    location = Location(name)
    schedule = document.get("schedule", document) if isinstance(document, dict) else {}
    schedule = schedule if isinstance(schedule, dict) else {}
    conference = schedule.get("conference")
    if not isinstance(conference, dict) or not isinstance(conference.get("days"), list):
        raise InvalidError("this is not a schedule: it has no schedule.conference.days", hint=HINT, location=location)
    about = plain({key: value for key, value in conference.items() if key != "days"}, "")
    for key, value in {**document, **schedule}.items():
        if key in _ABOUT_FILE:
            notes.left_out(key, "it is about the file of the schedule", location)
        elif key not in ("schedule", "conference"):
            about.setdefault(key, plain({key: value}, "").get(key, ""))
    events = list(_events(conference["days"], location, notes))
    if not events:
        raise InvalidError("no events found: every room of every day is empty", hint=HINT, location=location)
    return Source(about, events)


def _events(days: list[Any], location: Location, notes: NoteList) -> Iterator[Event]:
    for number, day in enumerate(days, 1):
        rooms = day.get("rooms") if isinstance(day, dict) else None
        if not isinstance(rooms, dict):
            raise InvalidError(f"days[{number}] has no table of rooms", hint=HINT, location=location)
        for key in day.keys() - {"rooms", "date"}:
            notes.left_out(f"days > {key}", "it is said of no event", location)
        for room, events in rooms.items():
            for count, event in enumerate(events if isinstance(events, list) else [events], 1):
                path = f"days[{number}].rooms.{room}[{count}]"
                if not isinstance(event, dict):
                    raise InvalidError(f"{path} is not an event", hint=HINT, location=location, field=path)
                language = str(event.get("language") or "")
                yield Event(
                    {"room": room} | plain(event, language), str(day.get("date") or ""), location._replace(path=path)
                )


def plain(data: Mapping[str, Any], language: str) -> dict[str, Any]:
    """An object of JSON with texts as values, and lists of tables where there have to be such; empty values dropped.

    Of a text in several languages, that in ``language`` has the key; the others have their language after it.
    """
    found: dict[str, Any] = {}
    for key, value in data.items():
        if key in _LISTS and isinstance(value, list):
            found[key] = [_table(one, language) for one in value]
        elif isinstance(value, dict) and _is_translated(value):
            texts = {tag: str(text) for tag, text in value.items() if text}
            chosen = next((tag for tag in (language, "fr", "en", *texts) if tag in texts), "")
            found |= {key if tag == chosen else f"{key}_{tag}": text for tag, text in texts.items()}
        elif value not in (None, "", False, [], {}):
            found[key] = value if isinstance(value, dict | list) else _text(value)
    return found


def _is_translated(value: Mapping[str, Any]) -> bool:
    return bool(value) and all(
        len(tag) in (2, 5) and language_tag(tag) and isinstance(text, str | None) for tag, text in value.items()
    )


def _table(value: Any, language: str) -> dict[str, Any]:
    if isinstance(value, dict):
        return plain(value, language)
    return {"public_name": value, "url": value} if isinstance(value, str) else {}


def _text(value: Any) -> str:
    return "true" if value is True else str(value).strip()
