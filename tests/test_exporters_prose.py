"""Prose: whatever the HTML, a tree in which every element may stand where it does."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import QUICK, texts
from totem_cli.exporters.prose import DEEPEST, HEADINGS, INLINE, Content, Node, phrase, prose, text_of
from totem_cli.markup.html import sanitise_html, to_html
from totem_cli.markup.tree import parse

BLOCKS = HEADINGS | {"p", "blockquote", "figure", "ul", "ol", "pre", "table", "hr"}


def check(contents: Iterable[Content], *, inline: bool, linked: bool = False) -> None:
    """Raise AssertionError where an element stands that may not."""
    for one in contents:
        if isinstance(one, str):
            continue
        assert one.tag in (INLINE if inline else BLOCKS), one.tag
        assert not (linked and one.tag == "a")
        inside = one.children
        if one.tag in ("ul", "ol", "figure", "table", "pre"):
            _check_parts(one)
            continue
        check(inside, inline=inline or one.tag in {*HEADINGS, "p"}, linked=linked or one.tag == "a")


def _check_parts(node: Node) -> None:
    assert node.children
    if node.tag == "pre":
        assert all(isinstance(one, str) for one in node.children)
        return
    kinds = [one.tag for one in node.children if isinstance(one, Node)]
    assert len(kinds) == len(node.children)
    if node.tag in ("ul", "ol"):
        assert set(kinds) == {"li"}
    elif node.tag == "figure":
        assert kinds[-1] == "figcaption"
        check(node.children[:-1], inline=False)
    else:
        assert set(kinds[1:]) <= {"tr"}
        assert kinds[0] in ("caption", "tr")
    for one in node.children:
        assert isinstance(one, Node)
        parts = one.children if one.tag == "tr" else (one,) if one.tag in ("li", "figcaption", "caption") else ()
        for part in parts:
            assert isinstance(part, Node)
            blocks = any(isinstance(child, Node) and child.tag in BLOCKS for child in part.children)
            check(part.children, inline=not blocks)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a</p>b<ul><li>c</li></ul>", ["p", "p", "ul"]),
        ("<li>a</li>", ["p"]),
        ("<b><p>a</p></b>", ["p"]),
        ("<ul>x<li></li><li>y<p>z</p></li></ul>", ["ul"]),
        ("<dl><dd>a</dd><dt>b</dt></dl>", ["ul", "p"]),
        ("<table><tbody></tbody></table><table><caption>a</caption></table>", ["p"]),
        ("<figure><blockquote><p>a</p></blockquote><figcaption>— B</figcaption></figure>", ["figure"]),
        ("<figure><figcaption>a</figcaption></figure>", ["p"]),
        ("<details><summary>a</summary>b</details>", ["p", "p"]),
        ("<h2></h2><p> </p><blockquote></blockquote>", []),
    ],
)
def test_shapes(html: str, expected: list[str]) -> None:
    """What may not stand where it does is moved to where it may, and what says nothing goes."""
    found = prose(parse(html, DEEPEST))
    assert [one.tag for one in found if isinstance(one, Node)] == expected
    check(found, inline=False)


def test_words_stay() -> None:
    """No word is lost on the way, not even of ruby, of nested links or at great depth."""
    html = "<ruby>漢<rp>(</rp><rt>kan</rt></ruby> <a href='x'>b <a href='y'>c</a></a> " + "<b>" * 90 + "d" + "</b>" * 90
    assert text_of(phrase(parse(html, DEEPEST))).split() == ["漢(kan)", "b", "c", "d"]


@QUICK
@given(st.lists(st.one_of(texts, st.sampled_from(["<table>", "<li>", "<a href=x>", "</p>", "<ul>", "<dt>", "<td>"]))))
def test_any_html(pieces: list[str]) -> None:
    """Whatever somebody wrote, the tree is sound, and says what the clean HTML says."""
    for html in (sanitise_html(" ".join(pieces)), to_html("\n\n".join(pieces))):
        found = prose(parse(html, DEEPEST))
        check(found, inline=False)
