"""Very many episodes are held in a file; whatever is made of them is the same."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests import strategies
from tests.html_site import everything, site
from totem_cli import Archive, Query
from totem_cli.archive.held import Held, arranged
from totem_cli.errors import SystemFailedError
from totem_cli.model.episode import Episode

FILES = {
    "series/b/series.md": '+++\ntitle = "Bê"\nlanguage = "en"\nhosts = [{name = "Ada Brun"}]\n+++\n',
    "series/b/02-x.md": '+++\nnumber = 2\ntitle = "Eau, pain"\ndate = "2020-02"\ntags = ["a", "b"]\n+++\neau eau\n',
    "series/b/x-2.md": '+++\nnumber = 2\ntitle = "Pain"\ndate = 2019-01-01\nguests = [{name = "Zoé"}]\n+++\neau\n',
    "series/b/01-y.md": '+++\ntitle = "Sans numéro"\nstatus = "draft"\n+++\neau\n',
    "series/b/03-w.md": '+++\ntitle = "Parti"\nstatus = "withdrawn"\naliases = ["b/ancien"]\n+++\neau\n',
    "series/a/series.md": '+++\ntitle = "A"\n+++\n',
    "series/a/z.md": '+++\ntitle = "Zut"\nupdated = "2021"\nquestions = ["Où ?"]\n+++\neau\n',
    "series/a/10-w.md": '+++\ntitle = "Dix"\nguests = [{name = "A", organisations = ["O"]}]\n+++\neau, pain\n',
}


@strategies.QUICK
@given(st.lists(strategies.episodes(), max_size=3), st.data())
def test_episodes_are_what_they_were(episodes: list[Any], data: st.DataObject) -> None:
    """As a sequence they are the same, rearranged too."""
    kept = Held.of(episodes, Episode)
    assert (list(kept), len(kept)) == (episodes, len(episodes))
    assert [kept[place] for place in range(-len(episodes), len(episodes))] == episodes * 2
    assert list(kept[1:3]) == episodes[1:3]
    with pytest.raises(IndexError):
        kept[len(episodes)]
    places = data.draw(st.lists(st.sampled_from(range(len(episodes))), max_size=6) if episodes else st.just([]))
    assert list(arranged(kept, places)) == list(arranged(episodes, places)) == [episodes[place] for place in places]


@pytest.mark.parametrize(
    "query",
    [
        Query(status=("published",)),
        Query(status=("all",)),
        Query(status=("published",), limit=2),
        Query(status=("published",), reverse=True),
        Query(status=("published",), sort="date", limit=3),
        Query(sort="number", reverse=True),
        Query(sort="title"),
        Query(sort="updated", reverse=True),
        Query(status=("published",), series=("B",)),
        Query(status=("draft", "published"), guests=("zoe",)),
    ],
    ids=lambda query: str(query.filters),
)
def test_a_publication_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, query: Query) -> None:
    """However many there are, in every order, with what was withdrawn."""
    archive = Archive.create(tmp_path)
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")

    def told() -> tuple[object, ...]:
        given = archive.publication(query)
        digests = [given.digest(episode) for episode in given.episodes]
        return (
            type(given.episodes),
            given.record(),
            list(given.newest),
            list(given.of_series("b")),
            given.withdrawn,
            digests,
        )

    few = told()
    monkeypatch.setattr("totem_cli.archive.held.MANY", 0)
    many = told()
    assert (few[0], many[0]) == (tuple, Held)
    assert few[1:] == many[1:]


def test_a_site_is_the_same() -> None:
    """Every page of it, and its key."""
    whole = everything()
    assert site(replace(whole, episodes=Held.of(whole.episodes, Episode))) == site(whole)


def test_forked_processes_read_at_once() -> None:
    """They share the file, and no place in it."""
    episodes = everything().episodes
    kept = Held.of(list(episodes) * 50, Episode)
    crew = []
    for start in range(3):
        child = os.fork()
        if not child:
            found = [kept[place] == episodes[place % len(episodes)] for place in range(start, len(kept))]
            os._exit(not all(found))
        crew.append(child)
    assert [os.waitpid(child, 0)[1] for child in crew] == [0, 0, 0]


def test_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no file can be made it is the system that failed."""

    def refuse() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    with pytest.raises(SystemFailedError, match="a temporary file"):
        Held.of(everything().episodes, Episode)
