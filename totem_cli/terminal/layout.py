"""Layout of a page: prose, code, indents, a column of limited width."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.text import Text

from totem_cli.terminal.wrap import chop, wrap

MEASURE = 88
"""The largest width of prose, in cells."""

NARROWEST = 16
"""Text is not indented if less width than this would be left, in cells."""


class Prose:
    """Prose: wrapped by :func:`~totem_cli.terminal.wrap.wrap`, at most ``MEASURE`` cells wide, ragged right."""

    def __init__(self, text: Text) -> None:
        self.text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in wrap(self.text, min(options.max_width, MEASURE)):
            yield from Segment.apply_style(line.render(console), console.get_style(line.style))
            yield Segment.line()


class Verbatim:
    """Lines of code; a line that is too long continues on the next."""

    def __init__(self, code: str, style: str) -> None:
        self.code = code
        self.style = style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        style = console.get_style(self.style)
        for line in self.code.split("\n"):
            for piece in chop(line, options.max_width):
                yield Segment(piece, style)
                yield Segment.line()


class Indent:
    """Renderables with a prefix before each line: ``first`` before the first, ``rest`` before the others."""

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
        for index, line in enumerate(lines or [[]]):
            prefix = self.rest if index else self.first
            yield Segment(prefix if any(segment.text for segment in line) else prefix.rstrip(), style)
            yield from line
            yield Segment.line()


class Beside:
    """A reference and its text on one line; where they do not fit, the text below, so that the reference is whole."""

    def __init__(self, reference: str, text: Text, style: str = "") -> None:
        self.reference = reference
        self.text = text
        self.style = style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if cell_len(self.reference) + cell_len(self.text.plain) + 2 <= options.max_width:
            yield Prose(Text.assemble((self.reference, self.style), "  ", self.text))
            return
        yield Verbatim(self.reference, self.style)
        yield Indent(Prose(self.text), first="  ")


class Column:
    """Renderables at most ``MEASURE`` cells wide."""

    def __init__(self, *content: RenderableType) -> None:
        self.content = Group(*content)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from console.render(self.content, options.update(width=min(options.max_width, MEASURE)))


def spaced(content: Iterable[RenderableType], *, gap: bool = True) -> Group:
    """Return renderables below each other, separated by empty lines unless ``gap`` is false."""
    group: list[RenderableType] = []
    for item in content:
        group += [Text(""), item] if gap and group else [item]
    return Group(*group)
