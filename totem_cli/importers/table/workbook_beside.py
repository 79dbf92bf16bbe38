"""What stands beside the values of a workbook's cells: targets of links, comments, formulas that no value was saved of.

The library that reads the values (python-calamine) does not read them; it runs in the same bounded process.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers import expat

_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_HYPERLINK = re.compile(r'HYPERLINK\("([^"]+)"', re.IGNORECASE)
_MOST_REPEATED = 1 << 14
"""Columns of a row, which is how far a cell may be repeated."""

Attributes = dict[str, str]


class Beside:
    """What stands beside the cells of one sheet, each with its line, from 1, and its column, from 0."""

    def __init__(self) -> None:
        self.links: list[tuple[int, int, str]] = []
        self.comments: list[tuple[int, int, str]] = []
        self.formulas: list[tuple[int, int, str]] = []


def beside_cells(package: zipfile.ZipFile) -> dict[str, Beside]:
    """What stands beside the cells of each sheet, by its name.

    Raises ValueError for XML that is none or has a document type, KeyError where a part of the workbook is not there.
    """
    names = frozenset(package.namelist())
    if "content.xml" in names:
        return _OpenDocument(package).sheets
    if "xl/workbook.xml" not in names:
        return {}
    sheets: list[tuple[str, str]] = []

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "sheet":
            sheets.append((attributes.get("name", ""), attributes.get("id", "")))

    _parse(package, "xl/workbook.xml", start)
    parts = _relations(package, "xl/workbook.xml", names)
    return {name: _Worksheet(package, parts[key][0], names).made for name, key in sheets if key in parts}


def _relations(package: zipfile.ZipFile, part: str, names: frozenset[str]) -> dict[str, tuple[str, str]]:
    """The targets of a part and their types, by their keys; those in the package by their names there."""
    folder, name = posixpath.split(part)
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "Relationship":
            target = attributes.get("Target", "")
            if attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join(folder, target)) if target[:1] != "/" else target[1:]
            found[attributes.get("Id", "")] = target, attributes.get("Type", "").rpartition("/")[2]

    if (rels := f"{folder}/_rels/{name}.rels") in names:
        _parse(package, rels, start)
    return found


class _Worksheet:
    """A sheet of Excel, with its comments."""

    def __init__(self, package: zipfile.ZipFile, part: str, names: frozenset[str]) -> None:
        self.made = Beside()
        self._relations = _relations(package, part, names)
        self._cell, self._formula, self._has_value = "", "", False
        self._text: list[str] = []
        _parse(package, part, self._start, self._end, self._text.append)
        for target, kind in self._relations.values():
            if kind == "comments" and target in names:
                _parse(package, target, self._start, self._end, self._text.append)

    def _start(self, tag: str, attributes: Attributes) -> None:
        if tag in ("c", "comment"):
            self._cell = attributes.get("r", attributes.get("ref", ""))
            self._formula, self._has_value = "", False
        if tag in ("f", "v", "is", "comment"):
            self._text.clear()
        elif tag == "hyperlink":
            target = self._relations.get(attributes.get("id", ""), ("", ""))[0]
            anchor = attributes.get("location", "")
            whole = f"{target}#{anchor}" if anchor and "#" not in target else target
            self.made.links += [(*place, whole) for place in _places(attributes.get("ref", ""))]

    def _end(self, tag: str) -> None:
        if tag == "f":
            self._formula = "".join(self._text)
        elif tag in ("v", "is"):
            self._has_value = any(map(str.strip, self._text))
        elif tag == "c" and (found := _HYPERLINK.match(self._formula)):
            self.made.links += [(*place, found[1]) for place in _places(self._cell)]
        elif tag == "c" and self._formula and not self._has_value:
            self.made.formulas += [(*place, f"={self._formula}") for place in _places(self._cell)]
        elif tag == "comment":
            text = " ".join("".join(self._text).split())
            self.made.comments += [(*place, text) for place in _places(self._cell)]


def _places(ref: str) -> Iterator[tuple[int, int]]:
    """The line and the column of the first cell of ``B2`` or ``B2:C3``."""
    if match := _CELL.match(ref.replace("$", "")):
        column = 0
        for letter in match[1]:
            column = column * 26 + ord(letter) - 64
        yield int(match[2]), column - 1


class _OpenDocument:
    """The sheets of a document of LibreOffice."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self.sheets: dict[str, Beside] = {}
        self._made = Beside()
        self._line = self._column = self._rows = self._cells = 0
        self._comment: list[str] | None = None
        _parse(package, "content.xml", self._start, self._end, self._text)

    def _start(self, tag: str, attributes: Attributes) -> None:
        if tag == "table":
            self._made = self.sheets.setdefault(attributes.get("name", ""), Beside())
            self._line = 1
        elif tag == "table-row":
            self._rows, self._column = _count(attributes.get("number-rows-repeated")), 0
        elif tag in ("table-cell", "covered-table-cell"):
            self._cells = _count(attributes.get("number-columns-repeated"))
        elif tag == "a" and self._comment is None:
            self._made.links.append((self._line, self._column, attributes.get("href", "")))
        elif tag == "annotation":
            self._comment = []

    def _end(self, tag: str) -> None:
        if tag == "table-row":
            self._line += self._rows
        elif tag in ("table-cell", "covered-table-cell"):
            self._column += min(self._cells, _MOST_REPEATED)
        elif tag == "annotation" and self._comment is not None:
            self._made.comments.append((self._line, self._column, " ".join("".join(self._comment).split())))
            self._comment = None
        elif tag == "p" and self._comment is not None:
            self._comment.append(" ")

    def _text(self, data: str) -> None:
        if self._comment is not None:
            self._comment.append(data)


def _count(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 9 else 1


def _parse(
    package: zipfile.ZipFile,
    part: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] = lambda _: None,
    text: Callable[[str], Any] = lambda _: None,
) -> None:
    """Read a part as a stream; names are given without their namespaces."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda tag, found: start(_local(tag), {_local(key): found[key] for key in found})
    parser.EndElementHandler = lambda tag: end(_local(tag))
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        with package.open(part) as stream:
            parser.ParseFile(stream)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from None


def _refuse(*_: Any) -> None:
    raise ValueError("it has a document type")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
