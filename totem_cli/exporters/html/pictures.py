"""The pictures of the site, and the smaller versions from which browsers choose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import quote

from msgspec import Struct

from totem_cli.exporters.html.picture_head import has_picture_name, is_animated, size_of, type_of
from totem_cli.publishing.page import Page, key_of

if TYPE_CHECKING:
    from totem_cli.archive.publication import Publication

WIDTHS = (480, 960, 1440)
"""Widths of the smaller versions of a picture that is wider."""

QUALITY = 80

MOST_PIXELS = 50_000_000
"""A picture with more is never decoded, for the memory that it needs: no smaller versions, no place in a book."""

RESIZED = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
"""The media types of pictures of which smaller versions are made, with Pillow's names for them."""


class Picture(Struct, frozen=True):
    """A picture under ``media/``: media type, size in pixels or None, widths of its smaller versions."""

    name: str
    type: str
    size: tuple[int, int] | None
    widths: Sequence[int] = ()

    @property
    def is_too_large(self) -> bool:
        """Whether it has too many pixels to be decoded."""
        return self.size is not None and self.size[0] * self.size[1] > MOST_PIXELS

    def attributes(self, root: str, sizes: str = "(min-width: 62rem) 44rem, 92vw") -> Mapping[str, str]:
        """Return the attributes of its ``img``: ``src``; with a size also ``width``, ``height``, ``srcset``.

        ``sizes`` is its width on the page.
        """
        found = {"src": f"{root}media/{quote(self.name)}"}
        if self.size:
            found |= {"width": str(self.size[0]), "height": str(self.size[1])}
        if self.size and self.widths:
            sources = [f"{root}{quote(_smaller(self.name, width))} {width}w" for width in self.widths]
            found["srcset"] = ", ".join([*sources, f"{found['src']} {self.size[0]}w"])
            found["sizes"] = sizes
        return found


class Pictures(dict[str, Picture | None]):
    """The pictures under ``media/`` by name, each read at its first use; None for other files.

    A file is a picture if both its name and its first bytes are a picture's, whatever the front matter says. Smaller
    versions are made where Pillow is installed (``totem-cli[images]``).
    """

    def __init__(self, publication: Publication, *, smaller: bool = True) -> None:
        super().__init__()
        self._smaller = smaller
        self._publication = publication

    @cached_property
    def there(self) -> bool:
        """Whether any file has a picture's name."""
        return any(map(has_picture_name, self._publication.media))

    def __missing__(self, name: str) -> Picture | None:
        self[name] = found = self._read(name)
        return found

    def _read(self, name: str) -> Picture | None:
        if name not in self._publication.media or not has_picture_name(name):
            return None
        head = self._publication.media_head(name)
        kind = type_of(head)
        if not kind or (kind == "image/svg+xml") != name.lower().endswith(".svg"):
            return None
        size = size_of(kind, head)
        if size is None and kind in RESIZED:  # what stands before its size is longer than a head
            size = size_of(kind, self._publication.media[name]())
        fits = (
            size
            and kind in RESIZED
            and not Picture(name, kind, size).is_too_large
            and not is_animated(kind, head)
            and self._pillow
        )
        widths = tuple(width for width in WIDTHS if size and width < size[0]) if fits else ()
        return Picture(name, kind, size, widths)

    def key(self, markdown: str) -> bytes:
        """Return the part of a key for the pictures in a text: all pictures where it may show one, else nothing."""
        return self.all if "![" in markdown or "<img" in markdown.lower() else b""

    @cached_property
    def all(self) -> bytes:
        """The part of a key for all pictures."""
        return key_of(*(repr(self[name]) for name in sorted(self._publication.media))).encode()

    @property
    def too_large(self) -> list[str]:
        """The names of those that have too many pixels for smaller versions."""
        named = ((name, self[name]) for name in sorted(self._publication.media))
        return [name for name, one in named if one and one.is_too_large and one.type in RESIZED]

    def pages(self) -> Iterator[Page]:
        """Yield the smaller versions of every picture."""
        for name in sorted(self._publication.media):
            found = self[name]
            for width in found.widths if found else ():
                key = key_of(self._publication.media_digest(name), str(width), self._pillow)
                yield Page(_smaller(name, width), key, partial(self._resized, name, width))

    @cached_property
    def _pillow(self) -> str:
        """The version of Pillow, which makes smaller versions; empty where they are not made."""
        return pillow_version() if self._smaller else ""

    def _resized(self, name: str, width: int) -> bytes:
        data = self._publication.media[name]()
        found = self[name]
        return resized(data, found.type, width) if found else data


def pillow_version() -> str:
    """Return the version of Pillow (``totem-cli[images]``); an empty string where it is not installed."""
    if not find_spec("PIL"):
        return ""
    from PIL import __version__

    return __version__


def resized(data: bytes, kind: str, width: int) -> bytes:
    """Return a picture at a width, upright and without metadata; unchanged where it cannot be read."""
    from PIL import Image, ImageOps

    try:
        with Image.open(BytesIO(data)) as opened:
            upright = ImageOps.exif_transpose(opened)
            height = max(1, round(upright.height * width / upright.width))
            target = upright if upright.mode in ("RGB", "RGBA", "L", "LA") else upright.convert("RGBA")
            if kind == "image/jpeg" and target.mode in ("RGBA", "LA"):
                target = target.convert("RGB")
            small = target.resize((width, height), Image.Resampling.LANCZOS)
            profile = upright.info.get("icc_profile") if target is upright else None
            small.info = {}
            file = BytesIO()
            small.save(file, RESIZED[kind], optimize=True, quality=QUALITY, icc_profile=profile)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return data
    return file.getvalue()


def _smaller(name: str, width: int) -> str:
    stem, dot, extension = name.rpartition(".")
    return f"assets/media/{stem}-{width}w{dot}{extension}"
