"""What the custom fields of WordPress's plugins for events and podcasts mean.

Read are The Events Calendar, Event Organiser, Modern Events Calendar, Events Manager, Seriously Simple Podcasting and
PowerPress. The keys are those that each plugin documents or writes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from totem_cli.errors import InvalidError
from totem_cli.importers import natural
from totem_cli.importers.dates import ParsedDate, parse_date
from totem_cli.importers.foreign_people import with_people_tables
from totem_cli.importers.placed import without_email
from totem_cli.importers.xml import Element, web_address
from totem_cli.language.dates import iso_duration
from totem_cli.language.fold import fold
from totem_cli.language.human_dates.durations import parse_duration
from totem_cli.language.zones import check_timezone
from totem_cli.model.fields import EpisodeFields

VENUES = ("_EventVenueID", "_location_id")
ORGANISERS = ("_EventOrganizerID",)
RECORDINGS = ("audio_file", "video_file")
NUMBER, SEASON = "itunes_episode_number", "itunes_season_number"
LINKS = ("_EventURL", "mec_more_info", "mec_read_more", "_event_rsvp_url")
SIZE = "filesize_raw"
_DURATIONS = ("duration",)
_RECORDED = ("date_recorded",)
"""Seriously Simple Podcasting writes it with the day first."""

_REPEATED = re.compile(r"([^\W\d_][^\W_]*+(?:_[^\W\d_]+)*+)_(\d{1,2})_([^\W\d_][\w-]*)")
_SERIALISED = re.compile(r's:\d+:"(\w+)";(?:s:\d+:"([^"]*)"|i:(\d+))')


class _Keys(NamedTuple):
    """The keys by which a plugin tells when an event takes place."""

    start: tuple[str, ...]
    end: tuple[str, ...]
    all_day: str = ""
    zone: str = ""
    derived: tuple[str, ...] = ()
    """What says the same in another form."""


_EVENTS = (
    _Keys(
        ("_EventStartDate",), ("_EventEndDate",), "_EventAllDay", "_EventTimezone",
        ("_EventStartDateUTC", "_EventEndDateUTC", "_EventDuration", "_EventTimezoneAbbr"),
    ),
    _Keys(
        ("_eventorganiser_schedule_start_datetime",),
        ("_eventorganiser_schedule_start_finish", "_eventorganiser_schedule_end_datetime"),
        derived=("_eventorganiser_schedule_last_start", "_eventorganiser_schedule_last_finish"),
    ),
    _Keys(
        ("_eventorganiser_schedule_start_start",), ("_eventorganiser_schedule_start_finish",),
        derived=("_eventorganiser_schedule_last_start", "_eventorganiser_schedule_last_finish"),
    ),
    _Keys(
        ("_event_start_date", "_event_start_time"), ("_event_end_date", "_event_end_time"), "_event_all_day",
        "_event_timezone", ("_event_start", "_event_end", "_event_start_local", "_event_end_local"),
    ),
    _Keys(
        ("mec_start_date", "mec_start_time_hour", "mec_start_time_minutes", "mec_start_time_ampm"),
        ("mec_end_date", "mec_end_time_hour", "mec_end_time_minutes", "mec_end_time_ampm"), "mec_allday",
        derived=("mec_start_day_seconds", "mec_end_day_seconds", "mec_start_datetime", "mec_end_datetime"),
    ),
    _Keys(_RECORDED, ()),
)  # fmt: skip


class Happening(NamedTuple):
    """When the event of a post takes place, by its custom fields.

    ``used`` are the fields that say it; ``loss`` is what of it is not in the date, with the reason.
    """

    date: str = ""
    duration: str = ""
    used: frozenset[str] = frozenset()
    loss: tuple[str, str] | None = None


def happening(fields: Mapping[str, str], timezone: str | None) -> Happening:
    """When an event takes place; ``timezone`` is that of hours for which the plugin states none."""
    for keys in _EVENTS:
        if start := _joined(fields, keys.start):
            return _event(fields, keys, start, timezone)
    length = _length(fields)
    return Happening(duration=length, used=frozenset(_DURATIONS if length else ()))


def _event(fields: Mapping[str, str], keys: _Keys, start: str, timezone: str | None) -> Happening:
    end = _joined(fields, keys.end)
    used = frozenset((*keys.start, *keys.end, *keys.derived, keys.all_day, keys.zone)).intersection(fields)
    zone = _zone(fields.get(keys.zone, "")) or timezone
    is_all_day = fields.get(keys.all_day, "").lower() in ("yes", "1", "true")
    if is_all_day:
        start, end = start[:10], end[:10]
    length = _length(fields)
    used |= {*_DURATIONS} if length else set()
    try:
        read = parse_date(start, timezone=zone, day_first=True if keys.start == _RECORDED else None)
    except InvalidError as error:
        return Happening(duration=length, used=used, loss=(start, error.message))
    if not length:
        length = _between(read, start, end, zone)
    loss = (start, read.why) if read.time_dropped else None
    if end and not length and end != start and not loss:
        loss = (end, "it is no end that can be read")
    return Happening(read.date, length, used, loss)


def _joined(fields: Mapping[str, str], keys: tuple[str, ...]) -> str:
    """The date in one field, or in several for the day, the hour, the minute and the half of the day."""
    parts = [fields.get(key, "").strip() for key in keys]
    if len(parts) == 4 and parts[0] and parts[1]:
        return (
            f"{parts[0]} {int(parts[1]) if parts[1].isdecimal() else parts[1]}:{parts[2].zfill(2) or '00'} {parts[3]}"
        )
    if len(parts) == 2 or len(parts) == 4:
        return " ".join(filter(None, parts[:2]))
    return next(filter(None, parts), "")


def _between(read: ParsedDate, start: str, end: str, zone: str | None) -> str:
    if not end or not read.date:
        return ""
    try:
        begins, ends = (parse_date(text, timezone=zone or "UTC") for text in (start, end))  # for their distance
        if "T" in begins.date and "T" in ends.date:
            length = datetime.fromisoformat(ends.date) - datetime.fromisoformat(begins.date)
            return iso_duration(int(length.total_seconds())) if length > timedelta(0) else ""
        days = (date.fromisoformat(ends.date[:10]) - date.fromisoformat(read.date[:10])).days + 1
    except (InvalidError, ValueError):
        return ""
    return f"P{days}D" if days > 1 else ""


def _length(fields: Mapping[str, str]) -> str:
    try:
        return next((parse_duration(fields[key], unit=1) for key in _DURATIONS if fields.get(key)), "")
    except InvalidError:
        return ""


def _zone(name: str) -> str | None:
    try:
        return check_timezone(name) if name else None
    except InvalidError:
        return None


def serialised(text: str) -> dict[str, str]:
    """The texts and numbers in a table that PHP serialised, by their keys."""
    return {key: value or number for key, value, number in _SERIALISED.findall(text)}


def repeated_people(kept: Mapping[str, Any]) -> tuple[dict[str, list[Any]], frozenset[str]]:
    """The people in the rows of Advanced Custom Fields' repeaters (``intervenants_0_nom``), and the fields of these.

    The field of the repeater's own name is the number of its rows.
    """
    rows = {key: match for key in kept if (match := _REPEATED.fullmatch(key))}
    named = {f"{match[1]} {int(match[2]) + 1} {match[3]}": key for key, match in rows.items()}
    made, placed = with_people_tables({name: kept[key] for name, key in named.items()}, {})
    people: dict[str, list[Any]] = {group: made[group] for group in ("guests", "hosts") if group in made}
    used = {named[name] for name in placed}
    return people, frozenset(used | {match[1] for key, match in rows.items() if key in used})


class PostFields:
    """The custom fields of a post: what they mean, ``used`` those that are read, ``kept`` those that are kept aside."""

    def __init__(
        self, item: Element, fields: Mapping[str, str], timezone: str | None, mapped: Collection[str] = ()
    ) -> None:
        """``mapped`` are the folded names that the user maps: such fields are kept."""
        self.when = happening(fields, timezone)
        every = [(one.value("meta_key"), one.value("meta_value")) for one in item.all("postmeta")]
        self.venues = _numbers(every, VENUES)
        self.organisers = _numbers(every, ORGANISERS)
        played = next((value for key, value in every if is_enclosure(key)), "")
        told = serialised(played)
        self.number = natural(fields.get(NUMBER, "") or told.get("episode_no", ""))
        self.season = fields.get(SEASON, "") or told.get("season", "")
        self.links = [address for key in LINKS if (address := web_address(fields.get(key, "")))]
        self.recordings = [address for key in RECORDINGS if (address := web_address(fields.get(key, "")))]
        self.size = natural(fields.get(SIZE, ""), 18) if self.recordings else None
        used = [*self.when.used, *VENUES, *ORGANISERS, SEASON, "_thumbnail_id"]
        used += [key for key in (*LINKS, *RECORDINGS) if web_address(fields.get(key, ""))]
        used += [key for key, value in every if is_enclosure(key) and web_address(value.partition("\n")[0].strip())]
        used += [NUMBER] if natural(fields.get(NUMBER, "")) is not None else []
        used += [SIZE] if self.size else []
        used += ["footnotes"] if fields.get("footnotes", "").startswith("[{") else []
        self.used = frozenset(used)
        kept = _kept(every, self.used, mapped)
        self.people, rows = repeated_people(kept)
        self.kept = {key: value for key, value in kept.items() if key not in rows}


def _kept(every: list[tuple[str, str]], used: frozenset[str], mapped: Collection[str]) -> dict[str, str | list[str]]:
    found: dict[str, list[str]] = {}
    for key, value in every:
        if value and key not in used and (fold(key) in mapped or _is_text(key, value)):
            found.setdefault(f"wp_{key}" if key in EpisodeFields.__struct_fields__ else key, []).append(value)
    return {key: values[0] if len(values) == 1 else values for key, values in found.items()}


def is_enclosure(key: str) -> bool:
    """Whether a field holds a recording; PowerPress has one for each of its feeds (``_video:enclosure``)."""
    return key == "enclosure" or key.endswith(":enclosure")


def _is_text(key: str, value: str) -> bool:
    is_for_programs = key.startswith("_") or re.match(r"[abOsid]:\d+[:;]", value) or value.startswith(("{", "["))
    return bool(value) and not is_for_programs and without_email(value) == value


def _numbers(every: list[tuple[str, str]], keys: tuple[str, ...]) -> list[str]:
    return [
        number for key, value in every if key in keys for number in value.split(",") if number.strip() not in ("", "0")
    ]
