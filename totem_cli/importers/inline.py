"""The inside of a paragraph of HTML as Markdown that reads back as the same words.

It is taken apart into tokens; these are written with CommonMark's escapes (0.31, 2.4), code spans (6.1) and emphasis
(6.2). Where its rules would not see a mark of emphasis, HTML's own is written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Literal, NamedTuple

from totem_cli.importers.html_tree import BLOCKS, PLAYERS, Element
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
_SPACES = re.compile(r"[ \t\n\r\f]+")
"""White space that HTML collapses; no-break spaces are not."""

_WHITE = " \t\n\r\f\u00a0\u202f"
_DELIMITERS = {"strong": "**", "del": "~~", "em": "_"}
# GitHub's cmark looks through ~ for the character beside emphasis
_SEEN_BESIDE = {"sub": ">", "sup": ">", "del": "\0"}
_SPECIAL = re.compile(
    r"[\\`*~]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?\w+;)|\[(?=\^)|\](?=[(:\[])|^\[(?=[ xX]\])"
)
_LINE_START = re.compile(
    r"^(?:(?P<before>\d{1,9})(?=[.)](?:[ \t]|$))"
    r"|(?=#{1,6}(?:[ \t]|$)|[-+](?:[ \t]|$)|>|=+[ \t]*$|\+{3}[ \t]*$|[-|:][-|: ]*$))",
    re.MULTILINE,
)


class Token(NamedTuple):
    """A piece of a paragraph: words, code, Markdown, an end of emphasis, the end of a line or of the paragraph."""

    kind: Literal["text", "code", "raw", "open", "close", "br", "para"]
    value: str = ""


class Inline:
    """Turns nodes into paragraphs; with ``breaks``, line ends count, as WordPress's classic editor has it."""

    def __init__(self, base: str = "", *, breaks: bool = False) -> None:
        self._base = base
        self._breaks = breaks

    def paragraphs(self, nodes: Iterable[Element | str], emphasis: str = "") -> list[str]:
        """The paragraphs that the nodes make, empty ones left out; ``emphasis`` is set on each."""
        tokens = self._tokens(nodes, (), self._breaks)
        return _joined([Token("open", emphasis), *tokens, Token("close", emphasis)] if emphasis else tokens)

    def line(self, nodes: Iterable[Element | str], *, br: str = " ") -> str:
        """The nodes as one line, for a heading or a cell of a table."""
        tokens = _unbroken(self._tokens(nodes, (), False), Token("raw", br))
        while tokens and tokens[-1] == ("raw", br):
            tokens.pop()
        return _written(tokens).strip(" ")

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
                text = _SPACES.sub(" ", node.text)
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
        alt = _SPACES.sub(" ", node.get("alt")).strip()
        return Token("raw", f"![{_escaped(alt, brackets=True)}]({address})") if address else Token("text", alt)

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
            before, _, after = _edges(text)
            tokens = _unbroken(self._tokens(node.children, (*inside, "a"), False), Token("text", " "))
            yield Token("text", before)
            yield Token("raw", f"[{_written(tokens, brackets=True).strip(' ')}]({address})")
            yield Token("text", after)


def _unbroken(tokens: Iterable[Token], instead: Token) -> list[Token]:
    return [instead if token.kind in ("br", "para") else token for token in tokens]


def linked(label: str, address: str) -> str:
    """A link in Markdown; its label is the address where it has none."""
    label = _SPACES.sub(" ", label).strip()
    if not label and addresses.is_remote(address):
        return f"<{address}>"
    return f"[{_escaped(label or addresses.file_name(address), brackets=True)}]({address})"


def _joined(tokens: Iterable[Token]) -> list[str]:
    """The Markdown of each paragraph, empty ones left out."""
    parts: list[list[Token]] = [[]]
    for token in _parted(tokens):
        if token.kind == "para":
            parts.append([])
        else:
            parts[-1].append(token)
    texts = map(_written, parts)
    return [_LINE_START.sub(r"\g<before>\\", text) for text in texts if text.strip(" \u00a0\u202f")]


def _written(tokens: Iterable[Token], *, brackets: bool = False) -> str:
    """The Markdown of the tokens of one paragraph; with ``brackets``, for the text of a link."""
    spaced = _spaced(tokens)
    marks = _marks(spaced)
    pieces: list[str] = []
    for index, (token, following) in enumerate(pairwise([*spaced, Token("br")])):
        if token.kind == "text":
            text = _escaped(token.value, brackets=brackets)
            is_before_link = following.kind == "raw" and following.value.startswith("[")
            pieces.append(text[:-1] + "\\!" if is_before_link and text.endswith("!") else text)
        elif token.kind == "code":
            pieces.append(_code_span(token.value))
        else:
            pieces.append("\\\n" if token.kind == "br" else marks.get(index, token.value))
    return "".join(pieces)


def _escaped(text: str, *, brackets: bool = False) -> str:
    """Words with what Markdown would read as markup escaped; with ``brackets``, those too."""
    text = _SPECIAL.sub(r"\\\g<0>", text)
    return re.sub(r"(?<!\\)[\[\]]", r"\\\g<0>", text) if brackets else text


def _edges(text: str) -> tuple[str, str, str]:
    """The white space before a text, its words, the white space after."""
    words = text.lstrip(_WHITE)
    kept = words.rstrip(_WHITE)
    return text[: len(text) - len(words)], kept, words[len(kept) :]


