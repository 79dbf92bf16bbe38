"""The schedule of a conference, in the XML or JSON of frab, pretalx and c3voc.

A conference is a series, each of its events an episode.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from dataclasses import replace
from pathlib import Path

from totem_cli.errors import InvalidError
from totem_cli.importers import Imported, Options, source_bytes
from totem_cli.importers.schedule.conference import Conference
from totem_cli.importers.schedule.sources import Source, from_json, from_xml
from totem_cli.importers.xml import source_name

__all__ = ["read"]


def read(source: Path | bytes, options: Options) -> Imported:
    """Read the series and its episodes. Raises InvalidError with the location where the source is not a schedule."""
    schedule = _parse(source, options)
    conference = Conference(schedule, source_name(source, options))
    return Imported(
        series=(conference.series,),
        episodes=tuple(conference.episodes()),
        persons=tuple(conference.persons()),
        locations={"episodes": [event.location for event in schedule.events]},
        unplaced=tuple(conference.unplaced()),
    )


def _parse(source: Path | bytes, options: Options) -> Source:
    content, name = source_bytes(source, options)
    start = content[:1000].removeprefix(BOM_UTF8).lstrip()[:1]
    if start == b"{":
        return from_json(content, name)
    if not content.strip():
        raise InvalidError(f"{name} is empty", hint="a schedule is XML (schedule.xml) or JSON")
    return from_xml(content, replace(options, name=name))
