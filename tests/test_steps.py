"""The steps of whatever meets texts of others grow as the text does, not with its square."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from rich.text import Text

from tests.steps import MOST, growth, steps
from tests.test_terminal_pages import EPISODE, SERIES, words
from totem_cli import Archive
from totem_cli.archive.applying import Statement
from totem_cli.archive.traces import Wanted
from totem_cli.documents.document import Document
from totem_cli.errors import TotemError
from totem_cli.importers import Options, ics, page, table
from totem_cli.importers.folder.arguments import read_call
from totem_cli.importers.folder.body import Body
from totem_cli.importers.folder.files import Files
from totem_cli.importers.folder.links import Links
from totem_cli.importers.folder.matter import Matter
from totem_cli.importers.guests import read_guest, read_guests
from totem_cli.importers.wordpress.content import post_markdown
from totem_cli.language.collate import collation_key
from totem_cli.language.fold import fold
from totem_cli.language.human_dates import parse_date
from totem_cli.language.slug import slugify
from totem_cli.language.typography import microtypography, microtypography_pieces
from totem_cli.language.visible import json_escaped, visible
from totem_cli.markup.blocks import parse_blocks
from totem_cli.markup.comment import comment_html
from totem_cli.markup.html import paragraphs, to_html
from totem_cli.markup.text import excerpt
from totem_cli.model.settings import Settings, Typography
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

PAGE = ("&nbsp;", "<!--", "a ", "<ul><li>a", "<b>", "<p>Date : a</p>", "<p>Invités : Bob Roy</p>", "<h2>a</h2>", "<br>")
PEOPLE = ("Bob Roy, ", "Bob Roy et ", "bob Roy ", "Bob ", "a de ", " chez ", "a (", "a) ", ", PDG", " - ", "\n", ";")
CELL = ("-", "a ", "1 ", "é", "(", "a/", ": ", "Titre ", "\u00a0", "'")
DATE = ("1 ", "1", "/", "-", "mai ", "lundi ", "à ", "h", ":", ".", "du ", "au ", "(", "1 mai 2020 ", "2020-", "am ")
FOLDER = (
    "{{< ", "{{< a >}}", "{% ", "{% a %}", "{# ", "{: ", "[[", "[[a]] ", "[a](b.md) ", "](", "> [!a]\n", "> ", ":::a\n",
    ":", "%%", "<a href='", "<a ", "`a ", "```\n", "\t", "#a ", '{{< a b="', "(",
)  # fmt: skip
CALL = ("a", "a=", "a ", '"', '\\"', "'", "`", "=", "-", "a='b' ", ", ")

WANTED = Wanted(["Bob Roy", "Bob Bob", "Roy Bob"])


def document(text: str) -> None:
    """Read the front matter of a file; it need not be valid."""
    with suppress(TotemError):
        Document.parse(f'+++\ntitle = "x"\n{text}\n+++\n'.encode(), "x.md")


def read(module: Any, content: str, name: str) -> None:
    """Import a text; it need not hold anything."""
    with suppress(TotemError):
        module.read(content.encode(), Options(name=name))


def date(text: str) -> None:
    """Read a date, which a text need not be."""
    with suppress(TotemError):
        parse_date(text, language="fr")


def body(text: str) -> None:
    """Read the text of a file of a folder."""
    links = Links(Files(b"", Options(name="x.md")))
    Body(Matter("x.md", {}, text, form="none"), "x.md", "s", links, syntax="markdown").read()


def calendar(text: str) -> None:
    """Read a calendar with this text in its event."""
    event = f"BEGIN:VEVENT\nUID:1\nDTSTART:20200101T100000Z\nSUMMARY:a{text}\nEND:VEVENT\n"
    read(ics, f"BEGIN:VCALENDAR\nVERSION:2.0\n{event}END:VCALENDAR\n", "a.ics")


IMPORTED: dict[str, tuple[Callable[[str], object], tuple[str, ...]]] = {
    "table header": (lambda text: read(table, f'Titre,"{text}"\nx,y\n', "t.csv"), CELL),
    "people of a cell": (lambda text: read(table, f'Titre,Invités\nx,"{text}"\n', "t.csv"), PEOPLE),
    "guests": (read_guests, PEOPLE),
    "guest": (read_guest, PEOPLE),
    "date": (date, DATE),
    "page heading": (lambda text: read(page, f"<h1>{text}x</h1><p>a</p>", "p.html"), PAGE),
    "page text": (lambda text: read(page, f"<h1>Titre</h1><p>a</p>{text}", "p.html"), PAGE),
    "folder body": (body, FOLDER),
    "shortcode": (read_call, CALL),
    "calendar": (calendar, ("\n x", "\\,", "\nDESCRIPTION:a", "\nATTENDEE;CN=a:b", ";", '"')),
    "post": (
        lambda text: post_markdown(text, "https://a.example/", {}, []),
        ("<!--", "<!-- wp:a -->", "[code]", "[a "),
    ),
}

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


@pytest.mark.parametrize("name", IMPORTED)
def test_steps_of_an_import_grow_as_the_text_does(name: str) -> None:
    """So do those of importers, which meet pages, tables, calendars and folders of others."""
    function, units = IMPORTED[name]
    grown = {unit: growth(function, unit, 40) for unit in units}
    assert {unit: round(by, 1) for unit, by in grown.items() if by > MOST} == {}


def _apply(archive: Archive, ref: str, texts: list[str]) -> None:
    questions = [{"text": text, "asked_by": "Ada"} for text in texts]
    archive.apply([Statement("episode", {"series": "s", "slug": ref.removeprefix("s/"), "questions": questions})])


MANY: dict[str, Callable[[Archive, str, list[str]], object]] = {
    "questions": lambda archive, ref, texts: archive.questions.add(ref, *texts),
    "questions again": lambda archive, ref, texts: archive.questions.add(
        ref, *texts, asked_by="Luc", if_exists="update"
    ),
    "tags": lambda archive, ref, texts: archive.tags.add(ref, *texts),
    "statements": _apply,
}


@pytest.mark.parametrize("name", MANY)
def test_steps_of_adding_many_grow_with_their_number(name: str, tmp_path: Path) -> None:
    """A thousand questions are one edit of a file, which is read and checked once, whether they are new or changed."""
    archive = Archive.create(tmp_path / "archive", title="Essai")
    archive.series.add("S")
    numbers = count(1)

    def begin(size: int) -> tuple[str, list[str]]:
        ref = f"s/e{next(numbers)}"
        archive.episodes.add(ref.removeprefix("s/"), series="s")
        texts = [f"Question {number} ?" for number in range(size)]
        if name in ("questions again", "statements"):
            archive.questions.add(ref, *texts, asked_by="Bob")
        return ref, texts

    MANY[name](archive, *begin(10))
    counts = [steps(partial(MANY[name], archive, *begin(size))) for size in (100, 200, 400)]
    archive.close()
    assert min(later / earlier for earlier, later in pairwise(counts)) < MOST


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
