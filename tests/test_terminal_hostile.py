"""Hostile text in every place that a terminal sets, at every width: nothing fails, no line is too wide."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from tests.test_terminal_pages import CONTROLS, DRAFT, EPISODE, HOSTILE, SERIES, words
from totem_cli.model.comment import Comment
from totem_cli.model.hit import Hit
from totem_cli.model.parts import Appearance, Link, Media, Partner, Question
from totem_cli.model.settings import Settings
from totem_cli.terminal.hits import hits_page
from totem_cli.terminal.pages import comment_page, episode_page, series_page
from totem_cli.terminal.tables import COLUMNS, table

JOINING = (
    "\u0301",  # a combining accent
    "\u0301x",
    "\u200dy",  # a joiner
    "\u200d",
    "\ufe0f\u20e3",  # the marks of a keycap
    "\U0001f3fb",  # a skin tone alone
    "\U000e0067\U000e007f",  # tags of a flag
    "\U0001f1eb\U0001f1f7\U0001f1eb",  # a flag and half of one
    "\U0001f3f3\ufe0f\u200d\U0001f308",
    "\u0e33\u0e33",  # a Thai vowel that has a width of its own
    "\u1100\u1161\u11a8",  # Korean in parts
    "\u0300" * 90,
    "漢\u0301字\u200d漢",
    "\u05bc\u200f",
    "\u2060\u00a0\u202f",
    "\u00a0" * 130,
    "\u3000" * 70,
    "\u200b" * 130,
    "«" * 130,
    "»" * 130,
    "- - -" * 30,
    "\t\t\u0301",
)
"""What begins with, or is made of, characters that belong to others or have no width."""

PLACES = (
    "{}",
    "```\n{}\n```",
    "    {}",
    "`{}`",
    "`` {} ``",
    "## {}",
    "- {}",
    "1. {}",
    "99999. {}\n- {}",
    "> {}",
    "> {}\n> — {}",
    "> ```\n> {}\n> ```",
    "- a\n\n      {}\n",
    "| {} | b |\n|:-|--:|\n| c | `{}` |",
    "[{}](https://a.example/x)",
    "[a](<{}>)",
    "![{}](x.png)",
    "**{}** *{}* ~~{}~~",
    "<b>{}</b>",
    "a\\\n{}",
)
"""Every place of Markdown that is set in a way of its own."""

pieces = st.sampled_from([*JOINING, *HOSTILE, "a", " ", "\n", "漢", "é", "-", "`", "|", "x" * 50])
joined = st.lists(pieces, min_size=1, max_size=8).map("".join)


def one_line(text: str) -> str:
    """The text as a line of Markdown holds it."""
    return re.sub(r"[\n\r\0]", " ", text)


def check_set(text: str, width: int) -> None:
    """Put ``text`` in every place; no control character is sent, no line is too wide, nothing is raised."""
    who = Appearance(name=text, role=text, organisations=(text,))
    recap = "\n\n".join([*(place.replace("{}", one_line(text)) for place in PLACES), text])
    shared = {"title": text, "subtitle": text, "hosts": (who,), "partners": (Partner(name=text),), "tags": (text,)}
    episode = replace(
        EPISODE,
        **shared,
        summary=text,
        recap=recap,
        guests=(who,),
        place=text,
        licence=text,
        questions=(Question(number=1, text=text, asked_by=text, answer=text),),
        links=(Link(url=text, label=text), Link(url=f"http://a.example/{text}", label="là")),
        media=(Media(url=text, alt=text),),
    )
    series = replace(SERIES, **shared, introduction=text)
    comment = Comment(id="c", target="t", author=text, url=text, text=text)
    end = len(text)
    hits = [
        Hit(episode=episode, field="title", text=text, spans=((0, end),)),
        Hit(episode=episode, field="recap", text=text, place=None, spans=((end // 2, end),)),
        Hit(episode=episode, field="question", text=f"{text} {text}", place=2, spans=((0, end // 2),)),
    ]
    pages = [
        episode_page(replace(episode, recap=text), series, Settings()),
        series_page(series, [episode, DRAFT], Settings()),
        comment_page(comment, text, "fr", Settings()),
        hits_page([hits], Settings()),
    ]
    for noun, columns in COLUMNS.items():
        rows = [{column: [text, text] if column == "guests" else text for column in columns}, dict.fromkeys(columns)]
        pages += [table(noun, rows), table(noun, rows, ("title", "text", text))]
    for page in pages:
        sent = words(page, width)
        assert not CONTROLS.search(sent)
        assert max(map(cell_len, sent.split("\n"))) <= width


@pytest.mark.parametrize("width", range(20, 121, 4))
def test_what_joins_is_set_at_every_width(width: int) -> None:
    """Characters that join what stands before them may begin a line of code, an item, a cell, a title."""
    for number, text in enumerate(JOINING):
        check_set(text, width + number % 4)


@settings(max_examples=60)
@given(joined, st.integers(20, 120))
def test_any_mixture_is_set(text: str, width: int) -> None:
    """So may any mixture of these with what is hostile in other ways."""
    check_set(text, width)


def test_shared_hostile_strings_are_set(real_data: Path) -> None:
    """Every hostile string of the real data, each at another width."""
    folder = real_data / "hostile"
    strings = json.loads((folder / "blns" / "blns.json").read_text("utf-8"))
    for file in sorted(folder.glob("*/*.txt")):
        strings += file.read_text("utf-8", errors="replace").splitlines()
    for number, text in enumerate(dict.fromkeys(strings)):
        check_set(text, 20 + number % 101)
