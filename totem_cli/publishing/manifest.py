"""The manifest of an export: which files of a folder totem wrote, and from what.

It stands in the folder itself, as ``.totem-manifest``, and holds no times, so that two outputs compare equal. It is
JSON Lines: first what was exported by what, then for each file ``[path, key, digest, size]``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import MutableMapping
from contextlib import suppress
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct
from msgspec.structs import astuple, replace

from totem_cli.errors import InvalidError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

NAME = ".totem-manifest"
VERSION = 1
RESERVED = ".totem-"
"""What the names of the publisher's own files begin with."""

_PLAIN_PATH = re.compile(r"(?!\.totem-)(?:[A-Za-z0-9_-][A-Za-z0-9_.-]{0,200}/){0,20}[A-Za-z0-9_-][A-Za-z0-9_.-]{0,200}")
_PLAIN_PATHS = re.compile(rf"(?:{_PLAIN_PATH.pattern}\n)*+")
_NEVER_IN_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")

_BYTES = 16
_SOME = 1000
_PIECE = 1 << 20


class Entry(Struct, frozen=True):
    """One file of an export: the key of its page, the digest and the size of its content."""

    key: str
    digest: str
    size: int


class Entries(MutableMapping[str, Entry]):
    """Entries by path, each packed in one piece: of a hundred thousand files they take a quarter of the memory."""

    def __init__(self, entries: Mapping[str, Entry] | Iterable[tuple[str, Entry]] = ()) -> None:
        self._packed: dict[str, bytes | Entry] = {}
        self.update(entries)

    def __getitem__(self, path: str) -> Entry:
        return _unpacked(self._packed[path])

    def __setitem__(self, path: str, entry: Entry) -> None:
        self._packed[path] = _packed(entry)

    def __delitem__(self, path: str) -> None:
        del self._packed[path]

    def __contains__(self, path: object) -> bool:
        return path in self._packed

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)

    def __eq__(self, other: object) -> bool:
        return self._packed == other._packed if isinstance(other, Entries) else super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]  # it can be changed


def _packed(entry: Entry) -> bytes | Entry:
    """Digests and keys are nearly always 128 bits in hexadecimal: then both are kept as bytes."""
    with suppress(ValueError, OverflowError):
        key, digest = bytes.fromhex(entry.key), bytes.fromhex(entry.digest)
        if len(key) == len(digest) == _BYTES and key.hex() == entry.key and digest.hex() == entry.digest:
            return b"%b%b%b" % (key, digest, entry.size.to_bytes(_BYTES))
    return entry


def _unpacked(packed: bytes | Entry) -> Entry:
    if isinstance(packed, Entry):
        return packed
    key, digest, size = packed[:_BYTES], packed[_BYTES : 2 * _BYTES], packed[2 * _BYTES :]
    return Entry(key.hex(), digest.hex(), int.from_bytes(size))


