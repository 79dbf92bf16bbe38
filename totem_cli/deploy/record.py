"""The record of a deployment: what totem put at a target, kept there beside the site.

It is a gzip file of JSON Lines: a head, then ``[path, digest]`` for each file. In the place of the digest, a file that
was being sent or deleted has a mark: the target may hold the old content, the new one, or none. So a deployment that
broke off is finished by the next one, which sends such files again, or deletes them.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping
from itertools import islice

import msgspec

from totem_cli.errors import InvalidError, RefusedError
from totem_cli.publishing.manifest import check_path

NAME = ".totem-deployed"
VERSION = 1
REPLACED = "replaced"
"""The mark of a file that is there, in its old content or the new one."""
ADDED = "added"
"""The mark of a file that may be missing, and to which no page leads that a reader can come to."""

_LARGEST = 1 << 30
"""Bytes of a record, unpacked: more is no record of a site."""

_PIECE = 1 << 20

_MOST = 5_000_000
"""Files of a record."""


class _Head(msgspec.Struct):
    totem_deployed: int


def encode(files: Mapping[str, str]) -> bytes:
    """The record of these files, by path with their digests; the same files are always the same bytes."""
    lines = msgspec.json.Encoder().encode_lines([_Head(VERSION), *((path, files[path]) for path in sorted(files))])
    return gzip.compress(lines, mtime=0)


def decode(content: bytes, target: str) -> dict[str, str]:
    """The files of a record.

    Raises RefusedError where it is damaged, or of a newer version.
    """
    try:
        lines = _lines(content)
        version = msgspec.json.decode(next(lines), type=_Head).totem_deployed
        if version == VERSION:
            row = msgspec.json.Decoder(tuple[str, str])
            files = dict(row.decode(line) for line in islice(lines, _MOST))
            for path in files:
                check_path(path)
            if next(lines, None) is None:
                return files
        problem = f"was written by another totem (version {version})" if version != VERSION else "has too many files"
    except (zlib.error, EOFError, StopIteration, msgspec.DecodeError, InvalidError, UnicodeDecodeError):
        problem = "is damaged"
    raise RefusedError(
        f"the record {NAME} at {target} {problem}",
        hint="with --replace all files are sent again, and what an earlier deployment left is not deleted",
    )


def _lines(content: bytes) -> Iterator[bytes]:
    """The lines of a gzip file, unpacked as they are asked for. Raises EOFError where it is cut or too large."""
    unpacker = zlib.decompressobj(wbits=31)
    unpacked, rest = 0, b""
    while not unpacker.eof:
        part = unpacker.decompress(content, _PIECE)
        content = unpacker.unconsumed_tail
        unpacked += len(part)
        if unpacked > _LARGEST or (not part and not unpacker.eof):
            raise EOFError
        *lines, rest = (rest + part).split(b"\n")
        if len(rest) > _PIECE:
            raise EOFError
        yield from lines
    if rest:
        yield rest
