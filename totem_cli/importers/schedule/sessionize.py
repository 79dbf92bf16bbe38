"""Sessionize's JSON: the views "All", "Sessions", "Grid" and "GridSmart" as the events of a schedule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from totem_cli.errors import InvalidError, Location
from totem_cli.importers.note_list import NoteList
from totem_cli.importers.schedule.sources import HINT, Event, Source
from totem_cli.importers.xml import web_address

_SITE = "https://sessionize.com"
_REFERENCES = ("speakers", "categoryItems", "questionAnswers", "roomId", "categories")


def is_sessionize(document: Any) -> bool:
    """Whether JSON has the form of one of the views."""
    if isinstance(document, dict):
        return isinstance(document.get("sessions"), list) and not isinstance(document.get("schedule"), dict)
    first = document[0] if isinstance(document, list) and document else None
    return isinstance(first, dict) and (isinstance(first.get("sessions"), list) or isinstance(first.get("rooms"), list))


def from_sessionize(document: Any, name: str, notes: NoteList) -> Source:
    """Read a view. Raises InvalidError where it has no sessions."""
    if isinstance(document, list) and any(isinstance(one, dict) and "fullName" in one for one in document):
        hint = "ask Sessionize for the view All, Sessions or Grid, or JSON of everything"
        raise InvalidError(
            "this is the view Speakers, which does not say when they talk", hint=hint, location=Location(name)
        )
    title = Path(name).stem if name and not name.startswith("<") else "conference"
    why = "Sessionize does not say what the event is called: this is the name of the file"
    notes.assumed(title, why, Location(name), hint="--series puts the talks into another series")
    tables = _Tables(document if isinstance(document, dict) else {})
    events = []
    for session, path in _sessions(document, notes, name):
        location = Location(name, path=path)
        if session.get("isServiceSession") and not session.get("speakers"):
            notes.left_out(str(session.get("title", "")), "it is a service session, as a break is", location)
        else:
            events.append(Event(tables.event(session), "", location))
    if not events:
        raise InvalidError("no events found: there are no sessions", hint=HINT, location=Location(name))
    for key in tables.unused():
        notes.left_out(key, "no session refers to it", Location(name))
    return Source({"title": title, "base_url": _SITE, "url": ""}, events)


def _sessions(document: Any, notes: NoteList, name: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The sessions with their places. A session that is in two rooms, as a plenary one is, comes once."""
    if isinstance(document, dict):
        lists = [("sessions", document["sessions"])]
    else:
        lists = [(f"[{at}].sessions", one["sessions"]) for at, one in enumerate(document) if _has(one, "sessions")]
        lists += [
            (f"[{at}].rooms[{number}].sessions", room["sessions"])
            for at, day in enumerate(document)
            if _has(day, "rooms")
            for number, room in enumerate(day["rooms"])
            if _has(room, "sessions")
        ]
    seen: set[str] = set()
    for path, sessions in lists:
        for number, session in enumerate(sessions):
            if isinstance(session, dict):
                identity = f"{session.get('id')} {session.get('startsAt')}"
                if session.get("id") is None or identity not in seen:
                    yield session, f"{path}[{number}]"
                else:
                    why = f"it is the same session again, in {session.get('room') or 'another room'}"
                    notes.left_out(str(session.get("title", "")), why, Location(name, path=f"{path}[{number}]"))
                seen.add(identity)


def _has(value: Any, key: str) -> bool:
    return isinstance(value, dict) and isinstance(value.get(key), list)


class _Tables:
    """What the sessions of the view "All" refer to by number."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._used: set[tuple[str, str]] = set()
        categories = _tables(document.get("categories"))
        self._named = {
            "speakers": _by_id(document.get("speakers")),
            "rooms": _by_id(document.get("rooms")),
            "questions": _by_id(document.get("questions")),
            "categories": {
                str(item.get("id")): item for category in categories for item in _tables(category.get("items"))
            },
        }

    def _find(self, table: str, number: Any) -> Mapping[str, Any]:
        self._used.add((table, str(number)))
        return self._named[table].get(str(number), {})

    def unused(self) -> Iterator[str]:
        """The names of what no session refers to."""
        for table, named in self._named.items():
            for number, one in named.items():
                if (table, number) not in self._used:
                    yield str(one.get("fullName") or one.get("name") or one.get("question") or number)

    def event(self, session: Mapping[str, Any]) -> dict[str, Any]:
        """A session with the keys of an event."""
        found = {key: value for key, value in session.items() if key not in _REFERENCES and value not in (None, "", [])}
        found["duration"] = _length(str(session.get("startsAt")), str(session.get("endsAt")))
        found["room"] = found.get("room") or self._find("rooms", session.get("roomId")).get("name", "")
        found["persons"] = [self._speaker(one) for one in session.get("speakers") or ()]
        found["tags"] = list(self._categories(session))
        found["recording_url"] = found.pop("recordingUrl", "")
        found["live_url"] = found.pop("liveUrl", "")
        found["links"] = []
        for answer in _tables(session.get("questionAnswers")):
            question = answer.get("question") or self._find("questions", answer.get("questionId")).get("question")
            question = str(question or f"question {answer.get('questionId')}")
            text = answer.get("answerValue") or answer.get("answer")
            if isinstance(text, str) and web_address(text):
                found["links"].append({"url": text, "title": question})
            else:
                found[question] = text
        return {
            key: "true" if value is True else value
            for key, value in found.items()
            if value not in (None, "", False, [])
        }

    def _speaker(self, given: Any) -> dict[str, Any]:
        number = given.get("id") if isinstance(given, dict) else given
        known = {**self._find("speakers", number), **(given if isinstance(given, dict) else {})}
        first_and_last = f"{known.get('firstName') or ''} {known.get('lastName') or ''}".strip()
        return {
            "name": known.get("fullName") or known.get("name") or first_and_last or str(number),
            "id": str(number or ""),
            "role": known.get("tagLine") or "",
            "biography": known.get("bio") or "",
            "avatar": known.get("profilePicture") or "",
            "links": [{"url": one.get("url"), "title": one.get("title") or ""} for one in _tables(known.get("links"))],
        }

    def _categories(self, session: Mapping[str, Any]) -> Iterator[str]:
        for one in session.get("categoryItems") or ():
            yield str(one.get("name") if isinstance(one, dict) else self._find("categories", one).get("name") or one)
        for category in _tables(session.get("categories")):
            for item in _tables(category.get("categoryItems")):
                yield str(item.get("name"))


def _tables(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _by_id(value: Any) -> dict[str, Mapping[str, Any]]:
    return {str(one.get("id")): one for one in _tables(value)}


def _length(starts: str, ends: str) -> str:
    """The time between two moments as ``H:MM:SS``; empty where it is not known."""
    try:
        seconds = int((datetime.fromisoformat(ends) - datetime.fromisoformat(starts)).total_seconds())
    except (ValueError, TypeError):
        return ""
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}" if seconds > 0 else ""
