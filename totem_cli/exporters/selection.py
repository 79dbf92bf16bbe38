"""A selection exported as one file: the key of its page, the parameters it may be told."""

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
"""Episodes in one group of pages."""

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"", "0", "false", "no", "off"})


def selection_key(name: str, publication: Publication, options: Options, *more: str) -> str:
    """The key of a page that depends on all of a publication's text, and on ``more``; ``name`` tells the format."""
    known = (publication.settings, publication.series, publication.persons, sorted(options.parameters.items()))
    digests = (row.full for row in publication.rows)
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return key_of(name, epoch, msgspec.msgpack.encode((*known, publication.query)), *more, *digests)


class Part(NamedTuple):
    """Some episodes of a series, by their places; the ``number``-th such. ``series`` is None where it has no file."""

    name: str
    series: Series | None
    number: int
    indexes: Sequence[int]
    full: bytes

    def key(self, version: str, **more: bytes | str) -> Key:
        """The key of a group of pages that show these episodes and their series."""
        series = msgspec.msgpack.encode(self.series)
        return group_key(version=version, series=series, episodes=self.full, number=str(self.number), **more)


def parts(publication: Publication) -> Iterator[Part]:
    """The episodes of each series, in parts of neighbours; a series without any has one part."""
    rows, known = publication.rows, {series.slug: series for series in publication.series}
    for slug in {**known, **publication.outline.places}:
        indexes = publication.outline.places.get(slug, [])
        for number, start in enumerate(range(0, len(indexes) or 1, PART)):
            some = indexes[start : start + PART]
            full = b"".join([rows[index].full for index in some])
            yield Part(f"series/{slug}/{number}", known.get(slug), number, some, full)


def media_groups(publication: Publication, folder: str) -> Iterator[PageGroup]:
    """The archive's media in a folder of the export, as a group; none where there are none."""
    names = sorted(publication.media)
    if names:
        key = group_key(folder=folder, media=msgspec.msgpack.encode([*media_digests(publication)]))
        yield PageGroup("media", key, partial(_media, publication, folder, names), len(names))


def _media(publication: Publication, folder: str, names: Sequence[str]) -> Iterator[Page]:
    for name in names:
        yield publication.media_page(f"{folder}{name}", name)


def media_digests(publication: Publication) -> Iterator[str]:
    """What a page depends on that may show any of the archive's media: their names and contents."""
    for name in sorted(publication.media):
        yield name
        yield publication.media_digest(name)


def comments_key(publication: Publication) -> str:
    """What a page depends on that shows the approved comments."""
    return key_of(msgspec.msgpack.encode(tuple(publication.all_comments)))


def check_parameters(options: Options, format_: str, known: Mapping[str, str]) -> None:
    """Raise InvalidError for a parameter that the format does not know; ``known`` says what each is.

    So too where one self-contained file is asked for: only ``html`` makes one of many.
    """
    if options.single and format_ != "html":
        raise InvalidError(f"--single is for html, not {format_}")
    for name in options.parameters:
        if name not in known:
            listing = "; ".join(f"{key}: {meaning}" for key, meaning in known.items()) or "it takes none"
            raise InvalidError(f"{format_} has no parameter {name!r}", hint=did_you_mean(name, known) or listing)


def is_asked(options: Options, name: str) -> bool:
    """Whether a parameter says yes. Raises InvalidError for what is neither yes nor no."""
    value = options.parameters.get(name, "").casefold()
    if value not in YES | NO:
        raise InvalidError(f"{name} cannot be {value!r}", hint="yes or no")
    return value in YES


def choice(options: Options, name: str, *values: str) -> str:
    """The value of a parameter that is one of ``values``, of which the first stands where none is given."""
    value = options.parameters.get(name, values[0])
    if value not in values:
        raise InvalidError(f"{name} cannot be {value!r}", hint=" or ".join(values))
    return value


def whole_number(options: Options, name: str, default: int) -> int:
    """The value of a parameter that is a number from 0. Raises InvalidError for another."""
    value = options.parameters.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise InvalidError(f"{name} cannot be {value!r}", hint="a whole number")
    return int(value)
