"""Importing totem's own record from JSON, whole or in parts, and refusing what is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.publications import publication
from totem_cli.archive.record import to_json
from totem_cli.errors import InvalidError, RefusedError, SystemFailedError, TotemError
from totem_cli.importers import Imported, Options
from totem_cli.importers.json import read


def imported(value: Any) -> Imported:
    """What a value holds, given as JSON."""
    return read(json.dumps(value).encode(), Options())


def record() -> dict[str, Any]:
    """A whole document."""
    found: dict[str, Any] = json.loads(to_json(publication().record()))
    return found


def test_document() -> None:
    """A document gives settings, series, episodes, and those people of whom more is known than a name."""
    found = imported(record())
    assert found.settings == {"title": "Le port", "language": "fr"}
    assert [one.slug for one in found.series] == ["marees"]
    (episode,) = found.episodes
    assert (episode.series, episode.slug, episode.number) == ("marees", "01-qui-regarde-la-mer", 1)
    assert episode.recap == "Un récit « bref » : la mer monte !"
    assert episode.extra == {"mood": "calme"}
    assert [(person.slug, person.biography) for person in found.persons] == [("zoe", "Elle compte les vagues.")]
    assert not found.notes


def test_parts_of_a_document() -> None:
    """An array, one episode, JSON Lines, and a series with its episodes give the same episode."""
    whole = imported(record())
    episode, series = record()["episodes"][0], record()["series"][0]
    lines = f"{json.dumps(episode)}\n\n{json.dumps(episode | {'slug': 'b', 'number': 2})}\r\n"
    assert imported([episode]).episodes == whole.episodes
    assert imported(episode).episodes == whole.episodes
    assert imported(series | {"episodes": [episode]}).episodes == whole.episodes
    assert [one.number for one in read(lines.encode(), Options()).episodes] == [1, 2]
    assert read(b"\xef\xbb\xbf" + json.dumps(episode).encode(), Options()).episodes == whole.episodes
    assert imported([series]).series == whole.series
    people = record()["people"]
    assert [one.slug for one in imported(people).persons] == [one["slug"] for one in people]


def test_by_hand() -> None:
    """An episode written by hand needs a title only; what it does not say is known to be absent."""
    (episode,) = imported({"title": "A", "guests": ["B"], "questions": ["C?"], "mood": "x"}).episodes
    assert (episode.series, episode.slug) == ("", "")
    assert {"id", "number", "hosts"} <= set(episode.absent)
    assert episode.guests[0].name == "B"
    assert episode.extra == {"mood": "x"}


def test_empty() -> None:
    """An empty list holds nothing, and that is fine."""
    assert imported([]) == Imported()


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (b"", 1, 1),
        (b"{", 1, 2),
        (b'[{"title": "A"},\n {"title" "B"}]', 2, 11),
        ('[{"title": "é" x}]'.encode(), 1, 16),
        (b'{"title": "A"}\n{"title": }\n', 2, 11),
        (b'["\xff"]', None, None),
        (b"[" * 100_000, 1, None),
        (b'[{"title": "A", "x": ' + b"[" * 150 + b"]" * 150 + b"}]", 1, None),
        (b"not json", 1, None),
    ],
)
def test_bad_json(content: bytes, line: int | None, column: int | None) -> None:
    """What is no JSON is told with its line and column."""
    with pytest.raises(InvalidError) as raised:
        read(content, Options(name="in.json"))
    place = raised.value.location
    assert place is not None
    assert place.file == "in.json"
    assert line is None or place.line == line
    assert column is None or place.column == column


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (
            {"archive": {}, "episodes": [{"title": "A"}, {"title": "B", "guests": [{"role": "x"}]}]},
            "episodes[2].guests[1].name",
        ),
        ([{"number": 1}], "[1].title"),
        ([{"title": "A", "recap": 3}], "[1].recap"),
        ([{"title": "A", "extra": 3}], "[1].extra"),
        ({"title": "A", "slug": "../../etc/passwd"}, "slug"),
        ({"title": "A", "series": "../x"}, "series"),
        ({"archive": {"language": 3}}, "archive.language"),
        ({"archive": {}, "episodes": {}}, "episodes"),
        ([[]], "[1]"),
    ],
)
def test_bad_values(value: Any, field: str) -> None:
    """A bad value is told with the path to it, counted from 1, and with its source."""
    with pytest.raises(InvalidError) as raised:
        imported(value)
    assert raised.value.field == field
    assert raised.value.location is not None
    assert raised.value.location.file == "<stdin>"


def test_line_of_a_bad_value() -> None:
    """In JSON Lines a bad value is told with its line."""
    with pytest.raises(InvalidError) as raised:
        read(b'{"title": "A"}\n{"title": ""}\n', Options(name="in.jsonl"))
    assert str(raised.value.location) == "in.jsonl:2"


def test_newer_record() -> None:
    """A record of a newer version is refused."""
    with pytest.raises(RefusedError):
        imported(record() | {"schema_version": 99})


def test_nothing_passes_in_silence() -> None:
    """What is not imported is told; a comment on nothing is refused."""
    assert len(imported(record() | {"weather": 1}).notes) == 1
    with pytest.raises(InvalidError, match=r"comments\[1\]: a comment needs"):
        imported(record() | {"comments": [{}]})


def test_files(tmp_path: Path) -> None:
    """A file is read; a folder, or nothing, is told."""
    (tmp_path / "a.json").write_bytes(to_json(publication().record()))
    assert read(tmp_path / "a.json", Options()) == imported(record())
    with pytest.raises(SystemFailedError):
        read(tmp_path / "none", Options())
    with pytest.raises(InvalidError):
        read(tmp_path, Options())


_JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=5)
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["title", "guests", "archive", "episodes", "people", "series", "extra", "media", "name", "x"]
            ),
            inner,
            max_size=4,
        ),
    ),
)


@settings(deadline=None)
@given(_JSON)
def test_any_json(value: Any) -> None:
    """Any JSON at all is imported, or refused in totem's own words."""
    try:
        imported(value)
    except TotemError as error:
        assert error.message  # noqa: PT017


