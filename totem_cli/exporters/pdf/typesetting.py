"""Typeset a book with Typst. Its content is given as JSON data, not as markup, so that no text is run as code."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import starmap
from math import prod
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from totem_cli.exporters.book import CHAPTER_SCHEME, Book, Chapter, Part, picture_file
from totem_cli.exporters.html.picture_head import size_of
from totem_cli.exporters.html.pictures import RESIZED, Picture, pillow_version, resized
from totem_cli.exporters.pdf.grid import grid
from totem_cli.exporters.prose import Content, Node, text_of
from totem_cli.publishing.plugins import needed

MAX_DEPTH = 12
"""The depth below which elements are replaced by their text: Typst limits the depth of function calls."""

MAX_ADDRESS = 2000

WIDEST = 2000
"""The width in pixels of a picture across a page of A4, at 300 dots per inch."""

MOST_PIXELS_TOGETHER = 1_000_000_000
"""The most pixels of all pictures of a PDF: about 4 GB of memory."""

BYTES_PER_PIXEL = 4
POINTS_PER_PIXEL = 0.75  # CSS Values 4, 6.2

_MARK = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u200d\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
_LONG_WORD = re.compile(rf"(\S{{39}}[^\s{_MARK}][{_MARK}]*+)(?<!\u200d)(?=\S{{8}})")
"""No letter is parted from its marks."""

_MANY_MARKS = re.compile(rf"([{_MARK}]{{30}})(?=[{_MARK}])")
"""More marks than a letter has (Unicode UAX 15, 13): Typst's time and memory grow with the square of them and more."""

_NOT_TEXT = frozenset(("id", "lang", "name", "picture", "pictures", "region", "t", "to"))
_SPACES = re.compile(r"[ \t\r\n\f]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?![a-z])")
_REGION = re.compile(r"-([A-Z]{2})\Z")


class Typeset(NamedTuple):
    """A PDF, and the pictures that it does not hold: those that cannot be decoded, and those beyond the limit."""

    content: bytes
    broken: set[str]
    beyond: set[str]


