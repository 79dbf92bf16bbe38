"""The groups of pages to read: some episodes of a series, with the page of the series that shows them; its feeds."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from totem_cli.exporters.dates import warn_undated
from totem_cli.exporters.feed import feed_size
from totem_cli.exporters.html.plan import FeedPlan, Plan, encoded
from totem_cli.exporters.html.structure import series_path
from totem_cli.publishing.page import Page, PageGroup

if TYPE_CHECKING:
    from totem_cli.exporters import Options
    from totem_cli.model.series import Series

FEED_FILES = ("feed.xml", "atom.xml", "feed.json")
"""The three files of a feed."""


def groups(plan: Plan) -> Iterator[PageGroup]:
    """The pages of each series, part by part, then its feeds, whose episodes are then still at hand."""
    for slug, series in plan.series.items():
        parts = parts_of(plan, slug)
        for number in range(len(parts)):
            yield _Part(plan, series, parts, number).group()
        language = series.language or plan.language
        feed = FeedPlan(f"{slug}/", series.title, series.subtitle or "", language, f"urn:uuid:{series.id}")
        yield from feed_groups(plan, f"feeds/{slug}", feed, plan.of_series[slug])


def parts_of(plan: Plan, slug: str) -> Sequence[Sequence[int]]:
    """The places of a series' episodes, as many together as one of its pages shows."""
    size, places = plan.settings.html.page_size, plan.of_series[slug]
    return [places[start : start + size] for start in range(0, len(places), size)] or [[]]


class _Part:
    """One page of a series, and the pages of its episodes."""

    def __init__(self, plan: Plan, series: Series, parts: Sequence[Sequence[int]], number: int) -> None:
        self.plan = plan
        self.series = series
        self.parts = parts
        self.number = number
        self.part = parts[number]
        self.first = number * plan.settings.html.page_size
        self.places = plan.of_series[series.slug]

    def group(self) -> PageGroup:
        plan, rows = self.plan, [self.plan.rows[place] for place in self.part]
        api = plan.settings.html.api
        parts = {
            "series": self._series(),
            "counts": encoded(len(self.parts), len(self.places), self.number),
            "episodes": plan.full(self.part),
            "neighbours": encoded(plan.listed(self._beside(0)), plan.listed(self._beside(len(rows) - 1))),
            "translations": encoded([plan.listed(plan.outline.translations.get(place, ())) for place in self.part]),
            "portraits": encoded(list(map(plan.portraits, rows))),
            "addresses": encoded(list(map(plan.addresses, rows))),
            "comments": encoded([plan.comments(row.id) for row in rows], self._comments()),
            "pictures": encoded(list(map(plan.shown, rows))),
        }
        return plan.group(f"series/{self.series.slug}/{self.number}", self.pages, parts, len(rows) * (1 + api) + 1)

    def pages(self) -> Iterator[Page]:
        plan, slug = self.plan, self.series.slug
        shown = [self._chapter(place) for place in self.part]
        for at, place in enumerate(self.part):
            row = plan.rows[place]
            around = encoded(
                self._around(self.first + at), plan.portraits(row), self.series.title, self.series.language
            )
            path = f"{row.address}index.html"
            yield plan.page(path, partial(_episode, plan, slug, self.first + at), shown[at], around)
            if plan.settings.html.api:
                yield plan.page(f"api/{row.address}index.json", partial(_record, plan, place), row.full)
        counts = encoded(len(self.parts), len(self.places), self.number)
        render = partial(_series, plan, slug, self.number, self.parts)
        yield plan.page(series_path(slug, self.number), render, self._series(), counts, self._comments(), *shown)

    def _series(self) -> bytes:
        plan, series = self.plan, self.series
        return encoded(series, plan.series_addresses(series), plan.pictures.key(series.introduction))

    def _comments(self) -> bytes:
        return encoded(self.plan.comments(self.series.id)) if self.number == 0 else b""

    def _chapter(self, place: int) -> bytes:
        """What a page depends on that shows an episode whole."""
        plan, row = self.plan, self.plan.rows[place]
        return encoded(row.full, plan.addresses(row), plan.comments(row.id), plan.shown(row))

    def _beside(self, at: int) -> Sequence[int]:
        """The places before and after one of the part, which is at ``at``."""
        at += self.first
        return [self.places[near] for near in (at - 1, at + 1) if 0 <= near < len(self.places)]

    def _around(self, at: int) -> list[tuple[object, ...] | None]:
        """What the page of an episode names: those before and after it, its translations."""
        places = [self.places[near] if 0 <= near < len(self.places) else None for near in (at - 1, at + 1)]
        named = [*places, *self.plan.outline.translations.get(self.places[at], ())]
        entries = (None if place is None else self.plan.entries[place] for place in named)
        return [one and (one.address, one.title, one.number, one.language) for one in entries]


