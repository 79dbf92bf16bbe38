"""What all pages and feeds show of an episode, made once for all of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from typing import TYPE_CHECKING

from msgspec import Struct

from totem_cli.archive.record import EpisodeRecord
from totem_cli.exporters.html.share import ShareLink, share_links
from totem_cli.language.typography import microtypography_html
from totem_cli.markup.text import excerpt

if TYPE_CHECKING:
    from totem_cli.exporters.html.credits import Credits
    from totem_cli.exporters.html.site import Site

DESCRIPTION = 200

_TAG = re.compile(r"<[^>]*>")


class EpisodeView(Struct, frozen=True):
    """One episode: HTML whose links count from the site's root; ``description`` is plain text."""

    episode: EpisodeRecord
    language: str
    sentence: str
    hosts: str
    recap: str
    description: str
    tags: Sequence[tuple[str, str]]
    share: Sequence[ShareLink]


def episode_view(site: Site, index: int, credit: Credits | None = None) -> EpisodeView:
    """The view of the episode at ``index`` of the publication, with sentences by ``credit`` or the site's."""
    record = site.read(index)
    credit = credit or site.credits
    language = site.language_of(record)
    spoken = site.labels(language).language
    return EpisodeView(
        episode=record,
        language=language,
        sentence=str(credit.sentence(record, spoken, "")),
        hosts=str(credit.people(record.hosts, spoken, "")),
        recap=microtypography_html(record.recap_html, language, site.typography),
        description=description(record),
        tags=site.tag_links(record.tags),
        share=[*share_links(site.settings.share, record.title, site.absolute(record.address))],
    )


def description(record: EpisodeRecord) -> str:
    """An episode in a line or two of plain text: its summary, else how its recap begins."""
    return record.summary or opening(record.recap_html)


def opening(html: str) -> str:
    """How clean HTML begins, as a line or two of plain text."""
    start = html.find("<p>")
    stop = html.find("</p>", start) if start >= 0 else -1
    if stop < 0:
        return ""
    return excerpt(" ".join(unescape(_TAG.sub("", html[start + 3 : stop])).split()), DESCRIPTION)
