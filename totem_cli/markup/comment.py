"""Comments: a few kinds of Markdown in, HTML out that holds nothing else."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from totem_cli.markup import characters
from totem_cli.markup.html import to_html

if TYPE_CHECKING:
    import nh3

_TAGS = frozenset(["p", "br", "em", "strong", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a"])
_HEADING = re.compile(r"<(/?)h[1-6]>")
_CELLS = re.compile(r"</t[dh]>\s*<t[dh][^>]*>")
_ROWS = re.compile(r"</tr>\s*(?:</?t(?:head|body)>\s*)*<tr>\s*")
_TABLE = re.compile(r"<(/?)(?:table|figcaption|caption|summary)>")
_IN_BRACKETS = re.compile(r"<(https?://[^\s<>]+)>", re.IGNORECASE)
_LESS = "\ue000"  # stands for what would begin raw HTML, until Markdown is done with the text
_PARAGRAPH = re.compile(r"<p>.*?</p>", re.DOTALL)
_SOFT_BREAK = re.compile(r"(?<!<br>)\n")
_NO_LINK = re.compile(r'<a rel="nofollow ugc">(.*?)</a>', re.DOTALL)
_WEB = ("http://", "https://")


def comment_html(markdown: str) -> str:
    """A comment as clean HTML: paragraphs, emphasis, lists, quotations, code, and links to other sites.

    A line break is one. What else Markdown knows (headings, pictures, tables) is only its words, HTML is shown as it
    was typed. Each link says ``rel="nofollow ugc"``: it is a stranger's, and no search engine takes it for the
    archive's word.
    """
    html = to_html(_IN_BRACKETS.sub(r"\1", markdown).replace("<", _LESS)).replace(_LESS, "&lt;")
    html = _PARAGRAPH.sub(lambda match: _SOFT_BREAK.sub("<br>\n", match[0]), html)
    html = _ROWS.sub("<br>\n", _CELLS.sub(" | ", _HEADING.sub(r"<\1p>", html)))
    html = _TABLE.sub(r"<\1p>", html)
    html = _NO_LINK.sub(r"\1", _cleaner().clean(html)).replace("&nbsp;", "\u00a0")
    return characters.allowed(html).strip()


@cache
def _cleaner() -> nh3.Cleaner:
    import nh3

    return nh3.Cleaner(
        tags=set(_TAGS),
        attributes={"*": set(), "a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="nofollow ugc",
        attribute_filter=lambda _, name, value: value if name != "href" or value.lower().startswith(_WEB) else None,
    )
