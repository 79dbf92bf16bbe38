"""Ids and slugs of imported episodes and series: the same at each import of a source, and unique in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from uuid import NAMESPACE_URL, UUID, uuid5

from totem_cli.errors import InvalidError
from totem_cli.language.fold import fold
from totem_cli.language.slug import check_series_slug, slugify

_NUMBER = re.compile(r"^(\d+)(?:-|$)")


def stable_id(identity: str) -> str:
    """The id of what a source identifies as ``identity``.

    A UUID, with or without ``urn:uuid:``, is the id itself; from another text a UUIDv5 is made (RFC 9562, 5.5, in the
    URL namespace).
    """
    try:
        return str(UUID(identity.strip().lower().removeprefix("urn:uuid:")))
    except ValueError:
        return str(uuid5(NAMESPACE_URL, identity))


def is_uuid(text: str) -> bool:
    """Whether an id is one that totem could have given."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def source_of(identity: str, **details: str) -> str | dict[str, str]:
    """The value of the field ``source``: the identity, in a table with the details where any is known."""
    more = {key: value for key, value in details.items() if value and value != identity}
    return {"id": identity, **more} if more else identity


def file_slug(text: str, language: str = "fr") -> str:
    """The slug of a title, such that no number is read from it: ``10 ans`` is ``10_ans``, as ``10-ans`` is number 10.

    Empty where the title has no letter or digit.
    """
    return _NUMBER.sub(r"\1_", slugify(text, language=language or "fr"))


def series_slug(text: str, language: str = "fr") -> str:
    """The slug of a series' title; ``-series`` is appended where the slug is reserved, as ``tags`` and ``2020`` are."""
    slug = slugify(text, language=language or "fr") or "series"
    try:
        return check_series_slug(slug)
    except InvalidError:
        return check_series_slug(f"{slug.strip('.-')}-series")


def distinct(names: Iterable[str]) -> list[str]:
    """The names in order, without empty ones and without those that differ from an earlier one in case or accents."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(fold(name), name)
    return list(filter(None, found.values()))


class FileNames:
    """Unique slugs for the episodes of a source.

    A slug that several episodes want gets the first digits of the id in each. So the order of the episodes does not
    matter, and importing again gives the same slugs.
    """

    def __init__(self) -> None:
        self._wanted: Counter[tuple[str, str]] = Counter()

    def want(self, series: str, slug: str) -> None:
        """Count one more episode of a series that wants a slug; to be called for all episodes before :meth:`name`."""
        self._wanted[series, slug] += 1

    def name(self, series: str, slug: str, episode_id: str) -> str:
        """The slug of an episode that wants ``slug``."""
        if slug and self._wanted[series, slug] < 2:
            return slug
        return f"{slug or 'episode'}-{episode_id[:8]}"
