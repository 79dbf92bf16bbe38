"""XHTML: prose and chapters as the documents of an EPUB (EPUB 3.3, 5.3; HTML, 14)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from totem_cli.exporters.book import CHAPTER_SCHEME, Book, BookComment, BookQuestion, Chapter, Part
from totem_cli.exporters.prose import VOID, Content, Node
from totem_cli.exporters.xml import DECLARATION, attributes, element, text


class Writer:
    """Writes documents: ``chapters`` are the files of chapters by their id, ``pictures`` those of pictures by name."""

    def __init__(self, book: Book, chapters: Mapping[str, str]) -> None:
        self._book = book
        self._chapters = chapters
        self.pictures: dict[str, str] = {}

    def document(self, title: str, language: str, direction: str, body: str, kind: str = "") -> bytes:
        """A whole document; ``kind`` is its ``epub:type``."""
        tagged = attributes(**{"xml:lang": language, "lang": language, "dir": direction})
        return (
            f"{DECLARATION}\n<!DOCTYPE html>\n"
            '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
            f"{tagged}>\n<head>\n{element('title', title or '—')}\n"
            '<link rel="stylesheet" type="text/css" href="style.css"/>\n</head>\n'
            f"<body{attributes(**{'epub:type': kind or None})}>\n{body}\n</body>\n</html>\n"
        ).encode()

    def cover(self) -> bytes:
        """The first page: the picture of the cover, which says what its ``alt`` does."""
        book = self._book
        picture = f'<img src="cover.svg"{attributes(alt=book.title)}/>'
        return self.document(book.title, book.language, "ltr", f'<section class="cover">{picture}</section>', "cover")

    def part(self, part: Part) -> bytes:
        """The page that opens a series."""
        lines = ['<section epub:type="part" role="doc-part">', element("h1", part.title)]
        lines.append(element("p", part.subtitle or None, **{"class": "subtitle"}))
        if part.hosts:
            lines.append(f'<p class="credits">{text(self._book.label("hosted_by"))} {self.write(part.hosts)}.</p>')
        if part.partners:
            lines.append(f'<p class="credits">{self.write(part.partners)}</p>')
        lines += [self.write(part.introduction), "</section>"]
        return self.document(part.title, part.language, part.direction, _joined(lines))

    def chapter(self, chapter: Chapter) -> bytes:
        """One episode."""
        labels = chapter.labels
        lines = [
            '<section epub:type="chapter" role="doc-chapter" aria-labelledby="title">',
            "<header>",
            element("p", chapter.number or None, **{"class": "number"}),
            element("h1", chapter.title, id="title"),
            element("p", chapter.subtitle or None, **{"class": "subtitle"}),
            element("p", " · ".join(chapter.details) or None, **{"class": "details"}),
            f'<p class="credits">{self.write(chapter.guests)}</p>' if chapter.guests else "",
            f'<p class="credits">{text(labels["hosted_by"])} {self.write(chapter.hosts)}.</p>' if chapter.hosts else "",
            "</header>",
            f'<p class="picture"><img src="{self.picture(chapter.picture)}" alt=""/></p>' if chapter.picture else "",
            self.write(chapter.recap),
            *self._questions(chapter.questions, labels["questions"]),
            *self._addresses(chapter.links, labels["links"]),
            *self._addresses(chapter.media, labels["media"]),
            *self._comments(chapter.comments, labels["comments"]),
            "</section>",
        ]
        return self.document(chapter.title, chapter.language, chapter.direction, _joined(lines))

    def nav(self, toc: Sequence[tuple[str, str, Sequence[tuple[str, str]]]], first: str) -> bytes:
        """The table of contents (EPUB 3.3, 7): parts, each a title, a file, its chapters; then the landmarks."""
        lines = [f'<nav epub:type="toc" role="doc-toc" id="toc">{element("h1", self._book.label("contents"))}<ol>']
        for title, file, chapters in toc:
            inside = "".join(f"<li>{element('a', words or '—', href=href)}</li>" for words, href in chapters)
            if title:
                lines.append(f"<li>{element('a', title, href=file)}{f'<ol>{inside}</ol>' if inside else ''}</li>")
            else:
                lines.append(inside)
        landmarks = (
            ("cover", "cover.xhtml", self._book.title),
            ("toc", "nav.xhtml", self._book.label("contents")),
            ("bodymatter", first, self._book.label("episodes")),
        )
        marked = "".join(
            f"<li>{element('a', words or '—', href=href, **{'epub:type': kind})}</li>"
            for kind, href, words in landmarks
        )
        lines += ["</ol></nav>", f'<nav epub:type="landmarks" hidden="hidden"><ol>{marked}</ol></nav>']
        book = self._book
        return self.document(book.label("contents"), book.language, "ltr", "\n".join(lines))

    def picture(self, name: str) -> str:
        """The file of a picture in the book."""
        from totem_cli.exporters.book import picture_file

        if name not in self.pictures:
            self.pictures[name] = f"images/{picture_file(name, self._book.pictures[name], len(self.pictures) + 1)}"
        return self.pictures[name]

    def write(self, contents: Iterable[Content]) -> str:
        """Prose as XHTML."""
        return "".join(text(one) if isinstance(one, str) else self._node(one) for one in contents)

    def _node(self, node: Node) -> str:
        match node.tag:
            case "img":
                return f"<img{attributes(src=self.picture(node.attributes['name']), alt=node.attributes['alt'])}/>"
            case "a":
                return self._link(node)
            case "pre":
                return f"<pre><code>{self.write(node.children)}</code></pre>"
            case "table":
                return self._table(node)
            case tag if tag in VOID:
                return f"<{tag}/>"
        return f"<{node.tag}{attributes(**node.attributes)}>{self.write(node.children)}</{node.tag}>"

    def _link(self, node: Node) -> str:
        address = node.attributes["href"]
        if address.startswith(CHAPTER_SCHEME):
            address = self._chapters.get(address.removeprefix(CHAPTER_SCHEME), "")
        words = self.write(node.children)
        return f"<a{attributes(href=address)}>{words}</a>" if address else words

    def _table(self, node: Node) -> str:
        parts = []
        for kind, rows in groupby(node.children, key=_part):
            inside = "".join(
                f"<tr>{self.write(row.children)}</tr>" if row.tag == "tr" else self._node(row)
                for row in rows
                if isinstance(row, Node)
            )
            parts.append(f"<{kind}>{inside}</{kind}>" if kind else inside)
        return f"<table>{''.join(parts)}</table>"

    def _questions(self, questions: Sequence[BookQuestion], title: str) -> list[str]:
        items = [
            f'<li id="question-{one.number}"><p>{text(one.text)}'
            f"{f' ({text(one.asked_by)})' if one.asked_by else ''}</p>{element('p', one.answer or None)}</li>"
            for one in questions
        ]
        return _section("questions", title, items, "ol")

    def _addresses(self, found: Sequence[tuple[str, str | None]], title: str) -> list[str]:
        items = [
            f"<li>{self.write([Node('a', (words or address,), {'href': address}) if address else words])}</li>"
            for words, address in found
        ]
        return _section("links", title, items, "ul")

    def _comments(self, comments: Sequence[BookComment], title: str) -> list[str]:
        items = [
            f"<article>{element('p', ', '.join(filter(None, (one.author, one.date))), **{'class': 'credits'})}"
            f"{self.write(one.text)}</article>"
            for one in comments
        ]
        return _section("comments", title, items)


def _section(name: str, title: str, items: Sequence[str], tag: str = "") -> list[str]:
    """A section of a chapter, its items in a list where ``tag`` names one; nothing where there are none."""
    begin, end = (f"<{tag}>", f"</{tag}>") if tag else ("", "")
    return [f'<section class="{name}">{element("h2", title)}{begin}', *items, f"{end}</section>"] if items else []


def _part(content: Content) -> str:
    """The part of a table that a row belongs to: the head may be only one (HTML, 4.9.1), so later ones are bodies."""
    if isinstance(content, str) or content.tag == "caption":
        return ""
    return "thead" if content.attributes.get("part") == "thead" else "tbody"


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(line for line in lines if line)
