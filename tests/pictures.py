"""Pictures in bytes, with metadata, made without a library."""

from __future__ import annotations

import struct
import zlib


def exif(orientation: int = 6) -> bytes:
    """A TIFF structure with an orientation, a maker, and a place: 48° N."""
    entries = [
        (0x010F, 2, 4, b"Me\0\0"),
        (0x0112, 3, 1, struct.pack("<HH", orientation, 0)),
        (0x8825, 4, 1, struct.pack("<I", 50)),
    ]
    first = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHI", *one[:3]) + one[3] for one in entries)
    place = struct.pack("<H", 1) + struct.pack("<HHI", 1, 2, 2) + b"N\0\0\0" + struct.pack("<I", 0)
    return b"II*\0" + struct.pack("<I", 8) + first + struct.pack("<I", 0) + place


def segment(marker: int, payload: bytes) -> bytes:
    """A segment of a JPEG."""
    return bytes([0xFF, marker]) + struct.pack(">H", 2 + len(payload)) + payload


JFIF = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
ICC = segment(0xE2, b"ICC_PROFILE\0\1\1profile")
ADOBE = segment(0xEE, b"Adobe\0d\0\0\0\0\1")
FRAME = segment(0xDB, bytes(65)) + segment(0xC2, b"\x08\0\4\0\3\1\1\x11\0")
SCANS = segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\xff\0\x34\xff\xd0\x56" + segment(0xC4, bytes(19))
SCANS += segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x78\xff\0"


def jpeg(tiff: bytes = b"", more: bytes = b"", after: bytes = b"") -> bytes:
    """A progressive JPEG of 3 by 4 pixels, with Exif, ``more`` segments, and bytes ``after`` its end."""
    head = segment(0xE1, b"Exif\0\0" + tiff) if tiff else b""
    return b"\xff\xd8" + JFIF + head + more + ICC + ADOBE + FRAME + SCANS + b"\xff\xd9" + after


def png_chunk(kind: bytes, payload: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(kind + payload))


def png(*chunks: bytes, width: int = 2, height: int = 1) -> bytes:
    """A PNG with ``chunks`` before its pixels."""
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    pixels = png_chunk(b"IDAT", zlib.compress(b"".join(b"\0" + bytes(width) for _ in range(height))))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + pixels + png_chunk(b"IEND", b"")


def webp_chunk(kind: bytes, payload: bytes) -> bytes:
    """A chunk of a WebP."""
    return kind + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) % 2)


def webp(*chunks: bytes) -> bytes:
    """A WebP of these chunks."""
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body
