"""The manifest of an export: which files of a folder totem wrote, and from what.

It stands in the folder itself, as ``.totem-manifest``, and holds no times, so that two outputs compare equal. It is
JSON Lines: first what was exported by what, with the groups of pages, then for each file
``[path, key, digest, size, group]``.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from totem_cli.errors import InvalidError, RefusedError
from totem_cli.publishing.page import combined

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from totem_cli.publishing.page import Key

NAME = ".totem-manifest"
VERSION = 2
RESERVED = ".totem-"
"""What the names of the publisher's own files begin with."""

_PLAIN_PATH = re.compile(r"(?!\.totem-)(?:[A-Za-z0-9_-][A-Za-z0-9_.-]{0,200}/){0,20}[A-Za-z0-9_-][A-Za-z0-9_.-]{0,200}")
_PLAIN_PATHS = re.compile(rf"(?:{_PLAIN_PATH.pattern}\n)*+")
_NEVER_IN_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")

_SHORT = 8


class Row(Struct, frozen=True, array_like=True, gc=False):
    """One file of an export: the key of its page, the digest and the size of its content, the name of its group."""

    path: str
    key: str
    digest: str
    size: int
    group: str = ""


class Group(Struct, frozen=True):
    """What is known of a group: its key, the beginning of the digest of each part of the key, its warnings."""

    key: str
    parts: dict[str, str] = {}
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(cls, key: Key, warnings: Sequence[str] = ()) -> Group:
        """The group with this key."""
        return cls(combined(key), {name: digest[:_SHORT] for name, digest in key.items()}, tuple(warnings))

    def changed(self, key: Key) -> list[str]:
        """The names of the parts in which another key differs."""
        other = Group.of(key).parts
        return [name for name in {**self.parts, **other} if self.parts.get(name) != other.get(name)]


class Manifest(Struct, frozen=True, kw_only=True):
    """What an export wrote: in which format, what selection, by which ``toolchain``, which files in which groups."""

    format: str
    filters: dict[str, Any]
    toolchain: str
    rows: Mapping[str, Row]
    groups: Mapping[str, Group] = {}

    def encode(self) -> bytes:
        """The content of the file; the same manifest is always the same bytes."""
        head = _Head(VERSION, self.format, self.filters, self.toolchain, dict(self.groups))
        encoder = msgspec.json.Encoder(order="deterministic")
        return encoder.encode_lines([head, *(self.rows[path] for path in sorted(self.rows))])

    @classmethod
    def decode(cls, content: bytes, name: str) -> Manifest:
        """Read it back; RefusedError where it is damaged, hostile, or of a newer version.

        The rows of version 1 tell which files are totem's; their keys say nothing.
        """
        begin = content.find(b"\n") + 1 or len(content)
        try:
            head = msgspec.json.decode(content[:begin], type=_Head)
            if head.totem_manifest in (1, VERSION):
                rows = msgspec.json.Decoder(Row).decode_lines(content[begin:])
                _check_paths([row.path for row in rows])
                return cls(
                    format=head.format,
                    filters=head.filters,
                    toolchain=head.maker if head.totem_manifest == VERSION else "",
                    rows={row.path: row for row in rows},
                    groups=head.groups,
                )
            problem = f"was written by another totem (version {head.totem_manifest})"
        except (msgspec.DecodeError, InvalidError, UnicodeDecodeError, RecursionError):
            problem = "is damaged"
        raise RefusedError(f"{name} {problem}", hint="export elsewhere, or take the folder over with --replace")


def rows_of_damaged(content: bytes) -> dict[str, Row]:
    """The rows that can still be read of a damaged manifest, by path."""
    decoder, found = msgspec.json.Decoder(Row), {}
    for line in content.split(b"\n"):
        try:
            row = decoder.decode(line)
            found[check_path(row.path)] = row
        except (msgspec.DecodeError, InvalidError, UnicodeDecodeError, RecursionError):
            continue
    return found


class _Head(Struct):
    totem_manifest: int
    format: str
    filters: dict[str, Any]
    maker: str = ""
    groups: dict[str, Group] = {}


def normal(filters: Mapping[str, Any]) -> dict[str, Any]:
    """Filters as the manifest will give them back, so that they compare."""
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(filters))
    return found


def row_of(path: str, key: str, content: bytes) -> Row:
    """The row of a page, once its content is known."""
    return Row(path, key, digest_of(content), len(content))


def digest_of(content: bytes) -> str:
    """The digest by which contents are compared: BLAKE2b (RFC 7693), 128 bits, hexadecimal."""
    return blake2b(content, digest_size=16).hexdigest()


def digest_and_size(pieces: Iterable[bytes]) -> tuple[str, int]:
    """The same of a content in pieces, and how many bytes it has."""
    digest, size = blake2b(digest_size=16), 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


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
