"""The archive as a static site, whose pages work from a folder, without JavaScript, and load nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from totem_cli.archive.publication import Publication
    from totem_cli.exporters import Options
    from totem_cli.exporters.html.plan import Plan
    from totem_cli.publishing.page import Page, PageGroup, Published


def export(publication: Publication, options: Options) -> Iterator[Published]:
    """Yield the groups of the site; with ``options.single`` one group of one self-contained page.

    Raises :class:`~totem_cli.errors.InvalidError` for any parameter, and, when a page is rendered, for a broken
    template of the theme.
    """
    from totem_cli.exporters.html.groups import files, lists, series
    from totem_cli.exporters.html.plan import Plan
    from totem_cli.exporters.selection import check_parameters

    check_parameters(options, "html", {})
    plan = Plan(publication, single=options.single)
    if options.single:
        yield _single(plan)
        return
    yield from series.groups(plan)
    yield from series.home_feeds(plan, options)
    yield from lists.groups(plan)
    yield from files.groups(plan)
    if publication.media and (large := plan.pictures.too_large):
        options.warn(f"these pictures have too many pixels for smaller versions: {', '.join(large)}")


def _single(plan: Plan) -> PageGroup:
    from totem_cli.exporters.html.picture_head import has_picture_name
    from totem_cli.exporters.html.plan import encoded

    publication = plan.publication
    pictures = [publication.media_digest(name) for name in sorted(publication.media) if has_picture_name(name)]
    parts = {
        "series": encoded(publication.series),
        "episodes": plan.full_digests(range(len(plan.rows))),
        "comments": encoded(tuple(publication.all_comments)),
        "pictures": encoded(pictures),
    }

    def pages() -> Iterator[Page]:
        yield plan.page("index.html", partial(_single_page, plan), "single", *parts.values())

    return plan.group("single", pages, parts)


def _single_page(plan: Plan) -> bytes:
    from totem_cli.exporters.html.single import single_page

    return single_page(plan.site)
