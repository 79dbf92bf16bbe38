"""Recaps: Markdown in, HTML or plain text out."""

from __future__ import annotations

import re

from totem_cli.markup import characters, text
from totem_cli.markup.rewriter import rewrite
from totem_cli.markup.sanitiser import sanitise
from totem_cli.markup.text import excerpt

__all__ = ["excerpt", "paragraphs", "sanitise_html", "to_html", "to_text"]

_RAW_HTML = b"<!-- raw HTML omitted -->"
_FOOTNOTES = b'<section class="footnotes"'
_FOOTNOTE_MARK = re.compile(rb'<sup class="footnote-ref"><a href="#fn[^>]*>([0-9]+)</a></sup>')
_FOOTNOTE_RETURN = re.compile(rb' ?<a href="#fnref[^>]*class="footnote-backref"[^\n]*?</a>(?=[ <\n])')
_FOOTNOTE_LIST = re.compile(rb'<section class="footnotes"[^>]*>\n<ol>(.*)</ol>\n</section>\s*\Z', re.DOTALL)

# An address that the sanitiser would not change: relative, of a plain host, of mail or a telephone. Others go to it.
_PLAIN_ADDRESS = (
    r"https?://(?:(?!xn--)[A-Za-z0-9_-]+\.)+(?!xn--)[A-Za-z][A-Za-z-]*(?=[/?#\"])|mailto:(?!/)|tel:(?!/)"
    r"|(?!//)[^:/?#\"&]*[/?#\"]"
)
_DOUBTFUL = re.compile(rf'="(?:(?<=href=")|(?<=src="))(?!{_PLAIN_ADDRESS})')  # a literal first: many times faster
# the others it writes are addresses, where a quotation mark is %22
_QUOTING_ATTRIBUTES = (' title="', ' alt="', ' class="')
_TAG_OR_QUOTE = re.compile(r"<[^>]*>|&quot;")


def to_html(markdown: str, heading_base: int = 2) -> str:
    """A recap in Markdown as clean HTML: CommonMark with GFM's tables, strikethrough, autolinks and footnotes.

    Headings begin at ``heading_base``. Nothing in it loads from elsewhere or runs; see :func:`sanitise_html`.
    Characters stay the source's: no entities but those HTML needs, no other quotation marks.
    """
    if not markdown:
        return ""
    from totem_cli.markup import cmark

    source = markdown.encode("utf-8", "replace")
    rendered = cmark.render(source, raw_html=False)
    if _RAW_HTML in rendered or _FOOTNOTES in rendered:
        rendered = cmark.render(source, raw_html=True)
        return sanitise(characters.allowed_bytes(_plain_footnotes(rendered)), heading_base).rstrip("\n")
    html = _as_serialised(characters.allowed_bytes(rendered)).rstrip("\n")
    return sanitise(html, heading_base) if _DOUBTFUL.search(html) else rewrite(html, heading_base)


def sanitise_html(html: str, heading_base: int = 2) -> str:
    """HTML of anybody (a comment, an import) as clean HTML: what the allow-list does not name is gone, its text stays.

    Scripts and styles go with their text. Links keep http, https, mailto, tel and relative addresses; an image of
    another site and any player becomes a link. The result is stable: cleaning it again changes nothing.
    """
    return sanitise(html, heading_base)


def to_text(markdown: str) -> str:
    """The words of a recap without markup: one paragraph, heading, list item or table row a line."""
    return "\n".join(text.lines(to_html(markdown)))


def paragraphs(markdown: str) -> list[str]:
    """The words of each top-level block of a recap (paragraph, heading, list, quotation …), each in a line."""
    return [" ".join(lines) for lines in text.blocks(to_html(markdown))]


def _as_serialised(html: str) -> str:
    """What the renderer wrote, as the sanitiser's parser would write it again."""
    html = html.replace(" />", ">").replace("&#x27;", "'")
    if "&quot;" not in html:
        return html
    if not any(name in html for name in _QUOTING_ATTRIBUTES):
        return html.replace("&quot;", '"')
    return _TAG_OR_QUOTE.sub(lambda match: '"' if match[0] == "&quot;" else match[0], html)


def _plain_footnotes(html: bytes) -> bytes:
    """Footnotes as numbers and a list, without the ids and links that would clash where recaps share a page."""
    html = _FOOTNOTE_MARK.sub(rb"<sup>\1</sup>", html)
    html = _FOOTNOTE_RETURN.sub(b"", html)
    return _FOOTNOTE_LIST.sub(rb'<ol class="footnotes">\1</ol>', html)
