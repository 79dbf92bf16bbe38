"""Episodes as posts for WordPress's importer (WXR 1.2): series are categories, old addresses lead to the new ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape

from totem_cli.archive.people import unique_slugs
from totem_cli.archive.publication import Publication
from totem_cli.archive.record import EpisodeRecord, comment_record
from totem_cli.exporters import Options, one_file
from totem_cli.exporters.citation import plain
from totem_cli.exporters.moments import fallback, in_utc, instant, mysql, rfc822, warn_undated
from totem_cli.exporters.selection import check_parameters, comments_key, selection_key
from totem_cli.exporters.wxr_comments import Comments
from totem_cli.exporters.xml import attributes, cdata, document, element
from totem_cli.language.fold import fold
from totem_cli.language.labels import label
from totem_cli.language.sentence import appearance_phrase, join, with_sentence
from totem_cli.model.parts import Question
from totem_cli.model.series import Series
from totem_cli.publishing.page import Page

VERSION = "wxr 2"
"""Changed when the same publication would give other bytes."""

AUTHOR = "totem"
"""Whom WordPress asks about: which of its users the posts shall belong to."""

_NAMESPACES = {
    "xmlns:excerpt": "http://wordpress.org/export/1.2/excerpt/",
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:wp": "http://wordpress.org/export/1.2/",
}
_STATUS = {"published": "publish", "draft": "draft", "withdrawn": "private"}
_PRE = re.compile(r"(<pre(?: [^>]*)?>.*?</pre>)", re.DOTALL)


@one_file
def export(publication: Publication, options: Options) -> Iterator[Page]:
    """One page, ``wordpress.xml``: no address of e-mail in it, no user but one. Raises InvalidError for a parameter."""
    check_parameters(options, "wxr", {})
    warn_undated(options, publication.episodes)

    def render() -> bytes:
        return document(_channel(publication))

    yield Page("wordpress.xml", selection_key(VERSION, publication, options, comments_key(publication)), render)


def _channel(publication: Publication) -> Iterator[str]:
    settings = publication.settings
    site = (settings.base_url or "").rstrip("/")
    tags = _tags(publication)
    yield f'<rss version="2.0"{attributes(**_NAMESPACES)}>'
    yield "<channel>"
    yield element("title", settings.title)
    yield element("link", site)
    yield element("description", settings.subtitle or "")
    yield element("language", settings.language)
    yield element("wp:wxr_version", "1.2")
    yield element("wp:base_site_url", site)
    yield element("wp:base_blog_url", site)
    yield "<wp:author>"
    yield element("wp:author_id", "1")
    yield element("wp:author_login", AUTHOR)
    yield element("wp:author_email", "")
    yield cdata("wp:author_display_name", _html(settings.title))
    yield "</wp:author>"
    for number, series in enumerate(publication.series, 1):
        yield from _category(number, series)
    for number, (name, slug) in enumerate(tags.values(), len(publication.series) + 1):
        yield "<wp:tag>"
        yield element("wp:term_id", str(number))
        yield cdata("wp:tag_slug", slug)
        yield cdata("wp:tag_name", _html(name))
        yield "</wp:tag>"
    titles = {series.slug: series.title for series in publication.series}
    comments = Comments()
    for number, episode in enumerate(publication.episodes, 1):
        yield from _post(publication.read(episode), number, titles, tags, publication)
        yield from comments.of([comment_record(one) for one in publication.comments.get(episode.id, ())])
        yield "</item>"
    yield "</channel>"
    yield "</rss>"


def _category(number: int, series: Series) -> Iterator[str]:
    yield "<wp:category>"
    yield element("wp:term_id", str(number))
    yield cdata("wp:category_nicename", series.slug)
    yield element("wp:category_parent", "")
    yield cdata("wp:cat_name", _html(series.title))
    yield cdata("wp:category_description", _html(series.introduction)) if series.introduction else ""
    yield "</wp:category>"


def _post(
    record: EpisodeRecord,
    number: int,
    titles: Mapping[str, str],
    tags: Mapping[str, tuple[str, str]],
    publication: Publication,
) -> Iterator[str]:
    from totem_cli.exporters.html.links import absolute

    base = publication.settings.base_url
    known = record.published or record.date or record.updated
    posted = in_utc(instant(known)) if known else fallback()
    changed = in_utc(instant(record.updated)) if record.updated else posted
    language = record.language or publication.settings.language
    yield "<item>"
    yield cdata("title", _html(record.title))
    yield element("link", absolute(base, record.address) or "")
    yield element("pubDate", rfc822(posted))
    yield cdata("dc:creator", AUTHOR)
    yield element("guid", f"urn:uuid:{record.id}", isPermaLink="false")
    yield element("description", "")
    yield cdata("content:encoded", _content(record, language, absolute(base, "")))
    yield cdata("excerpt:encoded", _html(record.summary or ""))
    yield element("wp:post_id", str(number))
    for name, moment in (("post_date", posted), ("post_modified", changed)):
        yield cdata(f"wp:{name}", mysql(moment))
        yield cdata(f"wp:{name}_gmt", mysql(moment))
    yield cdata("wp:comment_status", "open" if publication.settings.comments.open else "closed")
    yield cdata("wp:ping_status", "closed")
    yield cdata("wp:post_name", record.slug)
    yield cdata("wp:status", _STATUS[record.status])
    yield element("wp:post_parent", "0")
    yield element("wp:menu_order", str(record.number or 0))
    yield cdata("wp:post_type", "post")
    yield cdata("wp:post_password", "")
    yield element("wp:is_sticky", "0")
    yield _term("category", record.series, titles.get(record.series, record.series))
    for name, slug in dict.fromkeys(tags[fold(tag)] for tag in record.tags):
        yield _term("post_tag", slug, name)
    # what WordPress itself keeps when an address changes, and redirects from
    for old in dict.fromkeys(alias.strip("/").rpartition("/")[2] for alias in record.aliases):
        yield from _meta("_wp_old_slug", old)
    yield from _meta("totem_id", record.id)
    if record.number is not None:
        yield from _meta("totem_number", str(record.number))
    for guest in record.guests:
        yield from _meta("totem_guest", plain(appearance_phrase(guest.name, guest.role, guest.organisations)))


def _term(domain: str, slug: str, name: str) -> str:
    return cdata("category", _html(name)).replace(
        "<category>", f"<category{attributes(domain=domain, nicename=slug)}>", 1
    )


def _meta(key: str, value: str) -> Iterator[str]:
    yield f"<wp:postmeta>{cdata('wp:meta_key', key)}{cdata('wp:meta_value', value)}</wp:postmeta>"


def _content(record: EpisodeRecord, language: str, base: str | None) -> str:
    """The episode as a post: who takes part, the recap, the questions, as HTML that WordPress leaves alone."""
    from totem_cli.exporters.html.fragment import prepared
    from totem_cli.markup.tree import parse

    partners = [escape(partner.billed_as or partner.name, quote=False) for partner in record.partners]
    guests, hosts = (
        [
            escape(appearance_phrase(one.name, one.role, one.organisations, one.billed_as, language), quote=False)
            for one in group
        ]
        for group in (record.guests, record.hosts)
    )
    sentences = [with_sentence([*partners, *guests], language)]
    if hosts:
        sentences.append(label("hosts_sentence", language, names=join(hosts, language)))
    html = record.recap_html
    parts = [f"<p>{sentence}</p>" for sentence in sentences if sentence]
    parts.append(prepared(parse(html)).html(base, f"{base}{record.address}") if base else html)
    if record.questions:
        items = "".join(f"<li>{_question(question, language)}</li>" for question in record.questions)
        parts.append(f"<h2>{label('questions', language)}</h2><ol>{items}</ol>")
    return _inert("\n\n".join(_unbroken(part) for part in parts if part))


def _question(question: Question, language: str) -> str:
    asked = f" ({label('asked_by', language, name=question.asked_by)})" if question.asked_by else ""
    answer = f"<p>{escape(plain(question.answer), quote=False)}</p>" if question.answer else ""
    return escape(plain(question.text + asked), quote=False) + answer


def _unbroken(html: str) -> str:
    """HTML without line ends outside ``pre``, for WordPress makes a ``br`` of each (``wpautop``)."""
    return "".join(part if part.startswith("<pre") else part.replace("\n", " ") for part in _PRE.split(html)).strip()


def _html(words: str) -> str:
    """Words as WordPress keeps titles and terms: as HTML."""
    return _inert(escape(plain(words), quote=False))


def _inert(html: str) -> str:
    """HTML in which nothing is a shortcode, which WordPress would run."""
    return html.replace("[", "&#91;")


def _tags(publication: Publication) -> dict[str, tuple[str, str]]:
    """Every tag, folded: its first spelling, its slug."""
    names: dict[str, str] = {}
    for episode in publication.episodes:
        for tag in episode.tags:
            names.setdefault(fold(tag), plain(tag))
    slugs = unique_slugs(names)
    return {key: (name, slugs[key]) for key, name in names.items()}
