"""The tables: CSV for spreadsheets, one row an episode or an appearance."""

from __future__ import annotations

import csv
import re
from io import StringIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.html_site import FIRST, SETTINGS, publication
from tests.strategies import QUICK, texts
from totem_cli.archive.publication import Publication
from totem_cli.errors import InvalidError
from totem_cli.exporters import Options
from totem_cli.exporters.csv import EPISODE_COLUMNS, export, neutral, one_cell
from totem_cli.markup.characters import allowed
from totem_cli.model.cells import LIKE_A_FORMULA
from totem_cli.model.parts import Question


def made(given_: Publication | None = None, **parameters: str) -> bytes:
    """The table."""
    (page,) = export(given_ or publication(), Options(parameters=parameters))
    return page.render()


def rows(content: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    """Its rows by column, read strictly."""
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter, strict=True))


def test_episodes() -> None:
    """A row an episode, lists in one cell, guests as a sentence says them, lines ended by CR LF."""
    content = made()
    first = rows(content)[0]
    assert tuple(first) == EPISODE_COLUMNS
    assert content.count(b"\r\n") == 5
    assert not content.startswith(b"\xef\xbb\xbf")
    assert first["guests"] == "Zoé Œuvrard (océanographe, Ifrea et Station bleue); Blaise Kermadec (pêcheur)"
    assert first["tags"] == "Mer; climat"
    assert first["questions"] == "Et demain ?; Qui décide ?"
    assert (first["number"], first["date"], first["recap"]) == ("1", "2020-04-09", FIRST.recap)
    assert rows(content)[2]["date"] == ""


def test_appearances() -> None:
    """The long form has a row an appearance, with the episode it belongs to."""
    found = rows(made(rows="appearances"))
    assert [(row["number"], row["kind"], row["name"]) for row in found][:3] == [
        ("1", "host", "Maëlle Guivarc’h"),
        ("1", "guest", "Zoé Œuvrard"),
        ("1", "guest", "Blaise Kermadec"),
    ]
    assert found[1]["organisations"] == "Ifrea; Station bleue"
    assert found[1]["episode"] == FIRST.id


def test_excel() -> None:
    """For Excel: a byte order mark, and the list separator of the archive's language."""
    assert made(excel="yes").startswith(b"\xef\xbb\xbfid;series;")
    assert made(publication(replace(SETTINGS, language="en")), excel="yes").startswith(b"\xef\xbb\xbfid,series,")
    assert rows(made(excel="yes"), ";") == rows(made())
    assert rows(made(delimiter="tab"), "\t") == rows(made())


@pytest.mark.parametrize("wrong", [{"excel": "perhaps"}, {"rows": "questions"}, {"delimiter": "x"}, {"exel": "yes"}])
def test_wrong_parameters(wrong: dict[str, str]) -> None:
    """A parameter that is none, or a value that is none, is refused."""
    with pytest.raises(InvalidError):
        made(**wrong)


@pytest.mark.parametrize("formula", ["=1+1", "+cmd|'/C calc'!A0", "-2+3", "@SUM(A1)", "\t=1"])
def test_formulas(formula: str) -> None:
    """What a spreadsheet would take for a formula begins with a quotation mark; numbers stay numbers."""
    episode = replace(FIRST, title=formula, number=-3, place="-12,5")
    row = rows(made(publication(episodes=(episode,))))[0]
    assert row["title"] == f"'{formula}"
    assert (row["number"], row["place"]) == ("-3", "-12,5")


@QUICK
@given(texts)
@example("'=x")
@example("''=x")
@example("'")
@example("'-5")
@example("-5")
def test_a_neutral_cell_can_be_restored(text: str) -> None:
    """No cell begins like a formula unless it is a number; one quotation mark less gives each text back."""
    cell = neutral(text)
    restored = cell[1:] if re.match(rf"'(?:{LIKE_A_FORMULA.pattern})", cell) else cell
    assert restored == text
    assert not re.match(r"\s*[=+\-@]|[\t\r]", cell) or re.fullmatch(r"[+-][0-9]+([.,][0-9]+)?", cell)


@pytest.mark.parametrize(
    "before", ["\n", " ", "\t", "\r\n", "\u00a0", "\u202f", "\u2060", "\ufeff", "\u200b", " \n\u00a0", "' "]
)
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝"])
def test_nothing_hides_a_formula(before: str, sign: str) -> None:
    """Blanks, line ends and what is not seen before its sign do not hide a formula."""
    assert neutral(f"{before}{sign}cmd|' /C calc'!A0") == f"'{before}{sign}cmd|' /C calc'!A0"
    assert neutral(f"{before}cmd") == (f"'{before}cmd" if before[0] in "\t\r" else f"{before}cmd")


@QUICK
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1), max_size=4))
def test_a_list_can_be_parted(items: list[str]) -> None:
    """The items of a cell are found again: by line where it has lines, else by semicolon."""
    said = [allowed(item).strip() for item in items if allowed(item).strip()]
    cell = one_cell(said)
    parted = cell.split("\n")[:-1] if "\n" in cell else cell.split("; ") if cell else []
    assert parted == said


def test_a_question_with_a_semicolon() -> None:
    """A French question may hold a semicolon, and is still one."""
    episode = replace(FIRST, questions=(Question(number=1, text="Partir ; rester ?"), Question(number=2, text="Où ?")))
    assert rows(made(publication(episodes=(episode,))))[0]["questions"] == "Partir ; rester ?\nOù ?\n"
