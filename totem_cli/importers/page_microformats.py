"""Microformats of a page (h-event, h-entry, and their forebears hCalendar and hAtom) in the shape of JSON-LD."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from totem_cli.importers.html_tree import Element

_ITEMS = {"h-event": "Event", "vevent": "Event", "h-entry": "BlogPosting", "hentry": "BlogPosting"}
_PROPERTIES = {
    "p-name": "name",
    "entry-title": "name",
    "dt-start": "startDate",
    "dtstart": "startDate",
    "dt-end": "endDate",
    "dtend": "endDate",
    "dt-published": "datePublished",
    "published": "datePublished",
    "p-location": "location",
    "location": "location",
    "p-author": "author",
    "p-category": "keywords",
    "p-speaker": "performer",
    "p-performer": "performer",
}
_OF_EVENTS = {"summary": "name"}


def microformats(root: Element) -> Iterator[dict[str, Any]]:
    """The events and entries of a page, each with what it says of itself; an entry that has a beginning is an event."""
    for element in root.walk():
        classes = element.get("class").split()
        kind = next((_ITEMS[name] for name in classes if name in _ITEMS), "")
        if kind:
            found: dict[str, Any] = {"@type": kind}
            known = _PROPERTIES | _OF_EVENTS if kind == "Event" else _PROPERTIES
            _read(element, known, found)
            if "startDate" in found:
                found["@type"] = "Event"
            yield found


def _read(item: Element, known: dict[str, str], found: dict[str, Any]) -> None:
    waiting = item.elements[::-1]
    while waiting:
        element = waiting.pop()
        classes = element.get("class").split()
        for name in classes:
            key = known.get(name, "")
            value = _value(element, key) if key else ""
            if not value or value == {"name": ""}:
                continue
            if key in ("keywords", "performer"):
                found.setdefault(key, []).append(value)
            else:
                found.setdefault(key, value)
        if not set(classes) & set(_ITEMS):  # another item's properties are its own
            waiting += reversed(element.elements)


def _value(element: Element, key: str) -> Any:
    """What a property says: a moment, a card as a table of JSON-LD, or its text."""
    if key.startswith(("start", "end", "date")):
        for one in element.walk():
            stated = one.get("datetime") or (one.get("title") if one.tag in ("abbr", "span") else "")
            if stated:
                return stated
        return element.line
    if key == "location" and "h-card" in element.get("class").split():
        return element.line
    name = _named(element, "p-name", "fn") or element.line
    card = {
        "name": name,
        "jobTitle": _named(element, "p-job-title", "role"),
        "worksFor": _named(element, "p-org", "org"),
    }
    return {field: text for field, text in card.items() if text} if key == "performer" else name


def _named(element: Element, *classes: str) -> str:
    return next((one.line for one in element.walk() if set(classes) & set(one.get("class").split())), "")
