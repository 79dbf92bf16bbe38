"""Tables that organisations keep: headings and pauses, yes and no, several languages, names in forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.test_importers_table import Case, plain, table
from tests.test_importers_table_workbook import table as workbook
from tests.test_importers_table_workbook import xlsx
from totem_cli.importers import Options
from totem_cli.importers.notes import Kind

PARIS = Options(name="t.csv", timezone="Europe/Paris")

CASES = {
    "a form asks for a wished date and an estimated length": Case(
        "Titre de votre intervention;Date souhaitée;Heure de début;Durée estimée (en minutes)\nA;16/11/2023;18:30;45\n",
        [{"title": "A", "date": "2023-11-16T18:30:00+01:00", "duration": "PT45M"}],
    ),
    "hours with a comma": Case(
        "Titolo;Data;Ora inizio;Ora fine\nA;18/01/2024;17,30;19\n",
        [{"date": "2024-01-18T17:30:00+01:00", "duration": "PT1H30M"}],
    ),
    "published or not": Case(
        "Titre;Publié\nA;Oui\nB;Non\n", [{"status": "published"}, {"status": "draft"}]
    ),
    "published on": Case("Titre;Publié\nA;2023-01-02\n", [{"status": "published"}]),
    "called off": Case("Titre;Annulé\nA;x\nB;\n", [{"status": "withdrawn", "extra": {}}, {"status": "published"}], ["Annulé"]),
    "counted meetings": Case("Séance;Titre;Avec\n3;A;Ada Brun\n4;B;Luc Mer\n", [{"number": 3, "guests": ["Ada Brun"]}, {"number": 4}], ["Avec"]),
    "a pause and a remark": Case(
        "Date;Titre;Lieu\n2023-10-03;A;Foyer\nVacances de Noël;;\n2024-01-09;B;Foyer\nContact : Brigitte;;\n",
        [{"title": "A", "series": ""}, {"title": "B", "series": ""}],
        ["Vacances de Noël", "Contact : Brigitte"],
    ),
    "two languages": Case(
        "titel_de,title_fr,titel_fr,speaker\nSee,Lac,Le lac,Beat Keller\n",
        [{"title": "See", "language": "de", "extra": {"title_fr": "Lac", "titel_fr": "Le lac"}}],
    ),
    "two languages of one field": Case(
        "title_fr,title_de,summary_de,summary_fr\nLac,See,Kurz,Bref\n",
        [{"title": "Lac", "summary": "Bref", "language": "fr", "extra": {"title_de": "See", "summary_de": "Kurz"}}],
        ["title_de", "summary_de"],
    ),
    "an agenda with a column a language": Case(
        "Titre - FR;Titre - EN;Description - FR;Description longue - FR;Première date - Début;Mots clés - FR\nA;B;Bref;Long;2024-02-10T15:00:00+01:00;mer,son\n",
        [{"title": "A", "summary": "Bref", "recap": "Long", "date": "2024-02-10T15:00:00+01:00", "tags": ["mer", "son"]}],
        ["Titre - EN"],
    ),
    "a pause with a day": Case(
        "Día;Título;Ponente\n2023-10-04;A;Ada Brun\n2023-11-01;FESTIVO;\n2023-11-08;B;Luc Mer\n",
        [{"title": "A"}, {"title": "B"}],
        ["2023-11-01, FESTIVO"],
    ),
    "a date that is none any more, a guest who is not known yet": Case(
        "Datum;Titel;Referent\n2.3.2024;A;n.n.\nverschoben;B;Luc Mer\n",
        [{"date": "2024-03-02", "guests": []}, {"date": None, "guests": ["Luc Mer"]}],
        ["n.n.", "verschoben"],
    ),
    "a dash between two people": Case(
        "Titre;Intervenants\nA;Anne Vial (HCL) - Karim Lounis, ingénieur\n",
        [{"guests": ["Anne Vial, HCL", "Karim Lounis, ingénieur"]}],
    ),
    "a pause between evenings": Case(
        "Datum;Beginn;Titel;Ort\n2024-03-05;19:00;A;Aula\n2024-04-02;19:00;Osterpause – kein Vortrag;\n",
        [{"title": "A"}],
        ["2024-04-02, 19:00, Osterpause – kein Vortrag"],
    ),
    "a form in Italian": Case(
        "Titolo dell'intervento proposto;Cognome e nome;Data preferita;Durata prevista (minuti)\nA;Ferrari Giulia;15/02/2024;40\n",
        [{"title": "A", "date": "2024-02-15", "duration": "PT40M", "guests": ["Giulia Ferrari"]}],
    ),
    "a title by either word": Case("Date;Film / thème;Entrées\n2024-01-16;Sans toit;77\n", [{"title": "Sans toit", "tags": []}]),
    "a slot": Case("Jour préféré;Créneau;Titre\n2024-10-12;10h-12h;A\n", [{"date": "2024-10-12T10:00:00+02:00", "duration": "PT2H"}]),
    "a form that asks for the last name first": Case(
        "Titre;Nom et prénom\nA;Okafor Jules\nB;Lefèvre Xyline\n",
        [{"guests": ["Jules Okafor"]}, {"guests": ["Xyline Lefèvre"]}],
        ["Okafor Jules", "Lefèvre Xyline"],
    ),
    "a form whose people do not heed it": Case(
        "Titre;Nom et prénom\nA;Okafor Jules\nB;Louise Marchand\nC;Xyline Zorn\n",
        [{"guests": ["Jules Okafor"]}, {"guests": ["Louise Marchand"]}, {"guests": ["Xyline Zorn"]}],
        ["Okafor Jules", "Xyline Zorn"],
    ),
    "the first name first": Case("Titre;Prénom et nom\nA;Jules Okafor\n", [{"guests": ["Jules Okafor"]}]),
    "a host among guests": Case(
        "Titre;Invités\nA;\"Ada Brun (forestière, Bois & Cie) ; Luc Mer (modérateur) ; animé par Nina Aubry\"\n",
        [{"guests": ["Ada Brun, forestière, Bois & Cie"], "hosts": ["Luc Mer", "Nina Aubry"]}],
        ["Luc Mer, modérateur", "Nina Aubry, animé par"],
    ),
    "a host alone": Case("Titre;Invités\nA;animé par Nina Aubry\nB;Luc Mer (modérateur)\n", [{"hosts": ["Nina Aubry"], "guests": []}, {"guests": ["Luc Mer, modérateur"]}]),
    "one last name with y": Case(
        "Título;Ponente;Cargo\nA;Santiago Ramón y Cajal Soto;histólogo\n",
        [{"guests": ["Santiago Ramón y Cajal Soto, histólogo"]}],
        ["Santiago Ramón y Cajal Soto"],
    ),
    "perhaps one last name with y": Case(
        "Título;Ponente\nA;Santiago Ramón y Cajal Soto\nB;Ana Gil y Luis Mora\n",
        [{}, {"guests": ["Ana Gil", "Luis Mora"]}],
        ["Santiago Ramón y Cajal Soto"],
    ),
    "one role of two": Case(
        "titre,invités,rôle\nA,Ada Brun; Luc Mer,CEO\nB,Ada Brun; Luc Mer,ingénieurs\n",
        [{"guests": ["Ada Brun", "Luc Mer"], "extra": {"rôle": "CEO"}}, {"guests": ["Ada Brun, ingénieurs", "Luc Mer, ingénieurs"]}],
        ["rôle", "ingénieurs"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_tables(case: Case) -> None:
    """Each gives the episodes that its owner means, and tells what it decides."""
    found = table(case.text, PARIS)
    said: list[Mapping[str, Any]] = [plain(one) for one in found.episodes]
    assert [{key: one[key] for key in wanted} for one, wanted in zip(said, case.episodes, strict=True)] == case.episodes
    if case.told:
        assert [note.what for note in found.notes] == list(case.told)


def test_a_header_under_numbered_groups() -> None:
    """The groups of a header number the people; a word that only may be the title is it."""
    rows: list[list[Any]] = [
        ["Nº", "Fecha", "Sesión", "Ponente 1", None, "Ponente 2", None, "Modera"],
        [None, None, None, "Nombre", "Cargo", "Nombre", "Cargo", None],
        [1, "2024-02-01", "La sequía", "Rocío Vela", "hidróloga", "Juan Sanz", "agricultor", "Eva Mora"],
    ]
    (one,) = workbook(xlsx(rows, "A1:A2 B1:B2 C1:C2 D1:E1 F1:G1 H1:H2")).episodes
    assert (one.title, one.number, [host.name for host in one.hosts]) == ("La sequía", 1, ["Eva Mora"])
    assert [(guest.name, guest.role) for guest in one.guests] == [
        ("Rocío Vela", "hidróloga"),
        ("Juan Sanz", "agricultor"),
    ]


def test_a_header_under_groups() -> None:
    """The lower row of a header names the columns, the upper one groups them; both are one where they are merged."""
    rows: list[list[Any]] = [
        ["Programme"],
        ["Date", "Conférence", None, "Intervenant", None, "Salle"],
        [None, "Titre", "Sous-titre", "Nom", "Structure", None],
        ["03/10/2023", "Les lichens", "sentinelles", "Ada Brun", "Muséum", "Foyer"],
    ]
    for merged in ("A2:A3 B2:C2 D2:E2 F2:F3", ""):
        found = workbook(xlsx(rows, merged))
        (one,) = found.episodes
        assert (one.title, one.subtitle, one.date, one.place) == ("Les lichens", "sentinelles", "2023-10-03", "Foyer")
        assert [(guest.name, *guest.organisations) for guest in one.guests] == [("Ada Brun", "Muséum")]
        assert [note.what for note in found.notes] == ["Programme", "Conférence", "Intervenant"]
        assert {note.kind for note in found.notes} == {Kind.LEFT_OUT}
