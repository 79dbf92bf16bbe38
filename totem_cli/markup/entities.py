"""Characters as HTML writes them, ``&amp;`` for ``&``. Python's tables of them are large: they are loaded when met."""

from __future__ import annotations


def unescape(text: str) -> str:
    """The characters that references stand for in their places (HTML, 13.5)."""
    if "&" not in text:
        return text
    from html import unescape as read

    return read(text)


def escape(text: str, *, quote: bool = True) -> str:
    """References in the place of what HTML reads as markup; with ``quote``, in the value of an attribute, too."""
    from html import escape as write

    return write(text, quote)
