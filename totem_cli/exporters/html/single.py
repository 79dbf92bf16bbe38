"""The site as one self-contained file: without scripts, with pictures as ``data:`` addresses."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import partial
from html import unescape
from urllib.parse import unquote

from totem_cli.exporters.html import jsonld
from totem_cli.exporters.html.chapter import anchor_of, chapter, prose
from totem_cli.exporters.html.comments import threads
from totem_cli.exporters.html.credits import Credits
from totem_cli.exporters.html.series_card import SeriesCard
from totem_cli.exporters.html.site import Site

_LINK = re.compile(r'<a href="([^":#?]+/)index\.html(?:#[^"]*)?"')
_SOURCE = re.compile(r'(<img(?: class="lead")?) src="media/([^"]*)"')


def _within(anchors: Mapping[str, str], match: re.Match[str]) -> str:
    """A link to what is on the page itself, as such; any other as it is."""
    anchor = anchors.get(unquote(unescape(match[1])))
    return f'<a href="#{anchor}"' if anchor else match[0]


def _with_pictures(site: Site, page: str) -> bytes:
    """The page with its pictures as ``data:`` addresses (RFC 2397)."""

    def embed(match: re.Match[str]) -> str:
        picture = site.pictures[unquote(unescape(match[2]))]
        if not picture:
            return match[0]
        data = b64encode(site.publication.media[picture.name]()).decode()
        return f'{match[1]} src="data:{picture.type};base64,{data}"'

    return _SOURCE.sub(embed, page).encode()


def single_page(site: Site) -> bytes:
    """Return the one page of the site."""
    credit = Credits(None, site.typography)
    labels = site.labels(site.language)
    cards, anchors = [], {}
    for slug, series in site.series.items():
        anchors[series.address] = f"series-{slug}"
        for index in site.series_indexes[slug]:
            item = site.list_items[index]
            anchors[item.address] = anchor_of(f"{slug}-{item.address.rstrip('/').rpartition('/')[2]}")
        language = site.language_of(series)
        label_language = site.labels(language).language
        cards.append(
            SeriesCard(
                series,
                language,
                credit.people(series.hosts, label_language, ""),
                partners=credit.partners(series.partners, label_language, ""),
                introduction=prose(site, series.introduction_html, language, ""),
                chapters=[
                    chapter(site, index, labels, "", prefix=f"{slug}-", level=4, alone=credit)
                    for index in site.series_indexes[slug]
                ],
            )
        )
    view = site.view(
        "index.html",
        site.settings.title,
        description=site.settings.subtitle or "",
        jsonld=jsonld.script(jsonld.website(site.archive, site.absolute)),
    )
    view, style = site.with_inline_style(view)
    page = site.html("single.html", view, shelves=cards, style=style, comments_on=site.comments, threads_of=threads)
    return _with_pictures(site, _LINK.sub(partial(_within, anchors), page.decode()))
