"""The export of a feed as one file: RSS, Atom or JSON Feed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from totem_cli.archive.publication import Publication
from totem_cli.errors import InvalidError
from totem_cli.exporters import Options
from totem_cli.exporters.dates import warn_undated
from totem_cli.exporters.feed import FeedHead, Writer, feed_size
from totem_cli.exporters.html.plan import Plan
from totem_cli.exporters.selection import check_parameters, selection_key, whole_number
from totem_cli.publishing.page import Page

if TYPE_CHECKING:
    from totem_cli.exporters.html.site import Site

PARAMETERS = {"size": "entries, 0 for all", "url": "where the feed will be served"}


def feed_pages(publication: Publication, options: Options, *, format_: str, file: str, write: Writer) -> Iterator[Page]:
    """Yield one page at the path ``file``: a feed of a publication's newest episodes, serialised by ``write``.

    A selection of one series has the title and id of the series. Raises InvalidError for wrong parameters, and without
    ``base_url``, since feeds need absolute addresses.
    """
    check_parameters(options, format_, PARAMETERS)
    size = whole_number(options, "size", feed_size(publication.settings, publication.rows))
    if not publication.settings.base_url:
        raise InvalidError(
            f"{format_} needs absolute addresses, and the archive does not say where its site is",
            hint='write base_url = "https://…" in totem.toml',
        )
    plan = Plan(publication)
    newest = publication.outline.newest[: size or None]
    if format_ == "atom":
        warn_undated(options, [publication.episodes[index] for index in newest])
    files = [part for index in newest for part in plan.recording_parts(plan.rows[index])]

    def render() -> bytes:
        return write(_head(plan.site, options, file), list(map(plan.feed_entry, newest)))

    yield Page(file, selection_key(f"{format_} 5", publication, options, *sorted(publication.media), *files), render)


def _head(site: Site, options: Options, file: str) -> FeedHead:
    query = site.publication.query
    (series,) = site.series.values() if len(query.series) == len(site.series) == 1 else (None,)
    home = site.absolute(series.address if series else "") or ""
    return FeedHead(
        id=f"urn:uuid:{series.id}" if series else home,
        title=series.title if series else site.settings.title,
        subtitle=(series.subtitle if series else site.settings.subtitle) or "",
        language=(series.language if series else None) or site.language,
        home=home,
        address=options.parameters.get("url") or f"{home}{file}",
        podcast=site.settings.podcast,
        cover=site.structure.cover,
    )
