"""Names of files under ``media/``, as values and texts of an archive give them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from typing import Any

MEDIA = "media/"

# A destination in angle brackets, an attribute, the destination of a link in Markdown, anything else.
_IN_TEXT = re.compile(
    r"""<\s*(?:\.{0,2}/)*media/(?P<angle>[^<>\n]+)>
    |["'](?:\.{0,2}/)*media/(?P<quoted>[^"'<>\n]+)["']
    |\]\(\s*(?:\.{0,2}/)*media/(?P<destination>(?:[^\s<>()\\]|\\.|\([^\s()]*\))+)
    |media/(?P<plain>[^\s"'<>()\[\]]+)""",
    re.VERBOSE,
)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_BEFORE = re.compile(r"\A(?:\.{0,2}/)+")


def named_in(text: str) -> Iterator[str]:
    """Yield what a text in Markdown, HTML or CSS names under ``media/``, as it is written there."""
    if MEDIA in text:
        for match in _IN_TEXT.finditer(text):
            yield match[match.lastgroup or 0]


def named_by(value: Any) -> Iterator[str]:
    """Yield what the strings of plain data name under ``media/``."""
    if isinstance(value, str):
        if MEDIA in value:
            yield _BEFORE.sub("", value)
            yield from named_in(value)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from named_by(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from named_by(inner)


def local_path(name: str | None, files: Container[str]) -> str | None:
    """Return the file under ``media/`` that a field names, with or without ``media/`` before it; None without one."""
    if not name:
        return None
    for candidate in (name, name.removeprefix(MEDIA)):
        if candidate in files:
            return candidate
    return None


def file_named(name: str, files: Container[str]) -> str | None:
    """Return the file under ``media/`` that a field or a text names; None without one.

    In a text, characters may be escaped as Markdown, HTML and addresses have it, and a fragment may follow.
    """
    found = local_path(name, files)
    if found is None and not name.isalnum():
        from html import unescape
        from urllib.parse import unquote

        plain = unquote(unescape(_ESCAPED.sub(r"\1", name)))
        found = local_path(plain, files) or local_path(re.split(r"[?#]", plain, maxsplit=1)[0], files)
    return found
