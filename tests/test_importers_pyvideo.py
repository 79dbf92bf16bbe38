"""Importing talks as pyvideo keeps them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any
from unicodedata import is_normalized

import pytest

from tests.conftest import Shell
from totem_cli.errors import InvalidError, NotFoundError
from totem_cli.importers import Imported, Options
from totem_cli.importers.pyvideo import read


def talk(**values: Any) -> dict[str, Any]:
    """A talk."""
    return {
        "title": "Salt",
        "speakers": ["Ada Brun"],
        "recorded": "2020-04-09",
        "_path": "sea-2020/videos/salt.json",
        "_category": "Sea 2020",
    } | values


def talks(*found: Any) -> Imported:
    """What an array of talks holds."""
    return read(json.dumps(found).encode(), Options(name="t.json"))


def test_a_talk() -> None:
    """Its fields are an episode's; what an episode has no field for is kept under ``source``."""
    found = talks(
        talk(
            speakers=["Ada Brun", "TBA", "", "Luc Me\u0301r", "Ada Brun"],
            language="fra",
            description="One.\r\n\r\nTwo.\n",
            tags=["sea", "", "sea"],
            duration=3725,
            related_urls=[{"label": "slides", "url": "https://a.example/s"}, "https://b.example/"],
            videos=[
                {"type": "mp4", "url": "https://a.example/v.mp4", "size": 12, "length": 61},
                {"type": "youtube", "url": "https://y.example/1"},
            ],
            quality_notes="noisy",
            copyright_text="CC BY",
            thumbnail_url="https://a.example/i.jpg",
        )
    )
    (one,) = found.episodes
    assert [guest.name for guest in one.guests] == ["Ada Brun", "Luc Mér"]
    assert (one.series, one.slug, one.number, one.date, one.language) == ("sea-2020", "salt", None, "2020-04-09", "fr")
    assert (one.recap, one.tags, one.duration, one.licence, one.image) == (
        "One.\n\nTwo.",
        ("sea",),
        "PT1H2M5S",
        "CC BY",
        "https://a.example/i.jpg",
    )
    assert [(link.url, link.label) for link in one.links] == [
        ("https://a.example/s", "slides"),
        ("https://b.example/", None),
    ]
    assert [(media.kind, media.type, media.bytes, media.duration) for media in one.media] == [
        ("video", "video/mp4", 12, "PT1M1S"),
        ("video", None, None, None),
    ]
    assert (one.source, one.extra) == ({"path": "sea-2020/videos/salt.json", "quality_notes": "noisy"}, {})
    assert [(series.slug, series.title) for series in found.series] == [("sea-2020", "Sea 2020")]


def test_times() -> None:
    """A time with its zone is kept; one without gives its day, which is said, and the time stays under ``source``."""
    zoned, naive = talks(
        talk(recorded="2020-04-09T18:30:00+02:00"), talk(recorded="2020-04-09T18:30:00", _path="sea-2020/videos/b.json")
    ).episodes
    assert (zoned.date, naive.date) == ("2020-04-09T18:30:00+02:00", "2020-04-09")
    assert naive.source["recorded"] == "2020-04-09T18:30:00"
    found = talks(talk(recorded="2020-04-09T18:30:00"))
    assert [(note.what, note.hint) for note in found.notes] == [("recorded", "--timezone says the zone")]


def test_what_has_no_field_is_told() -> None:
    """A key that is kept under the source, a speaker who is none, the kind of a site: each is told once."""
    found = talks(
        talk(
            quality_notes="noisy",
            speakers=["TBA"],
            duration=2223.0,
            videos=[{"type": "youtube", "url": "https://v.example/1"}],
        ),
        talk(quality_notes="good", speakers=["Ada Brun"], duration="bientôt", _path="sea-2020/videos/b.json"),
    )
    first, second = found.episodes
    assert (first.duration, second.duration, second.source["duration"]) == ("PT37M3S", None, "bientôt")
    assert {(str(note.kind), note.what, note.count) for note in found.notes} == {
        ("kept aside", "quality_notes", 2),
        ("kept aside", "duration", 1),
        ("left out", "speakers", 1),
        ("left out", "videos > type", 1),
    }


