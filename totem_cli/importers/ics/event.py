"""An event of a calendar as the fields of an episode."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from functools import cached_property
from html import escape, unescape
from typing import Any
from urllib.parse import unquote

from totem_cli.importers import filled
from totem_cli.importers.dates import ParsedDate, parse_date
from totem_cli.importers.html_tree import plain_text
from totem_cli.importers.ics.components import Component
from totem_cli.importers.identity import distinct, source_of, stable_id
from totem_cli.importers.note_list import NoteList
from totem_cli.importers.placed import Placed, without_email
from totem_cli.importers.prose import to_markdown
from totem_cli.importers.table.people import first_last, is_last_first
from totem_cli.importers.xml import web_address
from totem_cli.language.dates import iso_duration
from totem_cli.language.fold import fold
from totem_cli.language.labels import language_tag
from totem_cli.language.zones import zone_of
from totem_cli.markup.html import excerpt
from totem_cli.model.episode import Episode
from totem_cli.model.series import Series

_TITLE = 60
_EARLIEST = 1000
_TAG = re.compile(r"</?(?:a|b|br|div|em|html|i|li|ol|p|span|strong|u|ul)\b[^<>]*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]{2,8}\d?);", re.IGNORECASE)
_QUOTED = re.compile(r"%[\dA-Fa-f]{2}")
_LINKS = {"URL": "event", "CONFERENCE": "conference", "X-GOOGLE-CONFERENCE": "conference", "ATTACH": "attachment"}
_REPEATS = ("RRULE", "RDATE", "EXDATE", "EXRULE")
_READ = frozenset(
    "UID SUMMARY DESCRIPTION X-ALT-DESC DTSTART DTEND DURATION LOCATION CATEGORIES ORGANIZER ATTENDEE STATUS CLASS "
    "LAST-MODIFIED RECURRENCE-ID".split()
).union(_LINKS, _REPEATS)
_MACHINES = frozenset("DTSTAMP SEQUENCE TRANSP PRIORITY".split())
"""Properties for programs, which are not kept."""
_PARAMETERS = frozenset({"TZID", "VALUE", "LANGUAGE", "CN", "FMTTYPE", "ENCODING"})
_NO_GUESTS = ("ROOM", "RESOURCE", "GROUP")
_OF_THE_ENTRY = "it is about the entry in the calendar"
_PERSONAL = "e-mail addresses are personal"
_NO_PLACE = "it has no place in an archive"


class Event:
    """An event; ``zone`` is that of hours that state none. What is decided or left out is added to ``notes``.

    ``mapped`` are the folded names that the user maps: such properties are kept, whatever they are.
    """

    def __init__(self, component: Component, zone: str | None, mapped: Collection[str], notes: NoteList) -> None:
        self._mapped = mapped
        self.location = component.location
        self._component = component
        self._zone = zone
        self._notes = notes

    @property
    def has_content(self) -> bool:
        """Whether it says what it is."""
        return any(map(self._component.value, ("SUMMARY", "DESCRIPTION", "LOCATION", "UID", "DTSTART")))

    @cached_property
    def title(self) -> str:
        """Its summary, else the beginning of its description, else its place or its UID."""
        if summary := self._written("SUMMARY"):
            return " ".join(summary.split())
        first = excerpt(plain_text(self._text("DESCRIPTION")), _TITLE) or self._text("LOCATION") or self._text("UID")
        title = first or self.start or "?"
        self._notes.assumed(title, "the event has no summary: this is its title", self.location)
        return title

    @cached_property
    def recap(self) -> str:
        """Its description in Markdown: as HTML where Outlook has it, too."""
        html = next((str(one) for one in self._all("X-ALT-DESC") if "<" in str(one)), "")
        text = html or self._written("DESCRIPTION")
        return to_markdown(text if _TAG.search(text) else escape(text, quote=False), breaks=not html)

    @cached_property
    def identity(self) -> str:
        """Its UID, with the day that it replaces where it is one of several; else what and when it is."""
        uid = self._text("UID") or f"{self.title} {self.start}"
        replaced = self._raw("RECURRENCE-ID")
        return f"{uid}#{replaced}" if replaced else uid

    @cached_property
    def start(self) -> str:
        """When it begins, in ISO 8601; empty where that is not known."""
        return self._start.date

    @cached_property
    def _start(self) -> ParsedDate:
        value = self._moment("DTSTART")
        if value is None:
            self._notes.left_out(self.title, "this event has no date", self.location)
            return ParsedDate("")
        if value.year < _EARLIEST:
            return ParsedDate("", why="is before the year 1000, as that of a program that knows none")
        if isinstance(value, datetime) and value.utcoffset() == timedelta() and self._zone:
            value = value.astimezone(zone_of(self._zone))  # Google writes each hour in UTC, and the zone above
        read = parse_date(value, timezone=self._zone) if isinstance(value, datetime) else ParsedDate(value.isoformat())
        zone = self._parameter("DTSTART", "TZID")
        if isinstance(value, datetime) and value.tzinfo is None and zone:
            day = value.date().isoformat()
            return ParsedDate(day, time_dropped=True, why=f"has the zone {zone}, which is not known")
        if isinstance(value, datetime) and value.tzinfo is None and self._zone and not read.time_dropped:
            self._notes.assumed(self._zone, "it is the zone of the hours that state none", self.location)
        return read

    def _duration(self) -> str | None:
        """From its end, which is not part of a whole day (RFC 5545, 3.6.1), or as it is stated."""
        start, end = self._moment("DTSTART"), self._moment("DTEND")
        stated = getattr(next(iter(self._all("DURATION")), None), "dt", None)
        if isinstance(stated, timedelta) and start is not None:
            end = start + stated
        if start is None or end is None or isinstance(start, datetime) != isinstance(end, datetime):
            return None
        if not (isinstance(start, datetime) and isinstance(end, datetime)):
            days = (end - start).days
            return f"P{days}D" if days > 1 else None
        if (start.tzinfo is None) != (end.tzinfo is None):
            return None
        seconds = int((end - start).total_seconds())
        return iso_duration(seconds) if seconds > 0 else None

    def front(self, identity: str) -> dict[str, Any]:
        """The episode as front matter would hold it."""
        people = list(self._people())
        language = self._parameter("SUMMARY", "LANGUAGE")
        data: dict[str, Any] = self._unknown() | {
            "id": stable_id(identity),
            "title": self.title,
            "language": language_tag(language) if language else "",
            "date": self.start,
            "updated": self._changed(),
            "status": self._status(),
            "hosts": [{"name": name} for name, is_host in people if is_host],
            "guests": [{"name": name} for name, is_host in people if not is_host],
            "tags": distinct(
                unescape(str(tag)).strip() for one in self._all("CATEGORIES") for tag in getattr(one, "cats", [one])
            ),
            "links": list(self._links()),
            "place": self._written("LOCATION"),
            "duration": self._duration(),
            "source": source_of(identity),
        }
        return filled(data)

    def _changed(self) -> str:
        value = self._moment("LAST-MODIFIED")
        return parse_date(value).date if isinstance(value, datetime) and value.tzinfo else ""

    def _status(self) -> str:
        status, kind = self._text("STATUS").upper(), self._text("CLASS").upper()
        if status == "CANCELLED":
            self._notes.assumed("STATUS:CANCELLED", "a cancelled event is withdrawn", self.location)
            return "withdrawn"
        if kind in ("PRIVATE", "CONFIDENTIAL"):
            self._notes.assumed(f"CLASS:{kind}", "an event that is not public is a draft", self.location)
            return "draft"
        return ""

    def _people(self) -> Iterator[tuple[str, bool]]:
        """The names of the organiser and the attendees, without their addresses, and whether they lead the event."""
        seen: set[str] = set()
        for key in ("ORGANIZER", "ATTENDEE"):
            for one in self._all(key):
                parameters = {name.upper(): str(value) for name, value in one.params.items()}
                name = self._name(parameters.get("CN", ""))
                if not name or parameters.get("CUTYPE", "").upper() in _NO_GUESTS:
                    why = "it is no person" if name else "it has no name, only an address, which is personal"
                    self._notes.left_out(name or key, why, self.location)
                elif parameters.get("PARTSTAT", "").upper() == "DECLINED":
                    self._notes.left_out(name, "they declined to come", self.location)
                elif name not in seen:
                    seen.add(name)
                    yield name, key == "ORGANIZER" or parameters.get("ROLE", "").upper() == "CHAIR"

    def _name(self, text: str) -> str:
        """A name without an e-mail address, without ``%20`` for spaces, the first name first."""
        name = " ".join(without_email(unquote(text) if _QUOTED.search(text) else text).split())
        if is_last_first(name):
            self._notes.assumed(name, "the last name is taken to stand first", self.location)
            name = first_last(name)
        return name

    def _links(self) -> Iterator[dict[str, Any]]:
        seen = {""}
        for key, kind in _LINKS.items():
            for one in self._all(key):
                address = web_address(str(one))
                if address not in seen:
                    seen.add(address)
                    yield {"url": address, "kind": kind}

    def _unknown(self) -> dict[str, Any]:
        """The properties without a field, by their names; those of single programs (``X-…``) are left out."""
        found: dict[str, Any] = {}
        if self._start.why:
            title = self.title
            found["dtstart"] = self._raw("DTSTART")
            hint = "--timezone says the zone" if not self._parameter("DTSTART", "TZID") else ""
            self._notes.left_out(found["dtstart"], f"the date of “{title}” {self._start.why}", self.location, hint=hint)
        kept: dict[str, list[str]] = {}
        for key, value in self._properties():
            is_known = key in _READ | _MACHINES or key.startswith("X-")
            if without_email(value) == value and (not is_known or (key not in _READ and fold(key) in self._mapped)):
                name = key.lower()
                kept.setdefault(f"ics_{name}" if name in Episode.__struct_fields__ else name, []).append(value)
        return found | {name: values[0] if len(values) == 1 else values for name, values in kept.items()}

    def tell(self, episode: Episode, series: Series) -> None:
        """Note what the event holds and its episode does not."""
        placed = Placed(episode, series)
        for key, value in self._properties():
            if why := self._loss(key, value, episode, placed):
                what = key if why in (_NO_PLACE, _OF_THE_ENTRY, _PERSONAL) else f"{key}:{value}"
                hint = f"--map {key}=FIELD places it" if why == _NO_PLACE and key.startswith("X-") else ""
                self._notes.left_out(what, why, self.location, hint=hint)
        for key, values in self._component.parsed.items():
            for one in values if isinstance(values, list) else [values]:
                for name in _parameters(one).keys() - _PARAMETERS:
                    self._notes.left_out(f"{key};{name}", _NO_PLACE, self.location)
        for part in self._component.parsed.subcomponents:
            self._notes.left_out(str(part.name), _OF_THE_ENTRY, self.location)

    def _loss(self, key: str, value: str, episode: Episode, placed: Placed) -> str:
        """Why a property is not in the episode; empty where it is."""
        if key in _REPEATS:
            return f"“{self.title}” is held again and again: only this event is imported"
        if key in _MACHINES:
            return _OF_THE_ENTRY
        if key in ("DTEND", "DURATION"):
            return "" if episode.duration or not self._is_lost(key) else "it gives no duration"
        is_told = key == "DTSTART" or value.upper() == "CANCELLED" or (key == "LAST-MODIFIED" and episode.updated)
        if is_told or placed.holds(value):
            return ""
        return _NO_PLACE if without_email(value) == value else _PERSONAL

    def _is_lost(self, key: str) -> bool:
        """Whether an end says more than that the event takes one whole day, or no time."""
        start, end = self._moment("DTSTART"), self._moment(key)
        if isinstance(start, datetime) or isinstance(end, datetime):
            return start != end
        return start is None or end is None or (end - start) > timedelta(days=1)

    def _properties(self) -> Iterator[tuple[str, str]]:
        for key, values in self._component.parsed.items():
            for one in values if isinstance(values, list) else [values]:
                for text in map(str, one.cats) if hasattr(one, "cats") else [_written(one)]:
                    if text:
                        yield key.upper(), text

    def _all(self, name: str) -> list[Any]:
        found = self._component.parsed.get(name, [])
        return found if isinstance(found, list) else [found]

    def _text(self, name: str) -> str:
        return self._component.value(name)

    def _written(self, name: str) -> str:
        """The text of a property; entities of HTML, which programs for web sites write, are characters."""
        text = self._text(name)
        if not _ENTITY.search(text) or _TAG.search(text):
            return text
        self._notes.assumed(name, "its entities of HTML are read as characters", self.location)
        return unescape(text)

    def _raw(self, name: str) -> str:
        return next((_written(one) for one in self._all(name)), "")

    def _parameter(self, name: str, key: str) -> str:
        return next((value for one in self._all(name) for at, value in _parameters(one).items() if at == key), "")

    def _moment(self, name: str) -> date | datetime | None:
        try:
            value = next((one.dt for one in self._all(name)), None)
        except AttributeError:  # a property that is malformed has none, and is noted already
            return None
        return value if isinstance(value, date) else None


def _parameters(value: Any) -> dict[str, str]:
    return {str(key).upper(): str(one) for key, one in (getattr(value, "params", None) or {}).items()}


def _written(value: Any) -> str:
    """The text of a value; of one that is no text, as it is written."""
    if isinstance(value, str):
        return str(value).strip()
    written = value.to_ical()
    return (written.decode("utf-8", "replace") if isinstance(written, bytes) else str(written)).strip()
