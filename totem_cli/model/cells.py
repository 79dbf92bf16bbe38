"""Values as one cell of a line: what lists print, tab-separated or in a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from totem_cli.language.visible import visible
from totem_cli.model.parts import Appearance


def cell(value: Any) -> str:
    """A value of a record in one line: items joined, a table by its name, text or address, nothing for None."""
    return visible(said(value))


def said(value: Any) -> str:
    """The same, as it is: control characters are not made visible."""
    if value is None:
        return ""
    kind = value.__class__
    if kind is int:
        return str(value)
    if isinstance(value, str):
        return value
    if kind is tuple or isinstance(value, list):
        return "; ".join([item.name if item.__class__ is Appearance else said(item) for item in value])
    if isinstance(value, Appearance):
        return value.name
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        named = next((value[key] for key in ("name", "text", "label", "url", "path") if value.get(key)), None)
        if named is not None:
            return said(named)
        return "; ".join([f"{key}={said(item)}" for key, item in value.items()])
    return str(value)
