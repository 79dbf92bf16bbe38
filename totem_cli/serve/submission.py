"""The fields of a comment that a form or a program submits, and their validation."""

from __future__ import annotations

import hmac
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec

from totem_cli.archive import comment_rules as rules

FIELDS = ("target", "parent", "author", "email", "url", "text", "topic", "stamp")
"""The fields of the form. ``topic`` is hidden, so that only programs fill it in. ``stamp`` is the signed time at which
the receiver itself made the form."""

_MOST_FIELDS = 20
_STAMP = re.compile(r"(\d{1,12})\.([0-9a-f]{32})")


class MalformedError(Exception):
    """The body is not of its media type; ``status`` is that of the response."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Submission:
    """The normalised values, ``typed`` as they came, the faults by field; ``target`` and ``parent`` are ids or None."""

    target: str | None
    parent: str | None
    author: str
    email: str | None
    url: str | None
    text: str
    typed: Mapping[str, str] = field(repr=False)
    faults: Mapping[str, str] = field(default_factory=dict)


def fields_of(body: bytes, media_type: str) -> dict[str, str]:
    """Return the fields in a body: of a form (URL Standard, 5.1), or the strings of a JSON object.

    Raises MalformedError: 415 for another media type, 400 for a body that is not UTF-8 or JSON, or too large.
    """
    kind = media_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        try:
            found = msgspec.json.decode(body, type=dict[str, str | None], strict=True)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise MalformedError(400) from None
        if len(found) > _MOST_FIELDS:
            raise MalformedError(400)
        return {name: value for name, value in found.items() if value is not None and name in FIELDS}
    if kind != "application/x-www-form-urlencoded":
        raise MalformedError(415)
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except (ValueError, UnicodeDecodeError):
        raise MalformedError(400) from None
    return {name: value for name, value in reversed(pairs) if name in FIELDS}


def read(typed: Mapping[str, str], stamps: Stamps, *, email: bool) -> Submission:
    """Validate the fields. An e-mail address is read only with ``email``; otherwise it is dropped."""
    author, text = rules.author(typed.get("author", "")), rules.body(typed.get("text", ""))
    url, mail = rules.address(typed.get("url")), (typed.get("email", "").strip() or None) if email else None
    found = {
        "author": rules.author_fault(author),
        "email": rules.email_fault(mail) if mail or not email else "missing",
        "url": rules.url_fault(url),
        "text": rules.text_fault(text),
        "topic": "filled" if typed.get("topic") else None,
        "stamp": "too-fast" if stamps.too_fast(typed.get("stamp", "")) else None,
    }
    return Submission(
        target=identity(typed.get("target")),
        parent=identity(typed.get("parent")),
        author=author,
        email=mail,
        url=url,
        text=text,
        typed=typed,
        faults={name: fault for name, fault in found.items() if fault},
    )


class Stamps:
    """Signed times on the forms that the receiver makes, to measure how long it took to fill a form in.

    Forms on pages of the site have none: those pages were made long before. Stamps of other processes are ignored.
    """

    def __init__(self, least: float, *, clock: Callable[[], float] = time.time) -> None:
        self.least = least
        self._clock = clock
        self._key = secrets.token_bytes(32)

    def make(self) -> str:
        """Return a stamp of the current time."""
        now = str(int(self._clock()))
        return f"{now}.{self._signed(now)}"

    def too_fast(self, stamp: str) -> bool:
        """Return whether the form with this stamp came back sooner than a person can fill it in."""
        match = _STAMP.fullmatch(stamp)
        if not match or not hmac.compare_digest(match[2], self._signed(match[1])):
            return False
        return self._clock() - int(match[1]) < self.least

    def _signed(self, now: str) -> str:
        return hmac.new(self._key, now.encode(), sha256).hexdigest()[:32]


def identity(text: str | None) -> str | None:
    """Return an id in its usual form; None where the text is not an id."""
    try:
        return str(UUID(text)) if text and len(text) == 36 else None
    except ValueError:
        return None
