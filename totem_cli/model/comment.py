"""A comment: what a reader wrote under an episode or a series."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from totem_cli.model.parts import Extra

CommentStatus = Literal["pending", "approved", "rejected"]


class CommentFields(Struct, frozen=True, kw_only=True):
    """What is known of a comment; the public record adds to it, and so does :class:`Comment`.

    ``target`` is the id of the episode or series it is on, ``parent`` that of the comment it answers, ``date`` ISO 8601
    text. ``author`` is empty where nobody knows the name. There is no field for an e-mail address.
    """

    id: str
    target: str = ""
    parent: str | None = None
    author: str = ""
    url: str | None = None
    date: str | None = None
    text: str = ""


class Comment(CommentFields, frozen=True, kw_only=True):
    """A comment as its file tells it, in the folder of ``series`` and, unless it is on the series, ``episode``.

    A file that names no ``target`` is on the episode or series whose folder it lies in. ``absent`` names the keys of
    ``id`` and ``target`` that the file itself does not hold. ``extra`` never leaves the archive.
    """

    series: str = ""
    episode: str | None = None
    slug: str = ""
    status: CommentStatus = "pending"
    extra: Extra = {}
    absent: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        """The reference that names it everywhere: its id."""
        return self.id

    @property
    def folder(self) -> str:
        """The folder under ``comments/`` that it lies in: ``series/slug``, or ``series`` for a series' own."""
        return f"{self.series}/{self.episode}" if self.episode else self.series
