"""What stands inside a paragraph of HTML, as Markdown that reads back as the same words and emphasis.

CommonMark 0.31, 2.4 (escapes) and 6 (inlines); where its rules for emphasis would not see a mark, HTML's own is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from totem_cli.importers.emphasis import Token
from totem_cli.importers.emphasis import marks as marks_of
from totem_cli.importers.html_tree import BLOCKS, PLAYERS, Node
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

_SPACES = re.compile(r"[ \t\n\r\f]+")
_WHITE = " \t\n\r\f\u00a0\u202f"
_PARAGRAPH = re.compile(r"\n[ \t]*(\n\s*)?")
_BARE = re.compile(r"https?://[^\s<>\"«»]+")
_AFTER_BARE = ".,;:!?'’)]…*_"
_SPECIAL = re.compile(
    r"[\\`*~]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?\w+;)|\[(?=\^)|\](?=[(:\[])|^\[(?=[ xX]\])"
)
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

    def paragraphs(self, nodes: Iterable[Node | str], emphasis: str = "") -> list[str]:
        """The paragraphs that the nodes make, empty ones left out; ``emphasis`` is set on each."""
        tokens = list(self._tokens(nodes, (), self.breaks))
        if emphasis:
            tokens = [Token("open", emphasis), *tokens, Token("close", emphasis)]
        parts: list[list[Token]] = [[]]
        for token in _parted(tokens):
            if token.kind == "para":
                parts.append([])
            else:
                parts[-1].append(token)
        texts = (_written(_spaced(part)) for part in parts)
        return [_LINE_START.sub(r"\g<before>\\", text) for text in texts if text.strip(" \u00a0\u202f")]

    def line(self, nodes: Iterable[Node | str], *, br: str = " ") -> str:
        """The nodes as one line, for a heading or a cell of a table."""
        tokens = [
            Token("raw", br) if token.kind in ("br", "para") else token for token in self._tokens(nodes, (), False)
        ]
        while tokens and tokens[-1] == ("raw", br):
            tokens.pop()
        return _written(_spaced(tokens)).strip(" ")

    def _tokens(self, nodes: Iterable[Node | str], inside: tuple[str, ...], breaks: bool) -> Iterator[Token]:
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
                text = _SPACES.sub(" ", node.text)
                yield Token("code" if text.strip(" ") else "text", text)
            elif node.tag == "q":
                yield Token("text", "“")
                yield from self._tokens(node.children, inside, breaks)
                yield Token("text", "”")
            else:
                yield from self._marked(node, inside, breaks)

    def _marked(self, node: Node, inside: tuple[str, ...], breaks: bool) -> Iterator[Token]:
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

    def address(self, node: Node, *keys: str) -> str | None:
        """The address that an element names, as it may stand in Markdown."""
        for key in keys:
            if node.attributes.get(key, "").strip():
                found = addresses.link(absolute(node.attributes[key], self.base))
                return found.replace("(", "%28").replace(")", "%29") if found else None
        return None

    def _image(self, node: Node) -> Iterator[Token]:
        address = self.address(node, "src", "data-src", "data-lazy-src")
        alt = _SPACES.sub(" ", node.attributes.get("alt", "")).strip()
        if address:
            yield Token("raw", f"![{_escaped(alt, brackets=True)}]({address})")
        elif alt:
            yield Token("text", alt)

    def _player(self, node: Node, inside: tuple[str, ...]) -> Iterator[Token]:
        sources = [node, *node.each("source", "embed", "iframe")]
        address = next(filter(None, (self.address(one, "src", "data-src", "data") for one in sources)), None)
        if address is None:
            yield from self._tokens(node.children, inside, False)
        elif "a" in inside:
            yield Token("text", addresses.file_name(address))
        else:
            yield Token("text", " ")
            yield Token("raw", linked(node.attributes.get("title", ""), address))
            yield Token("text", " ")

    def _link(self, node: Node, inside: tuple[str, ...]) -> Iterator[Token]:
        address = self.address(node, "href")
        if address is None:
            yield from self._tokens(node.children, inside, False)
            return
        text = node.text
        pictures = next(node.each("img", *PLAYERS), None)
        if not text.strip() and not pictures:
            return
        if text.strip() == address and not pictures and addresses.is_remote(address):
            yield Token("raw", f"<{address}>")
            return
        before, _, after = _edges(text)
        tokens = [
            Token("text", " ") if token.kind in ("br", "para") else token
            for token in self._tokens(node.children, (*inside, "a"), False)
        ]
        yield Token("text", before)
        yield Token("raw", f"[{_written(_spaced(tokens), brackets=True).strip(' ')}]({address})")
        yield Token("text", after)


def linked(label: str, address: str) -> str:
    """A link in Markdown; without a label the address stands for itself."""
    label = _SPACES.sub(" ", label).strip()
    if label:
        return f"[{_escaped(label, brackets=True)}]({address})"
    if addresses.is_remote(address):
        return f"<{address}>"
    return f"[{_escaped(addresses.file_name(address), brackets=True)}]({address})"


def code_span(text: str) -> str:
    """A code span that holds the text, whatever back-ticks it has (CommonMark, 6.1); empty for an empty text."""
    text = _SPACES.sub(" ", text).strip(" ")
    if not text:
        return ""
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def _edges(text: str) -> tuple[str, str, str]:
    """The white space before a text, its words, the white space after."""
    words = text.lstrip(_WHITE)
    before = text[: len(text) - len(words)]
    kept = words.rstrip(_WHITE)
    return before, kept, words[len(kept) :]


def _escaped(text: str, *, brackets: bool = False) -> str:
    text = _SPECIAL.sub(lambda match: "\\" + match[0], text)
    return re.sub(r"(?<!\\)[\[\]]", r"\\\g<0>", text) if brackets else text


def _parted(tokens: list[Token]) -> list[Token]:
    """Two line ends in a row part paragraphs; what is emphasised across them is closed before and opened after."""
    parted: list[Token] = []
    opened: list[str] = []
    for token in tokens:
        if token.kind in ("br", "para"):
            _end_line(parted, token, opened)
            continue
        if token.kind == "open":
            opened.append(token.value)
        elif token.kind == "close":
            opened.pop()
        parted.append(token)
    return parted


def _end_line(parted: list[Token], token: Token, opened: list[str]) -> None:
    """Add an end of a line, or of a paragraph: two ends of lines in a row; none after one that ends a paragraph."""
    while parted and parted[-1].kind == "text" and not parted[-1].value.strip(" \t\r\n\f"):
        parted.pop()
    before = parted[-1] if parted else Token("para")
    if before.kind == "para":
        return
    if token.kind == "br" and before.kind != "br":
        parted.append(token)
    elif token.kind == "para" or "\n" not in (token.value, before.value):  # a line end beside <br> is the same one
        if before.kind == "br":
            parted.pop()
        parted += [Token("close", mark) for mark in reversed(opened)]
        parted.append(Token("para"))
        parted += [Token("open", mark) for mark in opened]


def _spaced(tokens: list[Token]) -> list[Token]:
    """White space collapsed and moved out of emphasis; emphasis of nothing dropped, split emphasis made one."""
    spacing = _Spacing()
    for token in tokens:
        spacing.add(token)
    return _trimmed(spacing.done)


class _Spacing:
    """Tokens with their white space held back until it is known what it stands before."""

    def __init__(self) -> None:
        self.done: list[Token] = []
        self._held = ""

    def add(self, token: Token) -> None:
        """Add a token after those before it."""
        if token.kind == "text":
            self._add_text(token.value)
        elif token.kind == "br":
            self._held = ""
            self.done.append(token)
        elif token.kind == "close":
            self._close(token)
        elif token.kind == "open" and not self._held and self._last == ("close", token.value):
            self.done.pop()
        elif token.kind == "code" and not self._held and self._last and self._last.kind == "code":
            self.done.append(Token("code", self.done.pop().value + token.value))
        else:
            self._release()
            self.done.append(token)

    @property
    def _last(self) -> Token | None:
        return self.done[-1] if self.done else None

    def _add_text(self, text: str) -> None:
        before, words, after = _edges(text)
        self._held = _SPACES.sub(" ", self._held + before)
        if words:
            self._release()
            self._write(_SPACES.sub(" ", words))
            self._held = _SPACES.sub(" ", after)

    def _write(self, text: str) -> None:
        if self._last and self._last.kind == "text":
            text = self.done.pop().value + text
        self.done.append(Token("text", text))

    def _close(self, token: Token) -> None:
        if self._last == ("open", token.value):
            self.done.pop()
        else:
            self.done.append(token)

    def _release(self) -> None:
        """Write the white space that is held back, before the emphasis that begins here."""
        opened: list[Token] = []
        while self._last and self._last.kind == "open":
            opened.append(self.done.pop())
        if self._held and self._last and self._last.kind != "br":
            self._write(self._held)
        self._held = ""
        self.done += reversed(opened)


def _trimmed(tokens: list[Token]) -> list[Token]:
    """The tokens without ends of lines at the start or at the end."""
    while tokens and tokens[-1].kind == "br":
        tokens.pop()
    while tokens and tokens[0].kind == "br":
        tokens.pop(0)
    return tokens


def _written(tokens: list[Token], *, brackets: bool = False) -> str:
    marks = marks_of(tokens)
    written: list[str] = []
    for place, token in enumerate(tokens):
        if token.kind == "text":
            text = _escaped(token.value, brackets=brackets)
            following = tokens[place + 1] if place + 1 < len(tokens) else None
            if text.endswith("!") and following and following.kind == "raw" and following.value.startswith("["):
                text = text[:-1] + "\\!"
            written.append(text)
        elif token.kind == "code":
            written.append(code_span(token.value))
        elif token.kind == "br":
            written.append("\\\n")
        else:
            written.append(marks.get(place, token.value))
    return "".join(written)
