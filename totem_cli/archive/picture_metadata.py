"""Pictures without what cameras and editors write into them (Exif, XMP, IPTC, comments), and the place they hold.

The picture itself is copied byte for byte, not encoded again. Of Exif only the orientation stays, without which a
picture would lie on its side. Of a file that is cut or damaged, what can be shown is taken, as viewers do: bytes
between segments are passed over, and what follows a part that cannot be understood is left out. A picture that cannot
be told from what was written into it is refused: no export has it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

from totem_cli.archive.picture_boxes import BrokenPictureError, bare_boxes, bare_items, is_boxed, is_container
from totem_cli.archive.picture_tiff import begins_tiff, entries, holds_place, may_hold_metadata

_NAMES = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".pjpeg", ".pjp", ".mpo", ".png", ".apng", ".webp", ".gif"),
    *(".avif", ".avifs", ".heic", ".heics", ".heif", ".heifs", ".hif", ".jxl", ".jp2", ".jpx", ".tif", ".tiff", ".dng"),
)

_ORIENTATION = 0x0112
_UPRIGHT = 1
_EXIF, _ICC, _JFIF, _ADOBE = b"Exif\0\0", b"ICC_PROFILE\0", b"JFIF\0", b"Adobe"
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_NEXT = re.compile(rb"\xff[^\x00\xff]")
_TEMPORARY, _RESTART, _EOI, _SOS, _APP = 0x01, 0xD0, 0xD9, 0xDA, range(0xE0, 0xF0)

_JPEG = b"\xff\xd8\xff"
_GIF = (b"GIF87a", b"GIF89a")
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(b"tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD pHYs hIST sPLT acTL fcTL fdAT".split())
_WEBP_KEPT = frozenset((b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04
_GIF_APPLICATIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")

START = 256
"""As many bytes as tell whether a file is a picture."""


class _Chunk(NamedTuple):
    """A part of a picture: its type, its payload, and all its bytes."""

    kind: bytes
    payload: bytes
    whole: bytes


def is_picture(head: bytes, name: str) -> bool:
    """Return whether a file is a picture, by how it begins or by its name."""
    return _is_open(head) or _is_closed(head) or name.lower().endswith(_NAMES)


def may_be_refused(head: bytes) -> bool:
    """Return whether there are pictures that begin so, and whose metadata cannot be taken out."""
    return not _is_open(head)


def without_metadata(data: bytes) -> bytes:
    """Return a picture without its metadata; what is no picture, and holds none, unchanged.

    Raises :class:`BrokenPictureError` where they cannot be taken out: a TIFF, a structure that cannot be followed.
    """
    try:
        if data.startswith(_JPEG):
            return _bare_jpeg(data)
        if data.startswith(_PNG):
            return _bare_png(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _bare_webp(data)
        if data.startswith(_GIF):
            return b"".join(_bare_gif(data))
        if is_container(data):
            return _checked(bare_items(data))
        if is_boxed(data):
            return _checked(bare_boxes(data))
    except (IndexError, struct.error):
        raise BrokenPictureError from None
    if may_hold_metadata(data):
        raise BrokenPictureError
    return data


def _is_open(head: bytes) -> bool:
    """Whether a file begins as a picture of which only known parts are taken, whatever else it holds."""
    return head.startswith((_JPEG, _PNG, *_GIF)) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")


def _is_closed(head: bytes) -> bool:
    return is_container(head) or is_boxed(head) or begins_tiff(head)


def _checked(data: bytes) -> bytes:
    """What is left of a picture whose unknown parts stay, unless it says where it was taken all the same."""
    if holds_place(data):
        raise BrokenPictureError
    return data


def _orientation(tiff: bytes) -> bytes:
    """Exif that holds only the orientation; empty where that is the usual one."""
    value = entries(tiff).get(_ORIENTATION, _UPRIGHT)
    if not _UPRIGHT < value <= 8:
        return b""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, value, 0, 0)


# The format JPEG: ITU-T T.81, annex B


def _bare_jpeg(data: bytes) -> bytes:
    out, tiff = [b"\xff\xd8"], b""
    for marker, payload, whole in _jpeg_segments(data):
        if marker == 0xE1 and payload.startswith(_EXIF):
            tiff = tiff or payload[len(_EXIF) :]
        if not _stays(marker, payload):
            continue
        if marker not in _APP and tiff:
            out.append(_jpeg_exif(_orientation(tiff)))
            tiff = b""
        out.append(whole)
    return b"".join(out)


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """The marker, the payload and all bytes of each segment up to the end of the picture; a scan is with its marker.

    What follows the end is not of this picture: previews, films, a maker's own data.
    """
    at = 2
    while found := _NEXT.search(data, at):  # bytes that no marker begins are passed over, as viewers do
        at = found.end() - 2
        marker, end = data[at + 1], at + 2
        if not (_RESTART <= marker <= _EOI or marker == _TEMPORARY):
            length = int.from_bytes(data[at + 2 : at + 4], "big")
            if length < 2:
                return
            end = min(end + length, len(data))
        payload = data[at + 4 : end]
        if marker == _SOS:
            found = _MARKER.search(data, end)
            end = found.start() if found else len(data)
        yield marker, payload, data[at:end]
        if marker == _EOI:
            return
        at = end


def _jpeg_exif(tiff: bytes) -> bytes:
    return b"\xff\xe1" + struct.pack(">H", 2 + len(_EXIF) + len(tiff)) + _EXIF + tiff if tiff else b""


def _stays(marker: int, payload: bytes) -> bool:
    """Whether a segment decides how the picture looks; of applications' own: JFIF, colours, Adobe's transform."""
    if marker in _APP:
        return payload.startswith({0xE0: _JFIF, 0xE2: _ICC, 0xEE: _ADOBE}.get(marker, b"\0\0none"))
    return 0xC0 <= marker <= 0xDF or marker == _TEMPORARY


# The format PNG: W3C, 5.3


def _bare_png(data: bytes) -> bytes:
    out, tiff = [_PNG], b""
    for chunk in _png_chunks(data):
        if chunk.kind == b"eXIf":
            tiff = chunk.payload
        is_critical = not chunk.kind[0] & 0x20
        if not is_critical and chunk.kind not in _PNG_KEPT:
            continue
        if chunk.kind == b"IEND" and (left := _orientation(tiff)):
            out.append(_png_chunk(b"eXIf", left))
        out.append(chunk.whole)
    return b"".join(out)


def _png_chunks(data: bytes) -> Iterator[_Chunk]:
    at = len(_PNG)
    while len(data) - at >= 12:
        (length,) = struct.unpack_from(">I", data, at)
        end = at + 12 + length
        kind = data[at + 4 : at + 8]
        if not kind.isalpha():
            return
        yield _Chunk(kind, data[at + 8 : end - 4], data[at:end])
        if kind == b"IEND":
            return
        at = end


def _png_chunk(kind: bytes, payload: bytes) -> bytes:
    from zlib import crc32

    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", crc32(kind + payload))


# The format WebP: RFC 9649, 2.3 to 2.7


def _bare_webp(data: bytes) -> bytes:
    chunks = [*_webp_chunks(data)]
    tiffs = [chunk.payload.removeprefix(_EXIF) for chunk in chunks if chunk.kind == b"EXIF"]
    left = _orientation(tiffs[0]) if tiffs else b""
    out = []
    for chunk in chunks:
        whole = chunk.whole
        if chunk.kind == b"VP8X" and chunk.payload:
            flags = whole[8] & ~(_WEBP_EXIF | _WEBP_XMP) | (_WEBP_EXIF if left else 0)
            whole = whole[:8] + bytes([flags]) + whole[9:]
        if chunk.kind in _WEBP_KEPT:
            out.append(whole)
    if left:
        out.append(b"EXIF" + struct.pack("<I", len(left)) + left)
    body = b"WEBP" + b"".join(out)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _webp_chunks(data: bytes) -> Iterator[_Chunk]:
    size = min(len(data), 8 + struct.unpack_from("<I", data, 4)[0])
    at = 12
    while at + 8 <= size:
        (length,) = struct.unpack_from("<I", data, at + 4)
        end = min(at + 8 + length, size)
        whole = data[at:end] + (b"\0" if length % 2 else b"")
        yield _Chunk(data[at : at + 4], data[at + 8 : end], whole)
        at = end + length % 2


# The format GIF: GIF89a, 17 to 27


def _bare_gif(data: bytes) -> Iterator[bytes]:
    at = 13 + (_table(data[10]) if len(data) > 10 else 0)
    yield data[:at]
    if at >= len(data):
        return
    while at + 10 < len(data) and (kind := data[at]) != 0x3B:
        begin = at
        if kind == 0x2C:
            at += 11 + _table(data[at + 9])
        elif kind == 0x21:
            at += 2
        else:
            break
        first = data[at + 1 : at + 1 + data[at]] if at < len(data) else b""
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1
        label = data[begin + 1] if kind == 0x21 else 0
        if label != 0xFE and (label != 0xFF or first.startswith(_GIF_APPLICATIONS)):
            yield data[begin:at]
    yield b"\x3b"


def _table(flags: int) -> int:
    """How many bytes a table of colours has."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0
