"""The groups of assets, media, comments' feeds, records and sitemap, and of the pages at old addresses."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from html import escape
from itertools import islice
from typing import TYPE_CHECKING

from totem_cli.archive.record import SCHEMA_VERSION
from totem_cli.exporters.html.aliases import redirects
from totem_cli.exporters.html.groups.series import parts_of
from totem_cli.exporters.html.links import absolute
from totem_cli.exporters.html.plan import Plan, encoded
from totem_cli.exporters.html.structure import STATIC, questions_path, series_path
from totem_cli.publishing.page import LastGroup, Page, PageGroup, group_key, key_of

if TYPE_CHECKING:
    from totem_cli.archive.publication import Tombstone

SITEMAP = 50_000
"""Addresses in one sitemap (sitemaps.org)."""

COMMENTS = "comments.xml"


def groups(plan: Plan) -> Iterator[PageGroup | LastGroup]:
    """Yield these groups; that of old addresses is the last, since any other page takes precedence."""
    yield plan.group("assets", partial(_assets, plan), {}, len(plan.assets) + 2)
    media = plan.publication.media
    if media:
        digests = [(name, plan.publication.media_digest(name)) for name in sorted(media)]
        parts = {"media": encoded(digests), "pictures": plan.pictures.all}
        yield plan.group("media", partial(_media, plan), parts, len(media))
    theme = {name: read() for name, read in sorted(plan.publication.theme.items()) if name.startswith(STATIC)}
    if theme:
        yield plan.group("theme", partial(_theme, theme), {"files": encoded([*theme.items()])}, len(theme))
    yield from _comments(plan)
    if plan.settings.html.api:
        yield from _records(plan)
    if plan.settings.base_url:
        yield _sitemap(plan)
    yield from _last(plan)


def _assets(plan: Plan) -> Iterator[Page]:
    """The 404 page and ``robots.txt``, then the assets."""
    yield plan.page("404.html", partial(_not_found, plan))
    yield plan.page("robots.txt", partial(_robots, plan))
    for address, content in plan.assets.values():
        yield Page(address, key_of(content), partial(bytes, content))


def _theme(theme: dict[str, bytes]) -> Iterator[Page]:
    for name, content in theme.items():
        yield Page(f"assets/theme/{name.removeprefix(STATIC)}", key_of(content), partial(bytes, content))


def _media(plan: Plan) -> Iterator[Page]:
    for name in sorted(plan.publication.media):
        yield plan.publication.media_page(f"media/{name}", name)
    yield from plan.pictures.pages()


def _not_found(plan: Plan) -> bytes:
    from totem_cli.exporters.html.documents import not_found_page

    return not_found_page(plan.site)


def _robots(plan: Plan) -> bytes:
    sitemap = absolute(plan.settings.base_url, "sitemap.xml")
    return ("User-agent: *\nAllow: /\n" + (f"Sitemap: {sitemap}\n" if sitemap else "")).encode()


# Comments and records


def _comments(plan: Plan) -> Iterator[PageGroup]:
    """The feeds of comments, of each series and of all, where there are comments."""
    if not (plan.settings.base_url and plan.publication.comments):
        return
    commented = [index for index, row in enumerate(plan.rows) if plan.comments(row.id)]
    has_comments = False
    for slug, series in plan.series.items():
        indexes = [index for index in commented if plan.rows[index].series == slug]
        if indexes or plan.comments(series.id):
            has_comments = True
            yield _comments_group(plan, f"comments/{slug}", f"{slug}/", slug, indexes)
    if has_comments:
        yield _comments_group(plan, "comments", "", None, commented)


def _comments_group(plan: Plan, name: str, address: str, slug: str | None, indexes: Sequence[int]) -> PageGroup:
    series = [one for one in plan.series.values() if slug in (None, one.slug)]
    comments = [plan.comments(one.id) for one in series], [plan.comments(plan.rows[index].id) for index in indexes]
    titles = [(one.id, one.slug, one.title) for one in series]
    parts = {"comments": encoded(*comments), "titles": encoded(titles, plan.list_digests(indexes))}

    def pages() -> Iterator[Page]:
        yield plan.page(f"{address}{COMMENTS}", partial(_comments_feed, plan, address, slug, indexes), *parts.values())

    return plan.group(name, pages, parts)


def _comments_feed(plan: Plan, address: str, slug: str | None, indexes: Sequence[int]) -> bytes:
    from totem_cli.exporters.html.comments import comments_feed

    return comments_feed(plan.site, address, slug, indexes)


def _records(plan: Plan) -> Iterator[PageGroup]:
    """The records of series and of the archive, and the schema. Those of episodes and people are with their pages."""
    for slug, series in plan.series.items():
        parts = {"series": encoded(series), "episodes": plan.full_digests(plan.series_indexes[slug])}
        yield plan.group(f"api/{slug}", partial(_record, plan, f"api/{slug}/index.json", slug, parts), parts)
    parts = {"series": encoded([*plan.series.values()]), "episodes": encoded([row.address for row in plan.rows])}
    yield plan.group("api", partial(_record, plan, "api/index.json", None, parts), parts)
    yield plan.group("schema", partial(_schema, plan), {"version": encoded(SCHEMA_VERSION)})


def _record(plan: Plan, path: str, slug: str | None, parts: dict[str, bytes]) -> Iterator[Page]:
    yield plan.page(path, partial(_rendered_record, plan, slug), *parts.values())


def _rendered_record(plan: Plan, slug: str | None) -> bytes:
    from totem_cli.exporters.html import api

    return api.archive_record(plan.site) if slug is None else api.series_record(plan.site, slug)


def _schema(plan: Plan) -> Iterator[Page]:
    from totem_cli.exporters.html.api import record_schema

    yield plan.page("api/schema.json", record_schema, encoded(SCHEMA_VERSION))


# Sitemap


def _sitemap(plan: Plan) -> PageGroup:
    """The sitemap (sitemaps.org 0.9); several with ``sitemap.xml`` as their index for a large site."""
    rows = [*_addresses(plan)]

    def pages() -> Iterator[Page]:
        left = iter(rows)
        parts = []
        while part := [*islice(left, SITEMAP)]:
            parts.append(part)
        files = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)] if len(parts) > 1 else ["sitemap.xml"]
        for path, named in zip(files, parts, strict=True):
            yield plan.page(path, partial(_written_sitemap, plan, "url", named), encoded(named))
        if len(parts) > 1:
            names: list[tuple[str, str | None]] = [(path, None) for path in files]
            yield plan.page("sitemap.xml", partial(_written_sitemap, plan, "sitemap", names), encoded(names))

    return plan.group("sitemap", pages, {"addresses": encoded(rows)})


def _addresses(plan: Plan) -> Iterator[tuple[str, str | None]]:
    """The address of each page, with the date of its last change for pages of episodes."""
    for slug in plan.series:
        for number, part in enumerate(parts_of(plan, slug)):
            yield from ((row.address, row.updated or row.published) for row in map(plan.rows.__getitem__, part))
            yield series_path(slug, number).removesuffix("index.html"), None
    yield "", None
    directory = plan.outline.directory
    yield "people/", None
    yield from ((f"people/{directory.person_slugs[key]}/", None) for key in directory.person_keys)
    yield "organisations/", None
    yield from ((f"organisations/{directory.organisation_slugs[key]}/", None) for key in directory.organisation_keys)
    yield "tags/", None
    yield from ((address, None) for _, address in plan.outline.tags.values())
    for number in range(-(-len(plan.outline.with_questions) // plan.settings.html.page_size) or 1):
        yield questions_path(number).removesuffix("index.html"), None
    if plan.settings.html.search:
        yield "search/", None


def _written_sitemap(plan: Plan, kind: str, named: Sequence[tuple[str, str | None]]) -> bytes:
    """A sitemap of pages (``url``) or of sitemaps (``sitemap``), each with its address and date of change or None."""
    lines = []
    for address, changed in named:
        lastmod = f"<lastmod>{escape(changed)}</lastmod>" if changed else ""
        lines.append(
            f"<{kind}><loc>{escape(absolute(plan.settings.base_url, address) or '')}</loc>{lastmod}</{kind}>\n"
        )
    root = "urlset" if kind == "url" else "sitemapindex"
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return f"{head}{''.join(lines)}</{root}>\n".encode()


# Old addresses


def _last(plan: Plan) -> Iterator[LastGroup]:
    """The group of pages at the addresses of withdrawn episodes and at old addresses."""
    withdrawn = plan.publication.withdrawn
    moved = [index for index, row in enumerate(plan.rows) if row.aliases]
    if withdrawn or moved:
        aliases = [(plan.rows[index].address, plan.rows[index].aliases) for index in moved]
        key = group_key(
            withdrawn=encoded(withdrawn, [plan.series.get(stone.series) for stone in withdrawn]),
            aliases=encoded(aliases),
            titles=plan.list_digests(moved),
        )
        yield LastGroup("last", {**plan.site_key_parts, **key}, partial(_old_pages, plan, moved))


def _old_pages(plan: Plan, moved: Sequence[int], paths: Collection[str]) -> Iterator[Page]:
    taken = {*paths}
    titles: dict[str, tuple[str, str]] = {}
    aliases = []
    for index in moved:
        item = plan.list_items[index]
        titles[item.address] = item.title, item.language
        aliases += [(item.series, alias, item.address) for alias in plan.rows[index].aliases]
    for stone in plan.publication.withdrawn:
        path = f"{stone.address}index.html"
        if path not in taken:
            taken.add(path)
            yield plan.page(path, partial(_tombstone, plan, stone), encoded(stone, plan.series.get(stone.series)))
        titles.setdefault(stone.address, ("", stone.language or plan.language))
        aliases += [(stone.series, alias, stone.address) for alias in stone.aliases]
    for path, address in redirects(aliases, taken).items():
        title, language = titles[address]
        yield plan.page(
            path, partial(_redirect, plan, path, address, title, language), encoded(address, title, language)
        )


def _tombstone(plan: Plan, stone: Tombstone) -> bytes:
    from totem_cli.exporters.html.documents import tombstone_page

    return tombstone_page(plan.site, stone)


def _redirect(plan: Plan, path: str, address: str, title: str, language: str) -> bytes:
    from totem_cli.exporters.html.documents import redirect_page

    return redirect_page(plan.site, path, address, title, language)
