"""An archive: a folder with a ``totem.toml``, opened to be read, searched, changed, published."""

from __future__ import annotations

import os
from pathlib import Path

from totem_cli.archive.base import IfExists
from totem_cli.archive.forgetting import Forgetting
from totem_cli.archive.history import History
from totem_cli.archive.record import Record
from totem_cli.errors import ExistsError
from totem_cli.model.query import Query
from totem_cli.storage.journal import recover


class Archive(Forgetting, History):
    """The library's door: whatever a command does, a method here does.

    >>> archive = Archive("archive")                      # doctest: +SKIP
    >>> archive.add_guest("collaboration/1", "Ada Brun", role="géographe")   # doctest: +SKIP
    """

    @classmethod
    def create(
        cls,
        path: str | Path = ".",
        *,
        title: str | None = None,
        language: str | None = None,
        if_exists: IfExists = "error",
    ) -> Archive:
        """Make an archive at ``path``, in French unless a language is given.

        One that is there is an error, is opened, or takes the title and language that are given.
        """
        root = Path(path)
        if root.is_dir():
            recover(root)  # an init that was killed is taken back before it is begun again
        if not (root / "totem.toml").exists():
            from totem_cli.archive.founding import found

            found(root, title=title, language=language or "fr")
        elif if_exists == "error":
            raise ExistsError(f"{root / 'totem.toml'} exists already", hint="this folder is an archive")
        elif if_exists == "update":
            cls(root).set_settings(title=title, language=language)
        return cls(root)

    def set_settings(self, **values: str | None) -> None:
        """Change top-level keys of ``totem.toml``; those given as None stay as they are."""
        with self.transaction("set settings"):
            document = self._open("totem.toml")
            for key, value in values.items():
                if value is not None:
                    document.set((key,), value)
            self._save("totem.toml", document.to_bytes())

    def health(self) -> dict[str, str]:
        """What state the archive is in, in words."""
        counted = self.stats()
        return {
            "archive": str(self.root),
            "format": str(self.settings.version),
            "episodes": str(counted.episodes),
            "unreadable": str(counted.unreadable),
            "undo": str(len([entry for entry in self.history() if entry.state == "done"])),
            "writable": "yes" if os.access(self.root, os.W_OK) else "no",
        }

    def record(self, query: Query | None = None) -> Record:
        """The whole public record: by default, of all that is published."""
        return self.publication(query).record()
