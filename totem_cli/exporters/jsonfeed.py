"""The newest episodes as JSON Feed 1.1, with their content and recordings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from totem_cli.archive.publication import Publication
from totem_cli.archive.record import to_json
from totem_cli.exporters import Options, one_file
from totem_cli.exporters.dates import rfc3339
from totem_cli.exporters.feed import FeedEntry, FeedHead
from totem_cli.exporters.feed_file import feed_pages
from totem_cli.publishing.page import Page


@one_file
def export(publication: Publication, options: Options) -> Iterator[Page]:
    """Yield one page, ``feed.json``. Raises InvalidError without ``base_url``, or for a wrong parameter (size, url)."""
    return feed_pages(publication, options, format_="jsonfeed", file="feed.json", write=json_feed)


def json_feed(head: FeedHead, entries: Sequence[FeedEntry]) -> bytes:
    """Serialise a feed as JSON Feed 1.1 (jsonfeed.org/version/1.1), without unknown values."""
    feed = _without_empty(
        version="https://jsonfeed.org/version/1.1",
        title=head.title,
        home_page_url=head.home,
        feed_url=head.address,
        description=head.subtitle,
        language=head.language,
    )
    head_json = to_json(feed, indent=1).removesuffix(b"\n}")
    items = b",\n  ".join([entry.written("json", _item) for entry in entries])
    listed = b"[\n  %b\n ]" % items if items else b"[]"
    return b'%b,\n "items": %b\n}\n' % (head_json, listed)


def _item(entry: FeedEntry) -> bytes:
    return to_json(_record(entry), indent=1).replace(b"\n", b"\n  ")


def _record(entry: FeedEntry) -> dict[str, Any]:
    return {
        "id": f"urn:uuid:{entry.id}",
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.content,
        **_without_empty(
            summary=entry.summary,
            image=entry.image,
            date_published=rfc3339(entry.published) if entry.published else None,
            date_modified=rfc3339(entry.updated) if entry.updated else None,
            authors=[_without_empty(name=host.name, url=host.url) for host in entry.named("host")],
            tags=list(entry.tags),
            language=entry.language,
            attachments=[
                _without_empty(
                    url=sound.url,
                    mime_type=sound.type,
                    size_in_bytes=sound.length,
                    duration_in_seconds=sound.seconds,
                )
                for sound in entry.enclosures
            ],
        ),
    }


def _without_empty(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}
