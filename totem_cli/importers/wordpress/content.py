"""The text of a WordPress post as Markdown: blocks, the classic editor, shortcodes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape, unescape

import msgspec

from totem_cli.importers.html_tree import plain_text
from totem_cli.importers.prose import to_markdown
from totem_cli.importers.wordpress.items import Attachment, medium

_BLOCK = re.compile(r"\s+(/?)wp:(\S+)(?:\s.*?)?(/?)", re.DOTALL)
_PRE = re.compile(r"(<pre[\s>]|</pre>)", re.IGNORECASE)
KNOWN_SHORTCODES = frozenset(
    {"caption", "wp_caption", "gallery", "audio", "video", "playlist", "embed", "sourcecode", "code"}
)
"""WordPress's own shortcodes, which become pictures, links and code."""
_SHORTCODE = re.compile(
    r"(?P<escaped>\[\[[a-z][^\[\]]*\]\])"
    rf"|\[(?P<name>{'|'.join(sorted(KNOWN_SHORTCODES))})"
    r"(?P<attributes>(?:\s[^\[\]]*)?)\]"
    r"(?:(?P<inside>(?:(?!\[/?(?P=name)).)*+)\[/(?P=name)\])?",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"(?<![\w-])([\w-]++)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s'\"\]]+))")
_IMAGE = re.compile(r"\s*((?:<a\s[^>]*>\s*)?<img\s[^>]*>(?:\s*</a>)?)(.*)", re.DOTALL | re.IGNORECASE)
_RECORDING = ("src", "mp3", "m4a", "ogg", "wav", "flac", "wma", "mp4", "m4v", "webm", "ogv", "mov", "flv")
_CLASSIC = frozenset({"freeform", "core/freeform", "shortcode", "core/shortcode", "html", "core/html"})
_FOOTNOTE = re.compile(
    r"<sup(?=[^<>]*>)(?>[^<>]*?\sdata-fn=[\"']([^\"'<>]+)[\"'][^<>]*>)(?:<a[^<>]*>)?[^<>]*(?:</a>)?</sup>"
)
_NOTE = re.compile("\ue000(\\d+)\ue001")


def post_markdown(
    html: str, base: str, files: Mapping[str, Attachment], attached: Sequence[str], footnotes: str = ""
) -> str:
    """The text of a post in Markdown; ``base`` is its address.

    ``files`` are those of the site by number, ``attached`` the numbers of the post's own, for galleries; ``footnotes``
    is the JSON in which the block editor keeps them beside the text.
    """
    expand = _Shortcodes(files, attached).expand
    marked, notes = _marked_notes(html.translate({0xE000: None, 0xE001: None}), footnotes)
    pieces = ((_expanded(piece, expand), classic) for piece, classic in _parts(marked) if piece.strip())
    parts = (to_markdown(piece, base, breaks=classic) for piece, classic in pieces)
    text = _NOTE.sub(r"[^\1]", "\n\n".join(filter(None, parts)))
    written = (to_markdown(note, base).replace("\n", "\n    ") for note in notes)
    return "\n\n".join([text, *(f"[^{number}]: {note}" for number, note in enumerate(written, 1))])


def galleries(html: str) -> Iterator[list[str]]:
    """The numbers of the files that each gallery of a text shows."""
    for found in _SHORTCODE.finditer(html) if "[gallery" in html or "[playlist" in html else ():
        if found["name"] in ("gallery", "playlist"):
            attributes = {one[0].lower(): "".join(one[1:]) for one in _ATTRIBUTE.findall(found["attributes"] or "")}
            yield (attributes.get("ids") or attributes.get("include") or "").replace(",", " ").split()


def comments(html: str) -> Iterator[tuple[int, int, str]]:
    """Each comment of HTML: where it begins, where it ends, and what is inside."""
    end = 0
    while (begin := html.find("<!--", end)) >= 0 and (close := html.find("-->", begin + 4)) >= 0:
        end = close + 3
        yield begin, end, html[begin + 4 : close]