def _parted(tokens: Iterable[Token]) -> list[Token]:
    """Two line ends in a row part paragraphs; emphasis across them is closed before and opened after."""
    done: list[Token] = []
    opened: list[str] = []
    for token in tokens:
        if token.kind in ("br", "para"):
            _end_line(done, token, opened)
            continue
        if token.kind == "open":
            opened.append(token.value)
        elif token.kind == "close":
            opened.pop()
        done.append(token)
    return done


def _end_line(done: list[Token], token: Token, opened: list[str]) -> None:
    """Add an end of a line, or of a paragraph: two ends of lines in a row; none after one that ends a paragraph."""
    while done and done[-1].kind == "text" and not done[-1].value.strip(" \t\r\n\f"):
        done.pop()
    before = done[-1] if done else Token("para")
    if before.kind == "para":
        return
    if token.kind == "br" and before.kind != "br":
        done.append(token)
    elif token.kind == "para" or "\n" not in (token.value, before.value):  # a line end beside <br> is the same one
        if before.kind == "br":
            done.pop()
        done += [*(Token("close", mark) for mark in reversed(opened)), Token("para")]
        done += [Token("open", mark) for mark in opened]


def _spaced(tokens: Iterable[Token]) -> list[Token]:
    """White space collapsed and moved out of emphasis; emphasis of nothing dropped, split emphasis made one."""
    spacing = _Spacing()
    for token in tokens:
        spacing.add(token)
    done = spacing.done
    while done and done[-1].kind == "br":
        done.pop()
    found: list[Token] = []
    for kind, run in groupby(done, lambda token: token.kind):
        if kind in ("text", "code"):
            found.append(Token(kind, "".join(token.value for token in run)))
        elif kind != "br" or found:
            found += run
    return found


class _Spacing:
    """Tokens, whose white space is written where the next token shows that it is needed."""

    def __init__(self) -> None:
        self.done: list[Token] = []
        self._space = ""

    def add(self, token: Token) -> None:
        last = self.done[-1] if self.done else Token("para")
        if token.kind == "text":
            before, words, after = _edges(token.value)
            self._space = _SPACES.sub(" ", self._space + before)
            if words:
                self._release()
                self.done.append(Token("text", _SPACES.sub(" ", words)))
                self._space = _SPACES.sub(" ", after)
        elif token.kind == "br":
            self._space = ""
            self.done.append(token)
        elif (token.kind == "close" and last == ("open", token.value)) or (
            token.kind == "open" and not self._space and last == ("close", token.value)
        ):
            self.done.pop()
        else:
            if token.kind != "close":
                self._release()
            self.done.append(token)

    def _release(self) -> None:
        """Write the white space before the emphasis that begins here."""
        opened: list[Token] = []
        while self.done and self.done[-1].kind == "open":
            opened.append(self.done.pop())
        if self._space and self.done and self.done[-1].kind != "br":
            self.done.append(Token("text", self._space))
        self._space = ""
        self.done += reversed(opened)


def _marks(tokens: Sequence[Token]) -> dict[int, str]:
    """How each end of emphasis is written, by its index: as Markdown where its rules see it, else as HTML."""
    found: dict[int, str] = {}
    opened: list[int] = []
    around = [Token("text"), *tokens, Token("text")]
    for index, token in enumerate(tokens):
        if token.kind == "open":
            opened.append(index)
        elif token.kind == "close":
            first = opened.pop()
            sides = around[first], around[first + 2], around[index], around[index + 2]
            mark = _delimiter(token.value, *sides)
            found[first], found[index] = (mark, mark) if mark else (f"<{token.value}>", f"</{token.value}>")
    return found


def _delimiter(kind: str, before: Token, first: Token, last: Token, after: Token) -> str:
    """Markdown's mark of emphasis between these tokens; empty where it has none that opens and closes (6.2)."""
    delimiter = _DELIMITERS.get(kind, "")
    sides = [(_beside(first, 0), _beside(before, -1)), (_beside(last, -1), _beside(after, 0))]
    if kind == "em" and any(outside.isalnum() for _, outside in sides):
        delimiter = "" if {"open", "close"} & {before.kind, first.kind, last.kind, after.kind} else "*"
    is_flanking = all(
        inside
        and not inside.isspace()
        and "\0" not in (inside, outside)
        and (unicodedata.category(inside)[0] not in "PS" or not outside or _opens(outside))
        for inside, outside in sides
    )
    return delimiter if is_flanking else ""


def _beside(token: Token, position: Literal[0, -1]) -> str:
    """The first or the last character that a token is written with; empty for an empty text."""
    if token.kind in ("open", "close"):
        return _SEEN_BESIDE.get(token.value, "*")
    if token.kind in ("br", "code"):
        return "\n" if token.kind == "br" else "`"
    return token.value[position] if token.value else ""


def _opens(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter)[0] == "P" or (letter.isascii() and not letter.isalnum())


def _code_span(text: str) -> str:
    """A code span that holds the text, whatever back-ticks it has (CommonMark, 6.1); empty for an empty text."""
    text = _SPACES.sub(" ", text).strip(" ")
    if not text:
        return ""
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{padding}{text}{padding}{fence}"
