"""The view of an episode that its pages and feeds share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from totem_cli.archive.record import EpisodeRecord, episode_record
from totem_cli.exporters.html.fragment import Fragment, prepared
from totem_cli.exporters.html.share import ShareLink
from totem_cli.exporters.spacing import set_spacing
from totem_cli.markup.html import to_tree
from totem_cli.markup.text import excerpt
from totem_cli.markup.tree import Node, elements, html_of, parse, text_of

if TYPE_CHECKING:
    from totem_cli.exporters.html.credits import Credits
    from totem_cli.language.typography import Typography
    from totem_cli.model.episode import Episode

DESCRIPTION = 200


class EpisodeView(Struct, frozen=True):
    """An episode: ``sentence`` and ``hosts`` are HTML with links from the site's root."""

    episode: EpisodeRecord
    language: str
    sentence: str
    hosts: str
    recap: Fragment
    description: str
    tags: Sequence[tuple[str, str]]
    share: Sequence[ShareLink]


def episode_view(
    episode: Episode,
    markdown: str,
    *,
    language: str,
    label_language: str,
    credit: Credits,
    typography: Typography,
    tags: Sequence[tuple[str, str]],
    share: Sequence[ShareLink],
) -> EpisodeView:
    """Return the view of an episode whose recap is ``markdown``, with sentences by ``credit`` in ``label_language``."""
    recap = to_tree(markdown, folder=f"series/{episode.series}")
    record = episode_record(episode, markdown, html_of(recap))
    description = record.summary or _opening(recap)
    set_spacing(recap, language, typography)
    return EpisodeView(
        episode=record,
        language=language,
        sentence=str(credit.sentence(record, label_language, "")),
        hosts=str(credit.people(record.hosts, label_language, "")),
        recap=prepared(recap),
        description=description,
        tags=tags,
        share=share,
    )


def description(record: EpisodeRecord) -> str:
    """Return an episode in a line or two of plain text: its summary, else how its recap begins."""
    return record.summary or opening(record.recap_html)


def opening(html: str) -> str:
    """Return the first paragraph of clean HTML, as a line or two of plain text."""
    return _opening(parse(html))


def _opening(nodes: Iterable[Node]) -> str:
    paragraph = next((one for one in elements(nodes) if one.tag == "p"), None)
    return excerpt(" ".join(text_of(paragraph.children).split()), DESCRIPTION) if paragraph else ""
