"""French spacing: what a demanding typographer expects, and what must never change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import not_empty
from totem_cli.language.typography import joined_numbers, microtypography, microtypography_pieces
from totem_cli.model.settings import Typography

if TYPE_CHECKING:
    from pathlib import Path

RULES = Typography()
NONE = Typography(before_colon="", inside_guillemets="", before_high="")
SPACES = re.compile("[ \u00a0\u202f\u2009]")

TEXTS = {  # ~ stands for U+00A0, _ for U+202F
    "Oui ! Non?": "Oui_! Non_?",
    "Quoi ?! Non!!!": "Quoi_?! Non_!!!",
    "à 12:30, 3:2, Jean 3:16": "à 12:30, 3:2, Jean 3:16",
    "C++ : oui": "C++~: oui",
    "std::x, a :: b": "std::x, a :: b",
    "Merci :-) ;) :) :/ ok:)": "Merci :-) ;) :) :/ ok:)",
    ":smile: ok": ":smile: ok",
    "Voir https://x.fr/?a=b;c!d, puis": "Voir https://x.fr/?a=b;c!d, puis",
    "Voir https://x.fr/?a=b !": "Voir https://x.fr/?a=b_!",
    "a@b.fr : oui": "a@b.fr~: oui",
    "« “mot” »": "«~“mot”~»",
    "«mot», «~mot »": "«~mot~», «~mot~»",
    "« Quoi? »": "«~Quoi_?~»",
    "le signe «?» ou \"?\"": "le signe «~?~» ou \"?\"",
    "10 000 000 € et 20 %": "10~000~000~€ et 20~%",
    "en 2020 300 personnes": "en 2020 300 personnes",
    "n° 3, 20 °C": "n°~3, 20~°C",
    "— Oui !\n— Non": "—~Oui_!\n—~Non",
    "un mot — deux": "un mot — deux",
    "a != b, /!\\": "a != b, /!\\",
    '{"a":"b"}': '{"a":"b"}',
    "mot\n: suite": "mot\n: suite",
    "!": "!",
    "«": "«",
}  # fmt: skip
texts = st.text(st.sampled_from("ab1 \u00a0\u202f!?;:«»“”\"'.…()-—°%€n\n/@&0"), max_size=24) | st.text(max_size=30)
rules = st.sampled_from([RULES, NONE, Typography(before_high="\u00a0")])


def spaced(text: str) -> str:
    """The text with its no-break spaces in place of their signs."""
    return text.replace("~", "\u00a0").replace("_", "\u202f")


@pytest.mark.parametrize(("source", "expected"), TEXTS.items())
def test_text(source: str, expected: str) -> None:
    """Spaces stand where the Imprimerie nationale wants them, nowhere else."""
    assert microtypography(spaced(source), "fr", RULES) == spaced(expected)


def test_other_languages_and_settings() -> None:
    """English, or typography that is off, changes nothing; French of any region is set."""
    assert microtypography("a ?", "en", RULES) == microtypography("a ?", "fr", Typography(apply=False)) == "a ?"
    assert microtypography_pieces(["a", " ?"], "en", RULES) == {}
    assert microtypography("a ?", "fr-CA", RULES) == "a\u202f?"
    assert microtypography("« a » : b !", "fr", NONE) == "«a»: b!"


@given(texts, rules)
def test_text_laws(text: str, rules: Typography) -> None:
    """Setting twice is setting once, and only spaces ever change."""
    once = microtypography(text, "fr", rules)
    assert microtypography(once, "fr", rules) == once
    assert SPACES.sub("", once) == SPACES.sub("", text)


@given(st.lists(texts), rules)
def test_pieces_are_set_as_one_text(pieces: list[str], rules: Typography) -> None:
    """Where a text is cut changes nothing of how it is set, and each piece keeps what is no space."""
    changed = microtypography_pieces(pieces, "fr", rules)
    made = [changed.get(at, piece) for at, piece in enumerate(pieces)]
    assert "".join(made) == microtypography("".join(pieces), "fr", rules)
    assert [SPACES.sub("", piece) for piece in made] == [SPACES.sub("", piece) for piece in pieces]


@given(st.text(st.sampled_from("abz09!?;:,.&=/%-"), max_size=20), texts)
def test_addresses_are_left_alone(path: str, text: str) -> None:
    """An address between spaces is never changed."""
    address = f"https://x.fr/{path}z"
    assert address in microtypography(f"{text} {address} {text}", "fr", RULES)


def test_real_recaps(real_data: Path) -> None:
    """Real French posts: only spaces change, once only."""
    folder = real_data / "frontmatter" / "lescastcodeurs-fr"
    if not folder.is_dir():
        pytest.skip("no French posts")
    for file in not_empty(sorted(folder.glob("*.md"))[::6]):
        text = file.read_text("utf-8")
        once = microtypography(text, "fr", RULES)
        assert microtypography(once, "fr", RULES) == once, file.name
        assert SPACES.sub("", once) == SPACES.sub("", text), file.name


@pytest.mark.parametrize(
    ("label", "joined"),
    [
        ("3 épisodes", "3~épisodes"),
        ("du 1er au 5 mai 2019", "du 1er~au 5~mai~2019"),
        ("9 avril 2020 à 18 h 30", "9~avril 2020~à 18~h~30"),
        ("Épisode 2", "Épisode~2"),
        ("2008–2024", "2008–2024"),
        ("12 March 2024", "12~March~2024"),
    ],
)
def test_no_break_beside_a_number(label: str, joined: str) -> None:
    """A number and the word that it counts stay on one line."""
    assert joined_numbers(label) == joined.replace("~", "\u00a0")
