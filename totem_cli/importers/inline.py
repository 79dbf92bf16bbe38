"""What stands inside a paragraph of HTML, as Markdown that reads back as the same words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from totem_cli.importers.html_tree import BLOCKS, PLAYERS, Element
from totem_cli.importers.inline_marks import escaped, written
from totem_cli.importers.inline_tokens import SPACES, Token, edges, parted, spaced
from totem_cli.importers.xml import absolute
from totem_cli.markup import addresses

_EMPHASIS = {
    "b": "strong",
    "strong": "strong",
    "i": "em",
    "em": "em",
    "var": "em",
    "dfn": "em",
    "s": "del",
    "strike": "del",
    "del": "del",
    "sub": "sub",
    "sup": "sup",
}
_CODE = frozenset({"code", "kbd", "samp", "tt"})
_PARAGRAPH = re.compile(r"\n[ \t]*(\n\s*)?")
_BARE = re.compile(r"https?://[^\s<>\"«»]+")
_AFTER_BARE = ".,;:!?'’)]…*_"
_LINE_START = re.compile(
    r"^(?:(?P<before>\d{1,9})(?=[.)](?:[ \t]|$))"
    r"|(?=#{1,6}(?:[ \t]|$)|[-+](?:[ \t]|$)|>|=+[ \t]*$|\+{3}[ \t]*$|[-|:][-|: ]*$))",
    re.MULTILINE,
)


class Inline:
    """Turns nodes into paragraphs; with ``breaks``, line ends count, as WordPress's classic editor has it."""

    def __init__(self, base: str = "", *, breaks: bool = False) -> None:
        self.base = base
        self.breaks = breaks

    def paragraphs(self, nodes: Iterable[Element | str], emphasis: str = "") -> list[str]:
        """The paragraphs that the nodes make, empty ones left out; ``emphasis`` is set on each."""
        tokens = list(self._tokens(nodes, (), self.breaks))
        if emphasis:
            tokens = [Token("open", emphasis), *tokens, Token("close", emphasis)]
        parts: list[list[Token]] = [[]]
        for token in parted(tokens):
            if token.kind == "para":
                parts.append([])
            else:
                parts[-1].append(token)
        texts = (written(spaced(part)) for part in parts)
        return [_LINE_START.sub(r"\g<before>\\", text) for text in texts if text.strip(" \u00a0\u202f")]

    def line(self, nodes: Iterable[Element | str], *, br: str = " ") -> str:
        """The nodes as one line, for a heading or a cell of a table."""
        tokens = [
            Token("raw", br) if token.kind in ("br", "para") else token for token in self._tokens(nodes, (), False)
        ]
        while tokens and tokens[-1] == ("raw", br):
            tokens.pop()
        return written(spaced(tokens)).strip(" ")

    def _tokens(self, nodes: Iterable[Element | str], inside: tuple[str, ...], breaks: bool) -> Iterator[Token]:
        for node in nodes:
            if isinstance(node, str):
                yield from self._words(node, inside, breaks)
            elif node.tag == "br":
                yield Token("br")
            elif node.tag == "img":
                yield from self._image(node)
            elif node.tag in PLAYERS:
                yield from self._player(node, inside)
            elif node.tag == "a" and "a" not in inside:
                yield from self._link(node, inside)
            elif node.tag in _CODE:
                text = SPACES.sub(" ", node.text)
                yield Token("code" if text.strip(" ") else "text", text)
            elif node.tag == "q":
                yield Token("text", "“")
                yield from self._tokens(node.children, inside, breaks)
                yield Token("text", "”")
            else:
                yield from self._marked(node, inside, breaks)

    def _marked(self, node: Element, inside: tuple[str, ...], breaks: bool) -> Iterator[Token]:
        mark = _EMPHASIS.get(node.tag)
        if node.tag in BLOCKS:
            yield Token("text", " ")
        if mark is None or mark in inside:
            yield from self._tokens(node.children, inside, breaks)
        else:
            yield Token("open", mark)
            yield from self._tokens(node.children, (*inside, mark), breaks)
            yield Token("close", mark)
        if node.tag in BLOCKS:
            yield Token("text", " ")

    def _words(self, text: str, inside: tuple[str, ...], breaks: bool) -> Iterator[Token]:
        lines = _PARAGRAPH.split(text) if breaks and "a" not in inside else [text]
        for place, part in enumerate(lines):
            if place % 2:
                yield Token("para" if part is not None else "br", "" if part is not None else "\n")
            elif part:
                yield from self._bare_addresses(part) if "a" not in inside else (Token("text", part),)

    @staticmethod
    def _bare_addresses(text: str) -> Iterator[Token]:
        start = 0
        for found in _BARE.finditer(text):
            address = found[0].rstrip(_AFTER_BARE)
            if addresses.link(address) == address and len(address) > 10:
                yield Token("text", text[start : found.start()])
                yield Token("raw", f"<{address}>")
                start = found.start() + len(address)
        yield Token("text", text[start:])

    def address(self, node: Element, *keys: str) -> str | None:
        """The address that an element names, as it may stand in Markdown."""
        for key in keys:
            if node.attributes.get(key, "").strip():
                found = addresses.link(absolute(node.attributes[key], self.base))
                return found.replace("(", "%28").replace(")", "%29") if found else None
        return None

    def _image(self, node: Element) -> Iterator[Token]:
        address = self.address(node, "src", "data-src", "data-lazy-src")
        alt = SPACES.sub(" ", node.get("alt")).strip()
        if address:
            yield Token("raw", f"![{escaped(alt, brackets=True)}]({address})")
        elif alt:
            yield Token("text", alt)

    def _player(self, node: Element, inside: tuple[str, ...]) -> Iterator[Token]:
        sources = [node, *node.walk("source", "embed", "iframe")]
        address = next(filter(None, (self.address(one, "src", "data-src", "data") for one in sources)), None)
        if address is None:
            yield from self._tokens(node.children, inside, False)
        elif "a" in inside:
            yield Token("text", addresses.file_name(address))
        else:
            yield Token("text", " ")
            yield Token("raw", linked(node.get("title"), address))
            yield Token("text", " ")

    def _link(self, node: Element, inside: tuple[str, ...]) -> Iterator[Token]:
        address = self.address(node, "href")
        if address is None:
            yield from self._tokens(node.children, inside, False)
            return
        text = node.text
        pictures = next(node.walk("img", *PLAYERS), None)
        if not text.strip() and not pictures:
            return
        if text.strip() == address and not pictures and addresses.is_remote(address):
            yield Token("raw", f"<{address}>")
            return
        before, _, after = edges(text)
        tokens = [
            Token("text", " ") if token.kind in ("br", "para") else token
            for token in self._tokens(node.children, (*inside, "a"), False)
        ]
        yield Token("text", before)
        yield Token("raw", f"[{written(spaced(tokens), brackets=True).strip(' ')}]({address})")
        yield Token("text", after)


def linked(label: str, address: str) -> str:
    """A link in Markdown; without a label the address stands for itself."""
    label = SPACES.sub(" ", label).strip()
    if label:
        return f"[{escaped(label, brackets=True)}]({address})"
    if addresses.is_remote(address):
        return f"<{address}>"
    return f"[{escaped(addresses.file_name(address), brackets=True)}]({address})"
