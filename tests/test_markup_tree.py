"""The tree of clean HTML: what is parsed is written again, whatever it holds and however deep."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.test_markup_html import markdown
from tests.test_markup_sanitiser import soup
from totem_cli.markup.blocks import Paragraph, parse_blocks
from totem_cli.markup.comment import comment_html
from totem_cli.markup.html import sanitise_html, to_html, to_text
from totem_cli.markup.tree import DEEPEST, Element, elements, html_of, parse, split_last_line, text_of


@given(soup)
def test_sanitised_html_is_written_as_it_was(html: str) -> None:
    """Parsing and writing change nothing."""
    clean = sanitise_html(html)
    assert html_of(parse(clean)) == clean


@given(markdown)
def test_a_recap_is_written_as_it_was(source: str) -> None:
    """Nor where the sanitiser was not asked."""
    html = to_html(source)
    assert html_of(parse(html)) == html


def test_text_and_values_are_as_people_read_them() -> None:
    """References are characters in the tree, and references again in HTML; a quoted value may hold any sign."""
    link = next(elements(parse('<a href="?a&amp;b" title="1 > 0 &quot;<&quot;">R&amp;D <br> x</a>')))
    assert link.attributes == {"href": "?a&b", "title": '1 > 0 "<"'}
    assert text_of(link.children) == "R&D  x"
    assert html_of([link]) == '<a href="?a&amp;b" title="1 &gt; 0 &quot;&lt;&quot;">R&amp;D <br> x</a>'


def test_what_is_too_deep_loses_its_tags_and_keeps_its_words() -> None:
    """A recap of any depth has a page: neither the stack of calls nor a reader bears ten thousand quotations."""
    nodes = parse("<blockquote>" * 10_000 + "<p>a</p><hr>b" + "</blockquote>" * 10_000 + "c")
    assert text_of(nodes) == "abc"
    assert len([*elements(nodes)]) == DEEPEST + 1
    assert to_text("> " * 10_000 + "mot\n") == "mot"
    assert "mot" in sanitise_html("<b><i>" * 10_000 + "mot")


@pytest.mark.parametrize(
    ("html", "before", "after"),
    [
        ("a\nb\nc", "a\nb", "c"),
        ("a<br>\nb", "a", "b"),
        ("a<br>b", "a", "b"),
        ('<a href="x">a <em>b\nc</em> d</a> e', '<a href="x">a <em>b</em></a>', '<a href="x"><em>c</em> d</a> e'),
    ],
)
def test_the_last_line_is_split_off(html: str, before: str, after: str) -> None:
    """What holds the break is on both sides."""
    split = split_last_line(parse(html))
    assert split is not None
    assert (html_of(split[0]), html_of(split[1])) == (before, after)


def test_one_line_is_not_split() -> None:
    """Nothing stands before the first line."""
    assert split_last_line([Element("em", {}, ["a"]), "b"]) is None


@pytest.mark.parametrize("piece", ["<!--", "!", "a\n=\n", "[", "<b>", "&", '"', "<br>\n— "])
def test_time_grows_with_the_text(piece: str) -> None:
    """A piece that repeats is read in time that grows with its length; by the square this would not come to an end."""
    text = piece * 60_000
    parse_blocks(text)
    to_html(text)
    assert comment_html(text)


def test_comments_of_raw_html_are_no_words() -> None:
    """One that is never closed is text."""
    (block,) = parse_blocks("<div><!-- a --><b>c</b> <!-- d\n")
    assert isinstance(block, Paragraph)
    assert "".join(span.text for span in block.spans) == "c <!-- d"
