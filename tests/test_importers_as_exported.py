"""JSON as programs export it: rows of databases, agendas in several languages, videos, the site of a blog."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.test_importers_records import lines, listed
from totem_cli.errors import InvalidError
from totem_cli.importers import Options
from totem_cli.importers.notes import Kind
from totem_cli.importers.placing import read_source


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(
            {"records": [{"id": 4, "fields": {"Titre": "Les crues", "Date": 1709251200, "Tags": ["L", "eau"]}}]},
            ["Les crues | 2024-03-01 | eau"],
            id="rows of Grist, whose days are seconds and whose lists begin with a letter",
        ),
        pytest.param(
            [{"title": "A", "date": 1709312400000}],
            ["A | 2024-03-01T17:00:00+00:00"],
            id="milliseconds",
        ),
        pytest.param(
            {"events": [{"title": {"fr": "La nuit"}, "location": {"name": "Le hangar"}, "keywords": {"fr": ["mer"]}}]},
            ["La nuit | Le hangar | mer"],
            id="an agenda in languages: the place of an event is no event",
        ),
        pytest.param(
            {"events": [{"title": "A", "timings": [{"begin": "2024-01-25T18:00+01:00", "end": "2024-01-25T19:00+01:00"}]}]},
            ["A | 2024-01-25T18:00:00+01:00 | PT1H"],
            id="a list of times",
        ),
        pytest.param(
            [{"title": "A", "status": "PAST", "topics": {"edges": [{"node": {"name": "Mer"}}]}}],
            ["A | Mer"],
            id="a list of GraphQL",
        ),
        pytest.param(
            {"@type": "EventSeries", "name": "Il molo", "subEvent": [{"name": "A", "performer": {"name": "Ada Brun", "affiliation": {"@type": "Organization", "name": "Club"}}}]},
            ["il-molo | A | Ada Brun, Club"],
            id="events of a series of schema.org",
        ),
        pytest.param(
            {"help": "x", "result": {"records": [{"titre": "A", "conferencier": "Ada Brun"}]}},
            ["A | Ada Brun"],
            id="an open data portal: its list names no series",
        ),
        pytest.param(
            [{"Titre": "A", "Intervenant·e": [{"id": 3, "value": "Ada Brun"}], "Statut": {"id": 5, "value": "Publié", "color": "green"}, "Thèmes": [{"id": 1, "value": "sol", "color": "red"}]}],
            ["A | sol | Ada Brun"],
            id="choices of Baserow",
        ),
        pytest.param(
            {"@graph": [{"@type": "WebSite", "name": "Le hangar"}, {"@type": "MusicEvent", "name": "A", "startDate": "2024-04-11", "location": {"name": "Le hangar", "address": {"street": "2 quai", "city": "Nantes", "all": "2 quai, Nantes"}}}]},
            ["A | 2024-04-11 | Le hangar, 2 quai, Nantes"],
            id="a graph of schema.org: what is no event beside events is none",
        ),
        pytest.param(
            {"rassegna": "In villa", "incontri": {"2023": [{"titolo": "A"}], "2024": [{"titolo": "B"}]}},
            ["in-villa | A", "in-villa | B"],
            id="the years of a series",
        ),
        pytest.param(
            [{"title_en": "The lake", "title_de": "Der See", "speaker": "Ada Brun"}],
            ["The lake | Ada Brun"],
            id="a key a language",
        ),
        pytest.param(
            {"records": [{"recordid": "a", "fields": {"title_fr": "A", "keywords_fr": ["mer"], "firstdate_begin": "2024-10-05T10:00:00+00:00"}}]},
            ["A | 2024-10-05T10:00:00+00:00 | mer"],
            id="an agenda of Opendatasoft, in one language",
        ),
        pytest.param(
            {"Saison 1": [{"Titre": "A", "Date": "10/11/2023"}]},
            ["saison-1 | A | 2023-11-10"],
            id="the language of the keys decides the order of day and month",
        ),
        pytest.param(
            {"cycle": "Midis", "lieu": "Salle 2", "séances": [{"titre": "A", "date": "14/09/2023"}, {"titre": "B", "date": "12/10/2023", "lieu": "Parc"}]},
            ["midis | A | 2023-09-14 | Salle 2", "midis | B | 2023-10-12 | Parc"],
            id="one date decides the order of all, the place of the whole is that of each",
        ),
    ],
)  # fmt: skip
def test_exports(value: Any, expected: list[str]) -> None:
    """Lists of talks as programs write them."""
    assert lines(listed(value)) == expected


def test_talks_in_talks() -> None:
    """A talk that stands in a table with its hosts and tags is one talk; a list of GraphQL is of the table around it."""
    event = {"api_id": "e", "name": "La soupe", "start_at": "2024-05-14T16:30:00Z"}
    found = listed({"entries": [{"event": event, "hosts": [{"name": "Ada Brun"}], "tags": [{"name": "mer"}]}]})
    assert lines(found) == ["La soupe | 2024-05-14T16:30:00+00:00 | mer"]
    assert [host.name for one in found.episodes for host in one.hosts] == ["Ada Brun"]
    edges = [{"node": {"title": "A", "dateTime": "2024-01-18T19:00+01:00"}, "cursor": "a"}]
    assert lines(listed({"data": {"group": {"name": "Le port", "pastEvents": {"count": 1, "edges": edges}}}})) == [
        "le-port | A | 2024-01-18T19:00:00+01:00"
    ]


def test_notion() -> None:
    """Pages as Notion's interface gives them: each property has a type, whose value is read."""
    properties = {
        "Nom": {"id": "title", "type": "title", "title": [{"plain_text": "Le "}, {"plain_text": "lichen"}]},
        "Date": {"id": "x", "type": "date", "date": {"start": "2024-04-02T18:30:00.000+02:00", "end": "2024-04-02T20:00:00.000+02:00"}},
        "Invité": {"id": "y", "type": "rich_text", "rich_text": [{"plain_text": "Ada Brun"}]},
        "Tags": {"id": "z", "type": "multi_select", "multi_select": [{"id": "1", "name": "mer", "color": "red"}]},
        "Statut": {"type": "status", "status": {"name": "Brouillon"}},
    }  # fmt: skip
    found = listed({"object": "list", "results": [{"object": "page", "id": "a", "properties": properties}]})
    assert lines(found) == ["Le lichen | 2024-04-02T18:30:00+02:00 | PT1H30M | mer | Ada Brun"]
    assert [one.status for one in found.episodes] == ["draft"]


