"""The first bytes of pictures: media type, width, height, whether it is animated."""

from __future__ import annotations

import struct

EXTENSIONS = frozenset(("avif", "gif", "jpeg", "jpg", "png", "svg", "webp"))

_STARTS_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ORIENTATION = 274
_TURNED = 5
_ANIMATED = 2


def has_picture_name(name: str) -> bool:
    """Return whether a file's name is a picture's."""
    return name.rpartition(".")[2].lower() in EXTENSIONS


def type_of(head: bytes) -> str | None:
    """Return a picture's media type by its first bytes (WHATWG MIME Sniffing, 6.1; SVG: the root); None for others."""
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
    """Return width and height of a picture of a media type; None where ``head`` does not hold them."""
    try:
        size = {"image/png": _png, "image/gif": _gif, "image/jpeg": _jpeg, "image/webp": _webp}[kind](head)
    except (KeyError, IndexError, struct.error):
        return None
    return size if size and min(size) > 0 else None


def is_animated(kind: str, head: bytes) -> bool:
    """Return whether a picture may have several frames (any GIF; RFC 9649, 2.7; PNG, 11.3.6.1)."""
    if kind == "image/webp":
        return head[12:16] == b"VP8X" and bool(head[20] & _ANIMATED)
    return kind == "image/gif" or (kind == "image/png" and b"acTL" in head[:256])


def _png(head: bytes) -> tuple[int, int]:
    """PNG, 11.2.2: the header comes first (W3C)."""
    width, height = struct.unpack_from(">II", head, 16)
    return width, height


def _gif(head: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", head, 6)
    return width, height


def _jpeg(head: bytes) -> tuple[int, int] | None:
    """The size in the first start-of-frame segment (ITU-T T.81, B.2.2), turned as the Exif orientation requires."""
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
            if tag == _ORIENTATION:
                return bool(value >= _TURNED)
    except struct.error:
        pass
    return False


def _webp(head: bytes) -> tuple[int, int] | None:
    """The three kinds of WebP (RFC 9649, 2.5 to 2.7)."""
    kind = head[12:16]
    if len(head) < (25 if kind == b"VP8L" else 30):
        return None
    if kind == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None
