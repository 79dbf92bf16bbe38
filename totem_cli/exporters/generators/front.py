"""The front matter of a series or an episode, independent of a generator."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from msgspec import to_builtins

from totem_cli.archive.front import toml_moment
from totem_cli.archive.record import EpisodeRecord, SeriesRecord
from totem_cli.exporters.html.episode_view import opening
from totem_cli.markup.characters import allowed
from totem_cli.model.field import front_rows, short_key

LONGEST_TAG = 200
_GIVEN = {"title", "summary", "language", "date", "published", "updated", "status", "image", "tags", "aliases"}
"""The fields for which generators have their own keys; all others keep the record's names."""


@dataclass(frozen=True, slots=True)
class Front:
    """A record, the title of its series, and in ``old`` the paths of its old addresses."""

    record: EpisodeRecord | SeriesRecord
    series_title: str
    old: Sequence[str]

    @property
    def is_episode(self) -> bool:
        """Whether it is an episode."""
        return isinstance(self.record, EpisodeRecord)

    @property
    def title(self) -> str:
        """The title in one line."""
        return " ".join(allowed(self.record.title).split())

    @property
    def description(self) -> str | None:
        """The summary of an episode, else the beginning of its text."""
        record = self.record
        if isinstance(record, SeriesRecord):
            return opening(record.introduction_html) or None
        return record.summary or opening(record.recap_html) or None

    @property
    def address(self) -> str:
        """Its address on the site, with slashes around."""
        return f"/{self.record.address}"

    @property
    def slug(self) -> str:
        """The last part of its address."""
        return self.record.slug

    @property
    def number(self) -> int | None:
        """The number of an episode."""
        return self.record.number if isinstance(self.record, EpisodeRecord) else None

    @property
    def published(self) -> date | datetime | None:
        """When it was published, else when it took place; None without a whole day."""
        record = self.record
        return moment(record.published or record.date) if isinstance(record, EpisodeRecord) else None

    @property
    def updated(self) -> date | datetime | None:
        """When it was last changed."""
        return moment(self.record.updated) if isinstance(self.record, EpisodeRecord) else None

    @property
    def is_draft(self) -> bool:
        """Whether it is not published."""
        return self.record.status != "published"

    @property
    def tags(self) -> list[str]:
        """The tags, each once; those too long to be the name of a folder are left out."""
        return [tag for tag in dict.fromkeys(self.record.tags) if len(tag.encode()) <= LONGEST_TAG]

    @property
    def image(self) -> str | None:
        """The address of the picture; of a file of the archive from the root of the site."""
        image = getattr(self.record, "image", None)
        if not image:
            return None
        return image if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", image) else f"/media/{image.removeprefix('media/')}"

    @property
    def data(self) -> dict[str, object]:
        """All other fields under the record's names: people, questions, links and media as lists of tables."""
        record: Mapping[str, object] = to_builtins(self.record)
        found: dict[str, object] = {"id": record["id"]}
        if self.is_episode:
            found |= {"number": record["number"], "series": record["series"], "series_title": self.series_title}
        own = [row for row in front_rows(type(self.record)) if row.field.column and row.name not in (*_GIVEN, *found)]
        found |= {row.name: record[row.name] for row in own if not row.item}
        found["language"] = record["language"]
        lists = sorted((row for row in own if row.item), key=lambda row: short_key(row.item) != "name")  # people first
        found |= {row.name: _without_nulls(record[row.name]) for row in lists}
        if isinstance(self.record, EpisodeRecord):
            found["took_place"] = self.record.date
        return {name: value for name, value in found.items() if value is not None and value != []}


def moment(text: str | None) -> date | datetime | None:
    """Return a day or an instant; None for a partial date, which no generator accepts."""
    found = toml_moment(text) if text else None
    return found if isinstance(found, date) else None


def _without_nulls(value: object) -> object:
    if isinstance(value, dict):
        values = {key: _without_nulls(one) for key, one in value.items() if one is not None and key != "extra"}
        return {key: one for key, one in values.items() if one != []}
    return [_without_nulls(one) for one in value] if isinstance(value, list | tuple) else value
