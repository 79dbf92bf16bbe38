"""A comment: what a reader wrote under an episode or a series."""

from collections.abc import Iterable
from typing import Annotated, Literal

from msgspec import Struct

from totem_cli.model.field import Field
from totem_cli.model.parts import Extra

CommentStatus = Literal["pending", "approved", "rejected"]
_A_REFERENCE = "text, an `id`"


class CommentFields(Struct, frozen=True, kw_only=True):
    """The fields of a comment; the public record adds to it, and so does :class:`Comment`.

    ``target`` is the id of the episode or series it is on, ``parent`` that of the comment it answers, ``date`` ISO 8601
    text. ``author`` is empty where nobody knows the name. There is no field for an e-mail address.
    """

    id: Annotated[str, Field(about="permanent; by default the file's name", kind="text, a UUID", form="uuid")]
    target: Annotated[
        str,
        Field(
            about="the episode or series it is on; by default that of the folder",
            kind=_A_REFERENCE,
            form="uuid",
            column=False,
        ),
    ] = ""
    parent: Annotated[str | None, Field(about="the comment it answers", kind=_A_REFERENCE, form="uuid")] = None
    author: Annotated[str, Field(about="who wrote it; nobody knows when absent")] = ""
    url: Annotated[str | None, Field(about="their own site")] = None
    date: Annotated[str | None, Field(about="when it was written", form="moment")] = None
    text: Annotated[str, Field(stored="body")] = ""


class Comment(CommentFields, frozen=True, kw_only=True):
    """A comment as its file has it, in the folder of ``series`` and, unless it is on the series, ``episode``.

    A file that names no ``target`` is on the episode or series whose folder it lies in. ``absent`` names the keys of
    ``id`` and ``target`` that the file itself does not hold. ``extra`` never leaves the archive.
    """

    series: str = ""
    episode: str | None = None
    slug: str = ""
    status: Annotated[
        CommentStatus,
        Field(about="`pending`, `approved` or `rejected`; `pending` when absent. Only what is approved is published"),
    ] = "pending"
    extra: Extra = {}
    absent: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        """Its reference: its id."""
        return self.id

    @property
    def folder(self) -> str:
        """The folder under ``comments/`` that it lies in: ``series/slug``, or ``series`` for a series' own."""
        return f"{self.series}/{self.episode}" if self.episode else self.series


def oldest_first(comment: Comment) -> tuple[object, ...]:
    """The sort key of comments: by date, the undated first, then by id."""
    from totem_cli.language.dates import moment_key

    return (moment_key(comment.date) if comment.date else (), comment.id)


def top_of(comments: Iterable[CommentFields]) -> dict[str, str]:
    """The root of each comment's thread, by id: the comment itself where its parent is not among them.

    A circle of answers, which only a hand-made file can hold, begins with whichever of it comes first.
    """
    parents = {one.id: one.parent for one in comments}
    found: dict[str, str] = {}
    for identity in parents:
        seen = [identity]
        while (parent := parents.get(seen[-1])) in parents and parent not in seen and parent is not None:
            seen.append(parent)
        found[identity] = min(seen, key=list(parents).index) if parents.get(seen[-1]) in seen else seen[-1]
    return found
