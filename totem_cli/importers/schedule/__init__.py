"""The schedule of a conference: the XML and JSON of frab, pretalx and c3voc, and Sessionize's JSON.

A conference is a series, each of its events an episode.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from dataclasses import replace
from pathlib import Path

from totem_cli.errors import InvalidError
from totem_cli.importers import Imported, Options, source_bytes
from totem_cli.importers.json import decoded
from totem_cli.importers.note_list import NoteList
from totem_cli.importers.schedule.conference import Conference
from totem_cli.importers.schedule.sessionize import from_sessionize, is_sessionize
from totem_cli.importers.schedule.sources import HINT, Source, from_json, from_xml

__all__ = ["read"]


def read(source: Path | bytes, options: Options) -> Imported:
    """Read the series and its episodes. Raises InvalidError with the location where the source is not a schedule."""
    notes = NoteList()
    schedule = _parse(source, options, notes)
    conference = Conference(schedule, options, notes)
    return Imported(
        series=(conference.series,),
        episodes=tuple(conference.episodes()),
        persons=tuple(conference.persons()),
        locations={"episodes": [event.location for event in schedule.events]},
        notes=tuple(notes),
    )


def _parse(source: Path | bytes, options: Options, notes: NoteList) -> Source:
    content, name = source_bytes(source, options)
    start = content[:1000].removeprefix(BOM_UTF8).lstrip()[:1]
    if start in (b"{", b"["):
        document = decoded(content, name)
        read_json = from_sessionize if is_sessionize(document) else from_json
        return read_json(document, name, notes)
    if not content.strip():
        raise InvalidError(f"{name} is empty", hint=HINT)
    return from_xml(content, replace(options, name=name), notes)
