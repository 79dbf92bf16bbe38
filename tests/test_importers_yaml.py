"""Lists of talks in YAML and JSON, of any shape: where the talks stand, what their names mean, what is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from totem_cli.errors import InvalidError
from totem_cli.importers import Imported, Options
from totem_cli.importers.placing import read_source


def listed(value: Any, mapping: str = "") -> Imported:
    """What a value holds, the same as JSON and as YAML (of which JSON is a part)."""
    content, parameters = json.dumps(value).encode(), {"map": mapping} if mapping else {}
    found = read_source("json", content, Options("talks", parameters))
    same = read_source("yaml", content, Options("talks", parameters))
    assert (found.episodes, found.series, found.persons) == (same.episodes, same.series, same.persons)
    return found


def test_yaml() -> None:
    """A list of talks as people keep it: nested speakers, text blocks, hours and dates as they stand."""
    found = read_source(
        "yaml",
        b"""
- title: Le sel
  date: 2023-10-05
  location: Salle Nord
  speakers:
    - name: Ada Brun
      title: oc\xc3\xa9anographe
      company: Houle & Cie
    - Luc Mer
  video: https://video.example/1
  description: |
    Premier.

    Second.
- titre: 'Le vent'
  intervenante: Zo\xc3\xa9 Le Guen
  hour: 12:30
""",
        Options("talks.yaml"),
    )
    first, second = found.episodes
    assert (first.title, first.date, first.place, first.recap) == (
        "Le sel",
        "2023-10-05",
        "Salle Nord",
        "Premier.\n\nSecond.\n",
    )
    assert [(one.name, one.role, one.organisations) for one in first.guests] == [
        ("Ada Brun", "océanographe", ("Houle & Cie",)),
        ("Luc Mer", None, ()),
    ]
    assert first.media[0].url == "https://video.example/1"
    assert (second.title, second.guests[0].name, second.extra) == ("Le vent", "Zoé Le Guen", {"hour": "12:30"})
    assert [(note.what, str(note.location)) for note in found.notes] == [("hour", "talks.yaml: [2]")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"- title: A\n  title: B\n", "talks.yaml:2:3: the key 'title' is there twice"),
        (b"- title: [A\n", "talks.yaml:2:1: the YAML cannot be read"),
        (b"- title: A\n---\n- title: B\n", "talks.yaml:2:1: a second document begins"),
        (
            b"- title: !!python/object:os.system A\n",
            "talks.yaml:1:10: the type !!python/object:os.system is not allowed",
        ),
        (b"- title: \xe9\n", "talks.yaml:1: not utf-8"),
        (b"- title: A\n  date: jamais\n", "talks.yaml: [1]: date 'jamais'"),
    ],
)
def test_bad_yaml(content: bytes, said: str) -> None:
    """A fault is told with its line and column, or with the path to the talk."""
    with pytest.raises(InvalidError) as raised:
        read_source("yaml", content, Options("talks.yaml"))

    assert said in str(raised.value)


def test_a_list_under_a_name() -> None:
    """The table around a list of talks is their series where it has a title; speakers are named by their keys."""
    found = listed(
        {
            "conference": "Journées du port",
            "year": 2023,
            "talks": [{"name": "Le sel", "speakers": ["s1"]}, {"title": "Le vent", "series": "autre"}],
            "speakers": [{"id": "s1", "firstName": "Ada", "last_name": "Brun", "bio": "Elle compte."}],
        }
    )
    assert [(one.slug, one.title, one.extra) for one in found.series] == [
        ("journees-du-port", "Journées du port", {"year": 2023})
    ]
    assert [(one.series, one.title) for one in found.episodes] == [("journees-du-port", "Le sel"), ("autre", "Le vent")]
    assert found.episodes[0].guests[0].name == found.persons[0].name == "Ada Brun"
    assert {note.what for note in found.notes} == {"year", "id"}


def test_lists_by_name() -> None:
    """Lists of which only the key says what they are: series of that title."""
    found = listed({"Cafés": [{"title": "A"}], "Balades": [{"title": "A"}, {"title": "B"}]})
    assert [one.title for one in found.series] == ["Cafés", "Balades"]
    assert [(one.series, one.title) for one in found.episodes] == [("cafes", "A"), ("balades", "A"), ("balades", "B")]


def test_talks_by_key() -> None:
    """A table of talks by their keys: the key is the slug."""
    found = listed({"le-sel": {"title": "Le sel"}, "Vent": {"titre": "Le vent"}})
    assert [(one.slug, one.title) for one in found.episodes] == [("le-sel", "Le sel"), ("vent", "Le vent")]


def test_what_stands_beside_a_list_is_told() -> None:
    """A table that is no series has other keys: they are left out by name and value."""
    found = listed({"talks": [{"title": "A"}], "total": 2})
    assert [note.what for note in found.notes] == ["total: 2"]


def test_talks_in_a_talk_are_kept() -> None:
    """A talk that holds talks stays one: they are kept under their key, and told."""
    found = listed([{"title": "Éclairs", "date": "2023-10-05", "talks": [{"title": "A"}]}])
    assert found.episodes[0].extra == {"talks": [{"title": "A"}]}
    assert [note.what for note in found.notes] == ["talks"]


def test_a_map_goes_before_the_words() -> None:
    """What the user says of a name holds, whatever the name would mean."""
    found = listed([{"title": "A", "description": "Court.", "authors": [{"name": "Ada Brun"}], "lieu": "x"}],
                   "description=summary\nauthors=guests\nlieu=-")  # fmt: skip
    (one,) = found.episodes
    assert (one.summary, one.recap, one.guests[0].name, one.place) == ("Court.", "", "Ada Brun", None)
    assert [(note.what, note.asked) for note in found.notes] == [("lieu", True)]


def test_hours_and_orders() -> None:
    """An hour without a zone is told, and placed with one; the order of day and month is the user's to say."""
    content = b'[{"title": "A", "date": "2023-10-05 19:30"}, {"title": "B", "date": "5/4/2023"}]'
    with pytest.raises(InvalidError, match="two ways"):
        read_source("json", content, Options("talks"))
    found = read_source("json", content, Options("talks", day_first=True))
    assert [one.date for one in found.episodes] == ["2023-10-05", "2023-04-05"]
    assert [(note.what, str(note.location)) for note in found.notes] == [("2023-10-05 19:30", "talks: [1]")]
    found = read_source("json", content, Options("talks", day_first=False, timezone="Europe/Paris"))
    assert [one.date for one in found.episodes] == ["2023-10-05T19:30:00+02:00", "2023-05-04"]
    assert found.notes == ()
