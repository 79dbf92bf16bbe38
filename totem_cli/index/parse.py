"""Parsing of a file's bytes to its value, or to the error for which it cannot be read."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from totem_cli.documents.document import Document
from totem_cli.errors import InvalidError, Location, TotemError
from totem_cli.model import read
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.person import Person
from totem_cli.model.series import Series
from totem_cli.model.settings import Settings
from totem_cli.storage.layout import LARGEST, Located, comment_folder, digest_of, locate, too_large

Value = Settings | Series | Episode | Person | Comment

_LARGEST = 2**63 - 1


class ParsedFile(Struct, frozen=True):
    """One file of the archive, parsed.

    Either ``value`` is its content and ``packed`` the same as MessagePack, both without the text (recap, introduction,
    biography or comment), which is ``body``; or ``problem`` says why the file cannot be read. ``digest`` is that of its
    bytes.
    """

    path: str
    located: Located
    digest: bytes
    value: Value | None = None
    body: str = ""
    packed: bytes = b""
    problem: TotemError | None = None


def parse(path: str, content: bytes, digest: bytes | None = None) -> ParsedFile:
    """Parse the file at ``path``, which :func:`locate` must know; errors are in :attr:`ParsedFile.problem`.

    ``digest`` is that of the content, if the caller has it.
    """
    located = locate(path)
    assert located is not None, f"{path} is not the path of a record"
    digest = digest or digest_of(content)
    try:
        value, body, packed = _read(path, located, content)
    except TotemError as error:
        return ParsedFile(path, located, digest, problem=error.at(Location(path)))
    return ParsedFile(path, located, digest, value, body, packed)


def _read(path: str, located: Located, content: bytes) -> tuple[Value, str, bytes]:
    if len(content) > LARGEST:
        raise too_large()
    document = Document.parse(content, path, kind="toml" if located.kind == "settings" else "markdown")
    try:
        value = _value(path, located, document)
        packed = _packed(value)
    except InvalidError as error:
        if error.location is None and error.field is not None:
            error.at(document.location(*read.field_path(error.field)))
        raise
    return value, "" if located.kind == "settings" else document.recap, packed


def _value(path: str, located: Located, document: Document) -> Value:
    slug = located.slug or ""
    match located.kind:
        case "settings":
            return read.settings(document.data)
        case "series":
            return read.series(document.data, slug=slug)
        case "person":
            return read.person(document.data, slug=slug)
        case "comment":
            return read.comment(document.data, folder=comment_folder(path), slug=slug)
    return read.episode(document.data, series=located.series or "", slug=slug)


def _packed(value: Value) -> bytes:
    """Return the value as MessagePack. Raises InvalidError for integers beyond 64 bits.

    They are an error in TOML 1.0 ("Integer"), but Python's parser accepts them.
    """
    if isinstance(value, Episode) and value.number is not None and value.number > _LARGEST:
        raise InvalidError("number is too large", field="number")
    try:
        return msgspec.msgpack.encode(value)
    except OverflowError:
        raise InvalidError("a number is too large", hint="TOML numbers have 64 bits") from None
    except RecursionError:
        raise InvalidError("tables or lists are nested too deeply") from None
