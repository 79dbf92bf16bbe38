"""Plain text, as copied from a browser, as the blocks of a page."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from totem_cli.importers.html_tree import collapsed
from totem_cli.importers.page_blocks import Block, Item, plain
from totem_cli.importers.page_words import ends_the_text, episode_heading, is_furniture_line, label_kind

_ITEM = re.compile(r"\s*(?:(?P<number>\d{1,3})\s?[.)]|(?P<bullet>[-•*–◦‣▪]))[\s\u00a0]+(?P<text>\S.*)")
_INDENTED = re.compile(r"(?: {4}|\t)[ \t]*(?=\S)(?![-•*–◦‣▪] |\d{1,3}[.)])")
_RULE = re.compile(r"\s*[-=_*~–—]{3,}\s*")
_TABLE = re.compile(r"[^\t]+\t[^\t].*")


def text_blocks(text: str) -> list[Block]:
    """The blocks of a text: a blank line parts them; where none does, every line is a paragraph.

    Lines that begin with a number or a bullet are a list, lines with tabs a table. Short lines that name an episode or
    announce questions are headings.
    """
    lines = [
        line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").split("\n")
    ]
    return list(_blocks(lines))


def _blocks(lines: list[str]) -> Iterator[Block]:
    wrapped = _is_wrapped(lines)
    place = 0
    while place < len(lines):
        line = lines[place]
        if not line.strip() or _RULE.fullmatch(line):
            place += 1
            continue
        if place + 1 < len(lines) and re.fullmatch(r"[=-]{3,}", lines[place + 1].strip()) and len(line) < 200:
            yield Block("heading", _clean(line), _clean(line), 1 if "=" in lines[place + 1] else 2)
            place += 2
        elif _INDENTED.match(line) and not wrapped:
            place, block = _indented(lines, place)
            yield block
        elif _ITEM.match(line):
            place, block = _list(lines, place, wrapped)
            yield block
        elif _TABLE.fullmatch(line) and place + 1 < len(lines) and _TABLE.fullmatch(lines[place + 1]):
            rows = []
            while place < len(lines) and _TABLE.fullmatch(lines[place]):
                rows.append(tuple(_clean(cell) for cell in lines[place].split("\t")))
                place += 1
            yield Block(
                "table",
                " ".join(" ".join(row) for row in rows),
                "\n".join(" | ".join(row) for row in rows),
                rows=tuple(rows),
            )
        elif _is_heading(line):
            yield Block("heading", _clean(line), _clean(line), 2)
            place += 1
        else:
            taken = [line]
            place += 1
            while wrapped and place < len(lines) and lines[place].strip() and not _breaks(lines[place]):
                taken.append(lines[place])
                place += 1
            said = _clean(" ".join(taken))
            yield Block("text", said, _escaped("\n".join(map(_clean, taken))), lines=(said,))


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


def _breaks(line: str) -> bool:
    return bool(_ITEM.match(line) or _is_heading(line) or is_furniture_line(line) or _RULE.fullmatch(line))


def _indented(lines: list[str], place: int) -> tuple[int, Block]:
    """Lines that a browser indented: the items of a list, whose numbers or bullets it does not copy."""
    items: list[str] = []
    while place < len(lines) and (_INDENTED.match(lines[place]) or not lines[place].strip()):
        if lines[place].strip():
            items.append(_clean(lines[place]))
        place += 1
    markdown = "\n".join(f"- {_escaped(item)}" for item in items)
    return place, Block("list", " ".join(items), markdown, items=tuple(map(Item, items)))


def _list(lines: list[str], place: int, wrapped: bool) -> tuple[int, Block]:
    first = _ITEM.match(lines[place])
    assert first
    ordered = first["number"] is not None
    items: list[str] = []
    while place < len(lines):
        match = _ITEM.match(lines[place])
        if match and (match["number"] is not None) == ordered:
            items.append(match["text"])
            place += 1
        elif (
            wrapped
            and items
            and lines[place].strip()
            and not match
            and not _breaks(lines[place])
            and lines[place - 1].strip()
        ):
            items[-1] += " " + lines[place].strip()
            place += 1
        elif (
            not lines[place].strip()
            and place + 1 < len(lines)
            and (following := _ITEM.match(lines[place + 1]))
            and ((following["number"] is not None) == ordered)
        ):
            place += 1
        else:
            break
    cleaned = [_clean(item) for item in items]
    markdown = "\n".join(f"{f'{number}.' if ordered else '-'} {item}" for number, item in enumerate(cleaned, 1))
    return place, Block("list", " ".join(cleaned), markdown, items=tuple(map(Item, cleaned)), ordered=ordered)


def _clean(line: str) -> str:
    return plain(collapsed(line.strip("\ufeff")))


def _escaped(text: str) -> str:
    return re.sub(r"^([#>+=-])", r"\\\1", re.sub(r"([\\`*_<\[])", r"\\\1", text), flags=re.MULTILINE)
