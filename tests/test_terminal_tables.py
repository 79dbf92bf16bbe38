"""Lists: quiet tables on a terminal, tab-separated text in a pipe."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from typing import Any

import pytest
from rich.cells import cell_len

from totem_cli.terminal.console import console
from totem_cli.terminal.plain import tsv
from totem_cli.terminal.tables import table

TITLE = "Les stocks sont vides : qui l’avait prévu, et que fait-on maintenant ?"
GUESTS = [{"name": "Ada Brun", "role": "géographe"}, {"name": "Jean-Luc Roy"}]
SAID = {"series": "fil", "status": "published", "date": None}
ROWS: list[dict[str, Any]] = [
    {"number": 1, "title": TITLE, "guests": GUESTS, "tags": [], **SAID},
    {"number": 12, "title": "全球化的世界市场。" * 4, "guests": [], "tags": ["a", "b"], **SAID},
]


def shown(
    rows: list[dict[str, Any]], columns: tuple[str, ...] | None = None, width: int = 80, kind: str = "episodes"
) -> list[str]:
    """The lines that a terminal is sent."""
    stream = io.StringIO()
    console(stream, {"COLUMNS": str(width)}).print(table(kind, rows, columns, language="fr"))
    return stream.getvalue().split("\n")


def test_columns_that_say_nothing_are_left_out() -> None:
    """One series, no date, everything published: number, title and guests remain, on one rule."""
    header, rule, *lines = shown(ROWS, width=120)
    assert len(header.split()) == 3
    assert set(rule) == {"─"}
    assert lines[0].split("  ")[-1] == "Ada\u00a0Brun, Jean-Luc\u00a0Roy"


def test_status_is_shown_where_one_is_not_published() -> None:
    """A draft among published episodes brings the column, in the list's language, and only its own cell is filled."""
    lines = shown([ROWS[0], {**ROWS[0], "status": "draft"}], width=120)
    assert "brouillon" in "\n".join(lines)
    assert "published" not in "\n".join(lines)


def test_a_crowd_does_not_fill_the_screen() -> None:
    """Of many guests a line names the first; where somebody names the column, all are there."""
    crowd = {**ROWS[0], "guests": [{"name": f"Voix {number}"} for number in range(300)]}
    assert "et 295 autres" in " ".join(" ".join(shown([crowd])).split())
    assert len(shown([crowd])) < 12
    assert "Voix\u00a0299" in " ".join(shown([crowd], ("guests",)))


def test_an_hour_is_one_of_a_clock() -> None:
    """A date with its hour is set without seconds and zone, on one line; where somebody names the column, as it is."""
    evening = {**ROWS[0], "date": "2024-05-01T18:30:00+02:00"}
    assert shown([evening], width=120)[2].endswith("2024-05-01\u00a018:30")
    assert shown([evening], ("date",))[2].strip() == "2024-05-01T18:30:00+02:00"


def test_a_name_has_its_width_before_a_reference() -> None:
    """Names of people are not broken where a long reference may be."""
    rows = [{"name": "Andrews Medina", "episode": "caipyra/" + "-".join(["conteneurs"] * 9)}]
    assert shown(rows, kind="guests")[2].startswith("Andrews Medina  caipyra/")


def test_what_is_counted_is_in_the_language_of_the_list() -> None:
    """Counts are called by the labels of the language."""
    rows = [{"what": "episodes", "count": 3}, {"what": "unreadable", "count": 0}]
    lines = shown(rows, kind="stats")
    assert [line.split() for line in (lines[0], *lines[2:4])] == [
        ["quoi", "nombre"],
        ["Épisodes", "3"],
        ["Illisibles", "0"],
    ]


def test_columns_that_are_asked_for_are_shown_as_asked() -> None:
    """Columns named by somebody come in that order, empty or not, with the values of the record."""
    header, _, first, *_ = shown(ROWS, ("status", "series", "date"))
    assert len(header.split()) == 3
    assert first.split() == ["published", "fil"]


