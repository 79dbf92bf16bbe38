"""Tables as people have them: each shape gives the episodes that its owner means, and says what it decides."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from totem_cli.errors import InvalidError
from totem_cli.importers import Imported, Options, find_importer
from totem_cli.importers.table import read
from totem_cli.importers.table.columns import columns, recognised
from totem_cli.importers.table.people import People
from totem_cli.importers.table.sheet import Sheet
from totem_cli.importers.table.told import Told
from totem_cli.model.episode import Episode
from totem_cli.model.parts import Appearance

PARIS = Options(name="t.csv", timezone="Europe/Paris")


PLAIN = Options(name="t.csv")


def table(text: str | bytes, options: Options = PLAIN) -> Imported:
    """What a table holds."""
    return read(text.encode() if isinstance(text, str) else text, options)


def person(one: Appearance) -> str:
    """A person in one line."""
    return ", ".join([one.name, *([one.role] if one.role else []), *one.organisations])


def plain(episode: Episode) -> dict[str, Any]:
    """What an episode says, people as lines."""
    found: dict[str, Any] = {
        "series": episode.series,
        "guests": [person(one) for one in episode.guests],
        "hosts": [person(one) for one in episode.hosts],
        "questions": [one.text for one in episode.questions],
        "tags": list(episode.tags),
        "media": [one.url or one.path for one in episode.media],
        "links": [(one.url, one.label) for one in episode.links],
        "extra": dict(episode.extra),
        "recap": episode.recap,
    }
    names = ("number", "title", "subtitle", "summary", "language", "date", "place", "duration")
    return found | {name: getattr(episode, name) for name in names} | {"status": episode.status}


class Case(NamedTuple):
    """A table, what its episodes say (other fields are not compared), and what the notes are about."""

    text: str
    episodes: Sequence[Mapping[str, Any]]
    told: Sequence[str] = ()


def guests(*names: str) -> dict[str, Any]:
    """An episode's guests."""
    return {"guests": list(names)}


