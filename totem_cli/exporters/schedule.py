"""Episodes as a conference schedule, as frab, pretalx and their apps read it: XML or JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from totem_cli.archive.publication import Publication
from totem_cli.archive.record import to_json
from totem_cli.errors import InvalidError
from totem_cli.exporters import Options, one_file
from totem_cli.exporters.moments import has_time, rfc3339
from totem_cli.exporters.programme import Programme, Session, programme
from totem_cli.exporters.selection import check_parameters, choice, selection_key
from totem_cli.exporters.xml import document, element, empty, text
from totem_cli.model.episode import Episode
from totem_cli.publishing.page import Page

VERSION = "schedule 1"
"""Changed when the same publication would give other bytes."""

_NAMED = 10


@one_file
def export(publication: Publication, options: Options) -> Iterator[Page]:
    """One page, ``schedule.xml``, or with ``as`` json ``schedule.json`` (c3voc.de/schedule, XSD and JSON Schema).

    Raises InvalidError that names the episodes without an hour, for a schedule has no place for them, and for a wrong
    parameter.
    """
    check_parameters(options, "schedule", {"as": "xml or json"})
    form = choice(options, "as", "xml", "json")
    _refuse_untimed(publication.episodes)

    def render() -> bytes:
        made = programme(publication)
        return to_json(_json(made)) + b"\n" if form == "json" else document(_xml(made))

    yield Page(f"schedule.{form}", selection_key(VERSION, publication, options), render)


def _refuse_untimed(episodes: Sequence[Episode]) -> None:
    if not episodes:
        raise InvalidError("a schedule of no episode cannot be written", hint="widen the filters")
    untimed = [episode.ref for episode in episodes if not (episode.date and has_time(episode.date))]
    if untimed:
        more = f" and {len(untimed) - _NAMED} more" if len(untimed) > _NAMED else ""
        raise InvalidError(
            f"a schedule needs the hour of each episode; these have none: {', '.join(untimed[:_NAMED])}{more}",
            hint="write date = 2020-04-09T18:30:00+02:00, or leave them out with a filter",
        )


def _xml(made: Programme) -> Iterator[str]:
    yield "<schedule>"
    yield empty("generator", name="totem")
    yield element("version", made.version)
    yield "<conference>"
    yield element("acronym", made.acronym)
    yield element("title", made.title)
    yield element("start", rfc3339(made.start))
    yield element("end", rfc3339(made.end))
    yield element("days", str(len(made.days)))
    yield element("timeslot_duration", made.timeslot)
    yield element("base_url", made.url)
    yield "</conference>"
    for index, day in enumerate(made.days, 1):
        yield f'<day index="{index}" date="{day.date}" start="{rfc3339(day.start)}" end="{rfc3339(day.end)}">'
        for room, sessions in day.rooms.items():
            yield f'<room name="{text(room)}">'
            for session in sessions:
                yield from _event(session)
            yield "</room>"
        yield "</day>"
    yield "</schedule>"


def _event(session: Session) -> Iterator[str]:
    yield f'<event guid="{text(session.guid)}" id="{session.id}">'
    yield element("date", session.date)
    yield element("start", session.start)
    yield element("duration", session.duration)
    for name in ("room", "slug", "url", "title", "subtitle", "track", "type", "language", "abstract", "description"):
        yield element(name, getattr(session, name))
    yield "<persons>"
    for guid, name in session.persons:
        yield element("person", name, guid=guid)
    yield "</persons>"
    yield "<links>"
    for url, title in session.links:
        yield element("link", title, href=url)
    yield "</links>"
    yield "</event>"


def _json(made: Programme) -> dict[str, object]:
    conference = {
        "acronym": made.acronym,
        "title": made.title,
        "start": rfc3339(made.start),
        "end": rfc3339(made.end),
        "daysCount": len(made.days),
        "timeslot_duration": made.timeslot,
        "days": [
            {
                "index": index,
                "date": day.date,
                "day_start": rfc3339(day.start),
                "day_end": rfc3339(day.end),
                "rooms": {room: [_json_event(session) for session in sessions] for room, sessions in day.rooms.items()},
            }
            for index, day in enumerate(made.days, 1)
        ],
    }
    url = {"base_url": made.url} if made.url else {}
    return {"schedule": {"version": made.version, **url, "conference": conference}}


def _json_event(session: Session) -> dict[str, object]:
    return {
        "guid": session.guid,
        "id": session.id,
        "date": session.date,
        "start": session.start,
        "duration": session.duration,
        "room": session.room,
        "slug": session.slug or f"episode-{session.id}",
        "url": session.url or f"urn:uuid:{session.guid}",
        "title": session.title,
        "subtitle": session.subtitle,
        "track": session.track,
        "type": session.type,
        "language": session.language,
        "abstract": session.abstract,
        "description": session.description,
        "persons": [{"guid": guid, "name": name} for guid, name in session.persons],
        "links": [{"url": url, "title": title} for url, title in session.links],
    }
