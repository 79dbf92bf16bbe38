"""Plain text for pipes: whole, unwrapped, with the source's characters; nothing of Rich is loaded."""

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
    """An episode: each paragraph, item, table row in a line, an empty line between blocks."""
    from totem_cli.terminal.outline import episode_outline

    return _page(episode_outline(episode, series, settings.language, only))


def plain_series(series: Series, episodes: Sequence[Episode], settings: Settings, *, only: Only | None = None) -> str:
    """A series whole: its introduction, then each episode."""
    from totem_cli.terminal.outline import series_outline

    parts = series_outline(series, episodes, settings.language, only)
    return "\n\n".join(page for page in (_page(outline) for _, outline in parts) if page)


def plain_comment(comment: Comment, on: str, language: str) -> str:
    """A comment: what it is ``on``, who wrote it when, its status, its text."""
    from totem_cli.terminal.outline import comment_outline

    return _page(comment_outline(comment, on, language))


def plain_hits(found: Sequence[Sequence[Hit]]) -> str:
    """Search results as tab-separated text: the episode, where in it, the whole text there."""
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
    r"""Rows as tab-separated text under a header line, nothing cut.

    Items of a list are joined by ``; ``; a tab, a newline, any control character in a value is shown (``\t``, ``\n``).
    """
    lines = [[raw_cell(row.get(column)) for column in columns] for row in rows]
    lines.insert(0, list(columns))
    text = "\n".join(["\t".join(line) for line in lines]) + "\n"
    breaks = text.count("\t"), text.count("\n")
    # Control characters are rare, so the whole text is checked at once: it needs no escape where it has no others
    # than the tabs and newlines put here.
    if breaks == (len(lines) * (len(columns) - 1), len(lines)) and visible(text, newlines=True) is text:
        return text
    return "".join(["\t".join(map(visible, line)) + "\n" for line in lines])


def error_text(error: TotemError, *, colour: bool = False) -> str:
    """An error as standard error shows it: ``error: file:line:column: what is wrong``, then its hint."""
    head, tail, end = ("\x1b[1;31m", "\x1b[2m", "\x1b[0m") if colour else ("", "", "")
    lines = [f"{head}error:{end} {visible(str(error))}"]
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
    """The words of spans; an address that they do not show follows them."""
    from totem_cli.terminal.address import shows_address

    texts = (
        f"{span.text} ({span.href})" if span.href and not shows_address(span.text, span.href) else span.text
        for span in spans
    )
    return visible("".join(texts).expandtabs(1), newlines=True)
