"""The feeds of the site, as RSS, Atom and JSON Feed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from totem_cli.exporters.atom import atom
from totem_cli.exporters.feed import FeedEntry, FeedHead, Writer
from totem_cli.exporters.jsonfeed import json_feed
from totem_cli.exporters.rss import rss

if TYPE_CHECKING:
    from totem_cli.exporters.html.plan import FeedPlan
    from totem_cli.exporters.html.site import Site

WRITERS: Mapping[str, Writer] = {"feed.xml": rss, "atom.xml": atom, "feed.json": json_feed}
"""How each of the three files of a feed is written."""


def feed_page(site: Site, feed: FeedPlan, entries: Sequence[FeedEntry], file: str) -> bytes:
    """Return one file of a feed of these entries."""
    home = site.absolute(feed.address) or ""
    head = FeedHead(
        feed.id or home, feed.title, feed.subtitle, feed.language, home, home + file,
        site.settings.podcast, site.structure.cover,
    )  # fmt: skip
    return WRITERS[file](head, entries)
