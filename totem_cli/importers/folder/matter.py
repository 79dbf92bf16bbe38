"""Where a text file says what it is about: front matter, header lines, or properties under its title.

Front matter is TOML between ``+++``, YAML between ``---``, or JSON. Pelican has header lines (``Title: …``) up to the
first blank line, Nikola comments (``.. title: …``); Notion has lines of ``Key: value`` under the title.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from json import JSONDecodeError, JSONDecoder
from typing import Any, Literal, NamedTuple

from totem_cli.documents.document import Document
from totem_cli.errors import InvalidError, Location
from totem_cli.importers.front_yaml import Plain, read_yaml
from totem_cli.importers.json import DEEPEST, TWICE, TwiceError, depth, once, with_short_integers
from totem_cli.model import read as model
from totem_cli.model.episode import Episode
from totem_cli.model.vocabulary import Vocabulary, vocabulary

_YAML = re.compile(r"---[ \t]*\n(?P<head>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_FENCED_JSON = re.compile(r"\s*---[ \t]*json[ \t]*\n(?=\s*\{)", re.IGNORECASE)
_FENCED_TOML = re.compile(
    r"(?P<blank>\n*)---[ \t]*toml[ \t]*\n(?P<head>(?:(?!---)[^\n]*\n)*)---[ \t]*\n?", re.IGNORECASE
)
_FENCE = re.compile(r"\A\s*---[ \t]*(?:\n|\Z)")
_HEADER = re.compile(r"(?P<key>[^\W\d_][\w .'’()·•/°&-]{0,40}?)[ \t\u00a0\u202f]?:(?:[ \t]+(?P<value>\S.*)|[ \t]*$)")
_BOLD = re.compile(r"(?:[-*] )?\*\*(?P<key>[^*:\n]{1,40}?)(?:\s?:\*\*|\*\*\s?:)[ \t]*(?P<value>[^\n]*)")
_HASHTAGS = re.compile(r"\s*(?P<tags>#[^\W\d_#][\w/-]*#?(?:[ \t]+#[^\W\d_#][\w/-]*#?)*)[ \t]*(?:\n|\Z)")
_OUTLINED = re.compile(r"\A(?:[^\W\d_][\w -]{0,40}::[ \t][^\n]*(?:\n|\Z))+")
"""The properties of a page of Logseq."""

_MORE = re.compile(r"[ \t]{2,}(?P<value>\S.*)")
_TITLE = re.compile(r"\A\s*#[ \t]+(?P<title>\S.*)\n?")
_TEMPLATE = re.compile(
    r"\A\s*(?:(?:(?:---|\+\+\+)[ \t]*\n(?:[^\n]*\n){0,30}?(?:title|date|created|name)[ \t]*[:=][ \t]*|#[ \t]+)"
    r"[\"']?(?:\{\{|\{%|<%)|---[ \t]*\n(?:(?!---)[^\n]*\n){0,30}?[^\n:]{1,60}:[ \t]*[\"']?<%)"
)

_COMMENTED = re.compile(
    r"\A\s*(?P<open><!--[ \t]*\n)?(?P<lines>(?:\.\.[ \t]+[\w-]+:[^\n]*(?:\n|\Z))+)(?(open)-->[ \t]*(?:\n|\Z))"
)
_KEYED = re.compile(r"\.\.[ \t]+(?P<key>[\w-]+):[ \t]*(?P<value>[^\n]*)")

_STATES = ("draft", "private")

Form = Literal["front matter", "header lines", "properties", "none"]


class Matter(NamedTuple):
    """What a file says of itself, and its text, which begins at ``line``.

    ``lines`` has the line of each key where the front matter is not TOML.
    """

    file: str
    data: Mapping[str, Any]
    text: str
    line: int = 1
    lines: Mapping[str, int] = {}
    document: Document | None = None
    form: Form = "front matter"

    def location(self, key: str, field: str = "") -> Location:
        """Where the value of a key is; in TOML, where ``field`` in it is."""
        if self.document:
            return self.document.location(*(model.field_path(field) if field else (key,)))
        return Location(self.file, self.lines.get(key, 1))


def is_template(text: str) -> bool:
    """Whether a text is a form for new texts: its title or its date is still to be filled in."""
    return bool(_TEMPLATE.match(text))


def read_matter(text: str, file: str, *, header: bool = True, properties: bool = False) -> Matter:
    r"""What a text with ``\n`` as line ends says of itself; ``form`` is ``none`` where it says nothing.

    ``properties`` says that ``Key: value`` lines under the title are read whatever their keys, as Notion writes them.
    Raises InvalidError with its location where front matter cannot be read.
    """
    if text.lstrip(" \t\n").startswith("+++"):
        document = Document.parse(text.encode(), file)
        return Matter(file, document.data, document.recap, _line(text, document.recap), document=document)
    if match := _FENCED_TOML.match(text):  # as Eleventy has it
        return read_matter(f"{match['blank']}+++\n{match['head']}+++\n{text[match.end() :]}", file)
    if match := _FENCED_JSON.match(text):
        return _json(text[match.end() :], file, text.count("\n", 0, match.end()))
    blank = len(text) - len(text.lstrip("\n"))
    if match := _YAML.match(text, blank):
        data, lines = read_yaml(match["head"], file, blank + 2)
        body = text[match.end() :]
        line = text.count("\n", 0, match.end()) + 1 + len(body) - len(body.lstrip("\n"))
        return Matter(file, data, body.strip("\n"), line, lines)
    if re.match(r"---[ \t]*\n[\w-]+:", text[blank:]):
        location = Location(file, blank + 1, 1)
        raise InvalidError("the front matter has no end", hint="close it with a line of ---", location=location)
    if re.match(r"\{\s*(?:\"|\})", text):
        return _json(text, file)
    if header and (commented_keys := commented(text))[0]:
        data, rest = commented_keys
        body = rest.strip("\n")
        return Matter(file, data, body, _line(text, body), form="header lines")
    if header and (found := _header_lines(text, file)):
        return found
    if header and (match := _OUTLINED.match(text)):
        found_lines = [line.partition("::") for line in match[0].split("\n") if line]
        data = {key.strip(): Plain(value.strip()) for key, _, value in found_lines}
        lines = {key.strip(): number for number, (key, _, _) in enumerate(found_lines, 1)}
        body = text[match.end() :].strip("\n")
        return Matter(file, data, body, _line(text, body), lines, form="properties")
    return _properties(text, file, every=properties) or Matter(file, {}, text.strip("\n"), form="none")


def _json(text: str, name: str, above: int = 0) -> Matter:
    """Front matter in JSON after so many lines ``above``, and the line ``---`` that may close it."""
    try:
        data, end = JSONDecoder(object_pairs_hook=once).raw_decode(text)
        is_too_deep = depth(data) > DEEPEST
    except JSONDecodeError as error:
        location = Location(name, above + error.lineno, error.colno)
        raise InvalidError(f"the JSON cannot be read: {error.msg}", location=location) from None
    except TwiceError as error:
        raise InvalidError(str(error), hint=TWICE, location=Location(name, above + 1)) from None
    except (RecursionError, ValueError):
        what = "a number is too long, or it is nested too deeply"
        raise InvalidError(f"the JSON cannot be read: {what}", location=Location(name, 1)) from None
    if is_too_deep:
        raise InvalidError(f"tables or lists are nested more than {DEEPEST} deep", location=Location(name, 1))
    lines: dict[str, int] = {}
    for match in re.finditer(r'^\s*"([^"\\]+)"\s*:', text[:end], re.MULTILINE):
        lines.setdefault(match[1], above + text[: match.start(1)].count("\n") + 1)
    rest = text[end:]
    body = (_FENCE.sub("", rest, count=1) if above else rest).strip("\n")
    return Matter(name, with_short_integers(data), body, above + _line(text, body), lines)


def _line(text: str, body: str) -> int:
    """The line at which a body begins that ends a text."""
    return text.count("\n", 0, text.rfind(body)) + 1 if body else 1


def _header_lines(text: str, file: str) -> Matter | None:
    """Pelican's header: lines of ``Key: value`` from the first line to the first blank one, with a title."""
    head, _, rest = text.lstrip("\n").partition("\n\n")
    first = len(text) - len(text.lstrip("\n")) + 1
    found = _lines(head.rstrip("\n").split("\n"), first)
    if not found or "title" not in (vocabulary(Episode).find(key) for key in found[0]):
        return None
    body = rest.strip("\n")
    return Matter(file, found[0], body, _line(text, body), found[1], form="header lines")


