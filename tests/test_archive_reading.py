"""Reading in short: what takes a shorter way gives what the longer one gives."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import to_builtins

from totem_cli import Archive, Query
from totem_cli.archive.hits import spans_of
from totem_cli.language.visible import visible
from totem_cli.model.cells import LISTED, cell
from totem_cli.terminal.plain import tsv

FILES = {
    "series/b/series.md": '+++\ntitle = "Bê"\nlanguage = "en"\nhosts = [{name = "Ada Brun"}]\n+++\n',
    "series/b/02-x.md": '+++\nnumber = 2\ntitle = "Eau, pain"\ndate = "2020-02"\ntags = ["a", "b"]\n+++\neau eau\n',
    "series/b/x-2.md": '+++\nnumber = 2\ntitle = "Pain"\ndate = 2019-01-01\nguests = [{name = "Zoé"}]\n+++\neau\n',
    "series/b/01-y.md": '+++\ntitle = "Sans\\tnuméro"\nstatus = "draft"\n+++\neau\n',
    "series/a/z.md": '+++\ntitle = "Sans série\\u202e"\npublished = "2021"\n+++\neau\n',
    "series/a/10-w.md": '+++\ntitle = "Dix"\nguests = [{name = "A"}, {name = "B;\\nC"}]\n+++\neau, pain\n',
}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Episodes with and without numbers, of one number, of a series without its file."""
    archive = Archive.create(tmp_path)
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return archive


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(limit=2),
        Query(reverse=True),
        Query(sort="date"),
        Query(sort="number", reverse=True, limit=3),
        Query(sort="title"),
        Query(series=("B",)),
        Query(status=("draft",)),
        Query(guests=("zoe",)),
        Query(languages=("en",)),
    ],
    ids=lambda query: str(query.filters),
)
def test_what_a_list_prints_is_what_the_episodes_say(archive: Archive, query: Query) -> None:
    """Whether only what is printed was read, or everything."""
    whole = archive.episodes.find(query)

    lines = archive.episodes.lines(query)

    assert whole
    assert "\n".join(["\t".join(LISTED), *lines, ""]) == tsv([to_builtins(one) for one in whole], LISTED)
    assert lines == ["\t".join(cell(row[column]) for column in LISTED) for row in map(to_builtins, whole)]


@pytest.mark.parametrize("words", ["eau", "pain", "eau pain", "rien", "'"])
@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_the_best_are_the_first_of_all(archive: Archive, words: str, limit: int) -> None:
    """And how many there are is told without looking at the others."""
    everything, _ = archive.matching(words)

    assert archive.matching(words, Query(limit=limit)) == (everything[:limit], len(everything))


@pytest.mark.parametrize("ref", ["b/01-y", "b/", "a/z"])
def test_an_episode_of_a_series_is_read_alone(archive: Archive, ref: str) -> None:
    """With its recap, and what it inherits; with a person only where they appear."""
    thing = archive[ref]

    found = archive.episodes.of(thing)

    assert found == [
        one for one in archive.episodes.find(recaps=True) if one.ref == thing.ref or one.series == thing.slug
    ]
    assert all(one.recap for one in found)
    named = archive.episodes.of(thing, person="ada brun")
    assert named == [one for one in found if one.hosts]


@given(
    st.text(alphabet="aeéœŒ’ -ßİ\u00a0¼字\u0301", max_size=12), st.sampled_from(["a", "e", "oe", "ss", "1", "字", "i"])
)
def test_a_mark_at_the_end_moves_no_hit(text: str, word: str) -> None:
    """Where a text can be folded letter by letter at once, hits stand where they do otherwise."""
    slowly = spans_of([word], f"{text} x\u0301")

    assert spans_of([word], text) == slowly


def test_a_long_text_hides_nothing() -> None:
    """Each character is shown in a long text as it is in a short one."""
    for code in range(sys.maxunicode + 1):
        assert visible(f"é{chr(code)}b", newlines=True) == f"é{visible(chr(code), newlines=True)}b", hex(code)
    assert visible("é\u202f!\t\n" * 10_000, newlines=True) == "é\u202f!\t\n" * 10_000
    assert visible("é\u202e\n" * 10_000, newlines=True) == "é\\u202e\n" * 10_000
