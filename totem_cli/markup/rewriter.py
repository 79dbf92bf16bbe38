"""The last shaping of clean HTML: headings, quotations, images, links.

It reads HTML as the sanitiser writes it: every ``<`` is a tag's, every attribute value is in double quotes, without
``<``, ``>`` or ``"``, and elements are properly nested. What it writes is so too.
"""

from __future__ import annotations

import re

from totem_cli.markup import addresses
from totem_cli.markup.characters import is_blank
from totem_cli.markup.entities import escape, unescape

_TAG = re.compile(r"<(/?)(h[1-6]|a|img|blockquote|video|audio|source)(?: ([^>]*))?>|<([a-z0-9]+) ([^>]*)>")
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')
# most links by far: nothing in them needs another look
_PLAIN_LINK = re.compile(
    r'href="(?:https?://[A-Za-z0-9]|[A-Za-z0-9.])(?:[A-Za-z0-9._~/?=;&+,!*()@$-]|%[0-9A-Fa-f]{2})*(?:#[A-Za-z0-9._-]*)?"'
)
_ANY_TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
_LAST_PARAGRAPH = re.compile(r"(<p(?: [^>]*)?>)(.*)</p>\s*", re.DOTALL)
_LAST_LINE = re.compile(r"(?:<br>\s*|\n|\A)((?:<[^/][^>]*>)*—[ \u00a0\u202f](?:(?!<br>)[^\n])*)\Z")

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_SIZE = re.compile(r"[0-9]{1,5}")
_SPAN = re.compile(r"[1-9][0-9]{0,2}")
_RULES = {
    "lang": _LANGUAGE,
    "hreflang": _LANGUAGE,
    "dir": re.compile(r"ltr|rtl|auto"),
    "width": _SIZE,
    "height": _SIZE,
    "colspan": _SPAN,
    "rowspan": _SPAN,
    "start": re.compile(r"-?[0-9]{1,9}"),
    "datetime": re.compile(
        r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?)?)?"
    ),
    "align": re.compile(r"left|center|right"),
    "class": re.compile(r"language-[\w+#.-]+|quotation|footnotes|align-(?:left|center|right)"),
}
_QUOTATION = '<figure class="quotation">'


def rewrite(html: str, heading_base: int) -> str:
    """Clean HTML in, out with these changes, each of which leaves alone what it made before.

    - Headings begin at ``heading_base`` and skip no level; empty ones go.
    - A quotation whose last line begins with an em dash is a figure, and that line its caption.
    - An image of another site and any player is a link; an image without ``alt`` has an empty one.
    - A link without text shows its address; one without address, or within another, is only its text.
    - Attributes hold what HTML allows: ``align`` of a cell is a class.
    """
    return _Rewriter(heading_base).run(html) if _TAG.search(html) else html


