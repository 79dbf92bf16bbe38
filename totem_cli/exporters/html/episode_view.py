"""What all pages and feeds show of an episode, made once for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from totem_cli.archive.record import EpisodeRecord, episode_record
from totem_cli.exporters.html.fragment import Fragment, prepared
from totem_cli.exporters.html.share import ShareLink, share_links
from totem_cli.exporters.spacing import set_spacing
from totem_cli.markup.html import to_tree
from totem_cli.markup.text import excerpt
from totem_cli.markup.tree import Node, elements, html_of, parse, text_of

if TYPE_CHECKING:
    from totem_cli.exporters.html.credits import Credits
    from totem_cli.exporters.html.site import Site

DESCRIPTION = 200


class EpisodeView(Struct, frozen=True):
    """One episode: sentences whose links count from the site's root, its recap; ``description`` is plain text."""

    episode: EpisodeRecord
    language: str
    sentence: str
    hosts: str
    recap: Fragment
    description: str
    tags: Sequence[tuple[str, str]]
    share: Sequence[ShareLink]


def episode_view(site: Site, index: int, credit: Credits | None = None) -> EpisodeView:
    """The view of the episode at ``index`` of the publication, with sentences by ``credit`` or the site's."""
    episode = site.publication.episodes[index]
    recap = to_tree(markdown := site.publication.recap_of(episode))
    record = episode_record(episode, markdown, html_of(recap))
    credit = credit or site.credits
    language = site.language_of(record)
    spoken = site.labels(language).language
    description = record.summary or _opening(recap)
    set_spacing(recap, language, site.typography)
    return EpisodeView(
        episode=record,
        language=language,
        sentence=str(credit.sentence(record, spoken, "")),
        hosts=str(credit.people(record.hosts, spoken, "")),
        recap=prepared(recap),
        description=description,
        tags=site.tag_links(record.tags),
        share=[*share_links(site.settings.share, record.title, site.absolute(record.address))],
    )


def description(record: EpisodeRecord) -> str:
    """An episode in a line or two of plain text: its summary, else how its recap begins."""
    return record.summary or opening(record.recap_html)


def opening(html: str) -> str:
    """The first paragraph of clean HTML, as a line or two of plain text."""
    return _opening(parse(html))


def _opening(nodes: Iterable[Node]) -> str:
    paragraph = next((one for one in elements(nodes) if one.tag == "p"), None)
    return excerpt(" ".join(text_of(paragraph.children).split()), DESCRIPTION) if paragraph else ""
