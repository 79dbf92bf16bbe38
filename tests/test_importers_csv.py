"""Importing tables."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Shell, not_empty
from totem_cli.archive.front import episode_front
from totem_cli.errors import InvalidError
from totem_cli.importers import Imported, Options
from totem_cli.importers.table import read
from totem_cli.model.parts import Appearance


def table(text: str | bytes, **parameters: str) -> Imported:
    """What a table holds."""
    content = text.encode() if isinstance(text, str) else text
    return read(content, Options(name="t.csv", parameters=parameters))


def told(found: Imported) -> list[tuple[str, str]]:
    """What was not placed as it stood: what became of it, and the part itself."""
    return [(str(note.kind), note.what) for note in found.notes]


def fault(text: str | bytes, **parameters: str) -> InvalidError:
    """What is wrong with a table."""
    with pytest.raises(InvalidError) as raised:
        table(text, **parameters)
    return raised.value


def test_french_headers() -> None:
    """A spreadsheet in French: columns by their names, several people and questions in a cell, dates day first."""
    found = table(
        "Série;Numéro;Titre;Date;Invités;Questions;Mots-clés;Récit;Humeur;E-mail\r\n"
        'Marées;1;"Le flot : où ?";09/04/2021;Ada Brun (fondatrice, Houle et Ressac);"Où ; vraiment ?\r\nEt quand ?";'
        'mer, sel;"Un récit\r\nsur deux lignes";calme;a@b.example\r\n'
        "Marées;2;Le jusant;1er mai 2021;Luc Mer, CEO chez Varech et Nina Aubry;Qui ?;;;;\r\n"
    )
    first, second = found.episodes
    assert (first.series, first.number, first.title, first.date) == ("marees", 1, "Le flot : où ?", "2021-04-09")
    assert first.guests == (Appearance(name="Ada Brun", role="fondatrice", organisations=("Houle", "Ressac")),)
    assert [question.text for question in first.questions] == ["Où ; vraiment ?", "Et quand ?"]
    assert first.tags == ("mer", "sel")
    assert first.recap == "Un récit\nsur deux lignes"
    assert first.extra == {"Humeur": "calme"}
    assert second.date == "2021-05-01"
    assert [(guest.name, guest.role) for guest in second.guests] == [("Luc Mer", "CEO"), ("Nina Aubry", None)]
    assert [(one.slug, one.title) for one in found.series] == [("marees", "Marées")]
    assert told(found) == [("left out", "E-mail")]
    assert ("Mots-clés", "tags") in found.mapping


def test_headers_of_other_languages() -> None:
    """German, Spanish and Italian headers, dates day first; a guess that does not fit says how to keep the column."""
    (one,) = table("Titel;Referenten;Ort;Datum;Sprache;Dauer\nDie Flut;Ada Brun;Kiel;09.04.2021;Deutsch;45\n").episodes
    assert (one.title, one.guests[0].name, one.place, one.date) == ("Die Flut", "Ada Brun", "Kiel", "2021-04-09")
    assert (one.language, one.duration) == ("de", "PT45M")
    (one,) = table("Título;Ponentes;Cargo;Lugar\nLa marea;Ana Ruiz;oceanógrafa;Cádiz\n").episodes
    assert (one.title, one.guests, one.place) == (
        "La marea",
        (Appearance(name="Ana Ruiz", role="oceanógrafa"),),
        "Cádiz",
    )
    (one,) = table("Titolo;Relatori;Luogo;Accessibilità\nLa marea;Ada Brun;Bari;senza gradini\n").episodes
    assert (one.title, one.place, one.accessibility) == ("La marea", "Bari", "senza gradini")
    wrong = fault("Titolo;Durata\nLa marea;molto\n")
    assert '--map "Durata=extra.NAME"' in (wrong.hint or "")


def test_personal_columns() -> None:
    """Personal data is recognised in each language, and words that only look like it are not taken for it."""
    for name in ("E-mail", "Téléphone", "Correo electrónico", "Handy", "Indirizzo", "Geburtsdatum", "IP"):
        found = table(f"title,{name}\nA,x\n")
        assert "looks personal" in found.notes[0].why, name
    assert table("title,Hotel,Discipline\nA,x,y\n").episodes[0].extra == {"Hotel": "x", "Discipline": "y"}  # type: ignore[index]


def test_a_name_is_the_guests_where_there_is_a_title() -> None:
    """A column called name is the title by itself, and the guest beside a title."""
    assert [one.title for one in table("name,date\nA,2020\n").episodes] == ["A"]
    (one,) = table("title,name,role\nA,Ada Brun,CEO\n").episodes
    assert (one.title, one.guests) == ("A", (Appearance(name="Ada Brun", role="CEO"),))


def test_numbered_columns() -> None:
    """People and questions in columns of their own, by number."""
    found = table(
        "titre\tinvité 1\trôle 1\torganisation 1\tinvité 2\trôle 2\tquestion 2\tquestion 1\n"
        "A\tAda Brun\tfondatrice\tHoule\tLuc Mer\t\tQuoi ?\tQui ?\n"
    )
    (one,) = found.episodes
    assert one.guests == (
        Appearance(name="Ada Brun", role="fondatrice", organisations=("Houle",)),
        Appearance(name="Luc Mer"),
    )
    assert [question.text for question in one.questions] == ["Qui ?", "Quoi ?"]


def test_one_row_an_appearance() -> None:
    """Rows that repeat their episode add their guest to it; where they differ in anything else they are wrong."""
    head = "number,title,guest,role\n"
    found = table(head + "1,A,Ada Brun,founder\n1,A,Luc Mer,CEO\n2,B,Nina Aubry,\n")
    assert [[guest.name for guest in one.guests] for one in found.episodes] == [["Ada Brun", "Luc Mer"], ["Nina Aubry"]]
    wrong = fault(head + "1,A,Ada Brun,founder\n1,B,Luc Mer,CEO\n")
    assert str(wrong) == "t.csv:3: title: title differs from the same episode's in line 2"


def test_episodes_twice() -> None:
    """Without guests in it, an episode that is there twice is a mistake."""
    assert "the same episode as in line 2" in fault("title,date\nA,2020\na,2020\n").message


def test_all_errors_are_told() -> None:
    """Every row is checked: the first mistake is the error, the others are in the hint, each with its line."""
    wrong = fault('titre,date\nA,31/31/2020\n"B\nB",hier\n,2020-01-01\n')
    assert str(wrong) == "t.csv:2: date: date '31/31/2020' is not in the calendar"
    assert wrong.hint is not None
    assert "2 more: line 3: date: date 'hier' is not a date; line 5: titre: the title is empty" in wrong.hint


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("", 1, "empty"),
        ("a,b\n1,2\n", 1, "no column is the title"),
        ("title,b\nA\n", 2, "1 cells, the header 2"),
        ("title,b\nA,1\n\nB,2,3\n", 4, "3 cells, the header 2"),
        ('title,b\nA,"1\n2\n', 2, "never closed"),
        ('title,b\nA,"1"x\n', 2, "cannot be read"),
        ("title,title\nA,B\n", 1, "both title"),
        ("title,number\nA,one\n", 2, "not a number"),
        ("title,date\nA,03/04/2020\n", 2, "two ways"),
        ("title,role\nA,CEO\n", 2, "no guest"),
        ("title,status\nA,gone\n", 2, "status cannot be 'gone'"),
    ],
)
def test_broken_tables(content: str, line: int, words: str) -> None:
    """What is no table, or holds what cannot be, is told with its line."""
    wrong = fault(content)
    assert wrong.location is not None
    assert (wrong.location.file, wrong.location.line) == ("t.csv", line)
    assert words in wrong.message
    assert wrong.exit_code == 4


def test_mapping() -> None:
    """--map says which field a column is, leaves one out, or keeps it by another name."""
    found = table("what,who,x,y\nA,Ada Brun,1,2\n", map="what=title\nwho=guests\nx=-\ny=extra.mood")
    (one,) = found.episodes
    assert (one.title, one.guests[0].name, one.extra) == ("A", "Ada Brun", {"mood": "2"})
    assert "there is no column 'z'" in fault("title\nA\n", map="z=date").message
    assert "no field 'colour'" in fault("title,c\nA,1\n", map="c=colour").message
    assert "not a mapping" in fault("title\nA\n", map="=x").message


def test_delimiters_and_encodings() -> None:
    """The delimiter is the header's; a BOM goes; what is not UTF-8 is Windows-1252, and that is said."""
    for delimiter in ",;\t|":
        (one,) = table(f'title{delimiter}lieu\n"A, b; c"{delimiter}X\n').episodes
        assert (one.title, one.place) == ("A, b; c", "X")
    text = "titre;récit\nA;été\n"
    for content in (text.encode("utf-8-sig"), b"\xff\xfe" + text.encode("utf-16-le")):
        assert told(table(content)) == []
        assert table(content).episodes[0].recap == "été"  # type: ignore[index]
    old = table(text.encode("cp1252"))
    assert old.episodes[0].recap == "été"  # type: ignore[index]
    assert told(old) == [("assumed", "t.csv")]
    assert "Windows-1252" in old.notes[0].why


