"""The pages of redirects, of withdrawn episodes, and of unknown addresses (404)."""

from __future__ import annotations

from totem_cli.archive.publication import Tombstone
from totem_cli.exporters.html.site import Site


def not_found_page(site: Site) -> bytes:
    """Return the page for unknown addresses."""
    title = site.labels(site.language).text("not_found")
    view, style = site.with_inline_style(site.view("404.html", title, root=site.absolute("")))
    return site.html("404.html", view, style=style)


def redirect_page(site: Site, path: str, address: str, title: str, language: str) -> bytes:
    """Return a page that redirects to an address; ``title`` is that of its page, empty for a withdrawn episode."""
    title = title or site.labels(language).text("withdrawn_title")
    view = site.view(path, title, language=language)
    return site.html("redirect.html", view, target=view.to(address), canonical=site.absolute(address))


def tombstone_page(site: Site, stone: Tombstone) -> bytes:
    """Return the page at the address of a withdrawn episode."""
    path, series = f"{stone.address}index.html", site.series.get(stone.series)
    language = stone.language or site.language
    view = site.view(path, site.labels(language).text("withdrawn_title"), language=language)
    return site.html("withdrawn.html", view, series=series)
