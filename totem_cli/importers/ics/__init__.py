"""A calendar: the events of an iCalendar file (RFC 5545), as Google, Apple, Outlook, Meetup and totem itself write it.

A calendar is a series, each of its events an episode, whose UID makes a second import find it again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from totem_cli.errors import InvalidError, Location
from totem_cli.importers import Imported, Options, filled, source_bytes
from totem_cli.importers.ics.components import Calendar, Component, calendars
from totem_cli.importers.ics.event import Event
from totem_cli.importers.identity import FileNames, file_slug, series_slug
from totem_cli.importers.note_list import NoteList
from totem_cli.importers.prose import to_markdown
from totem_cli.importers.words import read_mapping
from totem_cli.language.fold import fold
from totem_cli.language.labels import language_tag
from totem_cli.language.zones import check_timezone
from totem_cli.model import read as model
from totem_cli.model.episode import Episode
from totem_cli.model.series import Series

_NAMES = ("NAME", "X-WR-CALNAME")
_ABOUT = ("DESCRIPTION", "X-WR-CALDESC")
_ZONE = "X-WR-TIMEZONE"

__all__ = ["read"]


def read(source: Path | bytes, options: Options) -> Imported:
    """Read the series and their episodes. Raises InvalidError with the line where the source is not a calendar."""
    content, name = source_bytes(source, options)
    notes, mapped = NoteList(), read_mapping(options)
    series: dict[str, Series] = {}
    events: list[tuple[Event, Series]] = []
    for calendar in calendars(content, name, options.encoding, notes):
        home = _series(calendar, name, notes, mapped)
        series.setdefault(home.slug, home)
        zone = options.timezone or _zone(calendar.value(_ZONE))
        for component in calendar.components:
            if component.name == "VEVENT":
                if event := _event(component, zone, mapped, notes):
                    events.append((event, home))
            elif component.name == "VTIMEZONE":
                notes.left_out("VTIMEZONE", "each date has its own distance from UTC", component.location)
            else:
                what = f"{component.name}: {component.value('SUMMARY')}".rstrip(": ")
                notes.left_out(what, "it is no event", component.location)
    if not events:
        hint = "a calendar has lines from BEGIN:VEVENT to END:VEVENT"
        raise InvalidError("no events found in this calendar", hint=hint, location=Location(name))
    return Imported(
        series=tuple(series.values()),
        episodes=tuple(_episodes(events)),
        locations={"episodes": [event.location for event, _ in events]},
        notes=tuple(notes),
    )


def _zone(name: str) -> str | None:
    """The zone that a calendar names; None where it is none."""
    try:
        return check_timezone(name) if name else None
    except InvalidError:
        return None


def _event(component: Component, zone: str | None, mapped: Collection[str], notes: NoteList) -> Event | None:
    event = Event(component, zone, mapped, notes)
    if not event.has_content:
        notes.left_out("VEVENT", "there is nothing in it", component.location)
        return None
    return event


def _series(calendar: Calendar, file: str, notes: NoteList, mapped: Collection[str]) -> Series:
    title = next(filter(None, map(calendar.value, _NAMES)), "")
    if not title:
        title = Path(file).stem if not file.startswith("<") else "calendar"
        hint = "--series puts the events into another series"
        notes.assumed(title, "the calendar has no name: this is the name of the file", calendar.location, hint=hint)
    about = next(filter(None, map(calendar.value, _ABOUT)), "")
    language = language_tag(calendar.parameter("NAME", "LANGUAGE"))
    address = calendar.value("URL")
    data: dict[str, Any] = {"title": title, "language": language, "links": [{"url": address}] if address else []}
    used = {*_NAMES, *_ABOUT, _ZONE, "URL"}
    for name, value in calendar.values:
        if fold(name) in mapped:
            data.setdefault(name.lower(), value)
        elif name not in used or value not in (title, about, address, calendar.value(_ZONE)):
            notes.left_out(name, "it is about the file of the calendar", calendar.location)
    return model.series(filled(data), slug=series_slug(title, language), introduction=to_markdown(about, breaks=True))


def _episodes(events: list[tuple[Event, Series]]) -> Iterator[Episode]:
    identities = Counter(event.identity for event, _ in events)
    names = FileNames()
    for event, home in events:
        names.want(home.slug, file_slug(event.title, home.language or ""))
    for event, home in events:
        front = event.front(event.identity if identities[event.identity] < 2 else f"{event.identity}#{event.start}")
        slug = names.name(home.slug, file_slug(event.title, home.language or ""), front["id"])
        try:
            episode = model.episode(front, series=home.slug, slug=slug, recap=event.recap)
        except InvalidError as error:
            raise error.at(event.location) from None
        event.tell(episode, home)
        yield episode
