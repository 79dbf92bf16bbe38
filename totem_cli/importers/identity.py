"""Who an imported episode is: an id that stays the same from import to import, a file name that no other has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from uuid import NAMESPACE_URL, UUID, uuid5

from totem_cli.errors import InvalidError
from totem_cli.language.fold import fold
from totem_cli.language.slug import check_series_slug, slugify

_NUMBER = re.compile(r"^(\d+)(?:-|$)")
_SUFFIX = 8


def stable_id(source: str) -> str:
    """The id of what its source calls ``source``.

    A UUID is itself, with or without ``urn:uuid:``; any other name gives its UUIDv5 (RFC 9562, 5.5, URL namespace).
    """
    try:
        return str(UUID(source.strip().lower().removeprefix("urn:uuid:")))
    except ValueError:
        return str(uuid5(NAMESPACE_URL, source))


def source_of(identity: str, **told: str) -> str | dict[str, str]:
    """What ``source`` keeps: the identity, alone or with what else is told of where a thing came from."""
    known = {key: value for key, value in told.items() if value and value != identity}
    return {"id": identity, **known} if known else identity


def file_slug(text: str, language: str = "fr") -> str:
    """The slug of a title without a number: ``10 ans`` is ``10_ans``, since the file ``10-ans`` would be number 10."""
    return _NUMBER.sub(r"\1_", slugify(text, language=language or "fr"))


def series_slug(text: str, language: str = "fr") -> str:
    """The slug of a series of any name: ``tags`` is ``tags-series``, since ``tags`` is reserved, and so is ``2020``."""
    slug = slugify(text, language=language or "fr") or "series"
    try:
        return check_series_slug(slug)
    except InvalidError:
        return check_series_slug(f"{slug.strip('.-')}-series")


def distinct(names: Iterable[str]) -> list[str]:
    """The names in their order, empty ones left out, each once: as first written, told apart as tags are."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(fold(name), name)
    return list(filter(None, found.values()))


class FileNames:
    """The file names of a whole source, told apart: those wanted more than once take part of their episode's id.

    Which episode comes first makes no difference, so importing again finds the same names.
    """

    def __init__(self) -> None:
        self._wanted: Counter[tuple[str, str]] = Counter()

    def want(self, series: str, slug: str) -> None:
        """Let one more episode of the series ask for this slug."""
        self._wanted[series, slug] += 1

    def name(self, series: str, slug: str, episode_id: str) -> str:
        """The slug that the episode gets, once all have asked."""
        if slug and self._wanted[series, slug] < 2:
            return slug
        return f"{slug or 'episode'}-{episode_id[:_SUFFIX]}"
