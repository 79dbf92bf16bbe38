"""What a page has that its records do not: each word of it is in a record, understood, or told in a note."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import msgspec

from totem_cli.errors import Location
from totem_cli.importers.html_tree import BLOCKS, Element
from totem_cli.importers.notes import Kind, Note
from totem_cli.importers.page_editors import FOOTNOTE
from totem_cli.language.fold import fold

_WORD = re.compile(r"[^\W_]+")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_SEAM = "\u200b"
_DROPPED = re.compile(r"<(noscript|template|svg|math|canvas|applet|noembed|noframes|xmp)\b", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


def words(text: str) -> set[str]:
    """The words of a text, folded; numbers of up to three digits, which number what they stand before, are none."""
    found = _WORD.findall(fold(text.translate(_INVISIBLE)))
    return {word for word in found if not (word.isdecimal() and len(word) < 4)}


def chunks(root: Element) -> list[str]:
    """The lines of a tree, with :data:`_SEAM` between the texts of elements that nothing separates."""
    found: list[str] = []
    waiting: list[Element | str] = root.children[::-1]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            found.append(f"{FOOTNOTE.sub(' ', one)}{_SEAM}")
        elif one.tag in BLOCKS or one.tag in ("br", "title"):
            waiting += ["\n", *reversed(one.children), "\n"]
        else:
            waiting += reversed(one.children)
    return "".join(found).split("\n")


def furniture(left_out: Iterable[tuple[str, str]], file: str) -> list[Note]:
    """A note for each kind of furniture, with all of its texts."""
    kinds: dict[str, list[str]] = {}
    for kind, text in left_out:
        kinds.setdefault(kind, []).append(text)
    return [
        Note(Kind.LEFT_OUT, "\n".join(texts), kind, Location(file), count=len(texts)) for kind, texts in kinds.items()
    ]


def dropped(html: str) -> str:
    """The words in the elements that no tree of HTML holds: drawings, formulas, what stands for scripts."""
    found: list[str] = []
    lower, position = html.lower(), 0
    gone: set[str] = set()
    while match := _DROPPED.search(html, position):
        tag, position = match[1].lower(), match.end()
        end = -1 if tag in gone else lower.find(f"</{tag}", position)
        if end < 0:
            gone.add(tag)
            continue
        text = " ".join(_TAG.sub(" ", html[html.find(">", position) + 1 : end]).split())
        found += [text] if text else []
        position = end
    return "\n".join(found)


def missing(lines: Sequence[str], records: Sequence[Any], known: Iterable[str], file: str) -> Iterator[Note]:
    """A note for each run of lines of the page with a word that is in no record and in none of the ``known`` texts."""
    there: set[str] = set()
    for text in known:
        there |= words(text)
    for text in _texts(msgspec.to_builtins(list(records))):
        there |= words(text)
    for is_missing, run in groupby(lines, lambda line: not (words(line) <= there or words(_parted(line)) <= there)):
        if is_missing:
            yield Note(Kind.LEFT_OUT, "\n".join(map(_parted, run)), "it was not placed", Location(file))


def _parted(line: str) -> str:
    return " ".join(line.replace(_SEAM, " ").split())


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value, the keys of its tables too."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple):
            waiting += one
        elif isinstance(one, int):
            yield str(one)
