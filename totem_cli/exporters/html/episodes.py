"""The pages of series, each split into several where it is long, and of episodes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from totem_cli.archive.record import SeriesRecord
from totem_cli.exporters.html import jsonld
from totem_cli.exporters.html.chapter import Chapter, chapter, linked_tags, named, prose
from totem_cli.exporters.html.comments import threads
from totem_cli.exporters.html.episode_view import opening
from totem_cli.exporters.html.form import form_for
from totem_cli.exporters.html.links import file_of, root_of
from totem_cli.exporters.html.list_item import ListItem
from totem_cli.exporters.html.list_item_view import list_item_view
from totem_cli.exporters.html.portraits import Portrait
from totem_cli.exporters.html.share import share_links
from totem_cli.exporters.html.site import Site
from totem_cli.exporters.html.structure import series_path
from totem_cli.exporters.html.view import Alternate

_NOTHING = Markup()


class _Around(NamedTuple):
    """What the page of an episode links to: its neighbours in the series, its translations, its guests."""

    previous: ListItem | None
    following: ListItem | None
    translations: Sequence[ListItem]
    portraits: Sequence[Portrait]


def _around(site: Site, indexes: Sequence[int], position: int) -> _Around:
    """What the page of ``indexes[position]`` links to; ``indexes`` are the episodes of its series."""
    index = indexes[position]
    return _Around(
        previous=site.list_items[indexes[position - 1]] if position else None,
        following=site.list_items[indexes[position + 1]] if position + 1 < len(indexes) else None,
        translations=[site.list_items[other] for other in site.outline.translations.get(index, ())],
        portraits=_portraits(site, index),
    )


def _portraits(site: Site, index: int) -> Sequence[Portrait]:
    if not site.portraits:
        return ()
    pages = site.credits.pages(site.publication.episodes[index].guests)
    return [site.portraits[page] for page in pages if page in site.portraits]


def episode_page(site: Site, series: SeriesRecord, indexes: Sequence[int], position: int) -> bytes:
    """Return the page of the episode ``indexes[position]``; ``indexes`` are the episodes of its series."""
    index, around = indexes[position], _around(site, indexes, position)
    path = f"{site.list_items[index].address}index.html"
    root, language = root_of(path), site.list_items[index].language
    labels = site.labels(language)
    shown = chapter(site, index, labels, root)
    record = shown.episode
    description = site.episode_view(index).description
    form = form_for(site.settings, record)
    comments = site.comments(record.id)
    image = f"media/{shown.image.name}" if shown.image else None
    view = site.view(
        path,
        record.title,
        language=language,
        description=description,
        kind="article",
        jsonld=jsonld.script(jsonld.episode(record, series, site.absolute, description, comments, image)),
        feeds=site.feeds(series.address, series.title),
        form=form is not None,
        image=image,
        alternates=_alternates(shown.entry, around.translations),
    )
    return site.html(
        "episode.html",
        view,
        series=series,
        crumbs=[
            (
                root + file_of(series.address),
                labels.lang(site.language_of(series)),
                site.typo(series.title, site.language_of(series)),
            )
        ],
        chapter=shown,
        episode=record,
        details=_details(site, shown),
        tag_links=linked_tags(site, shown.tags, labels, root),
        previous=list_item_view(site, around.previous, labels, root) if around.previous else None,
        next=list_item_view(site, around.following, labels, root) if around.following else None,
        translations=[list_item_view(site, item, labels, root) for item in around.translations],
        portraits=around.portraits,
        comments=comments,
        threads=threads(comments),
        form=form,
    )


def _details(site: Site, shown: Chapter) -> Sequence[Markup]:
    """The number, date, duration and place of an episode, those of them that it has."""
    place = shown.episode.place
    found = (shown.number, shown.time, shown.duration, site.typo(place, shown.language) if place else _NOTHING)
    return [*filter(None, found)]


def _alternates(item: ListItem, translations: Sequence[ListItem]) -> Sequence[Alternate]:
    """The page in each of its languages, its own included, as search engines require (HTML, 4.6.8.1)."""
    return [Alternate(one.language, one.address) for one in (item, *translations)] if translations else ()


def series_page(site: Site, series: SeriesRecord, number: int, parts: Sequence[Sequence[int]]) -> bytes:
    """Return one page of a series; ``parts`` are the indexes of the episodes on each of its pages."""
    path = series_path(series.slug, number)
    root, language = root_of(path), site.language_of(series)
    labels = site.labels(language)
    chapters = [chapter(site, index, labels, root, prefix="", level=3) for index in parts[number]]
    form = form_for(site.settings, series) if number == 0 else None
    comments = site.comments(series.id) if number == 0 else ()
    titles = [(shown.entry.title, shown.entry.number, shown.entry.address) for shown in chapters]
    part = labels.text("page_of", number=number + 1, count=len(parts)) if number else ""
    view = site.view(
        path,
        f"{series.title} ({part})" if part else series.title,
        language=language,
        description=series.subtitle or opening(series.introduction_html),
        jsonld=jsonld.script(jsonld.series(series, titles, site.absolute, comments)),
        feeds=site.feeds(series.address, series.title),
        form=form is not None,
    )
    return site.html(
        "series.html",
        view,
        series=series,
        language=language,
        hosts=site.credits.people(series.hosts, labels.language, root),
        partners=site.credits.partners(series.partners, labels.language, root),
        introduction=prose(site, series.introduction_html, language, root),
        links=[named(link) for link in series.links],
        tags=site.tag_links(series.tags),
        tag_links=linked_tags(site, site.tag_links(series.tags), labels, root),
        chapters=chapters,
        number=number + 1,
        total=sum(map(len, parts)),
        addresses=[series_path(series.slug, part).removesuffix("index.html") for part in range(len(parts))],
        share=list(share_links(site.settings.share, series.title, site.absolute(series.address))),
        comments=comments,
        threads=threads(comments),
        form=form,
    )
