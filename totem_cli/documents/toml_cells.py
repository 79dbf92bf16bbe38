"""The cells of an array or inline table, set anew in the layout they have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from totem_cli.documents.toml_source import Value

_COMMENT = re.compile(r"[ \t]*#[^\r\n]*")

TextStep = tuple[int | None, str | None]
"""The old cell with this number, or None; and a new text for it, or None where it keeps its own."""


def rebuild(text: str, value: Value, steps: Sequence[TextStep], newline: str) -> str:
    """The array or inline table with the cells that the steps name, in their order.

    A cell travels with the comment behind it on its line and with those above it. The comments above a cell that is
    left out stay.
    """
    return _Cells(text, value, newline).build(steps)


class _Cells:
    def __init__(self, text: str, value: Value, newline: str) -> None:
        self.newline = newline
        here = _comment_end(text, value.start + 1)
        self.opening = text[value.start : here]
        self.leads: list[str] = []
        self.bodies: list[str] = []
        self.gaps: list[str] = []
        self.remarks: list[str] = []
        for cell in value.cells:
            self.leads.append(text[here : cell.start])
            self.bodies.append(text[cell.start : cell.end])
            self.gaps.append(text[cell.end : cell.comma] if cell.comma is not None else "")
            behind = cell.end if cell.comma is None else cell.comma + 1
            here = _comment_end(text, behind)
            self.remarks.append(text[behind:here])
        self.closing = text[here : value.end]
        line = text[text.rfind("\n", 0, value.start) + 1 :]
        self.indent = line[: len(line) - len(line.lstrip(" \t"))]
        self.first, self.usual = self._usual_leads()
        self.trailing = value.cells[-1].comma is not None if value.cells else "\n" in self.usual

    def _usual_leads(self) -> tuple[str | None, str]:
        """What comes before the first cell, where it is a case of its own, then what comes before the others."""
        last_line = self.leads[-1].rpartition("\n")[2] if self.leads else ""
        if self.leads and "\n" in self.leads[0]:
            return None, f"{self.newline}{last_line}" if "\n" in self.leads[-1] else self.leads[-1]
        if len(self.leads) > 1:
            return self.leads[0], f"{self.newline}{last_line}" if "\n" in self.leads[-1] else self.leads[-1]
        if self.leads:
            return self.leads[0], " "
        return None, f"{self.newline}{self.indent}  " if "\n" in self.closing else ""

    def build(self, steps: Sequence[TextStep]) -> str:
        kept = {index for index, _ in steps}
        orphans = self._orphans(kept)
        out = [self.opening]
        commented = len(self.opening) > 1
        for place, (index, new) in enumerate(steps):
            orphan = orphans.get(index, "")
            lead = self._lead(index, first=place == 0)
            if orphan or commented:
                lead = orphan + self._on_new_line(lead, "  ")
            body = new if new is not None else self.bodies[index or 0]
            comma = "," if self.trailing or place < len(steps) - 1 else ""
            gap, remark = (self.gaps[index], self.remarks[index]) if index is not None else ("", "")
            out += [lead, body, gap, comma, remark]
            commented = bool(remark)
        last = orphans.get(None, "")
        closing = self._on_new_line(self.closing) if commented or last else self.closing
        built = "".join([*out, last, closing])
        return built if steps or "#" in built else built[0] + built[-1]

    def _on_new_line(self, text: str, further: str = "") -> str:
        """The text, at least a line below a comment."""
        words = text.lstrip(" \t")
        return text if words.startswith(("\n", "\r\n")) else self.newline + self.indent + further + words

    def _lead(self, index: int | None, *, first: bool) -> str:
        own = self.usual if index is None else self.leads[index]
        if self.first is None:
            return own
        if first:
            return own if "#" in own else self.first
        return self.usual if index == 0 else own

    def _orphans(self, kept: set[int | None]) -> dict[int | None, str]:
        """The comments above cells that are left out, by the cell that comes next; None for the end."""
        orphans: dict[int | None, str] = {}
        waiting = ""
        for index, lead in enumerate(self.leads):
            if index in kept:
                if waiting:
                    orphans[index] = waiting
                waiting = ""
            elif "#" in lead:
                waiting += lead.rstrip()
        if waiting:
            orphans[None] = waiting
        return orphans


def _comment_end(text: str, at: int) -> int:
    match = _COMMENT.match(text, at)
    return match.end() if match else at
