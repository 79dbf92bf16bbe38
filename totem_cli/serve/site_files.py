"""The file of a previewed site that a request names."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes


@dataclass(frozen=True, slots=True)
class Found:
    """The path of a file, or the address to redirect to (of a folder without its slash)."""

    path: Path | None
    moved: str | None = None


def find(folder: Path, url_path: str) -> Found:
    """Return the file below ``folder`` that the path of a URL names; ``index.html`` for a folder.

    Hidden files, symbolic links and paths that lead outside (``..``, an absolute path, a NUL) are not found.
    """
    try:
        text = unquote_to_bytes(url_path).decode()
    except UnicodeDecodeError:
        return Found(None)
    names = [name for name in text.split("/") if name]
    if any(name.startswith(".") or "\0" in name or "\\" in name for name in names):
        return Found(None)
    path = str(folder)
    for name in names:
        path = os.path.join(path, name)
        mode = _mode(path)
        if mode is None or not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
            return Found(None)
    if stat.S_ISDIR(_mode(path) or 0):
        if not text.endswith("/"):
            return Found(None, "/" + "/".join(url_path.strip("/").split("/")) + "/")
        path = os.path.join(path, "index.html")
        mode = _mode(path)
        return Found(Path(path) if mode is not None and stat.S_ISREG(mode) else None)
    return Found(None if text.endswith("/") else Path(path))


def _mode(path: str) -> int | None:
    try:
        return os.lstat(path).st_mode
    except (OSError, ValueError):
        return None
