"""Pieces of a text between two marks, and what is code in it; each in time that grows with the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Pair = tuple[re.Pattern[str], re.Pattern[str]]


def _liquid(name: str) -> Pair:
    return re.compile(rf"\{{%-?[ \t]*{name}[ \t]*-?%\}}"), re.compile(rf"\{{%-?[ \t]*end{name}[ \t]*-?%\}}")


RAW = _liquid("raw")
CODE = (
    (
        re.compile(r"\{\{[<%][ \t]*highlight(?:[ \t]+(?P<language>[\w+#-]+))?[^\n{}]*[>%]\}\}"),
        re.compile(r"\{\{[<%][ \t]*/[ \t]*highlight[ \t]*[>%]\}\}"),
    ),
    (
        re.compile(r"\{%-?[ \t]*highlight[ \t]+(?P<language>[\w+#-]+)[^\n{}]*%\}"),
        re.compile(r"\{%-?[ \t]*endhighlight[ \t]*-?%\}"),
    ),
)
COMMENTS = (
    _liquid("comment"),
    (
        re.compile(r"\{\{[<%][ \t]*comment[ \t]*[>%]\}\}"),
        re.compile(r"\{\{[<%][ \t]*/[ \t]*comment[ \t]*[>%]\}\}"),
    ),
    (re.compile(r"\{#(?![\w:.-]+[^{}\n]*\})"), re.compile(r"#\}")),
    (re.compile(r"\{/\*"), re.compile(r"\*/\}")),
)
_FENCE = re.compile(r" {0,3}(?P<mark>`{3,}|~{3,})")
_TICKS = re.compile(r"`+|\n[ \t]*(?=\n)")


def replace_pairs(text: str, pair: Pair, make: Callable[[re.Match[str], str, str], str]) -> str:
    """The text with each piece between two marks replaced; ``make`` gets the first mark, the inside and the whole."""
    opening, closing = pair
    parts: list[str] = []
    at = 0
    while (first := opening.search(text, at)) and (last := closing.search(text, first.end())):
        parts += [
            text[at : first.start()],
            make(first, text[first.end() : last.start()], text[first.start() : last.end()]),
        ]
        at = last.end()
    return "".join([*parts, text[at:]]) if parts else text


def fenced(text: str) -> Iterator[tuple[bool, str]]:
    """The pieces of a text, and whether each is a fenced block of code (CommonMark 0.31, 4.5); lines join them."""
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        match = _FENCE.match(line)
        if fence:
            lines.append(line)
            if match and match["mark"].startswith(fence) and not line.strip().strip(fence[0]):
                yield True, "\n".join(lines)
                lines, fence = [], ""
        elif match:
            if lines:
                yield False, "\n".join(lines)
            lines, fence = [line], match["mark"]
        else:
            lines.append(line)
    if lines:
        yield bool(fence), "\n".join(lines)


def replace_spans(text: str, make: Callable[[str], str]) -> str:
    """The text with each code span (6.1) replaced: what stands between two runs of as many back-ticks."""
    runs = [*_TICKS.finditer(text)]
    following: dict[int, int] = {}
    last: dict[int, int] = {}
    for index in reversed(range(len(runs))):
        if runs[index][0][0] != "`":  # the end of a paragraph
            last = {}
            continue
        length = len(runs[index][0])
        if length in last:
            following[index] = last[length]
        last[length] = index
    parts: list[str] = []
    at = index = 0
    while index < len(runs):
        if index in following:
            end = runs[following[index]].end()
            parts += [text[at : runs[index].start()], make(text[runs[index].start() : end])]
            at, index = end, following[index]
        index += 1
    return "".join([*parts, text[at:]]) if parts else text
