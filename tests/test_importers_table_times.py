"""Tables whose days, hours, ends and addresses stand in columns, headings and links of their own."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from tests.test_importers_table import plain, table
from totem_cli.errors import InvalidError
from totem_cli.importers import Imported, Options
from totem_cli.importers.placing import read_source
from totem_cli.importers.table import read

PARIS = Options(name="t.csv", timezone="Europe/Paris")


def when(text: str, options: Options = PARIS) -> list[tuple[str | None, str | None]]:
    """The dates and durations of a table."""
    return [(one.date, one.duration) for one in table(text, options).episodes]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Titre;Jour;Début;Fin\nA;11/01/2025;14h;16h30\n", ("2025-01-11T14:00:00+01:00", "PT2H30M")),
        ("Title,Date,Start Time,End Time\nA,2024-06-07,23:30,01:00\n", ("2024-06-07T23:30:00+02:00", "PT1H30M")),
        ("Title,Date,End Date\nA,2024-06-07,2024-06-09\n", ("2024-06-07", "P3D")),
        ("Titel;Datum;Zeit\nA;7.6.2024;19:00-20:15\n", ("2024-06-07T19:00:00+02:00", "PT1H15M")),
        (
            "Title,Start Date,Start Time,End Date,End Time,Timezone\nA,2024-06-07,19:00,2024-06-07,21:00,America/Chicago\n",
            ("2024-06-07T19:00:00-05:00", "PT2H"),
        ),
        ("session_title,session_start,session_end\nA,2023-09-05 09:00,2023-09-05 10:30\n",
         ("2023-09-05T09:00:00+02:00", "PT1H30M")),
        ("Title,Date,Time,End,Duration\nA,2024-06-07,19:00,20:00,60\n", ("2024-06-07T19:00:00+02:00", "PT1H")),
        ("Titel;Tag;von;bis\nA;Mi., 08.03.2023;19:00;20:30\n", ("2023-03-08T19:00:00+01:00", "PT1H30M")),
        ("Title,Start,End\nA,45292.75,45292.8125\n", ("2024-01-01T18:00:00+01:00", "PT1H30M")),
        ("Title,Length\nA,0:45\nB,1:30\n", (None, "PT45M")),
        ("Title,Length\nA,45:10\nB,1:30\n", (None, "PT45M10S")),
    ],
)  # fmt: skip
def test_times(text: str, expected: tuple[str | None, str | None]) -> None:
    """The day, the hours and the end are one date with its duration, whatever columns they stand in."""
    assert when(text)[0] == expected
    assert not [one for one in table(text, PARIS).episodes if one.extra]


def test_what_cannot_stand_beside_a_date() -> None:
    """A word for an hour, an end that contradicts the duration and a zone that is none are kept, and told."""
    text = "Title,Date,Time,End,Duration,Timezone\nA,2024-06-07,19:00,20:00,90,nowhere\nB,2024-06-08,evening,,,\n"
    found = table(text, PARIS)
    first, second = found.episodes
    assert (first.date, first.duration) == ("2024-06-07T19:00:00+02:00", "PT1H30M")
    assert first.extra == {"End": "20:00", "Timezone": "nowhere"}
    assert (second.date, second.extra) == ("2024-06-08", {"Time": "evening"})
    assert {note.what for note in found.notes} >= {"End", "Timezone", "Time"}


def test_day_alone() -> None:
    """A date that is none is refused for what it is, whatever stands beside it."""
    with pytest.raises(InvalidError, match="'hier' is not a date"):
        when("Titre;Date;Fin\nA;hier;20h\n")
    assert when("Titre;Date;Date de fin\nA;2024-06-07;2024-06-07\n") == [("2024-06-07", None)]


def test_days_as_headings() -> None:
    """A row that is only a day heads the rows below it; a row that is a sum is told."""
    found = table(
        "Time,Session,Speaker,Seats\nThursday 6 June 2024,,,\n09:00-09:45,Locks,Ada Brun,4\n"
        "Day 2: Friday 7 June 2024,,,\n10:00-11:00,Tides,Luc Mer,5\n,Total,,9\n",
        PARIS,
    )
    assert [(one.title, one.date, one.duration, one.guests[0].name) for one in found.episodes] == [
        ("Locks", "2024-06-06T09:00:00+02:00", "PT45M", "Ada Brun"),
        ("Tides", "2024-06-07T10:00:00+02:00", "PT1H", "Luc Mer"),
    ]
    assert {note.what for note in found.notes} >= {"Thursday 6 June 2024", "Total | 9"}


def test_sums_and_authors() -> None:
    """A word for a sum may stand in the first column, whatever it is; ``Par`` names who speaks."""
    found = table("Datum;Thema;Plätze\n8.3.2023;A;3\nSumme;;3\n")
    assert [one.title for one in found.episodes] == ["A"]
    assert "Summe | 3" in {note.what for note in found.notes}
    (episode,) = table("Titre;Par\nA;Ada Brun et Luc Mer\n").episodes
    assert [one.name for one in episode.guests] == ["Ada Brun", "Luc Mer"]


def test_a_name_of_somebody_is_no_title() -> None:
    """The name of whoever fills in a form is never the title, whatever the title's column is called."""
    (episode,) = table("Titel deines Vortrags;Dein Name\nTorf;Ute Sand\n").episodes
    assert (episode.title, episode.guests[0].name) == ("Torf", "Ute Sand")
    with pytest.raises(InvalidError, match="no column is the title"):
        table("Wie heißt er?;Dein Name\nTorf;Ute Sand\n")


