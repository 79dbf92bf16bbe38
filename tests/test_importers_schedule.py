"""The schedule of a conference: every event in, people and dates right, in both spellings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from totem_cli.errors import InvalidError
from totem_cli.importers import Imported, Options
from totem_cli.importers.json import read as read_records
from totem_cli.importers.schedule import read

GUID = "270fa44c-821a-577f-8ca3-33e8d4a8c2a7"

XML = f"""<?xml version="1.0"?><schedule><version>1</version><conference><acronym>phare20</acronym>
<title>Le phare 2020</title><start>2020-05-01</start><time_zone_name>Europe/Paris</time_zone_name>
<base_url>https://phare.example/</base_url></conference>
<day index="1" date="2020-05-01"><room name="Salle 1">
<event guid="{GUID}" id="12"><date>2020-05-01T18:30:00+02:00</date><start>18:30</start><duration>00:45</duration>
<room>Salle 1</room><slug>phare20-12-la_mer</slug><url>https://phare.example/12</url><title>La mer</title>
<subtitle>Une heure</subtitle><language>fr</language><track>Eau</track><type>talk</type><abstract>En *bref*</abstract>
<description>Un

            Deux</description><logo>https://phare.example/l.png</logo>
<persons><person guid="a">Zoé</person><person id="2" url="https://luc.example">Luc</person></persons>
<links><link href="https://un.example">Un</link></links>
<attachments><attachment href="/s.pdf">Notes</attachment></attachments>
<recording><license>CC BY 4.0</license><optout>true</optout></recording></event>
<event id="13"><start>21:00</start><duration>1:30</duration><title>10 ans</title><persons/></event>
<event id="14"><title>10 ans</title><persons><person guid="b">Zoé</person></persons></event>
</room></day></schedule>"""


def of_xml(text: str = XML) -> Imported:
    """What a schedule in XML holds."""
    return read(text.encode(), Options("schedule.xml"))


def event(**fields: Any) -> dict[str, Any]:
    """An event as JSON has it."""
    return {"id": 12, "guid": GUID, "title": "La mer", "date": "2020-05-01T18:30:00+02:00", "persons": []} | fields


def of_json(*events: dict[str, Any]) -> Imported:
    """What a schedule in JSON holds."""
    days = [{"date": "2020-05-01", "rooms": {"Salle 1": list(events)}}]
    conference = {"acronym": "phare20", "title": "Le phare 2020", "days": days, "daysCount": 1}
    return read(json.dumps({"schedule": {"conference": conference}}).encode(), Options("schedule.json"))


def test_event() -> None:
    """An event becomes an episode, with everything that has a place; the rest is said once."""
    found = of_xml()
    (series,), episode = found.series, next(iter(found.episodes))
    assert (series.slug, series.title, series.extra) == (
        "le-phare-2020",
        "Le phare 2020",
        {"acronym": "phare20", "start": "2020-05-01", "time_zone_name": "Europe/Paris"},
    )
    assert (episode.id, episode.series, episode.slug, episode.number) == (GUID, "le-phare-2020", "la-mer", None)
    assert (episode.date, episode.duration, episode.place) == ("2020-05-01T18:30:00+02:00", "PT45M", "Salle 1")
    assert (episode.subtitle, episode.language, episode.tags) == ("Une heure", "fr", ("Eau",))
    assert (episode.summary, episode.recap, episode.licence) == ("En bref", "Un\n\nDeux", "CC BY 4.0")
    assert [(one.name, one.url) for one in episode.guests] == [("Zoé", None), ("Luc", "https://luc.example")]
    assert [one.url for one in episode.links] == [
        "https://phare.example/12",
        "https://un.example",
        "https://phare.example/s.pdf",
    ]
    assert episode.source == {"id": "https://phare.example/12", "type": "talk"}
    assert (episode.image, episode.extra) == ("https://phare.example/l.png", {"do_not_record": "true"})
    assert {note.what: note.count for note in found.notes} == {
        "version": 1,
        "day index": 1,
        "persons > guid": 1,
        "persons > id": 1,
    }


def test_what_an_event_lacks() -> None:
    """Without a date its day and start have the conference's zone; without a start there is the day."""
    _, second, third = of_xml().episodes
    assert (second.date, second.duration, second.place) == ("2020-05-01T21:00:00+02:00", "PT1H30M", "Salle 1")
    assert (third.date, third.duration) == ("2020-05-01", None)
    assert (second.slug, third.slug) == (f"10_ans-{second.id[:8]}", f"10_ans-{third.id[:8]}")
    no_zone = of_xml(XML.replace("Europe/Paris", "Mars/Phobos"))
    assert next(one for one in no_zone.episodes if one.duration == "PT1H30M").date == "2020-05-01"


def test_namesakes() -> None:
    """Two people of one name stay two, by the schedule's own ids."""
    first, _, third = of_xml().episodes
    assert (first.guests[0].person, first.guests[1].person, third.guests[0].person) == ("zoe", None, "zoe-b")


