"""Control characters as visible escapes, so that a terminal or a browser displays them and does not obey them."""

from __future__ import annotations

import re
from functools import cache

_UNSAFE = (
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    "|(?<![^\x00-\u02ff])[\u200c\u200d]"
)
"""What a terminal would obey, and what is not seen though it parts or turns text (Unicode's Default_Ignorable).

Joiners count only in Latin text: other scripts and emoji are written with them, and emoji with the last two selectors.
"""


@cache
def _unsafe(controls: str) -> re.Pattern[str]:
    """Return the pattern of what is escaped, with only ``controls`` of the first 32 characters."""
    return re.compile(_UNSAFE.replace("\x00-\x1f", controls))


def visible(text: str, *, newlines: bool = False) -> str:
    """Return the text with control characters, bidirectional overrides and lone surrogates as visible escapes.

    ``newlines`` keeps line feeds and tabs. No-break spaces, and joiners and selectors inside emoji, are always kept.
    """
    if text.isascii() and text.isprintable():
        return text
    return _unsafe("\x00-\x08\x0b-\x1f" if newlines else "\x00-\x1f").sub(_escape, text)


def json_escaped(text: str) -> str:
    """Return JSON text with the same characters as JSON escapes (RFC 8259, section 7): it has the same value."""
    return text if text.isascii() and "\x7f" not in text else _unsafe("").sub(_json_escape, text)


def json_escaped_bytes(data: bytes) -> bytes:
    """Return :func:`json_escaped` of UTF-8; a search for a few bytes mostly shows that nothing needs an escape."""
    if any(byte in data for byte in _RARE) or any(pattern.search(data) for pattern in _unsafe_bytes()):
        return json_escaped(data.decode()).encode()
    return data


_RARE = (b"\x7f", b"\xcd\x8f", b"\xd8", b"\xe1", b"\xe3", b"\xef", b"\xf0\x9b", b"\xf0\x9d\x85", b"\xf3")
"""The UTF-8 of each such character holds one of these, or starts with 0xC2 or 0xE2. They are rare in French."""


@cache
def _unsafe_bytes() -> tuple[re.Pattern[bytes], ...]:
    # Two patterns, since only a pattern with one possible first byte is searched for quickly.
    return (
        re.compile(rb"\xc2[\x80-\x9f\xad]"),
        re.compile(rb"\xe2(?:\x80[\x8b-\x8f\xa8-\xae]|\x81[\xa0-\xaf])"),
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
