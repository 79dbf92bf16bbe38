"""Workbooks: typed cells, sheets, merged cells; what is no workbook, or a bomb, is refused with little memory."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Shell
from totem_cli.errors import InvalidError, PluginError
from totem_cli.importers import Imported, Options
from totem_cli.importers.table import read, workbook_process

pytest.importorskip("python_calamine")
openpyxl = pytest.importorskip("openpyxl")


def xlsx(rows: list[list[Any]], merged: str = "", at: tuple[int, int] = (1, 1), **more: list[list[Any]]) -> bytes:
    """A workbook with the sheet ``Programme``, and more sheets; those whose name begins with ``hidden`` are."""
    made = openpyxl.Workbook()
    made.active.title = "Programme"
    for name, values in {"Programme": rows, **more}.items():
        sheet = made["Programme"] if name == "Programme" else made.create_sheet(name)
        for line, cells in enumerate(values, at[0]):
            for column, value in enumerate(cells, at[1]):
                sheet.cell(line, column, value)
        if name.startswith("hidden"):
            sheet.sheet_state = "hidden"
    for span in merged.split():
        made["Programme"].merge_cells(span)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


ODS_ROWS = """<table:table-row><table:table-cell office:value-type="string"><text:p>Saison</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>Titre</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>Date</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="string" table:number-rows-spanned="2"><text:p>S 1</text:p>
</table:table-cell><table:table-cell office:value-type="string"><text:p>La digue</text:p></table:table-cell>
<table:table-cell office:value-type="date" office:date-value="2023-10-05"><text:p>05/10/23</text:p></table:table-cell>
</table:table-row><table:table-row><table:covered-table-cell/>
<table:table-cell office:value-type="string"><text:p>Le phare</text:p></table:table-cell></table:table-row>""".replace(
    "\n", ""
)


def packed(**files: str) -> bytes:
    """A ZIP file of texts; ``__`` in a name is a slash, ``_0`` a point."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in files.items():
            package.writestr(name.replace("__", "/").replace("_0", "."), text)
    return out.getvalue()