def test_json() -> None:
    """The same event in JSON; a life that is told becomes a person."""
    people = [{"id": 1, "code": "X", "public_name": "Zoé", "biography": "Elle *veille*.", "email": "z@secret.example"}]
    told = event(
        persons=people, links=[{"url": "https://un.example", "title": "Un"}], duration="01:00", language="de, en"
    )
    found = of_json(told)
    (episode,) = found.episodes
    assert (episode.id, episode.date, episode.place) == (GUID, "2020-05-01T18:30:00+02:00", "Salle 1")
    assert (episode.duration, episode.language, episode.source["languages"]) == ("PT1H", "de", "de, en")
    assert [(one.slug, one.name, one.biography) for one in found.persons] == [("zoe", "Zoé", "Elle *veille*.")]
    assert [(one.url, one.label) for one in episode.links] == [("https://un.example", "Un")]
    assert "secret" not in repr(found)


def test_descriptions() -> None:
    """A description in HTML becomes Markdown; one in Markdown stays."""
    (html,) = of_json(event(description="<p>La <b>mer</b></p>")).episodes
    (markdown,) = of_json(event(description="La **mer**\r\n- a\r\n- b")).episodes
    assert (html.recap, markdown.recap) == ("La **mer**", "La **mer**\n- a\n- b")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"{", "the JSON cannot be read"),
        (b'{"schedule": []}', "no schedule.conference.days"),
        (b'{"schedule": {"conference": {"days": [1]}}}', r"days\[1\] has no table of rooms"),
        (b'{"schedule": {"conference": {"days": [{"rooms": {"A": [1]}}]}}}', r"days\[1\].rooms.A\[1\] is not an event"),
        (b"<rss/>", "it begins with <rss>"),
        (b"<schedule><day><entry><title>a</title></entry></day></schedule>", "<entry> is not frab's <event>"),
        (b"<schedule><conference><title>a</title></conference></schedule>", "no events found"),
        (b'{"schedule": {"conference": {"title": "a", "days": []}}}', "no events found"),
        (b'{"sessions": []}', "no events found"),
        (b"[1]", "this is not a schedule"),
        (b"<schedule><day><room><event>", "ends in the middle of <event>"),
        (b"<schedule>\n<day><room>\n<event id='1'/></room></day></schedule>", "title is missing"),
    ],
)
def test_what_is_no_schedule(content: bytes, message: str) -> None:
    """Anything else is refused with its place."""
    with pytest.raises(InvalidError, match=message):
        read(content, Options("s"))


def test_place_of_a_broken_event() -> None:
    """An event that cannot be an episode is named by its line."""
    with pytest.raises(InvalidError) as caught:
        of_xml(XML.replace("<title>La mer</title>", ""))
    assert caught.value.location
    assert caught.value.location.line == 5


def test_attachments() -> None:
    """Attachments and links are kept, whatever they are called, also those without an address of the web."""
    (episode,) = of_json(
        event(attachments=[{"url": "a.pdf", "title": "Notes", "type": "slides"}], links=["https://un.example"])
    ).episodes
    assert [(one.url, one.kind) for one in episode.links] == [("https://un.example", None), ("a.pdf", "attachment")]
    found = of_xml(
        XML.replace(
            '<attachment href="/s.pdf">Notes</attachment>', '<attachment href="/s.pdf" type="slides">Notes</attachment>'
        )
    )
    assert any(note.what == "attachments > type" for note in found.notes)


@pytest.mark.parametrize(("spoken", "language"), [("de-formal", "de"), ("de_informal", "de"), ("fr-CA", "fr-CA")])
def test_variants_of_languages(spoken: str, language: str) -> None:
    """A variant that only a program for conferences knows is its language, and stays in the source."""
    (episode,) = of_json(event(language=spoken)).episodes
    assert episode.language == language
    assert spoken == language or episode.source["languages"] == spoken


def test_texts_in_several_languages() -> None:
    """Of a title in several languages, that in the event's is the title; the others are kept."""
    (episode,) = of_json(event(title={"de": "Das Meer", "en": "The sea"}, language="de")).episodes
    assert (episode.title, episode.extra) == ("Das Meer", {"title_en": "The sea"})


