"""Every word of a page is in the archive or in a note: held with html.parser as another reader of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import not_empty
from tests.page_labels import LABELS, OTHERWISE, UNDERSTOOD
from totem_cli.errors import InvalidError
from totem_cli.importers import Imported, Options
from totem_cli.importers.page import read
from totem_cli.language.fold import fold

_WORD = re.compile(r"[^\W_]+")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufffd"))
_INLINE = frozenset("a abbr b em font i iframe label mark s small span strong sub sup time u".split())


class _Reader(HTMLParser):
    """The texts of a page, but for scripts and styles; U+200B ends each, so that words are known joined and apart."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._inside = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside += tag in ("script", "style")
        self.texts.append("" if tag in _INLINE else " ")

    def handle_endtag(self, tag: str) -> None:
        self._inside = max(0, self._inside - (tag in ("script", "style")))
        self.texts.append("" if tag in _INLINE else " ")

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.texts.append(f"{data}\u200b")


def words(text: str) -> set[str]:
    """The words of a text; numbers of up to three digits only number something."""
    found = _WORD.findall(fold(text.translate(_INVISIBLE)))
    return {word for word in found if not (word.isdecimal() and len(word) < 4)}


def strings(value: Any) -> Iterator[str]:
    """Every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from (*strings(key), *strings(one))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from strings(one)
    elif isinstance(value, int):
        yield str(value)


def lost(text: str, found: Imported) -> set[str]:
    """The words of a page that are nowhere."""
    reader = _Reader()
    reader.feed(text)
    there = set(UNDERSTOOD)
    for one in strings(msgspec.to_builtins([*found.series, *found.episodes])):
        there |= words(one)
    for note in found.notes:
        there |= words(note.what)
    together = "".join(reader.texts).split()
    return {word for one in together if words(one) - there for word in words(one.replace("\u200b", " "))} - there


WORDS = st.text(alphabet="bcdfghjklmnpqrstvwxz", min_size=4, max_size=9)
LINES = st.lists(WORDS, min_size=1, max_size=14).map(" ".join)
NAMES = st.tuples(WORDS, WORDS).map(lambda two: f"{two[0].capitalize()} {two[1].capitalize()}")
BLOCKS = st.one_of(
    *(
        LINES.map(pattern.format)
        for pattern in (
            "<p>{}</p>",
            "<p>{}.</p>",
            "<p>{} ?</p>",
            "<p><b>{}</b></p>",
            "<p>{}<br>x</p>",
            "<h1>{}</h1>",
            "<h2>{}</h2>",
            "<h3>{} ?</h3>",
            "<h2>Questions</h2><ul><li>{} ?</li><li>y ?</li></ul>",
            "<ul><li>{}</li><li>y<ul><li>z</li></ul></li></ul>",
            "<ol><li>{} ?</li></ol>",
            "<table><tr><th>Nom</th><th>{}</th></tr><tr><td>a</td><td>b</td></tr></table>",
            "<table><caption>{}</caption><tr><td>a</td><td>b</td></tr></table>",
            "<dl><dt>Lieu</dt><dd>{}</dd></dl>",
            "<dl><dt>{}</dt><dd>b</dd></dl>",
            "<p>Lieu : {}</p>",
            "<p>Date : {}</p>",
            "<p>Thèmes : {}</p>",
            "<p>Avec {}.</p>",
            "<h2>Invités</h2><ul><li>{}</li></ul>",
            "<p>Titre : {}</p>",
            "<dl><dt>{} ?</dt><dd>b</dd></dl>",
            "<ul><li>Lieu : {}</li></ul>",
            "<table class='properties'><tr><th>a</th><td>{}</td></tr></table>",
            "<p>Animé par {}</p>",
            "<p>Publié le 3 mars 2020 par {}</p>",
            "<p>Par {}</p>",
            "<aside>{}</aside>",
            "<nav><a href='/'>{}</a></nav>",
            "<header><p>{}</p></header>",
            "<footer>{}</footer>",
            "<form><label>{}</label><input></form>",
            "<div class='share'>{}</div>",
            "<div class='comments'><p>{}</p><form>w</form></div>",
            "<div class='entry-meta'>{}</div>",
            "<div class='field'><div class='field__label'>{}</div><div class='field__item'>a</div></div>",
            "<figure><img src='a.jpg' alt=''><figcaption>{}</figcaption></figure>",
            "<blockquote><p>{}</p></blockquote>",
            "<pre>{}</pre>",
            "<details><summary>{}</summary><p>a</p></details>",
            "<noscript>{}</noscript>",
            "<svg><text>{}</text></svg>",
            "<template>{}</template>",
            "<p hidden>{}</p>",
            "<main><p>{}</p></main>",
            "<article><h2>{}</h2><p>a</p></article>",
            "<h2>Épisode 1 : {}</h2><p>Avec Ada Brun.</p>",
            "<h2>Commentaires</h2><p>{}</p>",
            "<h2>Sommaire</h2><ul><li>{}</li></ul>",
            " {} ",
            " <span>{}</span> ",
            "<button>{}</button>",
            "<select><option>{}</option></select>",
            "<textarea>{}</textarea>",
            "<title>{}</title>",
            "<p>a<sup><a href='#ftnt1'>[1]</a></sup></p><div><p><a href='#ftnt_ref1'>[1]</a>{}</p></div>",
        )
    ),
    st.tuples(NAMES, LINES, NAMES).map(lambda one: f"<p>Avec {one[0]}, {one[1]} de {one[2]}.</p>"),
    st.tuples(NAMES, NAMES).map(lambda one: f"<p>Invités : {one[0]} et {one[1]}</p>"),
    st.just("<hr>"),
)


@given(st.lists(BLOCKS, min_size=1, max_size=12))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_word_of_a_generated_page_is_lost(blocks: list[str]) -> None:
    """Whatever a page is made of, in whatever order."""
    text = "<html lang='fr'><body><p>Un mot</p>" + "".join(blocks) + "</body></html>"
    assert lost(text, read(text.encode(), Options(name="page.html"))) <= {
        "nom",
        "themes",
        "publie",
        "mars",
        "2020",
        "titre",
    }


@given(st.lists(st.one_of(LINES, LINES.map("- {}".format), LINES.map("Lieu : {}".format), st.just("")), max_size=20))
@settings(max_examples=200, deadline=None)
def test_no_word_of_a_generated_text_is_lost(lines: list[str]) -> None:
    """Plain text, too."""
    text = "\n".join(["Un titre de trois mots", "", *lines, "fin"])
    assert lost(text, read(text.encode(), Options(name="page.txt"))) == set()


def test_no_word_of_the_pages_is_lost() -> None:
    """The pages of this folder, all of a make."""
    for path in not_empty(sorted((Path(__file__).parent / "pages").glob("*.html"))):
        found = lost(path.read_text("utf-8"), read(path, Options())) - LABELS
        assert found <= OTHERWISE, (path.name, found)


def test_no_word_of_a_real_page_is_lost(real_data: Path) -> None:
    """Pages of the web, of any kind."""
    for path in not_empty(sorted((real_data / "webpages").rglob("*.html"))):
        try:
            imported = read(path, Options())
        except InvalidError:
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        assert lost(text, imported) - LABELS <= OTHERWISE, path
