"""The publication as content for another site generator: Hugo, Jekyll, Eleventy, Zola or Astro."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from urllib.parse import quote

import msgspec

from totem_cli.archive.publication import Publication
from totem_cli.archive.record import series_record
from totem_cli.exporters import Options
from totem_cli.exporters.generators import fronts
from totem_cli.exporters.generators.body import Body
from totem_cli.exporters.generators.front import LONGEST_TAG, Front
from totem_cli.exporters.html.aliases import redirects
from totem_cli.exporters.selection import Part, media_groups, parts
from totem_cli.model.series import Series
from totem_cli.publishing.page import Page, PageGroup, Published, group_key, key_of

VERSION = "generators 2"
"""Changed when the same publication would give other bytes."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What one generator expects.

    ``episode`` and ``series`` are patterns of paths, with ``{series}`` and ``{slug}``; ``media`` is the folder of
    static files. ``front`` makes the front matter of a file and ``write`` the file. ``shield`` escapes what the
    generator would read as a template in a body. ``redirect`` is the pattern of redirect pages, with ``{path}``, for a
    generator that makes none itself.
    """

    episode: str
    series: str
    media: str
    front: Callable[[Front], Mapping[str, object]]
    write: Callable[[Mapping[str, object], str], bytes]
    shield: Callable[[str], str]
    redirect: str | None = None


DIALECTS: Mapping[str, Dialect] = {
    "hugo": Dialect(
        "content/{series}/{slug}.md", "content/{series}/_index.md", "static/media/",
        fronts.hugo, fronts.in_toml, fronts.without_shortcodes,
    ),
    "jekyll": Dialect(
        "_episodes/{series}/{slug}.md", "_series/{series}.md", "media/",
        fronts.jekyll, fronts.in_yaml, fronts.raw_liquid,
    ),
    "eleventy": Dialect(
        "{series}/{slug}.md", "{series}/index.md", "media/",
        fronts.eleventy, fronts.in_yaml, fronts.unchanged, "{path}",
    ),
    "zola": Dialect(
        "content/{series}/{slug}.md", "content/{series}/_index.md", "static/media/",
        fronts.zola, fronts.in_toml, fronts.without_shortcodes,
    ),
    "astro": Dialect(
        "src/content/episodes/{series}/{slug}.md", "src/content/series/{series}.md", "public/media/",
        fronts.astro, fronts.in_yaml, fronts.unchanged, "public/{path}",
    ),
}  # fmt: skip


def groups(publication: Publication, dialect: Dialect, options: Options) -> Iterator[Published]:
    """Yield the groups of series and episodes, of media, and of redirects where the generator makes none itself.

    Tags that are too long for the name of a folder, which generators make for each, are left out with a warning.
    """
    long = {tag[:20] for row in publication.rows for tag in row.tags if len(tag.encode()) > LONGEST_TAG}
    if long:
        options.warn(f"these tags are too long for a generator: {', '.join(f'{tag}…' for tag in sorted(long))}")
    moved = _moved(publication)
    shared: dict[str, bytes | str] = {
        "epoch": os.environ.get("SOURCE_DATE_EPOCH", ""),
        "settings": msgspec.msgpack.encode((publication.settings.language, publication.settings.base_url)),
    }
    for part in parts(publication):
        old = [moved.get(publication.rows[index].address, ()) for index in part.indexes]
        key = part.key(VERSION, **shared, old=msgspec.msgpack.encode(old))
        pages = partial(_pages, publication, dialect, part, old, tuple(shared.values()))
        yield PageGroup(part.name, key, pages, len(part.indexes) + 1)
    yield from media_groups(publication, dialect.media)
    if dialect.redirect and moved:
        redirected = sorted(moved.items())
        key = group_key(version=VERSION, old=msgspec.msgpack.encode(redirected))
        yield PageGroup("old addresses", key, partial(_redirects, dialect.redirect, redirected), len(redirected))


def _pages(
    publication: Publication, dialect: Dialect, part: Part, old: Sequence[Sequence[str]], shared: Sequence[bytes | str]
) -> Iterator[Page]:
    """The files of the episodes in a part; the first part has the file of the series too."""
    series = part.series
    if part.number == 0 and series is not None:
        path = dialect.series.format(series=series.slug)
        key = key_of(VERSION, *shared, path, msgspec.msgpack.encode(series))
        yield Page(path, key, partial(_series, publication, dialect, series))
    for index, addresses in zip(part.indexes, old, strict=True):
        row = publication.rows[index]
        path = dialect.episode.format(series=row.series, slug=row.slug)
        extra = msgspec.msgpack.encode((series.title if series else None, addresses))
        render = partial(_episode, publication, dialect, index, series, addresses)
        yield Page(path, key_of(VERSION, *shared, path, extra, row.full), render)


def _redirects(pattern: str, moved: Sequence[tuple[str, Sequence[str]]]) -> Iterator[Page]:
    for address, paths in moved:
        for path in paths:
            content = _redirect(address, path)
            yield Page(pattern.format(path=path), key_of(VERSION, content), partial(bytes, content))


def _redirect(address: str, path: str) -> bytes:
    """The page at ``path`` that redirects to ``address``, by relative links, for a generator that makes none."""
    target = escape("../" * path.count("/") + quote(address))
    return (
        f'<!doctype html>\n<html lang="zxx">\n<head>\n<meta charset="utf-8">\n<title>{target}</title>\n'
        f'<meta http-equiv="refresh" content="0; url={target}">\n<link rel="canonical" href="{target}">\n</head>\n'
        f'<body><a href="{target}">{target}</a></body>\n</html>\n'
    ).encode()


def _moved(publication: Publication) -> dict[str, Sequence[str]]:
    """The paths of pages at old addresses, by the address that they redirect to."""
    aliases = [(row.series, alias, row.address) for row in publication.rows for alias in row.aliases]
    taken = {f"{row.address}index.html" for row in publication.rows} if aliases else set()
    taken |= {f"{series.slug}/index.html" for series in publication.series}
    found: dict[str, list[str]] = {}
    for path, address in redirects(aliases, taken).items():
        found.setdefault(address, []).append(path)
    return {address: tuple(paths) for address, paths in found.items()}


def _series(publication: Publication, dialect: Dialect, series: Series) -> bytes:
    language = series.language or publication.settings.language
    body = Body(publication, language)
    front = Front(series_record(series), series.title, ())
    return dialect.write(dialect.front(front), dialect.shield(body.series(series)))


def _episode(
    publication: Publication, dialect: Dialect, index: int, series: Series | None, old: Sequence[str]
) -> bytes:
    record = publication.read_at(index)
    body = Body(publication, record.language or publication.settings.language)
    front = Front(record, series.title if series else record.series, old)
    return dialect.write(dialect.front(front), dialect.shield(body.episode(record)))
