"""The role of a person in an episode, from its row or record."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from totem_cli.archive.record import AppearanceRecord
    from totem_cli.model.episode_row import AppearanceRow


def role_of(appearance: AppearanceRecord | AppearanceRow) -> str:
    """Return the role and organisations of an appearance, in one line."""
    return ", ".join((*([appearance.role] if appearance.role else []), *appearance.organisations))
