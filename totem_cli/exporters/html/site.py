"""The site as a whole: what all its pages share."""

from __future__ import annotations

from array import array
from base64 import b64encode
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from hashlib import sha256
from typing import Any

import msgspec
from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from totem_cli.archive.lazily import digested, mapped
from totem_cli.archive.people import Appearing, Involved
from totem_cli.archive.publication import Publication
from totem_cli.archive.record import (
    CommentRecord,
    EpisodeRecord,
    SeriesRecord,
    archive_record,
    comment_record,
)
from totem_cli.archive.remembered import Changes
from totem_cli.exporters.html import assets
from totem_cli.exporters.html.credits import Credits
from totem_cli.exporters.html.environment import Templates, builtin
from totem_cli.exporters.html.episode_view import episode_view
from totem_cli.exporters.html.filters import typo
from totem_cli.exporters.html.links import absolute, file_of, root_of
from totem_cli.exporters.html.list_item import ListItem, list_item
from totem_cli.exporters.html.media import local_path, location
from totem_cli.exporters.html.pictures import Pictures
from totem_cli.exporters.html.portraits import Portrait, portraits
from totem_cli.exporters.html.view import Alternate, Feed, Labels, View, policy, tab_title
from totem_cli.language.fold import fold
from totem_cli.language.typography import Typography
from totem_cli.model.episode import Episode
from totem_cli.model.series import Series
from totem_cli.publishing.page import Page, key_of
from totem_cli.publishing.settled import Last
from totem_cli.version import __version__

AT_HAND = 512
"""Episodes whose text is kept in memory: a series' page shows again what the pages before it showed."""

TEMPLATES, STATIC = "templates/", "static/"
FONTS = (".woff2", ".woff", ".ttf", ".otf")


