"""Control characters made visible: JSON's escapes, told from text and from UTF-8."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from totem_cli.language.visible import json_escaped, json_escaped_bytes

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
