"""The files a site needs besides its pages: assets, media, redirects, a sitemap."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from html import escape

from totem_cli.exporters.html.aliases import redirects
from totem_cli.exporters.html.entry import Entry
from totem_cli.exporters.html.site import STATIC, Site, encoded
from totem_cli.store.page import Page, key_of


def pages(site: Site) -> Iterator[Page]:
    """What stands at fixed names, then the assets, the theme's own files, the media."""
    yield site.page("404.html", partial(_not_found, site))
    yield site.page("robots.txt", partial(_robots, site))
    for address, content in site.assets.values():
        yield Page(address, key_of(content), partial(bytes, content))
    for name in sorted(site.publication.theme):
        if name.startswith(STATIC):
            yield _copy(f"assets/theme/{name.removeprefix(STATIC)}", site.publication.theme[name])
    for name in sorted(site.publication.media):
        yield _copy(f"media/{name}", site.publication.media[name])


def redirect_pages(site: Site, taken: set[str]) -> Iterator[Page]:
    """A page at each old address; ``taken`` are the paths of all other pages."""
    entries = {entry.address: entry for entry in site.entries}
    aliases = [
        (entry.series, alias, entry.address)
        for entry, episode in zip(site.entries, site.publication.episodes, strict=True)
        for alias in episode.aliases
    ]
    for path, address in redirects(aliases, taken).items():
        yield site.page(path, partial(_redirect, site, path, entries[address]), encoded(entries[address]))


def sitemap_page(site: Site, paths: Sequence[str]) -> Iterator[Page]:
    """The sitemap (sitemaps.org 0.9) of the HTML pages among ``paths``; none without the site's address."""
    if not site.settings.base_url:
        return
    addresses = [
        path.removesuffix("index.html") for path in paths if path.endswith("/index.html") or path == "index.html"
    ]
    yield site.page("sitemap.xml", partial(_sitemap, site, addresses), encoded(addresses))


def _copy(path: str, read: Callable[[], bytes]) -> Page:
    return Page(path, key_of(read()), read)


def _not_found(site: Site) -> bytes:
    title = site.labels(site.language).text("not_found")
    view, style = site.alone(site.view("404.html", title, root=site.absolute("")))
    return site.html("404.html", view, style=style)


def _redirect(site: Site, path: str, entry: Entry) -> bytes:
    view = site.view(path, entry.title, language=entry.language)
    return site.html("redirect.html", view, target=view.to(entry.address), canonical=site.absolute(entry.address))


def _robots(site: Site) -> bytes:
    sitemap = site.absolute("sitemap.xml")
    return ("User-agent: *\nAllow: /\n" + (f"Sitemap: {sitemap}\n" if sitemap else "")).encode()


def _sitemap(site: Site, addresses: Sequence[str]) -> bytes:
    urls = "\n".join(f"<url><loc>{escape(site.absolute(address) or '')}</loc></url>" for address in addresses)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}\n</urlset>\n'
    ).encode()
