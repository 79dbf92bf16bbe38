"""Values as text for one cell of a list, and the line that a piped list prints of an episode."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from totem_cli.language.visible import visible
from totem_cli.model.parts import Appearance

if TYPE_CHECKING:
    from totem_cli.model.episode import Episode

_UNSEEN = r"\s'\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
LIKE_A_FORMULA = re.compile(rf"'*[\t\r]|[{_UNSEEN}]*[=+\-@＝＋－＠]")
"""How a text begins that a spreadsheet may take for a formula: programs drop what is blank or unseen before it."""

LISTED = ("series", "number", "title", "date", "status", "guests", "tags", "slug")
"""The fields of an episode in its line; none of them is inherited."""


def cell(value: Any) -> str:
    """A value as one line, control characters visible: items joined, a table by its name, text or address."""
    return visible(raw_cell(value))


def raw_cell(value: Any) -> str:
    """The same text with its control characters as they are."""
    if value is None:
        return ""
    kind = value.__class__
    if kind is int:
        return str(value)
    if isinstance(value, str):
        return value
    if kind is tuple or isinstance(value, list):
        return "; ".join([item.name if item.__class__ is Appearance else raw_cell(item) for item in value])
    if isinstance(value, Appearance):
        return value.name
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        named = next((value[key] for key in ("name", "text", "label", "url", "path") if value.get(key)), None)
        if named is not None:
            return raw_cell(named)
        return "; ".join([f"{key}={raw_cell(item)}" for key, item in value.items()])
    return str(value)


def listed(episode: Episode) -> str:
    """The fields of the episode with tabs between them; the index stores it."""
    return "\t".join([visible(raw_cell(getattr(episode, name))) for name in LISTED])
