"""How a page is laid out: running text, what stands before its lines, columns and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from totem_cli.terminal.wrap import chop, unbreakable, wrap

MEASURE = 88
"""The widest that running text is set, in columns."""

NARROWEST = 16
"""Where less than this would be left, nothing is put before a line."""


class Prose:
    """Running text: broken by :func:`~totem_cli.terminal.wrap.wrap`, at most ``measure`` columns wide, ragged right."""

    def __init__(self, text: Text, measure: int = MEASURE) -> None:
        self.text = text
        self.measure = measure

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = min(options.max_width, self.measure)
        for line in wrap(self.text, width):
            if options.justify == "right":
                yield Segment(" " * (width - line.cell_len))
            yield from line.render(console, end="\n")

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        limit = min(options.max_width, self.measure)
        lines = self.text.plain.split("\n")
        words = (cell_len(line[first:last]) for line in lines for first, last in unbreakable(line))
        widest = max(map(cell_len, lines))
        return Measurement(min(max(words, default=0), limit), min(widest, limit))


class Verbatim:
    """Lines of code: nothing moved, nothing lost; a line too long goes on in the next."""

    def __init__(self, code: str, style: str = "") -> None:
        self.code = code
        self.style = style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        style = console.get_style(self.style)
        for line in self.code.split("\n"):
            for piece in chop(line, options.max_width):
                yield Segment(piece, style)
                yield Segment.line()


class Indent:
    """Renderables with something before each line: ``first`` before the first, ``rest`` before the others."""

    def __init__(self, *content: RenderableType, first: str, rest: str | None = None, style: str = "") -> None:
        self.content = Group(*content)
        self.first = first
        self.rest = " " * cell_len(first) if rest is None else rest
        self.style = style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width - max(cell_len(self.first), cell_len(self.rest))
        if width < min(NARROWEST, options.max_width):
            yield self.content
            return
        style = console.get_style(self.style)
        lines = console.render_lines(self.content, options.update(width=width, height=None), pad=False)
        for index, line in enumerate(lines):
            prefix = self.rest if index else self.first
            yield Segment(prefix if any(segment.text for segment in line) else prefix.rstrip(), style)
            yield from line
            yield Segment.line()


class Column:
    """Renderables within ``measure`` columns, however wide the terminal is."""

    def __init__(self, *content: RenderableType, measure: int = MEASURE) -> None:
        self.content = Group(*content)
        self.measure = measure

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from console.render(self.content, options.update(width=min(options.max_width, self.measure)))


class Grid:
    """A quiet table: a rule under the header, no frame; too narrow for its columns, one cell stands under the other."""

    def __init__(
        self, header: Sequence[Text], rows: Iterable[Sequence[Text]], alignments: Sequence[Literal["left", "right"]]
    ) -> None:
        self.header = header
        self.rows = [list(row) for row in rows]
        self.alignments = alignments

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        room = sum(max(4, min(12, widest)) + 2 for widest in self._widest()) - 2
        if room > options.max_width and len(self.header) > 1:
            yield spaced(self._stacked(row) for row in self.rows)
        else:
            for line in console.render_lines(self._table(), options, pad=False):
                yield from _stripped(line)
                yield Segment.line()

    def _table(self) -> Table:
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1), pad_edge=False, border_style="dim")
        for title, alignment in zip(self.header, self.alignments, strict=True):
            table.add_column(Prose(title), justify=alignment, overflow="fold")
        for row in self.rows:
            table.add_row(*map(Prose, row))
        return table

    def _stacked(self, row: Sequence[Text]) -> Group:
        named = zip(self.header, row, strict=True)
        return Group(*(Prose(Text.assemble(title, "  ", value)) for title, value in named if value.plain))

    def _widest(self) -> list[int]:
        return [max(cell_len(cell.plain) for cell in column) for column in zip(self.header, *self.rows, strict=True)]


def _stripped(line: list[Segment]) -> list[Segment]:
    """A line without the blanks that pad it."""
    kept = list(line)
    while kept and not kept[-1].text.strip(" "):
        kept.pop()
    return [*kept[:-1], Segment(kept[-1].text.rstrip(" "), kept[-1].style)] if kept else []


def spaced(content: Iterable[RenderableType], *, gap: bool = True) -> Group:
    """Renderables one under the other, with an empty line between each unless ``gap`` is false."""
    group: list[RenderableType] = []
    for item in content:
        group += [Text(""), item] if gap and group else [item]
    return Group(*group)
