"""The database: tables that refer to each other, a search without accents, the same bytes."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from tests import strategies
from tests.html_site import FIRST, SEA, SETTINGS, everything, publication
from tests.publications import of
from tests.strategies import QUICK
from tests.test_exporters_hostile import filled
from totem_cli.archive.publication import Publication
from totem_cli.exporters import Options, find_exporter, is_one_file


def made(given_: Publication) -> bytes:
    """The database's file."""
    (page,) = find_exporter("sqlite")(given_, Options())
    return page.render()


def opened(content: bytes) -> Database:
    """The database, as sqlite-utils opens it; sound, or the test fails."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(content)
    assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
    assert connection.execute("pragma foreign_key_check").fetchall() == []
    return Database(connection)


@pytest.fixture
def db() -> Any:
    """The database of everything."""
    found = opened(made(everything()))
    yield found
    found.conn.close()


def test_tables(db: Database) -> None:
    """Everything is in a table of its own, under the names of the record."""
    assert is_one_file(find_exporter("sqlite"))
    expected = {"archive": 1, "series": 3, "episodes": 5, "people": 4, "organisations": 3, "questions": 4}
    assert {name: db[name].count for name in expected} == expected
    assert [row["name"] for row in db["tags"].rows] == ["climat", "Mer"]
    assert {row["author"] for row in db["comments"].rows_where("episode = ?", [FIRST.id])} == {"Ali", "Jo"}
    assert db["media"].count == 3
    row = db["episodes"].get(FIRST.id)
    assert (row["number"], row["date"], row["url"]) == (
        1,
        "2020-04-09",
        "https://archives.example/saison/marees/01-episode/",
    )
    assert json.loads(row["aliases"]) == list(FIRST.aliases)


def test_who_appears_where(db: Database) -> None:
    """Appearances lead to people, organisations and episodes."""
    found = db.execute(
        "select p.name, a.role, o.name from appearances a join people p on p.slug = a.person "
        "join appearance_organisations x on x.appearance = a.id join organisations o on o.slug = x.organisation "
        "where a.episode = ? and a.kind = 'guest' order by a.place, x.place",
        [FIRST.id],
    ).fetchall()
    assert found == [("Zoé Œuvrard", "océanographe", "Ifrea"), ("Zoé Œuvrard", "océanographe", "Station bleue")]
    assert {key.other_table for key in db["appearances"].foreign_keys} == {"episodes", "people"}


@pytest.mark.parametrize("words", ["OEUVRARD pecheur", "œuvrard", "demain", "recit"])
def test_search(db: Database, words: str) -> None:
    """A search ignores case, accents and ligatures, and finds guests and questions too."""
    assert db["episodes"].detect_fts() == "episodes_fts"
    assert FIRST.id in [row["id"] for row in db["episodes"].search(words)]
    assert SEA.id not in [row["id"] for row in db["episodes"].search("demain")]


def test_same_bytes() -> None:
    """Twice the same database is the same bytes."""
    assert made(everything()) == made(everything())


def test_odd_texts() -> None:
    """Every text that breaks writers comes out as it went in."""
    found = opened(made(filled(*strategies.ODD)))
    titles = [row["title"] for row in found["episodes"].rows_where(order_by="number")]
    assert titles == list(strategies.ODD)
    found.conn.close()


@settings(QUICK, max_examples=12)
@given(st.data())
def test_any_episode(data: st.DataObject) -> None:
    """Whatever an archive may hold is in the tables, and every reference leads somewhere."""
    home = data.draw(strategies.series("s"))
    episode = data.draw(strategies.episodes(home, 1))
    found = opened(made(of(SETTINGS, [home], [episode], [data.draw(strategies.persons())])))
    assert found["appearances"].count == len(episode.hosts) + len(episode.guests)
    assert found["questions"].count == len(episode.questions)
    found.conn.close()


def test_what_datasette_needs(tmp_path: Path) -> None:
    """On disk it opens read-only, as Datasette opens it."""
    path = tmp_path / "archive.db"
    path.write_bytes(made(publication()))
    connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    assert connection.execute("select count(*) from episodes_fts where episodes_fts match 'mer'").fetchone()[0] > 0
    connection.close()
