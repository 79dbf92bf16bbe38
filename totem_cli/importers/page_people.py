"""People and organisations on a page: those that it links, those of a line of text, those of a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from totem_cli.importers.guests import Sentence, read_guest, read_guests
from totem_cli.importers.names import like_person
from totem_cli.importers.page_blocks import Block
from totem_cli.importers.page_words import label_kind
from totem_cli.importers.roles import is_role, newsroom, role_and_name
from totem_cli.model.fields import EpisodeFields
from totem_cli.model.parts import Appearance
from totem_cli.model.vocabulary import vocabulary

_PERSON_LINK = re.compile(r"/(?:people|personnes?|persons?|speakers?|guests?|invites?|intervenants?)/[^/?#]")
_ORGANISATION_LINK = re.compile(r"/(?:organisations?|organizations?|companies|entreprises?)/[^/?#]")
_TOWN = re.compile(r"\sà [A-ZÀ-Þ][a-zà-ÿ-]+$")
"""It may be where somebody works, or for whom."""

_DASHED = re.compile(r" [–—-] ")
_AND = re.compile(r" (?:et|and|und|y|e|&) ")
_USUAL_COLUMNS = {"name": 0, "role": 1, "organisations": 2}


class LinkedNames(NamedTuple):
    """The people and organisations that a page links to pages of their own."""

    persons: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()


def linked_names(blocks: Iterable[Block]) -> LinkedNames:
    """The names that the blocks link to pages of people or organisations."""
    links = [link for block in blocks for link in block.linked if not newsroom(link[0])]
    persons = dict.fromkeys(text for text, address in links if _PERSON_LINK.search(address))
    organisations = dict.fromkeys(text for text, address in links if _ORGANISATION_LINK.search(address))
    return LinkedNames(tuple(persons), tuple(organisations))


def people_of_item(text: str, names: LinkedNames) -> Sentence:
    """The one person, or the partner, that an item names."""
    if partner := newsroom(text):
        return Sentence(partners=(partner,))
    person = read_guest(text, *names)
    return Sentence(guests=(person,)) if person else Sentence()


def people_of_line(text: str, names: LinkedNames) -> Sentence:
    """Everybody whom a line names; semicolons part names, so that commas and dashes belong to one of them."""
    parts = [part for part in re.split(r" ?; ?(?:(?:and|et|ainsi que|&) )?", text.strip(" .")) if part]
    if len(parts) < 2:
        listed = read_guests(text, *names)
        one = people_of_item(text, names) if not is_credible(listed) and _DASHED.search(text) else Sentence()
        return one if one.guests and like_person(one.guests[0]["name"]) and len(one.guests[0]) > 1 else listed
    found = [_people_of_part(part, names) for part in parts]
    return Sentence(
        tuple(person for one in found for person in one.guests),
        tuple(partner for one in found for partner in one.partners),
        tuple(phrase for one in found for phrase in one.unread),
        any(one.doubts for one in found),
    )


def _people_of_part(text: str, names: LinkedNames) -> Sentence:
    """The person of a part of a list, or all whom it names where it is a list itself."""
    found = people_of_item(text, names)
    others = [name for one in found.guests for name in one.get("organisations", ())]
    is_one = bool(found.partners) or all(like_person(one["name"]) for one in found.guests)
    is_list = bool(_AND.search(text)) and any(map(like_person, others))
    if not is_one or is_list:
        return read_guests(text, *names)
    return replace(found, doubts=found.doubts or bool(_TOWN.search(text)))


def guest_or_guests(text: str, names: LinkedNames) -> Sentence:
    """Whom a phrase names: one person after a role that may hold ``et``, else everybody in it."""
    found = role_and_name(text.strip())
    if found and is_role(found.role.split()[0]) and like_person(found.name):
        return Sentence(({"name": found.name, "role": found.role},))
    return read_guests(text, *names)


def is_credible(found: Sentence) -> bool:
    """Whether what was read is people, with roles or names of several words, and organisations with capitals."""
    people, partners = found.guests, found.partners
    return (
        found.certain
        and all(like_person(one["name"]) or (len(one) > 1 and " " not in one["name"]) for one in people)
        and all(one["name"][0].isupper() or "billed_as" in one for one in partners)
    )


def told(found: Sentence) -> str:
    """The people and partners that were read, for a note."""
    people = (", ".join([one["name"], one.get("role", ""), *one.get("organisations", ())]) for one in found.guests)
    partners = (f"{one['name']} as a partner" for one in found.partners)
    return "; ".join([*(one.replace(", ,", ",").strip(", ") for one in people), *partners])


def partners_of_line(text: str) -> Sentence:
    """The organisations that a line names."""
    return Sentence(partners=tuple(newsroom(part) or {"name": part} for part in _names(text)))


def people_of_table(rows: Sequence[Sequence[str]], *, announced: bool) -> tuple[Sentence, list[str]] | None:
    """The people and the partners of a table, with the cells that say so; None where it holds no people, by its header.

    A table ``announced`` as one of people may do without a header: name, role, organisation.
    """
    rows = [[cell.replace("\n", ", ") for cell in row] for row in rows]
    columns = _columns(rows[0]) if rows else {}
    body = rows[1:]
    if "name" not in columns or len(columns) < 2:
        if not announced:
            return None
        columns, body = _USUAL_COLUMNS, rows
    people, partners = [], []
    read = [row[index] for row in rows for index in columns.values() if index < len(row)]
    for row in body:
        cells = {field: row[index].strip() for field, index in columns.items() if index < len(row)}
        cells = {field: cell for field, cell in cells.items() if cell.strip(" –—-")}
        if partner := newsroom(cells.get("name", "")):
            partners.append(partner)
        elif "name" in cells:
            people.append(_person(cells, has_organisations="organisations" in columns))
    return Sentence(tuple(people), tuple(partners)), read


def _columns(header: Sequence[str]) -> dict[str, int]:
    """The columns of the fields of an appearance, by the words of the field table."""
    found: dict[str, int] = {}
    for index, cell in enumerate(header):
        for text in (cell, cell.partition(" ")[0]):
            field = vocabulary(Appearance).find(text) or ""
            if vocabulary(EpisodeFields).find(text) == "guests" or label_kind(text) == "guests":
                field = "name"
            if field in _USUAL_COLUMNS and field not in found:
                found[field] = index
                break
    return found


def _person(cells: Mapping[str, str], *, has_organisations: bool) -> dict[str, Any]:
    if "role" in cells and not has_organisations:
        return read_guest(f"{cells['name']} ({cells['role']})") or {"name": cells["name"]}
    person: dict[str, Any] = {key: cells[key] for key in ("name", "role") if key in cells}
    if "organisations" in cells:
        person["organisations"] = _names(cells["organisations"])
    return person


def _names(text: str) -> list[str]:
    """The names of a list of organisations."""
    parts = re.split(r"[,;\n]|\s(?:et|and)\s(?=[A-Zl])", text)
    return [name for part in parts if (name := part.strip(" .\t\n"))]