def typeset(book: Book, paper: str) -> Typeset:
    """Typeset a book. Typst holds all pictures decoded, so their pixels are limited. Raises PluginError without it."""
    typst = needed("typst", extra="pdf", what="the export format 'pdf'")
    data = _breakable(_book(book, paper))
    files: dict[str, bytes] = {}
    broken, beyond, left = set(), set(), MOST_PIXELS_TOGETHER
    for number, (name, picture) in enumerate(book.pictures.items(), 1):
        content, file = printable(book.publication.media[name](), picture), picture_file(name, picture, number)
        pixels = max(prod(size_of(picture.type, content) or picture.size or ()), len(content) // BYTES_PER_PIXEL)
        if pixels > left:
            beyond.add(name)
        elif _can_decode(typst, file, content):
            files[file] = content
            left -= pixels
            data["pictures"][name] = {"file": file, "width": (picture.size or (0, 0))[0] * POINTS_PER_PIXEL}
        else:
            broken.add(name)
    template = Path(__file__).with_name("book.typ").read_bytes()
    files |= {"main.typ": template, "data.json": json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")}
    return Typeset(_compile(typst, files, max(int(book.modified.timestamp()), 0)), broken, beyond)


def printable(content: bytes, picture: Picture) -> bytes:
    """A picture as it is printed: one that is wider than a page can show is made smaller, where Pillow is installed."""
    if picture.type in RESIZED and picture.size and picture.size[0] > WIDEST and pillow_version():
        return resized(content, picture.type, WIDEST)
    return content


def _compile(typst: Any, files: dict[str, bytes], timestamp: int) -> bytes:
    with TemporaryDirectory(prefix="totem-") as folder:
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        main = os.path.join(folder, "main.typ")
        pdf: bytes = typst.compile(main, root=folder, format="pdf", ignore_system_fonts=True, timestamp=timestamp)
    return pdf


def _can_decode(typst: Any, file: str, content: bytes) -> bool:
    """Whether Typst can decode a picture; a broken one would make the compilation of the book fail."""
    try:
        _compile(typst, {"main.typ": f'#image("{file}")'.encode(), file: content}, 0)
    except typst.TypstError:
        return False
    return True


def _book(book: Book, paper: str) -> dict[str, Any]:
    hosts, guests = book.people()
    parts = [_part(part) for part in book.parts]
    return {
        "paper": paper,
        "title": book.title or "—",
        "subtitle": book.subtitle,
        "publisher": book.publisher if book.publisher != book.title else "",
        "authors": hosts or guests,
        "date": [int(one) for one in book.date.split("-")] if book.date and len(book.date) == len("2020-01-01") else [],
        "contents": book.label("contents"),
        "hosted_by": book.label("hosted_by"),
        "introduction": book.label("introduction"),
        "pictures": {},
        "single_series": book.single_series is not None,
        "parts": parts,
        **_language(book.language),
    }


def _breakable(value: Any) -> Any:
    """Data whose texts have a zero-width space in each long word, without which it would overflow the page.

    Marks beyond the thirtieth stand on dotted circles.
    """
    if isinstance(value, str):
        return _LONG_WORD.sub("\\1\u200b", _MANY_MARKS.sub("\\1\u25cc", value))
    if isinstance(value, list):
        return [_breakable(one) for one in value]
    if isinstance(value, dict):
        return {key: one if key in _NOT_TEXT else _breakable(one) for key, one in value.items()}
    return value


def _part(part: Part) -> dict[str, Any]:
    return {
        "title": part.title or "—",
        "subtitle": part.subtitle,
        "hosts": _contents(part.hosts),
        "partners": _contents(part.partners),
        "introduction": _contents(part.introduction),
        "chapters": [_chapter(chapter) for chapter in part.chapters],
        **_language(part.language),
    }


def _chapter(chapter: Chapter) -> dict[str, Any]:
    return {
        "id": f"c-{chapter.id}",
        "number": chapter.number,
        "title": chapter.title or "—",
        "subtitle": chapter.subtitle,
        "details": " · ".join(chapter.details),
        "hosts": _contents(chapter.hosts),
        "guests": _contents(chapter.guests),
        "picture": chapter.picture or "",
        "recap": _contents(chapter.recap),
        "questions": list(map(asdict, chapter.questions)),
        "links": list(starmap(_address, chapter.links)),
        "media": list(starmap(_address, chapter.media)),
        "comments": [
            {"head": ", ".join(filter(None, (one.author, one.date))), "text": _contents(one.text)}
            for one in chapter.comments
        ],
        "labels": chapter.labels,
        **_language(chapter.language),
    }


def _language(tag: str) -> dict[str, str | None]:
    base, region = _LANGUAGE.match(tag), _REGION.search(tag)
    return {"lang": base[0] if base and base[0] != "und" else "en", "region": region[1] if region else None}


def _address(text: str, address: str | None) -> dict[str, Any]:
    shown = text or address or "—"
    return _link((shown,), address) if address else {"t": "span", "c": [shown]}


def _link(contents: Iterable[Content], address: str, depth: int = 0) -> dict[str, Any]:
    inside = _contents(contents, depth)
    if address.startswith(CHAPTER_SCHEME):
        return {"t": "to", "c": inside, "to": f"c-{address.removeprefix(CHAPTER_SCHEME)}"}
    if len(address) > MAX_ADDRESS:
        return {"t": "span", "c": inside}
    return {"t": "a", "c": inside, "to": address}


def _contents(contents: Iterable[Content], depth: int = 0) -> list[Any]:
    """Prose as JSON data: strings, and objects whose ``t`` is the tag and ``c`` the content."""
    return [_SPACES.sub(" ", one) if isinstance(one, str) else _node(one, depth + 1) for one in contents]


def _node(node: Node, depth: int) -> dict[str, Any]:
    if depth > MAX_DEPTH:
        return {"t": "span", "c": [_SPACES.sub(" ", text_of([node]))]}
    match node.tag:
        case "img":
            return {"t": "img", **node.attributes}
        case "a":
            return _link(node.children, node.attributes["href"], depth)
        case "pre" | "code" | "kbd" | "samp":
            return {"t": "pre" if node.tag == "pre" else "code", "text": node.text}
        case "table":
            return _table(node, depth)
        case "ol":
            start = node.attributes.get("start", "1")
            number = int(start) if re.fullmatch(r"[0-9]{1,6}", start) else 1
            return {"t": "ol", "c": _items(node.children, depth), "start": number}
        case "ul":
            return {"t": "ul", "c": _items(node.children, depth)}
        case "figure":
            *quotation, caption = node.children
            by = _contents(caption.children, depth) if isinstance(caption, Node) else []
            return {"t": "figure", "c": _contents(quotation, depth), "by": by}
    return {"t": node.tag, "c": _contents(node.children, depth)}


def _items(items: Sequence[Content], depth: int) -> list[list[Any]]:
    return [_contents(item.children, depth) for item in items if isinstance(item, Node)]


def _table(node: Node, depth: int) -> dict[str, Any]:
    children = [one for one in node.children if isinstance(one, Node)]
    columns, cells = grid([one for one in children if one.tag == "tr"])
    caption = next((one.children for one in children if one.tag == "caption"), ())
    return {
        "t": "table",
        "caption": _contents(caption, depth),
        "columns": columns,
        "cells": [
            {
                "x": cell.x, "y": cell.y, "colspan": cell.width, "rowspan": cell.height,
                "head": cell.node.tag == "th", "align": cell.align, "c": _contents(cell.node.children, depth),
            }
            for cell in cells
        ],
    }  # fmt: skip
