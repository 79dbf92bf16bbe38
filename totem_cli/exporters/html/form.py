"""The form under a page where comments are taken."""

from __future__ import annotations

from urllib.parse import quote

from msgspec import Struct

from totem_cli.archive.comment_rules import takes_comments
from totem_cli.archive.record import EpisodeRecord, SeriesRecord
from totem_cli.exporters.html.links import outward
from totem_cli.model.settings import Settings


class CommentForm(Struct, frozen=True):
    """Where a comment goes: to the ``receiver`` that a form posts to, else by e-mail (``mailto``).

    ``parent`` is the comment that is answered; ``stamp`` says when the form was made, where its receiver made it.
    """

    target: str
    receiver: str | None
    mailto: str | None
    asks_email: bool
    parent: str | None = None
    stamp: str | None = None

    def answer(self, comment: str) -> str:
        """Where the form to answer a comment is: at the receiver, which knows who is answered."""
        receiver = self.receiver or ""
        sign = "&" if "?" in receiver else "?"
        return f"{receiver}{sign}target={quote(self.target)}&parent={quote(comment)}"


def form_for(settings: Settings, thing: EpisodeRecord | SeriesRecord) -> CommentForm | None:
    """The form for an episode or series; None where it takes no comments."""
    comments = settings.comments
    if not takes_comments(settings, thing):
        return None
    receiver = outward(comments.receiver)
    if receiver and not receiver.startswith(("mailto:", "tel:")):
        return CommentForm(thing.id, receiver, None, comments.email)
    if comments.mailto:
        address = quote(comments.mailto.removeprefix("mailto:"), safe="@+")
        return CommentForm(thing.id, None, f"mailto:{address}?subject={quote(thing.title, safe='')}", comments.email)
    return None
