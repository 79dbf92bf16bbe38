"""totem reject: change the status of comments."""

from __future__ import annotations

from totem_cli.cli.options import CommentIds
from totem_cli.cli.session import Session
from totem_cli.cli.verb import nouns, verb

app = nouns("Reject a comment.")


@verb(app, writes=True)
def comment(session: Session, comments: CommentIds) -> None:
    """Reject comments: they are kept, and not published."""
    with session.change() as archive:
        for one in comments:
            session.show(archive.set_comment_status(one, "rejected"))
