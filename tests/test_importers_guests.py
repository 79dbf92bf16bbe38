"""Sentences that say who takes part."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totem_cli.importers.guests import read_guest, read_guests
from totem_cli.language.sentence import appearance_phrase, join


def one(name: str, role: str = "", *organisations: str) -> dict[str, Any]:
    """A guest's table."""
    return (
        {"name": name}
        | ({"role": role} if role else {})
        | ({"organisations": list(organisations)} if organisations else {})
    )


@pytest.mark.parametrize(
    ("text", "guests"),
    [
        (
            "A, fondatrice de Y, B, CEO chez Z et W, et C, ingénieur produit de V",
            [one("A", "fondatrice", "Y"), one("B", "CEO", "Z", "W"), one("C", "ingénieur produit", "V")],
        ),
        ("Ada Brun et Luc Mer.", [one("Ada Brun"), one("Luc Mer")]),
        (
            "Ida Mer, Lucie Marin ; Paul Pêcheur, marin",
            [one("Ida Mer"), one("Lucie Marin"), one("Paul Pêcheur", "marin")],
        ),
        (
            "Luc Mer, CEO de Houle, et Ada Brun, ingénieure produit du masque Bulle de Varech",
            [one("Luc Mer", "CEO", "Houle"), one("Ada Brun", "ingénieure produit du masque Bulle", "Varech")],
        ),
        (
            "Ada Brun, adjointe au maire de Sète chargée des ports, et d’Élodie Roy, pilote chez Houle chargée du quai",
            [
                one("Ada Brun", "adjointe au maire de Sète chargée des ports"),
                one("Élodie Roy", "pilote chargée du quai", "Houle"),
            ],
        ),
        (
            "Jane Roe (CTO, Broom) and Prof. Lee Ito, MIT",
            [one("Jane Roe", "CTO", "Broom"), one("Prof. Lee Ito", "", "MIT")],
        ),
        ("Ada Brun, Luc Mer & Fils, et Zoé Lune", [one("Ada Brun", "", "Luc Mer & Fils"), one("Zoé Lune")]),
        (
            "Ada Brun, fondatrice et CEO d’Estran, Luc Mer, co-fondateur de Houle et de Ressac",
            [one("Ada Brun", "fondatrice et CEO", "Estran"), one("Luc Mer", "co-fondateur", "Houle", "Ressac")],
        ),
        (
            "Ada Brun (géographe) et Luc Mer (fondateur et CEO, Houle et Ressac)",
            [one("Ada Brun", "géographe"), one("Luc Mer", "fondateur et CEO", "Houle", "Ressac")],
        ),
        ("Ada Brun (CEO de Houle), Luc Mer (Ressac)", [one("Ada Brun", "CEO", "Houle"), one("Luc Mer", "", "Ressac")]),
        (
            "l’économiste Ada Brun, la navigatrice Zoé Lune et Luc Mer",
            [one("Ada Brun", "économiste"), one("Zoé Lune", "navigatrice"), one("Luc Mer")],
        ),
        (
            "Ada Brun, directrice de la recherche, de l’innovation et du numérique à la SNCF",
            [one("Ada Brun", "directrice de la recherche, de l’innovation et du numérique", "SNCF")],
        ),
        (
            "Ada Brun, professeure à l’université de Nantes, et Luc Mer, auteur de Marées",
            [one("Ada Brun", "professeure", "université de Nantes"), one("Luc Mer", "auteur de Marées")],
        ),
        (
            "Jane Roe, founder of Broom, Lee Ito, Head of Product at Nightly, and Sam Okoye, engineer @Dusk",
            [
                one("Jane Roe", "founder", "Broom"),
                one("Lee Ito", "Head of Product", "Nightly"),
                one("Sam Okoye", "engineer", "Dusk"),
            ],
        ),
        (
            "Richard D. Copeland, Jr., CTO at Initech, and Lee Ito, writer",
            [one("Richard D. Copeland, Jr.", "CTO", "Initech"), one("Lee Ito", "writer")],
        ),
        (
            "Emmanuelle Roc, CEO chez LeFour.io et Sc21, et Jean de La Tour",
            [one("Emmanuelle Roc", "CEO", "LeFour.io", "Sc21"), one("Jean de La Tour")],
        ),
        ("山田 太郎 (architecte) et Ñoa Ruiz", [one("山田 太郎", "architecte"), one("Ñoa Ruiz")]),
        (
            "Fatou N'Diaye, chargée de mission pour la start-up Houle",
            [one("Fatou N'Diaye", "chargée de mission", "Houle")],
        ),
    ],
)
def test_sentences(text: str, guests: list[dict[str, Any]]) -> None:
    """Names, roles and organisations are told apart, and nothing is left."""
    found = read_guests(text)
    assert list(found.guests) == guests
    assert found.unread == ()


