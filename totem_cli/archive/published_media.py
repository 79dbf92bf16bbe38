"""Which files under ``media/`` a publication names: what only drafts name, or nothing, is in no export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

import msgspec

from totem_cli.model.media_names import MEDIA, file_named, named_by, named_in

if TYPE_CHECKING:
    from totem_cli.archive.publication import Publication
    from totem_cli.model.person import Person

F = TypeVar("F")

_TEXTS = (".html", ".css", ".js", ".svg", ".xml", ".txt", ".json", ".webmanifest")
"""The endings of a theme's files that may name others."""


def published_media(publication: Publication, files: Mapping[str, F]) -> dict[str, F]:
    """Those of ``files``, by name under ``media/``, that the publication names.

    Names are in the fields and texts of its episodes and series, of people who appear in it, in the settings, in
    comments, and in the files of the theme.
    """
    if not files:
        return {}
    found = {path for name in dict.fromkeys(_names(publication)) if (path := file_named(name, files))}
    return {name: file for name, file in files.items() if name in found}


def _names(publication: Publication) -> Iterator[str]:
    yield publication.settings.podcast.image or ""
    for row in publication.rows:
        yield from row.media
    for value in (publication.settings, *publication.series, *publication.all_comments):
        yield from named_by(msgspec.to_builtins(value))
    persons = [one for one in publication.persons if one.image or _may_name(one)]
    if persons:
        appearing = {*publication.directory.person_slugs.values()}
        for person in persons:
            if person.slug in appearing:
                yield person.image or ""
                yield from named_by(msgspec.to_builtins(person))
    for name, read in publication.theme.items():
        if name.lower().endswith(_TEXTS):
            yield from named_in(read().decode("utf-8", "replace"))


def _may_name(person: Person) -> bool:
    return MEDIA.encode() in msgspec.msgpack.encode(person)
