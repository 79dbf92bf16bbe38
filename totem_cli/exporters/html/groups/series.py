"""The groups of a series: some of its episodes with the page of the series that shows them; its feeds."""

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
    """Yield the groups of each series, then its feeds, whose episodes are then still cached."""
    for slug, series in plan.series.items():
        parts = parts_of(plan, slug)
        for number in range(len(parts)):
            yield _Part(plan, series, parts, number).group()
        language = series.language or plan.language
        feed = FeedPlan(f"{slug}/", series.title, series.subtitle or "", language, f"urn:uuid:{series.id}")
        yield from feed_groups(plan, f"feeds/{slug}", feed, plan.series_indexes[slug])


def parts_of(plan: Plan, slug: str) -> Sequence[Sequence[int]]:
    """Return the indexes of a series' episodes, those on each of its pages together."""
    size, indexes = plan.settings.html.page_size, plan.series_indexes[slug]
    return [indexes[start : start + size] for start in range(0, len(indexes), size)] or [[]]


class _Part:
    """One page of a series, and the pages of its episodes."""

    def __init__(self, plan: Plan, series: Series, parts: Sequence[Sequence[int]], number: int) -> None:
        self.plan = plan
        self.series = series
        self.parts = parts
        self.number = number
        self.part = parts[number]
        self.first = number * plan.settings.html.page_size
        self.indexes = plan.series_indexes[series.slug]

    def group(self) -> PageGroup:
        plan, rows = self.plan, [self.plan.rows[index] for index in self.part]
        api = plan.settings.html.api
        parts = {
            "series": self._series(),
            "counts": encoded(len(self.parts), len(self.indexes), self.number),
            "episodes": plan.full_digests(self.part),
            "neighbours": encoded(
                plan.list_digests(self._neighbours(0)), plan.list_digests(self._neighbours(len(rows) - 1))
            ),
            "translations": encoded(
                [plan.list_digests(plan.outline.translations.get(index, ())) for index in self.part]
            ),
            "portraits": encoded(list(map(plan.portraits, rows))),
            "addresses": encoded(list(map(plan.addresses, rows))),
            "comments": encoded([plan.comments(row.id) for row in rows], self._comments()),
            "pictures": encoded(list(map(plan.media_parts, rows))),
        }
        return plan.group(f"series/{self.series.slug}/{self.number}", self.pages, parts, len(rows) * (1 + api) + 1)

    def pages(self) -> Iterator[Page]:
        plan, slug = self.plan, self.series.slug
        shown = [self._chapter(index) for index in self.part]
        for position, index in enumerate(self.part):
            row = plan.rows[index]
            around = encoded(
                self._around(self.first + position), plan.portraits(row), self.series.title, self.series.language
            )
            path = f"{row.address}index.html"
            yield plan.page(path, partial(_episode, plan, slug, self.first + position), shown[position], around)
            if plan.settings.html.api:
                yield plan.page(f"api/{row.address}index.json", partial(_record, plan, index), row.full)
        counts = encoded(len(self.parts), len(self.indexes), self.number)
        render = partial(_series, plan, slug, self.number, self.parts)
        yield plan.page(series_path(slug, self.number), render, self._series(), counts, self._comments(), *shown)

    def _series(self) -> bytes:
        plan, series = self.plan, self.series
        return encoded(series, plan.series_addresses(series), plan.pictures.key(series.introduction))

    def _comments(self) -> bytes:
        return encoded(self.plan.comments(self.series.id)) if self.number == 0 else b""

    def _chapter(self, index: int) -> bytes:
        """The part of a key for an episode that is shown with its recap."""
        plan, row = self.plan, self.plan.rows[index]
        return encoded(row.full, plan.addresses(row), plan.comments(row.id), plan.media_parts(row))

    def _neighbours(self, position: int) -> Sequence[int]:
        """The indexes of the episodes before and after the one at a position of the part."""
        position += self.first
        return [self.indexes[near] for near in (position - 1, position + 1) if 0 <= near < len(self.indexes)]

    def _around(self, position: int) -> list[tuple[object, ...] | None]:
        """The part of a key for the neighbours and translations of the episode at a position of the series."""
        indexes = [
            self.indexes[near] if 0 <= near < len(self.indexes) else None for near in (position - 1, position + 1)
        ]
        named = [*indexes, *self.plan.outline.translations.get(self.indexes[position], ())]
        items = (None if index is None else self.plan.list_items[index] for index in named)
        return [one and (one.address, one.title, one.number, one.language) for one in items]


def _episode(plan: Plan, slug: str, position: int) -> bytes:
    from totem_cli.exporters.html.episodes import episode_page

    return episode_page(plan.site, plan.site.series[slug], plan.series_indexes[slug], position)


def _series(plan: Plan, slug: str, number: int, parts: Sequence[Sequence[int]]) -> bytes:
    from totem_cli.exporters.html.episodes import series_page

    return series_page(plan.site, plan.site.series[slug], number, parts)


def _record(plan: Plan, index: int) -> bytes:
    from totem_cli.exporters.html.api import episode_record

    return episode_record(plan.site, index)


def home_feeds(plan: Plan, options: Options) -> Iterator[PageGroup]:
    """Yield the feeds of the whole site; rendering them warns of episodes without a date."""
    feed, indexes = FeedPlan("", plan.settings.title, plan.settings.subtitle or "", plan.language), plan.outline.newest

    def pages() -> Iterator[Page]:
        warn_undated(options, [plan.publication.episodes[index] for index in newest(plan, indexes)])
        yield from feed_files(plan, feed, indexes)

    if plan.settings.base_url:
        yield plan.group("feeds", pages, feed_key(plan, feed, indexes), len(FEED_FILES))


def feed_groups(plan: Plan, name: str, feed: FeedPlan, indexes: Sequence[int]) -> Iterator[PageGroup]:
    """Yield the group of a feed of these episodes; none without ``base_url``, since feeds need absolute addresses."""
    if plan.settings.base_url:
        yield plan.group(name, partial(feed_files, plan, feed, indexes), feed_key(plan, feed, indexes), len(FEED_FILES))


def newest(plan: Plan, indexes: Sequence[int]) -> Sequence[int]:
    """Return those of these episodes that a feed holds, each once, the newest first."""
    size = feed_size(plan.settings, [plan.rows[index] for index in indexes])
    return sorted(dict.fromkeys(indexes), key=plan.outline.ranks.__getitem__)[: size or None]


def feed_key(plan: Plan, feed: FeedPlan, indexes: Sequence[int]) -> dict[str, bytes | str]:
    """Return the parts of the key of a feed."""
    chosen = newest(plan, indexes)
    rows = [plan.rows[index] for index in chosen]
    return {
        "head": encoded(feed, plan.cover),
        "entries": plan.full_digests(chosen),
        "addresses": encoded(list(map(plan.addresses, rows))),
        "recordings": encoded(list(map(plan.recording_parts, rows))),
        "epoch": os.environ.get("SOURCE_DATE_EPOCH", ""),
    }


def feed_files(plan: Plan, feed: FeedPlan, indexes: Sequence[int]) -> Iterator[Page]:
    """Yield the three files of a feed."""
    chosen, parts = newest(plan, indexes), feed_key(plan, feed, indexes).values()
    for file in FEED_FILES:
        yield plan.page(f"{feed.address}{file}", partial(_feed, plan, feed, chosen, file), *parts)


def _feed(plan: Plan, feed: FeedPlan, indexes: Sequence[int], file: str) -> bytes:
    from totem_cli.exporters.html.syndication import feed_page

    return feed_page(plan.site, feed, list(map(plan.feed_entry, indexes)), file)
