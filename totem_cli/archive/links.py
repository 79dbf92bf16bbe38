"""The links of episodes and series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from totem_cli.archive.parts import Parts
from totem_cli.model.parts import Link

if TYPE_CHECKING:
    from totem_cli.archive.workspace import IfExists
    from totem_cli.model.episode import Episode
    from totem_cli.model.series import Series


class Links(Parts[Link]):
    """The addresses that episodes or series link to."""

    key, type, is_exact = "links", Link, True

    def add(
        self,
        ref: str,
        url: str,
        *,
        label: str | None = None,
        kind: str | None = None,
        if_exists: IfExists = "error",
    ) -> Episode | Series:
        """Add a link to an episode or a series."""
        from totem_cli.archive.items import given

        with self._workspace.transaction(f"add link {ref} {url}"):
            values = given(url=url, label=label, kind=kind)
            return self._add(self._owner(ref), values, self._same(url), if_exists)[0]
