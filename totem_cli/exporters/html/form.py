"""The comment form of a page."""

from __future__ import annotations

from urllib.parse import quote

from msgspec import Struct

from totem_cli.archive.comment_rules import takes_comments
from totem_cli.archive.record import EpisodeRecord, SeriesRecord
from totem_cli.exporters.html.links import outward
from totem_cli.model.settings import Settings


class CommentForm(Struct, frozen=True):
    """A form that posts to ``receiver``, or an e-mail address (``mailto``), for comments on ``target``.

    ``parent`` is the comment that is replied to; ``stamp``, set by the receiver, is when the form was made.
    """

    target: str
    receiver: str | None
    mailto: str | None
    asks_email: bool
    parent: str | None = None
    stamp: str | None = None

    def answer(self, comment: str) -> str:
        """Return the address of the receiver's form for a reply to a comment."""
        receiver = self.receiver or ""
        separator = "&" if "?" in receiver else "?"
        return f"{receiver}{separator}target={quote(self.target)}&parent={quote(comment)}"


def form_for(settings: Settings, item: EpisodeRecord | SeriesRecord) -> CommentForm | None:
    """Return the form for an episode or series; None where it takes no comments."""
    comments = settings.comments
    if not takes_comments(settings, item):
        return None
    receiver = outward(comments.receiver)
    if receiver and not receiver.startswith(("mailto:", "tel:")):
        return CommentForm(item.id, receiver, None, comments.email)
    if comments.mailto:
        address = quote(comments.mailto.removeprefix("mailto:"), safe="@+")
        return CommentForm(item.id, None, f"mailto:{address}?subject={quote(item.title, safe='')}", comments.email)
    return None
