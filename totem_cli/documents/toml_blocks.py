"""The ``[[key]]`` blocks of a list of tables, and the room that tables take in a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from totem_cli.documents.toml_plan import staying

if TYPE_CHECKING:
    from collections.abc import Sequence

    from totem_cli.documents.toml_source import Path, Source

Splice = tuple[int, int, str]
"""The text from one offset to another, and what takes its place."""

TextStep = tuple[int | None, str]
"""The old block with this number, or None and the text of a new one."""


def splice(text: str, splices: Sequence[Splice]) -> str:
    """The text with all splices made; they do not overlap. What is put in at the same place keeps its order."""
    parts: list[str] = []
    here = 0
    for start, end, new in sorted(splices, key=lambda one: one[:2]):
        parts += [text[here:start], new]
        here = end
    return "".join([*parts, text[here:]])


def rebuild(source: Source, path: Path, steps: Sequence[TextStep], newline: str) -> str:
    """The text with the blocks of the list at ``path`` that the steps name, in their order."""
    text = source.text
    runs = _runs(source, path)
    named = [index for index, _ in steps if index is not None]
    still = staying(named)
    cuts = [run for index in range(len(runs)) if index not in still for run in runs[index]]
    gap = _gap(text, [run for block in runs for run in block], newline)
    splices: list[Splice] = []
    last: int | None = None
    waiting: list[str] = []
    for index, new in steps:
        if index is not None and index in still:
            start = runs[index][0][0]
            if last is None and waiting:
                splices.append((start, start, "".join(block + gap for block in waiting)))
                waiting = []
            elif waiting:
                splices.append(_after(text, last or 0, waiting, gap, newline))
                waiting = []
            last = runs[index][-1][1]
        else:
            waiting.append(new if index is None else "".join(_line(text[a:b], newline) for a, b in runs[index]))
    if waiting:
        start = runs[0][0][0]
        put = (start, start, gap.join(waiting)) if last is None else _after(text, last, waiting, gap, newline)
        splices.append(put)
    return splice(text, [*splices, *cut(text, cuts, keep_gap=last is None and bool(waiting))])


def cut(text: str, runs: Sequence[tuple[int, int]], *, keep_gap: bool = False) -> list[Splice]:
    """The splices that take these runs of lines out, each with the blank lines that set it apart."""
    wide: list[list[int]] = []
    for start, stop in sorted(runs):
        end = stop if keep_gap else _over_blank(text, stop)
        if wide and start <= wide[-1][1]:
            wide[-1][1] = max(end, wide[-1][1])
        else:
            wide.append([start, end])
    if wide and not keep_gap and wide[-1][1] == len(text):
        wide[-1][0] = _before_blank(text, wide[-1][0])
    return [(start, end, "") for start, end in wide]


def room_after(text: str, at: int, block: str, newline: str) -> Splice:
    """The splice that puts a block after ``at``, with a blank line between."""
    return _after(text, at, [block], newline if text[:at].strip() else "", newline)


def room_before(text: str, at: int, block: str, newline: str) -> Splice:
    """The splice that puts a block before the lines at ``at``, with a blank line between."""
    return at, at, block + (newline if text[at:].strip() else "")


def end_of_text(text: str) -> int:
    """After the last line that is not blank."""
    return _before_blank(text, len(text))


def _after(text: str, at: int, blocks: Sequence[str], gap: str, newline: str) -> Splice:
    start = newline if at and text[at - 1] != "\n" else ""
    return at, at, start + "".join(gap + block for block in blocks)


def _runs(source: Source, path: Path) -> list[list[tuple[int, int]]]:
    """The stretches of text that each block takes: more than one if other tables stand inside it."""
    blocks: list[list[tuple[int, int]]] = []
    previous: str | int | None = None
    for section in source.sections:
        block = section.path[len(path)] if section.path[: len(path)] == path and section.path != path else None
        if section.path[:-1] == path:
            blocks.append([(section.start, section.end)])
        elif block is not None and block == previous:
            blocks[-1][-1] = (blocks[-1][-1][0], section.end)
        elif block is not None:
            blocks[-1].append((section.start, section.end))
        previous = block
    return blocks


def _gap(text: str, runs: Sequence[tuple[int, int]], newline: str) -> str:
    """What stands between the blocks now, if that is blank; else a blank line."""
    ordered = sorted(runs)
    if len(ordered) > 1:
        between = text[ordered[-2][1] : ordered[-1][0]]
        if not between.strip():
            return between
    return newline


def _line(text: str, newline: str) -> str:
    return text if text.endswith("\n") else text + newline


def _over_blank(text: str, at: int) -> int:
    while at < len(text):
        end = text.find("\n", at) + 1 or len(text)
        if text[at:end].strip():
            break
        at = end
    return at


def _before_blank(text: str, at: int) -> int:
    while at > 0:
        start = text.rfind("\n", 0, at - 1) + 1
        if text[start:at].strip():
            break
        at = start
    return at