@given(st.text(alphabet="=+-@'\t 1a,;\"", min_size=1, max_size=8))
def test_neutralised_formulas_come_back(cell: str) -> None:
    """The ``'`` that keeps a spreadsheet from running a cell is taken away, and no other."""
    from totem_cli.exporters.csv import neutral

    if not cell.strip():
        return
    out = StringIO()
    csv.writer(out).writerows([["title", "mood"], ["A", neutral(cell)]])
    assert table(out.getvalue()).episodes[0].extra.get("mood", "") == cell.strip()  # type: ignore[index]


def test_own_table_comes_back(totem: Shell, example: Path) -> None:
    """What totem exports as CSV is imported as the same people, roles, organisations and questions."""
    done = totem("export", "csv", "--archive", str(example), "--output", "all.csv")
    assert done.code == 0, done.err
    found = read(totem.folder / "all.csv", Options())
    episodes = json.loads(totem("list", "--json", "--archive", str(example)).out)
    assert told(found) == []
    for one, record in zip(found.episodes, episodes, strict=True):
        assert (one.id, one.series, one.number, one.title, one.slug) == tuple(
            record[key] for key in ("id", "series", "number", "title", "slug")
        )
        assert [(guest.name, guest.role, list(guest.organisations)) for guest in one.guests] == [
            (guest["name"], guest["role"], guest["organisations"]) for guest in record["guests"]
        ]
        assert [question.text for question in one.questions] == [question["text"] for question in record["questions"]]
        assert one.recap == record["recap"]


