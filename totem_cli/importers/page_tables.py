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
        cells = {kind: row[index].strip() for kind, index in columns.items() if index < len(row)}
        cells = {kind: cell for kind, cell in cells.items() if cell.strip(" –—-")}
        if partner := newsroom(cells.get("name", "")):
            partners.append(partner)
        elif "name" in cells:
            people.append(_person(cells, divided="organisation" in columns))
    return people, partners


def names_in(text: str) -> list[str]:
    """The names of a list of organisations."""
    parts = re.split(r"[,;\n]|\s(?:et|and)\s(?=[A-Zl])", text)
    return [name for part in parts if (name := part.strip(" .\t\n"))]


def _columns(head: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, cell in enumerate(head):
        kind = next((name for name, pattern in _COLUMNS.items() if pattern.match(cell) and name not in found), None)
        if kind:
            found[kind] = index
    return found


def _person(cells: Mapping[str, str], *, divided: bool) -> dict[str, Any]:
    if "role" in cells and not divided:
        return read_guest(f"{cells['name']} ({cells['role']})") or {"name": cells["name"]}
    person: dict[str, Any] = {key: cells[key] for key in ("name", "role") if key in cells}
    if "organisation" in cells:
        person["organisations"] = names_in(cells["organisation"])
    return person
