"""Where searched words stand: found folded, told as written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totem_cli.archive.hits import find_hits, spans_of
from totem_cli.language.fold import search_words
from totem_cli.model.episode import Episode
from totem_cli.model.parts import Appearance, Partner, Question

EPISODE = Episode(
    id="1", series="fil", slug="01-oeuvres", number=1, language="fr", title="Œuvres communes",
    guests=(Appearance(name="Ada Brun", role="géographe", organisations=("Halle",)),),
    hosts=(Appearance(name="Paul Lenoir"),), partners=(Partner(name="Le Fil", billed_as="la rédaction du Fil"),),
    questions=(
        Question(number=1, text="Qui paie ?"),
        Question(number=2, text="Un chef-d’œuvre coûte-t-il cher ?", answer="Rarement."),
    ),
    tags=("économie",), recap="Un *début*.\n\nPuis l’ŒUVRE, [son plan](https://exemple.example/carte) et l’économie.\n",
)  # fmt: skip


def found(query: str) -> list[tuple[str, int | None, list[str]]]:
    """Field, place and the words marked."""
    return [
        (hit.field, hit.place, [hit.text[first:last] for first, last in hit.spans])
        for hit in find_hits(EPISODE, search_words(query))
    ]


def test_accents_case_and_ligatures_are_found_and_marked_as_written() -> None:
    """``oeuvre`` marks ``Œuvre`` in the title, ``œuvre`` in question 2, ``ŒUVRE`` in the recap's second paragraph."""
    assert found("oeuvre") == [("title", None, ["Œuvre"]), ("question", 2, ["œuvre"]), ("recap", 2, ["ŒUVRE"])]


@pytest.mark.parametrize(
    ("query", "field", "marked"),
    [
        ("geographe", "guest", "géographe"),
        ("halle", "guest", "Halle"),
        ("lenoir", "host", "Lenoir"),
        ("redac", "partner", "rédac"),
        ("rarement", "question", "Rarement"),
    ],
)
def test_every_field_is_looked_at(query: str, field: str, marked: str) -> None:
    """People, their jobs, partners, answers: each is told as where it stands."""
    assert [(where, words) for where, _, words in found(query)] == [(field, [marked])]


def test_a_word_is_found_by_its_beginning_only() -> None:
    """``paie`` is found by ``pa`` and not by ``aie``: as the index finds it."""
    assert spans_of(search_words("pa"), "Qui paie ?") == ((4, 6),)
    assert spans_of(search_words("aie"), "Qui paie ?") == ()


def test_the_places_told_show_every_word() -> None:
    """With few places to tell, those come first that show words not shown yet."""
    assert {word.lower() for _, _, words in found("oeuvre economie ada") for word in words} >= {"économie", "ada"}
    assert len(found("oeuvre economie ada")) == 3


def test_what_only_the_source_says_is_found_there() -> None:
    """A word of a link's address is told with its line of the source."""
    assert [(field, place, words) for field, place, words in found("carte")] == [("recap", None, ["carte"])]


def test_nothing_found_is_told_by_the_title() -> None:
    """There is always a hit, so that no episode of a search is silent."""
    assert found("zzz") == [("title", None, [])]
    assert found("") == [("title", None, [])]


def test_combining_marks_and_scripts_without_spaces() -> None:
    """A decomposed accent is marked with its letter; each Chinese character is a word."""
    assert spans_of(search_words("ecran"), "un e\u0301cran") == ((3, 9),)
    assert spans_of(search_words("市场"), "世界市场。") == ((2, 3), (3, 4))


@given(st.text(max_size=60), st.text(max_size=12))
def test_spans_are_in_order_within_the_text(text: str, query: str) -> None:
    """Any text, any query: spans lie within the text, in order, apart, none empty."""
    spans = spans_of(search_words(query), text)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= first < last <= len(text) for first, last in spans)


@given(st.lists(st.text(st.sampled_from("aàéœŒßñÅĳﬁ"), min_size=1, max_size=8), min_size=1, max_size=6), st.data())
def test_each_word_finds_itself(words: list[str], data: st.DataObject) -> None:
    """A word of a text, however it is folded, is marked whole in it."""
    text = " ".join(words)
    word = data.draw(st.sampled_from(words))
    marked = [text[first:last] for first, last in spans_of(search_words(word), text)]
    assert word in marked