def test_calendar() -> None:
    """A calendar as Google's interface gives it; the end of whole days is the day after the last."""
    hours = {"start": {"dateTime": "2024-03-08T19:00:00+01:00"}, "end": {"dateTime": "2024-03-08T20:30:00+01:00"}}
    days = {"start": {"date": "2024-05-04"}, "end": {"date": "2024-05-06"}, "status": "cancelled"}
    items = [{"kind": "calendar#event", "summary": title, **when} for title, when in (("A", hours), ("B", days))]
    found = listed({"kind": "calendar#events", "summary": "Agenda", "items": items})
    assert lines(found) == ["agenda | A | 2024-03-08T19:00:00+01:00 | PT1H30M", "agenda | B | 2024-05-04 | P2D"]
    assert [one.status for one in found.episodes] == ["published", "withdrawn"]


def test_until() -> None:
    """Hours that a date itself says it goes on to are its duration."""
    assert lines(listed([{"title": "A", "date": "jeudi 5 octobre 2023 18h30-20h"}])) == [
        "A | 2023-10-05T18:30:00+02:00 | PT1H30M"
    ]


def test_one_episode() -> None:
    """A single record with a name is an episode where its type says so, and no person."""
    (one,) = listed([{"@type": "PodcastEpisode", "name": "Le phare", "partOfSeries": {"name": "Embruns"}, "timeRequired": "PT34M", "associatedMedia": {"contentUrl": "https://c.example/a.mp3"}}]).episodes  # fmt: skip
    assert (one.title, one.series, one.duration, one.media[0].url) == ("Le phare", "embruns", "PT34M", "https://c.example/a.mp3")  # fmt: skip


