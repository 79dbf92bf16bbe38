"""Pages on a terminal and in a pipe: what they say, how they are set, and that no text of anybody is obeyed."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from totem_cli.markup.blocks import Span
from totem_cli.model.episode import Episode
from totem_cli.model.parts import Appearance, Link, Media, Partner, Question
from totem_cli.model.series import Series
from totem_cli.model.settings import Settings, Typography
from totem_cli.terminal.console import console
from totem_cli.terminal.pages import episode_page, series_page
from totem_cli.terminal.plain import plain_episode, plain_series
from totem_cli.terminal.typeset import typeset

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import RenderableType

STYLES = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;[^;\x1b]*;[!-~]*\x1b\\")
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

RECAP = """Les stocks sont vides : qui l’avait prévu ? Personne ! On relit *les vieux contrats*, on compte
les jours ; rien n’arrive.

## Ce qu’on garde

> Produire ici, échanger loin.
> — Jeanne Morin, économiste

- des **masques** ;
- du gel ([la note](https://exemple.example/note)).

| Pays | Part |
|---|--:|
| Ici | 10 % |

```
if x :  y ! # "tel quel"
```
"""

HOST = Appearance(name="Paul Lenoir", role="rédacteur en chef du Fil")
NEWSROOM = Partner(name="Le Fil", billed_as="la rédaction du Fil")
SERIES = Series(
    id="s", slug="fil", title="Le Fil : dire et faire", language="fr", hosts=(HOST,), partners=(NEWSROOM,),
    introduction="Deux discussions.",
)  # fmt: skip
EPISODE = Episode(
    id="11111111-1111-4111-8111-111111111111",
    series="fil",
    slug="01-stocks",
    number=1,
    language="fr",
    title="Les stocks : et après ?",
    date="2020-04-09",
    hosts=(HOST,),
    partners=(NEWSROOM,),
    guests=(
        Appearance(name="Ada Brun", role="géographe"),
        Appearance(name="Luc Roy", role="PDG", organisations=("Halle", "Sept")),
    ),
    questions=(
        Question(number=1, text="Faut-il tout refaire ?"),
        Question(number=2, text="Qui paie ?", asked_by="Zoé"),
    ),
    recap=RECAP,
    tags=("stocks",),
    links=(Link(url="https://exemple.example/emission", label="L’émission"),),
)
DRAFT = replace(
    EPISODE,
    id="2",
    slug="02-suite",
    number=2,
    title="La suite",
    status="draft",
    date=None,
    recap="Bientôt.",
    questions=(),
)


def shown(page: RenderableType, width: int = 80, **environ: str) -> str:
    """What a terminal of that width is sent."""
    stream = io.StringIO()
    stream.isatty = lambda: True  # type: ignore[method-assign]
    console(stream, {"COLUMNS": str(width), "TERM": "xterm-256color", **environ}).print(page)
    return stream.getvalue()


def words(page: RenderableType, width: int = 80, **environ: str) -> str:
    """The same without its styles."""
    return STYLES.sub("", shown(page, width, **environ))


def test_an_episode_says_all_in_order() -> None:
    """Series and number, title, who takes part, host, recap, questions, links, tags: each once, in this order."""
    page = words(episode_page(EPISODE, SERIES, Settings())).replace("\u00a0", " ").replace("\u202f", " ")
    parts = [
        "Le Fil : dire et faire · Épisode 1 · 9 avril 2020",
        "Les stocks : et après ?",
        "Avec la rédaction du Fil, Ada Brun (géographe) et Luc Roy (PDG, Halle et Sept).",
        "Animé par Paul Lenoir (rédacteur en chef du Fil).",
        "Les stocks sont vides",
        "Ce qu’on garde",
        "▎ Produire ici, échanger loin.\n▎ — Jeanne Morin, économiste",
        "• des masques ;",
        'if x :  y ! # "tel quel"',
        "Questions",
        "1. Faut-il tout refaire ?",
        "2. Qui paie ?",
        "posée par Zoé",
        "L’émission",
        "Mots-clés : stocks",
    ]
    found = [page.find(part) for part in parts]
    assert -1 not in found, parts[found.index(-1)]
    assert found == sorted(found)


def test_a_series_reads_as_its_page() -> None:
    """Title, host, partner and introduction stand once, above the episodes; a draft says that it is one."""
    page = words(series_page(SERIES, [EPISODE, DRAFT], Settings()))
    assert page.count("Animé par") == 1
    assert page.count("Le Fil\u00a0: dire et faire") == 1
    assert (
        page.index("Deux discussions.") < page.index("Épisode\u00a01") < page.index("Épisode\u00a02\u00a0· brouillon")
    )


def test_an_episode_of_a_withdrawn_series_says_so() -> None:
    """An episode is marked by the more hidden of itself and its series."""
    assert "retiré" in words(episode_page(EPISODE, replace(SERIES, status="withdrawn"), Settings()))


@pytest.mark.parametrize("width", range(40, 121))
def test_lines_keep_to_french_rules(width: int) -> None:
    """At each width no line is too wide, begins with closing or ends with opening punctuation."""
    for rules in (Typography(), Typography(apply=False)):
        page = words(series_page(SERIES, [EPISODE, DRAFT], Settings(typography=rules)), width)
        lines = [line.strip(" ▎•") for line in page.split("\n") if "tel quel" not in line]
        assert all(line[:1] not in "!?;:»" for line in lines if line)
        assert all(not line.endswith("«") for line in lines)
        assert max(map(cell_len, page.split("\n"))) <= min(width, 88)


def test_spacing_is_french_on_the_page_only() -> None:
    """A terminal gets no-break spaces, outside code; a pipe, the source's characters."""
    page = words(episode_page(EPISODE, SERIES, Settings()))
    assert "vides\u00a0: qui" in page
    assert "prévu\u202f?" in page
    assert 'if x :  y ! # "tel quel"' in page
    plain = plain_episode(EPISODE, SERIES, Settings())
    assert "\u00a0" not in plain
    assert "\u202f" not in plain


def test_an_english_episode_has_english_labels_and_spacing() -> None:
    """Labels and spacing follow the language of the episode, not of the archive."""
    page = words(episode_page(replace(EPISODE, language="en"), SERIES, Settings()))
    assert "Episode\u00a01" in page
    assert "With la rédaction du Fil" in page
    assert "prévu ?" in page


def test_a_clean_web_address_is_a_hyperlink_on_a_terminal() -> None:
    """A link is an OSC 8 escape where styles are; elsewhere its address is written after it."""
    page = episode_page(EPISODE, SERIES, Settings())
    assert "https://exemple.example/note\x1b\\" in shown(page)
    assert "(https://exemple.example/note)" not in words(page)
    assert "(https://exemple.example/note)" in words(page, 200, TERM="dumb")
    assert "la note (https://exemple.example/note)" in plain_episode(EPISODE, SERIES, Settings())


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "http://a.example/\x1b]52;c;x\x07", "file:///etc", "http://é.example"]
)
def test_no_other_address_is_ever_in_an_escape(address: str) -> None:
    """Only http and https addresses of printable ASCII become hyperlinks."""
    page = shown(episode_page(replace(EPISODE, recap="", links=(Link(url=address, label="là"),)), SERIES, Settings()))
    assert "\x1b]8" not in page


