"""Questions that the room asks, days and years in a line, and what a page tells that it did not find."""

from __future__ import annotations

from typing import Any

import pytest

from tests.test_importers_page_makes import only, page, told

CALF = "<h1>La calfate</h1><p>Avec Ida Quille, calfate.</p><p>On parle de la coque et du chanvre.</p>"


def asked(text: str, name: str = "p.html") -> list[tuple[str, str | None]]:
    """The questions of a page, with their answers."""
    return [(one.text, one.answer) for one in only(text, name).questions]


@pytest.mark.parametrize(
    "asks",
    [
        "Question du public :", "Question de la salle :", "Question :", "Question from the audience:",
        "Frage aus dem Publikum:", "Pregunta del público:", "Domanda dal pubblico:",
    ],
)  # fmt: skip
def test_a_question_of_the_room_has_the_answer_after_it(asks: str) -> None:
    """Who asks is no part of the question, and what follows answers it."""
    rows = "".join(f"<p><b>{asks}</b> {one} ?</p><p>Selon Ida, {one}.</p>" for one in ("oui", "non"))
    assert asked(CALF + rows) == [("oui ?", "Selon Ida, oui."), ("non ?", "Selon Ida, non.")]
    assert asked(f"{CALF}<h2>Échanges</h2>{rows}")[1] == ("non ?", "Selon Ida, non.")


def test_questions_and_answers_of_minutes() -> None:
    """A question and its answer in two lines belong together."""
    text = "La calfate\n\nInvitée : Ida Quille\n\nOn parle.\n\n2) Avec la salle\n\nQuestion : Qui paie ?\nRéponse : Le port.\n"
    assert asked(text, "p.txt") == [("Qui paie ?", "Le port.")]


def test_what_goes_on_after_the_only_question_is_told() -> None:
    """After a single question, it is not known where its answer ends."""
    found = page(f"{CALF}<p>Question : Qui paie ?</p><p>Le port.</p><p>Causerie du 3 mars : Le filet</p>")
    assert "Causerie du 3 mars : Le filet: after the one question: taken as more of its answer" in told(found)


def test_a_numbered_question_with_its_answer_on_the_next_line() -> None:
    """Lines below a numbered question answer it, with their emphasis."""
    text = f"{CALF}<p>1. Qui <i>paie</i> ?<br>Le <i>port</i>.</p><p>2. Et le vent ?<br>Il passe.<br>Il revient.</p>"
    assert asked(text) == [("Qui paie ?", "Le _port_."), ("Et le vent ?", "Il passe.\\\nIl revient.")]


def test_an_item_in_bold_that_asks_has_the_rest_as_its_answer() -> None:
    """The question of an item is what is bold."""
    text = f"{CALF}<h2>Questions</h2><ol><li><b>Qui paie ?</b> Le port.</li><li><strong>Et après ?</strong> La mer.</li></ol>"
    assert asked(text) == [("Qui paie ?", "Le port."), ("Et après ?", "La mer.")]


def test_a_heading_that_asks_how_is_no_heading_of_comments() -> None:
    """`Comment` is `how` in French."""
    for heading in ("Comment décide-t-on ?", "Comment on décide"):
        found = page(f"{CALF}<h2>{heading}</h2><p>Au consentement.</p>")
        assert "Au consentement." in found.episodes[0].recap
    for heading in ("Comments", "Comment on this post", "Comment", "Entradas recientes", "Recent posts"):
        found = page(f"{CALF}<h2>{heading}</h2><p>Bravo.</p>")
        assert "Bravo." not in found.episodes[0].recap
        assert "Bravo.:" in told(found)


def test_the_other_pages_under_a_page_of_squarespace() -> None:
    """The pages before and after are no part of the text."""
    others = '<section id="itemPagination"><a href="/a"><div>Previous</div><h2>Le filet</h2></a></section>'
    found = page(CALF + others)
    assert "filet" not in found.episodes[0].recap
    assert "Previous Le filet: menu" in told(found)


@pytest.mark.parametrize("line", ["The Mill Fire of 1893", "Meeting on the twelfth of May 2018 in the Methodist Hall"])
def test_a_year_of_a_name_is_no_date(line: str) -> None:
    """A year or a month that goes on the words before it is no date."""
    (one,) = page(f"<h1>Circle</h1><h2>{line}</h2><p>With Ida Quille, caulker.</p><p>She spoke.</p>").episodes
    assert (one.date, one.place) == (None, None)
    assert line in one.recap


def test_a_month_beside_other_words_is_told() -> None:
    """A day in words that are not read is told."""
    found = page(CALF.replace("<p>", "<p>Date : le douze avril 2022</p><p>", 1))
    assert str(found.episodes[0].date) == "2022-04"
    assert "read as 2022-04, without a day" in told(found)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<p>Q : Qui paie ?</p><p>R : Le port.</p>", "La calfate: no guests were found"),
        ("", "La calfate: neither guests nor questions were found"),
        (
            "<p>Ida est venue le dimanche 2 octobre 2016 au port de Vannes.</p>",
            "le dimanche 2 octobre 2016: the text names it: it is not taken as the date",
        ),
    ],
)
def test_what_is_not_found_is_told(text: str, what: str) -> None:
    """An episode without guests, or without the date that its text names, is told."""
    found: Any = page(f"<h1>La calfate</h1>{text or '<p>On parle.</p>'}")
    assert what in told(found)


def test_what_may_be_a_place_or_a_person_is_told() -> None:
    """Beside the date, words like a name stay in the text."""
    found = page(CALF.replace("<p>", "<p>11 novembre 2022, Circolo Arci Bellavista</p><p>", 1))
    assert "Circolo Arci Bellavista" in found.episodes[0].recap
    assert "Circolo Arci Bellavista: it stands beside the date: it stays in the text" in told(found)


def test_who_is_named_twice_in_two_ways_is_told() -> None:
    """What the second says of somebody is not lost in silence."""
    found = page("<h1>Quai</h1><h2>Invités</h2><ul><li>Ida Quille, calfate</li><li>Ida Quille, voilière</li></ul>")
    assert "Ida Quille, voilière: somebody of this name is there already" in told(found)
