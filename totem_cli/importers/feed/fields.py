"""Parse the values of single elements of a feed: text, people, dates, durations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

from totem_cli.errors import InvalidError
from totem_cli.importers.dates import ParsedDate, parse_date
from totem_cli.importers.html_tree import plain_text
from totem_cli.importers.xml import Element, web_address
from totem_cli.language.dates import seconds_of
from totem_cli.language.human_dates.durations import parse_duration

_MARKUP = re.compile(
    r"</?(?:a|abbr|b|br|code|div|em|font|h[1-6]|i|img|li|p|small|span|strong|su[bp]|u|ul)\b[^<>]*>", re.IGNORECASE
)
_SPACE = re.compile(r"[ \t\r\n]+")
_NAMED = re.compile(r"[^\s()@]*@[^\s()@]* ?\(([^()]+)\)|([^()@]+)\([^()@]*@[^()@]*\)")
_ZONE = re.compile(r"(.*:\d\d) \(?([A-Za-z]{1,6})\)?")
_FRACTION = re.compile(r"(?<=:\d\d)\.\d+$")


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
    """Yield each ``podcast:person`` who is heard as an appearance, and whether the person is a host."""
    for part in parts:
        if isinstance(part, str) or part.name != "person" or not _is_heard(part):
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


def credited(parts: Iterable[Element | str]) -> Iterator[str]:
    """Yield each ``podcast:person`` who is not heard, with the role: those of another group than the cast."""
    for part in parts:
        if not isinstance(part, str) and part.name == "person" and not _is_heard(part):
            yield f"{title_text(part.text)} ({person_role(part)}, {part.get('group')})"


def _is_heard(person: Element) -> bool:
    return person.get("group", "cast").strip().lower() in ("", "cast")


def author_name(text: str) -> str:
    """The name in ``john@example.org (John)`` or ``John (john@example.org)``; empty for a mere e-mail address."""
    text = title_text(text)
    named = _NAMED.fullmatch(text)
    return (named[1] or named[2]).strip() if named else "" if "@" in text else text


def moment_of(text: str, language: str = "", timezone: str | None = None) -> ParsedDate:
    """A date in any form; of a time without a zone that is known, the day. Where there is none, ``why`` says so."""
    text = _SPACE.sub(" ", text).strip()
    try:
        return parse_date(text, language=language, timezone=timezone)
    except InvalidError as error:
        if zoned := _ZONE.fullmatch(text):
            read = moment_of(zoned[1], language)
            return read._replace(date=read.date[:10], why=f"has the zone {zoned[2]}, which is not known")
        return ParsedDate("", why=error.message.partition(repr(text))[2].strip() or error.message)


def moment(text: str) -> str | None:
    """The date of :func:`moment_of`; None where there is none."""
    return moment_of(text).date or None


def duration(text: str) -> str | None:
    """A duration as ISO 8601, a bare number being seconds, as iTunes has it; None for other texts, and for zero."""
    try:
        length = parse_duration(_FRACTION.sub("", text.strip()), unit=1)
    except InvalidError:
        return None
    return length if seconds_of(length) else None
