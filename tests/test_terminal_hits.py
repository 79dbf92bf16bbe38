"""Search results, on a terminal and in a pipe."""

from __future__ import annotations

import io
import re

from msgspec.structs import replace

from totem_cli.model.episode import Episode
from totem_cli.model.hit import Hit
from totem_cli.model.settings import Settings
from totem_cli.terminal.console import console
from totem_cli.terminal.hits import LONGEST, hits_page, snippet
from totem_cli.terminal.plain import plain_hits

EPISODE = Episode(id="1", series="fil", slug="01-stocks", number=1, language="fr", title="Les stocks : et après ?")
LONG = "mot " * 100 + "œuvre ! " + "suite " * 100


def hit(text: str, *spans: tuple[int, int], field: str = "recap", place: int | None = 3) -> Hit:
    """A hit in the episode."""
    return Hit(episode=EPISODE, field=field, place=place, text=text, spans=spans)  # type: ignore[arg-type]


def shown(hits: list[Hit], *, styled: bool = False) -> str:
    """What a terminal of 80 columns is sent, styles left out."""
    stream = io.StringIO()
    stream.isatty = lambda: True  # type: ignore[method-assign]
    console(stream, {"COLUMNS": "80", "TERM": "xterm"}).print(hits_page([hits], Settings()))
    return stream.getvalue() if styled else re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue())


def test_a_hit_says_where_it_is() -> None:
    """The episode's reference and title, then the place in its language, then the words."""
    page = shown([hit("Le marché, ici.", (3, 9)), hit("Qui paie ?", (4, 8), field="question", place=2)])
    assert page.split("\n")[:3] == [
        "fil/1  Les stocks\u00a0: et après\u202f?",
        "  récit, paragraphe 3  Le marché, ici.",
        "  question 2  Qui paie\u202f?",
    ]


def test_a_long_reference_is_whole() -> None:
    """Where the reference and the title do not fit on a line, the title stands below: the reference can be copied."""
    far = replace(EPISODE, number=None, slug="01-" + "-".join(["stocks"] * 10))
    page = shown([Hit(episode=far, field="recap", place=1, text="Le marché.", spans=())])
    assert page.split("\n")[:3] == [
        f"fil/{far.slug}",
        "  Les stocks\u00a0: et après\u202f?",
        "  récit, paragraphe 1  Le marché.",
    ]


def test_words_found_are_marked() -> None:
    """What was found is bold and coloured, as written, also in the title; the title is not told twice."""
    page = shown([hit(EPISODE.title, (4, 10), field="title", place=None)], styled=True)
    assert re.search(r"\x1b\[1;35mstocks\x1b\[0m", page)
    assert page.count("après") == 1


def test_a_long_place_is_cut_around_the_first_word() -> None:
    """A snippet is short, begins and ends at words, and holds what was found, marked."""
    first = LONG.index("œuvre")
    spans = snippet(hit(LONG, (first, first + 5)))
    text = "".join(span.text for span in spans)
    assert len(text) <= LONGEST + 4
    assert text.startswith("… mot ")
    assert text.endswith(" …")
    assert [span.text for span in spans if span.strong] == ["œuvre"]


def test_a_place_without_spaces_is_cut_too() -> None:
    """Chinese, or an address without end, is cut at a character."""
    text = "".join(span.text for span in snippet(hit("市" * 900, (700, 701))))
    assert len(text) <= LONGEST + 4


def test_hits_in_a_pipe_are_whole() -> None:
    """A line a hit, the whole text, tabs shown."""
    plain = plain_hits([[hit("a\tb " + LONG, (0, 1))], [replace(hit("x"), place=None)]])
    header, first, second, end = plain.split("\n")
    assert header == "episode\ttitle\tfield\tplace\ttext"
    assert first == f"fil/1\tLes stocks : et après ?\trecap\t3\ta\\tb {LONG}"
    assert second == "fil/1\tLes stocks : et après ?\trecap\t\tx"
    assert end == ""
