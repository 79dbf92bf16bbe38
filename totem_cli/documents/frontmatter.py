"""The front matter of a Markdown file: where it begins, where it ends, and what comes after it."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from totem_cli.documents.toml_source import ScanError, sections
from totem_cli.errors import InvalidError, Location

if TYPE_CHECKING:
    from frontmatter.default_handlers import BaseHandler

FENCE = re.compile(r"^\+\+\+[ \t]*\r?(?:\n|\Z)", re.MULTILINE)
_OPENING = re.compile(r"(?:[ \t]*\r?\n)*\+\+\+[ \t]*\r?(?:\n|\Z)")
_CONFLICT = re.compile(r"<{7}(?:[ \t\r\n]|\Z)")
_HINT = "the first line is +++, then come the fields in TOML, then another line of +++, then the text"


class Parts(NamedTuple):
    """A file in four parts; put together they are the file again, character for character."""

    opening: str
    head: str
    closing: str
    body: str


def split(text: str, file: str) -> Parts:
    """The parts of a Markdown file with TOML front matter.

    Blank lines may come before it. A line of ``+++`` inside a string of several lines does not end it. InvalidError is
    raised where there is no front matter, or no end of it.
    """
    opening = _OPENING.match(text)
    if opening is None:
        raise _missing(text, file)
    try:
        head, body = _halves(text)
    except ValueError:
        raise InvalidError(
            "the front matter has no end",
            hint="close it with a line of +++",
            location=Location(file, opening.group().count("\n") or 1, 1),
        ) from None
    end = opening.end() + len(head)
    return Parts(opening.group(), head, text[end : len(text) - len(body)], body)


def _missing(text: str, file: str) -> InvalidError:
    place = Location(file, 1, 1)
    if not text.strip():
        return InvalidError("the file is empty", hint=_HINT, location=place)
    if _CONFLICT.match(text):
        return InvalidError("a merge conflict is left in the file", hint="resolve it, then try again", location=place)
    if re.match(r"---[ \t]*\r?(?:\n|\Z)", text):
        return InvalidError(
            "the front matter is YAML",
            hint="totem writes TOML between +++ lines: totem import markdown",
            location=place,
        )
    if text.startswith("{"):
        return InvalidError(
            "the front matter is JSON",
            hint="totem writes TOML between +++ lines: totem import markdown",
            location=place,
        )
    return InvalidError("there is no front matter", hint=_HINT, location=place)


def _halves(text: str) -> tuple[str, str]:
    """Head and body; ValueError where the head has no end."""
    first = text.find("\n+++", 3) if text.startswith("+++\n") else -1
    if first >= 0 and text.startswith("\n+++\n", first):  # as nearly every file has it
        head, body = text[4 : first + 1], text[first + 5 :]
    else:
        head, body = _handler().split(text)
    if '"""' in head or "'''" in head:
        start = _OPENING.match(text).end()  # type: ignore[union-attr]
        end = _true_end(text, start, start + len(head))
        head, body = text[start:end], text[FENCE.match(text, end).end() :]  # type: ignore[union-attr]
    return head, body


@cache
def _handler() -> BaseHandler:
    """Our handler for python-frontmatter, whose import takes longer than reading a hundred files."""
    import tomllib

    from frontmatter.default_handlers import BaseHandler

    class TomlHandler(BaseHandler):  # type: ignore[misc, unused-ignore]
        FM_BOUNDARY = FENCE
        START_DELIMITER = END_DELIMITER = "+++"

        def load(self, fm: str) -> dict[str, Any]:
            return tomllib.loads(fm)

    return TomlHandler()


def _true_end(text: str, start: int, end: int) -> int:
    """The end of the front matter that begins at ``start``, when some string may hold the line found at ``end``."""
    try:
        true_end = sections(text, start, FENCE)[1]
    except ScanError:
        return end
    return true_end if FENCE.match(text, true_end) else end
