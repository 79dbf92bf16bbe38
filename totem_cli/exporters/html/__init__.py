"""The archive as a static site: pages that work from a folder, without JavaScript, and ask nobody else for anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from totem_cli.exporters import renewed_by
from totem_cli.publishing.settled import Last, Renewed

if TYPE_CHECKING:
    from totem_cli.archive.publication import Publication
    from totem_cli.archive.remembered import Changes
    from totem_cli.exporters import Options
    from totem_cli.publishing.page import Page


def part(
    publication: Publication, options: Options, changes: Changes, named: Sequence[str], last: Last
) -> Renewed | None:
    """The pages that a change of these episodes concerns; None where it may concern other addresses."""
    from totem_cli.archive.held import MANY
    from totem_cli.exporters.html import api, comments, episodes, listings, search_index, syndication
    from totem_cli.exporters.html.site import Site

    feeds = publication.settings.feeds
    everything = bool(changes.told) or feeds.people or feeds.tags  # is gone through: not in memory, if it is very much
    if options.single or (everything and len(publication.episodes) > MANY):
        return None
    if any(publication.episodes[place].aliases for place in changes.told):
        return None
    site = Site(publication, changes=changes, last=last)
    told = syndication.Feeds(site)
    found = [*episodes.pages(site, told), *told.complete(len(site.entries)), *told.derived(), *api.pages(site)]
    if changes.told:
        found += [*listings.pages(site), *comments.pages(site)]
    before = [path for path in named if path.startswith(search_index.INDEX)]
    try:
        searched, now = search_index.renewed(site, before)
    except ValueError:
        return None
    return Renewed([*found, *searched], frozenset(before).difference(now), now)


@renewed_by(part)
def export(publication: Publication, options: Options) -> Iterator[Page]:
    """Every file of the site; with ``options.single`` one file that holds all there is to read.

    Raises :class:`~totem_cli.errors.InvalidError` for a parameter, of which it takes none, and for a theme that is
    broken, when its template is first needed.
    """
    from totem_cli.exporters.dates import warn_undated
    from totem_cli.exporters.html import api, comments, documents, episodes, listings, search_index, single, syndication
    from totem_cli.exporters.html.site import Site
    from totem_cli.exporters.selection import check_parameters

    check_parameters(options, "html", {})
    site = Site(publication, single=options.single)
    if options.single:
        yield from single.pages(site)
        return
    if publication.settings.base_url:
        warn_undated(options, publication.newest[: publication.settings.feeds.size])
    paths: list[str] = []
    feeds = syndication.Feeds(site)
    told = (episodes.pages(site, feeds), feeds.complete(len(site.entries)), feeds.derived())
    parts = [listings.pages, search_index.pages, documents.pages, comments.pages, api.pages]
    for page in chain(*told, *(part(site) for part in parts)):
        paths.append(page.path)
        yield page
    for more in (documents.sitemap_pages, documents.tombstone_pages, documents.redirect_pages):
        for page in more(site, paths):
            paths.append(page.path)
            yield page