def _episode(plan: Plan, slug: str, at: int) -> bytes:
    from totem_cli.exporters.html.episodes import episode_page

    return episode_page(plan.site, plan.site.series[slug], plan.of_series[slug], at)


def _series(plan: Plan, slug: str, number: int, parts: Sequence[Sequence[int]]) -> bytes:
    from totem_cli.exporters.html.episodes import series_page

    return series_page(plan.site, plan.site.series[slug], number, parts)


def _record(plan: Plan, place: int) -> bytes:
    from totem_cli.exporters.html.api import episode_record

    return episode_record(plan.site, place)


def home_feeds(plan: Plan, options: Options) -> Iterator[PageGroup]:
    """The feeds of the whole site; episodes that have no date are warned of."""
    feed, places = FeedPlan("", plan.settings.title, plan.settings.subtitle or "", plan.language), plan.outline.newest

    def pages() -> Iterator[Page]:
        warn_undated(options, [plan.publication.episodes[place] for place in newest(plan, places)])
        yield from feed_files(plan, feed, places)

    if plan.settings.base_url:
        yield plan.group("feeds", pages, feed_key(plan, feed, places), len(FEED_FILES))


def feed_groups(plan: Plan, name: str, feed: FeedPlan, places: Sequence[int]) -> Iterator[PageGroup]:
    """The three files of a feed of the episodes at these places.

    A feed without absolute addresses would be of no use, so there is none without ``base_url``.
    """
    if plan.settings.base_url:
        yield plan.group(name, partial(feed_files, plan, feed, places), feed_key(plan, feed, places), len(FEED_FILES))


def newest(plan: Plan, places: Sequence[int]) -> Sequence[int]:
    """Those of the episodes at these places that a feed holds, each once, the newest first."""
    size = feed_size(plan.settings, [plan.rows[place] for place in places])
    return sorted(dict.fromkeys(places), key=plan.outline.ranks.__getitem__)[: size or None]


def feed_key(plan: Plan, feed: FeedPlan, places: Sequence[int]) -> dict[str, bytes | str]:
    """The parts of the key of a feed."""
    chosen = newest(plan, places)
    rows = [plan.rows[place] for place in chosen]
    return {
        "head": encoded(feed),
        "entries": plan.full(chosen),
        "addresses": encoded(list(map(plan.addresses, rows))),
        "recordings": encoded(list(map(plan.recorded, rows))),
        "epoch": os.environ.get("SOURCE_DATE_EPOCH", ""),
    }


def feed_files(plan: Plan, feed: FeedPlan, places: Sequence[int]) -> Iterator[Page]:
    """The pages of a feed."""
    chosen, parts = newest(plan, places), feed_key(plan, feed, places).values()
    for file in FEED_FILES:
        yield plan.page(f"{feed.address}{file}", partial(_feed, plan, feed, chosen, file), *parts)


def _feed(plan: Plan, feed: FeedPlan, places: Sequence[int], file: str) -> bytes:
    from totem_cli.exporters.html.syndication import feed_page

    return feed_page(plan.site, feed, list(map(plan.feed_entry, places)), file)
