"""Episodes as a conference schedule in XML or JSON, the format of frab, pretalx and their apps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import to_builtins

from totem_cli.archive.publication import Publication
from totem_cli.archive.record import to_json
from totem_cli.errors import InvalidError
from totem_cli.exporters import Options, one_file
from totem_cli.exporters.conference_schedule import Event, Schedule, conference_schedule
from totem_cli.exporters.dates import has_time, listed
from totem_cli.exporters.selection import check_parameters, choice, selection_key
from totem_cli.exporters.xml import document, element, empty, nested
from totem_cli.model.episode import Episode
from totem_cli.publishing.page import Page

VERSION = "schedule 1"
"""Changed when the same publication would give other bytes."""


@one_file
def export(publication: Publication, options: Options) -> Iterator[Page]:
    """Yield one page: ``schedule.xml``, or ``schedule.json`` where the parameter ``as`` is ``json``.

    The formats are c3voc's XSD and JSON Schema (c3voc.de/schedule). Raises InvalidError where there is no episode or
    some have no time of day, which the formats require, and for a wrong parameter.
    """
    check_parameters(options, "schedule", {"as": "xml or json"})
    form = choice(options, "as", "xml", "json")
    _check_times(publication.episodes)

    def render() -> bytes:
        schedule = conference_schedule(publication)
        return to_json(_json(schedule)) + b"\n" if form == "json" else document([nested("schedule", _xml(schedule))])

    yield Page(f"schedule.{form}", selection_key(VERSION, publication, options), render)


def _check_times(episodes: Sequence[Episode]) -> None:
    if not episodes:
        raise InvalidError("a schedule of no episode cannot be written", hint="widen the filters")
    untimed = [episode.ref for episode in episodes if not (episode.date and has_time(episode.date))]
    if untimed:
        raise InvalidError(
            f"a schedule needs the hour of each episode; these have none: {listed(untimed)}",
            hint="write date = 2020-04-09T18:30:00+02:00, or leave them out with a filter",
        )


def _xml(schedule: Schedule) -> Iterator[str]:
    conference = schedule.conference
    yield empty("generator", name="totem")
    yield element("version", schedule.version)
    head = [element(name, getattr(conference, name)) for name in ("acronym", "title", "start", "end")]
    head.append(element("days", str(conference.days_count)))
    head.append(element("timeslot_duration", conference.timeslot_duration))
    yield nested("conference", [*head, element("base_url", schedule.base_url)])
    for day in conference.days:
        rooms = [nested("room", map(_event, events), name=room) for room, events in day.rooms.items()]
        yield nested("day", rooms, index=str(day.index), date=day.date, start=day.day_start, end=day.day_end)


def _event(event: Event) -> str:
    persons = [element("person", person["name"], guid=person["guid"]) for person in event.persons]
    links = [element("link", link["title"], href=link["url"]) for link in event.links]
    texts = [
        element(name, getattr(event, name))
        for name in event.__struct_fields__
        if name not in ("guid", "id", "persons", "links")
    ]
    children = [*texts, nested("persons", persons), nested("links", links)]
    return nested("event", children, guid=event.guid, id=str(event.id))


def _json(schedule: Schedule) -> dict[str, object]:
    """The schedule as JSON, with a slug and a URL in each event: the JSON Schema requires both, the XSD neither."""
    data = to_builtins(schedule)
    for day in data["conference"]["days"]:
        for events in day["rooms"].values():
            for event in events:
                event["slug"] = event["slug"] or f"episode-{event['id']}"
                event["url"] = event["url"] or f"urn:uuid:{event['guid']}"
    return {"schedule": data}
