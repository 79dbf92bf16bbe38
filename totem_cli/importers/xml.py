"""Untrusted XML, read as a stream: one record at a time, with its line and column; no other file or address is opened.

A document type is refused whole (XML 1.0, 2.8): entities, and with them bombs and files of this machine, are only ever
declared there. Names are matched without their prefix, since feeds and exports spell their namespaces in several ways.
Characters that are not XML are mended first (``xml_text.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from itertools import chain
from pathlib import Path
from urllib.parse import urljoin
from xml.parsers import expat

from totem_cli.errors import InvalidError, Location, SystemFailedError
from totem_cli.importers import Options
from totem_cli.importers.note_list import NoteList
from totem_cli.importers.xml_text import decoded

MOST = 64 * 1024 * 1024
"""Characters that one record may hold: what bounds the memory of reading a file of any size."""

DEEPEST = 200
"""How deep elements may be nested."""

_CHUNK = 64 * 1024
_LONGEST_TOKEN = 16 * 1024 * 1024
_PACKED = {b"\x1f\x8b": "gunzip", b"PK\x03\x04": "unzip", b"BZh": "bunzip2", b"\xfd7zXZ": "unxz"}

_DOCTYPES = frozenset({"-//Netscape Communications//DTD RSS 0.9//EN", "-//Netscape Communications//DTD RSS 0.91//EN"})
"""The public names of the document types that RSS 0.9x asks for."""


class Element:
    """An element, with what is in it, in order.

    ``name`` and the keys of ``attributes`` are without prefix; ``tag`` is the name as it is written. ``space`` is the
    namespace, or the prefix where none is declared. ``parent`` is the element around it. ``lang`` and ``base`` are its
    ``xml:lang`` and ``xml:base``.
    """

    __slots__ = ("attributes", "base", "children", "column", "lang", "line", "name", "parent", "space", "tag")

    def __init__(self, name: str, space: str, attributes: dict[str, str], parent: Element | None) -> None:
        self.name = self.tag = name
        self.space = space
        self.attributes = attributes
        self.parent = parent
        self.children: list[Element | str] = []
        self.line = self.column = 1
        self.lang: str = parent.lang if parent else ""
        self.base: str = parent.base if parent else ""

    def all(self, name: str, space: str = "") -> Iterator[Element]:
        """The elements directly in it with this name, whose namespace holds ``space``."""
        return (child for child in self.elements if child.name == name and space in child.space.lower())

    def first(self, name: str, space: str = "") -> Element | None:
        """The first of :meth:`all`."""
        return next(self.all(name, space), None)

    def value(self, name: str, space: str = "") -> str:
        """The text of the first of :meth:`all`, without the white space around it; empty where there is none."""
        found = self.first(name, space)
        return found.text.strip(" \t\r\n") if found else ""

    def text_of(self, *names: str) -> str:
        """The first text, in the order of the names, of the elements directly in it that have one."""
        return next(filter(None, (one.text.strip() for name in names for one in self.all(name))), "")

    def get(self, key: str, default: str = "") -> str:
        """An attribute's value; ``default`` where it has none."""
        return self.attributes.get(key, default)

    @property
    def elements(self) -> list[Element]:
        """The elements directly in it."""
        return [child for child in self.children if not isinstance(child, str)]

    @property
    def own_text(self) -> str:
        """Its text, without that of the elements in it, and without the white space around it."""
        return "".join(child for child in self.children if isinstance(child, str)).strip()

    @property
    def text(self) -> str:
        """Its text, with that of everything in it."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)


IsRecord = Callable[[Sequence[str]], bool]
"""Whether an element is a record, by the names from the root down to its own."""


def records(
    source: Path | bytes, options: Options, is_record: IsRecord, notes: NoteList | None = None
) -> Iterator[Element]:
    """Every record of a document, in its order; what is outside of them is not kept.

    What had to be mended for the document to be read is added to ``notes``. Raises InvalidError with line and column
    for what is no XML, has a document type, ends too early or would need unbounded memory; SystemFailedError where the
    source cannot be read.
    """
    reader = _Reader(source_name(source, options), is_record)
    chunks = _chunks(source, reader)
    first = next(chunks)
    start = Location(reader.name, 1 + reader.skipped_lines)
    for text in decoded(chain([first], chunks), start, options.encoding, NoteList() if notes is None else notes):
        reader.feed(text.encode())
        yield from reader.take()
    reader.finish()
    yield from reader.take()


def source_name(source: Path | bytes, options: Options) -> str:
    """What messages call a source."""
    return options.name if isinstance(source, bytes) else str(source)


class _Reader:
    """An expat parser that builds records and refuses what is dangerous."""

    def __init__(self, name: str, is_record: IsRecord) -> None:
        self.name = name
        self._is_record = is_record
        self._open: list[Element] = []
        self._names: list[str] = []
        self._spaces: list[dict[str, str]] = [{"xml": "http://www.w3.org/XML/1998/namespace"}]
        self._record: int | None = None  # the depth of the record that is being read
        self._size = 0
        self._fed = 0
        self._done: list[Element] = []
        self.skipped_lines = 0
        self._parser = self._new_parser()

    def _new_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate("utf-8")  # whatever the document declares: it is decoded already
        parser.buffer_text = True
        parser.buffer_size = _CHUNK
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        return parser

    def feed(self, chunk: bytes, final: bool = False) -> None:
        try:
            self._parser.Parse(chunk, final)
        except expat.ExpatError as error:
            raise self._malformed(error, final) from None
        except (ValueError, LookupError) as error:
            raise InvalidError(f"the XML cannot be read: {error}", location=self._location()) from None
        self._fed += len(chunk)
        if self._fed - self._parser.CurrentByteIndex > _LONGEST_TOKEN and not final:
            raise InvalidError("one tag or comment is longer than 16 MB", location=self._location())

    def finish(self) -> None:
        self.feed(b"", final=True)

    def take(self) -> list[Element]:
        done, self._done = self._done, []
        return done

    def _start(self, tag: str, raw: dict[str, str]) -> None:
        if len(self._open) >= DEEPEST:
            raise InvalidError(f"elements are nested more than {DEEPEST} deep", location=self._location())
        declared = {key.partition(":")[2]: value for key, value in raw.items() if key.split(":")[0] == "xmlns"}
        spaces = self._spaces[-1] | declared if declared else self._spaces[-1]
        prefix, _, name = tag.rpartition(":")
        parent = self._open[-1] if self._open else None
        attributes: dict[str, str] = {}
        for key, value in raw.items():
            if ":" not in key:
                attributes[key] = value
            elif not key.startswith("xmlns:"):
                attributes.setdefault(key.partition(":")[2], value)
        element = Element(name, spaces.get(prefix, prefix), attributes, parent)
        element.tag = tag
        element.lang = raw.get("xml:lang", element.lang)
        if "xml:base" in raw:
            element.base = absolute(raw["xml:base"], element.base)
        self._names.append(name)
        if self._record is None and self._is_record(self._names):
            self._record, self._size = len(self._open), 0
        if self._record is not None:
            element.line, element.column = self._position()
            self._grow(200 + sum(map(len, raw.values())))
        self._open.append(element)
        self._spaces.append(spaces)

    def _end(self, _tag: str) -> None:
        element = self._open.pop()
        self._names.pop()
        self._spaces.pop()
        if self._record is None:
            return
        if self._record < len(self._open):
            self._open[-1].children.append(element)
        else:
            self._record = None
            self._done.append(element)

    def _text(self, text: str) -> None:
        if self._record is not None:
            self._grow(len(text))
            self._open[-1].children.append(text)

    def _grow(self, size: int) -> None:
        self._size += size
        if self._size > MOST:
            assert self._record is not None
            record = self._open[self._record] if self._record < len(self._open) else None
            where = Location(self.name, record.line, record.column) if record else self._location()
            raise InvalidError(f"one <{self._names[self._record]}> is larger than {MOST >> 20} MB", location=where)

    def _doctype(self, _root: str, _address: str | None, public: str | None, has_subset: int) -> None:
        if public in _DOCTYPES and not has_subset:  # it defines nothing here, and is never opened
            return
        raise InvalidError(
            "the XML has a document type (<!DOCTYPE …>), which could name files and addresses to be opened",
            hint="a web page is not XML of this format; from a feed or an export, delete the declaration",
            location=self._location(),
        )

    def _position(self) -> tuple[int, int]:
        return self._parser.CurrentLineNumber + self.skipped_lines, self._parser.CurrentColumnNumber + 1

    def _location(self) -> Location:
        return Location(self.name, *self._position())

    def _malformed(self, error: expat.ExpatError, final: bool) -> InvalidError:
        message, hint = f"the XML cannot be read: {expat.ErrorString(error.code) or 'it is malformed'}", None
        if final and self._open:
            message = f"the file ends in the middle of <{self._open[-1].name}>"
            hint = "it was cut off: export or fetch it again"
        elif final and not self._fed:
            message = "the file is empty"
        elif "invalid token" in message:
            hint = "a < that begins no tag is written &lt;, and an attribute's value stands in quotation marks"
        location = Location(self.name, error.lineno + self.skipped_lines, error.offset + 1)
        return InvalidError(message, hint=hint, location=location)


def _chunks(source: Path | bytes, reader: _Reader) -> Iterator[bytes]:
    """The source in pieces, without white space before its declaration."""
    pieces = _pieces(source, reader.name)
    first = next(pieces, b"")
    for magic, tool in _PACKED.items():
        if first.startswith(magic):
            location = Location(reader.name)
            raise InvalidError("the file is compressed", hint=f"unpack it first: {tool}", location=location)
    bare = first.lstrip(b" \t\r\n")
    reader.skipped_lines = first[: len(first) - len(bare)].count(b"\n")
    yield bare
    yield from pieces


def _pieces(source: Path | bytes, name: str) -> Iterator[bytes]:
    if isinstance(source, Path) and source.is_dir():
        raise InvalidError(f"{name} is a folder; this format is one file")
    try:
        with BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
            while piece := file.read(_CHUNK):
                yield piece
    except OSError as error:
        raise SystemFailedError.from_os(error, "read", name) from error


def web_address(address: str, base: str = "") -> str:
    """An http(s) address, resolved against ``base``; empty where it is none."""
    resolved = absolute(address, base) if address.strip() else ""
    return resolved if resolved.startswith(("http://", "https://")) else ""


def absolute(address: str, base: str) -> str:
    """An address, resolved against ``base`` (RFC 3986, 5); itself where it cannot be."""
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return address.strip()
