"""Exports of a selection: keys of pages and groups, groups of episodes and media, and parameters."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import msgspec

from totem_cli.archive.publication import Publication
from totem_cli.errors import InvalidError
from totem_cli.exporters import Options
from totem_cli.language.suggest import did_you_mean
from totem_cli.model.series import Series
from totem_cli.publishing.page import Key, Page, PageGroup, group_key, key_of

PART = 64
"""The most episodes in a group of pages."""

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"", "0", "false", "no", "off"})


def selection_key(name: str, publication: Publication, options: Options, *more: str) -> str:
    """Return the key of a page that depends on all text of a publication and on ``more``; ``name`` is the format's."""
    values = (publication.settings, publication.series, publication.persons, sorted(options.parameters.items()))
    digests = (row.full for row in publication.rows)
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return key_of(name, epoch, msgspec.msgpack.encode((*values, publication.query)), *more, *digests)


class Part(NamedTuple):
    """Part ``number`` of a series: the indexes of its episodes. ``series`` is None where it has no file."""

    name: str
    series: Series | None
    number: int
    indexes: Sequence[int]
    full: bytes

    def key(self, version: str, **more: bytes | str) -> Key:
        """Return the key of a group of pages that show these episodes and their series."""
        series = msgspec.msgpack.encode(self.series)
        return group_key(version=version, series=series, episodes=self.full, number=str(self.number), **more)


def parts(publication: Publication) -> Iterator[Part]:
    """Yield the episodes of each series in parts, in order; a series without episodes has one empty part."""
    rows, by_slug = publication.rows, {series.slug: series for series in publication.series}
    for slug in {**by_slug, **publication.outline.places}:
        indexes = publication.outline.places.get(slug, [])
        for number, start in enumerate(range(0, len(indexes) or 1, PART)):
            chosen = indexes[start : start + PART]
            full = b"".join([rows[index].full for index in chosen])
            yield Part(f"series/{slug}/{number}", by_slug.get(slug), number, chosen, full)


def media_groups(publication: Publication, folder: str) -> Iterator[PageGroup]:
    """Yield the group of the archive's media, in a folder of the export; none where there are no media."""
    names = sorted(publication.media)
    if names:
        key = group_key(folder=folder, media=msgspec.msgpack.encode([*media_digests(publication)]))
        yield PageGroup("media", key, partial(_media, publication, folder, names), len(names))


def _media(publication: Publication, folder: str, names: Sequence[str]) -> Iterator[Page]:
    for name in names:
        yield publication.media_page(f"{folder}{name}", name)


def media_digests(publication: Publication) -> Iterator[str]:
    """Yield the part of a key for all media: the name and digest of each."""
    for name in sorted(publication.media):
        yield name
        yield publication.media_digest(name)


def comments_key(publication: Publication) -> str:
    """Return the part of a key for the approved comments."""
    return key_of(msgspec.msgpack.encode(tuple(publication.all_comments)))


def check_parameters(options: Options, format_: str, described: Mapping[str, str]) -> None:
    """Raise InvalidError for a parameter that is not among ``described``, which has a description of each.

    Raises it also for ``--single``, which only ``html`` has.
    """
    if options.single and format_ != "html":
        raise InvalidError(f"--single is for html, not {format_}")
    for name in options.parameters:
        if name not in described:
            listing = "; ".join(f"{key}: {meaning}" for key, meaning in described.items()) or "it takes none"
            raise InvalidError(f"{format_} has no parameter {name!r}", hint=did_you_mean(name, described) or listing)


def is_set(options: Options, name: str) -> bool:
    """Return whether a parameter is yes. Raises InvalidError where it is neither yes nor no."""
    value = options.parameters.get(name, "").casefold()
    if value not in YES | NO:
        raise InvalidError(f"{name} cannot be {value!r}", hint="yes or no")
    return value in YES


def choice(options: Options, name: str, *values: str) -> str:
    """Return the value of a parameter, one of ``values``; the first is the default. Raises InvalidError for another."""
    value = options.parameters.get(name, values[0])
    if value not in values:
        raise InvalidError(f"{name} cannot be {value!r}", hint=" or ".join(values))
    return value


def whole_number(options: Options, name: str, default: int) -> int:
    """Return the value of a parameter, a whole number from 0. Raises InvalidError for another."""
    value = options.parameters.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise InvalidError(f"{name} cannot be {value!r}", hint="a whole number")
    return int(value)
