"""The schedule: XML and JSON as frab writes them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft7Validator, FormatChecker
from msgspec.structs import replace

from tests.html_site import FIRST, SECOND, SETTINGS, publication
from totem_cli.errors import InvalidError
from totem_cli.exporters import Options
from totem_cli.exporters.schedule import export
from totem_cli.model.episode import Episode

NOON = replace(FIRST, date="2023-10-05T12:00:00+02:00", duration="PT1H5M30S", place="La Péniche")
EVENING = replace(SECOND, date="2023-10-05T19:30:00+02:00")
LATER = replace(SECOND, id="29222222-2222-4222-8222-222222222222", slug="09-мир", date="2023-10-06T00:10:00+00:09:21")


def made(*episodes: Episode, base: bool = True, form: str = "xml") -> bytes:
    """The schedule of these episodes."""
    settings = SETTINGS if base else replace(SETTINGS, base_url=None, title="d")
    (page,) = export(publication(settings, episodes=episodes), Options(parameters={"as": form}))
    return page.render()


def test_days_and_rooms() -> None:
    """Episodes stand under their day and room, with their length in hours and minutes."""
    root = ET.fromstring(made(EVENING, NOON, LATER))
    assert [(day.get("date"), len(day.findall("room/event"))) for day in root.findall("day")] == [
        ("2023-10-05", 2),
        ("2023-10-06", 1),
    ]
    assert [room.get("name") for room in root.findall("day/room")] == ["La Péniche", "—", "—"]
    first = root.find("day/room/event")
    assert first is not None
    assert [first.findtext(name) for name in ("start", "duration", "language")] == ["12:00", "01:05", "fr"]
    assert [one.text for one in first.findall("persons/person")] == [
        "Maëlle Guivarc’h",
        "Zoé Œuvrard",
        "Blaise Kermadec",
    ]
    assert first.findtext("track") == "Marées : une saison"
    assert [one.get("href") for one in first.findall("links/link")] == ["https://carte.example/"]


def test_people_keep_their_guid() -> None:
    """One person has one guid in every episode."""
    found = {(one.text, one.get("guid")) for one in ET.fromstring(made(EVENING, NOON, LATER)).iter("person")}
    assert len(found) == len({name for name, _ in found}) == 3


def test_untimed() -> None:
    """Episodes without an hour are named, and nothing is written."""
    with pytest.raises(InvalidError, match="marees/1") as raised:
        made(FIRST, EVENING)
    assert "marees/2" not in raised.value.message
    with pytest.raises(InvalidError, match="no episode"):
        made()


@pytest.mark.parametrize("base", [True, False])
def test_schemas(real_data: Path, tmp_path: Path, base: bool) -> None:
    """Both forms answer to the schemas of the format."""
    schema = json.loads((real_data / "schedule" / "schema.json").read_text("utf-8"))
    found = json.loads(made(NOON, EVENING, LATER, base=base, form="json"))
    assert list(Draft7Validator(schema, format_checker=FormatChecker()).iter_errors(found)) == []
    if not shutil.which("xmllint"):
        pytest.skip("no xmllint")
    (tmp_path / "schedule.xml").write_bytes(made(NOON, EVENING, LATER, base=base))
    command = ["xmllint", "--noout", "--schema", real_data / "schedule" / "schedule.xml.xsd", tmp_path / "schedule.xml"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