class Manifest(Struct, frozen=True, kw_only=True):
    """What an export wrote: in which format, what selection, by what (``maker``), which files.

    ``rest`` are the rows of further files, by path, that nobody asks about: they stay as they are written.
    """

    format: str
    filters: dict[str, Any]
    maker: str
    entries: Mapping[str, Entry]
    rest: Sequence[bytes] = ()

    def __len__(self) -> int:
        return len(self.entries) + len(self.rest)

    def with_entries(self, entries: Mapping[str, Entry]) -> Manifest:
        """The same, of other files, beside the rest."""
        return replace(self, entries=entries)

    def encode(self) -> bytes:
        """The content of the file; the same manifest is always the same bytes."""
        head = {"totem_manifest": VERSION, "format": self.format, "filters": self.filters, "maker": self.maker}
        rows = ((path, *astuple(self.entries[path])) for path in sorted(self.entries))
        encoder = msgspec.json.Encoder(order="deterministic")
        if not self.rest:
            content = bytearray(encoder.encode_lines([head]))
            while some := [*islice(rows, _SOME)]:
                content += encoder.encode_lines(some)
            return bytes(content)
        whole = [*self.rest]
        for row in rows:
            whole.insert(bisect_left(whole, row[0], key=_path_of), encoder.encode(row))
        return b"\n".join([encoder.encode(head), *whole, b""])

    @classmethod
    def decode(cls, content: bytes, name: str) -> Manifest:
        """Read it back; RefusedError where it is damaged, hostile, or of a newer version."""
        begin = content.find(b"\n") + 1 or len(content)
        try:
            known = msgspec.json.decode(content[:begin], type=_Head)
            if known.totem_manifest == VERSION:
                entries = Entries()
                while begin < len(content):
                    end = content.find(b"\n", begin + _PIECE) + 1 or len(content)
                    rows = msgspec.json.Decoder(_Row).decode_lines(content[begin:end])
                    _check_paths([path for path, *_ in rows])
                    entries.update((path, Entry(*entry)) for path, *entry in rows)
                    begin = end
                return cls(format=known.format, filters=known.filters, maker=known.maker, entries=entries)
            problem = f"was written by another totem (version {known.totem_manifest})"
        except (msgspec.DecodeError, InvalidError, UnicodeDecodeError, RecursionError):
            problem = "is damaged"
        raise RefusedError(f"{name} {problem}", hint="export elsewhere, or take the folder over with --replace")

    @classmethod
    def decode_some(cls, content: bytes, paths: Iterable[str]) -> Manifest:
        """Read back what :meth:`encode` wrote, of which only these paths are asked about."""
        head, *rest, _ = content.split(b"\n")
        known = msgspec.json.decode(head, type=_Head)
        entries = Entries()
        for path in paths:
            place = bisect_left(rest, path, key=_path_of)
            if place < len(rest) and _path_of(rest[place]) == path:
                entries[path] = Entry(*_decode_row(rest.pop(place))[1:])
        return cls(format=known.format, filters=known.filters, maker=known.maker, entries=entries, rest=rest)


class _Head(Struct):
    totem_manifest: int
    format: str
    filters: dict[str, Any]
    maker: str = ""


_Row = tuple[str, str, str, int]

_decode_row = msgspec.json.Decoder(_Row).decode


def _path_of(row: bytes) -> str:
    path: str = _decode_row(row)[0]
    return path


def normal(filters: Mapping[str, Any]) -> dict[str, Any]:
    """Filters as the manifest will give them back, so that they compare."""
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(filters))
    return found


def entry_of(key: str, content: bytes) -> Entry:
    """The entry of a page, once its content is known."""
    return Entry(key, digest_of(content), len(content))


def digest_of(content: bytes) -> str:
    """The digest by which contents are compared: BLAKE2b (RFC 7693), 128 bits, hexadecimal."""
    return blake2b(content, digest_size=16).hexdigest()


def check_path(path: str) -> str:
    """The path itself, if a file of an export may have it; else InvalidError.

    It is relative, goes only down, and holds nothing that a file system or a URL reads in a way of its own.
    """
    if _PLAIN_PATH.fullmatch(path):
        return path
    parts = path.split("/")
    if any(part in {"", ".", ".."} for part in parts):
        raise InvalidError(f"{path!r} cannot be the path of a page: it must be relative, without '..'")
    if _NEVER_IN_NAMES.search(path):
        raise InvalidError(f"{path!r} cannot be the path of a page: it holds a backslash or a control character")
    if any(len(part.encode()) > 255 for part in parts):
        raise InvalidError(f"{path!r} cannot be the path of a page: a name in it is longer than 255 bytes")
    if parts[0].startswith(RESERVED):
        raise InvalidError(f"{path!r} cannot be the path of a page: names that begin with {RESERVED} are totem's own")
    return path


def _check_paths(paths: Collection[str]) -> None:
    """The same as :func:`check_path` of each; most often all are plain, and are looked at in one go."""
    whole = "".join([f"{path}\n" for path in paths])
    if not _PLAIN_PATHS.fullmatch(whole) or whole.count("\n") != len(paths):
        for path in paths:
            check_path(path)
