"""Spans as Rich text: French spacing, visible control characters, links as hyperlinks or written out."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace
from rich.console import Console
from rich.style import Style
from rich.text import Text

from totem_cli.language.typography import Typography, microtypography_pieces
from totem_cli.language.visible import visible
from totem_cli.markup.blocks import Span
from totem_cli.terminal.address import is_linkable, is_misleading, shows_address

ACCENT = "magenta"
"""The only colour: of the sixteen, it is readable on light and on dark backgrounds."""


def hyperlinks(console: Console) -> bool:
    """Return whether links may be OSC 8 escapes: on a terminal with colours, unless the console says otherwise."""
    setting: bool | None = getattr(console, "hyperlinks", None)
    return console.is_terminal and console.color_system is not None if setting is None else setting


def set_text(
    spans: Sequence[Span],
    language: str,
    rules: Typography,
    *,
    links: bool = False,
    style: str = "",
    strong: str = "bold",
) -> Text:
    """Return spans as one text in ``style``. With ``links`` addresses are hyperlinks if possible, else appended."""
    text = Text(style=style)
    for span in typeset(spans, language, rules):
        linked = links and span.href is not None and is_linkable(span.href)
        text.append(visible(span.text.expandtabs(1), newlines=True), _style(span, strong, linked=linked))
        is_readable = linked and not is_misleading(span.text, span.href or "")
        if span.href and not shows_address(span.text, span.href) and not is_readable:
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
    """Return the spans with French spacing; code and written-out addresses are unchanged."""
    pieces = ["x" * len(span.text) if _is_verbatim(span) else span.text for span in spans]
    changed = microtypography_pieces(pieces, language, rules)
    return tuple(replace(span, text=changed.get(index, span.text)) for index, span in enumerate(spans))


def _is_verbatim(span: Span) -> bool:
    return span.code or (span.href is not None and "://" in span.text)
