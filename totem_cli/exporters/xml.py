"""Write XML as text; the result is well-formed whatever the content (XML 1.0, 2.2 and 2.4)."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from totem_cli.markup.characters import allowed

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'


def text(content: str) -> str:
    """Text escaped for the content of an element or for a quoted attribute, without characters that XML forbids."""
    return escape(allowed(content))


def attributes(**values: str | None) -> str:
    """Attributes, each with a space before it; those whose value is None are left out."""
    return "".join(f' {name}="{text(value)}"' for name, value in values.items() if value is not None)


def element(name: str, content: str | None, /, **values: str | None) -> str:
    """An element with text and attributes; an empty string where the text is None."""
    return "" if content is None else f"<{name}{attributes(**values)}>{text(content)}</{name}>"


def empty(name: str, /, **values: str | None) -> str:
    """An empty element with attributes."""
    return f"<{name}{attributes(**values)}/>"


def nested(name: str, children: Iterable[str], /, **values: str | None) -> str:
    """An element with child elements, one per line; empty strings are left out."""
    return lines((f"<{name}{attributes(**values)}>", *children, f"</{name}>"))


def cdata(name: str, content: str, /, **values: str | None) -> str:
    """An element whose text is a CDATA section, without characters that XML forbids."""
    return section(name, allowed(content), **values)


def section(name: str, content: str, /, **values: str | None) -> str:
    """As :func:`cdata`, for text without forbidden characters; a ``]]>`` in it is split in two (XML 1.0, 2.7)."""
    inside = content.replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}{attributes(**values)}><![CDATA[{inside}]]></{name}>"


def lines(parts: Iterable[str]) -> str:
    """The parts, one per line; empty strings are left out."""
    return "\n".join(filter(None, parts))


def document(parts: Iterable[str | bytes]) -> bytes:
    """A document with an XML declaration, from text or UTF-8, one part per line; empty parts are left out."""
    encoded = [part if isinstance(part, bytes) else part.encode() for part in (DECLARATION, *parts) if part]
    return b"\n".join([*encoded, b""])
