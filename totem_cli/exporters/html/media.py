"""Recordings, pictures and documents: files of the archive are shown, others are linked."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import TYPE_CHECKING
from urllib.parse import quote

from msgspec import Struct

from totem_cli.exporters.html.links import is_remote, outward
from totem_cli.exporters.html.picture_head import has_picture_name
from totem_cli.exporters.unlabelled import media_name
from totem_cli.model.media_names import local_path
from totem_cli.model.parts import Media

if TYPE_CHECKING:
    from totem_cli.exporters.html.pictures import Picture, Pictures

_KINDS = {
    "audio": ("aac", "flac", "m4a", "mp3", "oga", "ogg", "opus", "wav"),
    "video": ("m4v", "mov", "mp4", "ogv", "webm"),
}
_PLAYED = re.compile(r"(?:audio|video)/[\w.+-]+", re.ASCII)
_BY_EXTENSION = {extension: kind for kind, extensions in _KINDS.items() for extension in extensions}


class MediaItem(Struct, frozen=True):
    """A medium as a page shows it: ``element`` is ``audio``, ``video``, ``image`` or ``link``.

    Without ``url`` only its name is shown. ``picture`` is set for an ``image``.
    """

    element: str
    url: str | None
    name: str
    alt: str
    type: str | None
    credit: str | None
    duration: str | None
    picture: Picture | None


def media_item(media: Media, root: str, files: Container[str], pictures: Pictures, language: str) -> MediaItem:
    """Return a medium for a page from which ``root`` leads to the site's root; ``files`` are those under ``media/``.

    ``language`` is that of its name, where the front matter gives it none.
    """
    path = local_path(location(media), files)
    picture = pictures[path] if path else None
    element = _element(media, path, picture) if path else "link"
    address = outward(media.url)
    url = f"{root}media/{quote(path)}" if path else address if address and is_remote(address) else None
    return MediaItem(
        element=element,
        url=url,
        name=media_name(media, language),
        alt=media.alt or "",
        type=media.type if media.type and _PLAYED.fullmatch(media.type) else None,
        credit=media.credit,
        duration=media.duration,
        picture=picture,
    )


def location(media: Media) -> str | None:
    """Return the path or the address of a medium."""
    return media.path or media.url


def _element(media: Media, name: str, picture: Picture | None) -> str:
    """The element for a file: ``image`` if its bytes are a picture's, else by the front matter, else by its name."""
    if picture:
        return "image"
    if has_picture_name(name):
        return "link"
    kinds = [kind for kind in (media.kind, (media.type or "").partition("/")[0]) if kind in _KINDS]
    by_name = _BY_EXTENSION.get(name.rpartition(".")[2].lower(), "link")
    return kinds[0] if kinds else by_name
