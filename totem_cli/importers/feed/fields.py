"""Parse the values of single elements of a feed: text, people, dates, durations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any, NamedTuple

from totem_cli.errors import InvalidError
from totem_cli.importers.dates import parse_date, parse_rfc822_date
from totem_cli.importers.html_tree import plain_text
from totem_cli.importers.xml import Element, web_address
from totem_cli.language.dates import check_duration

_MARKUP = re.compile(
    r"</?(?:a|abbr|b|br|code|div|em|font|h[1-6]|i|img|li|p|small|span|strong|su[bp]|u|ul)\b[^<>]*>", re.IGNORECASE
)
_SPACE = re.compile(r"[ \t\r\n]+")
_NAMED = re.compile(r"[^\s()@]*@[^\s()@]* ?\(([^()]+)\)|([^()@]+)\([^()@]*@[^()@]*\)")
_MAIL = re.compile(r"\d \(?(?:[+-]\d{4}|UTC?|GMT|Z|[ECMP][SD]T)\)?$")
"""The zones of RFC 822: of any other, Python would make UTC."""
_CLOCK = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,7})(?:\.\d*)?")


def unprefixed(element: Element, name: str) -> Iterator[Element]:
    """The child elements of a name that are in the element's own namespace: ``title``, not ``media:title``."""
    return (child for child in element.all(name) if child.space == element.space)


def title_text(text: str) -> str:
    """The text of a title in one line.

    RSS does not define whether a title is HTML; it is treated as HTML where it contains a tag of HTML.
    """
    found = plain_text(text) if _MARKUP.search(text) else unescape(text)
    return _SPACE.sub(" ", found).strip(" ")


def person_role(person: Element) -> str:
    """The role of a ``podcast:person``: a host where none is given (Podcasting 2.0, person)."""
    return _SPACE.sub(" ", person.get("role", "host")).strip().lower() or "host"


def contributors(parts: Iterable[Element | str]) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield each ``podcast:person`` as an appearance, and whether the person is a host."""
    for part in parts:
        if isinstance(part, str) or part.name != "person":
            continue
        name = title_text(part.text)
        if not name:
            continue
        person: dict[str, Any] = {"name": name}
        role = person_role(part)
        if role not in ("host", "guest"):
            person["role"] = _SPACE.sub(" ", part.attributes["role"]).strip()
        if address := web_address(part.get("href"), part.base):
            person["url"] = address
        yield person, role in ("host", "co-host")


def author_name(text: str) -> str:
    """The name in ``john@example.org (John)`` or ``John (john@example.org)``; empty for a mere e-mail address."""
    text = title_text(text)
    named = _NAMED.fullmatch(text)
    return (named[1] or named[2]).strip() if named else "" if "@" in text else text


class Moment(NamedTuple):
    """A date as ISO 8601, and why it does not say all that its text says; empty where it does."""

    date: str
    loss: str = ""


def moment_of(text: str) -> Moment:
    """An RFC 822 or ISO 8601 date, or one as people write it."""
    text = _SPACE.sub(" ", text).strip()
    if _MAIL.search(text) and (found := parse_rfc822_date(text)):
        return Moment(found)
    try:
        read = parse_date(text)
    except InvalidError:
        return Moment("", "it is no date that can be read")
    return Moment(read.date, "its time has no zone that is known: only the day is kept" if read.time_dropped else "")


def moment(text: str) -> str | None:
    """The date of :func:`moment_of`; None where there is none."""
    return moment_of(text).date or None


def duration(text: str) -> str | None:
    """A duration as ISO 8601 from ``itunes:duration``: ``S``, ``M:SS`` or ``H:MM:SS``; None for other texts."""
    clock = _CLOCK.fullmatch(text.strip())
    if not clock:
        return None
    seconds = sum(int(part or 0) * unit for part, unit in zip(clock.groups(), (3600, 60, 1), strict=True))
    if not 0 < seconds < 3_600_000:
        return None
    return check_duration(f"{seconds // 3600}:{seconds // 60 % 60}:{seconds % 60:02d}")
