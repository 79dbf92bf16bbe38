"""Episodes as posts for WordPress's importer (WXR 1.2): series become categories, old addresses redirects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from totem_cli.archive.publication import Publication
from totem_cli.archive.record import CommentRecord, EpisodeRecord, comment_record
from totem_cli.exporters import Options, one_file
from totem_cli.exporters.citation import one_line
from totem_cli.exporters.dates import fallback, in_utc, instant, mysql, rfc822, warn_undated
from totem_cli.exporters.posts import STATUSES, post_content, post_tags, post_text
from totem_cli.exporters.selection import check_parameters, comments_key, selection_key
from totem_cli.exporters.xml import cdata, document, element, nested
from totem_cli.language.fold import fold
from totem_cli.language.sentence import appearance_phrase
from totem_cli.markup.addresses import link
from totem_cli.publishing.page import Page

VERSION = "wxr 3"
"""Changed when the same publication would give other bytes."""

AUTHOR = "totem"
"""The login name of the author of all posts; WordPress's importer asks which of its users it stands for."""

_NAMESPACES = {
    "xmlns:excerpt": "http://wordpress.org/export/1.2/excerpt/",
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:wp": "http://wordpress.org/export/1.2/",
}


@one_file
def export(publication: Publication, options: Options) -> Iterator[Page]:
    """Yield one page, ``wordpress.xml``, with approved comments and no e-mail address.

    Warns of episodes without a date, because a post needs one. Raises InvalidError for any parameter.
    """
    check_parameters(options, "wxr", {})
    warn_undated(options, publication.episodes)

    def render() -> bytes:
        return document([nested("rss", [nested("channel", _channel(publication))], version="2.0", **_NAMESPACES)])

    yield Page("wordpress.xml", selection_key(VERSION, publication, options, comments_key(publication)), render)


def _channel(publication: Publication) -> Iterator[str]:
    settings = publication.settings
    site = (settings.base_url or "").rstrip("/")
    tags = post_tags(publication)
    yield element("title", settings.title)
    yield element("link", site)
    yield element("description", post_text(settings.subtitle or ""))
    yield element("language", settings.language)
    yield element("wp:wxr_version", "1.2")
    yield element("wp:base_site_url", site)
    yield element("wp:base_blog_url", site)
    author = [
        element("wp:author_id", "1"),
        element("wp:author_login", AUTHOR),
        element("wp:author_email", ""),
        cdata("wp:author_display_name", post_text(settings.title)),
    ]
    yield nested("wp:author", author)
    for number, series in enumerate(publication.series, 1):
        category = [
            element("wp:term_id", str(number)),
            cdata("wp:category_nicename", series.slug),
            element("wp:category_parent", ""),
            cdata("wp:cat_name", post_text(series.title)),
            cdata("wp:category_description", post_text(series.introduction)) if series.introduction else "",
        ]
        yield nested("wp:category", category)
    for number, (name, slug) in enumerate(tags.values(), len(publication.series) + 1):
        tag = [element("wp:term_id", str(number)), cdata("wp:tag_slug", slug), cdata("wp:tag_name", post_text(name))]
        yield nested("wp:tag", tag)
    titles = {series.slug: series.title for series in publication.series}
    comment_ids: dict[str, int] = {}
    for number, episode in enumerate(publication.episodes, 1):
        post = [*_post(publication.read(episode), number, titles, tags, publication)]
        for comment in publication.comments.get(episode.id, ()):
            comment_ids[comment.id] = len(comment_ids) + 1
            post.append(nested("wp:comment", _comment(comment_record(comment), comment_ids)))
        yield nested("item", post)


def _post(
    record: EpisodeRecord,
    number: int,
    titles: Mapping[str, str],
    tags: Mapping[str, tuple[str, str]],
    publication: Publication,
) -> Iterator[str]:
    from totem_cli.exporters.html.links import absolute

    settings = publication.settings
    date = record.published or record.date or record.updated
    posted = in_utc(instant(date)) if date else fallback()
    modified = in_utc(instant(record.updated)) if record.updated else posted
    yield cdata("title", post_text(record.title))
    yield element("link", absolute(settings.base_url, record.address) or "")
    yield element("pubDate", rfc822(posted))
    yield cdata("dc:creator", AUTHOR)
    yield element("guid", f"urn:uuid:{record.id}", isPermaLink="false")
    yield element("description", "")
    yield cdata(
        "content:encoded", post_content(record, record.language or settings.language, absolute(settings.base_url, ""))
    )
    yield cdata("excerpt:encoded", post_text(record.summary or ""))
    yield element("wp:post_id", str(number))
    for name, moment in (("post_date", posted), ("post_modified", modified)):
        yield cdata(f"wp:{name}", mysql(moment))
        yield cdata(f"wp:{name}_gmt", mysql(moment))
    yield cdata("wp:comment_status", "open" if settings.comments.open else "closed")
    yield cdata("wp:ping_status", "closed")
    yield cdata("wp:post_name", record.slug)
    yield cdata("wp:status", STATUSES[record.status])
    yield element("wp:post_parent", "0")
    yield element("wp:menu_order", str(record.number or 0))
    yield cdata("wp:post_type", "post")
    yield cdata("wp:post_password", "")
    yield element("wp:is_sticky", "0")
    title = titles.get(record.series, record.series)
    yield cdata("category", post_text(title), domain="category", nicename=record.series)
    for name, slug in dict.fromkeys(tags[fold(tag)] for tag in record.tags):
        yield cdata("category", post_text(name), domain="post_tag", nicename=slug)
    # WordPress redirects from the slugs in this key, which it also writes itself when a slug changes
    for old in dict.fromkeys(alias.strip("/").rpartition("/")[2] for alias in record.aliases):
        yield _meta("_wp_old_slug", old)
    yield _meta("totem_id", record.id)
    if record.number is not None:
        yield _meta("totem_number", str(record.number))
    for guest in record.guests:
        yield _meta("totem_guest", one_line(appearance_phrase(guest.name, guest.role, guest.organisations)))


def _meta(key: str, value: str) -> str:
    return f"<wp:postmeta>{cdata('wp:meta_key', key)}{cdata('wp:meta_value', value)}</wp:postmeta>"


def _comment(comment: CommentRecord, ids: Mapping[str, int]) -> Iterator[str]:
    """A comment; ``ids`` has the number of this one and of each before it, among which its parent is."""
    date = mysql(in_utc(instant(comment.date)) if comment.date else fallback())
    url = link(comment.url) if comment.url else None
    yield element("wp:comment_id", str(ids[comment.id]))
    yield cdata("wp:comment_author", escape(comment.author))
    yield element("wp:comment_author_email", "")
    yield element("wp:comment_author_url", url if url and url.startswith(("http://", "https://")) else "")
    yield element("wp:comment_author_IP", "")
    yield cdata("wp:comment_date", date)
    yield cdata("wp:comment_date_gmt", date)
    yield cdata("wp:comment_content", comment.text_html)
    yield element("wp:comment_approved", "1")
    yield cdata("wp:comment_type", "comment")
    yield element("wp:comment_parent", str(ids.get(comment.parent or "", 0)))
    yield element("wp:comment_user_id", "0")
