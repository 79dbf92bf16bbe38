"""The form under a page where comments are taken."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from totem_cli.exporters.html.links import outward
from totem_cli.model.settings import Settings


@dataclass(frozen=True, slots=True)
class CommentForm:
    """Where a comment goes: to the ``receiver`` that a form posts to, else by e-mail (``mailto``)."""

    target: str
    receiver: str | None
    mailto: str | None
    asks_email: bool


def form_for(settings: Settings, target: str, title: str) -> CommentForm | None:
    """The form for the episode or series whose id is ``target``; None where the archive takes no comments."""
    comments = settings.comments
    if not comments.open:
        return None
    receiver = outward(comments.receiver)
    if receiver and not receiver.startswith(("mailto:", "tel:")):
        return CommentForm(target, receiver, None, comments.email)
    if comments.mailto:
        address = quote(comments.mailto.removeprefix("mailto:"), safe="@+")
        return CommentForm(target, None, f"mailto:{address}?subject={quote(title, safe='')}", comments.email)
    return None
