"""The container of an EPUB: its package document, its files, in a zip that is always the same bytes (OCF 3.3)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from textwrap import wrap

from totem_cli.exporters.book import Book
from totem_cli.exporters.epub.xhtml import Writer
from totem_cli.exporters.xml import attributes, document, element, empty

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # no zip can tell an earlier time
_XHTML = "application/xhtml+xml"
_FEATURES = ("tableOfContents", "readingOrder", "structuralNavigation", "alternativeText", "displayTransformability")


class _File:
    """One file of the package: where it is, its media type, its properties, whether it is read in turn."""

    def __init__(self, path: str, type_: str, content: bytes, properties: str = "", *, read: bool = False) -> None:
        self.path, self.type, self.content, self.properties, self.read = path, type_, content, properties, read

    @property
    def id(self) -> str:
        """Its name in the package."""
        return "x-" + self.path.replace("/", "-")


def container(book: Book) -> bytes:
    """The whole EPUB."""
    files = list(_files(book))
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        _put(archive, "mimetype", b"application/epub+zip", zipfile.ZIP_STORED)
        _put(archive, "META-INF/container.xml", _container_xml())
        _put(archive, "EPUB/package.opf", _package(book, files))
        for file in files:
            stored = zipfile.ZIP_STORED if file.type.startswith("image/") and file.type != "image/svg+xml" else None
            _put(archive, f"EPUB/{file.path}", file.content, stored)
    return out.getvalue()


def _put(archive: zipfile.ZipFile, name: str, content: bytes, how: int | None = None) -> None:
    info = zipfile.ZipInfo(name, _EARLIEST)
    info.compress_type = zipfile.ZIP_DEFLATED if how is None else how
    info.create_system = 3
    info.external_attr = 0o100644 << 16
    archive.writestr(info, content, compresslevel=9)


def _files(book: Book) -> Iterator[_File]:
    places = {episode.id: f"{place:04}.xhtml" for place, episode in enumerate(book.publication.episodes, 1)}
    writer = Writer(book, places)
    yield _File("style.css", "text/css", Path(__file__).with_name("style.css").read_bytes())
    yield _File("cover.svg", "image/svg+xml", _cover(book), "cover-image")
    yield _File("cover.xhtml", _XHTML, writer.cover(), read=True)
    toc: list[tuple[str, str, Sequence[tuple[str, str]]]] = []
    documents = []
    for number, part in enumerate(book.parts, 1):
        opening = f"part-{number:02}.xhtml"
        opened = not book.alone or part.introduction or part.hosts or part.partners
        if opened:
            documents.append(_File(opening, _XHTML, writer.part(part), read=True))
        chapters = []
        for chapter in part.chapters:
            file = places[chapter.id]
            documents.append(_File(file, _XHTML, writer.chapter(chapter), read=True))
            chapters.append((chapter.title, file))
        toc += [(part.title, opening, [] if book.alone else chapters)] if opened else []
        toc += [("", "", chapters)] if book.alone else []
    if not any(title or chapters for title, _, chapters in toc):
        toc = [(book.title or "—", "cover.xhtml", [])]
    yield _File(
        "nav.xhtml", _XHTML, writer.nav(toc, documents[0].path if documents else "cover.xhtml"), "nav", read=True
    )
    yield from documents
    for name, path in writer.pictures.items():
        yield _File(path, book.shown[name].type, book.publication.media[name]())


def _container_xml() -> bytes:
    rootfile = empty("rootfile", **{"full-path": "EPUB/package.opf", "media-type": "application/oebps-package+xml"})
    namespace = "urn:oasis:names:tc:opendocument:xmlns:container"
    return document(
        [f'<container version="1.0" xmlns="{namespace}">', f"<rootfiles>{rootfile}</rootfiles>", "</container>"]
    )


def _package(book: Book, files: Sequence[_File]) -> bytes:
    head = {
        "xmlns": "http://www.idpf.org/2007/opf",
        "version": "3.0",
        "unique-identifier": "id",
        "xml:lang": book.language,
    }
    return document(
        [
            f"<package{attributes(**head)}>",
            '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">',
            *_metadata(book, pictured=any(file.path.startswith("images/") for file in files)),
            "</metadata>",
            "<manifest>",
            *(
                empty(
                    "item",
                    id=file.id,
                    href=file.path,
                    **{"media-type": file.type, "properties": file.properties or None},
                )
                for file in files
            ),
            "</manifest>",
            "<spine>",
            *(empty("itemref", idref=file.id) for file in files if file.read),
            "</spine>",
            "</package>",
        ]
    )


def _metadata(book: Book, *, pictured: bool) -> Iterator[str]:
    hosts, guests = book.people()
    yield element("dc:identifier", book.identifier, id="id")
    yield element("dc:title", book.title or "—")
    yield element("dc:language", book.language)
    for name in hosts or guests:
        yield _said("dc:creator", name)
    for name in guests if hosts else ():
        yield _said("dc:contributor", name)
    yield _said("dc:publisher", book.publisher)
    yield element("dc:date", book.date)
    for licence in book.licences:
        yield _said("dc:rights", licence)
    yield element("meta", book.modified.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0"), property="dcterms:modified")
    for mode in ("textual", *(["visual"] if pictured else [])):
        yield element("meta", mode, property="schema:accessMode")
    yield element("meta", "textual", property="schema:accessModeSufficient")
    for feature in _FEATURES:
        yield element("meta", feature, property="schema:accessibilityFeature")
    yield element("meta", "none", property="schema:accessibilityHazard")


def _said(name: str, words: str) -> str:
    from totem_cli.exporters.book import clean

    return element(name, clean(words) or None)


def _cover(book: Book) -> bytes:
    """A cover of words alone (SVG 1.1), its title in as many lines as it takes."""
    lines = wrap(book.title, 18, max_lines=8, placeholder=" …", break_long_words=True) or ["—"]
    below = wrap(book.subtitle, 34, max_lines=4, placeholder=" …")
    size, top = 84, 620 - 50 * len(lines)
    rows = [
        element("text", line, x="100", y=str(top + place * size * 1.2), **{"font-size": str(size), "class": "title"})
        for place, line in enumerate(lines)
    ]
    start = top + len(lines) * size * 1.2 + 30
    rows += [
        element("text", line, x="100", y=str(start + 54 * n), **{"font-size": "42"}) for n, line in enumerate(below)
    ]
    if book.publisher != book.title:
        rows += [
            element("text", line, x="100", y="1480", **{"font-size": "42"}) for line in wrap(book.publisher, 34)[:1]
        ]
    return document(
        [
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 1600" width="1200" height="1600" role="img">',
            element("title", book.title or "—"),
            '<rect width="1200" height="1600" fill="#f6f3ec"/>',
            '<rect x="100" y="150" width="220" height="14" fill="#8a1c1c"/>',
            '<g font-family="Georgia, serif" fill="#1d1b18">',
            *rows,
            "</g>",
            "</svg>",
        ]
    )