def test_titles_by_other_words() -> None:
    """A key that may mean the title is it where no other is; without any, the refusal names the keys."""
    assert lines(listed([{"conf": "A", "avec": ["Ada Brun"]}, {"conf": "B"}])) == ["A | Ada Brun", "B"]
    with pytest.raises(InvalidError) as raised:
        listed([{"quoi": "A", "date": "2024-01-01"}])
    assert raised.value.hint == "--map NAME=title says which key it is; there are: quoi, date"


def test_videos() -> None:
    """What yt-dlp says of a playlist, a line a video."""
    one = {
        "id": "a1",
        "title": "Le sel",
        "webpage_url": "https://v.example/a1",
        "upload_date": "20231116",
        "playlist": "Saison 2",
        "duration": 3900,
    }
    found = read_source(
        "json", (json.dumps(one) + "\n" + json.dumps(one | {"id": "a2", "title": "B"})).encode(), Options("v.jsonl")
    )
    first, _ = found.episodes
    assert (first.series, first.published, first.duration) == ("saison-2", "2023-11-16", "PT1H5M")
    assert [medium.url for medium in first.media] == ["https://v.example/a1"]


def test_called_off() -> None:
    """A key that says that something is called off makes it withdrawn; a status that is a number is told."""
    off, on = listed([{"titre": "A", "annulée": "oui"}, {"titre": "B", "annulée": "non"}]).episodes
    assert (off.status, on.status) == ("withdrawn", "published")
    found = listed([{"title": "A", "status": 4, "accessibility": {"hi": True}}])
    assert [(one.kind, one.what) for one in found.notes] == [(Kind.LEFT_OUT, "status: 4"), (Kind.LEFT_OUT, "accessibility: {'hi': True}")]  # fmt: skip


def test_descriptions_and_pictures() -> None:
    """Of two descriptions the long one is the text; the parts of an address are one."""
    (one,) = listed({"events": [{"title": "A", "description": "Bref.", "longDescription": "Plus long.", "image": {"base": "https://c.example/", "filename": "a.jpg"}}]}).episodes  # fmt: skip
    assert (one.summary, one.recap) == ("Bref.", "Plus long.")
    assert [medium.url for medium in one.media] == ["https://c.example/a.jpg"]


POST = {"id": "p1", "title": "Les ruches", "slug": "ruches", "html": "<p>L'<b>hiver</b>. <img src='__GHOST_URL__/a.jpg'></p>", "type": "post", "status": "published", "visibility": "public", "published_at": "2023-10-02T16:30:00.000Z", "custom_excerpt": "Bref.", "uuid": "u"}  # fmt: skip
GHOST = {
    "meta": {"version": "5.70.1"},
    "data": {
        "posts": [POST, POST | {"id": "p2", "title": "Contact", "slug": "contact", "type": "page"}, POST | {"id": "p3", "title": "Membres", "slug": "membres", "visibility": "members"}],
        "tags": [{"id": "t1", "name": "Nature"}, {"id": "t2", "name": "#tri"}],
        "posts_tags": [{"post_id": "p1", "tag_id": "t2", "sort_order": 1}, {"post_id": "p1", "tag_id": "t1", "sort_order": 0}],
        "users": [{"id": "1", "name": "Odile Garnier", "email": "odile@a.example"}],
        "posts_authors": [{"post_id": "p1", "author_id": "1"}],
        "settings": [{"key": "title", "value": "Le rucher"}, {"key": "icon", "value": "i"}],
        "products": [{"id": "x"}],
    },
}  # fmt: skip


@pytest.mark.parametrize("value", [{"db": [GHOST]}, GHOST])
def test_ghost(value: Any) -> None:
    """The export of a Ghost site: posts with their tags and authors, and all else told."""
    found = listed(value)
    first, second = found.episodes
    assert [one.title for one in found.series] == ["Le rucher"]
    assert (first.title, first.slug, first.summary, first.published) == (
        "Les ruches",
        "ruches",
        "Bref.",
        "2023-10-02T16:30:00+00:00",
    )
    assert first.recap == "L'**hiver**. ![](/a.jpg)"
    assert (first.tags, second.status) == (("Nature",), "draft")
    assert "Odile Garnier" in str(first.source)
    told = {one.what for one in found.notes}
    assert told >= {"Contact", "#tri", "products", "settings", "uuid", "members", "__GHOST_URL__"}
    assert not any("odile@" in str(one) for one in found.notes)
