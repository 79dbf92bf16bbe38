"""Headings of alphabetical lists, and the family names that people are sorted by."""

from __future__ import annotations

from itertools import groupby

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from totem_cli.language.collate import index_heading, index_key
from totem_cli.language.dates import span_label
from totem_cli.language.person_names import family_name
from totem_cli.language.sentence import shortened


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("écran", "E"),
        ("Œuvre", "O"),
        ("« La mer »", "L"),
        ("’t Hooft", "T"),
        ("[brouillon]", "B"),
        ("#mer", "#"),
        (".NET", "#"),
        ("3D", "#"),
        ("", "#"),
        ("Жук", "Ж"),
        ("がく", "か"),
        ("ガク", "か"),
        ("한글", "ㅎ"),
        ("漢字", "漢"),
        ("𠮷野", "漢"),
        ("ﬁn", "F"),
    ],
)
def test_heading(text: str, heading: str) -> None:
    """The first letter without its accent; one heading for signs and digits, one for Chinese characters."""
    assert index_heading(text) == heading


@given(st.lists(st.text() | st.from_regex(r"[#@«'\"0-9]?[a-cA-Céœ漢ж가][a-c ]*", fullmatch=True)))
def test_each_heading_is_there_once(texts: list[str]) -> None:
    """Sorted texts change their heading only where a new one begins, and signs come first."""
    ordered = sorted(texts, key=index_key)
    headings = [heading for heading, _ in groupby(ordered, key=index_heading)]
    assert len(headings) == len(set(headings))
    assert "#" not in headings[1:]


NAMES = [
    ("fr", "Virginie Raisson-Victor", "Raisson-Victor, Virginie"),
    ("fr", "Charles de Gaulle", "Gaulle, Charles de"),
    ("en", "Charles de Gaulle", "de Gaulle, Charles"),
    ("fr", "Joachim du Bellay", "du Bellay, Joachim"),
    ("fr", "Jean de La Fontaine", "La Fontaine, Jean de"),
    ("fr", "Jean d’Ormesson", "Ormesson, Jean d’"),
    ("fr", "Robert De Niro", "De Niro, Robert"),
    ("fr", "Jean-Marie Gustave Le Clézio", "Le Clézio, Jean-Marie Gustave"),
    ("fr", "KERMADEC Blaise", "KERMADEC, Blaise"),
    ("en", "Guido van Rossum", "van Rossum, Guido"),
    ("nl", "Jan Van der Berg", "Berg, Jan Van der"),
    ("nl-BE", "Jan Van der Berg", "Van der Berg, Jan"),
    ("de", "Eva von der Leyen", "Leyen, Eva von der"),
    ("en", "Muhammad al-Khwarizmi", "Khwarizmi, Muhammad al-"),
    ("en", "Conan O’Brien", "O’Brien, Conan"),
    ("en", "Martin Luther King Jr.", "King, Martin Luther Jr."),
    ("en", "Sammy Davis, Jr.", "Davis, Sammy Jr."),
    ("en", "Al Sweigart", "Sweigart, Al"),
    ("en", "Ada Brun (Ifrea)", "Brun, Ada (Ifrea)"),
    ("es", "Gabriel García Márquez", "García Márquez, Gabriel"),
    ("es", "Juan Carlos Pérez", "Pérez, Juan Carlos"),
    ("es", "José Ortega y Gasset", "Ortega y Gasset, José"),
    ("es", "Juan de la Torre", "Torre, Juan de la"),
    ("fr", "Иван Петров", "Петров, Иван"),
    ("fr", "Platon", None),
    ("fr", "La rédaction du Phare", None),
    ("fr", "Ella Fitzgerald & Louis Armstrong", None),
    ("fr", "@zoe mer", None),
    ("fr", "Équipe 42", None),
    ("fr", "村上 春樹", None),
    ("hu", "Orbán Zsófia", None),
    ("fr", "Brun, Ada", None),
    ("fr", "Ada ,", None),
    ("fr", "", None),
]


@pytest.mark.parametrize(("language", "name", "sort_name"), NAMES)
def test_family_name(language: str, name: str, sort_name: str | None) -> None:
    """Particles, suffixes, names of one word, several people, scripts and languages in which nothing is guessed."""
    found = family_name(name, language)
    assert (found.sort_name if found else None) == sort_name


@given(st.lists(st.sampled_from("Ada de van La d’Or Jr. y al-Din BRUN (x) , É 1 春 Dr".split()) | st.text(max_size=4)),
       st.sampled_from(["fr", "en", "es", "nl", "hu"]))  # fmt: skip
@example(["Ada", ","], "fr")
def test_a_family_name_is_a_part_of_the_name(words: list[str], language: str) -> None:
    """Whatever the name, what is found is within it, and the sort name begins with it."""
    name = " ".join(words)
    found = family_name(name, language)
    if found:
        assert 0 <= found.start < found.end <= len(name)
        assert found.sort_name.startswith(name[found.start : found.end])


@pytest.mark.parametrize(
    ("first", "last", "label"),
    [
        ("2016-03-30", "2016-04-01", "du 30 mars au 1er avril 2016"),
        ("2016-03-30T18:00:00+02:00", "2016-03-30T19:00:00+02:00", "30 mars 2016"),
        ("2016-03-30", "2016-06-01", "mars – juin 2016"),
        ("2015-12-30", "2016-01-02", "du 30 décembre 2015 au 2 janvier 2016"),
        ("2014-12-30", "2016-01-02", "2014–2016"),
        ("2016-03", "2016-03-04", "mars 2016"),
        ("2016", "2016-03-04", "2016"),
        ("2016", "2016", "2016"),
    ],
)
def test_span(first: str, last: str, label: str) -> None:
    """Days up to a month, else months, else years; no more than is known."""
    assert span_label(first, last, "fr") == label


def test_many_names_are_shortened() -> None:
    """Six names are all told, of more the first five and how many others there are."""
    assert shortened(["A"] * 6, "fr") == "A, A, A, A, A, A"
    assert shortened(["A"] * 300, "fr") == "A, A, A, A, A et 295 autres"