def test_a_talk_called_total() -> None:
    """A talk whose title is a word for a sum is one, where the row says more of it."""
    assert [one.title for one in table("Titre;Date\nTotal;2020-01-01\n").episodes] == ["Total"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Name,Speakers\nA,\"Ada Brun (https://www.notion.so/Ada-1?pvs=21), Luc Mer (../People/Luc%20Mer%201.md)\"\n",
            {"guests": ["Ada Brun", "Luc Mer"]},
        ),
        ("Title,Speakers,Company\nA,\"Ada Brun,Luc Mer\",\"Houle,Port\"\n", {"guests": ["Ada Brun, Houle", "Luc Mer, Port"]}),
        ("#,title,authors,last updated\n3,A,\"Ada Brun, Luc Mer and Nina Aubry\",\"Feb 10, 09:01\"\n",
         {"number": 3, "guests": ["Ada Brun", "Luc Mer", "Nina Aubry"], "extra": {"last updated": "Feb 10, 09:01"}}),
        ("Event Name,Venue Address,URL\nA,1 quai Nord,https://a.example\n",
         {"title": "A", "links": [("https://a.example", None)], "extra": {"Venue Address": "1 quai Nord"}}),
        ("title,chair1_name,speaker1Name,speaker2Name\nA,\"Roy, Tom\",Ada Brun,Luc Mer\n",
         {"hosts": ["Tom Roy"], "guests": ["Ada Brun", "Luc Mer"]}),
    ],
)  # fmt: skip
def test_makes(text: str, expected: dict[str, Any]) -> None:
    """What Notion, Airtable, EasyChair, Eventbrite and ConfTool write in their own way."""
    (episode,) = table(text).episodes
    assert {key: plain(episode)[key] for key in expected} == expected


def test_address_of_a_person() -> None:
    """An address beside a name is the person's, in brackets or not."""
    (episode,) = table('Titre,Invités\nA,"Ada Brun (https://ada.example), Luc Mer"\n').episodes
    assert [(one.name, one.url) for one in episode.guests] == [("Ada Brun", "https://ada.example"), ("Luc Mer", None)]