class _Rewriter:
    def __init__(self, heading_base: int) -> None:
        self._base = heading_base
        self._out: list[str] = []
        self._levels: list[int] = []  # of the headings that the next one may stand under
        self._headings: list[tuple[int, str, list[int]]] = []
        self._links: list[int | None] = []
        self._quotations: list[int | None] = []

    def run(self, html: str) -> str:
        position = 0
        for match in _TAG.finditer(html):
            self._out.append(html[position : match.start()])
            position = match.end()
            closing, tag, raw, other, other_raw = match.groups()
            if other:
                self._out.append(_opening(other, _attributes(other_raw)))
            elif tag in ("video", "audio", "source", "img"):
                if not closing:
                    self._embedded(tag, _attributes(raw))
            elif tag == "a":
                self._close_link() if closing else self._open_link(match[0], raw or "")
            elif tag == "blockquote":
                self._close_quotation() if closing else self._open_quotation(_attributes(raw))
            else:
                self._close_heading() if closing else self._open_heading(int(tag[1]), _attributes(raw))
        self._out.append(html[position:])
        return "".join(self._out)

    def _open_heading(self, level: int, attributes: dict[str, str]) -> None:
        before = self._levels
        self._levels = [above for above in before if above < level] + [level]
        tag = f"h{min(self._base + len(self._levels) - 1, 6)}"
        self._headings.append((len(self._out), tag, before))
        self._out.append(_opening(tag, attributes))

    def _close_heading(self) -> None:
        start, tag, before = self._headings.pop()
        if self._is_empty(start):
            del self._out[start:]
            self._levels = before
        else:
            self._out.append(f"</{tag}>")

    def _open_link(self, tag: str, raw: str) -> None:
        if not _PLAIN_LINK.fullmatch(raw):
            attributes = _attributes(raw)
            address = addresses.link(unescape(attributes.get("href", "")))
            tag = _opening("a", {**attributes, "href": _quoted(address)}) if address else ""
        if not tag or self._in_link():
            self._links.append(None)
        else:
            self._links.append(len(self._out))
            self._out.append(tag)

    def _close_link(self) -> None:
        start = self._links.pop()
        if start is not None:
            if self._is_empty(start):
                address = unescape(_attributes(self._out[start])["href"])
                self._out.append(escape(address, quote=False))
            self._out.append("</a>")

    def _in_link(self) -> bool:
        return self._links.count(None) < len(self._links)

    def _is_empty(self, start: int) -> bool:
        last = self._out[-1]
        if last and "<" not in last and not is_blank(last):
            return False
        inside = "".join(self._out[start + 1 :])
        return "<img" not in inside and is_blank(_ANY_TAG.sub("", inside))

    def _embedded(self, tag: str, attributes: dict[str, str]) -> None:
        address = addresses.link(unescape(attributes.get("src", "")))
        text = unescape(attributes.get("alt", "").strip())
        local = address and not addresses.is_remote(address)
        if tag == "img" and address and local:
            said = attributes.get("alt", "")
            if self._in_link() and is_blank(unescape(said)):  # the link needs a name
                said = _quoted(addresses.file_name(address))
            self._out.append(_opening(tag, {**attributes, "src": _quoted(address), "alt": said}))
            return
        if not address or (not local and not address.startswith("http")):
            self._out.append(escape(text, quote=False))
            return
        text = escape(
            text or unescape(attributes.get("title", "")).strip() or addresses.file_name(address), quote=False
        )
        if self._in_link():
            self._out.append(text)
        else:
            self._out.append(f'<a href="{_quoted(address)}">{text}</a>')

    def _open_quotation(self, attributes: dict[str, str]) -> None:
        shaped = "".join(self._out[-2:]).rstrip().endswith(_QUOTATION)
        self._quotations.append(None if shaped else len(self._out))
        self._out.append(_opening("blockquote", attributes))

    def _close_quotation(self) -> None:
        start = self._quotations.pop()
        caption = None if start is None else self._take_attribution(start)
        self._out.append("</blockquote>")
        if start is not None and caption:
            self._out[start] = _QUOTATION + self._out[start]
            self._out.append(f"<figcaption>{caption}</figcaption></figure>")

    def _take_attribution(self, start: int) -> str | None:
        """Cut off the last line of the quotation begun at ``start``, if it is an attribution and not all there is."""
        first = len(self._out) - 1
        if not self._out[first].rstrip().endswith("</p>"):
            return None
        while first > start and "<p" not in self._out[first]:
            first -= 1
        tail = "".join(self._out[first:]) if first > start else ""
        paragraph = _LAST_PARAGRAPH.fullmatch(tail, max(tail.rfind("<p>"), tail.rfind("<p "), 0))
        line = _LAST_LINE.search(paragraph[2]) if paragraph else None
        if not paragraph or "</p>" in paragraph[2] or not line or not _ANY_TAG.sub("", line[1]).strip("— \u00a0\u202f"):
            return None
        body = paragraph[2][: line.start()]
        opened: list[str] = []
        for tag in _ANY_TAG.finditer(body):
            if not tag[1]:
                opened += [tag[0]] if tag[2] not in ("br", "img") else []
            else:
                opened.pop()
        before = tail[: paragraph.start()]
        if body.strip():
            closing = "".join(f"</{_ANY_TAG.fullmatch(tag)[2]}>" for tag in reversed(opened))  # type: ignore[index]
            before += f"{paragraph[1]}{body}{closing}</p>\n"
        if not before.strip() and first == start + 1:
            return None
        self._out[first:] = [before]
        return "".join(opened) + line[1]


def _attributes(raw: str | None) -> dict[str, str]:
    """The attributes of a tag, their values still escaped, without those whose value HTML does not allow."""
    found = _ATTRIBUTE.findall(raw or "")
    kept = {name: value for name, value in found if name not in _RULES or _RULES[name].fullmatch(value)}
    if "align" in kept:
        kept["class"] = f"align-{kept.pop('align')}"
    return kept


def _quoted(value: str) -> str:
    """An attribute's value, with the escapes that a serialiser of HTML writes."""
    return escape(value).replace("&#x27;", "'")


def _opening(tag: str, attributes: dict[str, str]) -> str:
    return "<" + tag + "".join([f' {name}="{value}"' for name, value in attributes.items()]) + ">"