def test_words_of_others() -> None:
    """Other people's keys are fields where their values may be; what a record says itself goes first."""
    found = imported(
        {
            "titre": "Le sel",
            "lieu": "Brest",
            "tags": ["mer"],
            "keywords": ["sel"],
            "duration": "PT1H",
            "length": "3 pages",
            "speakers": [{"name": "Ada Brun", "affiliation": ["Houle"], "twitter": "ada", "extra": {"mood": "calme"}}],
            "content": "Un récit.",
            "event": "Journée d’étude",
        }
    )
    (one,) = found.episodes
    assert [(series.slug, series.title) for series in found.series] == [("journee-d-etude", "Journée d’étude")]
    (guest,) = one.guests
    assert (one.title, one.place, one.tags, one.duration, one.recap) == (
        "Le sel",
        "Brest",
        ("mer", "sel"),
        "PT1H",
        "Un récit.",
    )
    assert (guest.name, guest.organisations, guest.extra) == (
        "Ada Brun",
        ("Houle",),
        {"mood": "calme", "twitter": "ada"},
    )
    assert (one.series, one.extra) == ("journee-d-etude", {"length": "3 pages"})


def test_a_status_that_totem_has_not_makes_a_draft() -> None:
    """What may not be meant to be public is not published, and that is told."""
    found = read(b'[{"title": "A", "status": "gone"}]', Options(name="in.json"))
    assert [one.status for one in found.episodes] == ["draft"]
    assert [(note.what, note.why) for note in found.notes] == [("gone", "no status of totem: read as a draft")]


@pytest.mark.parametrize(("is_published", "status"), [(True, "published"), (False, "draft")])
def test_a_flag_does_not_take_the_place_of_a_date(is_published: bool, status: str) -> None:
    """``published`` is a date, and ``isPublished`` whether it is public: both are read."""
    record = {"title": "A", "published": "2023-05-01", "isPublished": is_published}
    (episode,) = read(json.dumps([record]).encode(), Options(name="in.json")).episodes
    assert (episode.published, episode.status) == ("2023-05-01", status)


@pytest.mark.parametrize(
    "text", ['[{"title": "A", "title": "B"}]', '{"title": "A"}\n{"title": "B", "x": {"y": 1, "y": 2}}']
)
def test_a_key_that_is_there_twice(text: str) -> None:
    """One of the two would be lost: the file is refused, with the key's name."""
    with pytest.raises(InvalidError, match=r"'(title|y)' is there twice") as raised:
        read(text.encode(), Options(name="x.json"))
    assert raised.value.location is not None
    assert raised.value.location.line == 1 + text.count("\n")
