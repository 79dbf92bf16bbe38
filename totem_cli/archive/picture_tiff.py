"""What cameras write into pictures: structures of TIFF, as Exif is one, and XMP; found anywhere in a file."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

_STARTS = (b"II*\0", b"MM\0*")
_BIG = (b"II+\0", b"MM\0+")
_XMP_PLACE = (b"GPSLatitude", b"GPSLongitude", b"photoshop:City", b"LocationCreated")
_IPTC_CITY = re.compile(rb"Iptc4xmp\w{1,40}:City")
_MARKS = (*_STARTS, *_BIG, b"Exif\0\0", b"<x:xmpmeta", b"<rdf:RDF", b"http://ns.adobe.com/", b"Photoshop 3.0")
_GPS = 0x8825
_MOST = 1000
"""Structures, and entries of one, that are looked at."""


def begins_tiff(head: bytes) -> bool:
    """Return whether a file begins as a TIFF does; pictures of many cameras, as they take them, are such."""
    return head.startswith(_STARTS + _BIG)


def may_hold_metadata(data: bytes) -> bool:
    """Return whether a file of whichever format looks as if it held Exif, XMP or IPTC."""
    return any(mark in data for mark in _MARKS)


def holds_place(data: bytes) -> bool:
    """Return whether a picture says where it was taken, in Exif or in XMP."""
    if any(_GPS in entries(data, at) for at in _places(data)) or any(mark in data for mark in _XMP_PLACE):
        return True
    return b"Iptc4xmp" in data and _IPTC_CITY.search(data) is not None


def entries(tiff: bytes, start: int = 0) -> dict[int, int]:
    """The tags of the first directory of a TIFF structure (TIFF 6.0, 2), each with its value where that is a number."""
    order = "<" if tiff.startswith(b"II", start) else ">"
    found: dict[int, int] = {}
    try:
        (at,) = struct.unpack_from(f"{order}I", tiff, start + 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start + at)
        for entry in range(min(count, _MOST)):
            tag, kind = struct.unpack_from(f"{order}HH", tiff, start + at + 2 + 12 * entry)
            (value,) = struct.unpack_from(f"{order}{'H' if kind == 3 else 'I'}", tiff, start + at + 10 + 12 * entry)
            found[tag] = value
    except struct.error:
        pass
    return found


def _places(data: bytes) -> Iterator[int]:
    """Where what looks like Exif begins."""
    for mark in _STARTS:
        at = -1
        for _ in range(_MOST):
            at = data.find(mark, at + 1)
            if at < 0:
                break
            yield at