class Site:
    """One export: the publication, the templates, the files every page names, and the key that covers them all.

    With ``changes`` only the pages that these concern are wanted, which may take the rest from what they were at
    ``last``.
    """

    def __init__(
        self,
        publication: Publication,
        *,
        single: bool = False,
        changes: Changes | None = None,
        last: Last | None = None,
    ) -> None:
        self.publication = publication
        self.changes = changes
        self._last = last
        self.settings = publication.settings
        self.language = self.settings.language
        self.archive = archive_record(self.settings)
        rules = self.settings.typography
        self.typography = Typography(
            apply=rules.apply,
            before_colon=rules.before_colon,
            inside_guillemets=rules.inside_guillemets,
            before_high=rules.before_high,
        )
        theme = publication.theme
        self.typo = typo(self.typography)
        self.templates = Templates(
            ours=builtin("templates"),
            theme={name.removeprefix(TEMPLATES): theme[name]() for name in sorted(theme) if name.startswith(TEMPLATES)},
            typography=self.typography,
        )
        self.outline = publication.outline
        self.credits = Credits(publication, self.typography)
        self.pictures = Pictures(publication, smaller=not single)
        self.episode_view = lru_cache(maxsize=AT_HAND)(partial(episode_view, self))
        self.fold = fold
        self._labels: dict[str, Labels] = {}
        self._parts: dict[tuple[Hashable, ...], Markup] = {}
        self.stamp = self._stamp()

    @cached_property
    def assets(self) -> Mapping[str, tuple[str, bytes]]:
        """Style sheet and scripts by their plain name: where each stands, and its content."""
        found = {}
        for name, source in builtin("static").items():
            content = assets.made(name, source, self.settings.theme)
            found[name] = (assets.hashed(name, content), content)
        return found

    @cached_property
    def series(self) -> Mapping[str, SeriesRecord]:
        """The records of the series, by slug."""
        return {series.slug: self.publication.series_record(series) for series in self.publication.series}

    @property
    def titles(self) -> Mapping[str, SeriesRecord]:
        """The series by slug for lists that name them, which they do where there are several."""
        return self.series if len(self.series) > 1 else {}

    @cached_property
    def entries(self) -> Sequence[ListItem]:
        """What lists show of each episode, in reading order: one for each of the publication's episodes."""
        return mapped(lambda episode: list_item(episode, self.language), self.publication.episodes, ListItem)

    @cached_property
    def leads(self) -> Sequence[bytes]:
        """For each of the entries a digest."""
        return digested(msgspec.msgpack.Encoder().encode, self.entries)

    @cached_property
    def of_series(self) -> Mapping[str, Sequence[int]]:
        """The places of each series' episodes, in reading order."""
        return {slug: self.outline.places.get(slug, ()) for slug in self.series}

    @cached_property
    def shelf_of(self) -> Sequence[str]:
        """The series of each of the publication's episodes, by its slug."""
        found = [""] * len(self.publication.episodes)
        for slug, places in self.outline.places.items():
            for place in places:
                found[place] = slug
        return found

    @cached_property
    def digests(self) -> Sequence[bytes]:
        """For each of the publication's episodes a digest of its whole record."""
        return digested(self.publication.digest, self.publication.episodes)

    @cached_property
    def tags(self) -> Mapping[str, tuple[str, str, Sequence[int]]]:
        """Every tag, folded, in alphabetical order: first spelling, address, places of its episodes.

        With ``changes``, only those of what changed.
        """
        if self.changes and (where := self.outline.where):
            near = {self.fold(tag) for place in self.changes.all for tag in self.publication.episodes[place].tags}
            known = self.outline.tags.items()
            return {key: (name, address, where.tags[key]) for key, (name, address) in known if key in near}
        places: dict[str, array[int]] = {key: array("L") for key in self.outline.tags}
        for place, episode in enumerate(self.publication.episodes):
            for key in dict.fromkeys(map(self.fold, episode.tags)):
                places[key].append(place)
        return {key: (name, address, places[key]) for key, (name, address) in self.outline.tags.items()}

    def tag_links(self, tags: Sequence[str]) -> Sequence[tuple[str, str]]:
        """The tags that have a page: their one spelling, the address."""
        known = self.outline.tags
        return [known[key] for key in dict.fromkeys(map(self.fold, tags)) if key in known]

    @cached_property
    def people(self) -> Sequence[Appearing]:
        """Everyone who appears, in alphabetical order; with ``changes``, only in what changed."""
        return self._near[0] if self.changes else self.publication.appearing

    @cached_property
    def portraits(self) -> Mapping[str, Portrait]:
        """What episodes' pages say of those who have a picture or a biography, by the address of their page."""
        return portraits(self)

    @cached_property
    def organisations(self) -> Sequence[Involved]:
        """Every organisation, in alphabetical order; with ``changes``, only those of what changed."""
        return self._near[1] if self.changes else self.publication.involved

    @cached_property
    def _near(self) -> tuple[Sequence[Appearing], Sequence[Involved]]:
        return self.publication.near(self.changes.all if self.changes else ())

    @cached_property
    def sections(self) -> Sequence[tuple[str, str]]:
        """What the site's menu leads to: label and address; only what there is something of."""
        there = {
            "people": bool(self.outline.people),
            "organisations": bool(self.outline.organisations),
            "tags": bool(self.outline.tags),
            "questions": self.outline.questions,
            "search": self.settings.html.search,
        }
        return [(name, f"{name}/") for name, anything in there.items() if anything]

    def read(self, index: int) -> EpisodeRecord:
        """The record of an episode by its position in the publication."""
        return self.episode_view(index).episode

    def shows(self, places: Iterable[int]) -> bool:
        """Whether pages that show the episodes at these places whole are wanted."""
        return self.changes is None or not self.changes.all.isdisjoint(places)

    def names(self, places: Iterable[int]) -> bool:
        """Whether pages that name the episodes at these places, or show more than their recaps, are wanted."""
        return self.changes is None or not self.changes.told.isdisjoint(places)

    def before(self, path: str) -> bytes | None:
        """What the page at ``path`` was before the changes; None where that is not known."""
        return self._last.content(path) if self._last else None

    def changed(self, places: Sequence[int]) -> list[int]:
        """Which of several episodes changed: where in ``places``."""
        return [at for at, place in enumerate(places) if self.shows((place,))]

    def comments(self, target: str) -> Sequence[CommentRecord]:
        """The approved comments on an episode or series, oldest first."""
        return [comment_record(one) for one in self.publication.comments.get(target, ())]

    def picture_key(self, place: int) -> bytes:
        """What the page of an episode depends on in the pictures it shows, in its recap too."""
        if not self.pictures.there:
            return b""
        episode = self.publication.episodes[place]
        names = [local_path(name, self.publication.media) for name in (episode.image, *map(location, episode.media))]
        shown = [self.pictures[name] for name in names if name]
        return repr(shown).encode() + self.pictures.key(self.publication.recap_of(episode))

    def language_of(self, thing: Episode | Series | EpisodeRecord | SeriesRecord) -> str:
        """The language of an episode or series; the archive's where it names none."""
        return thing.language or self.language

    def labels(self, language: str) -> Labels:
        """The words around content in ``language``."""
        if language not in self._labels:
            self._labels[language] = Labels(language, self.language, self.typography)
        return self._labels[language]

    def absolute(self, address: str) -> str | None:
        """An address on the site in full, where the archive says where that is."""
        return absolute(self.settings.base_url, address)

    def lead(self, places: Iterable[int]) -> bytes:
        """What lists of the episodes at these places depend on in them."""
        leads = self.leads
        return b"".join([leads[place] for place in places])

    def page(self, path: str, render: Callable[[], bytes], *parts: bytes | str) -> Page:
        """A page whose key covers ``parts`` and all that the site's pages share."""
        return Page(path, key_of(self.stamp, path, *parts), _Call.of(render))

    def view(
        self,
        path: str,
        title: str,
        *,
        language: str | None = None,
        description: str = "",
        kind: str = "website",
        jsonld: str = "",
        feeds: Sequence[Feed] = (),
        form: bool = False,
        scripts: Sequence[str] = (),
        image: str | None = None,
        root: str | None = None,
        alternates: Sequence[Alternate] = (),
    ) -> View:
        """What a template needs to know of the page at ``path``; ``root`` where links cannot be relative (404.html)."""
        address = path.removesuffix("index.html")
        labels = self.labels(language or self.language)
        return View(
            path=path,
            root=root or root_of(path),
            title=title,
            tab_title=tab_title(title, self.archive.title, labels),
            description=description,
            labels=labels,
            kind=kind,
            canonical=self.absolute(address),
            image=self.absolute(image) if image else None,
            alternates=[
                Alternate(one.language, self.absolute(one.address) or (root or root_of(path)) + file_of(one.address))
                for one in alternates
            ],
            feeds=(*self.feeds(""), *feeds),
            jsonld=Markup(jsonld),  # noqa: S704 - jsonld.script escapes it
            policy=policy(self.settings.comments.receiver if form else None, fonts=self._fonts),
            style=self.assets["site.css"][0],
            icon=self.assets["icon.svg"][0],
            theme_style="assets/theme/theme.css" if f"{STATIC}theme.css" in self.publication.theme else None,
            scripts=[*self._scripts, *scripts],
            sections=self.sections,
            shared=self._part,
        )

    @cached_property
    def _fonts(self) -> bool:
        """Whether the theme has fonts of its own."""
        return any(name.startswith(STATIC) and name.lower().endswith(FONTS) for name in self.publication.theme)

    @cached_property
    def _scripts(self) -> Sequence[str]:
        """The scripts of every page."""
        needed = not {"copy", "system"}.isdisjoint(self.settings.share.services)
        return [self.assets["site.js"][0]] if needed else []

    def alone(self, view: View) -> tuple[View, Markup]:
        """A page that carries its own style sheet, since it may be read where the site's is not; and that sheet."""
        style = self.assets["site.css"][1]
        digest = b64encode(sha256(style).digest()).decode()
        return replace(view, policy=policy(style=digest)), Markup(style.decode())  # noqa: S704 - our own, and checked

    def feeds(self, address: str, title: str | None = None) -> Sequence[Feed]:
        """The feeds at ``address``; none where the site's address is not known, which feeds need."""
        if not self.settings.base_url:
            return ()
        named = title or self.settings.title
        return (
            Feed("application/rss+xml", f"{address}feed.xml", named),
            Feed("application/atom+xml", f"{address}atom.xml", named),
            Feed("application/feed+json", f"{address}feed.json", named),
        )

    def html(self, template: str, view: View, **context: object) -> bytes:
        """The page that a template makes."""
        return self.templates.render(template, {"page": view, "archive": self.archive, **context})

    def _part(self, name: str, view: View) -> Markup:
        """A part of a page, made once for all pages on which it is the same."""
        current = view.path if view.path.count("/") == 1 else ""
        key = (name, view.language, view.root, current, tuple(view.feeds), tuple(view.scripts))
        if key not in self._parts:
            made = self.templates.render(f"{name}.html", {"page": view, "archive": self.archive})
            self._parts[key] = Markup(made.decode().strip())  # noqa: S704 - a template's
        return self._parts[key]

    def _stamp(self) -> str:
        shared: list[bytes | str] = [msgspec.msgpack.encode((self.settings, self.sections)), __version__]
        for folder in (self.templates.ours, self.templates.theme):
            shared += [part for name, source in folder.items() for part in (name, source)]
        shared += [content for _, content in self.assets.values()]
        shared += [name for name in sorted(self.publication.theme) if name.startswith(STATIC)]
        return key_of(*shared)


class _Call(Struct, frozen=True, gc=False):
    """A function with what it is called with: as :class:`functools.partial`, which takes three times the memory."""

    function: Callable[..., bytes]
    arguments: tuple[Any, ...]

    def __call__(self) -> bytes:
        return self.function(*self.arguments)

    @classmethod
    def of(cls, render: Callable[[], bytes]) -> Callable[[], bytes]:
        """The same, smaller where it can be."""
        if isinstance(render, partial) and not render.keywords:
            return cls(render.func, render.args)
        return render


def encoded(*parts: object) -> bytes:
    """Any structs, tuples and texts as bytes for a key."""
    return msgspec.msgpack.encode(parts)
