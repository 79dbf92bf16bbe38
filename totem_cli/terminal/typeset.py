"""Spans as Rich text: with French spacing, control characters shown, links that can be followed or read."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace
from rich.console import Console
from rich.style import Style
from rich.text import Text

from totem_cli.language.typography import Typography, microtypography
from totem_cli.language.visible import visible
from totem_cli.markup.blocks import Span
from totem_cli.terminal.address import is_linkable, misleads, shows_address

ACCENT = "magenta"
"""The one colour: of the sixteen, it reads on a light and on a dark ground."""

_ANY_SPACE = frozenset(" \t\n\u00a0\u202f\u2007\u2009\u2060")


def hyperlinks(console: Console) -> bool:
    """Whether links may be OSC 8 escapes: on a terminal that takes escapes at all, unless the console says no."""
    chosen: bool | None = getattr(console, "hyperlinks", None)
    return console.is_terminal and console.color_system is not None if chosen is None else chosen


def set_text(
    spans: Sequence[Span],
    language: str,
    rules: Typography,
    *,
    links: bool = False,
    style: str = "",
    strong: str = "bold",
) -> Text:
    """Spans as one text in ``style``; with ``links``, what may be a hyperlink is one, else its address follows."""
    text = Text(style=style)
    for span in typeset(spans, language, rules):
        linked = links and span.href is not None and is_linkable(span.href)
        text.append(visible(span.text.expandtabs(1), newlines=True), _style(span, strong, linked=linked))
        if (
            span.href
            and not shows_address(span.text, span.href)
            and not (linked and not misleads(span.text, span.href))
        ):
            text.append(f" ({visible(span.href)})", "dim")
    return text


def _style(span: Span, strong: str, *, linked: bool) -> Style:
    style = Style(
        italic=span.emphasis or None,
        strike=span.strike or None,
        underline=span.href is not None or None,
        color=ACCENT if span.code else None,
        link=span.href if linked else None,
    )
    return style + Style.parse(strong) if span.strong else style


def typeset(spans: Sequence[Span], language: str, rules: Typography) -> tuple[Span, ...]:
    """The spans with the spaces that French typography asks for; code and written-out addresses stay as they are."""
    source = "".join("x" * len(span.text) if _is_verbatim(span) else span.text for span in spans)
    result = microtypography(source, language, rules)
    if result == source:
        return tuple(spans)
    pieces: list[Span] = []
    read = written = 0
    for index, span in enumerate(spans, 1):
        start, stop = written, read + len(span.text)
        while read < stop:
            if _is_removed(source, read, result, written):
                read += 1
            elif _is_inserted(source, read, result, written):
                written += 1
            else:
                read, written = read + 1, written + 1
        if index == len(spans):
            written = len(result)
        elif _is_verbatim(spans[index]) and _is_inserted(source, read, result, written):
            written += 1
        pieces.append(span if _is_verbatim(span) else replace(span, text=result[start:written]))
    return tuple(pieces)


def _is_verbatim(span: Span) -> bool:
    return span.code or (span.href is not None and "://" in span.text)


def _is_inserted(source: str, read: int, result: str, written: int) -> bool:
    return read < len(source) and result[written] in _ANY_SPACE and source[read] not in _ANY_SPACE


def _is_removed(source: str, read: int, result: str, written: int) -> bool:
    return source[read] in _ANY_SPACE and (written == len(result) or result[written] not in _ANY_SPACE)
