"""Pictures without what cameras and editors write into them (Exif, XMP, IPTC, comments), and the place they hold.

The picture itself is copied byte for byte, not encoded again. Of Exif only the orientation stays, without which a
picture would lie on its side. Of a file that is cut or damaged, what can be shown is taken, as viewers do: bytes
between segments are passed over, and what follows a part that cannot be understood is left out. An AVIF or HEIC whose
structure cannot be followed is left as it is, for no viewer shows it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

_NAMES = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".webp", ".gif", ".avif", ".heic", ".heif")

_GPS, _ORIENTATION = 0x8825, 0x0112
_UPRIGHT = 1
_XMP_PLACE = re.compile(rb"GPSLatitude|GPSLongitude|photoshop:City|Iptc4xmp\w{1,40}:City|LocationCreated")
_EXIF, _ICC, _JFIF, _ADOBE = b"Exif\0\0", b"ICC_PROFILE\0", b"JFIF\0", b"Adobe"
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_NEXT = re.compile(rb"\xff[^\x00\xff]")
_TEMPORARY, _RESTART, _EOI, _SOS, _APP, _COMMENT = 0x01, 0xD0, 0xD9, 0xDA, range(0xE0, 0xF0), 0xFE

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(b"tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD pHYs hIST sPLT acTL fcTL fdAT".split())
_WEBP_KEPT = frozenset((b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04
_GIF_APPLICATIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")
_NO_EXIF = b"MM\0*\0\0\0\x08\0\0\0\0\0\0"
"""A TIFF structure with an empty directory."""

_XMP = b"application/rdf+xml"


class _BrokenPictureError(ValueError):
    """The structure of a picture cannot be followed."""


class _Chunk(NamedTuple):
    """A part of a picture: its type, its payload, and all its bytes."""

    kind: bytes
    payload: bytes
    whole: bytes


def may_have_metadata(name: str) -> bool:
    """Return whether a file's name is that of a picture whose metadata can be taken out."""
    return name.lower().endswith(_NAMES)


def without_metadata(data: bytes) -> bytes:
    """Return a JPEG, PNG, WebP, GIF, AVIF or HEIC without its metadata; anything else, or what is broken, unchanged."""
    try:
        if data.startswith(b"\xff\xd8\xff"):
            return _bare_jpeg(data)
        if data.startswith(_PNG):
            return _bare_png(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _bare_webp(data)
        if data[4:8] == b"ftyp":
            return _bare_container(data)
        if data[:6] in (b"GIF87a", b"GIF89a"):
            return b"".join(_bare_gif(data))
    except (_BrokenPictureError, IndexError, struct.error):
        pass
    return data


def holds_place(data: bytes) -> bool:
    """Return whether a picture says where it was taken, in Exif or in XMP."""
    return any(_GPS in _entries(tiff) for tiff in _tiffs(data)) or _XMP_PLACE.search(data) is not None


def _tiffs(data: bytes) -> Iterator[bytes]:
    """What looks like Exif anywhere in a file, of whichever format."""
    for match in re.finditer(rb"(?:II\*\0|MM\0\*)", data):
        yield data[match.start() : match.start() + (1 << 16)]


def _entries(tiff: bytes) -> dict[int, int]:
    """The tags of the first directory of a TIFF structure (TIFF 6.0, 2), each with its value where that is a number."""
    order = "<" if tiff.startswith(b"II") else ">"
    found: dict[int, int] = {}
    try:
        (at,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, at)
        for entry in range(min(count, 1000)):
            tag, kind = struct.unpack_from(f"{order}HH", tiff, at + 2 + 12 * entry)
            (value,) = struct.unpack_from(f"{order}{'H' if kind == 3 else 'I'}", tiff, at + 10 + 12 * entry)
            found[tag] = value
    except struct.error:
        pass
    return found


def _orientation(tiff: bytes) -> bytes:
    """Exif that holds only the orientation; empty where that is the usual one."""
    value = _entries(tiff).get(_ORIENTATION, _UPRIGHT)
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
    return marker != _COMMENT


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
        if chunk.kind == b"VP8X":
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
    at = 13 + _table(data[10])
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


# Boxes, as AVIF and HEIC have them: ISO/IEC 14496-12 and 23008-12


def _bare_container(data: bytes) -> bytes:
    """The file with its Exif and XMP overwritten in their places; nothing else moves."""
    out = bytearray(data)
    for kind, begin, end in _boxes(data, 0, len(data)):
        if kind == b"meta":
            inside = {name: (first, last) for name, first, last in _boxes(data, begin + 4, end)}
            if b"iinf" in inside and b"iloc" in inside:
                kinds = dict(_items(data, *inside[b"iinf"]))
                for item, first, last in _places(data, *inside[b"iloc"]):
                    if item in kinds and last <= len(data):
                        out[first:last] = _blank(kinds[item], data[first:last])
    return bytes(out)


def _blank(kind: bytes, item: bytes) -> bytes:
    """As many bytes as an item has, which say nothing."""
    if kind == _XMP:
        return b" " * len(item)
    if item[4:10] == b"Exif\0\0":
        return (b"\0\0\0\6Exif\0\0" + _NO_EXIF).ljust(len(item), b"\0")[: len(item)]
    return (bytes(4) + _NO_EXIF).ljust(len(item), b"\0")[: len(item)]  # the place of the TIFF structure, and that


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The type of each box, and where its content begins and ends."""
    while at + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, at)
        begin = at + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, begin)
            begin += 8
        last = end if size == 0 else at + size
        if last > end or last < begin:
            raise _BrokenPictureError
        yield kind, begin, last
        at = last


def _items(data: bytes, begin: int, end: int) -> Iterator[tuple[int, bytes]]:
    """The numbers of the items that are Exif or XMP (``iinf``)."""
    for kind, first, last in _boxes(data, begin + (6 if data[begin] == 0 else 8), end):
        version = data[first]
        if kind == b"infe" and version >= 2:
            wide = 4 if version >= 3 else 2
            number = int.from_bytes(data[first + 4 : first + 4 + wide], "big")
            what = data[first + 6 + wide : first + 10 + wide]
            if what == b"Exif":
                yield number, what
            elif what == b"mime" and _XMP in data[first:last]:
                yield number, _XMP


def _places(data: bytes, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
    """The number of each item, and where each of its pieces begins and ends in the file (``iloc``)."""
    version, sizes = data[begin], struct.unpack_from(">H", data, begin + 4)[0]
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version else 0
    wide = 4 if version >= 2 else 2
    at = begin + 6

    def number(size: int) -> int:
        nonlocal at
        at += size
        if at > end:
            raise _BrokenPictureError
        return int.from_bytes(data[at - size : at], "big")

    for _ in range(number(wide)):
        item = number(wide)
        method = number(2) & 15 if version else 0
        number(2)
        base = number(base_size)
        for _ in range(number(2)):
            number(index_size)
            offset, length = number(offset_size), number(length_size)
            if method == 0 and length:
                yield item, base + offset, base + offset + length
