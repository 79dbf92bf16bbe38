"""The roles of people in an episode, from its row or record."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from totem_cli.archive.record import AppearanceRecord
    from totem_cli.model.episode_row import AppearanceRow, EpisodeRow


def role_of(appearance: AppearanceRecord | AppearanceRow) -> str:
    """Return the role and organisations of an appearance, in one line."""
    return ", ".join((*([appearance.role] if appearance.role else []), *appearance.organisations))


def members(row: EpisodeRow, organisation: str, fold: Callable[[str], str]) -> list[tuple[str, str | None]]:
    """Return name and role of those who appear in an episode for an organisation, given by its folded name."""
    return [(one.name, one.role) for one in row.appearances for name in one.organisations if fold(name) == organisation]
