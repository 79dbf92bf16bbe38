"""What the last export into a folder was made from, so that one from the same sources need not be thought through.

It stands beside the memory of the outputs' stats, and is a cache as that is: deleting it changes no answer.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from totem_cli.store.files import Folder
from totem_cli.store.manifest import NAME, Contents, Manifest, digest_of

if TYPE_CHECKING:
    from pathlib import Path


def unchanged(target: str, source: str, stats: str | Path | None) -> int | None:
    """How many files the folder holds, if all are as an export from this ``source`` left them; else None.

    Every file is looked at, by a stat.
    """
    if stats is None or not source:
        return None
    memory = os.fspath(stats)
    try:
        with open(_beside(memory), "rb") as file:
            known, manifest = msgspec.json.decode(file.read(), type=tuple[str, str])
        with Folder(target) as folder:
            content = folder.read(NAME)
        if known != source or content is None or digest_of(content) != manifest:
            return None
        entries = Manifest.decode(content, NAME).entries
        contents = Contents(target, memory)
        if not all(contents.holds(path, entry) for path, entry in entries.items()):
            return None
        contents.save(entries)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return len(entries)


def settle(target: str, source: str, stats: str | Path | None) -> None:
    """Remember that the folder holds what this ``source`` makes; without one, forget what was known."""
    if stats is None:
        return
    memory = _beside(os.fspath(stats))
    with suppress(OSError):
        if not source:
            os.unlink(memory)
            return
        with Folder(target) as folder:
            content = folder.read(NAME)
        fresh = f"{memory}.{os.getpid()}"
        with open(fresh, "wb") as file:
            file.write(msgspec.json.encode((source, digest_of(content or b""))))
        os.replace(fresh, memory)


def _beside(memory: str) -> str:
    return f"{memory.removesuffix('.json')}.source"