def test_a_link_that_looks_like_another_shows_where_it_leads() -> None:
    """Where the text is itself an address, and not the one linked, the real one is written out."""
    recap = "[https://bon.example](https://mauvais.example/x)"
    assert "(https://mauvais.example/x)" in words(episode_page(replace(EPISODE, recap=recap), SERIES, Settings()))


@pytest.mark.parametrize(
    ("only", "told", "untold"),
    [
        ("recap", "Les stocks sont vides", "Faut-il"),
        ("guests", "Ada Brun", "Faut-il"),
        ("questions", "1. Faut-il", "Ada"),
    ],
)
def test_a_part_is_shown_alone(only: str, told: str, untold: str) -> None:
    """``only`` leaves the rest out, on a terminal and in a pipe."""
    for text in (
        words(episode_page(EPISODE, SERIES, Settings(), only=only)),  # type: ignore[arg-type]
        plain_episode(EPISODE, SERIES, Settings(), only=only),  # type: ignore[arg-type]
        plain_series(SERIES, [EPISODE], Settings(), only=only),  # type: ignore[arg-type]
    ):
        assert told in text
        assert untold not in text


def test_colours_are_of_the_sixteen() -> None:
    """Bold, dim, italic, underline and one of the terminal's own colours: readable on light and dark."""
    codes = {
        code
        for group in re.findall(r"\x1b\[([0-9;]*)m", shown(series_page(SERIES, [EPISODE], Settings())))
        for code in group.split(";")
    }
    assert codes <= {"0", "1", "2", "3", "4", "9", "35"}
    plain = shown(series_page(SERIES, [EPISODE], Settings()), NO_COLOR="1")
    assert "35" not in {code for group in re.findall(r"\x1b\[([0-9;]*)m", plain) for code in group.split(";")}


