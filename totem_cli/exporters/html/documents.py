"""The files a site needs besides its pages: assets, media, redirects, a sitemap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from html import escape
from itertools import islice

import msgspec

from totem_cli.archive.publication import Tombstone
from totem_cli.archive.record import SeriesRecord
from totem_cli.exporters.html.aliases import redirects
from totem_cli.exporters.html.site import STATIC, Site, encoded
from totem_cli.publishing.page import Page, key_of

SITEMAP = 50_000
"""Addresses in one sitemap (sitemaps.org)."""


def pages(site: Site) -> Iterator[Page]:
    """What stands at fixed names, then the assets, the theme's own files, the media."""
    yield site.page("404.html", partial(_not_found, site))
    yield site.page("robots.txt", partial(_robots, site))
    for address, content in site.assets.values():
        yield Page(address, key_of(content), partial(bytes, content))
    for name in sorted(site.publication.theme):
        if name.startswith(STATIC):
            read = site.publication.theme[name]
            yield Page(f"assets/theme/{name.removeprefix(STATIC)}", key_of(read()), read)
    for name in sorted(site.publication.media):
        read = site.publication.media[name]
        yield Page(f"media/{name}", key_of(site.publication.media_digest(name)), read)
    yield from site.pictures.pages()


def redirect_pages(site: Site, paths: Sequence[str]) -> Iterator[Page]:
    """A page at each old address; ``paths`` are those of all other pages."""
    if not site.publication.withdrawn and not any(episode.aliases for episode in site.publication.episodes):
        return
    known = {entry.address: (entry.title, entry.language) for entry in site.entries}
    aliases = [
        (entry.series, alias, entry.address)
        for entry, episode in zip(site.entries, site.publication.episodes, strict=True)
        for alias in episode.aliases
    ]
    for stone in site.publication.withdrawn:
        language = stone.language or site.language
        known.setdefault(stone.address, (site.labels(language).text("withdrawn_title"), language))
        aliases += [(stone.series, alias, stone.address) for alias in stone.aliases]
    for path, address in redirects(aliases, {*paths}).items():
        title, language = known[address]
        yield site.page(
            path, partial(_redirect, site, path, address, title, language), encoded(address, title, language)
        )


def tombstone_pages(site: Site, paths: Sequence[str]) -> Iterator[Page]:
    """A page where each withdrawn episode was, which says so; ``paths`` are those of all other pages."""
    taken = {*paths} if site.publication.withdrawn else set()
    for stone in site.publication.withdrawn:
        path = f"{stone.address}index.html"
        if path not in taken:
            series = site.series.get(stone.series)
            yield site.page(path, partial(_tombstone, site, path, stone, series), encoded(stone, series))


def sitemap_pages(site: Site, paths: Sequence[str]) -> Iterator[Page]:
    """The sitemap (sitemaps.org 0.9) of the HTML pages among ``paths``; none without the site's address.

    One file may name 50,000 addresses: of a larger site there are several, and ``sitemap.xml`` names those.
    """
    if not site.settings.base_url:
        return
    rows = _dated(site, paths)
    parts = []
    while part := [*islice(rows, SITEMAP)]:
        parts.append(encoded(part))
    files = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)] if len(parts) > 1 else ["sitemap.xml"]
    for path, named in zip(files, parts, strict=True):
        yield site.page(path, partial(_sitemap, site, "url", named), named)
    if len(parts) > 1:
        names = encoded([(path, None) for path in files])
        yield site.page("sitemap.xml", partial(_sitemap, site, "sitemap", names), names)


def _dated(site: Site, paths: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """The address of each HTML page among ``paths``, and when it changed, which is known of an episode's page.

    Those of episodes are in the order of their series and within these.
    """
    episodes = (place for places in site.of_series.values() for place in places)
    place = next(episodes, None)
    awaited = None if place is None else site.entries[place].address
    for path in paths:
        if path.endswith("/index.html") or path == "index.html":
            address = path.removesuffix("index.html")
            if place is not None and address == awaited:
                episode = site.publication.episodes[place]
                yield address, episode.updated or episode.published
                place = next(episodes, None)
                awaited = None if place is None else site.entries[place].address
            else:
                yield address, None


def _not_found(site: Site) -> bytes:
    title = site.labels(site.language).text("not_found")
    view, style = site.alone(site.view("404.html", title, root=site.absolute("")))
    return site.html("404.html", view, style=style)


def _redirect(site: Site, path: str, address: str, title: str, language: str) -> bytes:
    view = site.view(path, title, language=language)
    return site.html("redirect.html", view, target=view.to(address), canonical=site.absolute(address))


def _tombstone(site: Site, path: str, stone: Tombstone, series: SeriesRecord | None) -> bytes:
    language = stone.language or site.language
    view = site.view(path, site.labels(language).text("withdrawn_title"), language=language)
    return site.html("withdrawn.html", view, series=series)


def _robots(site: Site) -> bytes:
    sitemap = site.absolute("sitemap.xml")
    return ("User-agent: *\nAllow: /\n" + (f"Sitemap: {sitemap}\n" if sitemap else "")).encode()


def _sitemap(site: Site, kind: str, named: bytes) -> bytes:
    """A list of pages (``url``) or of sitemaps (``sitemap``), each with its address and when it changed, if known.

    They come packed, as :func:`encoded` packs them: a hundred thousand take less room so until they are needed.
    """
    lines = []
    for address, changed in msgspec.msgpack.decode(named, type=tuple[list[tuple[str, str | None]]])[0]:
        said = f"<lastmod>{escape(changed)}</lastmod>" if changed else ""
        lines.append(f"<{kind}><loc>{escape(site.absolute(address) or '')}</loc>{said}</{kind}>\n")
    whole = "urlset" if kind == "url" else "sitemapindex"
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{whole} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return f"{head}{''.join(lines)}</{whole}>\n".encode()
