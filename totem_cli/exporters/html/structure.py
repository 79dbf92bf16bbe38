"""The structure of a site: its series, sections, tags, list items, pictures and assets, without its pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from totem_cli.exporters.html import assets
from totem_cli.exporters.html.links import absolute, outward
from totem_cli.exporters.html.list_item import ListItems
from totem_cli.exporters.html.pictures import Pictures
from totem_cli.language.fold import Folded
from totem_cli.model.media_names import local_path

if TYPE_CHECKING:
    from totem_cli.archive.publication import Publication
    from totem_cli.model.comment import Comment
    from totem_cli.model.series import Series

K = TypeVar("K")
V = TypeVar("V")

TEMPLATES, STATIC = "templates/", "static/"


class LookUp(dict[K, V]):
    """The values that a function returns, by its argument; it is called once for each."""

    def __init__(self, function: Callable[[K], V]) -> None:
        self._function = function

    def __missing__(self, key: K) -> V:
        self[key] = found = self._function(key)
        return found


def series_path(slug: str, number: int) -> str:
    """Return the path of one page of a series."""
    return f"{slug}/page/{number + 1}/index.html" if number else f"{slug}/index.html"


def questions_path(number: int) -> str:
    """Return the path of one page of the questions."""
    return f"questions/page/{number + 1}/index.html" if number else "questions/index.html"


class SiteStructure:
    """What the pages of a site share, made without rendering; ``single`` is for a site of one self-contained page."""

    def __init__(self, publication: Publication, *, single: bool = False) -> None:
        self.publication = publication
        self.single = single
        self.settings = publication.settings
        self.language = publication.settings.language
        self.outline = publication.outline
        self.rows = publication.rows
        self.pictures = Pictures(publication, smaller=not single)
        self.list_items = ListItems(self.rows, self.language)
        self.fold = Folded().__getitem__

    @cached_property
    def series(self) -> Mapping[str, Series]:
        """The series, by slug."""
        return {series.slug: series for series in self.publication.series}

    @cached_property
    def series_indexes(self) -> Mapping[str, Sequence[int]]:
        """The indexes of each series' episodes, in reading order."""
        return {slug: self.outline.places.get(slug, ()) for slug in self.series}

    @cached_property
    def sections(self) -> Sequence[tuple[str, str]]:
        """The entries of the site's menu, label and address; those of empty lists are left out."""
        is_listed = {
            "people": bool(self.outline.directory.people),
            "organisations": bool(self.outline.directory.organisations),
            "tags": bool(self.outline.tags),
            "questions": bool(self.outline.with_questions),
            "search": self.settings.html.search,
        }
        return [(name, f"{name}/") for name, listed in is_listed.items() if listed]

    @cached_property
    def assets(self) -> Mapping[str, tuple[str, bytes]]:
        """Style sheet, scripts and icon by name: the path of each, and its content."""
        found = {}
        for name, source in assets.builtin("static").items():
            content = assets.build(name, source, self.settings.theme)
            found[name] = (assets.hashed(name, content), content)
        return found

    @cached_property
    def cover(self) -> str | None:
        """The absolute address of the podcast's picture; None without one, or without a ``base_url``."""
        image = self.publication.settings.podcast.image
        if file := local_path(image, self.publication.media):
            return absolute(self.publication.settings.base_url, f"media/{file}")
        address = outward(image)
        return address if address and address.startswith(("https://", "http://")) else None

    def tag_links(self, tags: Sequence[str]) -> Sequence[tuple[str, str]]:
        """Return the first spelling and the address of those of these tags that have a page, each once."""
        return [*dict.fromkeys(filter(None, map(self._tag_pages.__getitem__, tags)))]

    @cached_property
    def _tag_pages(self) -> Mapping[str, tuple[str, str] | None]:
        """The first spelling and the address of tags; None for those without a page."""
        return LookUp(lambda tag: self.outline.tags.get(self.fold(tag)))

    def comments(self, identity: str) -> Sequence[Comment]:
        """Return the approved comments on an episode or series, oldest first."""
        return self.publication.comments.get(identity, ())
