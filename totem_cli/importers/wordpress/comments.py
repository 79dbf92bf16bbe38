"""Comments of a WordPress export, without what is nobody's business: no e-mail address, no IP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from totem_cli.importers.prose import to_markdown
from totem_cli.importers.wordpress.dates import utc
from totem_cli.importers.xml import Element

_STATUSES = {"1": "approved", "0": "pending", "approve": "approved", "hold": "pending"}


@dataclass(frozen=True, slots=True)
class Comment:
    """A reader's comment; ``number`` and ``parent`` are WordPress's own, ``status`` is ``approved`` or ``pending``."""

    number: str
    parent: str | None
    author: str
    url: str | None
    date: str | None
    status: str
    text: str


def comment_kind(comment: Element) -> str:
    """``approved`` or ``pending``; else what it is instead: ``pingback``, ``trackback``, ``spam``, ``trash``…."""
    kind = comment.value("comment_type")
    if kind not in ("", "comment"):
        return kind
    status = comment.value("comment_approved")
    return _STATUSES.get(status, status or "pending")


def read_comments(item: Element) -> Iterator[Comment]:
    """The comments of a post that people wrote, and that are not refused."""
    for comment in item.all("comment"):
        kind = comment_kind(comment)
        if kind not in ("approved", "pending"):
            continue
        author, url, parent = (comment.value(f"comment_{key}") for key in ("author", "author_url", "parent"))
        yield Comment(
            number=comment.value("comment_id"),
            parent=parent if parent not in ("", "0") else None,
            author="" if "@" in author else author,
            url=url if url.startswith(("http://", "https://")) else None,
            date=utc(comment.value("comment_date_gmt")),
            status=kind,
            text=to_markdown(comment.value("comment_content"), breaks=True),
        )
