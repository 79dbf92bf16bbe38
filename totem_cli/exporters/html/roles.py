"""Who was what in an episode, told from its row."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from totem_cli.archive.record import AppearanceRecord
    from totem_cli.model.episode_row import AppearanceRow, EpisodeRow


def role_of(appearance: AppearanceRecord | AppearanceRow) -> str:
    """What someone was: the role and organisations of that episode."""
    return ", ".join((*([appearance.role] if appearance.role else []), *appearance.organisations))


def members(row: EpisodeRow, organisation: str, fold: Callable[[str], str]) -> list[tuple[str, str | None]]:
    """Name and role of those who appear in an episode for an organisation, by its folded name."""
    return [(one.name, one.role) for one in row.appearances for name in one.organisations if fold(name) == organisation]
