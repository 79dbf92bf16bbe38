"""Clean HTML as a tree, which visitors read and change.

The parser reads only HTML that a serialiser wrote (cmark, the sanitiser, this module): every ``<`` outside a quoted
value begins a tag, and elements are properly nested. Untrusted HTML goes through the sanitiser first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

VOID = frozenset("br col embed hr img input link meta source track wbr".split())
DEEPEST = 200
"""How deep elements are nested at most; deeper elements lose their tags and keep their text."""

_TAG = re.compile(r'(<[^<>"]*(?:"[^"]*"[^<>"]*)*>)')
_ATTRIBUTE = re.compile(r'(?<![a-z-])([a-z-]+)="([^"]*)"')


class Element:
    """An element: its name, its attributes, its children. Values and text are not escaped."""

    __slots__ = ("attributes", "children", "tag")

    def __init__(self, tag: str, attributes: dict[str, str], children: list[Node]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children = children


Node: TypeAlias = Element | str


def parse(html: str, deepest: int = DEEPEST, kind: type[Element] = Element) -> list[Node]:
    """The nodes of clean HTML; its elements are made by ``kind``."""
    children: list[Node] = []
    if "<" not in html:
        return [unescape(html)] if html else children
    root, stack, ignored = children, [children], 0
    pieces = _TAG.split(html)
    for index in range(1, len(pieces), 2):
        text, tag = pieces[index - 1], pieces[index]
        if text:
            children.append(unescape(text))
        if tag[1] == "/":
            if ignored:
                ignored -= 1
            elif len(stack) > 1:
                stack.pop()
                children = stack[-1]
            continue
        name, space, rest = tag[1:-1].partition(" ")
        element = kind(name, _attributes(rest) if space else {}, [])
        if name in VOID:
            children.append(element)
        elif ignored or len(stack) > deepest:
            ignored += 1
        else:
            children.append(element)
            children = element.children
            stack.append(children)
    if pieces[-1]:
        children.append(unescape(pieces[-1]))
    return root


def html_of(nodes: Iterable[Node]) -> str:
    """The nodes as HTML."""
    out: list[str] = []
    _write(nodes, out.append)
    return "".join(out)


def opening(element: Element) -> str:
    """The start tag of an element."""
    if not element.attributes:
        return f"<{element.tag}>"
    attributes = "".join([f' {name}="{escape_value(value)}"' for name, value in element.attributes.items()])
    return f"<{element.tag}{attributes}>"


def escape_text(text: str) -> str:
    """Text as HTML."""
    if "&" in text or "<" in text or ">" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def escape_value(text: str) -> str:
    """The value of an attribute as HTML, without its quotation marks."""
    return escape_text(text).replace('"', "&quot;")


def text_of(nodes: Iterable[Node]) -> str:
    """The text in these nodes, without the texts of pictures."""
    return "".join(texts(nodes))


def texts(nodes: Iterable[Node]) -> Iterator[str]:
    """Each piece of text in these nodes."""
    for node in nodes:
        if isinstance(node, str):
            yield node
        else:
            yield from texts(node.children)


def elements(nodes: Iterable[Node]) -> Iterator[Element]:
    """Each element in these nodes, in the order of their start tags."""
    for node in nodes:
        if isinstance(node, Element):
            yield node
            yield from elements(node.children)


def split_last_line(nodes: Sequence[Node]) -> tuple[list[Node], list[Node]] | None:
    """The nodes before the last line break among these, and those after it; None where there is no line break.

    An element that holds the break is on both sides. A break is a ``br`` or a line feed.
    """
    for index in range(len(nodes) - 1, -1, -1):
        node = nodes[index]
        if isinstance(node, str):
            before, found, after = node.rpartition("\n")
            if found:
                last = nodes[index - 1] if index and not before.strip() else None
                is_after_break = isinstance(last, Element) and last.tag == "br"
                rest = nodes[: index - 1] if is_after_break else (*nodes[:index], before)
                return [*rest], [after, *nodes[index + 1 :]]
        elif node.tag == "br":
            return [*nodes[:index]], [*nodes[index + 1 :]]
        elif inside := split_last_line(node.children):
            first, second = (Element(node.tag, node.attributes, part) for part in inside)
            return [*nodes[:index], first], [second, *nodes[index + 1 :]]
    return None


def unescape(text: str) -> str:
    """The characters that references stand for (HTML, 13.5); Python's large table of them is loaded when one is met."""
    if "&" not in text:
        return text
    from html import unescape as read

    return read(text)


def _attributes(source: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(source)}


def _write(nodes: Iterable[Node], put: Callable[[str], None]) -> None:
    for node in nodes:
        if isinstance(node, str):
            put(escape_text(node))
            continue
        put(opening(node) if node.attributes else f"<{node.tag}>")
        if node.tag not in VOID:
            _write(node.children, put)
            put(f"</{node.tag}>")
