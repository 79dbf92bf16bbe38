"""Feeds: RSS 2.0, Atom 1.0 (RFC 4287), JSON Feed 1.1."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import Any

import msgspec

UNDATED = "1970-01-01T00:00:00Z"
"""The time of an entry that has none, where a format insists on one."""

_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ADDRESS = re.compile(r' (href|src)="((?![A-Za-z][A-Za-z0-9+.-]*:)[^"]*)"')


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One episode in a feed. ``content`` is HTML whose addresses are absolute; dates are ISO 8601 or None."""

    id: str
    url: str
    title: str
    language: str
    summary: str
    content: str
    published: str | None
    updated: str | None
    authors: Sequence[str]
    tags: Sequence[str]
    enclosure: tuple[str, str, int] | None = None


@dataclass(frozen=True, slots=True)
class FeedHead:
    """A feed: what it is called, where its page is, where each of its three files is."""

    id: str
    title: str
    subtitle: str
    language: str
    home: str
    rss: str
    atom: str
    json: str


def rss(head: FeedHead, entries: Sequence[FeedEntry]) -> bytes:
    """RSS 2.0, the content in ``content:encoded``; dates are left out where unknown."""
    newest = max((date for entry in entries if (date := entry.updated or entry.published)), default=None, key=_instant)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"',
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">',
        "<channel>",
        _element("title", head.title),
        _element("link", head.home),
        _element("description", head.subtitle or head.title),
        _element("language", head.language),
        f'<atom:link rel="self" type="application/rss+xml" href="{_text(head.rss)}"/>',
    ]
    if newest:
        lines.append(_element("lastBuildDate", format_datetime(_instant(newest))))
    for entry in entries:
        lines += [
            "<item>",
            _element("title", entry.title),
            _element("link", entry.url),
            f'<guid isPermaLink="false">urn:uuid:{entry.id}</guid>',
            _element("description", entry.summary) if entry.summary else "",
            _element("pubDate", format_datetime(_instant(entry.published))) if entry.published else "",
            *(_element("dc:creator", author) for author in entry.authors),
            *(_element("category", tag) for tag in entry.tags),
            _element("content:encoded", entry.content),
        ]
        if entry.enclosure:
            url, kind, size = entry.enclosure
            lines.append(f'<enclosure url="{_text(url)}" type="{_text(kind)}" length="{size}"/>')
        lines.append("</item>")
    return _joined([*lines, "</channel>", "</rss>"])


def atom(head: FeedHead, entries: Sequence[FeedEntry]) -> bytes:
    """Atom 1.0. An entry must have ``updated`` (RFC 4287, 4.1.2): where nothing is known it is :data:`UNDATED`."""
    dates = [entry.updated or entry.published for entry in entries]
    newest = max((date for date in dates if date), default=UNDATED, key=_instant)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{_text(head.language)}">',
        f"<id>{_text(head.id)}</id>",
        _element("title", head.title),
        _element("subtitle", head.subtitle) if head.subtitle else "",
        _element("updated", _rfc3339(newest)),
        f"<author>{_element('name', head.title)}</author>",
        f'<link rel="self" type="application/atom+xml" href="{_text(head.atom)}"/>',
        f'<link rel="alternate" type="text/html" href="{_text(head.home)}"/>',
    ]
    for entry, date in zip(entries, dates, strict=True):
        lines += [
            f'<entry xml:lang="{_text(entry.language)}">',
            f"<id>urn:uuid:{entry.id}</id>",
            _element("title", entry.title),
            f'<link rel="alternate" type="text/html" href="{_text(entry.url)}"/>',
            _element("updated", _rfc3339(date or UNDATED)),
            _element("published", _rfc3339(entry.published)) if entry.published else "",
            *(f"<author>{_element('name', author)}</author>" for author in entry.authors),
            *(f'<category term="{_text(tag)}"/>' for tag in entry.tags),
            _element("summary", entry.summary) if entry.summary else "",
            f'<content type="html">{_text(entry.content)}</content>',
        ]
        if entry.enclosure:
            url, kind, size = entry.enclosure
            lines.append(f'<link rel="enclosure" href="{_text(url)}" type="{_text(kind)}" length="{size}"/>')
        lines.append("</entry>")
    return _joined([*lines, "</feed>"])


def json_feed(head: FeedHead, entries: Sequence[FeedEntry]) -> bytes:
    """JSON Feed 1.1."""
    items = [_json_item(entry) for entry in entries]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": head.title,
        "home_page_url": head.home,
        "feed_url": head.json,
        **({"description": head.subtitle} if head.subtitle else {}),
        "language": head.language,
        "items": items,
    }
    return msgspec.json.format(msgspec.json.encode(feed), indent=1) + b"\n"


def absolute_addresses(html: str, site: str) -> str:
    """Clean HTML from content, its relative addresses counted from the root of the site at ``site``."""
    return _ADDRESS.sub(lambda match: f' {match[1]}="{site}{match[2].lstrip("./")}"', html)


def _json_item(entry: FeedEntry) -> dict[str, Any]:
    known: dict[str, Any] = {
        "summary": entry.summary,
        "date_published": _rfc3339(entry.published) if entry.published else None,
        "date_modified": _rfc3339(entry.updated) if entry.updated else None,
        "authors": [{"name": author} for author in entry.authors],
        "tags": list(entry.tags),
        "language": entry.language,
    }
    if entry.enclosure:
        url, kind, size = entry.enclosure
        known["attachments"] = [{"url": url, "mime_type": kind, "size_in_bytes": size}]
    return {
        "id": f"urn:uuid:{entry.id}",
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.content,
        **{key: value for key, value in known.items() if value},
    }


def _instant(moment: str) -> datetime:
    """A date, even a partial one, as its first instant; UTC where it names no zone."""
    if "T" not in moment and " " not in moment:
        moment = f"{moment}-01-01"[:10] if len(moment) == 4 else f"{moment}-01"[:10]
    instant = datetime.fromisoformat(moment)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _rfc3339(moment: str) -> str:
    instant = _instant(moment).replace(microsecond=0)
    return instant.isoformat().replace("+00:00", "Z")


def _element(name: str, text: str) -> str:
    return f"<{name}>{_text(text)}</{name}>"


def _text(text: str) -> str:
    """Text for XML 1.0, which cannot hold some characters at all (section 2.2)."""
    return escape(_ILLEGAL.sub("\ufffd", text))


def _joined(lines: Sequence[str]) -> bytes:
    return ("\n".join(line for line in lines if line) + "\n").encode()
