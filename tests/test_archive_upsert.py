"""Statements: what they set, what they leave, what they find."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Shell
from totem_cli.archive.applying import Statement
from totem_cli.archive.archive import Archive
from totem_cli.errors import InvalidError


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Two series, one with a host, an episode in each."""
    made = Archive.create(tmp_path / "archive", title="Essais")
    for title in ("Un", "Deux"):
        made.series.add(title)
        made.episodes.add(f"{title} soir", series=title.lower())
    made.hosts.add("un/", "Luc Mer")
    return made


def stated(archive: Archive, kind: str, **data: object) -> str:
    """What became of one statement."""
    done = archive.apply([Statement(kind, data)])  # type: ignore[arg-type]
    again = archive.apply([Statement(kind, data)])  # type: ignore[arg-type]
    assert (again.added, again.updated, again.removed) == ([], [], [])
    return "added" if done.added else "updated" if done.updated else "unchanged"


@pytest.mark.parametrize(
    ("data", "what", "line"),
    [
        ({"hosts": [{"name": "Luc Mer"}]}, "unchanged", ""),
        ({"hosts": []}, "updated", "hosts = []"),
        ({"hosts": ["Zoé Roc"]}, "updated", 'name = "Zoé Roc"'),
        ({"language": "fr"}, "unchanged", ""),
        ({"language": "en"}, "updated", 'language = "en"'),
        ({"status": "published"}, "unchanged", ""),
        ({"status": "draft"}, "updated", 'status = "draft"'),
        ({"duration": "1:00:00"}, "updated", 'duration = "PT1H"'),
        ({"extra": {"humeur": "calme"}}, "updated", 'humeur = "calme"'),
        ({"tags": None, "subtitle": None, "guests": []}, "unchanged", ""),
        ({"recap": "Mot.\n"}, "updated", "Mot."),
        ({"title": "Un soir"}, "unchanged", ""),
        ({"address": "x", "recap_html": "<p>"}, "unchanged", ""),
    ],
)
def test_only_what_differs_is_written(archive: Archive, data: dict[str, object], what: str, line: str) -> None:
    """What is inherited, left to its default or derived is no difference; twice is once."""
    assert stated(archive, "episode", series="un", number=1, **data) == what
    assert line in (archive.root / "series/un/01-un-soir.md").read_text()


def test_a_file_by_hand_is_compared_by_what_it_says(archive: Archive) -> None:
    """Bare names, inline tables and questions of either form are the same statement."""
    path = archive.root / "series/un/01-un-soir.md"
    text = '+++\ntitle = "Un soir"\nguests = ["Ada Brun"] # un\nquestions = [{text = "Où ?"}]\ndate = 2020-01-02\n+++\n'
    path.write_text(text)
    data = {"guests": [{"name": "Ada Brun"}], "questions": ["Où ?"], "date": "2020-01-02", "number": 1}
    assert stated(archive, "episode", series="un", **data) == "unchanged"


def test_found_by_id_then_number_then_title(archive: Archive) -> None:
    """An id goes before all, and moves the episode that says another series."""
    one = archive.episodes["un/1"]
    assert stated(archive, "episode", id=one.id, title="Autre") == "updated"
    assert stated(archive, "episode", series="un", title="AUTRE") == "updated"
    assert stated(archive, "episode", id=one.id, series="deux", number=7) == "updated"
    assert archive.episodes["deux/7"].hosts[0].name == "Luc Mer"
    assert stated(archive, "episode", series="deux", title="Neuf") == "added"
    assert archive.episodes["deux/8"].title == "Neuf"


def test_series_and_people(archive: Archive) -> None:
    """Series by id, slug or title; a person who only appears needs no file."""
    assert stated(archive, "series", title="UN", tags=["mer"]) == "updated"
    assert stated(archive, "series", slug="trois", title="Trois", introduction="Ici.") == "added"
    assert stated(archive, "person", name="Luc Mer") == "unchanged"
    assert stated(archive, "person", name="Ada Brun", aliases=["A. Brun"]) == "added"
    assert stated(archive, "person", name="a. brun", biography="Elle.") == "updated"
    assert archive.people["ada-brun"].name == "a. brun"


def test_pruned(archive: Archive) -> None:
    """Only the series that are named lose what is not stated; all others go only where series are stated."""
    only = Statement("episode", {"series": "un", "title": "Neuf"})
    assert archive.apply([only], prune=True).removed == ["un/1"]
    whole = [Statement("series", {"slug": "un", "title": "Un"}), only]
    assert archive.apply(whole, prune=True).removed == ["deux/1", "deux"]
    assert archive.apply(whole, prune=True).removed == []


def test_all_or_nothing(archive: Archive) -> None:
    """One wrong statement, and nothing was said."""
    before = sorted(path.read_bytes() for path in archive.root.rglob("*.md"))
    good = Statement("episode", {"series": "un", "number": 1, "title": "Neuf"})
    for bad in ({"series": "un", "number": 1}, {"series": "un"}, {"series": "un", "title": "X", "date": "hier"}):
        with pytest.raises(InvalidError):
            archive.apply([good, Statement("episode", bad)])
    assert sorted(path.read_bytes() for path in archive.root.rglob("*.md")) == before


@pytest.mark.parametrize("noun", ["guests", "questions", "tags", "organisations"])
def test_what_follows_from_episodes_is_not_stated(totem: Shell, noun: str) -> None:
    """What lists tell of parts of episodes is refused, and becomes neither a person nor keys of an episode."""
    totem("init", ".", "--title", "Le port")
    totem("add", "series", "Marées")
    totem("add", "episode", "Le flot", "--tag", "mer", "--number", "1")
    totem("add", "guest", "marees/1", "Luc Mer", "--organisation", "Cap")
    totem("add", "question", "marees/1", "Et demain ?")
    listed = totem("list", noun, "--json").out
    assert listed.strip() != "[]"
    for verb in (("apply", "-"), ("import", "json", "-")):
        refused = totem(*verb, stdin=listed)
        assert refused.code == 4
        assert "follow from episodes" in refused.err
    assert totem("list", noun, "--json").out == listed
