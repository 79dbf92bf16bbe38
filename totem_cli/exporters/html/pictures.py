"""Pictures: what each is by its own bytes, and smaller ones of it for browsers to choose from."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import quote

from totem_cli.store.page import Page, key_of

if TYPE_CHECKING:
    from totem_cli.archive.publication import Publication

EXTENSIONS = frozenset(("avif", "gif", "jpeg", "jpg", "png", "svg", "webp"))
WIDTHS = (480, 960, 1440)
"""Widths that pictures are also made in, where they are wider."""

MOST_PIXELS = 50_000_000
"""Beyond, a picture is not made smaller: decoding it would take more memory than an export may."""

_RESIZED = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_STARTS_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture under ``media/``: its media type, its size in pixels where that is known, its smaller versions."""

    name: str
    type: str
    size: tuple[int, int] | None
    widths: Sequence[int] = ()

    def attributes(self, root: str) -> Mapping[str, str]:
        """What ``img`` says of it: ``src``, and where they are known ``width``, ``height`` and ``srcset``."""
        found = {"src": f"{root}media/{quote(self.name)}"}
        if self.size:
            found |= {"width": str(self.size[0]), "height": str(self.size[1])}
        if self.size and self.widths:
            sources = [f"{root}{quote(_smaller(self.name, width))} {width}w" for width in self.widths]
            found["srcset"] = ", ".join([*sources, f"{found['src']} {self.size[0]}w"])
            found["sizes"] = "(min-width: 62rem) 44rem, 92vw"
        return found


class Pictures(dict[str, Picture | None]):
    """The pictures under ``media/`` by name, each looked at when first asked for; None for what is no picture.

    A file is a picture only if its name and its bytes both say so, whatever the front matter claims. Smaller versions
    are made where Pillow is installed (``totem-cli[images]``).
    """

    def __init__(self, publication: Publication) -> None:
        super().__init__()
        self._publication = publication

    def __missing__(self, name: str) -> Picture | None:
        self[name] = found = self._look(name)
        return found

    def _look(self, name: str) -> Picture | None:
        if name not in self._publication.media or not has_picture_name(name):
            return None
        head = self._publication.media_head(name)
        kind = type_of(head)
        if not kind:
            return None
        size = size_of(kind, head)
        fits = size is not None and kind in _RESIZED and size[0] * size[1] <= MOST_PIXELS and self._maker
        widths = tuple(width for width in WIDTHS if size and width < size[0]) if fits else ()
        return Picture(name, kind, size, widths)

    def key(self, name: str) -> bytes:
        """What the ``img`` of a picture depends on."""
        found = self[name]
        return repr(found).encode() if found else b""

    def pages(self) -> Iterator[Page]:
        """The smaller versions of every picture."""
        for name in sorted(self._publication.media):
            found = self[name]
            for width in found.widths if found else ():
                key = key_of(self._publication.media_digest(name), str(width), self._maker)
                yield Page(_smaller(name, width), key, partial(self._resized, name, width))

    @cached_property
    def _maker(self) -> str:
        """The Pillow that makes smaller versions; none where it is not installed."""
        if not find_spec("PIL"):
            return ""
        from PIL import __version__

        return __version__

    def _resized(self, name: str, width: int) -> bytes:
        data = self._publication.media[name]()
        found = self[name]
        return resized(data, found.type, width) if found else data


def has_picture_name(name: str) -> bool:
    """Whether a file's name is a picture's."""
    return name.rpartition(".")[2].lower() in EXTENSIONS


def type_of(head: bytes) -> str | None:
    """The media type of a picture by how it begins (WHATWG MIME Sniffing, 6.1; SVG by its root); None for others."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:12] in (b"ftypavif", b"ftypavis"):
        return "image/avif"
    return "image/svg+xml" if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"<svg" in head else None


def size_of(kind: str, head: bytes) -> tuple[int, int] | None:
    """Width and height as the head of a picture tells them; None where it does not."""
    try:
        size = {"image/png": _png, "image/gif": _gif, "image/jpeg": _jpeg, "image/webp": _webp}[kind](head)
    except (KeyError, IndexError, struct.error):
        return None
    return size if size and min(size) > 0 else None


def resized(data: bytes, kind: str, width: int) -> bytes:
    """A picture at ``width``, upright and without its metadata; the picture itself where it cannot be read."""
    from PIL import Image, ImageOps

    try:
        with Image.open(BytesIO(data)) as opened:
            upright = ImageOps.exif_transpose(opened)
            height = max(1, round(upright.height * width / upright.width))
            target = upright if upright.mode in ("RGB", "RGBA", "L", "LA") else upright.convert("RGBA")
            if kind == "image/jpeg" and target.mode in ("RGBA", "LA"):
                target = target.convert("RGB")
            small = target.resize((width, height), Image.Resampling.LANCZOS)
            small.info = {}
            file = BytesIO()
            small.save(file, _RESIZED[kind], **({"optimize": True} if kind == "image/png" else {"quality": 80}))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return data
    return file.getvalue()


def _smaller(name: str, width: int) -> str:
    stem, dot, extension = name.rpartition(".")
    return f"assets/media/{stem}-{width}w{dot}{extension}"


def _png(head: bytes) -> tuple[int, int]:
    """PNG, 11.2.2: the header comes first (W3C)."""
    width, height = struct.unpack_from(">II", head, 16)
    return width, height


def _gif(head: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", head, 6)
    return width, height


def _jpeg(head: bytes) -> tuple[int, int] | None:
    """The size in the first start-of-frame segment (ITU-T T.81, B.2.2), as it is shown: upright (Exif, Orientation)."""
    at, turned = 2, False
    while head[at] == 0xFF:
        marker, length = head[at + 1], int.from_bytes(head[at + 2 : at + 4], "big")
        if marker in _STARTS_OF_FRAME:
            height, width = struct.unpack_from(">HH", head, at + 5)
            return (height, width) if turned else (width, height)
        if marker == 0xE1 and head[at + 4 : at + 10] == b"Exif\0\0":
            turned = _is_turned(head[at + 10 : at + 2 + length])
        at += 1 if marker == 0xFF else 2 + length
    return None


def _is_turned(tiff: bytes) -> bool:
    """Whether the Orientation tag (TIFF 6.0, 274) says that rows are columns."""
    order = "<" if tiff.startswith(b"II") else ">"
    try:
        (at,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, at)
        for entry in range(count):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, at + 2 + 12 * entry)
            if tag == 274:
                return bool(value >= 5)
    except struct.error:
        pass
    return False


def _webp(head: bytes) -> tuple[int, int] | None:
    """The three kinds of WebP (RFC 9649, 2.5 to 2.7)."""
    kind = head[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None
