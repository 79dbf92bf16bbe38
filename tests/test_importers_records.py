"""JSON and YAML as programs write talks: in days, rooms and slots, with moments and people in several keys."""

from __future__ import annotations

import json
from typing import Any

import pytest

from totem_cli.errors import InvalidError
from totem_cli.importers import Imported, Options
from totem_cli.importers.placing import read_source


def listed(value: Any, mapping: str = "", timezone: str | None = "Europe/Paris") -> Imported:
    """What a value holds."""
    parameters = {"map": mapping} if mapping else {}
    return read_source("json", json.dumps(value).encode(), Options("t.json", parameters, timezone=timezone))


def lines(found: Imported) -> list[str]:
    """The episodes, a line each."""
    return [
        " | ".join(
            str(part)
            for part in (
                one.series,
                one.title,
                one.date,
                one.duration,
                one.place,
                ",".join(one.tags),
                "; ".join(
                    ", ".join([guest.name, *([guest.role] if guest.role else []), *guest.organisations])
                    for guest in one.guests
                ),
            )
            if part
        )
        for one in found.episodes
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(
            {
                "conference": {"name": "Le sel", "timezone": "Europe/Paris"},
                "days": [
                    {
                        "date": "2023-05-11",
                        "tracks": [
                            {
                                "name": "Récolte",
                                "room": "Grange",
                                "talks": [{"title": "A", "start": "10:00", "end": "10:45", "speakers": ["Ada Brun"]}],
                            }
                        ],
                    }
                ],
            },
            ["le-sel | A | 2023-05-11T10:00:00+02:00 | PT45M | Grange | Récolte | Ada Brun"],
            id="days, tracks",
        ),
        pytest.param(
            [
                {
                    "date": "2019-06-13",
                    "tracks": [{"title": "Main"}],
                    "timeslots": [{"startTime": "10:00", "endTime": "10:30", "sessions": [{"title": "A"}]}],
                }
            ],
            ["A | 2019-06-13T10:00:00+02:00 | PT30M"],
            id="slots",
        ),
        pytest.param(
            {"evento": "El faro", "salas": {"Norte": [{"título": "A"}], "Sur": [{"título": "B"}]}},
            ["el-faro | A | Norte", "el-faro | B | Sur"],
            id="rooms by name",
        ),
        pytest.param(
            {"2024-06-06": [{"title": "A", "time": "9:00-9:45"}], "2024-06-07": [{"title": "B"}]},
            ["A | 2024-06-06T09:00:00+02:00 | PT45M", "B | 2024-06-07"],
            id="days by date",
        ),
        pytest.param(
            {
                "event": {"name": "Écluse", "date": "2024-06-06"},
                "speakers": {"ab": {"name": "Ada Brun", "company": "Lockgate"}},
                "sessions": {"100": {"title": "A", "speakers": ["ab"]}, "101": {"title": "B"}},
                "schedule": {"2024-06-07": {"timeslots": [{"startTime": "09:00", "endTime": "10:00",
                                                           "sessions": [{"items": [100]}]}]}},
            },
            [
                "ecluse | A | 2024-06-07T09:00:00+02:00 | PT1H | Ada Brun, Lockgate",
                "ecluse | B | 2024-06-06",
            ],
            id="a grid that names talks by their keys",
        ),
        pytest.param(
            {
                "count": 1,
                "results": [
                    {
                        "id": "77",
                        "title": "Vase",
                        "startDate": {"date": "2023-11-06", "time": "09:00:00", "tz": "Europe/Zurich"},
                        "address": "",
                        "contributions": [
                            {
                                "title": "A",
                                "startDate": {"date": "2023-11-06", "time": "09:30:00", "tz": "Europe/Zurich"},
                                "endDate": {"date": "2023-11-06", "time": "10:00:00", "tz": "Europe/Zurich"},
                                "speakers": [{"first_name": "Ada", "last_name": "Brun", "fullName": "BRUN, Ada"}],
                            }
                        ],
                    }
                ],
            },
            ["vase | A | 2023-11-06T09:30:00+01:00 | PT30M | Ada Brun"],
            id="Indico",
        ),
        pytest.param(
            {
                "results": [
                    {
                        "title": "A",
                        "track": {"en": "Tech", "de": "Technik"},
                        "state": "confirmed",
                        "content_locale": "de",
                        "slot": {"room": {"de": "Saal", "en": "Hall"}, "start": "2024-05-04T10:00:00+02:00",
                                 "end": "2024-05-04T10:45:00+02:00"},
                    }
                ]
            },
            ["A | 2024-05-04T10:00:00+02:00 | PT45M | Saal | Technik"],
            id="pretalx",
        ),
        pytest.param(
            [{"talkTitle": "A", "talkDate": "2022-09-14", "startTime": "18:30", "endTime": "19:15",
              "speakerName": "Ada Brun", "speakerCompany": "Houle", "roomName": "Aula"}],
            ["A | 2022-09-14T18:30:00+02:00 | PT45M | Aula | Ada Brun, Houle"],
            id="flat",
        ),
        pytest.param(
            [{"title": "A", "speaker1Name": "Ada Brun", "speaker1_role": "CEO", "speaker2Name": "Luc Mer"}],
            ["A | Ada Brun, CEO; Luc Mer"],
            id="numbered people",
        ),
        pytest.param(
            [{"titel": "A", "referentin": "Änne Groß", "funktion": "Ingenieurin", "firma": "Deich"}],
            ["A | Änne Groß, Ingenieurin, Deich"],
            id="what is beside the only guest",
        ),
        pytest.param(
            [{"title": "A", "start": {"dateTime": "2024-06-07T18:30:00", "timeZone": "America/Chicago"},
              "location": {"name": "Aula", "city": "Brest"}}],
            ["A | 2024-06-07T18:30:00-05:00 | Aula, Brest"],
            id="tables for one value",
        ),
        pytest.param(
            {"events": [{"name": {"text": "A", "html": "A"}, "status": "completed",
                         "start": {"timezone": "America/Chicago", "local": "2023-03-14T19:00:00", "utc": "2023-03-15T00:00:00Z"},
                         "venue": {"name": "Quai", "address": {"city": "Hull"}}}]},
            ["A | 2023-03-14T19:00:00-05:00 | Quai, Hull"],
            id="Eventbrite",
        ),
        pytest.param(
            {"events": [{"title": "A &#038; B", "date": "2024-05-01", "start_date": "2024-06-11 19:00:00",
                         "end_date": "2024-06-11 20:30:00", "image": False, "timezone": "Europe/Paris",
                         "categories": [{"name": "Eau", "slug": "eau"}], "url": "https://a.example/e"}]},
            ["A & B | 2024-06-11T19:00:00+02:00 | PT1H30M | Eau"],
            id="The Events Calendar",
        ),
        pytest.param(
            [{"@type": "Event", "name": "A", "startDate": "2023-05-11T18:30:00+02:00",
              "eventStatus": "https://schema.org/EventScheduled", "image": ["https://a.example/i.jpg"],
              "location": {"@type": "Place", "name": "Grange", "address": {"addressLocality": "Brest"}},
              "performer": [{"name": "Ada Brun", "jobTitle": "calfate"}]}],
            ["A | 2023-05-11T18:30:00+02:00 | Grange, Brest | Ada Brun, calfate"],
            id="schema.org",
        ),
        pytest.param(
            [{"title": "A", "date": "2023-06-08", "event_name": "Corde"},
             {"title": "Éclairs", "date": "2023-06-08", "event_name": "Corde",
              "talks": [{"title": "B", "speakers": ["Ada Brun"]}]}],
            ["corde | A | 2023-06-08", "corde | Éclairs | 2023-06-08"],
            id="a session among talks",
        ),
        pytest.param(
            [{"title": "A", "speakers": "Ada Brun & Luc Mer"}, {"title": "B", "speaker": "Ada Brun (CEO) et Zoé Le Guen"}],
            ["A | Ada Brun; Luc Mer", "B | Ada Brun, CEO; Zoé Le Guen"],
            id="several people in a text",
        ),
        pytest.param(
            [{"title": "A", "presenter": "Ada Brun"}, {"title": "B", "presenter": "Ada Brun", "guest": "Luc Mer"}],
            ["A | Ada Brun", "B | Luc Mer"],
            id="presenters",
        ),
        pytest.param(
            {"titre": "Cercle", "saisons": [{"saison": "2022-2023", "rencontres": [{"titre": "A", "date": "2022-10-05"}]}]},
            ["cercle-2022-2023 | A | 2022-10-05"],
            id="seasons",
        ),
    ],
)  # fmt: skip
def test_shapes(value: Any, expected: list[str]) -> None:
    """A talk has what the days, tracks, rooms and slots around it say, and its moment and people are whole."""
    assert lines(listed(value)) == expected


