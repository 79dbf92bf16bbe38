"""Where the archive of a command line is."""

from __future__ import annotations

import os
from pathlib import Path

from totem_cli.errors import NotFoundError


def archive_folder(path: str | Path | None = None) -> Path | None:
    """The archive's folder: ``path``; else ``$TOTEM_ARCHIVE``, the nearest ``totem.toml`` upwards, or ``./archive``.

    The first two are taken as they are; None where there is none of the others.
    """
    chosen = path or os.environ.get("TOTEM_ARCHIVE")
    if chosen:
        return Path(chosen)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "totem.toml").is_file():
            return Path(os.path.relpath(folder))
    return Path("archive") if Path("archive/totem.toml").is_file() else None


def find_archive() -> Path:
    """The archive's folder, found from here. Raises NotFoundError."""
    found = archive_folder()
    if found is None:
        raise NotFoundError(
            "no archive here: no totem.toml in this folder, above it, or in ./archive",
            hint="make one with: totem init, or name one with --archive",
        )
    return found