def _properties(text: str, file: str, *, every: bool) -> Matter | None:
    """A title, then lines of ``Key: value``; without ``every``, only where one key, or half of several, mean fields."""
    title = _TITLE.match(text)
    if not title:
        return None
    after = text[title.end() :]
    tags = _HASHTAGS.match(after)
    after = after[tags.end() :] if tags else after
    start = len(after) - len(after.lstrip("\n"))
    block, _, rest = after[start:].partition("\n\n")
    words = vocabulary(Episode)
    while not every and _are_known(following := rest.lstrip("\n").partition("\n\n")[0], words):  # a paragraph each
        block, rest = f"{block}\n{following}", rest.lstrip("\n").partition("\n\n")[2]
    found = _lines(block.rstrip("\n").split("\n"), text.count("\n", 0, text.rfind(after) + start) + 1)
    fields = sum(bool(words.find(key)) for key in found[0]) if found else 0
    if not found or not (every or fields == len(found[0]) or (fields > 1 and 2 * fields >= len(found[0]))):
        if not every and not tags:
            return None
        found, rest = ({}, {}), after[start:]
    body = rest.strip("\n")
    named = {"tags": Plain(re.sub(r"#(?=\s|\Z)", "", tags["tags"]))} if tags else {}
    data = {
        "title": title["title"].strip(" #"),
        **named,
        **{key: value for key, value in found[0].items() if key != "title"},
    }
    return Matter(file, data, body, _line(text, body), {"title": 1, **found[1]}, form="properties")


