"""The partners of episodes and series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from totem_cli.archive.parts import Parts
from totem_cli.model.parts import Partner

if TYPE_CHECKING:
    from totem_cli.archive.workspace import IfExists
    from totem_cli.model.episode import Episode
    from totem_cli.model.series import Series


class Partners(Parts[Partner]):
    """The organisations that take part in episodes or series."""

    key, type = "partners", Partner

    def add(
        self,
        ref: str,
        name: str,
        *,
        billed_as: str | None = None,
        url: str | None = None,
        if_exists: IfExists = "error",
    ) -> Episode | Series:
        """Add a partner to an episode or a series; what an episode inherited is written down first."""
        from totem_cli.archive.items import given

        with self._workspace.transaction(f"add partner {ref} {name}"):
            values = given(name=name, billed_as=billed_as, url=url)
            return self._add(self._owner(ref), values, self._same(name), if_exists)[0]
