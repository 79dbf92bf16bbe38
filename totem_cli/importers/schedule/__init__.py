"""The schedule of a conference, as frab, pretalx and c3voc have it: XML (schedule.xml) or JSON.

A conference is a series, each of its events an episode. Both become one form, which is read once.
"""

from __future__ import annotations

from pathlib import Path

from totem_cli.errors import InvalidError
from totem_cli.importers import Imported, Options, source_bytes
from totem_cli.importers.schedule.conference import Conference
from totem_cli.importers.schedule.sources import Source, from_json, from_xml
from totem_cli.importers.xml import source_name

__all__ = ["read"]


def read(source: Path | bytes, options: Options) -> Imported:
    """The series and its episodes. Raises InvalidError with the location where the source is no schedule."""
    found = _found(source, options)
    name = source_name(source, options)
    conference = Conference(found, name)
    episodes = tuple(conference.episodes())
    return Imported(
        series=(conference.series,),
        episodes=episodes,
        persons=tuple(conference.persons()),
        locations={"episodes": [event.location for event in found.events]},
        unplaced=tuple(conference.unplaced()),
    )


def _found(source: Path | bytes, options: Options) -> Source:
    content, name = source_bytes(source, options)
    start = content[:1000].removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"{":
        return from_json(content, name)
    if not content.strip():
        raise InvalidError(f"{name} is empty", hint="a schedule is XML (schedule.xml) or JSON")
    return from_xml(content, Options(name, options.parameters))
