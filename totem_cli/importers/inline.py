"""The inside of a paragraph of HTML as tokens, and these as Markdown that reads back as the same words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from totem_cli.importers.html_tree import BLOCKS, PLAYERS, Element
from totem_cli.importers.inline_markdown import SPACES, Token, edges, escaped, paragraphs, written
from totem_cli.importers.xml import absolute
from totem_cli.markup import addresses

_EMPHASIS = {
    **dict.fromkeys(("b", "strong"), "strong"),
    **dict.fromkeys(("i", "em", "var", "dfn"), "em"),
    **dict.fromkeys(("s", "strike", "del"), "del"),
    "sub": "sub",
    "sup": "sup",
}
_CODE = frozenset({"code", "kbd", "samp", "tt"})
_PARAGRAPH = re.compile(r"\n[ \t]*(\n\s*)?")
_BARE = re.compile(r"https?://[^\s<>\"«»]+")
_AFTER_BARE = ".,;:!?'’)]…*_"


class Inline:
    """Turns nodes into paragraphs; with ``breaks``, line ends count, as WordPress's classic editor has it."""

    def __init__(self, base: str = "", *, breaks: bool = False) -> None:
        self._base = base
        self._breaks = breaks

    def paragraphs(self, nodes: Iterable[Element | str], emphasis: str = "") -> list[str]:
        """The paragraphs that the nodes make, empty ones left out; ``emphasis`` is set on each."""
        tokens = self._tokens(nodes, (), self._breaks)
        return paragraphs([Token("open", emphasis), *tokens, Token("close", emphasis)] if emphasis else tokens)

    def line(self, nodes: Iterable[Element | str], *, br: str = " ") -> str:
        """The nodes as one line, for a heading or a cell of a table."""
        tokens = _unbroken(self._tokens(nodes, (), False), Token("raw", br))
        while tokens and tokens[-1] == ("raw", br):
            tokens.pop()
        return written(tokens).strip(" ")

    def _tokens(self, nodes: Iterable[Element | str], inside: tuple[str, ...], breaks: bool) -> Iterator[Token]:
        for node in nodes:
            if isinstance(node, str):
                yield from self._words(node, breaks) if "a" not in inside else (Token("text", node),)
            elif node.tag == "br":
                yield Token("br")
            elif node.tag == "img":
                yield self._image(node)
            elif node.tag in PLAYERS:
                yield from self._player(node, inside)
            elif node.tag == "a" and "a" not in inside:
                yield from self._link(node, inside)
            elif node.tag in _CODE:
                text = SPACES.sub(" ", node.text)
                yield Token("code" if text.strip(" ") else "text", text)
            else:
                mark = _EMPHASIS.get(node.tag, "")
                mark = "" if mark in inside else mark
                around = {"q": ("“", "”")}.get(node.tag, (" ", " ") if node.tag in BLOCKS else ("", ""))
                yield Token("text", around[0])
                yield from [Token("open", mark)] if mark else []
                yield from self._tokens(node.children, (*inside, mark) if mark else inside, breaks)
                yield from [Token("close", mark)] if mark else []
                yield Token("text", around[1])

    def _words(self, text: str, breaks: bool) -> Iterator[Token]:
        parts = _PARAGRAPH.split(text) if breaks else [text]
        for index, part in enumerate(parts):
            if index % 2:
                yield Token("br", "\n") if part is None else Token("para")
                continue
            start = 0
            for found in _BARE.finditer(part):
                address = found[0].rstrip(_AFTER_BARE)
                if len(address) > 10 and addresses.link(address) == address:
                    yield Token("text", part[start : found.start()])
                    yield Token("raw", f"<{address}>")
                    start = found.start() + len(address)
            yield Token("text", part[start:])

    def _address(self, node: Element, *keys: str) -> str:
        """The address that an element names, as it may stand in Markdown; empty where it names none."""
        given = next((node.get(key) for key in keys if node.get(key).strip()), "")
        address = addresses.link(absolute(given, self._base)) if given else None
        return (address or "").replace("(", "%28").replace(")", "%29")

    def _image(self, node: Element) -> Token:
        address = self._address(node, "src", "data-src", "data-lazy-src")
        alt = SPACES.sub(" ", node.get("alt")).strip()
        return Token("raw", f"![{escaped(alt, brackets=True)}]({address})") if address else Token("text", alt)

    def _player(self, node: Element, inside: tuple[str, ...]) -> Iterator[Token]:
        sources = (node, *node.walk("source", "embed", "iframe"))
        address = next(filter(None, (self._address(one, "src", "data-src", "data") for one in sources)), "")
        if not address:
            yield from self._tokens(node.children, inside, False)
        elif "a" in inside:
            yield Token("text", addresses.file_name(address))
        else:
            yield from (Token("text", " "), Token("raw", linked(node.get("title"), address)), Token("text", " "))

    def _link(self, node: Element, inside: tuple[str, ...]) -> Iterator[Token]:
        address, text = self._address(node, "href"), node.text
        has_picture = next(node.walk("img", *PLAYERS), None) is not None
        if not address:
            yield from self._tokens(node.children, inside, False)
        elif text.strip() == address and not has_picture and addresses.is_remote(address):
            yield Token("raw", f"<{address}>")
        elif text.strip() or has_picture:
            before, _, after = edges(text)
            tokens = _unbroken(self._tokens(node.children, (*inside, "a"), False), Token("text", " "))
            yield Token("text", before)
            yield Token("raw", f"[{written(tokens, brackets=True).strip(' ')}]({address})")
            yield Token("text", after)


def _unbroken(tokens: Iterable[Token], instead: Token) -> list[Token]:
    return [instead if token.kind in ("br", "para") else token for token in tokens]


def linked(label: str, address: str) -> str:
    """A link in Markdown; without a label the address stands for itself."""
    label = SPACES.sub(" ", label).strip()
    if not label and addresses.is_remote(address):
        return f"<{address}>"
    return f"[{escaped(label or addresses.file_name(address), brackets=True)}]({address})"
