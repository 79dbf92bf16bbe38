"""Approved comments as WordPress's importer takes them: no address of e-mail, no IP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from totem_cli.archive.record import CommentRecord
from totem_cli.exporters.moments import fallback, in_utc, instant, mysql
from totem_cli.exporters.xml import cdata, element
from totem_cli.markup.addresses import link


class Comments:
    """Writes the comments of one file, numbered through it, as WordPress numbers its own."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def of(self, comments: Sequence[CommentRecord]) -> Iterator[str]:
        """Those on one post, the oldest first; an answer names what it answers."""
        for comment in comments:
            self._numbers[comment.id] = len(self._numbers) + 1
            yield from self._comment(comment)

    def _comment(self, comment: CommentRecord) -> Iterator[str]:
        date = mysql(in_utc(instant(comment.date)) if comment.date else fallback())
        url = link(comment.url) if comment.url else None
        yield "<wp:comment>"
        yield element("wp:comment_id", str(self._numbers[comment.id]))
        yield cdata("wp:comment_author", escape(comment.author))
        yield element("wp:comment_author_email", "")
        yield element("wp:comment_author_url", url if url and url.startswith(("http://", "https://")) else "")
        yield element("wp:comment_author_IP", "")
        yield cdata("wp:comment_date", date)
        yield cdata("wp:comment_date_gmt", date)
        yield cdata("wp:comment_content", comment.text_html)
        yield element("wp:comment_approved", "1")
        yield cdata("wp:comment_type", "comment")
        yield element("wp:comment_parent", str(self._numbers.get(comment.parent or "", 0)))
        yield element("wp:comment_user_id", "0")
        yield "</wp:comment>"
