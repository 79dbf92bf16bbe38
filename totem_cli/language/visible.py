"""Control characters made visible, so that text is shown and never obeyed."""

from __future__ import annotations

import re
from functools import cache

_UNSAFE = (
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2061-\u206f\u3164\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)


@cache
def _unsafe(controls: str) -> re.Pattern[str]:
    """What is to be escaped, with only these of the first control characters; compiled where it is needed."""
    return re.compile(_UNSAFE.replace("\x00-\x1f", controls))


def visible(text: str, *, newlines: bool = False) -> str:
    """Text with every control character, escape, bidirectional override and lone surrogate as a visible escape.

    ``newlines`` keeps line feeds and tabs. Joiners inside emoji and no-break spaces stay.
    """
    if text.isascii() and text.isprintable():
        return text
    if _is_plain(text.replace("\n", " ").replace("\t", " ") if newlines else text):
        return text
    return _unsafe("\x00-\x08\x0b-\x1f" if newlines else "\x00-\x1f").sub(_escape, text)


def _is_plain(text: str) -> bool:
    """Whether a line has surely nothing to escape, told without the pattern, which takes long to compile."""
    spaced = text.replace("\u00a0", " ").replace("\u202f", " ")
    if not spaced.isprintable() or any(blank in text for blank in "\u115f\u1160\u3164"):
        return False
    return b"\xf3\xa0" not in text.encode("utf-8")  # from U+E0000 to U+E0FFF


def json_escaped(text: str) -> str:
    """JSON text in which every such character is written as JSON's own escape (RFC 8259, section 7): the same value."""
    return text if text.isascii() and "\x7f" not in text else _unsafe("").sub(_json_escape, text)


def json_escaped_bytes(data: bytes) -> bytes:
    """The same for UTF-8, of which a few bytes tell most often that it holds no such character."""
    if any(byte in data for byte in _RARE) or any(pattern.search(data) for pattern in _unsafe_bytes()):
        return json_escaped(data.decode()).encode()
    return data


_RARE = (b"\x7f", b"\xd8", b"\xe1", b"\xe3", b"\xef", b"\xf3")
"""One of them is in the UTF-8 of each such character that does not begin with 0xC2 or 0xE2, and in little French."""


@cache
def _unsafe_bytes() -> tuple[re.Pattern[bytes], ...]:
    # two, since a pattern's first byte is looked for quickly, and any of two is not
    return (
        re.compile(rb"\xc2[\x80-\x9f\xad]"),
        re.compile(rb"\xe2(?:\x80[\x8b\x8e\x8f\xa8-\xae]|\x81[\xa1-\xaf])"),
    )


def _json_escape(match: re.Match[str]) -> str:
    pair = match[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{pair[at : at + 2].hex()}" for at in range(0, len(pair), 2))


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if match[0] in "\n\t\r":
        return {"\n": r"\n", "\t": r"\t", "\r": r"\r"}[match[0]]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
