"""The items of a list: which of them an edit keeps, and the text of the list with its items in a new order."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict, deque
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from totem_cli.documents.toml_source import Path, Section, Source, Value

_BLANKS = re.compile(r"[ \t]*")
_COMMENT = re.compile(r"(?:[ \t]*#[^\r\n]*)?")
_BLANK_LINES = re.compile(r"(?:[ \t]*\r?\n)*(?:[ \t]*\Z)?")

Splice = tuple[int, int, str]
"""The text from one offset to another, and what replaces it."""


class Step(NamedTuple):
    """One item of the new list: the ``old`` item with that index, or a ``new`` one; both when it replaces the old."""

    old: int | None
    new: Any = None


def align(old: Sequence[Any], new: Sequence[Any]) -> list[Step]:
    """The steps that make the new list from the old one and change as few items as they can.

    Equal items are found again wherever they are. Of the others, those in the same gap between items that stay replace
    each other, in order, so that what is written around them (comments, keys of a table that stay) is kept.
    """
    waiting: dict[str, deque[int]] = defaultdict(deque)
    for number, item in enumerate(old):
        waiting[_identity(item)].append(number)
    found = [queue.popleft() if (queue := waiting[_identity(item)]) else None for item in new]
    free = deque(sorted(set(range(len(old))).difference(found)))
    anchors = deque([*sorted(longest_increasing([index for index in found if index is not None])), len(old)])
    steps: list[Step] = []
    for index, item in zip(found, new, strict=True):
        if index is not None:
            steps.append(Step(index))
        else:
            steps.append(Step(free.popleft() if free and free[0] < anchors[0] else None, item))
        if index == anchors[0]:
            anchors.popleft()
            while free and free[0] < index:
                free.popleft()
    return steps


def longest_increasing(indexes: Sequence[int]) -> set[int]:
    """A longest increasing subsequence of these different numbers: what can stay where it is when the rest moves."""
    tails: list[int] = []
    before: dict[int, int | None] = {}
    for index in indexes:
        length = bisect_left(tails, index)
        before[index] = tails[length - 1] if length else None
        tails[length : length + 1] = [index]
    chosen: set[int] = set()
    last = tails[-1] if tails else None
    while last is not None:
        chosen.add(last)
        last = before[last]
    return chosen


def _identity(item: Any) -> str:
    """A text that is equal for items that are written alike."""
    if isinstance(item, dict):
        return "{" + ",".join(f"{name!r}:{_identity(item[name])}" for name in sorted(item)) + "}"
    if isinstance(item, list):
        return "[" + ",".join(map(_identity, item)) + "]"
    return repr(item)


def splice(text: str, splices: Iterable[Splice]) -> str:
    """The text with all splices made; they do not overlap."""
    parts: list[str] = []
    here = 0
    for start, end, new in sorted(splices):
        parts += [text[here:start], new]
        here = end
    return "".join([*parts, text[here:]])


def line_break(text: str, at: int, newline: str) -> str:
    """What must be written at this offset before whole lines: a line end where the text stops without one."""
    return newline if at and text[at - 1] != "\n" else ""


def indent_at(text: str, at: int) -> str:
    """The blanks that the line of this offset begins with."""
    start = text.rfind("\n", 0, at) + 1
    return text[start : _end(_BLANKS, text, start)]


# The cells of an array or an inline table


class _Piece(NamedTuple):
    """The text of a cell: what comes before it, the cell, what comes before its comma, the comment on its line."""

    lead: str
    body: str
    gap: str = ""
    comment: str = ""


class Cells:
    """The cells of an array or inline table, which can be written in another order, in the layout that they have."""

    def __init__(self, text: str, value: Value, newline: str) -> None:
        self.newline = newline
        here = _end(_COMMENT, text, value.start + 1)
        self.opening = text[value.start : here]
        self.pieces: list[_Piece] = []
        for cell in value.cells:
            lead, body = text[here : cell.start], text[cell.start : cell.end]
            behind = cell.end if cell.comma is None else cell.comma + 1
            here = _end(_COMMENT, text, behind)
            self.pieces.append(_Piece(lead, body, text[cell.end : max(behind - 1, cell.end)], text[behind:here]))
        self.closing = text[here : value.end]
        self.indent = indent_at(text, value.start)
        self.first_lead, self.usual_lead = self._usual_leads()
        self.trailing_comma = value.cells[-1].comma is not None if value.cells else "\n" in self.usual_lead

    def _usual_leads(self) -> tuple[str | None, str]:
        """What comes before the first cell, where it differs from the others, and what comes before those."""
        if not self.pieces:
            return None, f"{self.newline}{self.indent}  " if "\n" in self.closing else ""
        first, last = self.pieces[0].lead, self.pieces[-1].lead
        usual = self.newline + last.rpartition("\n")[2] if "\n" in last else last
        if "\n" in first:
            return None, usual
        return first, usual if len(self.pieces) > 1 else " "

    def arrange(self, steps: Sequence[Step]) -> str:
        """The text of the array or inline table with the cells that the steps name, in their order.

        A cell moves with the comment behind it on its line and with those above it. The comments above a cell that is
        left out stay. What is ``new`` in a step is a text.
        """
        orphans = self._orphans({index for index, _ in steps})
        out = self.opening
        after_comment = len(self.opening) > 1
        for position, (index, new) in enumerate(steps):
            piece = _Piece(self.usual_lead, "") if index is None else self.pieces[index]
            lead, orphan = self._lead(piece, index, position), orphans.get(index, "")
            if orphan or after_comment:
                lead = orphan + self._on_new_line(lead, self.indent + "  ")
            comma = "," if self.trailing_comma or position < len(steps) - 1 else ""
            out += lead + (piece.body if new is None else new) + piece.gap + comma + piece.comment
            after_comment = bool(piece.comment)
        orphan = orphans.get(len(self.pieces), "")
        out += orphan + (self._on_new_line(self.closing, self.indent) if after_comment or orphan else self.closing)
        return out if steps or "#" in out else out[0] + out[-1]

    def _on_new_line(self, text: str, indent: str) -> str:
        """The text, at least a line below a comment."""
        words = text.lstrip(" \t")
        return text if words.startswith(("\n", "\r\n")) else self.newline + indent + words

    def _lead(self, piece: _Piece, index: int | None, position: int) -> str:
        if self.first_lead is not None and position == 0 and "#" not in piece.lead:
            return self.first_lead
        if self.first_lead is not None and position > 0 and index == 0:
            return self.usual_lead
        return piece.lead

    def _orphans(self, kept: set[int | None]) -> dict[int | None, str]:
        """The comments above cells that are left out, by the index of the cell that comes next."""
        orphans: dict[int | None, str] = {}
        waiting = ""
        for index, piece in enumerate(self.pieces):
            if index in kept:
                orphans[index], waiting = waiting, ""
            elif "#" in piece.lead:
                waiting += piece.lead.rstrip()
        return orphans | {len(self.pieces): waiting}


# The [[key]] blocks of a list of tables


def arrange_blocks(source: Source, path: Path, steps: Sequence[Step], newline: str) -> str:
    """The text with the blocks of the list at ``path`` that the steps name, in their order.

    What is ``new`` in a step is a text. At least one old block is kept.
    """
    text, runs_of = source.text, blocks(source, path)
    staying = longest_increasing([index for index, _ in steps if index is not None])
    gap = _gap(text, [run for runs in runs_of for run in runs], newline)
    start, end = runs_of[min(staying)][0][0], None
    inserted: dict[int, list[str]] = defaultdict(list)
    for index, new in steps:
        if index in staying:
            end = runs_of[index][-1][1]
            continue
        block = new if index is None else "".join(text[a:b] + line_break(text, b, newline) for a, b in runs_of[index])
        if end is None:
            inserted[start] += [block, gap]
        else:
            inserted[end] += [gap, block] if inserted[end] else [line_break(text, end, newline), gap, block]
    gone = [run for index, runs in enumerate(runs_of) if index not in staying for run in runs]
    return splice(text, [*((at, at, "".join(new)) for at, new in inserted.items()), *cut(text, gone)])


def cut(text: str, runs: Sequence[tuple[int, int]]) -> list[Splice]:
    """The splices that take these runs of lines out, each with the blank lines that set it apart."""
    wide: list[Splice] = []
    for start, stop in sorted(runs):
        end = _end(_BLANK_LINES, text, stop)
        if wide and start <= wide[-1][1]:
            start = wide.pop()[0]  # noqa: PLW2901
        wide.append((start, end, ""))
    if wide and wide[-1][1] == len(text):
        wide[-1] = (end_of_lines(text, wide[-1][0]), len(text), "")
    return wide


def end_of_lines(text: str, at: int) -> int:
    """The offset, at most ``at``, after the last line before it that is not blank."""
    last = len(text[:at].rstrip())
    return min(text.find("\n", last) + 1 or at, at) if last else 0


def blocks(source: Source, path: Path) -> list[list[tuple[int, int]]]:
    """The runs of text that each block of a list takes: more than one if other tables are written inside it."""

    def index_of(section: Section) -> str | int | None:
        return section.path[len(path)] if section.path[:-1][: len(path)] == path else None

    found: dict[str | int, list[tuple[int, int]]] = defaultdict(list)
    for index, run in groupby(source.sections, index_of):
        if index is not None:
            sections = [*run]
            found[index].append((sections[0].start, sections[-1].end))
    return [*found.values()]


def _gap(text: str, runs: Sequence[tuple[int, int]], newline: str) -> str:
    """What is between the last two blocks, if that is blank; else a blank line."""
    if len(runs) > 1:
        before, last = sorted(runs)[-2:]
        between = text[before[1] : last[0]]
        if not between.strip():
            return between
    return newline


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    """The offset after what the pattern, which matches anywhere, matches at ``at``."""
    match = pattern.match(text, at)
    return match.end() if match else at
