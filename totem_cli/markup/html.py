"""Recaps: Markdown in, HTML or plain text out."""

from __future__ import annotations

from totem_cli.markup import characters, text
from totem_cli.markup.file_links import SUFFIX, lead_to_pages
from totem_cli.markup.sanitiser import sanitise
from totem_cli.markup.shape import shape
from totem_cli.markup.text import excerpt
from totem_cli.markup.tree import Node, html_of, parse

__all__ = ["excerpt", "paragraphs", "sanitise_html", "to_html", "to_text", "to_tree"]

_RAW_HTML = b"<!-- raw HTML omitted -->"


def to_html(markdown: str, heading_base: int = 2, folder: str | None = None) -> str:
    """A recap in Markdown as clean HTML: CommonMark with GFM's tables, strikethrough, autolinks and footnotes.

    Headings begin at ``heading_base``. Nothing in it loads from elsewhere or runs; see :func:`sanitise_html`.
    Characters stay the source's: no entities but those HTML needs, no other quotation marks. Where the text is in a
    file of a ``folder`` of the archive, its links to other files lead to their pages.
    """
    return html_of(to_tree(markdown, heading_base, folder))


def to_tree(markdown: str, heading_base: int = 2, folder: str | None = None) -> list[Node]:
    """The same as a tree."""
    if not markdown:
        return []
    tree = _to_tree(markdown, heading_base)
    if folder is not None and SUFFIX in markdown:
        lead_to_pages(tree, folder)
    return tree


def _to_tree(markdown: str, heading_base: int) -> list[Node]:
    from totem_cli.markup import cmark

    source = markdown.encode("utf-8", "replace")
    rendered = cmark.render(source, raw_html=False).replace(b"\r", b"")  # of references such as &#13;
    if _RAW_HTML in rendered:
        rendered = cmark.render(source, raw_html=True).replace(b"\r", b"")
        nodes = sanitise(characters.allowed(rendered.decode()), heading_base)
        if nodes and isinstance(nodes[-1], str):
            nodes[-1] = nodes[-1].rstrip("\n")
        return nodes
    html = characters.allowed(rendered.decode()).rstrip("\n")
    tree = parse(html)
    return tree if shape(tree, heading_base) else sanitise(html, heading_base)


def sanitise_html(html: str, heading_base: int = 2) -> str:
    """Untrusted HTML (a comment, an import) as clean HTML: only elements of the allow-list, and the text of the others.

    Scripts and styles are removed with their text. Links keep http, https, mailto, tel and relative addresses; an image
    of another site and any player becomes a link. The result is stable: cleaning it again changes nothing.
    """
    return html_of(sanitise(html, heading_base))


def to_text(markdown: str) -> str:
    """The words of a recap without markup: one paragraph, heading, list item or table row a line."""
    return "\n".join(text.lines(to_tree(markdown)))


def paragraphs(markdown: str) -> list[str]:
    """The words of each top-level block of a recap (paragraph, heading, list, quotation …), each in a line."""
    return [" ".join(lines) for lines in text.blocks(to_tree(markdown))]
