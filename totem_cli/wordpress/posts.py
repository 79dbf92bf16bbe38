"""Posts: what one shall be, what the site holds, and the mark that ties one to an episode or a series.

The mark is an HTML comment in the post's content, ``<!-- totem:1 ID SENT STORED -->``: the permanent id of the record,
a digest of what totem sent, and one of what the site made of it. WordPress keeps comments for every role, where a field
of its own (``meta``) would need a plugin. So any machine finds a post again, sees whether the record changed since, and
whether somebody edited the post at the site.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, Literal

import msgspec
from msgspec import Struct

POSTS_FIELDS = (
    "id,slug,status,link,date,date_gmt,modified_gmt,title.raw,content.raw,excerpt.raw,categories,tags,featured_media"
)
"""What is asked of the posts of a site."""

STATUSES = "publish,future,draft,pending,private,trash"

DateKey = Literal["", "date", "date_gmt"]

_MARK = re.compile(r"<!-- totem:1 ([0-9a-f-]{36}) ([0-9a-f]{24}) ([0-9a-f]{24}) -->")
_COUNTED = re.compile(r"(?:-\d+){1,20}$")
_TRASHED = "__trashed"


class Raw(Struct):
    """A text as it is stored."""

    raw: str = ""


class RemotePost(Struct):
    """A post or a page of the site."""

    id: int
    slug: str
    status: str
    link: str = ""
    date: str | None = None
    date_gmt: str | None = None
    modified_gmt: str | None = None
    title: Raw = msgspec.field(default_factory=Raw)
    content: Raw = msgspec.field(default_factory=Raw)
    excerpt: Raw = msgspec.field(default_factory=Raw)
    categories: list[int] = []
    tags: list[int] = []
    featured_media: int = 0

    @property
    def mark(self) -> Mark | None:
        """Its mark, if it is of totem's making."""
        return mark_of(self.content.raw)

    def editable_digest(self, date: DateKey) -> str:
        """The digest of what a person may have edited, with its date in one form or without."""
        values = (
            self.title.raw,
            _MARK.sub("", self.content.raw),
            self.excerpt.raw,
            _COUNTED.sub("", self.slug.removesuffix(_TRASHED)),
            self.status,
            sorted(self.categories),
            sorted(self.tags),
            self.featured_media,
            [date, getattr(self, date)] if date else [],
        )
        return _digest(values)

    @property
    def is_unedited(self) -> bool:
        """Whether it is what the site made of what totem sent: nobody edited it since."""
        mark = self.mark
        dates: tuple[DateKey, ...] = ("", "date", "date_gmt")
        return mark is not None and any(mark.stored == self.editable_digest(date) for date in dates)


class Mark(Struct, frozen=True):
    """What the mark of a post says."""

    id: str
    sent: str
    stored: str

    def __str__(self) -> str:
        return f"<!-- totem:1 {self.id} {self.sent} {self.stored} -->"


class DesiredPost(Struct, frozen=True, kw_only=True):
    """What a post shall be. A term or a picture that the site does not have yet is a text in the place of a number.

    ``date_key`` says in which field ``date`` is sent: ``date`` is by the clock of the site, ``date_gmt`` in UTC.
    """

    id: str
    ref: str
    title: str
    slug: str
    status: str
    content: str
    excerpt: str = ""
    date_key: DateKey = ""
    date: str = ""
    categories: tuple[int | str, ...] = ()
    tags: tuple[int | str, ...] = ()
    featured: int | str = 0
    is_page: bool = False

    @property
    def sent(self) -> str:
        """The digest of all of it."""
        return _digest(self)

    def values(self, mark: Mark | None = None) -> dict[str, Any]:
        """The fields of the REST API; the content carries the mark, one that hopes that the site keeps all as it is."""
        values: dict[str, Any] = {
            "title": self.title,
            "slug": self.slug,
            "status": self.status,
            "content": marked(self.content, mark or Mark(self.id, self.sent, self.expected)),
            "excerpt": self.excerpt,
        }
        if not self.is_page:
            values |= {"categories": list(self.categories), "tags": list(self.tags), "featured_media": self.featured}
        if self.date_key:
            values[self.date_key] = self.date
        return values

    @property
    def expected(self) -> str:
        """The digest of what the site will have if it keeps all as it is sent."""
        numbers = (sorted(one for one in group if isinstance(one, int)) for group in (self.categories, self.tags))
        categories, tags = numbers
        post = RemotePost(
            0,
            self.slug,
            self.status,
            title=Raw(self.title),
            content=Raw(self.content),
            excerpt=Raw(self.excerpt),
            categories=categories,
            tags=tags,
            featured_media=self.featured if isinstance(self.featured, int) else 0,
        )
        if self.date_key:
            setattr(post, self.date_key, self.date)
        return post.editable_digest(self.date_key)


def mark_of(content: str) -> Mark | None:
    """The mark in a content, if there is one."""
    found = _MARK.search(content)
    return Mark(*found.groups()) if found else None


def marked(content: str, mark: Mark) -> str:
    """A content with its mark: inside the first paragraph, so that it does not make an empty one of its own."""
    head = "<p>" if content.startswith("<p>") else ""
    return f"{head}{mark}{content[len(head) :]}"


def _digest(value: Struct | Sequence[Any]) -> str:
    return blake2b(msgspec.json.encode(value), digest_size=12).hexdigest()