@pytest.mark.parametrize(
    ("value", "duration", "kept"),
    [
        (1234.0, "PT20M34S", None),
        (172800, "PT48H", None),
        ("1:30:00", "PT1H30M", None),
        ("90", "PT1M30S", None),
        ("about an hour", None, "about an hour"),
        (-3, None, -3),
    ],
)
def test_durations(value: Any, duration: str | None, kept: Any) -> None:
    """Seconds in any form are a duration, of any length; what is none is kept."""
    (one,) = talks(talk(duration=value)).episodes
    assert one.duration == duration
    assert isinstance(one.source, dict)
    assert one.source.get("duration") == kept


def test_the_same_names() -> None:
    """Talks of one title, of slugs that are the same, or that begin with a number, keep apart, always the same way."""
    paths = ["a/videos/10-years.json", "a/videos/Salt.json", "a/videos/salt.json"]
    found = talks(*(talk(_path=path) for path in paths)).episodes
    assert len({one.slug for one in found}) == len({one.id for one in found}) == 3
    assert [one.number for one in found] == [None, None, None]
    backwards = talks(*(talk(_path=path) for path in reversed(paths))).episodes
    assert {one.id: one.slug for one in backwards} == {one.id: one.slug for one in found}
    with pytest.raises(InvalidError, match="same talk"):
        talks(talk(), talk())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "cannot be read"),
        (b"[1]", "not a talk"),
        (b'[{"speakers": []}]', "no title"),
        (b'[{"title": "A", "speakers": 3}]', "speakers must be a list"),
        (b'[{"title": "A", "recorded": "soon"}]', "not a date"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_no_talk(content: bytes, words: str) -> None:
    """What is no talk is told with its file."""
    with pytest.raises(InvalidError, match=words) as raised:
        read(content, Options(name="t.json"))
    assert raised.value.location is not None
    assert raised.value.location.file == "t.json"


def test_trees(tmp_path: Path) -> None:
    """A whole tree, one conference of it, its videos and one file give the same ids and series."""
    folder = tmp_path / "sea-2020" / "videos"
    folder.mkdir(parents=True)
    (tmp_path / "sea-2020" / "category.json").write_text('{"title": "Sea 2020"}')
    (folder / "salt.json").write_text(json.dumps({"title": "Salt", "speakers": []}))
    (only,) = talks(talk()).episodes
    for source in (tmp_path, tmp_path / "sea-2020", folder):
        found = read(source, Options())
        assert [(one.id, one.series, one.slug) for one in found.episodes] == [(only.id, "sea-2020", "salt")]
        assert [one.title for one in found.series] == ["Sea 2020"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotFoundError):
        read(tmp_path / "empty", Options())


def test_real_talks(real_data: Path) -> None:
    """All talks are read: every speaker, date and language, no two of one name."""
    found = read(real_data / "pyvideo", Options())
    raw = [
        one for path in sorted((real_data / "pyvideo").glob("*.json")) for one in json.loads(path.read_text("utf-8"))
    ]
    episodes = list(found.episodes)
    assert len(episodes) == len(raw) == 2992
    assert len({one.id for one in episodes}) == len({(one.series, one.slug) for one in episodes}) == 2992
    assert sum(not one.guests for one in episodes) == sum(not one["speakers"] for one in raw)
    assert all(one.date and one.date[:10] == data["recorded"][:10] for one, data in zip(episodes, raw, strict=True))
    assert all(is_normalized("NFC", guest.name) for one in episodes for guest in one.guests)
    assert Counter(one.language for one in episodes)["fr"] == 138 + 0
    original = read(real_data / "pyvideo-original-files", Options())
    known = {one.id: one for one in episodes}
    assert [known.get(one.id) for one in original.episodes] == list(original.episodes)
    assert len(list(original.episodes)) == 23


def test_round_trip(totem: Shell, real_data: Path) -> None:
    """Talks in, out as JSON, in again: the same; imported once more: nothing changes."""
    source = str(real_data / "pyvideo" / "pycon-fr-2018.json")
    totem("init", "a", "--quiet")
    totem("init", "b", "--quiet")
    assert totem("import", "pyvideo", source, "--archive", "a").code == 0
    totem("export", "json", "--archive", "a", "--output", "one.json")
    assert totem("import", "json", "one.json", "--archive", "b").code == 0
    totem("export", "json", "--archive", "b", "--output", "two.json")
    assert (totem.folder / "one.json").read_bytes() == (totem.folder / "two.json").read_bytes()
    again = totem("import", "pyvideo", source, "--archive", "a", "--if-exists", "update")
    assert "0 added, 0 updated" in again.err