def test_comments_fit_a_terminal() -> None:
    """Comments are a table too: what names one, its day, who wrote it, its text, what it is on."""
    said = {"author": "Odile", "text": "Merci ! Et la table ?", "episode": "cuisine/01-la-chaise", "status": "pending"}
    one = {"id": "9e9819d9-2d24-403d-9e7b-01d08df7548d", "date": "2021-02-03T18:14:07+00:00", **said}
    header, rule, line, *_ = shown([one], kind="comments")
    assert (header.split()[3], set(rule)) == ("commentaire", {"─"})
    assert line.split()[:3] == ["9e9819d9", "2021-02-03", "Odile"]


@pytest.mark.parametrize("width", range(40, 121))
def test_cells_keep_to_the_rules_of_lines(width: int) -> None:
    """At each width no line of a cell begins with closing punctuation, and the table is no wider than the terminal."""
    lines = shown(ROWS, ("number", "title", "guests"), width)
    assert all(cell_len(line) <= width for line in lines)
    assert not any(re.search(r"(?:^|\s\s)[!?;:»。]", line) for line in lines)
    assert all(line == line.rstrip() for line in lines)


def test_numbers_stand_to_the_right() -> None:
    """1 stands under the 2 of 12."""
    lines = shown(ROWS, ("number", "title"), 200)
    assert lines[2].index("1") == lines[3].index("2")


def test_what_does_not_fit_side_by_side_stands_one_under_the_other() -> None:
    """Many columns on a narrow terminal: each row is a block of named cells, nothing lost."""
    lines = shown(ROWS, tuple(ROWS[0]), 40)
    assert any(line.split()[-1:] == ["fil"] for line in lines)
    assert "Ada\u00a0Brun" in "\n".join(lines)
    assert all(cell_len(line) <= 40 for line in lines)


def test_no_rows_are_no_failure() -> None:
    """An empty list is a header."""
    assert shown([])[0]
    assert tsv([], ("a", "b")) == "a\tb\n"


def test_markup_and_escapes_are_text() -> None:
    """Rich's markup stays as written; an escape is shown."""
    lines = "\n".join(shown([{"title": "[/nope] [sic] :smile: \x1b[31m", "number": 1}], ("number", "title")))
    assert "[/nope] [sic] :smile: \\x1b[31m" in lines


def test_tab_separated_text_is_whole() -> None:
    """A header, then a line a row: lists joined, tabs and newlines shown, nothing cut, nothing for what is absent."""
    rows = [
        {
            "title": "a\tb\nc",
            "guests": [{"name": "A; B"}, {"name": "C"}],
            "tags": ["x", "y"],
            "number": None,
            "ok": True,
        }
    ]
    assert (
        tsv(rows, ("title", "guests", "tags", "number", "ok"))
        == "title\tguests\ttags\tnumber\tok\na\\tb\\nc\tA; B; C\tx; y\t\ttrue\n"
    )
    long = "mot " * 500
    assert long in tsv([{"title": long}], ("title",))


def test_plain_text_loads_no_rich() -> None:
    """A piped list, an error, a page without Markdown's parser: none of them imports Rich."""
    code = (
        "import sys\n"
        "from totem_cli.terminal.plain import tsv, error_text\n"
        "from totem_cli.errors import InvalidError\n"
        "tsv([{'a': 'é'}], ('a',)); error_text(InvalidError('x', hint='y'))\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'rich', 'markdown_it', 'jinja2', 'cmarkgfm'}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_german_headings_keep_their_capital() -> None:
    """A label becomes a heading: in small letters, but for German nouns."""
    for language, heading in (("de", "Dauer"), ("fr", "durée")):
        stream = io.StringIO()
        console(stream, {"COLUMNS": "80"}).print(
            table("episodes", [{"duration": "PT1H"}], ("duration",), language=language)
        )
        assert stream.getvalue().split("\n")[0].strip() == heading


def test_cell_of_nothing_but_spaces() -> None:
    """A title of spaces has no piece that needs a width, and its row is there."""
    rows = [{"number": number, "title": title, **SAID} for number, title in ((1, " \u2003 "), (2, "Un titre"))]
    assert [line.split() for line in shown(rows)[2:4]] == [["1"], ["2", "Un", "titre"]]
