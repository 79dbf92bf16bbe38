"""What a comment may be: the rules for one that comes in, from a command or from a form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

from totem_cli.errors import InvalidError
from totem_cli.markup.characters import is_blank
from totem_cli.model.fields import EpisodeFields, SeriesFields
from totem_cli.model.settings import Settings

AUTHOR_LENGTH = 100
TEXT_LENGTH = 10_000
URL_LENGTH = 500
EMAIL_LENGTH = 254
"""The longest address that can be delivered to (RFC 3696, erratum 1690)."""

Fault = Literal["missing", "too-long", "characters", "is-email", "bad-address", "bad-email"]

WORDS: Mapping[Fault, str] = {
    "missing": "is missing",
    "too-long": "is too long",
    "characters": "holds characters that are not text: controls or changes of direction",
    "is-email": "is an e-mail address, and would be published",
    "bad-address": "is not an address of the web: http:// or https://",
    "bad-email": "is not an e-mail address",
}

_NOT_TEXT = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u206f\ud800-\udfff\ufff9-\uffff"
_IN_LINES = re.compile(f"[{_NOT_TEXT}]")
_IN_LINE = re.compile(f"[\t\n{_NOT_TEXT}]")
_EMAIL = re.compile(r"(?<![^\s@<>\"(),:;\\])[^\s@<>\"(),:;\\]+@[^\s@<>\"(),:;\\]+\.[^\s@<>\"(),:;\\.]+")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:[/?#].*)?")


def takes_comments(settings: Settings, thing: EpisodeFields | SeriesFields) -> bool:
    """Whether new comments are taken on an episode or series: it says so itself, else its series, else the archive."""
    return settings.comments.open if thing.comments_open is None else thing.comments_open


def author(text: str) -> str:
    """A name as it is kept: no space around it, no two in a row."""
    return " ".join(word for word in text.split(" ") if word)


def body(text: str) -> str:
    """A text as it is kept: line feeds only, no empty lines around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def address(text: str | None) -> str | None:
    """A web address as it is kept; ``example.org`` as people type it gets its scheme; None for none."""
    typed = (text or "").strip()
    return (f"https://{typed}" if _DOMAIN.fullmatch(typed) else typed) or None


def author_fault(text: str) -> Fault | None:
    """What is wrong with a name."""
    if is_blank(text):
        return "characters" if _IN_LINE.search(text) else "missing"
    if _EMAIL.search(text):
        return "is-email"
    return _line_fault(text, AUTHOR_LENGTH)


def text_fault(text: str) -> Fault | None:
    """What is wrong with what was said."""
    if is_blank(text):
        return "missing"
    if len(text) > TEXT_LENGTH:
        return "too-long"
    return "characters" if _IN_LINES.search(text) else None


def url_fault(text: str | None) -> Fault | None:
    """What is wrong with a web address, if one is given."""
    if not text:
        return None
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        good = False
    if not good or any(letter.isspace() for letter in text):
        return "bad-address"
    return _line_fault(text, URL_LENGTH)


def email_fault(text: str | None) -> Fault | None:
    """What is wrong with an e-mail address, if one is given."""
    if not text:
        return None
    return _line_fault(text, EMAIL_LENGTH) or (None if _EMAIL.fullmatch(text) else "bad-email")


def refuse(field: str, fault: Fault | None) -> None:
    """Raise InvalidError for a fault; its message does not repeat the value, which may be private."""
    if fault:
        raise InvalidError(f"the {field} {WORDS[fault]}", field=field)


def _line_fault(text: str, longest: int) -> Fault | None:
    if len(text) > longest:
        return "too-long"
    return "characters" if _IN_LINE.search(text) else None