ADA, LUC, NINA = "Ada Brun", "Luc Mer", "Nina Aubry"
CASES: dict[str, Case] = {
    # around the header
    "sep": Case("sep=;\r\nTitre;Date\r\nA;06/05/2018\r\n", [{"title": "A", "date": "2018-05-06"}]),
    "sep, quoted": Case('"sep=\t"\nTitre\tDate\nA\t06/05/2018\n', [{"date": "2018-05-06"}]),
    "title above": Case(
        "Programme des rencontres, saison 2023-2024\n\nN°;Titre;Invité\n1;La digue;Ada Brun\n",
        [{"number": 1, "title": "La digue", "guests": [ADA]}],
        ["Programme des rencontres, saison 2023-2024"],
    ),
    "two rows above": Case(
        "Association;;\nContact : X;;\n;;\nTitre;Date;Lieu\nA;2020;B\n", [{"place": "B"}], ["Association", "Contact : X"]
    ),
    "header again": Case("Titre;Date\nA;2018\nTitre;Date\nB;2019\n", [{"title": "A"}, {"title": "B"}], ["titre | date"]),
    "header of two rows": Case(
        ";Intervenant 1;;Intervenant 2;\nTitre;Nom;Fonction;Nom;Fonction\nA;Ada Brun;CEO;Luc Mer;marin\n",
        [guests("Ada Brun, CEO", "Luc Mer, marin")],
    ),
    "hosts and guests in a header of two rows": Case(
        ";;Intervenante;;Animateur;\nTitre;Date;Nom;Fonction;Nom;Fonction\nA;2020;Ada Brun;CEO;Luc Mer;marin\n",
        [{"guests": ["Ada Brun, CEO"], "hosts": ["Luc Mer, marin"]}],
    ),
    "empty columns": Case("Titre;;Date;\nA;;2018;\n", [{"title": "A", "date": "2018"}]),
    "a column without a name": Case("Titre;Date;\nA;2018;reste\n", [{"title": "A"}], ["column 3"]),
    "one column with commas": Case("Titre\nLa mer, la dune\nLe phare\n", [{"title": "La mer, la dune"}, {}]),
    "old line ends": Case("Titre;Lieu\rA;Nord\rB;Sud\r", [{"place": "Nord"}, {"place": "Sud"}]),
    "delimiters in quotation marks": Case('"Titre","Récit"\n"A; b; c","d; e\nf; g"\n', [{"recap": "d; e\nf; g"}]),
    # groups of rows
    "merged season": Case(
        "Saison;N°;Titre\nSaison 1;1;La digue\n;2;Le phare\nSaison 2;1;La lande\n;2;Le pré\n",
        [{"series": "saison-1"}, {"series": "saison-1"}, {"series": "saison-2"}, {"series": "saison-2"}],
        ["Saison"],
    ),
    "a season that is repeated is not merged": Case(
        "Saison,Titre\nmarees,A\n,B\nmarees,C\nmarees,D\n",
        [{"series": "marees"}, {"series": ""}, {"series": "marees"}, {"series": "marees"}],
    ),
    "headings between rows": Case(
        "Titre;Date;Invité\nSaison 1;;\nA;2018;Ada Brun\nSaison 2;;\nB;2019;Luc Mer\n",
        [{"title": "A", "series": "saison-1"}, {"title": "B", "series": "saison-2"}],
        ["Saison 1", "Saison 2"],
    ),
    "rows that go on": Case(
        "N°;Titre;Invité;Fonction\n1;La digue;Ada Brun;ingénieure\n;;Luc Mer;marin\n2;Le phare;Nina Aubry;\n",
        [{"number": 1, **guests("Ada Brun, ingénieure", "Luc Mer, marin")}, {"number": 2, **guests(NINA)}],
        ["rows without a title"],
    ),
    "questions that go on": Case(
        "Titre;Question\nA;Qui ?\n;Quoi ?\nB;Où ?\n",
        [{"questions": ["Qui ?", "Quoi ?"]}, {"questions": ["Où ?"]}],
        ["rows without a title"],
    ),
    "a row a presenter": Case(
        "Titre;Date;Intervenant\nA;06/05/2018;Ada Brun\nA;06/05/2018;Luc Mer\nA;13/05/2018;Nina Aubry\n",
        [guests(ADA, LUC), {"date": "2018-05-13", **guests(NINA)}],
    ),
    "one title, two dates": Case(
        "Titre;Date;Lieu\nAtelier;06/05/2018;Nord\nAtelier;13/05/2018;Sud\n", [{"place": "Nord"}, {"place": "Sud"}]
    ),
    "a sum": Case("N°;Titre;Note\n1;A;x\n;;Total 12\n", [{"title": "A"}], ["Total 12"]),
    "rows with a number only": Case("N°;Titre;Date\n1;A;2018\n2;;\n", [{"title": "A"}], ["2"]),
    "a remark": Case("Titre;Date\nA;2018\n* sous réserve;\n", [{"title": "A"}], ["* sous réserve"]),
    # names
    "first and last": Case("Titre;Prénom;Nom;Fonction\nA;Ada;Brun;ingénieure\n", [guests("Ada Brun, ingénieure")]),
    "first and last, German": Case("Titel;Vorname;Name;Firma\nA;Ada;Brun;Houle\n", [guests("Ada Brun, Houle")]),
    "first and last, Spanish": Case("Título;Nombre;Apellidos\nA;Ana;Ruiz Gil\n", [guests("Ana Ruiz Gil")]),
    "first and last, Italian": Case("Titolo;Nome;Cognome\nA;Ada;Neri\n", [guests("Ada Neri")]),
    "first and last, English": Case(
        "Title,FirstName,LastName,TagLine\nA,Ada,Brun,engineer\n", [{"subtitle": None, **guests("Ada Brun, engineer")}]
    ),
    "first and last, numbered": Case(
        "Titre;Prénom intervenant 1;Nom intervenant 1;Fonction intervenant 1;Prénom intervenant 2;Nom intervenant 2\n"
        "A;Ada;Brun;CEO;Luc;Mer\nB;Nina;Aubry;;;\n",
        [guests("Ada Brun, CEO", LUC), guests(NINA)],
    ),
    "first and last, two of each": Case("Titre;Prénom;Nom\nA;Ada & Luc;Brun & Mer\n", [guests(ADA, LUC)]),
    "numbered, English": Case(
        "Title,Speaker 1,Speaker 1 role,Speaker 2,Speaker 2 role\nA,Ada Brun,CEO,Luc Mer,sailor\nB,,,Nina Aubry,dev\n",
        [guests("Ada Brun, CEO", "Luc Mer, sailor"), guests("Nina Aubry, dev")],
    ),
    "equal columns": Case(
        "Titre;Nom;Fonction;Nom;Fonction\nA;Ada Brun;;Luc Mer;marin\n", [guests(ADA, "Luc Mer, marin")]
    ),
    "of the host": Case(
        "Titre;Animateur;Fonction de l'animateur;Invité;Fonction\nA;Luc Mer;journaliste;Ada Brun;CEO\n",
        [{"hosts": ["Luc Mer, journaliste"], "guests": ["Ada Brun, CEO"]}],
    ),
    "the speaker's tag line": Case(
        "Title,Speaker,Speaker tag line\nA,Ada Brun,engineer\n", [{"subtitle": None, **guests("Ada Brun, engineer")}]
    ),
    "capitals first": Case("Titre;Invité\nA;BRUN Ada\nB;LE GUEN Nora\n", [guests(ADA), guests("Nora Le Guen")], ["BRUN Ada", "LE GUEN Nora"]),
    "organisations beside several": Case(
        "Titre;Invités;Organisation\nA;Ada Brun & Luc Mer;Houle & Ressac\n", [guests("Ada Brun, Houle", "Luc Mer, Ressac")]
    ),
    "a company's form": Case('Title,Speaker,Company\nA,Ada Brun,"Houle, Inc."\n', [guests("Ada Brun, Houle, Inc.")]),
    "an organisation of nobody": Case(
        "Titre;Invité;Organisation\nA;;Houle\n", [{"extra": {"Organisation": "Houle"}}], ["Organisation"]
    ),
    "an address beside a name": Case(
        "Titre;Invité\nA;Ada Brun <ada@courriel.example>\n", [guests(ADA)], ["e-mail addresses beside names"]
    ),
    # dates and hours
    "the column decides": Case("title,date\nA,06/05/2018\nB,15/06/2018\n", [{"date": "2018-05-06"}, {}]),
    "the column decides for the month": Case("title,date\nA,06/05/2018\nB,06/15/2018\n", [{"date": "2018-06-05"}, {}]),
    "another column decides": Case(
        "title,date,published\nA,06/05/2018,15/06/2018\n", [{"date": "2018-05-06"}]
    ),
    "the header decides": Case("title,date (dd/mm/yyyy)\nA,03/04/2023\n", [{"date": "2023-04-03"}]),
    "dots": Case("title,date\nA,03.04.2023\n", [{"date": "2023-04-03"}]),
    "a serial number": Case("Titre;Date\nA;45204\n", [{"date": "2023-10-05"}]),
    "two days": Case("Titre;Date\nA;du 5 au 6 octobre 2023\n", [{"date": "2023-10-05", "duration": "P2D"}]),
    "an hour without a zone": Case(
        "Titre;Date;Heure\nA;06/05/2018;19h30\n", [{"date": "2018-05-06", "extra": {"Heure": "19h30"}}], ["Heure"]
    ),
    "hours as numbers": Case("Titre;Durée (h)\nA;1,5\n", [{"duration": "PT1H30M"}]),
    "nothing is known": Case(
        "Titre;Date;Lieu;Invité\nA;à définir;?;-\n", [{"date": None, "place": None, "guests": []}], ["à définir", "?", "-"]
    ),
    # columns
    "two columns of one field": Case(
        "Titre;Résumé;Présentation;Salle;Ville\nA;court;autre;Nord;Nantes\n",
        [{"summary": "court", "place": "Nord", "extra": {"Présentation": "autre", "Ville": "Nantes"}}],
        ["Présentation", "Ville"],
    ),
    "inclusive writing": Case(
        "Titre;Intervenant·e·s;Animateur·rice\nA;Ada Brun;Luc Mer\n", [{"guests": [ADA], "hosts": [LUC]}]
    ),
    "inclusive writing, German": Case("Titel;Referent/in\nA;Ute Klein\n", [guests("Ute Klein")]),
    "of an evening": Case(
        "Date;Intitulé de la séance;Conférencier(ère);Lieu\n26/01/2023;La digue;Ada Brun;Brest\n",
        [{"title": "La digue", "date": "2023-01-26", "place": "Brest", "guests": [ADA]}],
    ),
    "a weaker word": Case("Thème;Intervenant\nLa digue;Ada Brun\n", [{"title": "La digue", "guests": [ADA]}], ["Thème"]),
    "presenters": Case(
        "Session Title,Presenters,Moderator\nA,Ada Brun and Luc Mer,Nina Aubry\n",
        [{"guests": [ADA, LUC], "hosts": [NINA]}],
    ),
    "a number with a word": Case("Épisode;Titre\nÉpisode 3;A\n", [{"number": 3, "title": "A"}]),
    "an address of a picture": Case(
        "Titre;Image\nA;https://images.example/a.jpg\n", [{"extra": {"Image": "https://images.example/a.jpg"}}], ["Image"]
    ),
    "equal names of no field": Case("Titre,Autre,Autre\nA,x,y\n", [{"extra": {"Autre": "x", "Autre 2": "y"}}]),
    "links with words": Case(
        'Titre;Liens\nA;"Le site : https://a.example/x\nhttps://b.example"\n',
        [{"links": [("https://a.example/x", "Le site"), ("https://b.example", None)]}],
    ),
    "a question with a dash": Case(
        "Titre;Questions\nA;Que faire - en deux mots ?\n", [{"questions": ["Que faire - en deux mots ?"]}]
    ),
    "tags with signs": Case("Titre;Mots clés\nA;#mer #sel\n", [{"tags": ["mer", "sel"]}]),
    # programs
    "a form, French": Case(
        "Horodateur,Adresse e-mail,Titre de votre intervention,Quel est votre nom ?,Votre fonction,Téléphone\n"
        "05/10/2023 19:30:12,a@courriel.example,La digue,Ada Brun,ingénieure,0600000000\n",
        [{"title": "La digue", **guests("Ada Brun, ingénieure"), "extra": {"Horodateur": "05/10/2023 19:30:12"}}],
        ["Adresse e-mail", "Téléphone"],
    ),
    "a form, Spanish": Case(
        "Marca temporal;Correo electrónico;Título de la charla;Nombre y apellidos;Cargo\n"
        "5/10/2023 19:30:00;a@correo.example;La marea;Ana Ruiz;oceanógrafa\n",
        [{"title": "La marea", **guests("Ana Ruiz, oceanógrafa")}],
        ["Correo electrónico"],
    ),
    "Nextcloud Forms": Case(
        '"User ID","User display name","Timestamp","Titel","Referent","Datum"\n'
        '"ada","Ada Brun","2023-10-05T19:30:00+02:00","Die Flut","Ute Klein","26.01.2023"\n',
        [{"title": "Die Flut", "date": "2023-01-26", **guests("Ute Klein")}],
        ["User ID", "User display name"],
    ),
    "Sessionize": Case(
        "Session Id,Title,Description,Session format,Room,Scheduled At,Scheduled Duration,Recording Link,Speaker Id,"
        "FirstName,LastName,Email,TagLine,Bio\n"
        "12,The dam,About dams,Talk,Room 1,05 Oct 2023,45,https://v.example/1,s1,Ada,Brun,a@mail.example,engineer,Bio A\n"
        "12,The dam,About dams,Talk,Room 1,05 Oct 2023,45,https://v.example/1,s2,Luc,Mer,l@mail.example,sailor,Bio L\n",
        [
            guests("Ada Brun, engineer", "Luc Mer, sailor")
            | {"duration": "PT45M", "place": "Room 1", "media": ["https://v.example/1"], "date": "2023-10-05"}
        ],
        ["Email"],
    ),
    "pretalx": Case(
        "ID,Proposal title,Abstract,Description,Session type,Speaker names,Start,Room,Tags,Language,Proposal state,Notes\n"
        'ABC,The dam,Short,Long,Talk,"Ada Brun\nLuc Mer",2023-10-05T10:00:00+02:00,R1,sea,en,confirmed,a note\n'
        "ABD,The lamp,Short,Long,Talk,Nina Aubry,,,,en,rejected,\n",
        [
            {"title": "The dam", "date": "2023-10-05T10:00:00+02:00", "summary": "Short", "recap": "Long", **guests(ADA, LUC)},
            {"title": "The lamp", "status": "withdrawn"},
        ],
        ["confirmed", "rejected", "Notes"],
    ),
    "Airtable": Case(
        'Name,Notes,Speakers,Status,Date\nThe dam,Words,"Ada Brun,Luc Mer",Published,10/25/2023\n',
        [{"title": "The dam", "recap": "Words", "date": "2023-10-25", **guests(ADA, LUC)}],
    ),
    "Notion": Case(
        'Name,Date,Speakers,Tags\nThe dam,"October 5, 2023","Ada Brun, Luc Mer","sea, dam"\n',
        [{"date": "2023-10-05", "tags": ["sea", "dam"], **guests(ADA, LUC)}],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_shapes(name: str) -> None:
    """The episodes of a table say what is expected, and the notes are about these parts, and no others."""
    case = CASES[name]
    found = table(case.text)
    episodes = [plain(one) for one in found.episodes]
    assert [{key: episode[key] for key in wanted} for episode, wanted in zip(episodes, case.episodes, strict=True)] == [
        dict(one) for one in case.episodes
    ]
    told = [note.what for note in found.notes]
    assert sorted(told) == sorted(case.told)


PEOPLE = {
    "Ada Brun & Luc Mer": [ADA, LUC],
    "Ada Brun + Luc Mer": [ADA, LUC],
    "Ada Brun | Luc Mer": [ADA, LUC],
    "Ada Brun/Luc Mer": [ADA, LUC],
    "Ada Brun et Luc Mer": [ADA, LUC],
    "Ada Brun, Luc Mer et Nina Aubry": [ADA, LUC, NINA],
    "Ada Brun,Luc Mer,Nina Aubry": [ADA, LUC, NINA],
    "Jürgen Groß und Ute Klein": ["Jürgen Groß", "Ute Klein"],
    "Ana Ruiz y José Ortega y Gasset": ["Ana Ruiz", "José Ortega y Gasset"],
    "Ana Ruiz y Luis": ["Ana Ruiz", "Luis"],
    "Ada Neri e Luca Bruni": ["Ada Neri", "Luca Bruni"],
    "- Ada Brun\n- Luc Mer": [ADA, LUC],
    "1. Ada Brun\n2. Luc Mer": [ADA, LUC],
    "Ada Brun (CEO, Ports & Cie) & Luc Mer (marin)": ["Ada Brun, CEO, Ports & Cie", "Luc Mer, marin"],
    "Ada Brun (CEO / CTO)": ["Ada Brun, CEO / CTO"],
    "Ada Brun, Ports & Cie": ["Ada Brun, Ports & Cie"],
    "Ada Brun [Houle]": ["Ada Brun, Houle"],
    "Ada Brun - ingénieure chez Houle": ["Ada Brun, ingénieure, Houle"],
    "Ada Brun: CEO": ["Ada Brun, CEO"],
    "Brun, Ada": [ADA],
    "Brun, Ada (ingénieure)": ["Ada Brun, ingénieure"],
    "Brun, Ada & Mer, Luc": [ADA, LUC],
    "Brun, Ada, Mer, Luc": [ADA, LUC],
    "BRUN, Ada": [ADA],
    "Le Guen, Nora": ["Nora Le Guen"],
    "van der Berg, Jan": ["Jan van der Berg"],
    "García López, María": ["María García López"],
    "MARTIN Paul": ["Paul Martin"],
    "M. Luc Mer": [LUC],
    "Mme Ada Brun et M. Luc Mer": [ADA, LUC],
    "Herr Jürgen Groß": ["Jürgen Groß"],
    "Sra. Ana Ruiz": ["Ana Ruiz"],
    "Dr. Ada Brun": ["Dr. Ada Brun"],
    "Don Aubry": ["Don Aubry"],
    "Charles de Gaulle & Ludwig van Beethoven": ["Charles de Gaulle", "Ludwig van Beethoven"],
    "Ada Brun et al.": [ADA],
    "AT&T": ["AT&T"],
    "Madonna": ["Madonna"],
}


@pytest.mark.parametrize("cell", PEOPLE)
def test_people_of_a_cell(cell: str) -> None:
    """Several people in one cell, roles, last names first, forms of address."""
    quoted = cell.replace('"', '""')
    (one,) = table(f'title,speakers\nA,"{quoted}"\n').episodes
    assert [person(guest) for guest in one.guests] == PEOPLE[cell]


def test_what_is_decided_of_names_is_told() -> None:
    """A last name that stood first, and a joint that may part no people, are told; a form of address is kept."""
    found = table('title,speakers\nA,"Brun, Ada"\nB,M. Luc Mer\nC,Houle & Ressac\nD,Nina Aubry / Varech Conseil\n')
    told = [(str(note.kind), note.what) for note in found.notes]
    assert told == [
        ("assumed", "Brun, Ada"),
        ("assumed", "Houle & Ressac"),
        ("assumed", "Nina Aubry / Varech Conseil"),
    ]
    assert [guest.billed_as for one in found.episodes for guest in one.guests] == [None, "M. Luc Mer", None, None]


def test_hours() -> None:
    """With a zone, an hour beside the date is kept, and how long it goes on; a second column of dates may be hours."""
    for text in (
        "Titre;Date;Horaire\nA;26/01/2023;19h30-21h00\n",
        "Title,Date,Start,End\nA,2023-01-26,19:30,21:00\n",
        "Titel;Datum;Uhrzeit\nA;26.01.2023;19:30 Uhr\n",
    ):
        assert table(text, PARIS).episodes[0].date == "2023-01-26T19:30:00+01:00"  # type: ignore[index]
    two = table("Titre;Date;Heure\nA;06/05/2018;14h\nA;06/05/2018;16h\n", PARIS)
    assert [one.date for one in two.episodes] == ["2018-05-06T14:00:00+02:00", "2018-05-06T16:00:00+02:00"]


def test_day_first_is_asked_for_only_where_nothing_decides() -> None:
    """The option decides what no column does; without it such a date is refused."""
    text = "title,date\nA,06/05/2018\n"
    assert table(text, Options(day_first=True)).episodes[0].date == "2018-05-06"  # type: ignore[index]
    assert table(text, Options(day_first=False)).episodes[0].date == "2018-06-05"  # type: ignore[index]
    assert table(text + "B,06/15/2018\n", Options(day_first=True)).episodes[0].date == "2018-06-05"  # type: ignore[index]
    with pytest.raises(InvalidError, match="two ways"):
        table(text)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.4", "this is PDF"),
        (b"<html><table>", "this is HTML"),
        (b'[{"title": "A"}]', "this is JSON"),
        (b"Titre;Fonction\nA;CEO\n", "no guest"),
        (b"Titre;Date;Invite\nA;2018\n", "2 cells, the header 3"),
        (b"Titre;Date;Invit\xc3\xa9\nA;2018;Ada\nA;2018;Ada\n", "the same row"),
    ],
)
def test_refused(content: bytes, words: str) -> None:
    """What is no table, or cannot be placed, is refused with its place and what to do."""
    with pytest.raises(InvalidError, match=words) as raised:
        table(content)
    assert raised.value.location is not None
    assert raised.value.hint


