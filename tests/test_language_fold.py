"""Folding, letters, slugs, order, visible text: tables of cases, laws, real names."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totem_cli.language import fold as folding
from totem_cli.language.collate import collation_key
from totem_cli.language.fold import fold, search_text, search_words
from totem_cli.language.letters import base_letters
from totem_cli.language.slug import BYTES, LIMIT, check_slug, slugify
from totem_cli.language.visible import visible

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def real_names(real_data: Path) -> list[str]:
    """Titles, speakers, naughty strings."""
    names: list[str] = json.loads((real_data / "hostile" / "blns" / "blns.json").read_text("utf-8"))
    for file in sorted((real_data / "hostile" / "xss").glob("*.txt")):
        names += file.read_text("utf-8", "replace").splitlines()
    for file in sorted((real_data / "pyvideo").glob("*.json"))[::5]:
        for talk in json.loads(file.read_text("utf-8")):
            names += [talk.get("title") or "", *(talk.get("speakers") or ())]
    return names


def laws_hold(text: str) -> None:
    """Assert every law that one text can break."""
    folded = fold(text)
    assert fold(folded) == folded
    slug = slugify(text)
    assert slugify(slug) == slug
    assert len(slug) <= LIMIT + 2
    assert len(slug.encode()) <= BYTES + 2
    if slug:
        assert check_slug(slug) == slug
    shown = visible(text)
    assert not any(unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in shown)
    assert not any(
        unicodedata.bidirectional(letter) in {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI"} for letter in shown
    )


@given(st.text())
def test_laws(text: str) -> None:
    """Folding and slugs are idempotent, slugs are valid, nothing unsafe is shown."""
    laws_hold(text)


def test_laws_on_real_names(real_names: list[str]) -> None:
    """The laws hold on real and hostile names."""
    for name in real_names:
        laws_hold(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Œuvre", "oeuvre"),
        ("L’Été", "l'ete"),
        ("e\u0301", "é"),
        (" a  b ", "A\u00a0B"),
        ("Jean–Paul", "jean-paul"),
        ("ß", "SS"),
    ],
)
def test_same(one: str, other: str) -> None:
    """Case, accents, ligatures, quotes, spaces make no difference."""
    assert fold(one) == fold(other)


def test_letters_that_differ() -> None:
    """A mark that makes another kana stays."""
    assert fold("が") != fold("か")
    assert base_letters("Œuvre") == "OEuvre"


def test_search_words() -> None:
    """Words are folded, each once."""
    assert search_words("L’Œuvre, l'œuvre !") == ["l", "oeuvre"]


def test_order() -> None:
    """Names sort as French readers expect, œ as oe."""
    right = ["cote", "coté", "côte", "côté", "Eau", "écran", "Écriture", "odeur", "œuvre", "Œuvre", "of", "Zola"]
    assert sorted(sorted(right), key=collation_key) == right
    assert sorted(["coté", "côte"], key=lambda text: collation_key(text, "fr-CA")) == ["côte", "coté"]


@given(st.text(), st.text())
def test_order_is_total(one: str, other: str) -> None:
    """Two texts have equal keys only where they are equal."""
    assert (collation_key(one) == collation_key(other)) == (one == other)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Œuvre & Cie", "oeuvre-et-cie"),
        ("L’écrivaine", "l-ecrivaine"),
        ("con", "con-x"),
        ("../a", "a"),
        ("...", ""),
        ("漢字", "漢字"),
        ("Оʼко", "о-ко"),
    ],
)
def test_slugs(text: str, slug: str) -> None:
    """Slugs keep every letter, and are names of files everywhere."""
    assert slugify(text) == slug


def test_german_slugs() -> None:
    """German writes umlauts with an e where it has no dots; decomposed ones too, and other accents as elsewhere."""
    assert slugify("Gespräche über Öl & Käse", language="de-AT") == "gespraeche-ueber-oel-und-kaese"
    assert slugify("Gespra\u0308che im Café", language="de") == "gespraeche-im-cafe"
    assert slugify("Gespräche", language="fr") == "gesprache"


@pytest.mark.parametrize(
    ("text", "shown"), [("\x1b[31m", "\\x1b[31m"), ("a\nb", "a\\nb"), ("\u202ex", "\\u202ex"), ("a\u202f!", "a\u202f!")]
)
def test_visible(text: str, shown: str) -> None:
    """Controls are shown as escapes; no-break spaces stay."""
    assert visible(text) == shown
    assert visible("a\n\tb\x07", newlines=True) == "a\n\tb\\x07"


LETTERS = st.one_of(st.characters(max_codepoint=0x24F), st.sampled_from("’“”–—…€œŒ\u202f\u2009\u0301\u00adſﬁΩ漢"))


@given(st.text(LETTERS))
def test_the_short_way_is_the_long_way(text: str) -> None:
    """Western text is folded at once, as it would be letter by letter."""
    assert fold(text) == folding._slowly(text)
    assert search_text(text) == " ".join(
        folding._WORD.findall(folding._unspaced().sub(r" \g<0> ", folding._slowly(text)))
    )
    assert fold("Œuvre « d’été »") == 'oeuvre " d\'ete "'
