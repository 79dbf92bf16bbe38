"""Parse schedules in XML and in JSON into the same form: dicts with the keys of the JSON format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from totem_cli.errors import InvalidError, Location
from totem_cli.importers import Options
from totem_cli.importers.json import decoded
from totem_cli.importers.xml import Element, records, source_name

_LISTS = frozenset({"persons", "links", "attachments", "answers"})
_HINT = "a schedule is XML whose root is <schedule>, or JSON with schedule.conference.days"


class Event(NamedTuple):
    """An event, the date of the day that contains it, and its location in the source."""

    data: Mapping[str, Any]
    day: str
    location: Location


class Source(NamedTuple):
    """The fields of the conference, and its events in their order."""

    conference: Mapping[str, Any]
    events: list[Event]


def from_xml(content: bytes, options: Options) -> Source:
    """Parse XML. Raises InvalidError with the location where it is not a schedule."""
    conference: Mapping[str, Any] = {}
    events: list[Event] = []
    name = source_name(content, options)
    roots: set[str] = set()

    def is_record(path: Any) -> bool:
        roots.add(path[0])
        return path[0] == "schedule" and path[-1] in ("conference", "event")

    for record in records(content, options, is_record):
        if record.name == "conference":
            conference = {key: record.value(key) for key in _names(record)}
        else:
            day = record.parent.parent if record.parent else None
            location = Location(name, record.line, record.column)
            events.append(Event(_event(record), day.get("date") if day else "", location))
    if "schedule" not in roots:
        raise InvalidError(
            f"this is not a schedule: it begins with <{next(iter(roots))}>", hint=_HINT, location=Location(name)
        )
    return Source(conference, events)


def _names(element: Element) -> list[str]:
    return list(dict.fromkeys(child.name for child in element.children if not isinstance(child, str)))


def _event(element: Element) -> dict[str, Any]:
    found: dict[str, Any] = {key: element.value(key) for key in _names(element)}
    found |= {key: element.attributes[key] for key in ("guid", "id", "code") if element.attributes.get(key)}
    if not found.get("room") and element.parent:
        found["room"] = element.parent.get("name")
    found["persons"] = [_person(one) for one in _parts(element, "persons", "person")]
    for key, part in (("links", "link"), ("attachments", "attachment")):
        found[key] = [
            {"url": one.get("href") or one.get("url"), "title": one.text.strip()} for one in _parts(element, key, part)
        ]
    recording = element.first("recording")
    if recording:
        found["recording_license"] = recording.value("license")
        found["do_not_record"] = recording.value("optout")
        found["recording_url"] = recording.value("url") or recording.value("link")
    return found


def _person(element: Element) -> dict[str, Any]:
    fields = {child: element.value(child) for child in _names(element)}
    own = "".join(child for child in element.children if isinstance(child, str)).strip()
    name = fields.get("public_name") or fields.get("name") or element.attributes.get("name") or own
    return {**element.attributes, **fields, "public_name": name}


def _parts(element: Element, key: str, part: str) -> Iterator[Element]:
    for one in element.all(key):
        yield from one.all(part)


def from_json(content: bytes, name: str) -> Source:
    """Parse JSON. Raises InvalidError with the location where it is not a schedule."""
    document = decoded(content, name)
    location = Location(name)
    schedule = document.get("schedule", document) if isinstance(document, dict) else {}
    schedule = schedule if isinstance(schedule, dict) else {}
    conference = schedule.get("conference")
    if not isinstance(conference, dict) or not isinstance(conference.get("days"), list):
        raise InvalidError("this is not a schedule: it has no schedule.conference.days", hint=_HINT, location=location)
    about = {key: _text(value) for key, value in conference.items() if not isinstance(value, list | dict)}
    about.setdefault("base_url", _text(schedule.get("base_url")))
    return Source(about, list(_events(conference["days"], location)))


def _events(days: list[Any], location: Location) -> Iterator[Event]:
    for number, day in enumerate(days, 1):
        rooms = day.get("rooms") if isinstance(day, dict) else None
        if not isinstance(rooms, dict):
            raise InvalidError(f"days[{number}] has no table of rooms", hint=_HINT, location=location)
        for room, events in rooms.items():
            for count, event in enumerate(events if isinstance(events, list) else [events], 1):
                path = f"days[{number}].rooms.{room}[{count}]"
                if not isinstance(event, dict):
                    raise InvalidError(f"{path} is not an event", hint=_HINT, location=location, field=path)
                yield Event({"room": room} | _plain(event), _text(day.get("date")), location._replace(path=path))


def _plain(event: Mapping[str, Any]) -> dict[str, Any]:
    """The texts of an event and its lists of dicts; other values are dropped."""
    found: dict[str, Any] = {}
    for key, value in event.items():
        if key in _LISTS:
            found[key] = [_table(one) for one in value] if isinstance(value, list) else []
        elif not isinstance(value, dict | list) and value not in (None, "", False):
            found[key] = "true" if value is True else _text(value)
    return found


def _table(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        return {"public_name": value, "url": value, "title": ""}
    if not isinstance(value, dict):
        return {}
    return {key: _text(one) for key, one in value.items() if not isinstance(one, list | dict)}


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()
