"""Records as the programming interfaces of programs give them, as the plain tables that their owners see.

Known are rows of Airtable and Grist, pages of Notion, events of Google's calendar, lists of GraphQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

_LIST = "L"
"""What each list of Grist begins with."""


def of_program(value: Mapping[str, Any]) -> Any:
    """The record or list that a table of a known program is; any other table as it is."""
    if isinstance(edges := value.get("edges"), list):
        nodes = [_node(one) for one in edges]
        return nodes if value.keys() == {"edges"} else {**value, "edges": nodes}
    if isinstance(cells := value.get("fields"), dict) and not {"id", "recordid"}.isdisjoint(value):
        lists = {name: one[1:] for name, one in cells.items() if isinstance(one, list) and one[:1] == [_LIST]}
        return {**{name: one for name, one in value.items() if name != "fields"}, **cells, **lists}
    if value.get("object") == "page" and isinstance(properties := value.get("properties"), dict):
        rest = {name: one for name, one in value.items() if name not in ("object", "properties")}
        titles = [name for name, one in properties.items() if isinstance(one, dict) and one.get("type") == "title"]
        return {**rest, **{"title" if name in titles else name: _property(one) for name, one in properties.items()}}
    if value.get("kind") in ("calendar#event", "calendar#events") and isinstance(value.get("summary"), str):
        return _event(value)
    return value


def _node(edge: Any) -> Any:
    """The node of an edge, with what else stands in this (its cursor)."""
    node = edge.get("node") if isinstance(edge, dict) else None
    return {**{key: one for key, one in edge.items() if key != "node"}, **node} if isinstance(node, dict) else edge


def _property(one: Any) -> Any:
    """The value of a property of Notion: its text, its date, the names of what is chosen."""
    kind = one.get("type") if isinstance(one, dict) else None
    return _plain(one[kind]) if isinstance(kind, str) and kind in one else one


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        plain = [_plain(one) for one in value]
        are_texts = bool(value) and all(isinstance(one, dict) and "plain_text" in one for one in value)
        return "".join(map(str, plain)) if are_texts else plain
    if not isinstance(value, dict):
        return value
    if isinstance(start := value.get("start"), str):
        return f"{start} - {value['end']}" if value.get("end") else start
    return next((value[key] for key in ("plain_text", "name", "string") if isinstance(value.get(key), str)), value)


def _event(value: Mapping[str, Any]) -> dict[str, Any]:
    """What Google's calendar calls a summary as its title; the end of whole days is the day after the last."""
    made = {"title" if key == "summary" else key: one for key, one in value.items()}
    end = value.get("end")
    if isinstance(end, dict) and end.keys() == {"date"} and isinstance(end["date"], str):
        try:
            made["end_day"] = (date.fromisoformat(end["date"]) - timedelta(days=1)).isoformat()
            del made["end"]
        except ValueError:
            return made
    return made
