"""A chapter: one episode as pages show it, with its recap, whether alone or among others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup
from msgspec import Struct

from totem_cli.archive.record import EpisodeRecord
from totem_cli.exporters.html.account import account
from totem_cli.exporters.html.credits import credited
from totem_cli.exporters.html.entry import Entry
from totem_cli.exporters.html.headings import anchored
from totem_cli.exporters.html.links import outward, rebase
from totem_cli.exporters.html.media import MediaItem, local_path, media_item
from totem_cli.exporters.html.share import ShareLink
from totem_cli.language.labels import direction
from totem_cli.language.typography import microtypography_html
from totem_cli.markup.addresses import file_name

if TYPE_CHECKING:
    from totem_cli.exporters.html.credits import Credits
    from totem_cli.exporters.html.pictures import Picture
    from totem_cli.exporters.html.site import Site
    from totem_cli.model.parts import Link

_HEADING = re.compile("(</?h)([2-6])(?=[ >])")
HEADING_BASE = 2  # of the record


class Chapter(Struct, frozen=True):
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
    told = account(site, place, alone) if alone else site.account(place)
    record, entry = told.episode, site.entries[place]
    files = [name for name in site.publication.media if not alone or site.pictures[name]]
    image = local_path(record.image, files)
    media = [media_item(item, root, files, site.pictures) for item in record.media]
    same = [item for item in media if item.picture and item.picture.name == image]
    anchor = anchor_of(f"{prefix or ''}{record.slug}")
    text, contents = anchored(recap(site, told.recap, root, level), "" if prefix is None else f"{anchor}-")
    return Chapter(
        episode=record,
        entry=entry,
        anchor=anchor,
        prefix="" if prefix is None else f"{anchor}-",
        language=told.language,
        direction=direction(told.language),
        sentence=credited(told.sentence, root),
        hosts=credited(told.hosts, root),
        recap=text,
        contents=contents,
        tags=told.tags,
        media=[item for item in media if item not in same],
        links=[named(link) for link in record.links],
        share=told.share,
        image=site.pictures[image] if image else None,
        image_alt=same[0].alt if same else "",
    )


def recap(site: Site, html: str, root: str, level: int) -> Markup:
    """A recap as a page shows it, its headings, if any, at ``level`` or deeper."""
    if level != HEADING_BASE and "<h" in html:
        html = _HEADING.sub(lambda match: f"{match[1]}{min(int(match[2]) + level - HEADING_BASE, 6)}", html)
    return Markup(site.pictures.sized(rebase(html, root), root))  # noqa: S704 - clean HTML


def prose(site: Site, html: str, language: str, root: str) -> Markup:
    """Clean HTML from content, set with the spacing of its language."""
    html = rebase(microtypography_html(html, language, site.typography), root)
    return Markup(site.pictures.sized(html, root))  # noqa: S704 - clean HTML


def anchor_of(slug: str) -> str:
    """The slug as an id, which holds no space (HTML, 3.2.6), and begins with a letter for the sake of style sheets."""
    return f"episode-{'_'.join(slug.split())}"


def named(link: Link) -> tuple[str, str | None]:
    """What a link says, and where it may lead."""
    return link.label or file_name(link.url), outward(link.url)
