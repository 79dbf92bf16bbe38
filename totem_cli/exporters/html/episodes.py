"""The pages to read: a page for each series, where long in several, and one for each episode."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache, partial
from typing import NamedTuple

from markupsafe import Markup

from totem_cli.archive.record import SeriesRecord
from totem_cli.exporters.html import jsonld
from totem_cli.exporters.html.chapter import Chapter, anchor_of, chapter, linked_tags, named, prose
from totem_cli.exporters.html.comments import threads
from totem_cli.exporters.html.episode_view import opening
from totem_cli.exporters.html.form import form_for
from totem_cli.exporters.html.links import file_of, root_of
from totem_cli.exporters.html.list_item import ListItem, list_item_view
from totem_cli.exporters.html.media import local_path
from totem_cli.exporters.html.mended import filled, standing
from totem_cli.exporters.html.portraits import Portrait
from totem_cli.exporters.html.share import share_links
from totem_cli.exporters.html.site import Site, encoded
from totem_cli.exporters.html.syndication import Feeds
from totem_cli.exporters.html.view import Alternate, Labels
from totem_cli.publishing.page import Page

_NOTHING = Markup()


def pages(site: Site, feeds: Feeds) -> Iterator[Page]:
    """The pages of every series: those of its episodes, the page that shows them, the feeds that hold them.

    In this order what is told of an episode is still at hand when it is told again.
    """
    size = site.settings.html.page_size
    digest = lru_cache(maxsize=size)(partial(_digest, site))
    for slug, series in site.series.items():
        places = site.of_series[slug]
        if not (site.shows(places) or site.outline.translations):
            continue
        wanted = [at for at in range(len(places)) if _is_wanted(site, places, at)]
        if not wanted and site.changes:
            continue
        parts = [places[start : start + size] for start in range(0, len(places), size)] or [[]]
        shared = encoded(series, site.credits.addresses(series), site.tag_links(series.tags))
        shared += site.pictures.key(series.introduction)
        feeds.begin(series)
        for number, part in enumerate(parts):
            first = number * size
            for at in wanted[bisect_left(wanted, first) : bisect_left(wanted, first + size)]:
                yield _episode_page(site, series, places, at, digest(places[at]))
            if not site.shows(part):
                continue
            comments = encoded(site.publication.comments.get(series.id, ())) if number == 0 else b""
            yield site.page(
                _series_path(slug, number),
                partial(_series, site, series, number, parts),
                shared,
                encoded(len(parts), len(places), number, comments),
                *map(digest, part),
            )
            yield from feeds.complete(part[-1] if part else -1)


def _digest(site: Site, place: int) -> bytes:
    """What a chapter depends on."""
    episode = site.publication.episodes[place]
    files = site.publication.media
    named = (*(media.path or media.url for media in episode.media), episode.image) if files else ()
    local = [local_path(name, files) for name in named]
    links = (site.credits.addresses(episode), site.tag_links(episode.tags))
    return site.digests[place] + encoded(
        links, local, site.publication.comments.get(episode.id, ()), site.picture_key(place)
    )


def _is_wanted(site: Site, places: Sequence[int], at: int) -> bool:
    """Whether the page of an episode is, which names those before and after it, and its translations."""
    if site.changes is None or site.shows(places[at : at + 1]):
        return True
    return site.names(places[max(at - 1, 0) : at + 2]) or site.names(site.outline.translations.get(places[at], ()))


class _Around(NamedTuple):
    """What the page of an episode names beside it."""

    previous: ListItem | None
    following: ListItem | None
    translations: Sequence[ListItem]
    portraits: Sequence[Portrait]


def _around(site: Site, places: Sequence[int], at: int) -> _Around:
    """What is around the episode at ``places[at]``, of a series that is at ``places``."""
    return _Around(
        previous=site.entries[places[at - 1]] if at else None,
        following=site.entries[places[at + 1]] if at + 1 < len(places) else None,
        translations=[site.entries[other] for other in site.outline.translations.get(places[at], ())],
        portraits=_portraits(site, places[at]),
    )


def _episode_page(site: Site, series: SeriesRecord, places: Sequence[int], at: int, digest: bytes) -> Page:
    around = _around(site, places, at)
    named = (around.previous, around.following, *around.translations)
    lead = encoded(
        series.title,
        series.language,
        [(entry.address, entry.title, entry.number, entry.language) if entry else None for entry in named],
        around.portraits,
    )
    path = f"{site.entries[places[at]].address}index.html"
    return site.page(path, partial(_episode, site, series, places, at), digest, lead)


def _portraits(site: Site, place: int) -> Sequence[Portrait]:
    if not site.portraits:
        return ()
    pages = site.credits.pages(site.publication.episodes[place].guests)
    return [site.portraits[page] for page in pages if page in site.portraits]


def _episode(site: Site, series: SeriesRecord, places: Sequence[int], at: int) -> bytes:
    place, around = places[at], _around(site, places, at)
    path = f"{site.entries[place].address}index.html"
    root, language = root_of(path), site.entries[place].language
    labels = site.labels(language)
    shown = chapter(site, place, labels, root)
    record = shown.episode
    words = site.episode_view(place).description
    form = form_for(site.settings, record)
    comments = site.comments(record.id)
    image = f"media/{shown.image.name}" if shown.image else None
    view = site.view(
        path,
        record.title,
        language=language,
        description=words,
        kind="article",
        jsonld=jsonld.script(jsonld.episode(record, series, site.absolute, words, comments, image)),
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
        details=_details(site, shown, labels),
        tag_links=linked_tags(site, shown.tags, labels, root),
        previous=list_item_view(site, around.previous, labels, root) if around.previous else None,
        next=list_item_view(site, around.following, labels, root) if around.following else None,
        translations=[list_item_view(site, item, labels, root) for item in around.translations],
        portraits=around.portraits,
        comments=comments,
        threads=threads(comments),
        form=form,
    )


def _details(site: Site, shown: Chapter, labels: Labels) -> Sequence[Markup]:
    """Number, date, duration and place of an episode, as far as they are known."""
    record, found = shown.episode, [shown.number]
    moment = record.date or record.published
    found.append(labels.time(moment) if moment else _NOTHING)
    found.append(labels.duration(record.duration) if record.duration else _NOTHING)
    found.append(site.typo(record.place, shown.language) if record.place else _NOTHING)
    return [*filter(None, found)]


def _alternates(entry: ListItem, translations: Sequence[ListItem]) -> Sequence[Alternate]:
    """The page in each language there is, itself too (HTML, 4.6.8.1; search engines want both ways)."""
    return [Alternate(one.language, one.address) for one in (entry, *translations)] if translations else ()


def _series(site: Site, series: SeriesRecord, number: int, parts: Sequence[Sequence[int]]) -> bytes:
    places = parts[number]
    before = site.before(_series_path(series.slug, number)) if site.templates.is_ours("series.html") else None
    if before is not None:
        stay = {*range(len(places))}.difference(site.changed(places))
        page = _series_page(site, series, number, parts, stay)
        anchors = [anchor_of(site.publication.episodes[place].slug) for place in places]
        if (whole := filled(page, before, anchors)) is not None:
            return whole
    return _series_page(site, series, number, parts)


def _series_page(
    site: Site, series: SeriesRecord, number: int, parts: Sequence[Sequence[int]], stay: Set[int] = frozenset()
) -> bytes:
    """One page of a series; of the chapters that ``stay`` it has only the marks."""
    path = _series_path(series.slug, number)
    root, language = root_of(path), site.language_of(series)
    labels = site.labels(language)
    spoken = labels.language
    chapters = [
        standing(site, place, labels, at) if at in stay else chapter(site, place, labels, root, prefix="", level=3)
        for at, place in enumerate(parts[number])
    ]
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
        hosts=site.credits.people(series.hosts, spoken, root),
        partners=site.credits.partners(series.partners, spoken, root),
        introduction=prose(site, series.introduction_html, language, root),
        links=[named(link) for link in series.links],
        tags=site.tag_links(series.tags),
        tag_links=linked_tags(site, site.tag_links(series.tags), labels, root),
        chapters=chapters,
        number=number + 1,
        total=sum(map(len, parts)),
        addresses=[_series_path(series.slug, part).removesuffix("index.html") for part in range(len(parts))],
        share=list(share_links(site.settings.share, series.title, site.absolute(series.address))),
        comments=comments,
        threads=threads(comments),
        form=form,
    )


def _series_path(slug: str, number: int) -> str:
    return f"{slug}/page/{number + 1}/index.html" if number else f"{slug}/index.html"
