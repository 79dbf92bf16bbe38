"""Recordings, pictures, documents: what is in the archive is shown, what is elsewhere is linked."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from urllib.parse import quote

from totem_cli.exporters.html.links import is_remote, outward
from totem_cli.markup.addresses import file_name
from totem_cli.model.parts import Media

_KINDS = {
    "audio": ("aac", "flac", "m4a", "mp3", "oga", "ogg", "opus", "wav"),
    "video": ("m4v", "mov", "mp4", "ogv", "webm"),
    "image": ("avif", "gif", "jpeg", "jpg", "png", "svg", "webp"),
}
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
_BY_EXTENSION = {extension: kind for kind, extensions in _KINDS.items() for extension in extensions}


@dataclass(frozen=True, slots=True)
class MediaItem:
    """One medium as a page shows it: as ``audio``, ``video``, ``image`` or ``link``; only named without ``url``."""

    element: str
    url: str | None
    name: str
    alt: str
    type: str | None
    credit: str | None
    duration: str | None


def media_item(media: Media, root: str, files: Container[str]) -> MediaItem:
    """How a page at ``root`` from the top shows a medium; ``files`` are what the site carries under ``media/``."""
    path = local_path(media.path or media.url, files)
    address = outward(media.url)
    url = f"{root}media/{quote(path)}" if path else address if address and is_remote(address) else None
    shown = path or media.url or media.path or ""
    return MediaItem(
        element=_element(media, shown) if path else "link",
        url=url,
        name=media.alt or file_name(shown),
        alt=media.alt or "",
        type=media.type if media.type and _TYPE.fullmatch(media.type) else None,
        credit=media.credit,
        duration=media.duration,
    )


def local_path(name: str | None, files: Container[str]) -> str | None:
    """The file under ``media/`` that a field names, with or without ``media/`` before it; None where there is none."""
    if not name:
        return None
    for candidate in (name, name.removeprefix("media/")):
        if candidate in files:
            return candidate
    return None


def _element(media: Media, name: str) -> str:
    extension = name.rpartition(".")[2].lower()
    for kind in (media.kind, (media.type or "").partition("/")[0], _BY_EXTENSION.get(extension)):
        if kind in _KINDS:
            return kind
    return "link"