def _parts(html: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it is of the classic editor, where line ends count."""
    depth, start, verbatim, blocks = 0, 0, False, ""
    for begin, end, inside in comments(html):
        mark = _BLOCK.fullmatch(inside)
        if mark is None:
            continue
        text, start = html[start:begin], end
        if depth and not verbatim:
            blocks += text
        elif text.strip():
            yield blocks, False
            yield text, True
            blocks = ""
        if not mark[3]:
            depth = max(0, depth + (-1 if mark[1] else 1))
            verbatim = bool(depth) and not mark[1] and mark[2] in _CLASSIC
    yield blocks, False
    yield html[start:], True


def _expanded(html: str, expand: Callable[[re.Match[str]], str]) -> str:
    """The text with its shortcodes expanded, but for those in code that shows them."""
    pieces = _PRE.split(html)
    inside = False
    for index, piece in enumerate(pieces):
        if index % 2:
            inside = not piece.startswith("</")
        elif not inside:
            pieces[index] = _SHORTCODE.sub(expand, piece)
    return "".join(pieces)


def _marked_notes(html: str, footnotes: str) -> tuple[str, list[str]]:
    """The text with a mark at each footnote, and the notes in the order of their first marks."""
    if not footnotes or "data-fn" not in html:
        return html, []
    try:
        contents = {one["id"]: one["content"] for one in msgspec.json.decode(footnotes, type=list[dict[str, str]])}
    except (msgspec.DecodeError, KeyError):
        return html, []
    numbers: dict[str, int] = {}

    def mark(match: re.Match[str]) -> str:
        if match[1] not in contents:
            return match[0]
        return f"\ue000{numbers.setdefault(match[1], len(numbers) + 1)}\ue001"

    return _FOOTNOTE.sub(mark, html), [contents[name] for name in numbers]


class _Shortcodes:
    """WordPress's own shortcodes as HTML; those of plugins stay as they are written."""

    def __init__(self, files: Mapping[str, Attachment], attached: Sequence[str]) -> None:
        self._files = files
        self._attached = attached

    def expand(self, match: re.Match[str]) -> str:
        if match["escaped"]:
            return match["escaped"][1:-1]
        name, inside = match["name"], match["inside"]
        attributes = {found[0].lower(): "".join(found[1:]) for found in _ATTRIBUTE.findall(match["attributes"] or "")}
        if name in ("caption", "wp_caption"):
            return self._caption(attributes, inside, match[0])
        if name in ("gallery", "playlist"):
            return self._gallery(attributes, "audio" if name == "playlist" else "image") + (inside or "")
        if name in ("audio", "video"):
            return self._recording(name, attributes, inside)
        if inside is None:
            return match[0]
        if name == "embed":
            return f"\n\n{inside.strip()}\n\n"
        language = attributes.get("language") or attributes.get("lang") or ""
        return f'<pre class="language-{escape(language)}">{inside}</pre>' if language else f"<pre>{inside}</pre>"

    @staticmethod
    def _caption(attributes: dict[str, str], inside: str | None, shortcode: str) -> str:
        if inside is None:
            return shortcode
        image = _IMAGE.fullmatch(inside)
        picture, caption = (image[1], image[2]) if image else (inside, "")
        caption = caption.strip() or unescape(attributes.get("caption", ""))
        return f"\n\n<figure>{picture}<figcaption>{caption}</figcaption></figure>\n\n"

    def _gallery(self, attributes: dict[str, str], family: str) -> str:
        named = attributes.get("ids") or attributes.get("include")
        numbers = named.replace(",", " ").split() if named else self._attached
        found = []
        for number in numbers:
            file = self._files.get(number)
            if file and (named or medium(file.url).get("kind") == family):
                url = escape(file.url)
                shown = f'<img src="{url}" alt="{escape(file.alt)}">' if family == "image" else f'<audio src="{url}">'
                found.append(f"<p>{shown}</p>")
        return "\n\n" + "".join(found) + "\n\n"

    def _recording(self, name: str, attributes: dict[str, str], inside: str | None) -> str:
        url = next((attributes[key] for key in _RECORDING if attributes.get(key)), "")
        if not url:
            own = (self._files[number].url for number in self._attached if number in self._files)
            url = next((one for one in own if medium(one).get("kind") == name), "")
        url = url or plain_text(inside or "")
        return f'\n\n<{name} src="{escape(unescape(url))}"></{name}>\n\n' if url else ""
