"""Control characters made visible: JSON's escapes, told from text and from UTF-8."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totem_cli.language.visible import json_escaped, json_escaped_bytes, visible

_TEXT = st.text(
    st.characters(exclude_categories=["Cs"])
    | st.sampled_from("\x7f\x85\xad\u061c\u200b\u202e\u202f\ufeff\U000e0001é’«")
)


@given(_TEXT)
def test_utf_8_is_escaped_as_text_is(text: str) -> None:
    """The same value, written the same way."""
    written = json.dumps(text, ensure_ascii=False)
    escaped = json_escaped_bytes(written.encode())
    assert escaped.decode() == json_escaped(written)
    assert json.loads(escaped) == text


def test_each_character_that_is_escaped_alone() -> None:
    """Each by itself: no other one is there to give it away."""
    plain = "".join(chr(code) for code in range(0x20, 0x110000) if not 0xD800 <= code < 0xE000)
    unsafe = [
        character for character, escaped in zip(plain, map(json_escaped, plain), strict=True) if character != escaped
    ]
    assert len(unsafe) > 4_000
    for character in unsafe:
        assert json_escaped_bytes(character.encode()) == json_escaped(character).encode() != character.encode()


IGNORABLE = (
    "00ad 034f 061c 115f-1160 17b4-17b5 180b-180f 200b-200f 202a-202e 2060-206f 3164 fe00-fe0f feff ffa0 fff0-fff8 \
1bca0-1bca3 1d173-1d17a e0000-e0fff"
)
"""Default_Ignorable_Code_Point (Unicode 16, DerivedCoreProperties.txt)."""


def test_what_is_not_seen_is_made_visible() -> None:
    """Every character that text does not show is an escape in Latin text, but for the selectors of emoji."""
    for part in IGNORABLE.split():
        first, _, last = part.partition("-")
        for code in range(int(first, 16), int(last or first, 16) + 1):
            if code not in (0xFE0E, 0xFE0F):
                assert visible(f"a{chr(code)}b").isascii(), hex(code)
                assert len(visible(f"a{chr(code)}b")) > 3


@pytest.mark.parametrize("text", ["👩\u200d🚀", "❤\ufe0f", "می\u200cخواهم", "क्\u200dष"])
def test_what_scripts_and_emoji_need_stays(text: str) -> None:
    """Joiners stay where letters and emoji are joined by them."""
    assert visible(text) == text
