"""Comments of a WordPress export, without e-mail addresses and IP addresses."""

from __future__ import annotations

from collections.abc import Iterator

from totem_cli.importers.html_tree import plain_text
from totem_cli.importers.identity import stable_id
from totem_cli.importers.prose import to_markdown
from totem_cli.importers.wordpress.items import comment_kind, utc
from totem_cli.importers.wordpress.posts import Posts
from totem_cli.importers.xml import Element, web_address
from totem_cli.model.comment import Comment


class Comments:
    """The approved and pending comments on the imported posts, read from the export anew at each iteration."""

    def __init__(self, posts: Posts) -> None:
        self._posts = posts

    def __iter__(self) -> Iterator[Comment]:
        for item, source in self._posts.sources():
            yield from comments_of(item, source)


def comments_of(item: Element, source: str) -> Iterator[Comment]:
    """The comments of the post that ``source`` names, in the order of the export."""
    kinds = ((one, comment_kind(one)) for one in item.all("comment"))
    wanted = [(one.value("comment_id"), one, kind) for one, kind in kinds if kind in ("approved", "pending")]
    numbers = {number for number, _, _ in wanted}
    for number, one, kind in wanted:
        author, url, parent = (one.value(f"comment_{key}") for key in ("author", "author_url", "parent"))
        text = to_markdown(one.value("comment_content"), breaks=True)
        if text.strip():
            yield Comment(
                id=stable_id(f"{source}#comment-{number}"),
                target=stable_id(source),
                parent=stable_id(f"{source}#comment-{parent}") if parent in numbers else None,
                author="" if "@" in author else plain_text(author),
                url=web_address(url) or None,
                date=utc(one.value("comment_date_gmt")),
                status="approved" if kind == "approved" else "pending",
                text=text,
            )