def test_import_twice(totem: Shell) -> None:
    """The same table twice changes nothing; a wrong one writes nothing."""
    (totem.folder / "t.csv").write_text("titre;invités\nA;Ada Brun\nB;Luc Mer\n", "utf-8")
    (totem.folder / "bad.csv").write_text("titre;date\nC;2020\nD;demain\n", "utf-8")
    totem("init", "archive", "--quiet")
    assert totem("import", "csv", "t.csv", "--series", "s").code == 0
    again = totem("import", "csv", "t.csv", "--series", "s", "--if-exists", "update")
    assert (again.code, again.err) == (0, "0 added, 0 updated, 2 left as they were\n")
    wrong = totem("import", "csv", "bad.csv", "--series", "s", "--json")
    assert wrong.code == 4
    told = json.loads(wrong.err)
    assert (told["code"], told["message"]) == ("invalid", "date: date 'demain' is not a date")
    assert (told["file"], told["line"]) == ("bad.csv", 3)
    assert len(json.loads(totem("list", "--json").out)) == 2


def test_dry_run_shows_the_mapping(totem: Shell) -> None:
    """A dry run says which column is which field, and changes nothing."""
    (totem.folder / "t.csv").write_text("quoi;invités\nA;Ada Brun\n", "utf-8")
    totem("init", "archive", "--quiet")
    done = totem("import", "csv", "t.csv", "--series", "s", "--map", "quoi=title", "--dry-run")
    assert done.code == 0
    assert done.err.splitlines()[:2] == ["quoi → title", "invités → guests"]
    assert '+title = "A"' in done.out
    assert json.loads(totem("list", "--json").out) == []


def test_spectrum(real_data: Path) -> None:
    """csv-spectrum's files give the cells that its JSON says."""
    for path in not_empty(sorted((real_data / "csv-spectrum" / "csvs").glob("*.csv"))):
        expected = json.loads((real_data / "csv-spectrum" / "json" / f"{path.stem}.json").read_text("utf-8"))
        names = list(expected[0])
        mapping = "\n".join([f"{names[0]}=title", *(f"{name}=extra.{name}" for name in names[1:])])
        found = read(path, Options(parameters={"map": mapping}))
        for one, row in zip(found.episodes, expected, strict=True):
            wanted = {name: row[name].replace("\r\n", "\n").strip() for name in names}
            front = episode_front(one)
            assert {name: front.get(name, "") for name in names[1:]} | {names[0]: one.title} == wanted
