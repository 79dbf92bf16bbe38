"""The addresses on a saved page: files beside it become media, what lies on its site leads there."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, unquote, urljoin

import msgspec

from totem_cli.errors import Location
from totem_cli.importers import Imported
from totem_cli.importers.folder.links import is_file
from totem_cli.importers.html_tree import Element
from totem_cli.importers.notes import Kind, Note
from totem_cli.language.slug import slugify
from totem_cli.storage.walk import read_beneath

_MEDIA = "media"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#|\?")
_TAIL = re.compile(r"[?#].*", re.DOTALL)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg|bmp|tiff?)$", re.IGNORECASE)


class PageFiles:
    """The files beside a page. ``source`` is the page; of bytes, nothing is beside."""

    def __init__(self, source: Path | bytes) -> None:
        self._root = source.parent if isinstance(source, Path) else None
        self._stem = slugify(source.stem) if isinstance(source, Path) else ""
        self._media: dict[str, Path] = {}
        self._missing: list[str] = []  # pictures that are not where the page has them

    def follow(self, root: Element, address: str) -> None:
        """Rewrite the addresses in the tree of a page whose own address is ``address``, if it says one."""
        base = address if address.startswith(("http://", "https://")) else ""
        for element in root.walk("img", "a", "audio", "video", "source", "iframe"):
            for name in ("src", "href", "data-src", "data-lazy-src"):
                if given := element.attributes.get(name):
                    element.attributes[name] = self._followed(given, base, is_picture=element.tag == "img")

    def _followed(self, given: str, base: str, *, is_picture: bool) -> str:
        if _SCHEME.match(given):
            return given
        path = posixpath.normpath(unquote(_TAIL.sub("", given)).replace("\\", "/"))
        if is_file(given) and (name := self._copied(path)):
            return f"{_MEDIA}/{quote(name)}"
        if base:
            return urljoin(base, given)
        if is_picture and _PICTURE.search(path) and self._root is not None:
            self._missing.append(given)
        return given

    def _copied(self, path: str) -> str:
        """The name under ``media/`` of a file beside the page; empty where there is none."""
        if self._root is None or path.startswith(("/", "..")):
            return ""
        try:
            read_beneath(self._root, path, 0)
        except (OSError, ValueError):
            return ""
        *folders, name = path.split("/")
        stem, _, suffix = name.rpartition(".")
        parts = [slugify(one) or "folder" for one in folders]
        if not (parts and parts[0].startswith(self._stem)):  # editors call the pictures of every page image1.png
            parts.insert(0, self._stem)
        made = "/".join([*filter(None, parts), f"{slugify(stem) or 'file'}.{suffix.lower()}"])
        self._media[made] = self._root / path
        return made

    def completed(self, imported: Imported, name: str) -> Imported:
        """What was read of the page ``name`` with the files that it refers to; what is not there is told."""
        text = msgspec.json.encode([*imported.series, *imported.episodes]).decode()
        media = {one: path for one, path in self._media.items() if f"{_MEDIA}/{quote(one)}" in text}
        why, hint = "there is no such picture beside the page: its name stays", "save the page with its pictures"
        notes = [Note(Kind.LEFT_OUT, one, why, Location(name), hint) for one in self._missing if one in text]
        root = self._root if media else None
        return replace(imported, media=media, media_root=root, notes=(*imported.notes, *notes))
