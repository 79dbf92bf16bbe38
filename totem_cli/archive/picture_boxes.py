"""Pictures made of boxes: AVIF and HEIC (ISO/IEC 14496-12, 23008-12), JPEG XL (18181-2), JPEG 2000 (15444-1)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

_BRANDS = frozenset(b"avif avis avio heic heix heim heis hevc hevx hevm hevs mif1 mif2 msf1 miaf jpeg jpgs".split())
_BOXED = (b"\0\0\0\x0cJXL \r\n\x87\n", b"\0\0\0\x0cjP  \r\n\x87\n")
_METADATA = frozenset((b"Exif", b"xml ", b"jumb", b"brob", b"uuid", b"uinf", b"free", b"skip"))
"""Boxes that say nothing of how a picture looks; ``brob`` is another one of them, compressed."""

_ASIDE = frozenset((b"uuid", b"udta", b"free", b"skip", b"jumb"))
_XMP = b"application/rdf+xml"
_NO_EXIF = b"MM\0*\0\0\0\x08\0\0\0\0\0\0"
"""A TIFF structure with an empty directory."""


class BrokenPictureError(ValueError):
    """The structure of a picture cannot be followed: what was written into it cannot be taken out."""


class _Place(NamedTuple):
    """An extent of an item: it counts from the file's beginning (0), or from that of the box ``idat`` (1)."""

    item: int
    method: int
    begin: int
    length: int


def is_container(head: bytes) -> bool:
    """Return whether a file begins as an AVIF or HEIC, and not as a film does."""
    if head[4:8] != b"ftyp":
        return False
    brands = head[8:256][: max(4, int.from_bytes(head[:4], "big") - 8)]
    return any(brands[at : at + 4] in _BRANDS for at in range(0, len(brands), 4) if at != 4)


def is_boxed(head: bytes) -> bool:
    """Return whether a file begins as a JPEG XL or JPEG 2000 does."""
    return head.startswith(_BOXED)


def bare_boxes(data: bytes) -> bytes:
    """The file without the boxes that say nothing of how it looks."""
    return b"".join(
        data[start:end] for kind, start, _, end in _whole_boxes(data, 0, len(data)) if kind not in _METADATA
    )


def bare_items(data: bytes) -> bytes:
    """The file with its Exif, its XMP and the like overwritten; nothing moves, since items are found by distance."""
    out = bytearray(data)
    for kind, begin, end in _boxes(data, 0, len(data)):
        if kind == b"meta":
            _blank_items(out, data, begin, end)
            _free(out, data, begin + 4, end)
        elif kind == b"moov":
            _free(out, data, begin, end, _ASIDE | {b"meta"})
            for inner, first, last in _boxes(data, begin, end):
                if inner == b"trak":
                    _free(out, data, first, last, _ASIDE | {b"meta"})
    _free(out, data, 0, len(data))
    return bytes(out)


def _free(out: bytearray, data: bytes, begin: int, end: int, kinds: frozenset[bytes] = _ASIDE) -> None:
    """Make boxes of these kinds free space."""
    for kind, first, last in _boxes(data, begin, end):
        if kind in kinds:
            head = first - 4 if data[first - 4 : first] == kind else first - 12  # a size of eight bytes may follow
            out[head : head + 4] = b"free"
            out[first:last] = bytes(last - first)


def _blank_items(out: bytearray, data: bytes, begin: int, end: int) -> None:
    """Overwrite the items of the box ``meta`` that are no picture."""
    inside = {name: (first, last) for name, first, last in _boxes(data, begin + 4, end)}
    if b"iinf" not in inside:
        return
    metadata = dict(_metadata_items(data, *inside[b"iinf"]))
    if not metadata:
        return
    if b"iloc" not in inside:
        raise BrokenPictureError
    wholes = {0: (0, len(data)), 1: inside.get(b"idat", (0, 0))}
    for place in _places(data, *inside[b"iloc"]):
        if place.item in metadata:
            if place.method not in wholes or not place.length:
                raise BrokenPictureError
            start, stop = wholes[place.method]
            first = min(start + place.begin, stop)
            last = min(first + place.length, stop)
            out[first:last] = _blank(metadata[place.item], data[first:last])


def _blank(kind: bytes, item: bytes) -> bytes:
    """As many bytes as an item has, which say nothing."""
    if kind != b"Exif":
        return b" " * len(item)
    if item[4:10] == b"Exif\0\0":
        return (b"\0\0\0\6Exif\0\0" + _NO_EXIF).ljust(len(item), b"\0")[: len(item)]
    return (bytes(4) + _NO_EXIF).ljust(len(item), b"\0")[: len(item)]  # the place of the TIFF structure, and that


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The type of each box, and where its content begins and ends."""
    for kind, _, begin, last in _whole_boxes(data, at, end):
        yield kind, begin, last


def _whole_boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """The type of each box, where it begins, and where its content begins and ends."""
    while at + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, at)
        begin = at + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, begin)
            begin += 8
        last = end if size == 0 else at + size
        if not begin <= last <= end:
            raise BrokenPictureError
        yield kind, at, begin, last
        at = last


def _metadata_items(data: bytes, begin: int, end: int) -> Iterator[tuple[int, bytes]]:
    """The numbers of the items that are no picture, and their types (``iinf``)."""
    for kind, first, last in _boxes(data, begin + (6 if data[begin] == 0 else 8), end):
        if kind != b"infe":
            continue
        version = data[first]
        if version not in (2, 3):
            raise BrokenPictureError
        wide = 4 if version == 3 else 2
        number = int.from_bytes(data[first + 4 : first + 4 + wide], "big")
        what = data[first + 6 + wide : first + 10 + wide]
        more = data[first + 10 + wide : last].split(b"\0")  # its name, and of what media type it is
        if what in (b"Exif", b"uri ") or (what == b"mime" and not b"".join(more[1:2]).startswith(b"image/")):
            yield number, what


def _places(data: bytes, begin: int, end: int) -> Iterator[_Place]:
    """The extents of each item (``iloc``)."""
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
        elsewhere = number(2)
        base = number(base_size)
        for _ in range(number(2)):
            number(index_size)
            offset, length = number(offset_size), number(length_size)
            yield _Place(item, 2 if elsewhere else method, base + offset, length)
