"""The user's cache folder, for what may be computed again (XDG Base Directory Specification)."""

from __future__ import annotations

import os
import stat


def user_cache(name: str) -> str | None:
    """The folder ``totem/NAME`` of the user's cache, made where it is missing.

    Returns None where there is no such folder that the user may write to and nobody else may: it may hold code.
    """
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        base = os.path.join(os.path.expanduser("~"), ".cache")
    folder = os.path.join(base, "totem", name)
    if not os.path.isabs(folder):
        return None
    try:
        os.makedirs(folder, 0o700, exist_ok=True)
        status = os.stat(folder)
    except OSError:
        return None
    is_private = status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return folder if is_private and os.access(folder, os.W_OK | os.X_OK) else None
