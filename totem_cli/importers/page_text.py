"""Plain text, as copied from a browser, as the blocks of a page."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from totem_cli.importers.html_tree import collapsed
from totem_cli.importers.page_blocks import Block, Item
from totem_cli.importers.page_facts import DateOptions, labelled, moment_in
from totem_cli.importers.page_values import plain
from totem_cli.importers.page_words import LABELLED, ends_the_text, episode_heading, is_furniture_line, label_kind

_ITEM = re.compile(r"\s*(?:(?P<number>\d{1,3})\s?[.)]|(?P<bullet>[-•*–◦‣▪]))[\s\u00a0]+(?P<text>\S.*)")
_INDENTED = re.compile(r"(?: {4}|\t)[ \t]*(?=\S)(?![-•*–◦‣▪] |\d{1,3}[.)])")
_RULE = re.compile(r"\s*[-=_*~–—]{3,}\s*")
_FULL = 40
"""The characters of a line at least after which a wrapped text goes on in the next."""

_UNDERLINE = re.compile(r"\s*[=-]{3,}\s*")
_TABLE = re.compile(r"[^\t]+\t[^\t].*")


def text_blocks(text: str) -> list[Block]:
    """The blocks of a text: a blank line parts them; where none does, every line is a paragraph.

    Lines that begin with a number or a bullet are a list, lines with tabs a table. Short lines that name an episode or
    announce questions are headings.
    """
    return list(_Reader([line.rstrip() for line in re.split(r"\r\n|[\r\n\u2028]", text)]).blocks())


class _Reader:
    """The lines of a text, read from the first to the last."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._index = 0
        self._wrapped = _is_wrapped(lines)
        self._begins_anew = False  # whether a list begins where another ends: in Markdown they would be one

    def blocks(self) -> Iterator[Block]:
        while self._index < len(self._lines):
            line, following = self._line(0), self._line(1)
            if not line.strip() or _RULE.fullmatch(line):
                self._index += 1
            elif _UNDERLINE.fullmatch(following) and len(line) < 200:
                self._index += 2
                yield Block("heading", _clean(line), _clean(line), 1 if "=" in following else 2)
            elif _INDENTED.match(line) and not self._wrapped:
                items = [_clean(one) for one in self._take(lambda one: not one.strip() or bool(_INDENTED.match(one)))]
                yield _list_block([item for item in items if item], ordered=False, escape=True)
            elif _ITEM.match(line):
                yield self._list()
            elif _TABLE.fullmatch(line) and _TABLE.fullmatch(following):
                taken = self._take(lambda one: bool(_TABLE.fullmatch(one)))
                rows = tuple(tuple(_clean(cell) for cell in row.split("\t")) for row in taken)
                markdown = "\n".join(" | ".join(row) for row in rows)
                yield Block("table", " ".join(" ".join(row) for row in rows), markdown, rows=rows)
            elif _is_heading(line):
                self._index += 1
                yield Block("heading", _clean(line), _clean(line), 2)
            else:
                self._index += 1
                more = self._continued(line) if self._wrapped else []
                words = _clean(" ".join([line, *more]))
                yield Block("text", words, _escaped("\n".join(map(_clean, [line, *more]))), lines=(words,))

    def _line(self, offset: int) -> str:
        return self._lines[self._index + offset] if self._index + offset < len(self._lines) else ""

    def _take(self, wanted: Callable[[str], bool]) -> list[str]:
        """The lines from here on, up to the first that is not wanted."""
        start = self._index
        while self._index < len(self._lines) and wanted(self._lines[self._index]):
            self._index += 1
        return self._lines[start : self._index]

    def _continued(self, line: str) -> list[str]:
        """The lines from here on that go on from the one before them."""
        found: list[str] = []
        while _continues(self._line(0), line):
            line = self._line(0)
            found.append(line)
            self._index += 1
        return found

    def _list(self) -> Block:
        """Items of one kind; blank lines may stand between them, wrapped lines belong to the item before."""
        first, self._begins_anew, is_second = self._line(0), False, self._begins_anew
        ordered = _is_ordered(first)
        items: list[list[str]] = []
        while self._index < len(self._lines):
            line = self._line(0)
            match = _ITEM.match(line)
            if match and ordered and items and int(match["number"] or 0) == 1:
                self._begins_anew = True
                break
            if match and _is_ordered(line) == ordered:
                items.append([match["text"]])
            elif self._wrapped and self._line(-1).strip() and _continues(line, self._line(-1)):
                items[-1].append(line.strip())
            elif line.strip() or not _ITEM.match(self._line(1)) or _is_ordered(self._line(1)) != ordered:
                break
            self._index += 1
        number = _ITEM.match(first)["number"] if ordered else None  # type: ignore[index]
        listed = _list_block([_clean(" ".join(item)) for item in items], ordered=ordered, start=int(number or 1))
        return replace(listed, markdown=re.sub(r"(?m)^(\d+)\.", r"\1)", listed.markdown)) if is_second else listed


def _list_block(items: list[str], *, ordered: bool, escape: bool = False, start: int = 1) -> Block:
    written = map(_escaped, items) if escape else items
    markdown = "\n".join(f"{f'{number}.' if ordered else '-'} {item}" for number, item in enumerate(written, start))
    return Block("list", " ".join(items), markdown, items=tuple(map(Item, items)), ordered=ordered)


def _is_ordered(line: str) -> bool:
    match = _ITEM.match(line)
    return match is not None and match["number"] is not None


def _is_wrapped(lines: list[str]) -> bool:
    """Whether line ends are inside paragraphs: blank lines part them, and no line is longer than a screen's."""
    solid = [line for line in lines if line.strip()]
    runs = sum(bool(one.strip()) and bool(two.strip()) for one, two in itertools.pairwise(lines))
    return (
        bool(runs)
        and not any(_INDENTED.match(line) for line in solid)
        and max(map(len, solid), default=0) <= 130
        and len(lines) - len(solid) > 1
        and any(len(line) > 50 for line in solid)
    )


def _is_heading(line: str) -> bool:
    text = _clean(line)
    if ends_the_text(text):
        return True
    return len(text) < 200 and (bool(episode_heading(text)) or (bool(label_kind(text)) and len(text) < 40))


def _continues(line: str, before: str) -> bool:
    """Whether a line of a wrapped text goes on from the one before it: that is full, or this begins in lower case."""
    is_full = len(before) >= _FULL and not (before.isupper() and not line.isupper())
    is_full = is_full or line.lstrip()[:1].islower()
    are_labelled = LABELLED.match(before) is not None and LABELLED.match(line) is not None
    return bool(line.strip()) and is_full and not are_labelled and not _breaks(line)


def _breaks(line: str) -> bool:
    """Whether a line is no continuation of the one above it."""
    is_other = _ITEM.match(line) or _is_heading(line) or is_furniture_line(line) or _RULE.fullmatch(line)
    return bool(is_other or labelled(line) or moment_in(line, DateOptions(), most=4))


def _clean(line: str) -> str:
    return plain(collapsed(line.strip("\ufeff")))


def _escaped(text: str) -> str:
    return re.sub(r"^([#>+=-])", r"\\\1", re.sub(r"([\\`*_<\[])", r"\\\1", text), flags=re.MULTILINE)
