"""A page: one file of an export, known by its key before it is rendered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b


@dataclass(frozen=True, slots=True)
class Page:
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
