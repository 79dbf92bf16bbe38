"""Recaps as plain text: lines, paragraphs, excerpts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totem_cli.markup.html import excerpt, paragraphs, to_text

RECAP = """# Le *titre*

Une phrase
sur deux lignes, x<sup>2</sup> &amp; `a < b`.

- un
- deux [lien](https://a.fr)

> Citation
> — Marie

|a|b|
|-|-|
|1|2|

![Une carte](media/c.png)
"""


def test_text_has_one_paragraph_a_line() -> None:
    """Headings, items and table rows are lines too; no markup is left."""
    assert to_text(RECAP).split("\n") == [
        "Le titre",
        "Une phrase sur deux lignes, x2 & a < b.",
        "un",
        "deux lien",
        "Citation",
        "— Marie",
        "a b",
        "1 2",
        "Une carte",
    ]


def test_paragraphs_are_the_top_level_blocks() -> None:
    """A list, a quotation, a table count as one each, in order."""
    assert paragraphs(RECAP) == [
        "Le titre",
        "Une phrase sur deux lignes, x2 & a < b.",
        "un deux lien",
        "Citation — Marie",
        "a b 1 2",
        "Une carte",
    ]


def test_rules_and_nothing_are_no_paragraphs() -> None:
    """Only blocks with words are counted."""
    assert paragraphs("a\n\n---\n\n<!-- c -->\n\nb") == ["a", "b"]
    assert paragraphs("") == []
    assert to_text("\n\n") == ""


@given(st.text())
def test_paragraphs_and_text_hold_the_same_words(source: str) -> None:
    """Both are views of the same lines."""
    assert " ".join(paragraphs(source)) == to_text(source).replace("\n", " ")


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("Un mot de plus", 14, "Un mot de plus"),
        ("Un mot de plus", 13, "Un mot de…"),
        ("Un mot, de plus", 9, "Un mot…"),
        ("Pourquoi\u00a0? Parce que", 12, "Pourquoi\u00a0?…"),
        ("Il dit : « oui »", 11, "Il dit…"),
        ("anticonstitutionnellement", 5, "anti…"),
        ("a\n b\t c", 200, "a b c"),
        ("abc", 0, ""),
        ("abc", 1, "…"),
    ],
)
def test_excerpt_is_cut_at_a_word(text: str, limit: int, expected: str) -> None:
    """The ellipsis is within the limit, and nothing that opens or joins stands before it."""
    assert excerpt(text, limit) == expected


@given(st.text(), st.integers(0, 50))
def test_excerpt_never_exceeds_its_limit(text: str, limit: int) -> None:
    """Whatever the text, and on one line."""
    result = excerpt(text, limit)
    assert len(result) <= limit
    assert "\n" not in result
