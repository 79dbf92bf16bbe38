"""Undo and redo: the journal of an archive's changes."""

from __future__ import annotations

from totem_cli.archive.base import Base
from totem_cli.storage import transaction
from totem_cli.storage.journal import recover
from totem_cli.storage.journal_entry import JournalEntry
from totem_cli.storage.layout import SETTINGS
from totem_cli.storage.transaction import Replay


class History(Base):
    """Going back and forth through what was changed."""

    def history(self) -> list[JournalEntry]:
        """The changes that undo can take back and redo bring again, newest first."""
        recover(self.root, timeout=self.timeout)
        return transaction.history(self.root)

    def undo(self, *, dry_run: bool = False) -> Replay:
        """Take back the newest change, byte for byte; NotFoundError where there is none."""
        self._leave()
        return transaction.undo(self.root, dry_run=dry_run, timeout=self.timeout)

    def redo(self, *, dry_run: bool = False) -> Replay:
        """Bring back the change that was undone last; NotFoundError where there is none."""
        self._leave()
        return transaction.redo(self.root, dry_run=dry_run, timeout=self.timeout)

    def _leave(self) -> None:
        """Let go of the index, for the files are about to change. A ``totem.toml`` that is broken forbids nothing."""
        self.refresh()
        broken = any(path == SETTINGS for path, _ in self.index.problems())
        if not broken:
            self._writable(self.index)
        self.close()
