"""Search results on a terminal: each episode, and the texts in it that match."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from totem_cli.language.labels import label
from totem_cli.language.typography import Typography
from totem_cli.language.visible import visible
from totem_cli.markup.blocks import Span
from totem_cli.model.hit import Hit
from totem_cli.model.settings import Settings
from totem_cli.terminal.layout import Beside, Column, Indent, Prose, spaced
from totem_cli.terminal.typeset import ACCENT, set_text

BEFORE, LONGEST = 60, 220
"""The number of characters of a long text that are shown: before the first match, and in all."""

_MARK = f"bold {ACCENT}"


def hits_page(found: Sequence[Sequence[Hit]], settings: Settings) -> RenderableType:
    """Return the hits of each episode below its reference and title, with the matches in bold."""
    return Column(spaced(_episode(hits, settings.language, settings.typography) for hits in found if hits))


def snippet(hit: Hit) -> tuple[Span, ...]:
    """Return the text around the first match, cut at spaces, with matches strong."""
    first = hit.spans[0][0] if hit.spans else 0
    start = 0
    if first > BEFORE and len(hit.text) > LONGEST:
        space = hit.text.find(" ", first - BEFORE, first)
        start = space + 1 if space >= 0 else first
    end = len(hit.text)
    if end - start > LONGEST:
        least = max((last for _, last in hit.spans if last <= start + LONGEST), default=start)
        space = hit.text.rfind(" ", least, start + LONGEST)
        end = space if space >= 0 else start + LONGEST
    return _pieces(hit, start, end)


def _pieces(hit: Hit, start: int, end: int) -> tuple[Span, ...]:
    at = start
    spans = [Span("… " if start else "")]
    for first, last in hit.spans:
        if first >= at and first < end:
            spans += (Span(hit.text[at:first]), Span(hit.text[first : min(last, end)], strong=True))
            at = min(last, end)
    return (*spans, Span(hit.text[at:end] + (" …" if end < len(hit.text) else "")))


def _episode(hits: Sequence[Hit], language: str, rules: Typography) -> RenderableType:
    episode = hits[0].episode
    language = episode.language or language
    title = next(
        (hit for hit in hits if hit.text == episode.title), Hit(episode=episode, field="title", text=episode.title)
    )
    head = Beside(
        visible(episode.ref),
        set_text(_pieces(title, 0, len(title.text)), language, rules, style="bold", strong=_MARK),
        ACCENT,
    )
    texts = [Indent(Prose(_hit(hit, language, rules)), first="  ") for hit in hits if hit is not title]
    return spaced((head, *texts), gap=False)


def _hit(hit: Hit, language: str, rules: Typography) -> Text:
    key = f"found_{hit.field}"
    where = (
        label("recap", language).lower()
        if hit.field == "recap" and hit.place is None
        else label(key, language, place=hit.place)
    )
    return Text.assemble(
        set_text((Span(where),), language, rules, style="dim"),
        "  ",
        set_text(snippet(hit), language, rules, strong=_MARK),
    )
