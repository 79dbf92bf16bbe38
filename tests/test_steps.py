"""The steps of whatever meets texts of others grow as the text does, not with its square."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from msgspec.structs import replace
from rich.text import Text

from tests.steps import MOST, growth, steps
from tests.test_terminal_pages import EPISODE, SERIES, words
from totem_cli.archive.traces import Wanted
from totem_cli.documents.document import Document
from totem_cli.errors import TotemError
from totem_cli.language.collate import collation_key
from totem_cli.language.fold import fold
from totem_cli.language.slug import slugify
from totem_cli.language.typography import Typography, microtypography, microtypography_pieces
from totem_cli.language.visible import json_escaped, visible
from totem_cli.markup.blocks import parse_blocks
from totem_cli.markup.comment import comment_html
from totem_cli.markup.html import paragraphs, to_html
from totem_cli.markup.text import excerpt
from totem_cli.model.settings import Settings
from totem_cli.terminal.pages import episode_page
from totem_cli.terminal.plain import plain_episode
from totem_cli.terminal.wrap import chop, wrap

MARKDOWN = (
    "<!--", "a <!-- ", "a\n=\n", "# a\n", "> ", "> a\n\n", "- a\n", "- ", "1. a\n\n", "[", "[a](", "![", "![a](b) ",
    "*a ", "**a", "*a_ ", "_", "`a ", "~~a", "<", "<b>", "</b>", "<a href='x'>", "<?", "<![CDATA[", "&", "&nbsp;",
    "|a", "| a |\n|-|\n", "|a|\n", "http://", "https://a.b ", "www.", "a@", "[^a]", "[^a]: b\n\n", "[a]: b\n",
    "```\n", "* * *\n", "\\", "\n\n", "<br>", "<div>\n", "\t",
)  # fmt: skip
PROSE = (
    "a", "a ", "é", "e\u0301", "\u0301", "\u200d", "漢", "🙂", "« ", " »", "« a » ", "!?", "! ", "? ", " ;", ": ", '"',
    "'", "1 ", "000 ", "1 000 ", "n° ", "% ", "— ", "\n— ", "\u00a0", "-", "- -", "(", ")", "Bob ", "Bob Roy ",
    "\x1b", "\n",
)  # fmt: skip
FRONT = ("a=1\n", "[[a]]\n", "[a]\n", "a.b=1\n", '"', "'", "#\n", "[", "{", "a = [\n", "b = '''\n", "\n", "é = 1\n")

WANTED = Wanted(["Bob Roy", "Bob Bob", "Roy Bob"])


def document(text: str) -> None:
    """Read the front matter of a file; it need not be valid."""
    with suppress(TotemError):
        Document.parse(f'+++\ntitle = "x"\n{text}\n+++\n'.encode(), "x.md")


FUNCTIONS: dict[str, tuple[Callable[[str], object], tuple[str, ...]]] = {
    "blocks": (parse_blocks, MARKDOWN),
    "html": (to_html, MARKDOWN),
    "paragraphs": (paragraphs, MARKDOWN),
    "comment": (comment_html, MARKDOWN),
    "page": (lambda text: words(episode_page(replace(EPISODE, recap=text), SERIES, Settings())), MARKDOWN),
    "plain": (lambda text: plain_episode(replace(EPISODE, recap=text), SERIES, Settings()), MARKDOWN),
    "wrap": (lambda text: wrap(Text(text), 60), PROSE),
    "chop": (lambda text: chop(text, 60), PROSE),
    "typography": (lambda text: microtypography(text, "fr", Typography()), PROSE),
    "pieces": (lambda text: microtypography_pieces([text[:9], *text[9:]], "fr", Typography()), PROSE),
    "fold": (fold, PROSE),
    "slug": (slugify, PROSE),
    "collate": (lambda text: collation_key(text, "fr"), PROSE),
    "visible": (visible, PROSE),
    "json": (json_escaped, PROSE),
    "excerpt": (excerpt, PROSE),
    "spans": (WANTED.spans, PROSE),
    "redacted": (lambda text: WANTED.redacted(text, "x"), PROSE),
    "front matter": (document, FRONT),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_steps_grow_as_the_text_does(name: str) -> None:
    """Twice the text takes about twice the steps, whatever is repeated in it."""
    function, units = FUNCTIONS[name]
    grown = {unit: growth(function, unit, 100) for unit in units}
    assert {unit: round(by, 1) for unit, by in grown.items() if by > MOST} == {}


def test_steps_are_counted() -> None:
    """A loop in a loop is told from one."""

    def square(text: str) -> None:
        for _ in text:
            for _ in text:
                pass

    def line(text: str) -> None:
        for _ in text:
            pass

    assert growth(square, "a", 60) > 3.5
    assert growth(line, "a", 60) < 2.1
    assert steps(lambda: line("a" * 10)) == steps(lambda: line("b" * 10))