def test_addresses_of_people_are_left_out() -> None:
    """A column that nobody would take for personal may hold e-mail addresses: they are left out, and told."""
    found = table("Title,Username,Login\nA,ada,ada@quai.example\n")
    assert not found.episodes[0].extra
    assert {note.what for note in found.notes} == {"Username", "Login"}


def test_one_note_a_column() -> None:
    """A column that is kept aside since another is its field is told once."""
    found = read_source("csv", b"Title,When,Recorded?\nA,2020-01-01,checked\n", Options("t.csv"))
    assert [note.what for note in found.notes] == ["Recorded?"]


def workbook() -> bytes:
    """A workbook with links behind words, a comment, and formulas."""
    openpyxl = pytest.importorskip("openpyxl")
    made = openpyxl.Workbook()
    sheet = made.active
    for row in (
        ["Titre", "Intervenants", "Vidéo", "Lieu", "Places"],
        ["La digue", "Ada Brun", "voir", "Quai", "=SUM(1,2)"],
        ["Le phare", "Ada Brun\nLuc Mer", '=HYPERLINK("https://v.example/2","voir")', "Cap", 3],
    ):
        sheet.append(row)
    for cell, target in (
        ("A2", "https://a.example/digue"),
        ("B2", "https://ada.example"),
        ("C2", "https://v.example/1"),
        ("D3", "mailto:ada@quai.example"),
        ("B3", "https://eux.example"),
    ):
        sheet[cell].hyperlink = target
    sheet["D2"].comment = openpyxl.comments.Comment("Entrée par la cour", "Tom")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def opened(content: bytes) -> Imported:
    """What a workbook holds."""
    pytest.importorskip("python_calamine")
    return read(content, Options("t.xlsx"))


def test_links_of_a_workbook() -> None:
    """Where words lead is read: recordings, pages of people, links of the episode; the rest is told."""
    found = opened(workbook())
    first, second = found.episodes
    assert [one.url for one in first.media] == ["https://v.example/1"]
    assert [one.url for one in first.links] == ["https://a.example/digue"]
    assert [(one.name, one.url) for one in first.guests] == [("Ada Brun", "https://ada.example")]
    assert [one.url for one in second.media] == ["https://v.example/2"]
    assert [(one.url, one.label) for one in second.links] == [("https://eux.example", "Ada Brun Luc Mer")]
    told = {note.what for note in found.notes}
    assert told >= {"Entrée par la cour", "mailto:ada@quai.example", "=SUM(1,2)"}


def test_links_of_libreoffice() -> None:
    """Links and comments of a document of LibreOffice are read, beside cells that are repeated."""
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    text = '<table:table-cell office:value-type="string">{}</table:table-cell>'
    rows = [
        "".join(text.format(f"<text:p>{one}</text:p>") for one in ("Titre", "Lieu", "Ville", "Lien")),
        text.format("<office:annotation><text:p>À</text:p><text:p>voir</text:p></office:annotation><text:p>A</text:p>")
        + '<table:table-cell table:number-columns-repeated="2"/>'
        + text.format('<text:p><text:a xlink:href="https://l.example/1">ici</text:a></text:p>'),
    ]
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    content = (
        f'<office:document-content{spaces} xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="S">{body}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", "<manifest/>")
    found = opened(out.getvalue())
    (episode,) = found.episodes
    assert [(one.url, one.label) for one in episode.links] == [("https://l.example/1", "ici")]
    assert "À voir" in {note.what for note in found.notes}


def test_parts_of_names_and_dates_are_mapped() -> None:
    """``--map`` takes the parts of a name and of a date, by the format that reads them."""
    options = Options("t.csv", {"map": "Qui=first_name\nJusque=end"}, timezone="Europe/Paris")
    (episode,) = read_source("csv", b"Titre,Date,Qui,Jusque\nA,2020-01-01 10:00,Ada,11:00\n", options).episodes
    assert (episode.guests[0].name, episode.duration) == ("Ada", "PT1H")
