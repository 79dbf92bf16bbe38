"""Episodes as posts, or series as pages: what each shall be at the site."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from totem_cli.archive.record import series_record
from totem_cli.exporters.dates import has_time, in_utc, instant
from totem_cli.exporters.html.links import absolute
from totem_cli.exporters.posts import STATUSES, introduction_content, post_content, post_tags, post_text
from totem_cli.language.fold import fold
from totem_cli.markup.addresses import is_remote
from totem_cli.markup.tree import elements, parse
from totem_cli.model.media_names import local_path
from totem_cli.model.query import visible_status
from totem_cli.wordpress.library import Pictures, Terms, is_picture
from totem_cli.wordpress.posts import DateKey, DesiredPost

if TYPE_CHECKING:
    from totem_cli.archive.publication import Publication
    from totem_cli.archive.record import EpisodeRecord
    from totem_cli.model.series import Series
    from totem_cli.wordpress.client import Client

_TO_ROOT = re.compile(r"\A(?:\.{0,2}/)+")


class Renderer:
    """Makes what each thing of a publication shall be at the site; the publication holds every episode of the archive.

    ``library`` must be called first: it asks the site what it has of terms and pictures. ``unplaced`` are the local
    links that lead nowhere from the site.
    """

    def __init__(self, publication: Publication, home: str, *, pages: bool) -> None:
        self.publication, self._home, self._pages = publication, home, pages
        self._base = absolute(publication.settings.base_url, "")
        self._statuses = {one.slug: one.status for one in publication.series}
        self._tags = post_tags(publication)
        self._now = datetime.now(UTC)
        self.unplaced: dict[str, None] = {}
        self._ref = ""
        self._is_picture: dict[str, bool] = {}

    def library(self, client: Client, refs: frozenset[str], warn: Callable[[str], object]) -> None:
        """Ask the site which of the terms and pictures of some things it has."""
        publication = self.publication
        names: dict[str, None] = {}
        series: dict[str, tuple[str, str]] = {}
        tags: dict[str, tuple[str, str]] = {}
        for row, episode in zip(publication.rows, publication.episodes, strict=True):
            if self._owner(row.series, row.folder) not in refs:
                continue
            names |= dict.fromkeys(self.pictures_of(publication.read(episode)))
            tags |= {self._tags[fold(tag)][1]: (self._tags[fold(tag)][0], "") for tag in episode.tags}
        for one in publication.series:
            series[one.slug] = (one.title, series_record(one).introduction_html)
            if self._pages and f"{one.slug}/" in refs:
                names |= dict.fromkeys(self._in_text(series_record(one).introduction_html))
        desired = {ref.partition("/")[0] for ref in refs}
        self.pictures = Pictures(client, publication, names, warn)
        needed = {} if self._pages else {slug: named for slug, named in series.items() if slug in desired}
        self.categories = Terms(client, "categories", needed)
        self.tags = Terms(client, "tags", {} if self._pages else tags)

    def refs(self, chosen: frozenset[str] | None) -> Iterator[str]:
        """The references of the things to publish, in reading order; ``chosen`` are references of episodes."""
        if not self._pages:
            every = (row.folder for row in self.publication.rows)
            yield from (ref for ref in every if chosen is None or ref in chosen)
            return
        series = None if chosen is None else {ref.partition("/")[0] for ref in chosen}
        yield from (f"{one.slug}/" for one in self.publication.series if series is None or one.slug in series)

    def desired(self, ref: str) -> DesiredPost:
        """What a thing shall be at the site, as far as that is known now."""
        self._ref = ref
        return self._page(self._series[ref.rstrip("/")]) if self._pages else self._post(self._record(ref))

    def ids(self) -> dict[str, str]:
        """The reference of each thing by its id, all of the archive's."""
        if self._pages:
            return {one.id: f"{one.slug}/" for one in self.publication.series}
        return {row.id: row.folder for row in self.publication.rows}

    def aliases(self, ref: str) -> tuple[str, ...]:
        """The old addresses of a thing."""
        return self._series[ref.rstrip("/")].aliases if self._pages else self._record(ref).aliases

    def make(self, ref: str, *, dry_run: bool = False) -> list[tuple[str, str]]:
        """Make the terms and upload the pictures that a thing needs; each that was made, or would be, with its kind."""
        slug = ref.rstrip("/")
        records = [*self._episodes(slug)] if self._pages else [self._record(ref)]
        pictures: dict[str, str] = {}
        if self._pages:
            pictures |= self._in_text(series_record(self._series[slug]).introduction_html)
        for record in records:
            pictures |= self.pictures_of(record)
        made = [("picture", name) for name, alt in pictures.items() if self.pictures.upload(name, alt, dry_run=dry_run)]
        for record in () if self._pages else records:
            if self.categories.make(record.series, dry_run=dry_run):
                made.append(("category", record.series))
            slugs = dict.fromkeys(self._tags[fold(tag)][1] for tag in record.tags)
            made += [("tag", tag) for tag in slugs if self.tags.make(tag, dry_run=dry_run)]
        return made

    def pictures_of(self, record: EpisodeRecord) -> dict[str, str]:
        """The pictures of an episode by their names, the one that it is shown with first, with alternative texts."""
        first = self._first(record)
        return ({first[0]: first[1]} if first else {}) | self._in_text(record.recap_html)

    def _first(self, record: EpisodeRecord) -> tuple[str, str] | None:
        """The picture that an episode is shown with, and its alternative text."""
        media = ((self._file(medium.path or medium.url), medium.alt or "") for medium in record.media)
        return next(((name, alt) for name, alt in media if name), None)

    @cached_property
    def _series(self) -> Mapping[str, Series]:
        return {one.slug: one for one in self.publication.series}

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {row.folder: place for place, row in enumerate(self.publication.rows)}

    def _record(self, ref: str) -> EpisodeRecord:
        return self.publication.read_at(self._places[ref])

    def _episodes(self, slug: str) -> Iterator[EpisodeRecord]:
        """The published episodes of a series, in reading order."""
        for episode in self.publication.of_series(slug):
            if episode.status == "published":
                yield self.publication.read(episode)

    def _owner(self, series: str, ref: str) -> str:
        return f"{series}/" if self._pages else ref

    def _post(self, record: EpisodeRecord) -> DesiredPost:
        key, date = self._date(record)
        first = self._first(record)
        language = record.language or self.publication.settings.language
        tags = dict.fromkeys(self._tags[fold(tag)][1] for tag in record.tags)
        return DesiredPost(
            id=record.id,
            ref=self._ref,
            title=post_text(record.title),
            slug=record.slug,
            status=STATUSES[visible_status(record.status, self._statuses.get(record.series, "published"))],
            content=post_content(record, language, self._base, place=self._place),
            excerpt=post_text(record.summary or ""),
            date_key=key,
            date=date,
            categories=(self.categories.number(record.series),),
            tags=tuple(map(self.tags.number, tags)),
            featured=self.pictures.number(first[0]) if first else 0,
        )

    def _page(self, series: Series) -> DesiredPost:
        record = series_record(series)
        parts = [introduction_content(record.introduction_html, self._base, record.address, place=self._place)]
        for episode in self._episodes(series.slug):
            language = episode.language or series.language or self.publication.settings.language
            parts.append(f'<h2 id="{quote(episode.slug)}">{post_text(episode.title)}</h2>')
            parts.append(post_content(episode, language, self._base, place=self._place, level=3))
        return DesiredPost(
            id=series.id,
            ref=self._ref,
            title=post_text(series.title),
            slug=series.slug,
            status=STATUSES[series.status],
            content="\n\n".join(part for part in parts if part),
            is_page=True,
        )

    def _date(self, record: EpisodeRecord) -> tuple[DateKey, str]:
        """When it was published, else when it took place. Nothing for a date to come: WordPress would hide the post."""
        moment = record.published or record.date
        if not moment or (at := in_utc(instant(moment))) > self._now or at.year < 1000:
            return "", ""
        return "date_gmt" if has_time(moment) else "date", at.replace(tzinfo=None).isoformat()

    def _place(self, address: str) -> str | None:
        """Where a local address leads at the site; None where the site does not have it."""
        path = _path(address)
        name = self._file(path)
        if name and name in self.pictures:
            return self.pictures.address(name)
        found = self._addresses.get(unquote(path))
        if found:
            return f"{self._home}/{found}"
        if not self._base:
            self.unplaced[f"{self._ref}: {address}"] = None
        return None

    @cached_property
    def _addresses(self) -> dict[str, str]:
        """Where episodes and series are found at the site, by their addresses on the archive's own site."""
        found: dict[str, str] = {}
        for one in self.publication.series:
            query = f"?pagename={quote(one.slug)}" if self._pages else f"?category_name={quote(one.slug)}"
            found[f"{one.slug}/"] = query
        slugs = Counter(row.slug for row in self.publication.rows)
        for row in self.publication.rows:
            if self._pages:
                found[row.address] = f"?pagename={quote(row.series)}#{quote(row.slug)}"
            elif slugs[row.slug] == 1:  # of two, WordPress numbers one
                found[row.address] = f"?name={quote(row.slug)}"
        return found

    def _in_text(self, html: str) -> dict[str, str]:
        """The pictures in clean HTML, with their alternative texts."""
        if "<img" not in html:
            return {}
        images = (one.attributes for one in elements(parse(html)) if one.tag == "img")
        pictures = ((self._file(one.get("src")), one.get("alt", "")) for one in images)
        return {name: alt for name, alt in pictures if name}

    def _file(self, address: str | None) -> str | None:
        """The picture under ``media/`` that an address names."""
        if not address or is_remote(address):
            return None
        name = local_path(unquote(_path(address)), self.publication.media)
        if name and name not in self._is_picture:
            self._is_picture[name] = is_picture(self.publication, name)
        return name if name and self._is_picture[name] else None


def _path(address: str) -> str:
    """The path of a local address, counted from the root of the site."""
    return _TO_ROOT.sub("", re.split(r"[?#]", address, maxsplit=1)[0])
