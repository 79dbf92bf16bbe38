"""The front matter of a Markdown file: where it begins, where it ends, and what comes after it."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from totem_cli.errors import InvalidError, Location

if TYPE_CHECKING:
    from frontmatter.default_handlers import BaseHandler

FENCE = re.compile(r"^\+\+\+[ \t]*\r?(?:\n|\Z)", re.MULTILINE)
_OPENING = re.compile(r"(?:[ \t]*\r?\n)*\+\+\+[ \t]*\r?(?:\n|\Z)")
_LAYOUT = "the first line is +++, then come the fields in TOML, then another line of +++, then the text"
_CONVERT = "totem writes TOML between lines of +++: totem import markdown"
_NOT_OURS = (
    (r"\s*\Z", "the file is empty", _LAYOUT),
    (r"<{7}(?:[ \t\r\n]|\Z)", "a merge conflict is left in the file", "resolve it, then try again"),
    (r"---[ \t]*\r?(?:\n|\Z)", "the front matter is YAML", _CONVERT),
    (r"\{", "the front matter is JSON", _CONVERT),
    (r"", "there is no front matter", _LAYOUT),
)
"""Beginnings of files without TOML front matter, with the message and the hint for each."""


class Parts(NamedTuple):
    """A file in four parts; put together they are the file again, character for character."""

    opening: str
    head: str
    closing: str
    body: str


def split(text: str, file: str) -> Parts:
    """The parts of a Markdown file with TOML front matter.

    Blank lines may come before it. A line of ``+++`` inside a string of several lines does not end it. Raises
    InvalidError where there is no front matter, or no end of it.
    """
    opening = _OPENING.match(text)
    if opening is None:
        message, hint = next((message, hint) for start, message, hint in _NOT_OURS if re.match(start, text))
        raise InvalidError(message, hint=hint, location=Location(file, 1, 1))
    start = opening.end()
    try:
        end = _end_of_head(text, start)
    except ValueError:
        line = opening.group().count("\n") or 1
        hint = "close it with a line of +++"
        raise InvalidError("the front matter has no end", hint=hint, location=Location(file, line, 1)) from None
    body = FENCE.match(text, end).end()  # type: ignore[union-attr]
    return Parts(text[:start], text[start:end], text[end:body], text[body:])


def _end_of_head(text: str, start: int) -> int:
    """Where the line is that closes the front matter, which begins at ``start``; ValueError where there is none."""
    if text.startswith("+++\n") and (line := text.find("\n+++", 3)) >= 0 and text.startswith("\n+++\n", line):
        end = line + 1  # as nearly every file has it
    else:
        end = start + len(_handler().split(text)[0])
    if '"""' in text[start:end] or "'''" in text[start:end]:
        from totem_cli.documents.toml_source import ScanError, sections

        try:
            after_strings = sections(text, start, FENCE)[1]
        except ScanError:
            return end
        return after_strings if FENCE.match(text, after_strings) else end
    return end


@cache
def _handler() -> BaseHandler:
    """The handler for python-frontmatter, whose import takes longer than reading a hundred files."""
    from frontmatter.default_handlers import BaseHandler

    return BaseHandler(FENCE, "+++", "+++")