@pytest.mark.parametrize(
    ("text", "name", "billed_as"),
    [
        ("la rédaction d’Usine & Fils", "Usine & Fils", "la rédaction d’Usine & Fils"),
        ("la rédaction d'Estran", "Estran", "la rédaction d'Estran"),
        ("la rédaction du Large", "Le Large", "la rédaction du Large"),
        ("la rédaction des Marées", "Les Marées", "la rédaction des Marées"),
        ("La rédaction de La Vague", "La Vague", "la rédaction de La Vague"),
        ("les équipes de Houle", "Houle", "les équipes de Houle"),
        ("the Tide newsroom", "Tide", "the Tide newsroom"),
    ],
)
def test_newsrooms(text: str, name: str, billed_as: str) -> None:
    """A phrase for an organisation's people is a partner, billed as it is written."""
    found = read_guests(f"{text}, Ada Brun, géographe, et Luc Mer")
    assert found.partners == ({"name": name, "billed_as": billed_as},)
    assert [guest["name"] for guest in found.guests] == ["Ada Brun", "Luc Mer"]


def test_what_fits_nowhere_is_handed_back() -> None:
    """Words that are nobody are told, not dropped; such a sentence is not certain."""
    found = read_guests("crise, tout change")
    assert found.guests == ()
    assert found.unread == ("crise", "tout change")
    assert not found.certain


@pytest.mark.parametrize(
    ("text", "guest"),
    [
        ("Ada Brun – fondatrice, Houle", one("Ada Brun", "fondatrice", "Houle")),
        ("Ada Brun : CEO chez Houle et Ressac", one("Ada Brun", "CEO", "Houle", "Ressac")),
        ("Ada Brun | CEO | Houle", one("Ada Brun", "CEO", "Houle")),
        ("Ada Brun, fondatrice de Houle", one("Ada Brun", "fondatrice", "Houle")),
        ("Ada Brun", one("Ada Brun")),
        ('Ada Brun ("Marée")', one('Ada Brun ("Marée")')),
        ("Tim (文昌) Hsu", one("Tim (文昌) Hsu")),
        ("", None),
    ],
)
def test_items(text: str, guest: dict[str, Any] | None) -> None:
    """One person an item, in the ways people write a list."""
    assert read_guest(text) == guest


def test_exact() -> None:
    """As totem writes it, a role is whole, whatever is in it."""
    text = "Ada Brun (directrice des rédactions d’Estran)"
    assert read_guest(text, exact=True) == one("Ada Brun", "directrice des rédactions d’Estran")
    assert read_guest(text) == one("Ada Brun", "directrice des rédactions", "Estran")


NAMES = st.sampled_from(["Ada Brun", "Luc de Mer", "Jean-Paul d’Arc", "Zoé Lune", "Nina N’Diaye", "Li Na", "Omar Sy"])
ROLES = st.sampled_from([None, "CEO", "fondateur et CEO", "ingénieure produit du masque", "co-fondatrice, autrice"])
ORGANISATIONS = st.lists(
    st.sampled_from(["Houle", "Ressac & Fils", "Sc21", "LeFour.io", "La Vague"]), unique=True, max_size=3
)


@given(st.lists(st.tuples(NAMES, ROLES, ORGANISATIONS), min_size=1, max_size=6, unique_by=lambda guest: guest[0]))
def test_own_sentences_come_back(guests: list[tuple[str, str | None, list[str]]]) -> None:
    """What totem says of guests is read as those guests."""
    text = join([appearance_phrase(name, role, organisations) for name, role, organisations in guests], "fr")
    found = read_guests(text)
    assert list(found.guests) == [one(name, role or "", *organisations) for name, role, organisations in guests]


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    """No text breaks the reader, and every name it finds is in the text."""
    for guest in (*read_guests(text).guests, *([found] if (found := read_guest(text)) else [])):
        assert guest["name"].strip()


def test_a_role_that_no_list_has_stands_before_its_organisation() -> None:
    """What is not like an organisation, and stands first of two, is the role."""
    assert read_guest("Ina Kurz (Laborantin, Backstube Nord)") == {
        "name": "Ina Kurz", "role": "Laborantin", "organisations": ["Backstube Nord"],
    }  # fmt: skip
    assert read_guest("Ina Kurz (CNRS, INRAE)") == {"name": "Ina Kurz", "organisations": ["CNRS", "INRAE"]}
