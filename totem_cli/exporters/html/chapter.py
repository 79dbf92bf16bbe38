"""A chapter: one episode as pages show it, with its recap, whether alone or among others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from markupsafe import Markup

from totem_cli.archive.record import EpisodeRecord
from totem_cli.exporters.html.entry import Entry
from totem_cli.exporters.html.headings import anchored
from totem_cli.exporters.html.links import outward, rebase
from totem_cli.exporters.html.media import MediaItem, local_path, media_item
from totem_cli.exporters.html.share import ShareLink, share_links
from totem_cli.language.labels import direction
from totem_cli.language.typography import microtypography_html
from totem_cli.markup.addresses import file_name
from totem_cli.markup.html import excerpt

if TYPE_CHECKING:
    from totem_cli.exporters.html.credits import Credits
    from totem_cli.exporters.html.pictures import Picture
    from totem_cli.exporters.html.site import Site
    from totem_cli.model.parts import Link

_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_HEADING = re.compile("(</?h)([2-6])(?=[ >])")
DESCRIPTION = 200
HEADING_BASE = 2  # of the record


@dataclass(frozen=True, slots=True)
class Chapter:
    """One episode ready to be shown. ``anchor`` is its id on a page of several, ``prefix`` that of the ids within."""

    episode: EpisodeRecord
    entry: Entry
    anchor: str
    prefix: str
    language: str
    direction: str
    sentence: Markup
    hosts: Markup
    recap: Markup
    contents: Sequence[tuple[str, Markup]]
    tags: Sequence[tuple[str, str]]
    media: Sequence[MediaItem]
    links: Sequence[tuple[str, str | None]]
    share: Sequence[ShareLink]
    image: Picture | None
    image_alt: str


def chapter(
    site: Site, place: int, root: str, *, prefix: str | None = None, level: int = 2, alone: Credits | None = None
) -> Chapter:
    """The episode at ``place`` of the publication, for a page whose way to the site's root is ``root``.

    ``prefix`` tells its ids from others' on a page of several episodes, ``level`` is that of its headings. ``alone``
    makes the sentences of a page that has no site around it.
    """
    record, entry = site.read(place), site.entries[place]
    language = site.language_of(record)
    spoken = site.labels(language).language
    credit = alone or site.credits
    files = [name for name in site.publication.media if not alone or site.pictures[name]]
    image = local_path(record.image, files)
    media = [media_item(item, root, files, site.pictures) for item in record.media]
    same = [item for item in media if item.picture and item.picture.name == image]
    anchor = anchor_of(f"{prefix or ''}{record.slug}")
    text, contents = anchored(recap(site, place, root, level), "" if prefix is None else f"{anchor}-")
    return Chapter(
        episode=record,
        entry=entry,
        anchor=anchor,
        prefix="" if prefix is None else f"{anchor}-",
        language=language,
        direction=direction(language),
        sentence=credit.sentence(record, spoken, root),
        hosts=credit.people(record.hosts, spoken, root),
        recap=text,
        contents=contents,
        tags=site.tag_links(record.tags),
        media=[item for item in media if item not in same],
        links=[named(link) for link in record.links],
        share=list(share_links(site.settings.share, record.title, site.absolute(record.address))),
        image=site.pictures[image] if image else None,
        image_alt=same[0].alt if same else "",
    )


def recap(site: Site, place: int, root: str, level: int) -> Markup:
    """A recap as a page shows it, its headings, if any, at ``level`` or deeper."""
    html = site.recap(place)
    if level != HEADING_BASE and "<h" in html:
        html = _HEADING.sub(lambda match: f"{match[1]}{min(int(match[2]) + level - HEADING_BASE, 6)}", html)
    return Markup(site.pictures.sized(rebase(html, root), root))  # noqa: S704 - clean HTML


def prose(site: Site, html: str, language: str, root: str) -> Markup:
    """Clean HTML from content, set with the spacing of its language."""
    html = rebase(microtypography_html(html, language, site.typography), root)
    return Markup(site.pictures.sized(html, root))  # noqa: S704 - clean HTML


def description(record: EpisodeRecord) -> str:
    """An episode in a line or two of plain text: its summary, else how its recap begins."""
    return record.summary or opening(record.recap_html)


def opening(html: str) -> str:
    """How clean HTML begins, as a line or two of plain text."""
    first = _PARAGRAPH.search(html)
    return excerpt(" ".join(unescape(_TAG.sub("", first[1])).split()), DESCRIPTION) if first else ""


def anchor_of(slug: str) -> str:
    """The slug as an id, which holds no space (HTML, 3.2.6), and begins with a letter for the sake of style sheets."""
    return f"episode-{'_'.join(slug.split())}"


def named(link: Link) -> tuple[str, str | None]:
    """What a link says, and where it may lead."""
    return link.label or file_name(link.url), outward(link.url)
