"""Tables without a frame, whose cells are wrapped like prose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.text import Text

from totem_cli.terminal.layout import Indent, Prose, spaced
from totem_cli.terminal.wrap import unbreakable, wrap

GAP = 2
"""The number of spaces between two columns."""

MIN_WIDTH = 24
"""The largest minimal width of a column; wider words are cut."""


class Grid:
    """A table with a header and a rule. If its columns do not fit, the cells of a row are printed below each other.

    ``right`` are the indexes of the columns that are aligned to the right, ``expand`` is that of the column that gets
    more width before the others.
    """

    def __init__(
        self,
        header: Sequence[Text],
        rows: Iterable[Sequence[Text]],
        *,
        right: Sequence[int] = (),
        expand: int | None = None,
    ) -> None:
        self.header = header
        self.rows = [list(row) for row in rows]
        self.right = right
        self.expand = expand

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        widths = self._widths(options.max_width)
        if widths is None:
            yield spaced(self._stacked(row) for row in self.rows)
            return
        yield from self._row(console, self.header, widths)
        rule = "-" if options.ascii_only else "─"
        yield Segment(rule * (sum(widths) + GAP * (len(widths) - 1)), console.get_style("dim"))
        yield Segment.line()
        for row in self.rows:
            yield from self._row(console, row, widths)

    def _row(self, console: Console, cells: Sequence[Text], widths: Sequence[int]) -> Iterator[Segment]:
        for lines in zip_longest(*(wrap(cell, width) for cell, width in zip(cells, widths, strict=True))):
            blank = 0
            for index, (line, width) in enumerate(zip(lines, widths, strict=True)):
                used = line.cell_len if line else 0
                blank += width - used if index in self.right else 0
                if line and used:
                    yield Segment(" " * blank)
                    yield from Segment.apply_style(line.render(console), console.get_style(line.style))
                    blank = 0
                blank += GAP + (0 if index in self.right else width - used)
            yield Segment.line()

    def _widths(self, room: int) -> list[int] | None:
        """Return the width of each column; None where they do not fit side by side."""
        columns = list(zip(self.header, *self.rows, strict=True))
        natural = [max(cell_len(line) for cell in column for line in cell.plain.split("\n")) for column in columns]
        widths = [_least_width(column) for column in columns]
        left = room - GAP * (len(widths) - 1) - sum(widths)
        if left < 0:
            return None if len(widths) > 1 else [room]
        if self.expand is not None:
            added = min(left, max(0, natural[self.expand] - widths[self.expand]))
            widths[self.expand] += added
            left -= added
        while left and any(width < wanted for width, wanted in zip(widths, natural, strict=True)):
            narrowest = max(range(len(widths)), key=lambda index: natural[index] - widths[index])
            widths[narrowest] += 1
            left -= 1
        return widths

    def _stacked(self, row: Sequence[Text]) -> RenderableType:
        cells = [
            Indent(Prose(Text.assemble(title, "  ", cell)), first="", rest="  ")
            for title, cell in zip(self.header, row, strict=True)
            if cell.plain
        ]
        return spaced(cells, gap=False)


def _least_width(cells: Iterable[Text]) -> int:
    """Return the width that a column needs: that of the longest piece that cannot be broken, at most MIN_WIDTH."""
    width = 0
    for cell in cells:
        for line in cell.plain.split("\n"):
            if cell_len(line) > width:
                width = max([width, *(cell_len(line[first:last]) for first, last in unbreakable(line))])
        if width >= MIN_WIDTH:
            return MIN_WIDTH
    return width