SESSIONS: dict[str, Any] = {
    "sessions": [
        {
            "id": "7",
            "title": "La digue",
            "description": "Qui **répare** ?",
            "startsAt": "2024-11-23T09:30:00",
            "endsAt": "2024-11-23T10:15:00",
            "isServiceSession": False,
            "speakers": ["s1", "s2"],
            "categoryItems": [11],
            "questionAnswers": [{"questionId": 3, "answerValue": "Oui"}],
            "roomId": 5,
            "liveUrl": None,
            "recordingUrl": "https://video.example/7",
            "status": "Accepted",
        },
        {"id": "8", "title": "Déjeuner", "startsAt": "2024-11-23T12:00:00", "isServiceSession": True, "speakers": []},
    ],
    "speakers": [
        {
            "id": "s1",
            "fullName": "Ada Brun",
            "bio": "Répare.",
            "tagLine": "Ingénieure",
            "profilePicture": "https://img.example/a.png",
            "links": [{"title": "Blog", "url": "https://ada.example/", "linkType": "Blog"}],
        },
        {"id": "s2", "firstName": "Luc", "lastName": "Mer"},
        {"id": "s3", "fullName": "Zoé"},
    ],
    "questions": [{"id": 3, "question": "Débutants ?"}],
    "categories": [{"id": 1, "title": "Format", "items": [{"id": 11, "name": "Conférence"}]}],
    "rooms": [{"id": 5, "name": "Amphi A"}],
}


def test_sessionize() -> None:
    """Of Sessionize's view of everything each talk has its speakers, room, hour and recording; breaks are told."""
    found = read(json.dumps(SESSIONS).encode(), Options("rencontres.json", timezone="Europe/Paris"))
    (episode,) = found.episodes
    assert (found.series[0].title, episode.title, episode.place) == ("rencontres", "La digue", "Amphi A")
    assert (episode.date, episode.duration) == ("2024-11-23T09:30:00+01:00", "PT45M")
    assert [(one.name, one.role) for one in episode.guests] == [("Ada Brun", "Ingénieure"), ("Luc Mer", None)]
    assert (episode.tags, episode.recap) == (("Conférence",), "Qui **répare** ?")
    assert [(one.url, one.kind) for one in episode.links] == [("https://video.example/7", "video")]
    assert episode.extra == {"schedule_status": "Accepted", "Débutants ?": "Oui"}
    (ada,) = found.persons
    assert (ada.name, ada.biography, [one.url for one in ada.links]) == (
        "Ada Brun",
        "Répare.",
        ["https://ada.example/"],
    )
    told = {note.what: note.why for note in found.notes}
    assert told["Déjeuner"] == "it is a service session, as a break is"
    assert told["Zoé"] == "no session refers to it"
    unzoned = read(json.dumps(SESSIONS).encode(), Options("rencontres.json"))
    (episode,) = unzoned.episodes
    assert (episode.date, episode.extra["startsAt"]) == ("2024-11-23", "2024-11-23T09:30:00")
    assert [note.hint for note in unzoned.notes if note.what == "startsAt"] == ["--timezone says the zone"]


def test_sessionize_given_to_another_format() -> None:
    """``import json`` says which format reads it."""
    with pytest.raises(InvalidError) as caught:
        read_records(json.dumps(SESSIONS).encode(), Options("rencontres.json"))
    assert caught.value.hint == "totem import schedule reads it"


def test_views_of_sessionize() -> None:
    """The grid and the list of sessions give the same talk, though both begin with a bracket."""
    session = {
        "id": "7",
        "title": "La digue",
        "startsAt": "2024-11-23T09:30:00",
        "endsAt": "2024-11-23T10:15:00",
        "speakers": [{"id": "s1", "name": "Ada Brun"}],
        "categories": [{"id": 1, "name": "Format", "categoryItems": [{"id": 11, "name": "Conférence"}]}],
        "room": "Amphi A",
    }
    grid = [{"date": "2024-11-23T00:00:00", "rooms": [{"id": 5, "name": "Amphi A", "sessions": [session, session]}]}]
    groups = [{"groupId": 1, "groupName": "Tout", "sessions": [session]}]
    for view in (grid, groups):
        found = read(json.dumps(view).encode(), Options("r.json", timezone="Europe/Paris"))
        (episode,) = found.episodes
        assert (episode.title, episode.place, episode.tags) == ("La digue", "Amphi A", ("Conférence",))
        assert (episode.date, [one.name for one in episode.guests]) == ("2024-11-23T09:30:00+01:00", ["Ada Brun"])
    assert next(iter(read(json.dumps(grid).encode(), Options("r.json")).episodes)).id == episode.id


@pytest.mark.parametrize(
    ("name", "events", "people", "zone"),
    [
        ("38c3.schedule.xml", 1007, 1032, "+01:00"),
        ("frab-camp2019.json", 79, 96, "+02:00"),
        ("pretalx-democon.json", 36, 43, "+01:00"),
    ],
)
def test_real_schedules(name: str, events: int, people: int, zone: str, real_data: Path) -> None:
    """Every event of a real conference is in, with all its people, its date and its zone, under a name of its own."""
    found = read(real_data / "schedule" / name, Options())
    episodes = list(found.episodes)
    assert (len(episodes), sum(len(one.guests) for one in episodes)) == (events, people)
    assert all((one.date or "").endswith(zone) for one in episodes)
    assert len({one.id for one in episodes}) == len({one.slug for one in episodes}) == events
    assert not any(line.startswith("    ") for one in episodes for line in one.recap.split("\n")[:2])
