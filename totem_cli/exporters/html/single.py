"""The whole site as one self-contained file: nothing beside it, no script, pictures within."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from html import unescape
from urllib.parse import unquote

from markupsafe import Markup

from totem_cli.exporters.html import jsonld
from totem_cli.exporters.html.chapter import Chapter, chapter, prose
from totem_cli.exporters.html.credits import Credits
from totem_cli.exporters.html.site import Site, encoded
from totem_cli.store.page import Page, key_of

PATH = "index.html"

_SOURCE = re.compile(r' src="media/([^"]*)"')
_PICTURES = {
    "avif": "avif",
    "gif": "gif",
    "jpeg": "jpeg",
    "jpg": "jpeg",
    "png": "png",
    "svg": "svg+xml",
    "webp": "webp",
}


def pages(site: Site) -> Iterator[Page]:
    """The one page."""
    publication = site.publication
    comments = [*map(site.comments, [series.id for series in publication.series])]
    comments += [site.comments(episode.id) for episode in publication.episodes]
    pictures = [key_of(publication.media[name]()) for name in sorted(publication.media) if _kind(name)]
    shared = encoded(publication.series, comments, pictures)
    yield site.page(PATH, partial(_whole, site), "single", shared, *site.digests)


def _kind(name: str) -> str | None:
    return _PICTURES.get(name.rpartition(".")[2].lower())


def _picture(site: Site, name: str) -> str | None:
    """A picture under ``media/`` as a ``data:`` address (RFC 2397); None for what is none."""
    path = unquote(unescape(name))
    kind = _kind(path)
    if not kind or path not in site.publication.media:
        return None
    return f"data:image/{kind};base64,{b64encode(site.publication.media[path]()).decode()}"


def _within(site: Site, shown: Chapter) -> Chapter:
    """A chapter whose recap carries its pictures."""

    def embed(match: re.Match[str]) -> str:
        picture = _picture(site, match[1])
        return f' src="{picture}"' if picture else match[0]

    return replace(shown, recap=Markup(_SOURCE.sub(embed, shown.recap)))  # noqa: S704 - clean HTML


def _whole(site: Site) -> bytes:
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
                    _within(site, chapter(site, place, "", prefix=f"{slug}-", level=4, alone=credit))
                    for place in site.of_series[slug]
                ],
            }
        )
    view = site.view(
        PATH,
        site.settings.title,
        description=site.settings.subtitle or "",
        jsonld=jsonld.script(jsonld.website(site.archive, site.absolute)),
    )
    view, style = site.alone(view)
    return site.html(
        "single.html",
        view,
        shelves=shelves,
        style=style,
    )
