"""The words of clean HTML, without their markup."""

from __future__ import annotations

import re
import unicodedata

from totem_cli.markup.entities import unescape

_BLOCK = re.compile(
    r"<(/?)(?:blockquote|caption|d[dlt]|details|fig(?:ure|caption)|h[1-6]|li|[ou]l|p|pre|summary|t(?:able|body|foot|head|r))"
    r"(?: [^>]*)?>|<hr>"
)
_GAP = re.compile(r"<(?:br|/td|/th)>")
_IMAGE = re.compile(r'<img(?: [^>]*?)? alt="([^"]*)"[^>]*>')
_TAG = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"[ \t]{2,}|\t")
_ALL_SPACES = re.compile(r"[\t\n\r\f\v][ \t\n\r\f\v]*| [ \t\n\r\f\v]+")  # but one space alone, of which there are many
# an excerpt does not end with what opens or joins
_DANGLING = " \u00a0\u202f,;:–—-«“‘(["


def lines(html: str) -> list[str]:
    """The words of clean HTML: one paragraph, heading, item or table row a line; empty ones are left out."""
    text = html.replace("\n", " ")
    if "<br>" in text or "</t" in text:
        text = _GAP.sub(" ", text)
    if "<img" in text:
        text = _IMAGE.sub(r"\1", text)
    text = unescape(_TAG.sub("", _BLOCK.sub("\n", text)))
    if "  " in text or "\t" in text:
        text = _SPACES.sub(" ", text)
    return [line for line in (part.strip(" ") for part in text.split("\n")) if line]


def blocks(html: str) -> list[list[str]]:
    """The lines of each top-level block of clean HTML that has any."""
    parts = []
    start = depth = 0
    for tag in _BLOCK.finditer(html):
        if depth == 0:
            parts.append(html[start : tag.start()])
            start = tag.start()
        if tag[1] is not None:
            depth += -1 if tag[1] else 1
    parts.append(html[start:])
    return [found for found in map(lines, parts) if found]


def excerpt(text: str, limit: int = 200) -> str:
    """The text in one line of at most ``limit`` characters: whole, or cut at a word with an ellipsis."""
    line = _ALL_SPACES.sub(" ", text).strip(" ")
    if len(line) <= limit:
        return line
    if limit < 1:
        return ""
    cut = line.rfind(" ", 0, limit)
    kept = line[:cut].rstrip(_DANGLING) if cut > 0 else ""
    if not kept:
        cut = limit - 1
        while cut > 0 and unicodedata.combining(line[cut]):
            cut -= 1
        kept = line[:cut]
    return kept + "…"