def ods(rows: str = ODS_ROWS) -> bytes:
    """A document of LibreOffice."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    content = (
        f'<office:document-content {spaces} office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="Feuille1">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    manifest = f'<m:manifest xmlns:m="{space}"><m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>'
    return packed(mimetype=kind, content_0xml=content, **{"META-INF__manifest_0xml": manifest})


def table(content: bytes, **options: Any) -> Imported:
    """What a workbook holds."""
    return read(content, Options(name="t.xlsx", **options))


def test_typed_cells() -> None:
    """Days, hours, durations and whole numbers are what they are, whatever the sheet shows."""
    found = table(
        xlsx(
            [
                ["N°", "Titre", "Date", "Durée", "Note"],
                [1.0, "A", datetime(2023, 10, 5, 19, 30), time(1, 30), 0.125],
                [2, 2001, date(2023, 10, 6), timedelta(minutes=90), True],
                [3, "C", "05/10/2023", 90, None],
            ]
        ),
        timezone="Europe/Paris",
    )
    said = [(one.number, one.title, one.date, one.duration, one.extra.get("Note")) for one in found.episodes]
    assert said == [
        (1, "A", "2023-10-05T19:30:00+02:00", "PT1H30M", "0.125"),
        (2, "2001", "2023-10-06", "PT1H30M", "true"),
        (3, "C", "2023-10-05", "PT1H30M", None),
    ]
    assert found.notes == ()


def test_merged_cells() -> None:
    """What is merged over several rows is of each; a title over the table is told; a heading between is the series."""
    found = table(
        xlsx(
            [
                ["Programme 2023"],
                [],
                ["Date", "Titre", "Intervenant"],
                ["05/10/2023", "La digue", "Ada Brun"],
                [None, None, "Luc Mer"],
                [None, "Le phare", "Nina Aubry"],
                ["La suite"],
                ["15/10/2023", "La lande", None],
            ],
            "A1:C1 A4:A6 B4:B5 A7:C7",
        )
    )
    said = [(one.series, one.title, one.date, [guest.name for guest in one.guests]) for one in found.episodes]
    assert said == [
        ("", "La digue", "2023-10-05", ["Ada Brun", "Luc Mer"]),
        ("", "Le phare", "2023-10-05", ["Nina Aubry"]),
        ("la-suite", "La lande", "2023-10-15", []),
    ]
    assert [note.what for note in found.notes] == ["Programme 2023", "La suite"]


def test_header_of_two_rows() -> None:
    """A group over several columns is part of their names, or repeats them."""
    two = [[None, "Intervenant 1", None, "Intervenant 2", None], ["Titre", "Nom", "Fonction", "Nom", "Fonction"]]
    (one,) = table(xlsx([*two, ["A", "Ada Brun", "CEO", "Luc Mer", "marin"]], "B1:C1 D1:E1")).episodes
    assert [(guest.name, guest.role) for guest in one.guests] == [("Ada Brun", "CEO"), ("Luc Mer", "marin")]
    (one,) = table(xlsx([["Titre", "Intervenants", None], ["A", "Ada Brun", "Luc Mer"]], "B1:C1")).episodes
    assert [guest.name for guest in one.guests] == ["Ada Brun", "Luc Mer"]


def test_a_table_that_begins_elsewhere() -> None:
    """Empty rows and columns around the table do not count; an error names the row of the sheet."""
    (one,) = table(xlsx([["Titre", "Date"], ["A", "2018"]], at=(4, 3))).episodes
    assert (one.title, one.date) == ("A", "2018")
    with pytest.raises(InvalidError) as raised:
        table(xlsx([["Titre", "Date"], ["A", "hier"]], at=(4, 3)))
    assert str(raised.value).startswith("t.xlsx:5: sheet Programme: Date: date 'hier'")


def test_sheets() -> None:
    """The first sheet with a title is read, or the one that is named; the others are told by name."""
    content = xlsx([["Lisez-moi"]], Saison=[["Titre"], ["A"]], Suite=[["Titre"], ["B"]], hidden=[["Titre"], ["C"]])
    found = table(content)
    assert [one.title for one in found.episodes] == ["A"]
    assert [(str(note.kind), note.what) for note in found.notes] == [
        ("left out", "Programme"),
        ("left out", "Suite"),
        ("left out", "hidden"),
    ]
    assert [one.title for one in table(content, parameters={"sheet": "suite"}).episodes] == ["B"]
    with pytest.raises(InvalidError, match="no sheet 'Suit'") as raised:
        table(content, parameters={"sheet": "Suit"})
    assert raised.value.hint == "did you mean Suite?; there are: Programme, Saison, Suite, hidden"
    with pytest.raises(InvalidError, match="only a workbook has sheets"):
        read(b"Titre\nA\n", Options(parameters={"sheet": "X"}))


def test_libreoffice() -> None:
    """A document of LibreOffice, in which merged cells are covered ones."""
    found = table(ods())
    assert [(one.series, one.title, one.date) for one in found.episodes] == [
        ("s-1", "La digue", "2023-10-05"),
        ("s-1", "Le phare", None),
    ]


TEXT = st.text(alphabet="abcé;,\"' =-+1", min_size=0, max_size=10)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=5))
def test_every_cell_is_kept(rows: list[tuple[str, str]]) -> None:
    """Each text of a workbook is in the episode of its row."""
    cells = [[f"T{index}", *(None if one.startswith("=") else one for one in row)] for index, row in enumerate(rows)]
    found = table(xlsx([["Titre", "Colonne u", "Colonne v"], *cells]))
    for one, row in zip(found.episodes, cells, strict=True):
        told = [one.extra.get("Colonne u", ""), one.extra.get("Colonne v", "")]
        assert [text.removeprefix("'") for text in told] == [(text or "").strip().removeprefix("'") for text in row[1:]]


NOT_WORKBOOKS = {
    "Numbers": (packed(Index__Document_0iwa="x"), "a document of Numbers"),
    "another package": (packed(word__document_0xml="x"), "no workbook"),
    "damaged": (b"PK\x03\x04" + b"x" * 100, "damaged"),
    "nothing inside": (packed(xl__workbook_0xml="<x/>"), "cannot be read"),
    "encrypted": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    "an old file that is none": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "cannot be read"),
}


@pytest.mark.parametrize("name", NOT_WORKBOOKS)
def test_refused(name: str) -> None:
    """What cannot be read is refused, with what to do."""
    content, words = NOT_WORKBOOKS[name]
    with pytest.raises(InvalidError, match=words) as raised:
        table(content)
    assert raised.value.hint
    assert raised.value.exit_code == 4


def test_bombs() -> None:
    """A sheet that says that it is as large as can be, and one that unpacks to more than memory, are refused."""
    with pytest.raises(InvalidError, match="more memory or time"):
        table(_corner())
    sheet = xlsx([["Titre"], ["A"]])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            if entry.filename != "xl/worksheets/sheet1.xml":
                target.writestr(entry.filename, source.read(entry))
        with target.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as bomb:
            for _ in range(1100):
                bomb.write(b" " * (1 << 20))
    with pytest.raises(InvalidError, match="more memory or time"):
        table(out.getvalue())


def _corner() -> bytes:
    """A workbook with a cell in the last column of the last row."""
    made = openpyxl.Workbook()
    made.active["A1"] = "Titre"
    made.active["XFD1048576"] = "x"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_entities_are_not_expanded() -> None:
    """Entities that multiply stay small: the text is refused or has none of them."""
    names = "abcdefghij"
    entities = "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise(names))
    with zipfile.ZipFile(io.BytesIO(ods())) as package:
        files = {entry.filename: package.read(entry).decode() for entry in package.infolist()}
    doctype = f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{entities}]>'
    files["content.xml"] = doctype + files["content.xml"].replace("La digue", "&j;")
    bomb = packed(**{name.replace("/", "__").replace(".", "_0"): text for name, text in files.items()})
    try:
        found = table(bomb)
    except InvalidError:
        return
    assert all(len(one.title) < 100 for one in found.episodes)


def test_the_module_of_the_folder_is_not_run(totem: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that reads does not take modules from the folder where totem is called."""
    (totem.folder / "json.py").write_text("raise SystemExit(9)", "utf-8")
    monkeypatch.chdir(totem.folder)
    assert [one.title for one in table(xlsx([["Titre"], ["A"]])).episodes] == ["A"]


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the library is not installed, the error names the extra; CSV is read without it."""
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(PluginError) as raised:
        table(xlsx([["Titre"], ["A"]]))
    assert raised.value.hint == "pip install 'totem-cli[tables]'"
    assert [one.title for one in read(b"Titre\nA\n", Options()).episodes] == ["A"]


@pytest.mark.parametrize("lacking", ["resource", "setrlimit"])
def test_a_system_that_limits_no_memory(lacking: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the memory of a process cannot be limited, as on macOS, workbooks are read all the same."""
    import resource

    def refused(*_: object) -> None:
        raise ValueError("current limit exceeds maximum limit")

    if lacking == "resource":
        monkeypatch.setitem(sys.modules, "resource", None)
    else:
        monkeypatch.setattr(resource, "setrlimit", refused)
    monkeypatch.setattr(sys, "argv", ["", "1000000000", "1000"])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(xlsx([["Titre"], ["A"]]))))
    monkeypatch.setattr(sys, "stdout", said := io.StringIO())
    assert workbook_process.main() == 0
    assert json.loads(said.getvalue())["sheets"][0]["rows"] == [[1, ["Titre"]], [2, ["A"]]]


def test_from_the_command_line(totem: Shell) -> None:
    """``import csv`` and ``import table`` read a workbook; the same twice adds nothing."""
    path: Path = totem.folder / "t.xlsx"
    path.write_bytes(xlsx([["Titre", "Invité"], ["A", "Ada Brun"]], Autre=[["x"]]))
    totem("init", "archive", "--quiet")
    done = totem("import", "table", "t.xlsx", "--series", "s")
    assert (done.code, done.out) == (0, "s/1\n")
    assert "left out: 'Autre'" in done.err
    again = totem("import", "csv", "t.xlsx", "--series", "s", "--if-exists", "update")
    assert "0 added, 0 updated" in again.err
    wrong = totem("import", "table", "t.xlsx", "--series", "s", "--param", "shet=Autre")
    assert wrong.code != 0
    assert "sheet" in wrong.err