def test_plain_text_is_one_line_a_paragraph() -> None:
    """A paragraph that is broken in the source is one line in a pipe; lists, quotations and tables keep their marks."""
    plain = plain_episode(EPISODE, SERIES, Settings())
    assert "on compte les jours ; rien n’arrive.\n" in plain
    assert "> Produire ici, échanger loin.\n> — Jeanne Morin, économiste\n" in plain
    assert "- des masques ;\n- du gel" in plain
    assert "Pays | Part\nIci | 10 %\n" in plain
    assert "1. Faut-il tout refaire ?\n" in plain


def test_spans_are_spaced_across_styles() -> None:
    """A mark after emphasis or code gets its space; code and written-out addresses do not change."""
    spans = (
        Span("«", ), Span("mot", strong=True), Span("! Puis "), Span("a ! b", code=True), Span(" : "),
        Span("https://x.example/?a;b", href="https://x.example/?a;b"), Span(" ?"),
    )  # fmt: skip
    done = typeset(spans, "fr", Typography())
    assert [span.text for span in done if span.code or span.href] == ["a ! b", "https://x.example/?a;b"]
    assert "".join(span.text for span in done) == "«\u00a0mot\u202f! Puis a ! b\u00a0: https://x.example/?a;b\u202f?"
    assert [span.strong for span in done] == [span.strong for span in spans]


HOSTILE = [
    "\x1b]52;c;aGk=\x07",
    "\x1b[2J",
    "\x9b31m",
    "\x1b]8;;http://x\x07y",
    "\u202eabc",
    "[/nope]",
    "[link=javascript:1]x[/link]",
    ":smile:",
    "a\tb\nc\rd",
    "\x00",
    "\ud800",
    "`\x1b[1m`",
    "[a](<http://x/\x1b]52;>)",
    "```\n\x1b[2J\t x\n```",
    "| a |\n|-|\n| \x1b[1m[/x] |",
    "> " * 60 + "x",
    "- " * 60 + "x",
    "« " * 99,
    "x" * 999,
    "![\x1b](x\x1b)",
]


def check_shown_safely(text: str) -> None:
    """Put ``text`` in every field; no control character is sent, no line is too wide, nothing is raised."""
    who = Appearance(name=text, role=text, organisations=(text,))
    partner = Partner(name=text, billed_as=text)
    link = Link(url=text, label=text)
    shared = {"title": text, "subtitle": text, "hosts": (who,), "partners": (partner,), "tags": (text,)}
    episode = replace(
        EPISODE,
        **shared,
        summary=text,
        recap=text,
        guests=(who,),
        place=text,
        licence=text,
        questions=(Question(number=1, text=text, asked_by=text, answer=text),),
        links=(link, Link(url=f"http://a.example/{text}", label="là")),
        media=(Media(url=text, alt=text),),
    )
    series = replace(SERIES, **shared, introduction=text, links=(link,))
    for width in (40, 97):
        sent = words(series_page(series, [episode], Settings()), width)
        assert not CONTROLS.search(sent)
        assert max(map(cell_len, sent.split("\n"))) <= min(width, 88)
    assert not CONTROLS.search(words(episode_page(episode, series, Settings())))
    assert not CONTROLS.search(plain_episode(episode, series, Settings()) + plain_series(series, [episode], Settings()))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_escape_of_content_reaches_the_terminal(text: str) -> None:
    """Escapes, markup and bidirectional overrides in any field are shown, never sent."""
    check_shown_safely(text)


def test_naughty_strings_are_shown_safely(real_data: Path) -> None:
    """The big list of naughty strings, in every field."""
    for text in json.loads((real_data / "hostile" / "blns" / "blns.json").read_text("utf-8"))[::4]:
        check_shown_safely(text)
