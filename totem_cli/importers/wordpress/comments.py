"""Comments of a WordPress export, without what is nobody's business: no e-mail address, no IP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from totem_cli.importers.html_tree import plain_text
from totem_cli.importers.identity import stable_id
from totem_cli.importers.prose import to_markdown
from totem_cli.importers.wordpress.dates import utc
from totem_cli.importers.xml import Element
from totem_cli.model.comment import Comment

if TYPE_CHECKING:
    from totem_cli.importers.wordpress.posts import Posts

_STATUSES = {"1": "approved", "0": "pending", "approve": "approved", "hold": "pending"}


def comment_kind(comment: Element) -> str:
    """``approved`` or ``pending``; else what it is instead: ``pingback``, ``trackback``, ``spam``, ``trash``…."""
    kind = comment.value("comment_type")
    if kind not in ("", "comment"):
        return kind
    status = comment.value("comment_approved")
    return _STATUSES.get(status, status or "pending")


class Comments:
    """The comments that people wrote on what is imported, and that nobody refused; read anew at each iteration."""

    def __init__(self, posts: Posts) -> None:
        self._posts = posts

    def __iter__(self) -> Iterator[Comment]:
        for item, source in self._posts.found():
            yield from comments_of(item, source)


def comments_of(item: Element, source: str) -> Iterator[Comment]:
    """The comments of a post that ``source`` names, each after the one that it answers."""
    wanted = [one for one in item.all("comment") if comment_kind(one) in ("approved", "pending")]
    numbers = {one.value("comment_id") for one in wanted}
    for one in wanted:
        author, url, parent = (one.value(f"comment_{key}") for key in ("author", "author_url", "parent"))
        text = to_markdown(one.value("comment_content"), breaks=True)
        if text.strip():
            yield Comment(
                id=stable_id(f"{source}#comment-{one.value('comment_id')}"),
                target=stable_id(source),
                parent=stable_id(f"{source}#comment-{parent}") if parent in numbers else None,
                author="" if "@" in author else plain_text(author),
                url=url if url.startswith(("http://", "https://")) else None,
                date=utc(one.value("comment_date_gmt")),
                status="approved" if comment_kind(one) == "approved" else "pending",
                text=text,
            )
