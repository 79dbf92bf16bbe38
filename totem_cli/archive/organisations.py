"""The organisations of an archive, derived from its episodes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from totem_cli.archive.episodes import Episodes
from totem_cli.archive.outline import directory_of
from totem_cli.archive.record import OrganisationRecord

if TYPE_CHECKING:
    from totem_cli.archive.workspace import Workspace
    from totem_cli.model.query import Query


class Organisations:
    """The organisations of guests, hosts and partners."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def __iter__(self) -> Iterator[OrganisationRecord]:
        return iter(self.find())

    def find(self, query: Query | None = None) -> list[OrganisationRecord]:
        """Every organisation of the episodes that a query selects, sorted by the archive's language."""
        episodes, language = Episodes(self._workspace).find(query), self._workspace.settings.language
        found = directory_of(self._workspace.people(), episodes, language)
        return [found.involved(key).organisation for key in found.organisation_keys]
