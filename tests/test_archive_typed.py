"""Dates and durations that a person types: with add, set and filters, in the archive's language and zone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Shell
from totem_cli.archive.archive import Archive
from totem_cli.cli.main import run
from totem_cli.errors import InvalidError
from totem_cli.importers import Imported, Options
from totem_cli.model import read


def archive_in(folder: Path, language: str = "fr", settings: str = "") -> Archive:
    """An archive with a series, and these lines in its ``totem.toml``."""
    Archive.create(folder / "archive", language=language).series.add("Soirs")
    with (folder / "archive/totem.toml").open("a", encoding="utf-8") as file:
        file.write(settings)
    return Archive(folder / "archive")


def test_an_episode_is_added_with_dates_of_people(tmp_path: Path) -> None:
    """Words and numbers are dates; a stretch gives the duration, which ``duration`` overrides."""
    add = archive_in(tmp_path).episodes.add
    assert add("A", date="12 octobre 2023").date == "2023-10-12"
    assert add("B", date="5/10/2023", duration="1h30").date == "2023-10-05"
    two = add("C", date="11 et 12 novembre 2023")
    assert (two.date, two.duration) == ("2023-11-11", "P2D")
    evening = add("D", date="12 octobre 2023, 20h-21h30 Europe/Paris", duration="80 min")
    assert (evening.date, evening.duration) == ("2023-10-12T20:00:00+02:00", "PT1H20M")


def test_an_hour_needs_a_zone(tmp_path: Path) -> None:
    """It is that of the text, else that of ``totem.toml``; without either the date is refused, not shortened."""
    plain = archive_in(tmp_path / "a")
    with pytest.raises(InvalidError, match="time without a zone") as caught:
        plain.episodes.add("A", date="12 octobre 2023 à 20h")
    assert "[import]" in str(caught.value.hint)
    zoned = archive_in(tmp_path / "b", settings='\n[import]\ntimezone = "europe/paris"\n')
    assert zoned.settings.import_.timezone == "Europe/Paris"
    assert zoned.episodes.add("A", date="12 octobre 2023 à 20h").date == "2023-10-12T20:00:00+02:00"
    assert zoned.episodes.set("soirs/1", "date=2023-01-12 20:00").date == "2023-01-12T20:00:00+01:00"
    assert zoned.episodes.set("soirs/1", date="12 janvier 2023").date == "2023-01-12"


def test_a_zone_that_is_none_is_refused() -> None:
    """The error names the key; other keys of the table are kept."""
    with pytest.raises(InvalidError) as caught:
        read.settings({"import": {"timezone": "Paris"}})
    assert caught.value.field == "import.timezone"
    found = read.settings({"import": {"timezone": "+02:00", "mood": 3}})
    assert (found.import_.timezone, found.extra) == ("+02:00", {"import": {"mood": 3}})


def test_two_ways_are_refused(tmp_path: Path) -> None:
    """English writes both the day and the month first, unless a region is named."""
    with pytest.raises(InvalidError, match="two ways") as caught:
        archive_in(tmp_path / "a", "en").episodes.add("A", date="5/10/2023")
    assert caught.value.hint == "write 2020-04-09 (year, month, day)"
    assert archive_in(tmp_path / "b", "en-US").episodes.add("A", date="5/10/2023").date == "2023-05-10"


def test_another_day_of_the_week_is_refused(tmp_path: Path) -> None:
    """Either the day or its name is a slip."""
    archive = archive_in(tmp_path)
    assert archive.episodes.add("A", date="jeudi 12 octobre 2023").date == "2023-10-12"
    with pytest.raises(InvalidError, match="another day of the week than 2023-10-12 is"):
        archive.episodes.add("B", date="mardi 12 octobre 2023")


def test_set_takes_no_stretch(tmp_path: Path) -> None:
    """One key is set at a time: the error says which two."""
    archive = archive_in(tmp_path)
    archive.episodes.add("A")
    with pytest.raises(InvalidError) as caught:
        archive.episodes.set("soirs/1", "date=11 et 12 novembre 2023")
    assert caught.value.hint == "write date=2023-11-11 duration=P2D"
    assert archive.episodes.set("soirs/1", "duration=1 h 05").duration == "PT1H5M"


def test_the_command_line(totem: Shell) -> None:
    """``add --date --duration`` and ``--since``, ``--until`` take the same forms; a stretch counts as a whole."""
    totem("init", "-q")
    totem("add", "series", "Soirs", "-q")
    for title, day in (("A", "4 et 5 novembre 2023"), ("B", "6 novembre 2023")):
        assert totem("add", "episode", title, "--date", day, "--duration", "2 h").code == 0

    def listed(*filters: str) -> list[str]:
        return totem("list", "--fields", "title", *filters).out.split()[1:]

    assert listed("--since", "5 novembre 2023") == ["B"]
    assert listed("--until", "5/11/2023") == ["A"]
    assert listed("--since", "le 4 novembre 2023 à 19h", "--until", "du 4 au 6 novembre 2023") == ["A", "B"]
    assert listed("--since", "novembre 2023") == ["A", "B"]
    wrong = totem("list", "--until", "6 novembre")
    assert (wrong.code, wrong.err.splitlines()[0]) == (4, "error: until '6 novembre' has no year")


def test_the_zone_of_imports(totem: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """``[import] timezone`` is the zone of hours in sources that have none; ``--timezone`` is stronger."""
    asked: list[str | None] = []

    def read_source(_format: str, _content: object, options: Options) -> Imported:
        asked.append(options.timezone)
        return Imported()

    totem("init", "-q")
    with (totem.folder / "totem.toml").open("a", encoding="utf-8") as file:
        file.write('\n[import]\ntimezone = "Europe/Paris"\n')
    monkeypatch.setattr("totem_cli.importers.placing.read_source", read_source)
    source, archive = str(totem.folder / "totem.toml"), str(totem.folder)
    for options in ((), ("--timezone", "UTC+5")):
        assert run(["import", "csv", source, "--archive", archive, *options]) == 0
    assert asked == ["Europe/Paris", "+05:00"]
