"""Tables of people on a page: which column is the name, the role, the organisation."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from totem_cli.importers.guest_sentence import newsroom, read_guest

_COLUMNS = {
    "name": re.compile(r"nom|name|invité|guest|speaker|intervenant|participant|qui|who", re.IGNORECASE),
    "role": re.compile(r"rôle|role|fonction|titre|title|poste|position|métier|job|qualité", re.IGNORECASE),
    "organisation": re.compile(
        r"organis|organiz|société|entreprise|company|structure|affiliation|employeur|maison", re.IGNORECASE
    ),
}
_AS_USUAL = {"name": 0, "role": 1, "organisation": 2}


def people_in(
    rows: Sequence[Sequence[str]], *, announced: bool
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]] | None:
    """The people and the partners of a table; None where its header does not say that it holds people.

    A table ``announced`` as one of people may do without a header: name, role, organisation.
    """
    columns = _columns(rows[0]) if rows else {}
    body = rows[1:]
    if "name" not in columns or len(columns) < 2:
        if not announced:
            return None
        columns, body = _AS_USUAL, rows
    people, partners = [], []
    for row in body:
        told = {
            name: row[place].strip() for name, place in columns.items() if place < len(row) and row[place].strip(" –—-")
        }
        if partner := newsroom(told.get("name", "")):
            partners.append(partner)
        elif "name" in told:
            people.append(_person(told, divided="organisation" in columns))
    return people, partners


def names_in(text: str) -> list[str]:
    """The names of a list of organisations."""
    parts = re.split(r"\s*[,;\n]\s*|\s+(?:et|and)\s+(?=[A-Zl])", text)
    return [part.strip(" .") for part in parts if part.strip(" .")]


def _columns(head: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(head):
        kind = next((name for name, pattern in _COLUMNS.items() if pattern.match(cell) and name not in found), None)
        if kind:
            found[kind] = place
    return found


def _person(told: Mapping[str, str], *, divided: bool) -> dict[str, Any]:
    if "role" in told and not divided:
        return read_guest(f"{told['name']} ({told['role']})") or {"name": told["name"]}
    person: dict[str, Any] = {"name": told["name"]}
    if "role" in told:
        person["role"] = told["role"]
    if "organisation" in told:
        person["organisations"] = names_in(told["organisation"])
    return person
