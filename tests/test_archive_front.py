"""Front matter from the model: the inverse of reading it."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests import strategies
from totem_cli.archive.front import (
    EPISODE_ORDER,
    PERSON_ORDER,
    SERIES_ORDER,
    episode_front,
    person_front,
    series_front,
    toml_moment,
)
from totem_cli.documents.document import Document
from totem_cli.documents.toml_write import new_markdown
from totem_cli.language.dates import check_moment
from totem_cli.model import read
from totem_cli.model.episode import Episode
from totem_cli.model.parts import Appearance, Question
from totem_cli.model.person import Person
from totem_cli.model.series import Series


@strategies.QUICK
@given(strategies.episodes())
def test_episode_comes_back(episode: Episode) -> None:
    """An episode without a series to lend it anything is the same after writing and reading."""
    front = episode_front(episode)
    back = read.episode(front, series=episode.series, slug=episode.slug, recap=episode.recap)
    assert replace(back, absent=()) == episode


@strategies.QUICK
@given(strategies.series().flatmap(lambda home: st.tuples(st.just(home), strategies.episodes(home))))
def test_inherited_comes_back_by_the_series(both: tuple[Series, Episode]) -> None:
    """What equals the series' is left out of the file, and there again once it is inherited."""
    home, episode = both
    content = new_markdown(episode_front(episode, home), episode.recap, EPISODE_ORDER)
    document = Document.parse(content, "x.md")
    back = read.episode(document.data, series=episode.series, slug=episode.slug, recap=document.recap)
    assert replace(back.inherit(home), absent=()) == episode
    assert not {"language", "hosts"} & document.data.keys() or (episode.language, episode.hosts) != (
        home.language,
        home.hosts,
    )


@strategies.QUICK
@given(strategies.series())
def test_series_comes_back(series: Series) -> None:
    """A series is the same after writing and reading, through real TOML."""
    document = Document.parse(new_markdown(series_front(series), series.introduction, SERIES_ORDER), "series.md")
    assert read.series(document.data, slug=series.slug, introduction=document.recap) == series


@strategies.QUICK
@given(strategies.persons())
def test_person_comes_back(person: Person) -> None:
    """A person is the same after writing and reading, through real TOML."""
    document = Document.parse(new_markdown(person_front(person), person.biography, PERSON_ORDER), "x.md")
    assert read.person(document.data, slug=person.slug, biography=document.recap) == person


@strategies.QUICK
@given(strategies.moments)
def test_moments(text: str) -> None:
    """A date becomes TOML's own type only where it reads back as the same text."""
    assert check_moment(toml_moment(text), "date") == text


def test_moment_types() -> None:
    """Whole dates and times with a zone are TOML dates; what TOML cannot say stays text."""
    assert toml_moment("2020-04-09") == date(2020, 4, 9)
    assert toml_moment("2020-04-09T18:30:00+00:00") == datetime(2020, 4, 9, 18, 30, tzinfo=UTC)
    for text in ("2020", "2020-04", "2020-04-09T18:30:00+02:00:30", "soon", "20200409"):
        assert toml_moment(text) == text


def test_orders_are_whole() -> None:
    """Every field of the model that a file may hold has its place in the canonical order."""
    bodies = {"series", "slug", "absent", "recap", "introduction", "biography", "extra"}
    for cls, order in ((Episode, EPISODE_ORDER), (Series, SERIES_ORDER), (Person, PERSON_ORDER)):
        assert set(order) == set(cls.__struct_fields__) - bodies
        assert len(order) == len(set(order))


def test_shape() -> None:
    """Questions of text alone are strings, guests are tables, published is not said, none is said."""
    episode = Episode(
        id="7f1d3c0e-5b0e-4a52-9d3c-1f6f3f6f0f11",
        series="s",
        slug="01-a",
        number=1,
        title="A",
        guests=(Appearance(name="B"),),
        questions=(Question(number=1, text="C?"),),
        extra={"mood": "good", "nothing": None},
    )
    home = Series(id="x", slug="s", title="S", hosts=(Appearance(name="H"),))
    assert episode_front(episode, home) == {
        "id": episode.id,
        "number": 1,
        "title": "A",
        "questions": ["C?"],
        "hosts": [],
        "guests": [{"name": "B"}],
        "mood": "good",
    }
    assert "hosts" not in episode_front(replace(episode, absent=("hosts",)), home)
    answered = replace(episode, questions=(Question(number=1, text="C?"), Question(number=2, text="D?", answer="E.")))
    assert episode_front(answered)["questions"] == [{"text": "C?"}, {"text": "D?", "answer": "E."}]
    text = new_markdown(episode_front(episode), "", EPISODE_ORDER).decode()
    assert tomllib.loads(text.split("+++")[1])["guests"] == [{"name": "B"}]
