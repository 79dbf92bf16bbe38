"""Comments: the threads on a page, and the feeds of the newest."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from totem_cli.archive.record import CommentRecord, comment_record
from totem_cli.exporters.atom import atom
from totem_cli.exporters.dates import instant
from totem_cli.exporters.feed import FeedEntry, FeedHead, FeedPerson, feed_size
from totem_cli.exporters.html.site import Site
from totem_cli.model.comment import Comment, oldest_first, top_of

FILE = "comments.xml"
"""The name of each feed of comments."""


class Thread(Struct):
    """A comment with its replies, and the replies to those, in one list, the oldest first."""

    first: CommentRecord
    replies: list[CommentRecord] = []


def threads(comments: Sequence[CommentRecord]) -> list[Thread]:
    """Return the threads, the oldest first. A reply to a comment that is not shown begins a thread of its own."""
    tops = top_of(comments)
    found = {one.id: Thread(one) for one in comments if tops[one.id] == one.id}
    for one in comments:
        if tops[one.id] != one.id:
            found[tops[one.id]].replies.append(one)
    return [*found.values()]


def comments_feed(site: Site, address: str, series: str | None, commented: Sequence[int]) -> bytes:
    """Return an Atom feed of the newest comments on a series, or on all where ``series`` is None.

    ``commented`` are the indexes of the episodes that have comments.
    """
    found: list[tuple[str, str, Comment]] = []
    for slug, one in site.series.items():
        if series in (None, slug):
            found += [(one.address, one.title, comment) for comment in site.structure.comments(one.id)]
            for index in commented:
                item = site.list_items[index]
                if item.series == slug:
                    found += [(item.address, item.title, comment) for comment in site.structure.comments(item.id)]
    newest = sorted(found, key=lambda one: oldest_first(one[2]), reverse=True)[: feed_size(site.settings) or None]
    home = site.absolute(address) or ""
    title, identity = site.settings.title, f"{home}#comments"
    if series is not None:
        title, identity = site.series[series].title, f"urn:uuid:{site.series[series].id}#comments"
    name = site.labels(site.language).text("comments_on", title=title)
    head = FeedHead(identity, name, "", site.language, home, home + FILE)
    return atom(head, [_entry(site, *one) for one in newest])


def _entry(site: Site, address: str, title: str, comment: Comment) -> FeedEntry:
    record = comment_record(comment)
    author = record.author or site.labels(site.language).text("anonymous")
    return FeedEntry(
        id=comment.id,
        url=f"{site.absolute(address)}#comment-{comment.id}",
        title=site.labels(site.language).text("comment_by_on", author=author, title=title),
        language=site.language,
        summary="",
        content=record.text_html,
        published=instant(comment.date) if comment.date else None,
        updated=None,
        people=[FeedPerson(author, "host")],
    )
