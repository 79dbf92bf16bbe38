"""The whole site as one self-contained file: nothing beside it, no script."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from hashlib import sha256

from markupsafe import Markup

from totem_cli.exporters.html import jsonld
from totem_cli.exporters.html.chapter import chapter, prose
from totem_cli.exporters.html.credits import Credits
from totem_cli.exporters.html.site import Site, encoded
from totem_cli.exporters.html.view import policy
from totem_cli.store.page import Page

PATH = "index.html"


def pages(site: Site) -> Iterator[Page]:
    """The one page."""
    publication = site.publication
    comments = [site.comments(thing.id) for thing in (*publication.series, *publication.episodes)]
    yield site.page(PATH, partial(_whole, site), "single", encoded(publication.series, comments), *site.digests)


def _whole(site: Site) -> bytes:
    style = site.assets["site.css"][1]
    digest = b64encode(sha256(style).digest()).decode()
    credit = Credits(None, site.typography, {})
    shelves = []
    for slug, series in site.series.items():
        language = site.language_of(series)
        spoken = site.labels(language).language
        shelves.append(
            {
                "series": series,
                "language": language,
                "hosts": credit.people(series.hosts, spoken, ""),
                "partners": credit.partners(series.partners, spoken, ""),
                "introduction": prose(site, series.introduction_html, language, ""),
                "chapters": [
                    chapter(site, place, "", prefix=f"{slug}-", level=4, alone=credit)
                    for place, entry in enumerate(site.entries)
                    if entry.series == slug
                ],
            }
        )
    view = site.view(
        PATH,
        site.settings.title,
        description=site.settings.subtitle or "",
        jsonld=jsonld.script(jsonld.website(site.archive, site.absolute)),
    )
    return site.html(
        "single.html",
        replace(view, policy=policy(style=digest)),
        shelves=shelves,
        style=Markup(style.decode()),  # noqa: S704 - our own file, and checked properties
    )
