"""What posts refer to at the site: categories, tags, pictures. Each is made once, and found again by its slug."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from totem_cli.exporters.html.picture_head import type_of
from totem_cli.exporters.posts import post_text
from totem_cli.wordpress.client import Client, WordPressError

if TYPE_CHECKING:
    from totem_cli.archive.publication import Publication

Kind = Literal["categories", "tags"]

_REFUSED_FILE = frozenset({400, 413, 415, 500})
"""What WordPress says to a file of a kind or a size that it does not take."""


class _Term(Struct):
    id: int
    slug: str


class _Attachment(Struct):
    id: int
    slug: str
    source_url: str


class _Made(Struct):
    id: int


class Terms:
    """The categories or the tags that posts need, by their slugs."""

    def __init__(self, client: Client, kind: Kind, names: Mapping[str, tuple[str, str]]) -> None:
        """``names`` has for each slug the name, and a description in clean HTML or nothing."""
        self._client, self._kind, self._names = client, kind, names
        self._ids = {one.slug: one.id for one in client.named(kind, _Term, [*names], _fields="id,slug")}

    def number(self, slug: str) -> int | str:
        """The number of a term; its slug where the site does not have it."""
        return self._ids.get(slug, slug)

    def make(self, slug: str, *, dry_run: bool = False) -> bool:
        """Make a term if the site does not have it; whether it was made, or would be."""
        if slug in self._ids or dry_run:
            return slug not in self._ids
        name, description = self._names[slug]
        values = {"name": post_text(name), "slug": slug} | ({"description": description} if description else {})
        try:
            self._ids[slug] = self._client.post(self._kind, _Made, values).id
        except WordPressError as error:
            if error.reason != "term_exists":
                raise
            found = [*self._client.named(self._kind, _Term, [slug], _fields="id,slug")]
            same = found or [*self._client.all(self._kind, _Term, search=name, _fields="id,slug")]
            if not same:
                raise
            self._ids[slug] = same[0].id
            return False
        return True


class Pictures:
    """The pictures of an archive at the site, found again by the digest of their content."""

    def __init__(
        self, client: Client, publication: Publication, names: Iterable[str], warn: Callable[[str], object]
    ) -> None:
        self._client, self._publication, self._warn = client, publication, warn
        self._slugs = {name: f"totem-{publication.media_digest(name)[:32].lower()}" for name in names}
        slugs = sorted({*self._slugs.values()})
        found = client.named("media", _Attachment, slugs, _fields="id,slug,source_url") if slugs else ()
        self._uploaded = {one.slug: one for one in found}
        self._refused: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._slugs and self._slugs[name] not in self._refused

    def _is_missing(self, name: str) -> bool:
        return name in self and self._slugs[name] not in self._uploaded

    def address(self, name: str) -> str | None:
        """Where a picture is; what stands for it where it is not there yet; None where the site does not take it."""
        if name not in self:
            return None
        picture = self._uploaded.get(self._slugs[name])
        return picture.source_url if picture else f"https://{self._slugs[name]}.invalid/"

    def number(self, name: str) -> int | str:
        """The number of a picture; its slug where it is not there yet, 0 where the site does not take it."""
        if name not in self:
            return 0
        picture = self._uploaded.get(self._slugs[name])
        return picture.id if picture else self._slugs[name]

    def upload(self, name: str, alt: str = "", *, dry_run: bool = False) -> bool:
        """Upload a picture that is not at the site yet; whether it was, or would be.

        Where the site does not take it, the user is told.
        """
        if not self._is_missing(name) or dry_run:
            return self._is_missing(name)
        slug = self._slugs[name]
        kind = type_of(self._publication.media_head(name)) or "application/octet-stream"
        content = self._publication.media[name]()
        title = name.rpartition("/")[2]
        try:
            self._uploaded[slug] = self._client.upload(
                title, content, kind, _Attachment, slug=slug, title=title, alt_text=alt
            )
        except WordPressError as error:
            if error.status not in _REFUSED_FILE:
                raise
            self._refused.add(slug)
            self._warn(f"media/{name} is not taken by the site: {error.message}")
            return False
        return True


def is_picture(publication: Publication, name: str) -> bool:
    """Whether one of the archive's media is a picture that WordPress may take: SVG is none, it may hold scripts."""
    kind = type_of(publication.media_head(name))
    return kind is not None and kind != "image/svg+xml"
