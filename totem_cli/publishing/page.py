"""A page: one file of an export, known by its key before it is rendered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import blake2b
from itertools import islice

import msgspec
from msgspec import Struct

_FEW = 1000


class Page(Struct, frozen=True):
    """One file of an export.

    ``path`` is relative to the output, with ``/``. ``key`` is a digest of everything the content depends on: two pages
    of one path with one key have the same bytes. ``render`` gives those bytes; it is called only when they are needed,
    perhaps in another process, and must not depend on anything but what the key covers.
    """

    path: str
    key: str
    render: Callable[[], bytes]


def key_of(*parts: bytes | str) -> str:
    """A key from all that a page depends on (BLAKE2b, 128 bits, hexadecimal); parts are kept apart by their length."""
    coded = [part.encode() if isinstance(part, str) else part for part in parts]
    return blake2b(b"".join([b"%d:%b" % (len(data), data) for data in coded]), digest_size=16).hexdigest()


def packed(values: Iterable[object]) -> bytes:
    """A list of these values as MessagePack; they are taken few at a time, and need not all be in memory."""
    encode, rest, count, parts = msgspec.msgpack.Encoder().encode, iter(values), 0, bytearray()
    while some := [*islice(rest, _FEW)]:
        parts += encode(some)[len(_head(len(some))) :]
        count += len(some)
    parts[:0] = _head(count)
    return bytes(parts)


def _head(count: int) -> bytes:
    """How a list of so many values begins (MessagePack, "array format family")."""
    if count < 16:
        return bytes([0x90 | count])
    return b"\xdc" + count.to_bytes(2) if count < 1 << 16 else b"\xdd" + count.to_bytes(4)
