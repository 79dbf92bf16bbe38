"""Write an EPUB: its documents, its package document and the ZIP file, which is reproducible (EPUB 3.3)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from textwrap import wrap
from typing import NamedTuple

from totem_cli.exporters.book import Book, normalise_space
from totem_cli.exporters.epub.xhtml import Writer
from totem_cli.exporters.xml import document, element, empty, nested

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a ZIP file can hold
_XHTML = "application/xhtml+xml"
_SVG = "image/svg+xml"
_FEATURES = ("tableOfContents", "readingOrder", "structuralNavigation", "alternativeText", "displayTransformability")


class _File(NamedTuple):
    """A publication resource; ``in_spine`` tells a document that is part of the reading order."""

    path: str
    type: str
    content: bytes
    properties: str | None = None
    in_spine: bool = False

    @property
    def id(self) -> str:
        return "x-" + self.path.replace("/", "-")


def container(book: Book) -> bytes:
    """The EPUB as a ZIP file (OCF, EPUB 3.3, 4.2)."""
    files = list(_files(book))
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "mimetype", b"application/epub+zip", is_stored=True)  # first and uncompressed (4.2.6.3)
        _add(archive, "META-INF/container.xml", _container_xml())
        _add(archive, "EPUB/package.opf", _package(book, files))
        for file in files:
            is_stored = file.type.startswith("image/") and file.type != _SVG
            _add(archive, f"EPUB/{file.path}", file.content, is_stored=is_stored)
    return out.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes, *, is_stored: bool = False) -> None:
    info = zipfile.ZipInfo(name, _ZIP_EPOCH)
    info.compress_type = zipfile.ZIP_STORED if is_stored else zipfile.ZIP_DEFLATED
    info.create_system = 3  # Unix, on every platform
    info.external_attr = 0o100644 << 16
    archive.writestr(info, content, compresslevel=9)


def _files(book: Book) -> Iterator[_File]:
    paths = {episode.id: f"{number:04}.xhtml" for number, episode in enumerate(book.publication.episodes, 1)}
    writer = Writer(book, paths)
    yield _File("style.css", "text/css", Path(__file__).with_name("style.css").read_bytes())
    yield _File("cover.svg", _SVG, _cover(book), "cover-image")
    yield _File("cover.xhtml", _XHTML, writer.cover(), in_spine=True)
    toc: list[tuple[str, str, Sequence[tuple[str, str]]]] = []
    documents = []
    for number, part in enumerate(book.parts, 1):
        title_page = f"part-{number:02}.xhtml"
        chapters = [(chapter.title, paths[chapter.id]) for chapter in part.chapters]
        if not book.single_series or part.introduction or part.hosts or part.partners:
            documents.append(_File(title_page, _XHTML, writer.part(part), in_spine=True))
            toc.append((part.title, title_page, [] if book.single_series else chapters))
        if book.single_series:
            toc.append(("", "", chapters))
        documents += [_File(paths[one.id], _XHTML, writer.chapter(one), in_spine=True) for one in part.chapters]
    if not any(title or chapters for title, _, chapters in toc):
        toc = [(book.title or "—", "cover.xhtml", [])]
    first = documents[0].path if documents else "cover.xhtml"
    yield _File("nav.xhtml", _XHTML, writer.nav(toc, first), "nav", in_spine=True)
    yield from documents
    for name, path in writer.pictures.items():
        yield _File(path, book.pictures[name].type, book.publication.media[name]())


def _container_xml() -> bytes:
    rootfile = empty("rootfile", **{"full-path": "EPUB/package.opf", "media-type": "application/oebps-package+xml"})
    namespace = "urn:oasis:names:tc:opendocument:xmlns:container"
    return document([nested("container", [f"<rootfiles>{rootfile}</rootfiles>"], version="1.0", xmlns=namespace)])


def _package(book: Book, files: Sequence[_File]) -> bytes:
    """The package document (EPUB 3.3, 5)."""
    has_pictures = any(file.path.startswith("images/") for file in files)
    items = [
        empty("item", id=file.id, href=file.path, **{"media-type": file.type, "properties": file.properties})
        for file in files
    ]
    children = [
        nested("metadata", _metadata(book, has_pictures), **{"xmlns:dc": "http://purl.org/dc/elements/1.1/"}),
        nested("manifest", items),
        nested("spine", [empty("itemref", idref=file.id) for file in files if file.in_spine]),
    ]
    attributes = {"version": "3.0", "unique-identifier": "id", "xml:lang": book.language}
    return document([nested("package", children, xmlns="http://www.idpf.org/2007/opf", **attributes)])


def _metadata(book: Book, has_pictures: bool) -> Iterator[str]:
    hosts, guests = book.people()
    yield element("dc:identifier", book.identifier, id="id")
    yield element("dc:title", book.title or "—")
    yield element("dc:language", book.language)
    texts = [
        *(("dc:creator", name) for name in hosts or guests),
        *(("dc:contributor", name) for name in (guests if hosts else ())),
        ("dc:publisher", book.publisher),
    ]
    for name, text in texts:
        yield element(name, normalise_space(text) or None)
    yield element("dc:date", book.date)
    for licence in book.licences:
        yield element("dc:rights", normalise_space(licence) or None)
    yield element("meta", book.modified.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0"), property="dcterms:modified")
    for mode in ("textual", *(["visual"] if has_pictures else [])):
        yield element("meta", mode, property="schema:accessMode")
    yield element("meta", "textual", property="schema:accessModeSufficient")
    for feature in _FEATURES:
        yield element("meta", feature, property="schema:accessibilityFeature")
    yield element("meta", "none", property="schema:accessibilityHazard")


def _cover(book: Book) -> bytes:
    """A cover with the title, the subtitle and the publisher as text (SVG 1.1)."""
    title = wrap(book.title, 18, max_lines=8, placeholder=" …", break_long_words=True) or ["—"]
    subtitle = wrap(book.subtitle, 34, max_lines=4, placeholder=" …")
    publisher = wrap(book.publisher, 34)[:1] if book.publisher != book.title else []
    size, top = 84, 620 - 50 * len(title)
    bottom = top + len(title) * size * 1.2 + 30
    rows = [
        element("text", line, x="100", y=str(top + row * size * 1.2), **{"font-size": str(size), "class": "title"})
        for row, line in enumerate(title)
    ]
    small = [(line, bottom + 54 * row) for row, line in enumerate(subtitle)] + [(line, 1480) for line in publisher]
    rows += [element("text", line, x="100", y=str(y), **{"font-size": "42"}) for line, y in small]
    drawing = [
        element("title", book.title or "—"),
        '<rect width="1200" height="1600" fill="#f6f3ec"/>',
        '<rect x="100" y="150" width="220" height="14" fill="#8a1c1c"/>',
        nested("g", rows, **{"font-family": "Georgia, serif", "fill": "#1d1b18"}),
    ]
    attributes = {"viewBox": "0 0 1200 1600", "width": "1200", "height": "1600", "role": "img"}
    return document([nested("svg", drawing, xmlns="http://www.w3.org/2000/svg", **attributes)])
