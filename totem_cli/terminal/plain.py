"""Plain text for pipes: complete, not wrapped, with the characters of the source. Does not load Rich."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from totem_cli.errors import TotemError
from totem_cli.language.visible import visible
from totem_cli.model.cells import raw_cell

if TYPE_CHECKING:
    from totem_cli.markup.blocks import Block, Span
    from totem_cli.model.comment import Comment
    from totem_cli.model.episode import Episode
    from totem_cli.model.hit import Hit
    from totem_cli.model.series import Series
    from totem_cli.model.settings import Settings
    from totem_cli.terminal.outline import Element, Only


def plain_episode(episode: Episode, series: Series, settings: Settings, *, only: Only | None = None) -> str:
    """Return an episode: one line for each paragraph, item or table row, an empty line between blocks."""
    from totem_cli.terminal.outline import episode_outline

    return _page(episode_outline(episode, series, settings.language, only))


def plain_series(series: Series, episodes: Sequence[Episode], settings: Settings, *, only: Only | None = None) -> str:
    """Return a series: its introduction, then each episode."""
    from totem_cli.terminal.outline import series_outline

    parts = series_outline(series, episodes, settings.language, only)
    return "\n\n".join(page for page in (_page(outline) for _, outline in parts) if page)


def plain_comment(comment: Comment, on: str, language: str) -> str:
    """Return a comment: the title that it is ``on``, author, date, status, text."""
    from totem_cli.terminal.outline import comment_outline

    return _page(comment_outline(comment, on, language))


def plain_hits(found: Sequence[Sequence[Hit]]) -> str:
    """Return search results as tab-separated text: the episode, the field, the full text of the field."""
    rows = [
        {
            "episode": hit.episode.ref,
            "title": hit.episode.title,
            "field": hit.field,
            "place": hit.place,
            "text": hit.text,
        }
        for hits in found
        for hit in hits
    ]
    return tsv(rows, ("episode", "title", "field", "place", "text"))


def tsv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    r"""Return rows as tab-separated text with a header line; nothing is shortened.

    Items of a list are joined by ``; ``. Tabs, newlines and control characters in values are escaped (``\t``, ``\n``).
    """
    lines = [[raw_cell(row.get(column)) for column in columns] for row in rows]
    lines.insert(0, list(columns))
    text = "\n".join(["\t".join(line) for line in lines]) + "\n"
    breaks = text.count("\t"), text.count("\n")
    # Control characters are rare, so the text is checked as a whole: it is right if it has only the tabs and newlines
    # that were put here.
    if breaks == (len(lines) * (len(columns) - 1), len(lines)) and visible(text, newlines=True) is text:
        return text
    return "".join(["\t".join(map(visible, line)) + "\n" for line in lines])


def error_text(error: TotemError, *, colour: bool = False) -> str:
    """Return an error as printed on standard error: ``error: file:line:column: message``, then its hint."""
    head, tail, end = ("\x1b[1;31m", "\x1b[2m", "\x1b[0m") if colour else ("", "", "")
    lines = [f"{head}error:{end} {visible(str(error))}"]
    lines += [f"  {visible(str(problem))}" for problem in getattr(error, "problems", ())]
    if error.hint:
        lines.append(f"{tail}hint:{end} {visible(error.hint)}")
    return "\n".join(lines) + "\n"


def _page(elements: Sequence[Element]) -> str:
    return "".join(f"{line}\n" for line in _spaced(_element(element) for element in elements))


def _spaced(blocks: Iterable[Sequence[str]]) -> Iterator[str]:
    for number, lines in enumerate(lines for lines in blocks if lines):
        if number:
            yield ""
        yield from lines


def _element(element: Element) -> list[str]:
    from totem_cli.terminal.outline import Note, Title

    match element:
        case Title():
            lines = (" · ".join(element.above), element.text, element.subtitle)
            return [visible(line) for line in lines if line]
        case Note():
            return [visible(element.text)]
    return _block(element)


def _block(block: Block) -> list[str]:
    from totem_cli.markup import blocks

    match block:
        case blocks.Heading() | blocks.Paragraph():
            return _text(block.spans).split("\n")
        case blocks.Quotation():
            lines = [*_spaced(map(_block, block.blocks)), *(_text(block.attribution or ()).split("\n"))]
            return [f"> {line}".rstrip() for line in (lines if block.attribution else lines[:-1])]
        case blocks.BulletList():
            return [line for item in block.items for line in _item("- ", item)]
        case blocks.OrderedList():
            numbered = enumerate(block.items, block.start)
            return [line for number, item in numbered for line in _item(f"{number}. ", item)]
        case blocks.Code():
            return [visible(line.expandtabs(4)) for line in block.text.split("\n")]
        case blocks.Table():
            return [" | ".join(_text(cell).replace("\n", " ") for cell in row) for row in (block.header, *block.rows)]
        case blocks.Rule():
            return ["* * *"]


def _item(mark: str, item: Sequence[Block]) -> list[str]:
    lines = [line for block in item for line in _block(block)] or [""]
    return [f"{' ' * len(mark) if number else mark}{line}".rstrip() for number, line in enumerate(lines)]


def _text(spans: Sequence[Span]) -> str:
    """Return the text of spans; an address that the text does not show is appended."""
    from totem_cli.terminal.address import shows_address

    texts = (
        f"{span.text} ({span.href})" if span.href and not shows_address(span.text, span.href) else span.text
        for span in spans
    )
    return visible("".join(texts).expandtabs(1), newlines=True)
