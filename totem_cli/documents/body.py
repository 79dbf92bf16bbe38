"""The body of a Markdown file: what comes after the front matter."""

from __future__ import annotations

from totem_cli.errors import InvalidError


def strip(text: str) -> str:
    r"""The text with line ends as ``\n`` and without the blank lines around it."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    last = len(text.rstrip(" \t\n"))
    end = text.find("\n", last)
    text = text[: end if end >= 0 else len(text)] if last else ""
    first = len(text) - len(text.lstrip(" \t\n"))
    return text[text.rfind("\n", 0, first) + 1 :]


def writable(text: str) -> str:
    """The stripped text. Raises InvalidError for what no file of text can hold."""
    if "\0" in text:
        raise InvalidError("the text holds a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidError(f"the text holds half a character: {text[error.start]!a}") from None
    return strip(text)
