"""Pages on a terminal: an episode, a series with its episodes, a comment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.text import Text

from totem_cli.language.typography import NO_BREAK, Typography, joined_numbers
from totem_cli.language.visible import visible
from totem_cli.markup.blocks import (
    Block,
    BulletList,
    Code,
    Heading,
    OrderedList,
    Paragraph,
    Quotation,
    Rule,
    Span,
    Table,
)
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.series import Series
from totem_cli.model.settings import Settings
from totem_cli.terminal.grid import Grid
from totem_cli.terminal.layout import Column, Indent, Prose, Verbatim, spaced
from totem_cli.terminal.outline import (
    Element,
    Note,
    Only,
    Outline,
    Title,
    comment_outline,
    episode_outline,
    series_outline,
)
from totem_cli.terminal.typeset import ACCENT, hyperlinks, set_text


def episode_page(episode: Episode, series: Series, settings: Settings, *, only: Only | None = None) -> RenderableType:
    """Return the page of an episode and its recap: title, people, recap, questions, links, tags; or ``only`` a part."""
    language = episode.language or series.language or settings.language
    return Sheet([(language, episode_outline(episode, series, language, only))], settings.typography)


def series_page(
    series: Series, episodes: Sequence[Episode], settings: Settings, *, only: Only | None = None
) -> RenderableType:
    """Return the page of a series: its introduction, then each of ``episodes``."""
    return Sheet(series_outline(series, episodes, settings.language, only), settings.typography)


def comment_page(comment: Comment, on: str, language: str, settings: Settings) -> RenderableType:
    """Return the page of a comment: the title that it is ``on``, author, date, status, text."""
    return Sheet([(language, comment_outline(comment, on, language))], settings.typography)


class Sheet:
    """The parts of a page, each in its language, in one column with empty lines between the elements."""

    def __init__(self, parts: Sequence[tuple[str, Outline]], rules: Typography) -> None:
        self.parts = parts
        self.rules = rules

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        content: list[RenderableType] = []
        for number, (language, outline) in enumerate(self.parts):
            renderer = _Renderer(language, self.rules, hyperlinks(console), options.ascii_only)
            page = spaced(renderer.elements(outline))
            content.append(Group(Text(""), page) if number else page)
        yield Column(spaced(content))


class _Renderer:
    """Renders the elements of one language."""

    def __init__(self, language: str, rules: Typography, links: bool, ascii_only: bool) -> None:
        self.language = language
        self.rules = rules
        self.links = links
        self.bar, self.bullet, self.line = ("| ", "- ", "-") if ascii_only else ("▎ ", "• ", "─")

    def elements(self, elements: Sequence[Element]) -> list[RenderableType]:
        return [self.element(element) for element in elements]

    def element(self, element: Element) -> RenderableType:
        match element:
            case Title():
                return spaced(self.title(element), gap=False)
            case Note():
                return Prose(self.text((Span(element.text),), "dim"))
            case Heading():
                return Prose(self.text(element.spans, "bold" if element.level < 4 else "bold italic"))
            case Paragraph():
                return Prose(self.text(element.spans))
            case Rule():
                return Prose(Text(self.line * 12, "dim"))
        return self.container(element)

    def container(self, block: Quotation | BulletList | OrderedList | Code | Table) -> RenderableType:
        match block:
            case Quotation():
                content: list[RenderableType] = [spaced(self.elements(block.blocks))]
                if block.attribution:
                    content.append(Prose(self.text(block.attribution)))
                return Indent(*content, first=self.bar, rest=self.bar, style=ACCENT)
            case BulletList():
                return self.items(block.items, [self.bullet] * len(block.items))
            case OrderedList():
                last = block.start + len(block.items) - 1
                numbers = [f"{number}." for number in range(block.start, last + 1)]
                return self.items(block.items, [f"{number:>{len(str(last)) + 1}} " for number in numbers])
            case Code():
                return Indent(Verbatim(_verbatim(block.text), ACCENT), first="    ")
            case Table():
                return self.table(block)

    def title(self, title: Title) -> Iterator[RenderableType]:
        if title.above:
            above = f"{NO_BREAK}· ".join(map(joined_numbers, title.above))
            yield Prose(self.text((Span(above),), ACCENT))
        yield Prose(self.text((Span(title.text),), "bold"))
        if title.subtitle:
            yield Prose(self.text((Span(title.subtitle),), "italic"))

    def items(self, items: Sequence[Sequence[Block]], marks: Sequence[str]) -> RenderableType:
        rendered = [
            Indent(spaced(self.elements(item), gap=_is_loose(item)), first=mark, style=ACCENT)
            for item, mark in zip(items, marks, strict=True)
        ]
        return spaced(rendered, gap=any(_is_loose(item) or _is_long(item) for item in items))

    def table(self, table: Table) -> RenderableType:
        return Grid(
            [self.text(cell, "bold") for cell in table.header],
            [[self.text(cell) for cell in row] for row in table.rows],
            right=[index for index, alignment in enumerate(table.alignments) if alignment == "right"],
        )

    def text(self, spans: Sequence[Span], style: str = "") -> Text:
        return set_text(spans, self.language, self.rules, links=self.links, style=style)


def _verbatim(code: str) -> str:
    return "\n".join(visible(line.expandtabs(4)) for line in code.split("\n"))


def _is_loose(item: Sequence[Block]) -> bool:
    return sum(not isinstance(block, BulletList | OrderedList) for block in item) > 1


def _is_long(item: Sequence[Block]) -> bool:
    return any(isinstance(block, Paragraph) and sum(len(span.text) for span in block.spans) > 120 for block in item)
