"""Line breaking: the rules of French and of no-break spaces, at every width that a terminal is likely to have."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from totem_cli.terminal.layout import Column, Indent, Prose
from totem_cli.terminal.wrap import clusters, wrap

WIDTHS = range(40, 121)
NO_BREAK = "\u00a0\u202f\u2060"

FRENCH = (
    "« Faut-il abolir la mondialisation ? » demande l’animateur ; personne ne répond… puis quelqu’un : « Non ! » "
    "Les interdépendances\u00a0: un mot bien long\u202f! On parle de «\u00a0solidarités\u00a0», de 2\u00a0milliards "
    "d’euros (soit 15 % du total), de masques, de gel hydroalcoolique ; et de quoi encore ? Rien ! Rien ? Rien ; "
    "rien : rien » rien."
)

words = st.text(st.sampled_from("abcdeéœŒç’-ÀßñЖд"), min_size=1, max_size=14)
marks = st.sampled_from(
    [" !", " ?", " ;", " :", " »", "\u202f!", "\u00a0:", "\u00a0»", ",", ".", "…", " …", ")", " %", "?!"]
)
openings = st.sampled_from(["« ", "«\u00a0", "(", "[", "« ("])
tokens = st.tuples(openings | st.just(""), words, marks | st.just("")).map("".join)
prose = st.lists(tokens, min_size=1, max_size=60).map(" ".join)
anything = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=300)


def lines_of(text: str, width: int) -> list[str]:
    """The lines without their styles."""
    return [line.plain for line in wrap(Text(text), width)]


def visible_end(line: str) -> str:
    """The last character that is seen."""
    return line.rstrip(" \u00a0\u202f\u2060")[-1:]


def visible_start(line: str) -> str:
    """The first character that is seen."""
    return line.lstrip(" \u00a0\u202f\u2060")[:1]


@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_begins_or_ends_with_the_wrong_mark(width: int) -> None:
    """A French paragraph with ordinary and with no-break spaces obeys the rules at each width."""
    lines = lines_of(FRENCH, width)
    assert len(lines) > 1
    assert all(visible_start(line) not in "!?;:»)],.…%" for line in lines)
    assert all(visible_end(line) not in "«([" for line in lines)
    assert max(map(cell_len, lines)) <= width


@pytest.mark.parametrize("width", WIDTHS)
@settings(max_examples=8, deadline=None)
@given(text=prose)
def test_the_rules_hold_for_any_prose(width: int, text: str) -> None:
    """Words with marks before and after, spaces of both kinds: rules kept, nothing lost, nothing too wide."""
    lines = lines_of(text, width)
    assert all(visible_start(line) not in "!?;:»)],.…%" for line in lines[1:])
    assert all(visible_end(line) not in "«([" for line in lines[:-1])
    assert all(line[-1:] not in NO_BREAK and line[:1] not in NO_BREAK for line in lines[1:-1])
    assert " ".join(lines) == text
    assert max(map(cell_len, lines)) <= width


@settings(max_examples=300, deadline=None)
@given(text=anything, width=st.integers(2, 120))
def test_any_text_fits_whole(text: str, width: int) -> None:
    """Any Unicode text: no line too wide unless it is one character, and nothing but spaces is lost."""
    spaces = " \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u200b\u205f\u3000\t\n"
    lines = lines_of(text, width)
    kept = str.maketrans("", "", spaces)
    assert "".join(lines).translate(kept) == text.translate(kept)
    assert all(cell_len(line) <= width or len(clusters(line)) == 1 for line in lines)


@settings(max_examples=200, deadline=None)
@given(text=prose, width=st.integers(5, 120), data=st.data())
def test_styles_stay_on_their_characters(text: str, width: int, data: st.DataObject) -> None:
    """The styled characters are the same, in the same order, before and after."""
    first = data.draw(st.integers(0, len(text)))
    last = data.draw(st.integers(first, len(text)))
    styled = Text(text)
    styled.stylize("bold", first, last)
    found = [
        character
        for line in wrap(styled, width)
        for place, character in enumerate(line.plain)
        if any(span.start <= place < span.end and span.style == "bold" for span in line.spans)
    ]
    assert "".join(found).replace(" ", "") == text[first:last].replace(" ", "")


def test_no_break_spaces_are_never_broken() -> None:
    """A phrase tied by no-break spaces goes to the next line whole, where Rich alone breaks it."""
    tied = "100\u00a0000\u202f000\u00a0€"
    for width in WIDTHS:
        for before in range(width):
            lines = lines_of("x" * before + " " + tied, width)
            assert any(tied in line for line in lines)


def test_a_url_is_cut_after_its_slashes() -> None:
    """An address wider than the line is cut where it reads best."""
    assert lines_of("voir https://exemple.example/archives/2020/interdependances?page=2&langue=fr", 40) == [
        "voir",
        "https://exemple.example/archives/2020/",
        "interdependances?page=2&langue=fr",
    ]


def test_a_hyphen_is_kept_within_a_short_word() -> None:
    """``peut-être`` is never broken at its hyphen when it fits on a line."""
    lines = lines_of("peut-être " * 30, 44)
    assert all(word == "peut-être" for line in lines for word in line.split(" "))


def test_a_run_without_any_place_is_cut_at_the_width() -> None:
    """Ninety letters without a space fill lines of forty."""
    assert [len(line) for line in lines_of("a" * 90, 40)] == [40, 40, 10]


def test_wide_characters_count_double() -> None:
    """Chinese breaks between characters, forty cells a line, and no line begins with its full stop."""
    lines = lines_of("全球化的世界市场。" * 12, 40)
    assert all(cell_len(line) <= 40 for line in lines)
    assert all(line[0] != "。" for line in lines)
    assert all(cell_len(line) >= 36 for line in lines[:-1])


@pytest.mark.parametrize("cluster", ["e\u0301", "👩‍👩‍👧‍👦", "🇫🇷", "👍🏽", "❤️", "1️⃣", "ก็"])
def test_what_reads_as_one_character_is_never_cut(cluster: str) -> None:
    """Combining marks, joined emoji and flags stay whole at any width."""
    for width in range(2, 12):
        for line in lines_of(cluster * 20, width):
            assert line == cluster * (len(line) // len(cluster))


def test_newlines_end_lines() -> None:
    """An empty line of the text stays an empty line."""
    assert lines_of("un\n\ndeux", 40) == ["un", "", "deux"]
    assert lines_of("", 40) == [""]


def test_running_text_is_at_most_88_columns_wide() -> None:
    """However wide the terminal is, a paragraph, also in a list in a quotation, stays within the column."""
    for width in (40, 80, 88, 120, 200):
        console = Console(width=width, color_system=None, force_terminal=True)
        page = Column(Prose(Text(FRENCH)), Indent(Indent(Prose(Text(FRENCH)), first="10. "), first="▎ ", rest="▎ "))
        with console.capture() as capture:
            console.print(page)
        widest = max(cell_len(line.rstrip()) for line in capture.get().split("\n"))
        assert min(width, 88) - 20 < widest <= min(width, 88)


def test_an_indent_stands_before_every_line() -> None:
    """The first line of an item has its number, the others the same room."""
    console = Console(width=40, color_system=None)
    with console.capture() as capture:
        console.print(Indent(Prose(Text("mot " * 20)), first="1. "))
    first, *others = capture.get().rstrip("\n").split("\n")
    assert first.startswith("1. mot")
    assert others
    assert all(line.startswith("   mot") for line in others)


@pytest.mark.parametrize(
    "text", ["a" + " " * 50_000 + "b" + "\u00a0" * 50_000, "! " * 50_000, "x" + "\u0301" * 50_000, "« " * 50_000]
)
def test_hostile_runs_still_fit(text: str) -> None:
    """Runs without end of spaces, marks and accents fit, whole."""
    lines = lines_of(text, 80)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(cell_len(line) <= 80 for line in lines)


def test_clusters_lose_nothing() -> None:
    """The clusters of a text, one after the other, are the text."""
    text = "e\u0301\u0301a👩‍👩‍👧b🇫🇷🇧🇪" + "".join(chr(code) for code in range(0x300, 0x310))
    assert "".join(clusters(text)) == text
    assert all(unicodedata.category(cluster[0])[0] != "M" for cluster in clusters(text))
