"""The history of an archive: its changes, undo and redo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from totem_cli.storage import transaction
from totem_cli.storage.layout import SETTINGS

if TYPE_CHECKING:
    from totem_cli.archive.workspace import Workspace
    from totem_cli.storage.journal_entry import JournalEntry
    from totem_cli.storage.transaction import Replay


class History:
    """The changes that undo takes back (``done``) and redo brings again (``undone``), newest first."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def __iter__(self) -> Iterator[JournalEntry]:
        self._workspace.recover()
        return iter(transaction.history(self._workspace.root))

    def undo(self, *, dry_run: bool = False) -> Replay:
        """Take back the newest change, byte for byte. Raises NotFoundError where there is none."""
        self._prepare()
        return transaction.undo(self._workspace.root, dry_run=dry_run, timeout=self._workspace.timeout)

    def redo(self, *, dry_run: bool = False) -> Replay:
        """Make the change again that was undone last. Raises NotFoundError where there is none."""
        self._prepare()
        return transaction.redo(self._workspace.root, dry_run=dry_run, timeout=self._workspace.timeout)

    def _prepare(self) -> None:
        """Check the format, unless ``totem.toml`` is broken; close the index, since the files are about to change."""
        workspace = self._workspace
        workspace.refresh()
        if not any(path == SETTINGS for path, _ in workspace.index.problems()):
            workspace.check_writable(workspace.index)
        workspace.refresh()