def _are_known(block: str, words: Vocabulary) -> bool:
    """Whether all lines of a paragraph are ``Key: value`` with keys that mean a field."""
    found = _lines(block.rstrip("\n").split("\n"), 1)
    return bool(block) and found is not None and all(words.find(key) for key in found[0])


def commented(text: str) -> tuple[dict[str, Any], str]:
    """The keys that Nikola's comments at the top of a text say (``.. title: …``), and the rest of the text."""
    match = _COMMENTED.match(text)
    found = [*_KEYED.finditer(match["lines"])] if match else []
    if not match or not any(one["key"] == "title" for one in found):
        return {}, text
    data: dict[str, Any] = {one["key"]: Plain(one["value"].strip()) for one in found if one["value"].strip()}
    tags = [tag.strip() for tag in data.get("tags", "").split(",")]
    if states := [tag for tag in tags if tag in _STATES]:  # tags by which Nikola keeps a text from its readers
        data.setdefault("status", Plain("draft"))
        data["tags"] = Plain(", ".join(tag for tag in tags if tag not in states))
    return data, text[match.end() :]


def _lines(lines: list[str], first: int) -> tuple[dict[str, Any], dict[str, int]] | None:
    """The keys of lines that are all ``Key: value``, or go on from the one above; None where one is not."""
    data: dict[str, Any] = {}
    numbers: dict[str, int] = {}
    key = ""
    for number, given in enumerate(lines, first):
        line = f"{bold['key']}: {bold['value']}" if (bold := _BOLD.fullmatch(given)) else given
        if key and (more := _MORE.fullmatch(line)):
            data[key] = Plain(f"{data[key]} {more['value'].strip()}".strip())
        elif (match := _HEADER.fullmatch(line)) and match["key"].strip() not in data:
            key = match["key"].strip()
            data[key] = Plain((match["value"] or "").strip())
            numbers[key] = number
        else:
            return None
    return data, numbers
