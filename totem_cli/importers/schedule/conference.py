"""Convert a conference into a series, its events into episodes, its speakers into guests."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from textwrap import dedent
from typing import Any
from zoneinfo import ZoneInfo

from totem_cli.errors import InvalidError
from totem_cli.importers import filled
from totem_cli.importers.html_tree import collapsed
from totem_cli.importers.identity import FileNames, file_slug, series_slug, source_of, stable_id
from totem_cli.importers.prose import to_markdown
from totem_cli.importers.schedule.sources import Event, Source
from totem_cli.importers.xml import web_address
from totem_cli.language.dates import check_duration, check_moment
from totem_cli.language.fold import fold
from totem_cli.language.labels import language_tag
from totem_cli.language.slug import slugify
from totem_cli.markup.html import to_text
from totem_cli.model import read as model
from totem_cli.model.episode import Episode
from totem_cli.model.person import Person
from totem_cli.model.series import Series

_HTML = re.compile(r"</(?:p|div|ul|ol|h[1-6]|a|strong|em)>|<br\b", re.IGNORECASE)
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::\d\d)?")
_LENGTH = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{1,2}))?")
_LEFT_OUT = ("answers", "feedback_url", "logo")


class Conference:
    """A parsed schedule; ``name`` is the name of its source in messages."""

    def __init__(self, source: Source, name: str) -> None:
        self._about = source.conference
        self._events = source.events
        self._name = name
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
        address = web_address(self._about.get("url") or self._about.get("base_url") or "")
        front: dict[str, Any] = {"title": title, "links": [{"url": address}] if address else []}
        front |= {key: _line(self._about, key) for key in ("subtitle", "start", "end", "venue", "city")}
        return model.series(filled(front), slug=series_slug(title))

    def episodes(self) -> Iterator[Episode]:
        """Every event, in the order of the schedule. Raises InvalidError with the location of one without a title."""
        for event in self._events:
            front = self._front(event)
            slug = self._names.name(self.series.slug, self._wanted_slug(event.data), front["id"])
            recap = _prose(event.data.get("description", ""))
            try:
                yield model.episode(front, series=self.series.slug, slug=slug, recap=recap)
            except InvalidError as error:
                raise error.at(event.location) from None

    def persons(self) -> Iterator[Person]:
        """The speakers whose biography the schedule holds."""
        for person in (person for same_name in self._people.values() for person in same_name.values()):
            biography = _prose(person.get("biography") or person.get("full_public_biography") or "")
            if biography and _name(person):
                yield model.person({"name": _name(person)}, slug=self._person_slug(person), biography=biography)

    def unplaced(self) -> Iterator[str]:
        """Yield a warning for each kind of content that has no field in the model."""
        left_out = {key: sum(bool(event.data.get(key)) for event in self._events) for key in _LEFT_OUT}
        if any(left_out.values()):
            yield f"{self._name}: left out: {', '.join(f'{count} {key}' for key, count in left_out.items() if count)}"
        refused = sum(event.data.get("do_not_record") == "true" for event in self._events)
        if refused:
            yield f"{self._name}: that they are not to be recorded is left out: {refused} events"
        undated = sum(self._date(event) is None for event in self._events)
        if undated:
            yield f"{self._name}: events without a date: {undated}"

    def _wanted_slug(self, event: Mapping[str, Any]) -> str:
        """The event's slug in the schedule, without the conference's name and the event's number; else its title's."""
        slug = str(event.get("slug", "")).lower()
        for prefix in (str(self._about.get("acronym", "")).lower(), str(event.get("id", ""))):
            slug = slug.removeprefix(f"{prefix}-") if prefix else slug
        return file_slug(slug.replace("_", " "), "en") or file_slug(_line(event, "title"), "en")

    def _front(self, event: Event) -> dict[str, Any]:
        data = event.data
        address, identity, moment = self._address(data.get("url", "")), self._identity(data), self._date(event)
        if self._identities[identity] > 1:  # an event that is held again, or events without an id
            identity = f"{identity} {_line(data, 'title')} {moment or ''}"
        spoken = _line(data, "language")
        language = language_tag(re.split(r"[,;/ ]", spoken)[0])
        source = source_of(
            address or identity, type=_line(data, "type"), languages=spoken if spoken != language else ""
        )
        front: dict[str, Any] = {
            "id": stable_id(identity),
            "title": _line(data, "title"),
            "subtitle": _line(data, "subtitle"),
            "summary": collapsed(to_text(_prose(data.get("abstract", "")))),
            "language": language,
            "date": moment,
            "duration": _duration(data.get("duration", "")),
            "place": _line(data, "room"),
            "tags": list(filter(None, [_line(data, "track")])),
            "guests": list(self._guests(data.get("persons", ()))),
            "links": list(self._links(data)),
            "licence": _line(data, "recording_license"),
            "source": source,
        }
        return filled(front)

    def _identity(self, event: Mapping[str, Any]) -> str:
        named = f"{self._about.get('base_url') or self._about.get('acronym', '')}#{event.get('id', '')}"
        return str(event.get("guid") or self._address(event.get("url", "")) or named)

    def _address(self, text: str) -> str:
        return web_address(text, self._about.get("base_url", ""))

    def _date(self, event: Event) -> str | None:
        """The start from ``date``, else from the day and ``start``; only the day where no zone is known."""
        text = str(event.data.get("date", ""))
        try:
            moment: date | datetime = (
                datetime.fromisoformat(text) if len(text) > 10 else date.fromisoformat(text or event.day)
            )
        except ValueError:
            return None
        if not isinstance(moment, datetime):
            start = _CLOCK.fullmatch(str(event.data.get("start", "")))
            if not start:
                return moment.isoformat()
            moment = datetime(moment.year, moment.month, moment.day, int(start[1]), int(start[2]))
        if moment.tzinfo is None:
            zone = _zone(self._about.get("time_zone_name", ""))
            if zone is None:
                return moment.date().isoformat()
            moment = moment.replace(tzinfo=zone)
        return check_moment(moment)

    def _guests(self, persons: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        for person in persons:
            if name := _name(person):
                several = len(self._people[fold(name)]) > 1
                slug = self._person_slug(person) if several else ""
                yield filled({"name": name, "url": self._address(person.get("url", "")), "person": slug})

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
        ]
        for address, label, kind in named:
            url = self._address(str(address))
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


def _prose(text: Any) -> str:
    """A description as Markdown: HTML converted, the indentation of pretty-printed XML removed."""
    lines = str(text).replace("\r\n", "\n").replace("\r", "\n")
    if _HTML.search(lines):
        return to_markdown(lines, breaks=True)
    first, mark, rest = lines.partition("\n")
    return (first.strip() + mark + dedent(rest)).strip("\n ")


def _duration(text: Any) -> str | None:
    """A duration as ISO 8601 from ``HH:MM`` or ``HH:MM:SS``; None for other texts."""
    length = _LENGTH.fullmatch(str(text).strip())
    return check_duration(f"{length[1]}:{length[2]}:{(length[3] or '0').zfill(2)}") if length else None


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, KeyError):
        return None
