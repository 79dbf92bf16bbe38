"""A conference as a series, its events as episodes, its speakers as guests."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from textwrap import dedent
from typing import Any

from totem_cli.errors import InvalidError
from totem_cli.importers.identity import FileNames, file_slug, series_slug, source_of, stable_id
from totem_cli.importers.prose import to_markdown
from totem_cli.importers.schedule.sources import Event, Source
from totem_cli.importers.xml import absolute
from totem_cli.language.dates import check_duration, check_moment
from totem_cli.language.fold import fold
from totem_cli.language.labels import check_language
from totem_cli.language.slug import slugify
from totem_cli.markup.html import to_text
from totem_cli.model import read as model
from totem_cli.model.episode import Episode
from totem_cli.model.person import Person
from totem_cli.model.series import Series

_HTML = re.compile(r"</(?:p|div|ul|ol|h[1-6]|a|strong|em)>|<br\b", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_LENGTH = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{1,2}))?")
_WEB = ("http://", "https://")
_LEFT = ("logo", "feedback_url", "answers")


class Conference:
    """A whole schedule; ``name`` is what messages call its source."""

    def __init__(self, source: Source, name: str) -> None:
        self._said = source.conference
        self._events = source.events
        self._name = name
        self._names = FileNames()
        self._people: dict[str, dict[str, Mapping[str, Any]]] = {}
        self._identities = Counter(self._identity(event.data) for event in source.events)
        for event in source.events:
            self._names.want(self.series.slug, self._wanted(event.data))
            for person in event.data.get("persons", ()):
                self._people.setdefault(fold(_name(person)), {}).setdefault(_key(person), person)

    @cached_property
    def series(self) -> Series:
        """The conference."""
        title = _line(self._said.get("title", "")) or _line(self._said.get("acronym", "")) or "conference"
        address = self._said.get("url") or self._said.get("base_url") or ""
        data: dict[str, Any] = {"title": title, "links": [{"url": address}] if address.startswith(_WEB) else []}
        for key in ("subtitle", "start", "end", "venue", "city"):
            if _line(self._said.get(key, "")):
                data[key] = _line(self._said[key])
        return model.series({key: value for key, value in data.items() if value}, slug=series_slug(title))

    def episodes(self) -> Iterator[Episode]:
        """Every event, in the order of the schedule. Raises InvalidError with the place of one without a title."""
        for event in self._events:
            data, slug = self._data(event), self._wanted(event.data)
            name = self._names.name(self.series.slug, slug, data["id"])
            try:
                yield model.episode(
                    data, series=self.series.slug, slug=name, recap=_prose(event.data.get("description", ""))
                )
            except InvalidError as error:
                raise error.at(event.place) from None

    def persons(self) -> Iterator[Person]:
        """Those of whom the schedule tells a life."""
        for same in self._people.values():
            for person in same.values():
                told = _prose(person.get("biography") or person.get("full_public_biography") or "")
                if told and _name(person):
                    yield model.person({"name": _name(person)}, slug=self._slug(person), biography=told)

    def unplaced(self) -> Iterator[str]:
        """What has no place in an archive, one sentence each."""
        left = Counter(key for event in self._events for key in _LEFT if event.data.get(key))
        if left:
            said = ", ".join(f"{count} {key}" for key, count in sorted(left.items()))
            yield f"{self._name}: left out: {said}"
        refused = sum(event.data.get("do_not_record") == "true" for event in self._events)
        if refused:
            yield f"{self._name}: that they are not to be recorded is left out: {refused} events"
        undated = sum(self._date(event) is None for event in self._events)
        if undated:
            yield f"{self._name}: events without a date: {undated}"

    def _wanted(self, event: Mapping[str, Any]) -> str:
        """The slug that the schedule gives, without the conference's name and the event's number; else the title's."""
        slug = str(event.get("slug", "")).lower()
        acronym = str(self._said.get("acronym", "")).lower()
        for prefix in (acronym, str(event.get("id", ""))):
            if prefix:
                slug = slug.removeprefix(f"{prefix}-")
        return file_slug(slug.replace("_", " "), "en") or file_slug(_line(event.get("title", "")), "en")

    def _data(self, event: Event) -> dict[str, Any]:
        said = event.data
        address, identity = self._address(said.get("url", "")), self._identity(said)
        if self._identities[identity] > 1:  # an event that is held again, or events that are given no id
            identity = f"{identity} {_line(said.get('title', ''))} {self._date(event) or ''}"
        language = _language(said.get("language", ""))
        data: dict[str, Any] = {
            "id": stable_id(identity),
            "title": _line(said.get("title", "")),
            "subtitle": _line(said.get("subtitle", "")),
            "summary": _line(to_text(_prose(said.get("abstract", "")))),
            "language": language,
            "date": self._date(event),
            "duration": _duration(said.get("duration", "")),
            "place": _line(said.get("room", "")),
            "tags": [_line(said.get("track", ""))] if _line(said.get("track", "")) else [],
            "guests": list(self._guests(said.get("persons", ()))),
            "links": list(self._links(said)),
            "licence": _line(said.get("recording_license", "")),
        }
        spoken = _line(said.get("language", ""))
        data["source"] = source_of(
            address or identity, type=_line(said.get("type", "")), languages=spoken if spoken != language else ""
        )
        return {key: value for key, value in data.items() if value}

    def _identity(self, said: Mapping[str, Any]) -> str:
        named = f"{self._said.get('base_url') or self._said.get('acronym', '')}#{said.get('id', '')}"
        return str(said.get("guid") or self._address(said.get("url", "")) or named)

    def _address(self, text: str) -> str:
        found = absolute(text, self._said.get("base_url", "")) if text else ""
        return found if found.startswith(_WEB) else ""

    def _date(self, event: Event) -> str | None:
        """When it begins: ``date``, else its day and ``start``; only the day where no zone is known."""
        text = str(event.data.get("date", ""))
        try:
            moment: date | datetime = (
                datetime.fromisoformat(text) if len(text) > 10 else date.fromisoformat(text or event.day)
            )
        except ValueError:
            return None
        if not isinstance(moment, datetime):
            start = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)(?::\d\d)?", str(event.data.get("start", "")))
            if not start:
                return moment.isoformat()
            moment = datetime(moment.year, moment.month, moment.day, int(start[1]), int(start[2]))
        if moment.tzinfo is None:
            zone = _zone(self._said.get("time_zone_name", ""))
            if zone is None:
                return moment.date().isoformat()
            moment = moment.replace(tzinfo=zone)
        return check_moment(moment)

    def _guests(self, persons: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        for person in persons:
            name = _name(person)
            if name:
                guest = {"name": name}
                address = self._address(person.get("url", ""))
                if address:
                    guest["url"] = address
                if len(self._people[fold(name)]) > 1:
                    guest["person"] = self._slug(person)
                yield guest

    def _slug(self, person: Mapping[str, Any]) -> str:
        """The slug of a person; two of one name are told apart by the schedule's own codes."""
        slug = slugify(_name(person)) or "x"
        same = list(self._people[fold(_name(person))])
        return slug if same[0] == _key(person) else f"{slug}-{slugify(_key(person))[:8]}"

    def _links(self, event: Mapping[str, Any]) -> Iterator[dict[str, str]]:
        seen = {""}
        named = [
            *((event.get(key, ""), "", kind) for key, kind in (("url", "event"), ("origin_url", "event"))),
            *((event.get(key, ""), "", "video") for key in ("recording_url", "video_download_url")),
            *((one.get("url", ""), one.get("title", ""), "") for one in event.get("links", ())),
            *((one.get("url", ""), one.get("title", ""), "attachment") for one in event.get("attachments", ())),
        ]
        for address, label, kind in named:
            url = self._address(str(address))
            if url not in seen:
                seen.add(url)
                link = {"url": url, "label": _line(label) if _line(label) != url else "", "kind": kind}
                yield {key: value for key, value in link.items() if value}


def _line(text: Any) -> str:
    return _SPACE.sub(lambda match: "\u00a0" if match[0] == "\u00a0" else " ", str(text)).strip(" ")


def _name(person: Mapping[str, Any]) -> str:
    return _line(person.get("public_name") or person.get("name") or "")


def _key(person: Mapping[str, Any]) -> str:
    """What tells a person from others of the same name."""
    return str(person.get("guid") or person.get("code") or person.get("id") or "")


def _prose(text: str) -> str:
    """A description as Markdown: HTML converted, the indentation of pretty-printed XML taken back."""
    text = str(text).replace("\r\n", "\n").replace("\r", "\n")
    if _HTML.search(text):
        return to_markdown(text, breaks=True)
    first, mark, rest = text.partition("\n")
    return (first.strip() + mark + dedent(rest)).strip("\n ")


def _language(text: str) -> str:
    """The language, or the first of several: ``de, en``."""
    try:
        return check_language(re.split(r"[,;/ ]", text.strip())[0].replace("_", "-"))
    except InvalidError:
        return ""


def _duration(text: str) -> str | None:
    """``00:30`` is half an hour here: hours first."""
    length = _LENGTH.fullmatch(str(text).strip())
    if not length:
        return None
    return check_duration(f"{length[1]}:{length[2]}:{(length[3] or '0').zfill(2)}")


def _zone(name: str) -> Any:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, KeyError):
        return None