def test_mapping_of_parts_of_a_name() -> None:
    """--map takes what the report calls a column, so that a saved mapping can be used again."""
    text = "Titre;P;N;F;Animateur;R\nA;Ada;Brun;CEO;Luc Mer;marin\n"
    options = {"map": "P=first_name\nN=last_name\nF=role\nR=hosts.role"}
    found = table(text, Options(parameters=options))
    assert plain(found.episodes[0])["guests"] == ["Ada Brun, CEO"]  # type: ignore[index]
    assert plain(found.episodes[0])["hosts"] == ["Luc Mer, marin"]  # type: ignore[index]
    again = {"map": "\n".join(f"{name}={field}" for name, field in found.mapping)}
    assert list(table(text, Options(parameters=again)).episodes) == list(found.episodes)
    for case in CASES.values():
        first = table(case.text)
        names = [name for name, _ in first.mapping]
        if len(set(names)) < len(names) or "\n" in "".join(names):
            continue
        saved = {"map": "\n".join(f"{name}={field}" for name, field in first.mapping)}
        assert list(table(case.text, Options(parameters=saved)).episodes) == list(first.episodes)


def test_a_column_that_is_not_there() -> None:
    """A mapped column that the table has not is refused, with the one that is meant."""
    with pytest.raises(InvalidError, match="no column 'invites'") as raised:
        table("Titre;Invité\nA;Ada Brun\n", Options(parameters={"map": "Invites=guests"}))
    assert raised.value.hint is not None
    assert raised.value.hint.startswith("did you mean Invité?")


