"""The conversation under a page: threads, and a feed of what was said last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from msgspec import Struct

from totem_cli.archive.record import CommentRecord, comment_record
from totem_cli.exporters.atom import atom
from totem_cli.exporters.dates import instant
from totem_cli.exporters.feed import FeedEntry, FeedHead, FeedPerson
from totem_cli.exporters.html.site import Site, encoded
from totem_cli.model.comment import Comment, oldest_first, top_of
from totem_cli.publishing.page import Page

FILE = "comments.xml"


class Thread(Struct):
    """A comment with all the answers to it, and to them, the oldest first: one level deep, as people read them."""

    first: CommentRecord
    replies: list[CommentRecord] = []


def threads(comments: Sequence[CommentRecord]) -> list[Thread]:
    """The threads in the order in which they began. An answer to what is not shown begins its own."""
    tops = top_of(comments)
    found = {one.id: Thread(one) for one in comments if tops[one.id] == one.id}
    for one in comments:
        if tops[one.id] != one.id:
            found[tops[one.id]].replies.append(one)
    return [*found.values()]


def pages(site: Site) -> Iterator[Page]:
    """An Atom feed of the newest comments: of the whole archive, and of each series; only where there are any.

    A feed without absolute addresses would be of no use, so there is none without ``base_url``.
    """
    publication = site.publication
    if not site.settings.base_url or not publication.comments:
        return
    everything = []
    for series in site.series.values():
        said = [(series.address, series.title, one) for one in publication.comments.get(series.id, ())]
        for place in site.of_series[series.slug]:
            episode = publication.episodes[place]
            said += [
                (site.entries[place].address, episode.title, one) for one in publication.comments.get(episode.id, ())
            ]
        everything += said
        if said:
            yield _feed(site, series.address, f"urn:uuid:{series.id}#comments", series.title, said)
    if everything:
        yield _feed(site, "", f"{site.absolute('')}#comments", site.settings.title, everything)


def _feed(site: Site, address: str, identity: str, title: str, said: Sequence[tuple[str, str, Comment]]) -> Page:
    newest = sorted(said, key=lambda one: oldest_first(one[2]), reverse=True)[: site.settings.feeds.size]
    home = site.absolute(address) or ""
    name = site.labels(site.language).text("comments_on", title=title)
    head = FeedHead(identity, name, "", site.language, home, home + FILE)
    return site.page(f"{address}{FILE}", partial(_render, site, head, newest), repr(head), encoded(newest))


def _render(site: Site, head: FeedHead, said: Sequence[tuple[str, str, Comment]]) -> bytes:
    return atom(head, [_entry(site, *one) for one in said])


def _entry(site: Site, address: str, title: str, comment: Comment) -> FeedEntry:
    author = comment.author or site.labels(site.language).text("anonymous")
    return FeedEntry(
        id=comment.id,
        url=f"{site.absolute(address)}#comment-{comment.id}",
        title=site.labels(site.language).text("comment_by_on", author=author, title=title),
        language=site.language,
        summary="",
        content=comment_record(comment).text_html,
        published=instant(comment.date) if comment.date else None,
        updated=None,
        people=[FeedPerson(author, "host")],
    )
