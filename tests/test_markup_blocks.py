"""Recaps as blocks of spans."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totem_cli.markup.blocks import (
    Block,
    BulletList,
    Code,
    Heading,
    OrderedList,
    Paragraph,
    Quotation,
    Rule,
    Span,
    Spans,
    Table,
    parse_blocks,
)


def plain(text: str) -> Spans:
    """One span without style."""
    return (Span(text),)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("## Titre", Heading(2, plain("Titre"))),
        ("a\nb  \nc\\\nd", Paragraph(plain("a b\nc\nd"))),
        ("- a\n- b\n\n  c", BulletList(((Paragraph(plain("a")),), (Paragraph(plain("b")), Paragraph(plain("c")))))),
        ("3. a\n4. b", OrderedList(((Paragraph(plain("a")),), (Paragraph(plain("b")),)), 3)),
        ("0. a", OrderedList(((Paragraph(plain("a")),),), 0)),
        ("```py x\na\n\n  b\n```", Code("a\n\n  b", "py")),
        ("    a", Code("a")),
        ("---", Rule()),
        (
            "|a|b|c|\n|:-|:-:|-:|\n|*x*|y||",
            Table(
                (plain("a"), plain("b"), plain("c")),
                (((Span("x", emphasis=True),), plain("y"), ()),),
                ("left", "center", "right"),
            ),
        ),
        ("> a\n> — V", Quotation((Paragraph(plain("a")),), plain("— V"))),
        ("> a\n>\n> — *V*", Quotation((Paragraph(plain("a")),), (Span("— "), Span("V", emphasis=True)))),
        (
            "> *a\n> — V*",
            Quotation((Paragraph((Span("a", emphasis=True),)),), (Span("— V", emphasis=True),)),
        ),
        ("> a\n> b — V", Quotation((Paragraph(plain("a b — V")),))),
        ("> — V", Quotation((Paragraph(plain("— V")),))),
        ("> a\n> —", Quotation((Paragraph(plain("a —")),))),
        ("> > a\n> > — V", Quotation((Quotation((Paragraph(plain("a")),), plain("— V")),))),
        ("<div>\nmot <b>gras</b>\n</div>", Paragraph(plain("mot gras"))),
        ("[^1]: note", Paragraph(plain("[^1]: note"))),
        ("> [^1]: note\ue000", Quotation((Paragraph(plain("[^1]: note\ue000")),))),
        ("```\n[^1]: note\n```", Code("[^1]: note")),
    ],
)
def test_each_block_is_its_own_kind(source: str, expected: Block) -> None:
    """One case a kind."""
    assert parse_blocks(source) == (expected,)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a *b **c***", (Span("a "), Span("b ", emphasis=True), Span("c", emphasis=True, strong=True))),
        ("`a*b` ~~c~~", (Span("a*b", code=True), Span(" "), Span("c", strike=True))),
        ("[a *b*](x)", (Span("a ", href="x"), Span("b", emphasis=True, href="x"))),
        ("[a](javascript:1)", plain("a")),
        ("[a](http://é.fr/é%C3%A9?é#é)", (Span("a", href="http://é.fr/%C3%A9%C3%A9?%C3%A9#%C3%A9"),)),
        ("[a](foo:1)", plain("a")),
        ("![une *carte*](m.png)", (Span("une carte", href="m.png"),)),
        ("![](https://a.fr/c.png)", (Span("c.png", href="https://a.fr/c.png"),)),
        ("[![x](m.png)](y)", (Span("x", href="y"),)),
        ("<https://a.fr/>", (Span("https://a.fr/", href="https://a.fr/"),)),
        ("voir https://a.fr/b.", (Span("voir "), Span("https://a.fr/b", href="https://a.fr/b"), Span("."))),
        ("LeChaudron.io", plain("LeChaudron.io")),
        ("x<sup>2</sup><br>y", plain("x2\ny")),
        ("<script>x</script> [sic] [/nope] <nope>", None),
        ("a &amp; \\* &lt;b>", plain("a & * <b>")),
        ("a\x1b[31m", plain("a\x1b[31m")),
    ],
)
def test_spans_carry_their_style(source: str, expected: Spans | None) -> None:
    """Neighbours of one style are one span; what presents is dropped, other raw HTML is text."""
    (block,) = parse_blocks("z " + source)
    assert isinstance(block, Paragraph)
    if expected is None:
        assert block.spans == plain("z " + source)
    else:
        first = (Span("z " + expected[0].text), *expected[1:]) if expected[0] == Span(expected[0].text) else None
        assert block.spans == (first or (Span("z "), *expected))


@pytest.mark.parametrize("piece", ["> ", "- ", "*", "**a ", "[", "![", "~~", "<b>", "`", "|", "[^1]: ", "1. > "])
def test_what_is_nested_without_end_is_parsed(piece: str) -> None:
    """Neither Python's stack nor C's runs over; what is too deep is left out."""
    parse_blocks(piece * 20_000 + "a" + "*" * 20_000)


def test_nothing_is_no_block() -> None:
    """Neither blank lines nor comments nor link definitions."""
    assert parse_blocks("\n\n<!-- a -->\n\n[a]: x\n") == ()


@given(
    st.text(alphabet=st.one_of(st.sampled_from("#>—-*_`|~[]()!<>/ab \n1."), st.characters(codec="utf-8")), max_size=80)
)
def test_any_text_is_parsed_the_same_twice(source: str) -> None:
    """No text raises, and one parser serves all without remembering."""
    assert parse_blocks(source) == parse_blocks(source)
