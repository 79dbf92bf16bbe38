"""Assign the cells of a table to the slots of its grid without overlap (HTML, 4.9.12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from totem_cli.exporters.prose import Node

MAX_COLUMNS = 40
"""Cells in later columns are left out."""


class Cell(NamedTuple):
    """A cell with its column ``x`` and row ``y``, counted from 0."""

    x: int
    y: int
    width: int
    height: int
    node: Node

    @property
    def align(self) -> str:
        """The alignment of its text: ``left``, ``center``, ``right``, or empty."""
        return self.node.attributes.get("class", "").removeprefix("align-")


def grid(rows: Sequence[Node]) -> tuple[int, list[Cell]]:
    """The number of columns, and the cells of the rows (``tr`` nodes) with their positions."""
    taken: set[tuple[int, int]] = set()
    cells = []
    for y, row in enumerate(rows):
        x = 0
        for node in row.children:
            if not isinstance(node, Node):
                continue
            while (x, y) in taken:
                x += 1
            if x >= MAX_COLUMNS:
                break
            height = min(_span(node, "rowspan"), len(rows) - y)
            width = 1
            while width < min(_span(node, "colspan"), MAX_COLUMNS - x) and (x + width, y) not in taken:
                width += 1
            taken |= {(x + over, y + down) for over in range(width) for down in range(height)}
            cells.append(Cell(x, y, width, height, node))
            x += width
    return max((x + 1 for x, _ in taken), default=1), cells


def _span(node: Node, name: str) -> int:
    value = node.attributes.get(name, "1")
    return max(int(value), 1) if value.isascii() and value.isdigit() else 1
