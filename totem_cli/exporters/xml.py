"""XML, element by element: whatever the text, the document is well-formed (XML 1.0, 2.2 and 2.4)."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from totem_cli.markup.characters import allowed

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'


def text(words: str) -> str:
    """Words for the content of an element or, between quotation marks, for an attribute."""
    return escape(allowed(words))


def attributes(**values: str | None) -> str:
    """Attributes with a space before each; those that are None are left out."""
    return "".join(f' {name}="{text(value)}"' for name, value in values.items() if value is not None)


def element(name: str, words: str | None, /, **values: str | None) -> str:
    """An element with words and attributes; nothing where the words are None."""
    return "" if words is None else f"<{name}{attributes(**values)}>{text(words)}</{name}>"


def empty(name: str, /, **values: str | None) -> str:
    """An element with attributes only."""
    return f"<{name}{attributes(**values)}/>"


def cdata(name: str, words: str) -> str:
    """An element whose words stand in a CDATA section, a ``]]>`` among them in two (XML 1.0, 2.7)."""
    return section(name, allowed(words))


def section(name: str, words: str) -> str:
    """The same for words of characters that are allowed."""
    inside = words.replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{inside}]]></{name}>"


def lines(parts: Iterable[str]) -> str:
    """The parts, a line each; empty ones are left out."""
    return "\n".join(filter(None, parts))


def document(parts: Iterable[str | bytes]) -> bytes:
    """The parts, text or UTF-8, as a document, a line each; empty ones are left out."""
    coded = [part if isinstance(part, bytes) else part.encode() for part in (DECLARATION, *parts) if part]
    return b"\n".join([*coded, b""])
