"""What is remembered of the episodes that an export was made from: the next looks only at those that changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from totem_cli.archive.digests import SIZE, ByPair
from totem_cli.archive.held import Held
from totem_cli.archive.lazily import Lazily
from totem_cli.archive.outline import Outline
from totem_cli.archive.sources import Sources
from totem_cli.errors import ChangedError
from totem_cli.publishing.page import packed

if TYPE_CHECKING:
    from totem_cli.archive.publication import Publication
    from totem_cli.archive.publishing import Publishing
    from totem_cli.model.episode import Episode
    from totem_cli.model.query import Query

MOST = 500
"""Where more episodes changed, all of them are looked at."""


class Changes(NamedTuple):
    """The places of the episodes that changed: all of them, and those in which more than the recap did."""

    all: frozenset[int]
    told: frozenset[int]


class Row(Struct, frozen=True, array_like=True):
    """One episode: series, slug, digests of its file, of all but its recap, of its :func:`shape`."""

    series: str
    slug: str
    file: bytes
    told: bytes
    shape: bytes


class Remembered(Struct, frozen=True, array_like=True):
    """The episodes of a publication, in its order, its outline, and a key of all else that it was made from."""

    around: str
    rows: list[Row]
    outline: Outline


def remembered(archive: Publishing, publication: Publication) -> Remembered | None:
    """What is to be remembered of a publication that was just made of the archive; None where ids are given twice."""
    if len({episode.id for episode in publication.episodes}) != len(publication.episodes):
        return None
    # Packed they take a seventh of the memory, and are only to be written.
    told = zip(publication.episodes, publication.told, strict=True)
    rows: Any = msgspec.Raw(packed(_row(publication, *one) for one in told))
    named = ((episode.series, episode.slug, bytes(SIZE)) for episode in publication.episodes)
    names = ByPair(named) if isinstance(publication.episodes, Held) else {row[:2] for row in named}
    others = archive.workspace.index.over_digests(lambda files: sorted(file for file in files if file[:2] not in names))
    return Remembered(_around(archive, others), rows, publication.outline)


def recalled(archive: Publishing, query: Query, known: Remembered) -> tuple[Publication, Changes, Remembered] | None:
    """The publication as it is now, its episodes read only when they are asked for, and which of them changed.

    None where more is another than what some episodes say, so that the outline might be: all must be looked at.
    """
    with archive.workspace.reading():
        return _recalled(archive, query, known)


def _recalled(archive: Publishing, query: Query, known: Remembered) -> tuple[Publication, Changes, Remembered] | None:
    rows, homes = known.rows, {one.slug: one for one in archive.workspace.series()}
    if not known.outline.places.keys() <= homes.keys():
        return None
    files = archive.workspace.index.digests()
    changed = _changed(archive, known, files)
    if not changed:
        return None
    sources = Sources(files, homes.values())

    def read(place: int) -> Episode:
        row = rows[place]
        found = archive.workspace.index.episode(row.series, row.slug, sources.file(row.series, row.slug))
        return found.inherit(homes[row.series])

    def every() -> Iterator[Episode]:
        found = archive.workspace.index.sourced()
        for row in rows:
            digest, episode = found.get((row.series, row.slug), (b"", None))
            if episode is None or digest != sources.file(row.series, row.slug):
                words = f"{row.series}/{row.slug} was changed while it was read"
                raise ChangedError(words, hint="run the command again")
            yield episode.inherit(homes[row.series])

    episodes = Lazily(len(rows), read, every)
    digests = [row.told for row in rows]
    held = known.outline.places.keys()
    publication = archive.publication_of(query, episodes, held, sources, known=(known.outline, digests))
    now = list(rows)
    for place in changed:
        digests[place] = _digest(msgspec.msgpack.encode(episodes[place]))
        now[place] = _row(publication, episodes[place], digests[place])
        if now[place].shape != rows[place].shape:
            return None
    told = frozenset(place for place in changed if now[place].told != rows[place].told)
    if told and query.sort == "title":
        return None
    return publication, Changes(frozenset(changed), told), Remembered(known.around, now, known.outline)


def _changed(archive: Publishing, known: Remembered, files: Mapping[tuple[str, str], bytes]) -> list[int]:
    """The places of the episodes whose ``files`` are others; none where too much is another than it was."""
    others = {**files}
    found = [others.pop((row.series, row.slug), b"") for row in known.rows]
    changed = [place for place, row in enumerate(known.rows) if row.file != found[place]]
    if len(changed) > MOST or not all(found[place] for place in changed):
        return []
    around = _around(archive, sorted((*pair, digest) for pair, digest in others.items()))
    return changed if known.around == around else []


def _row(publication: Publication, episode: Episode, told: bytes) -> Row:
    file = publication.digest(episode)[:SIZE]  # what it takes from its series is in what lies around
    return Row(episode.series, episode.slug, file, told, shape(episode))


def shape(episode: Episode) -> bytes:
    """A digest of all in an episode that may decide on other pages than those that name it."""
    bare = replace(episode, title="", subtitle=None, summary=None, questions=())
    return _digest(msgspec.msgpack.encode((bool(episode.questions), bare)))


def _around(archive: Publishing, others: Sequence[tuple[str, str, bytes]]) -> str:
    return archive.others_key(others) + archive.carried_key()


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()
