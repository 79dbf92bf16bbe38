"""The comments of a WordPress site, brought to the episodes and series that they are on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec import Struct

from totem_cli.archive import comment_rules as rules
from totem_cli.errors import RefusedError
from totem_cli.importers.html_tree import plain_text
from totem_cli.importers.identity import stable_id
from totem_cli.importers.prose import to_markdown
from totem_cli.model.comment import Comment, CommentStatus
from totem_cli.wordpress.client import PAGE, Client
from totem_cli.wordpress.posts import STATUSES, Mark, Raw
from totem_cli.wordpress.posts import mark_of as mark_in

if TYPE_CHECKING:
    from totem_cli.archive.archive import Archive

_FIELDS = "id,post,parent,author_name,author_url,date_gmt,content,status,type,link"
"""What is asked of a comment. E-mail and IP address are not: they do not even come here."""

_STATUSES: dict[str, CommentStatus] = {"approved": "approved", "hold": "pending"}


class RemoteComment(Struct):
    """A comment of the site."""

    id: int
    post: int
    status: str
    parent: int = 0
    author_name: str = ""
    author_url: str = ""
    date_gmt: str | None = None
    content: Raw = msgspec.field(default_factory=Raw)
    type: str = "comment"
    link: str = ""


class _Post(Struct):
    id: int
    content: Raw = msgspec.field(default_factory=Raw)


class Pulled(NamedTuple):
    """What a pull did: the ids of the comments that came, of those that were approved since; what there is to say."""

    added: tuple[str, ...]
    approved: tuple[str, ...]
    unchanged: int
    gone: tuple[str, ...]
    notes: tuple[str, ...]


class Fetched(NamedTuple):
    """What a site has: its address, its comments, the marks of the posts that they are on."""

    home: str
    comments: list[RemoteComment]
    marks: dict[int, Mark]


def fetch(client: Client) -> Fetched:
    """The comments of a site. No lock of the archive is held meanwhile.

    Raises RefusedError for a user who does not moderate, SystemFailedError where the site fails.
    """
    if client.me().may("moderate_comments", "edit_others_posts"):
        raise RefusedError(
            f"{client.user} does not moderate the comments of {client.name}", hint="a user with the role editor does"
        )
    every = [*client.all("comments", RemoteComment, context="edit", status="all", _fields=_FIELDS)]
    return Fetched(client.home, every, _marks(client, {one.post for one in every}))


def take(fetched: Fetched, archive: Archive) -> Pulled:
    """Bring fetched comments to the episodes and series whose posts they are on, inside a transaction.

    A comment is pending or approved as at the site; one that is pending here and approved there becomes approved.
    One that is here already is otherwise left as it is. Deletions at the site are told, not followed.
    """
    comments = [one for one in fetched.comments if one.type == "comment" and one.status in _STATUSES]
    return _Pull(fetched.home, archive, fetched.marks).run(fetched.comments, comments)


def _marks(client: Client, posts: Iterable[int]) -> dict[int, Mark]:
    """The marks of posts and pages by their numbers."""
    found: dict[int, Mark] = {}
    numbers = sorted(posts)
    for begin in range(0, len(numbers), PAGE):
        include = ",".join(map(str, numbers[begin : begin + PAGE]))
        for path in ("posts", "pages"):
            parameters = {"context": "edit", "status": STATUSES, "include": include, "_fields": "id,content.raw"}
            for post in client.all(path, _Post, **parameters):
                if mark := mark_in(post.content.raw):
                    found[post.id] = mark
    return found


class _Pull:
    def __init__(self, home: str, archive: Archive, marks: dict[int, Mark]) -> None:
        self._home, self._archive, self._marks = home, archive, marks
        self._existing = {one.id: one for one in archive.comments}
        self._owners = {one.id for one in (*archive.episodes, *archive.series)}
        self._notes: list[str] = []
        self._unchanged = 0

    def run(self, every: list[RemoteComment], comments: list[RemoteComment]) -> Pulled:
        """Add what is new, approve what was approved, tell what went."""
        ids = {one.id for one in comments}
        targets = {one.id: mark.id for one in comments if (mark := self._marks.get(one.post))}
        fresh: dict[str, Comment] = {}
        approved: list[str] = []
        elsewhere = 0
        for one in comments:
            target = targets.get(one.id)
            if target not in self._owners or target is None:
                elsewhere += 1
                continue
            parent = one.parent if one.parent in ids and targets.get(one.parent) == target else 0
            comment = self._comment(one, target, parent)
            existing = (
                self._existing.get(comment.id) or (comment.text and self._archive.comments.same_as(comment)) or None
            )
            if existing:
                if existing.status == "pending" and comment.status == "approved":
                    approved.append(self._archive.comments.set_status(existing.id, "approved").id)
                else:
                    self._unchanged += 1
            elif self._is_good(comment, one):
                fresh[comment.id] = comment
        self._add(fresh)
        if elsewhere:
            self._notes.append(f"{elsewhere} comments are on posts that this archive did not make")
        return Pulled(tuple(fresh), tuple(approved), self._unchanged, self._gone(every), tuple(self._notes))

    def _add(self, fresh: dict[str, Comment]) -> None:
        """Write comments, each after the one that it answers; an answer to one that does not come answers none."""
        here = {*self._existing, *fresh}
        comments = [
            msgspec.structs.replace(one, parent=one.parent if one.parent in here else None) for one in fresh.values()
        ]
        if comments:
            self._archive.import_(comments=comments, label="pull comments")

    def _comment(self, one: RemoteComment, target: str, parent: int) -> Comment:
        author = rules.author(plain_text(one.author_name))
        url = rules.address(one.author_url)
        return Comment(
            id=self._id(one.id),
            target=target,
            parent=self._id(parent) if parent else None,
            author="" if rules.author_fault(author) else author,
            url=None if rules.url_fault(url) else url,
            date=self._date(one),
            text=rules.body(to_markdown(one.content.raw, breaks=True)),
            status=_STATUSES[one.status],
            extra={"source": self._source(one.id)},
        )

    def _is_good(self, comment: Comment, one: RemoteComment) -> bool:
        fault = rules.text_fault(comment.text)
        if fault:
            self._notes.append(f"left out, its text {rules.WORDS[fault]}: {one.link or self._source(one.id)}")
        return not fault

    def _date(self, one: RemoteComment) -> str | None:
        """When a comment was written, in UTC as WordPress says it without a zone."""
        try:
            return datetime.fromisoformat(one.date_gmt or "").replace(tzinfo=UTC, microsecond=0).isoformat()
        except ValueError:
            return None

    def _gone(self, every: list[RemoteComment]) -> tuple[str, ...]:
        """The comments that came from this site and are there no more, or are spam or in the trash now."""
        there = {self._source(one.id) for one in every}
        gone = tuple(self._missing(there))
        self._notes += [f"deleted at the site, kept here: {one} (totem remove comment {one[:7]})" for one in gone]
        return gone

    def _missing(self, there: set[str]) -> Iterator[str]:
        for one in self._existing.values():
            source = one.extra.get("source")
            is_ours = isinstance(source, str) and source.startswith(f"{self._home}/#comment-")
            if is_ours and source not in there and one.status != "rejected":
                yield one.id

    def _source(self, number: int) -> str:
        return f"{self._home}/#comment-{number}"

    def _id(self, number: int) -> str:
        return stable_id(self._source(number))