def test_a_session_of_lightning_talks() -> None:
    """A talk with a date that lists parts without dates or guests of their own stays one talk."""
    found = listed([{"title": "Éclairs", "date": "2023-10-05", "talks": [{"title": "A"}]}])
    assert lines(found) == ["Éclairs | 2023-10-05"]


def test_mapped_titles() -> None:
    """What the user says is the title shows where the talks are."""
    found = listed({"stuff": [{"what": "A", "who": "Ada Brun"}]}, "what=title\nwho=guests")
    assert lines(found) == ["stuff | A | Ada Brun"]


def test_what_looks_personal() -> None:
    """Addresses of people are left out, of a talk and of its guests, and told."""
    found = listed([{"title": "A", "speaker_email": "a@quai.example", "speakers": [{"name": "B", "phone": "1"}]}])
    (episode,) = found.episodes
    assert not episode.extra
    assert not episode.guests[0].extra
    assert [note.what for note in found.notes] == ["speaker_email", "phone"]


def test_what_is_nested_and_personal() -> None:
    """An address that stands deep in a talk is left out too."""
    (episode,) = listed([{"title": "A", "creator": {"email": "a@quai.example", "self": True}}]).episodes
    assert episode.extra == {"creator": {"self": True}}


def test_texts_and_addresses() -> None:
    """HTML is Markdown in the recap and text elsewhere; the address of a talk is a link, its pictures are media."""
    found = listed(
        [{"title": "A", "description": "<p>Un <b>mur</b>.</p>", "excerpt": {"rendered": "<p>Bref</p>"},
          "url": "https://a.example", "image": {"url": "https://a.example/i.jpg"}, "speaker": "Ada Brun"}]
    )  # fmt: skip
    (episode,) = found.episodes
    assert (episode.recap, episode.summary) == ("Un **mur**.", "Bref")
    assert [one.url for one in episode.links] == ["https://a.example"]
    assert [(one.kind, one.url) for one in episode.media] == [("image", "https://a.example/i.jpg")]
    assert episode.guests[0].url is None