def test_rows_of_one_title_have_other_ids_and_the_same_each_time() -> None:
    """Two episodes of one title have two ids, which do not depend on what else the table holds below."""
    text = "Titre;Date\nAtelier;06/05/2018\nAtelier;13/05/2018\n"
    first = [one.id for one in table(text).episodes]
    assert len(set(first)) == 2
    assert [one.id for one in table(text + "Atelier;20/05/2018\n").episodes][:2] == first
    assert table("Titre;Date\nAtelier;06/05/2018\n").episodes[0].id == first[0]  # type: ignore[index]


# Laws

WORD = st.text(alphabet="abcdefgéèàüñßABCÉ’ -.", min_size=1, max_size=12).map(str.strip).filter(str.strip)
CELL = st.one_of(st.just(""), WORD, st.text(alphabet='ab;,|\t"\n é', max_size=10))
WRITTEN = ("utf-8", "utf-8-sig", "utf-16")


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    """A header of a title and columns of no field, and rows of any cells."""
    width = draw(st.integers(1, 5))
    header = ["Titre", *(f"Colonne {letter}" for letter in "uvwxy"[:width])]
    rows = draw(st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=6))
    return header, [[f"Titre {index}", *row] for index, row in enumerate(rows)]


@settings(max_examples=60, deadline=None)
@given(tables(), st.sampled_from(";,\t|"), st.sampled_from(WRITTEN), st.booleans(), st.booleans())
def test_every_cell_is_kept(
    made: tuple[list[str], list[list[str]]], delimiter: str, encoding: str, stated: bool, above: bool
) -> None:
    """Whatever the delimiter, the encoding and the rows above: each cell is in the episode of its row, or told."""
    header, rows = made
    out = io.StringIO()
    if stated:
        out.write(f"sep={delimiter}\n")
    if above:
        out.write('"Programme, et plus"\n\n')
    csv.writer(out, delimiter=delimiter).writerows([header, *rows])
    found = table(out.getvalue().encode(encoding))
    told = [note.what for note in found.notes]
    assert not above or "Programme, et plus" in told
    assert [one.title for one in found.episodes] == [row[0] for row in rows]
    for one, row in zip(found.episodes, rows, strict=True):
        for name, cell in zip(header[1:], row[1:], strict=True):
            assert one.extra.get(name, "") == cell.replace("\r\n", "\n").replace("\r", "\n").strip()


