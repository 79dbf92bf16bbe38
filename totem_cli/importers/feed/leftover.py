"""What the elements of a feed hold that is not in the records made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from totem_cli.errors import Location
from totem_cli.importers.feed.fields import duration, moment
from totem_cli.importers.note_list import NoteList
from totem_cli.importers.placed import Placed, without_email
from totem_cli.importers.xml import Element

_DATES = frozenset({"pubDate", "published", "updated", "date", "issued", "created", "modified"})
_DURATIONS = frozenset({"duration"})
_XHTML = "www.w3.org/1999/xhtml"
_FORM = {
    "type": frozenset({"html", "text", "xhtml", "text/html", "text/plain"}),
    "rel": frozenset({"alternate", "enclosure", "related", "via"}),
    "role": frozenset({"host", "guest"}),
    "isPermaLink": frozenset({"true", "false"}),
    "length": frozenset({"0"}),
    "fileSize": frozenset({"0"}),
}
"""Attributes that say how a value is written, not what it is: a length of 0 is one that is not known."""


def unknown(elements: Iterable[Element], read: frozenset[str], struct: type[Struct]) -> dict[str, Any]:
    """The texts of the elements that are not ``read``, by their names, to be kept beside the fields of a struct.

    A name that is a field's has its prefix. Elements with others in them and e-mail addresses are not among them.
    """
    found: dict[str, list[str]] = {}
    for part in elements:
        text = part.own_text
        if part.name not in read and not part.elements and text and without_email(text) == text:
            found.setdefault(part.tag if part.name in struct.__struct_fields__ else part.name, []).append(text)
    return {name: texts[0] if len(texts) == 1 else texts for name, texts in found.items()}


def tell(elements: Iterable[Element], placed: Placed, notes: NoteList, start: Location) -> None:
    """Note each element and attribute whose value is not in ``placed``.

    ``start`` is the file, or the place of the elements where they have no lines. A note names the element or the
    attribute, with the elements around it, and covers all of its values. E-mail addresses are noted as such.
    """
    for element in elements:
        lost: dict[tuple[str, str], Location] = {}
        for name, key, value, at in _values(element, ""):
            location = start if start.path else Location(start.file, at.line, at.column)
            if not _is_placed(key, value, placed):
                is_personal = placed.holds(without_email(value))
                why = "e-mail addresses are personal" if is_personal else "it has no place in an archive"
                lost.setdefault((name, why), location)
        for (name, why), location in lost.items():
            notes.left_out(name, why, location)


def _values(element: Element, above: str) -> Iterator[tuple[str, str, str, Element]]:
    """The values in an element: what a note calls each, the name of its element or attribute, itself, its element."""
    name = f"{above}{element.tag}"
    is_xhtml = any(_XHTML in child.space for child in element.elements)
    if text := (element.text if is_xhtml else element.own_text).strip():
        yield name, element.name, text, element
    for key, value in element.attributes.items():
        if value.strip() and value.lower() not in _FORM.get(key, ()):
            yield f"{name} {key}", key, value, element
    for child in () if is_xhtml else element.elements:
        yield from _values(child, f"{name} > ")


def _is_placed(name: str, value: str, placed: Placed) -> bool:
    if placed.holds(value):
        return True
    if name in _DATES and (read := moment(value)):
        return placed.holds(read)
    return name in _DURATIONS and (length := duration(value)) is not None and placed.holds(length)
