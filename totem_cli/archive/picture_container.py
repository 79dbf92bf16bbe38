"""Metadata of pictures in boxes (AVIF, HEIC: ISO/IEC 14496-12 and 23008-12), overwritten in their places."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_NO_EXIF = b"MM\0*\0\0\0\x08\0\0\0\0\0\0"
"""A TIFF structure with an empty directory."""

_XMP = b"application/rdf+xml"


class BrokenPictureError(ValueError):
    """The structure of a picture cannot be followed."""


def bare_container(data: bytes) -> bytes:
    """Return the file with its Exif and XMP overwritten; nothing else moves.

    Raises BrokenPictureError, IndexError or struct.error for what cannot be followed.
    """
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
            raise BrokenPictureError
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
            raise BrokenPictureError
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
