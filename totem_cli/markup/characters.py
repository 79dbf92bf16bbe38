"""The characters that neither HTML nor XML allows, taken out."""

from __future__ import annotations

import re
from unicodedata import category

_BLANK = frozenset({"Cc", "Cf", "Cn", "Cs", "Zl", "Zp", "Zs"})
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks of which nothing is seen: Unicode's Default_Ignorable, and an empty pattern of Braille."""

_CONTROLS = bytes(code for code in (*range(32), 127) if code not in b"\t\n")
_SECOND_CONTROLS = re.compile(rb"\xc2[\x80-\x9f]")
_LAST_TWO = "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
_FORBIDDEN = re.compile(f"[\x80-\x9f\ufdd0-\ufdef{_LAST_TWO}]")


def allowed(text: str) -> str:
    """The text without controls other than tab and line feed, noncharacters and lone surrogates.

    HTML (13.1) and XML 1.0 (2.2) both refuse them, written out or as references. CR LF and CR are LF.
    """
    return text if text.isprintable() else encoded(text).decode()


def encoded(text: str) -> bytes:
    """The same, in UTF-8."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    data = text.encode("utf-8", "replace").translate(None, _CONTROLS)
    return _FORBIDDEN.sub("", data.decode()).encode() if _is_doubtful(data) else data


def _is_doubtful(text: bytes) -> bool:
    # a noncharacter holds one of these two bytes, which French does not
    return b"\xbf" in text or b"\xef" in text or _SECOND_CONTROLS.search(text) is not None


def is_blank(text: str) -> bool:
    """Whether a reader sees nothing of a text: spaces, controls, format characters such as U+FEFF, selectors only."""
    if text[:1].isascii() and text[:1].isalnum():
        return False
    return all(category(one) in _BLANK or _UNSEEN.match(one) for one in text)
