"""The line that a piped list prints of an episode; the index stores it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from totem_cli.model.cells import cell

if TYPE_CHECKING:
    from totem_cli.model.episode import Episode

LISTED = ("series", "number", "title", "date", "status", "guests", "tags", "slug")
"""The fields of an episode in its line; none of them is inherited."""


def listed(episode: Episode) -> str:
    """The fields of the episode with tabs between them."""
    return "\t".join([cell(getattr(episode, name)) for name in LISTED])