def test_links_as_tables() -> None:
    """A link that is a table has its title as label, whether it stands in a list or by itself."""
    (episode,) = listed([{"title": "A", "slides": {"url": "https://s.example/l", "title": "Deck"}}]).episodes
    assert [(one.url, one.label) for one in episode.links] == [("https://s.example/l", "Deck")]


def test_names_of_talks() -> None:
    """What has a name and a date is a talk; what has a name only is a person."""
    found = listed([{"name": "A", "date": "2020-01-01"}, {"name": "Ada Brun", "biography": "Elle compte."}])
    assert [one.title for one in found.episodes] == ["A"]
    assert [one.name for one in found.persons] == ["Ada Brun"]


def test_proposals() -> None:
    """What organisers say of a proposal is its status, and told; nothing that was refused is published."""
    found = listed([{"title": "A", "state": "rejected"}, {"title": "B", "isPublished": False}, {"title": "C"}])
    assert [one.status for one in found.episodes] == ["withdrawn", "draft", "published"]
    assert [note.what for note in found.notes] == ["rejected"]


def test_hours_without_a_day_or_a_zone() -> None:
    """Hours that are no moment stay as they are, and are told."""
    (one, two) = listed([{"title": "A", "start": "10:00"}, {"title": "B", "date": "2020-01-01", "start": "10:00"}],
                        timezone=None).episodes  # fmt: skip
    assert (one.date, one.extra, two.date, two.extra) == (None, {"start": "10:00"}, "2020-01-01", {"start": "10:00"})


@pytest.mark.parametrize("value", [{"trains": [{"line": 3}]}, {"a": {"b": 1}}])
def test_no_talks(value: Any) -> None:
    """A source in which no talk is found is refused with the keys that it has."""
    with pytest.raises(InvalidError, match="no talks are found") as raised:
        listed(value)
    assert next(iter(value)) in str(raised.value.hint)