def steps(function: Callable[[], object]) -> int:
    """How many lines of Python run, which is the same on any machine."""
    count = 0

    def trace(frame: Any, event: str, argument: object) -> Any:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    "made",
    [
        lambda n: "Titre;Date\n" + "".join(f"A;{1900 + i % 100}-01-{i % 28 + 1:02d}\n" for i in range(n)),
        lambda n: "Titre;Invité\n" + "".join(f"T{i};Ada Brun\n" for i in range(n)),
        lambda n: "Titre;Invité\n" + "".join(f"A;Ada Brun{i}\n" for i in range(n)),
        lambda n: "Titre;Invité\nA;Ada Brun\n" + "".join(f";Luc Mer{i}\n" for i in range(n)),
        lambda n: "Saison;Titre\nS;T0\n" + "".join(f";T{i}\n" for i in range(1, n)),
        lambda n: "Titre;" + ";".join(f"c{i}" for i in range(n)) + "\nA;" + ";".join("x" * n) + "\n",
        lambda n: "Titre;Questions\nA;" + '"' + "Qui ?\n" * n + '"\n',
        lambda n: "\n" * n + "Titre\nA\n" + "\n" * n,
    ],
    ids=["dates", "guests", "appearances", "going on", "merged", "columns", "questions", "blank"],
)
def test_steps_grow_with_the_length(made: Callable[[int], str]) -> None:
    """Twice the table takes about twice the steps, and not four times."""
    table(made(20))  # what is cached is there
    small, large = (steps(lambda size=size: table(made(size))) for size in (60, 120))  # type: ignore[misc]
    assert large < 2.5 * small


@pytest.mark.parametrize("sign", ["-", " ", "1", "(", "/", "a@", "; ", ", ", "et ", "A ", "&", "\u00a0", "://"])
def test_long_cells_are_read_at_once(sign: str) -> None:
    """No pattern goes back over a long header or a long cell again and again."""
    long = sign * (50_000 // len(sign))
    columns(["Titre", long], {})
    recognised([long, "Titre"], {})
    told = Told(Sheet("t.csv", []))
    People([f"Brun, Ada{long}"], told, exact=False).read(long)
    table(f'Titre,Liens,Questions,Mots-clés\nA,"{long}","{long}","{long}"\n')


def test_both_names_read_the_same() -> None:
    """``csv`` and ``table`` are one importer."""
    content = b"Titre\nA\n"
    assert [[one.title for one in find_importer(name)(content, Options()).episodes] for name in ("csv", "table")] == [
        ["A"]
    ] * 2
