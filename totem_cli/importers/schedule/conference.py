"""Convert a conference into a series, its events into episodes, its speakers into guests."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

from totem_cli.errors import InvalidError, Location
from totem_cli.importers import Options, filled
from totem_cli.importers.dates import parse_date
from totem_cli.importers.html_tree import collapsed
from totem_cli.importers.identity import FileNames, distinct, file_slug, series_slug, source_of, stable_id
from totem_cli.importers.note_list import NoteList
from totem_cli.importers.notes import Kind
from totem_cli.importers.placed import Placed, values_of, without_email
from totem_cli.importers.prose import prose_of
from totem_cli.importers.schedule.sources import Event, Source
from totem_cli.importers.xml import web_address
from totem_cli.language.dates import check_duration
from totem_cli.language.fold import fold
from totem_cli.language.human_dates.durations import parse_duration
from totem_cli.language.labels import language_tag
from totem_cli.language.slug import slugify
from totem_cli.language.zones import check_timezone
from totem_cli.markup.html import to_text
from totem_cli.model import read as model
from totem_cli.model.episode import Episode
from totem_cli.model.fields import EpisodeFields, PersonFields, SeriesFields
from totem_cli.model.person import Person
from totem_cli.model.series import Series

_LENGTH = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{1,2}))?")
_LINK = re.compile(r"\[([^\[\]]+)\]\((https?://[^()\s]+)\)")
"""A link in Markdown: a summary is text, so its addresses are among the links."""
_VARIANT = re.compile(r"[-_](?:in)?formal$", re.IGNORECASE)
_READ = frozenset(
    "title subtitle abstract description language date start duration room track tags type persons links "
    "attachments tag startsAt endsAt url origin_url recording_url video_download_url recording_license guid id slug "
    "logo".split()
)
_READ_OF_CONFERENCE = frozenset({"title", "subtitle", "url", "base_url", "language"})
_READ_OF_PERSON = frozenset("name public_name biography full_public_biography role url links guid code id".split())
_TIMES = ("date", "start", "startsAt", "endsAt", "duration")
_WHEN = frozenset({"date", "start", "startsAt", "endsAt"})
_NO_PLACE = "it has no place in an archive"


class Conference:
    """A parsed schedule; what of it has no place is added to ``notes``."""

    def __init__(self, source: Source, options: Options, notes: NoteList) -> None:
        self._about = source.conference
        self._events = source.events
        self._notes = notes
        self._timezone = str(source.conference.get("time_zone_name") or "") or options.timezone
        self._names = FileNames()
        self._people: dict[str, dict[str, Mapping[str, Any]]] = {}
        self._identities = Counter(self._identity(event.data) for event in source.events)
        for event in source.events:
            self._names.want(self.series.slug, self._wanted_slug(event.data))
            for person in event.data.get("persons", ()):
                self._people.setdefault(fold(_name(person)), {}).setdefault(_code(person), person)

    @cached_property
    def series(self) -> Series:
        """The conference."""
        title = _line(self._about, "title") or _line(self._about, "acronym") or "conference"
        addresses = (web_address(str(self._about.get(key, ""))) for key in ("url", "base_url"))
        front: dict[str, Any] = _unknown(self._about, _READ_OF_CONFERENCE, SeriesFields) | {
            "title": title,
            "subtitle": _line(self._about, "subtitle"),
            "links": [{"url": address} for address in dict.fromkeys(filter(None, addresses))],
        }
        return model.series(filled(front), slug=series_slug(title))

    def episodes(self) -> Iterator[Episode]:
        """Every event, in the order of the schedule. Raises InvalidError with the location of one without a title."""
        self._tell(self._about, Placed(self.series), self._events[0].location._replace(path=""))
        people = {person.slug: person for person in self.persons()}
        for event in self._events:
            front = self._front(event)
            slug = self._names.name(self.series.slug, self._wanted_slug(event.data), front["id"])
            recap = prose_of(event.data.get("description", ""))
            try:
                episode = model.episode(front, series=self.series.slug, slug=slug, recap=recap)
            except InvalidError as error:
                raise error.at(event.location) from None
            told = [people[one] for one in map(self._person_slug, event.data.get("persons", ())) if one in people]
            rest = {key: value for key, value in event.data.items() if key not in _TIMES}
            self._tell(rest, Placed(episode, self.series, *told), event.location)
            if event.data.get("duration") and not episode.duration:
                self._notes.left_out(str(event.data["duration"]), "it is not a duration that is known", event.location)
            yield episode

    def persons(self) -> Iterator[Person]:
        """The speakers of whom the schedule says more than their name."""
        for person in (person for same_name in self._people.values() for person in same_name.values()):
            biography = prose_of(person.get("biography") or person.get("full_public_biography") or "")
            links = [
                {"url": web_address(str(one.get("url", ""))) or str(one["url"]), "label": _line(one, "title")}
                for one in person.get("links", ())
                if isinstance(one, dict) and one.get("url")
            ]
            front = _unknown(person, _READ_OF_PERSON, PersonFields) | (
                {"links": list(map(filled, links))} if links else {}
            )
            if (biography or front) and _name(person):
                yield model.person({"name": _name(person)} | front, slug=self._person_slug(person), biography=biography)

    def _tell(self, data: Mapping[str, Any], placed: Placed, location: Location) -> None:
        """Note the values that are in no record, by the keys that lead to them."""
        for key, value in data.items():
            for name, text in values_of(key, value):
                if not placed.holds(text):
                    is_personal = placed.holds(without_email(text))
                    why = "e-mail addresses are personal" if is_personal else _NO_PLACE
                    self._notes.left_out(name, why, location)

    def _wanted_slug(self, event: Mapping[str, Any]) -> str:
        """The event's slug in the schedule, without the conference's name and the event's number; else its title's."""
        slug = str(event.get("slug", "")).lower()
        for prefix in (str(self._about.get("acronym", "")).lower(), str(event.get("id", ""))):
            slug = slug.removeprefix(f"{prefix}-") if prefix else slug
        return file_slug(slug.replace("_", " "), "en") or file_slug(_line(event, "title"), "en")

    def _front(self, event: Event) -> dict[str, Any]:
        data = event.data
        address, identity = self._address(str(data.get("url", ""))), self._identity(data)
        moment, is_whole = self._date(event)
        if self._identities[identity] > 1:  # an event that is held again, or events without an id
            identity = f"{identity} {_line(data, 'title')} {moment or ''}"
        spoken = _line(data, "language")
        language = language_tag(_VARIANT.sub("", re.split(r"[,;/ ]", spoken)[0]))
        number = str(data.get("id", ""))
        source = source_of(
            address or identity,
            type=_line(data, "type"),
            languages=spoken if spoken != language else "",
            event=number if number not in re.split(r"\W", address or identity) else "",
        )
        front: dict[str, Any] = _unknown(data, _READ if is_whole else _READ.difference(_WHEN), EpisodeFields) | {
            "id": stable_id(identity),
            "title": _line(data, "title"),
            "subtitle": _line(data, "subtitle"),
            "summary": collapsed(to_text(prose_of(data.get("abstract", "")))),
            "language": language,
            "date": moment,
            "duration": _length(data.get("duration", "")),
            "image": self._address(str(data.get("logo", ""))) or data.get("logo"),
            "place": _line(data, "room"),
            "tags": distinct([_line(data, "track"), *data.get("tags", ()), _line(data, "tag")]),
            "guests": list(self._guests(data.get("persons", ()))),
            "links": list(self._links(data)),
            "licence": _line(data, "recording_license"),
            "source": source,
        }
        return filled(front)

    def _identity(self, event: Mapping[str, Any]) -> str:
        named = f"{self._about.get('base_url') or self._about.get('acronym', '')}#{event.get('id', '')}"
        return str(event.get("guid") or self._address(str(event.get("url", ""))) or named)

    def _address(self, text: str) -> str:
        return web_address(text, str(self._about.get("base_url", "") or self._about.get("url", "")))

    def _date(self, event: Event) -> tuple[str | None, bool]:
        """The start from ``date``, else from the day and ``start``, and whether it says all that they say."""
        key = "startsAt" if "startsAt" in event.data else "date"
        text, start = str(event.data.get(key, "")), str(event.data.get("start", ""))
        title = _line(event.data, "title")
        if len(text) <= len("2020-04-09"):
            text = " ".join(filter(None, (text or event.day, start)))
        if not text:
            self._notes.left_out(title, "this event has no date", event.location)
            return None, True
        try:
            read = parse_date(text, timezone=self._zone())
        except InvalidError as error:
            self._notes.left_out(text, f"of “{title}”: {error.message}", event.location)
            return None, False
        if read.time_dropped:
            hint = "" if self._zone() else "--timezone says the zone"
            why = f"{read.why}: only the day is the date, the rest is kept as it stands"
            self._notes.add(Kind.KEPT_ASIDE, key, why, event.location, hint=hint)
        return read.date, not read.time_dropped

    def _zone(self) -> str | None:
        try:
            return check_timezone(self._timezone) if self._timezone else None
        except InvalidError:
            return None

    def _guests(self, persons: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        for person in persons:
            if name := _name(person):
                several = len(self._people[fold(name)]) > 1
                slug = self._person_slug(person) if several else ""
                address = self._address(str(person.get("url", "")))
                yield filled({"name": name, "role": _line(person, "role"), "url": address, "person": slug})

    def _person_slug(self, person: Mapping[str, Any]) -> str:
        """The slug of a person; of two people of one name, one has the schedule's code in it."""
        slug, code = slugify(_name(person)) or "x", _code(person)
        first = next(iter(self._people[fold(_name(person))]))
        return slug if first == code else f"{slug}-{slugify(code)[:8]}"

    def _links(self, event: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        seen = {""}
        keys = {"url": "event", "origin_url": "event", "recording_url": "video", "video_download_url": "video"}
        named = [
            *((event.get(key, ""), "", kind) for key, kind in keys.items()),
            *((one.get("url", ""), _line(one, "title"), "") for one in event.get("links", ())),
            *((one.get("url", ""), _line(one, "title"), "attachment") for one in event.get("attachments", ())),
            *((url, label, "") for label, url in _LINK.findall(prose_of(event.get("abstract", "")))),
        ]
        for address, label, kind in named:
            url = self._address(str(address)) or str(address)
            if url not in seen:
                seen.add(url)
                yield filled({"url": url, "label": label if label != url else "", "kind": kind})


def _line(data: Mapping[str, Any], key: str) -> str:
    return collapsed(str(data.get(key, "")))


def _name(person: Mapping[str, Any]) -> str:
    return _line(person, "public_name") or _line(person, "name")


def _code(person: Mapping[str, Any]) -> str:
    """The code that separates a person from others of the same name."""
    return str(person.get("guid") or person.get("code") or person.get("id") or "")


def _length(text: Any) -> str | None:
    """A duration as ISO 8601 from ``HH:MM`` or ``HH:MM:SS``, else from minutes; None for other texts."""
    length = _LENGTH.fullmatch(str(text).strip())
    if length:
        return check_duration(f"{length[1]}:{length[2]}:{(length[3] or '0').zfill(2)}")
    try:
        return parse_duration(text) if text else None
    except InvalidError:
        return None


def _unknown(data: Mapping[str, Any], read: frozenset[str], struct: type[Struct]) -> dict[str, Any]:
    """The texts that are not read, to be kept beside the fields of a struct; e-mail addresses are not among them."""
    kept = {key: value for key, value in data.items() if key not in read and isinstance(value, str) and value}
    return {
        f"schedule_{key}" if key in struct.__struct_fields__ else key: value
        for key, value in kept.items()
        if without_email(value) == value
    }
