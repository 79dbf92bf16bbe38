"""The renderer of a site: its templates, and what its pages share."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Hashable, Mapping, Sequence
from functools import cached_property, lru_cache
from hashlib import sha256

from markupsafe import Markup
from msgspec.structs import replace

from totem_cli.archive.record import (
    CommentRecord,
    EpisodeRecord,
    SeriesRecord,
    archive_record,
    comment_record,
    series_record,
)
from totem_cli.exporters.html import assets
from totem_cli.exporters.html.credits import Credits
from totem_cli.exporters.html.environment import Templates
from totem_cli.exporters.html.episode_view import EpisodeView, episode_view
from totem_cli.exporters.html.filters import typo
from totem_cli.exporters.html.links import absolute, file_of, root_of
from totem_cli.exporters.html.portraits import Portrait, portraits
from totem_cli.exporters.html.share import share_links
from totem_cli.exporters.html.structure import STATIC, TEMPLATES, SiteStructure
from totem_cli.exporters.html.view import Alternate, Feed, Labels, View, policy, tab_title
from totem_cli.language.fold import fold
from totem_cli.model.episode import Episode
from totem_cli.model.series import Series

CACHED_VIEWS = 128
"""Episode views that are cached: the page of a series shows the same episodes as their own pages and the feeds."""

FONTS = (".woff2", ".woff", ".ttf", ".otf")


class Site:
    """The templates, and what the pages that they make have in common."""

    def __init__(self, structure: SiteStructure) -> None:
        self.structure = structure
        self.publication = publication = structure.publication
        self.settings = publication.settings
        self.language = self.settings.language
        self.archive = archive_record(self.settings)
        self.typography = self.settings.typography
        theme = publication.theme
        self.typo = typo(self.typography)
        self.templates = Templates(
            ours=assets.builtin("templates"),
            theme={name.removeprefix(TEMPLATES): theme[name]() for name in sorted(theme) if name.startswith(TEMPLATES)},
            typography=self.typography,
        )
        self.outline = publication.outline
        self.credits = Credits(publication, self.typography)
        self.pictures = self.structure.pictures
        self.list_items = self.structure.list_items
        self.assets = self.structure.assets
        self.series_indexes = self.structure.series_indexes
        self.tag_links = self.structure.tag_links
        self.episode_view = lru_cache(maxsize=CACHED_VIEWS)(self.new_episode_view)
        self.fold = fold
        self._labels: dict[str, Labels] = {}
        self._parts: dict[tuple[Hashable, ...], Markup] = {}

    @cached_property
    def series(self) -> Mapping[str, SeriesRecord]:
        """The records of the series, by slug."""
        return {series.slug: series_record(series) for series in self.publication.series}

    @property
    def titles(self) -> Mapping[str, SeriesRecord]:
        """The series by slug whose titles lists show: all where there are several, else none."""
        return self.series if len(self.series) > 1 else {}

    @cached_property
    def tags(self) -> Mapping[str, tuple[str, str, Sequence[int]]]:
        """Every tag, folded, in alphabetical order: first spelling, address, indexes of its episodes."""
        return {key: (*tag, self.outline.tagged[key]) for key, tag in self.outline.tags.items()}

    @cached_property
    def portraits(self) -> Mapping[str, Portrait]:
        """The portraits of people who have a picture or a biography, by the address of their page."""
        return portraits(self.structure)

    def new_episode_view(self, index: int, credit: Credits | None = None) -> EpisodeView:
        """Return the view of the episode at an index, with sentences by ``credit`` or the site's credits."""
        episode = self.publication.episodes[index]
        language = self.language_of(episode)
        return episode_view(
            episode,
            self.publication.recap_of(episode),
            language=language,
            label_language=self.labels(language).language,
            credit=credit or self.credits,
            typography=self.typography,
            tags=self.tag_links(episode.tags),
            share=[*share_links(self.settings.share, episode.title, self.absolute(self.list_items[index].address))],
        )

    def read(self, index: int) -> EpisodeRecord:
        """Return the record of the episode at an index."""
        return self.episode_view(index).episode

    def comments(self, target: str) -> Sequence[CommentRecord]:
        """Return the approved comments on an episode or series, oldest first."""
        return [comment_record(one) for one in self.publication.comments.get(target, ())]

    def language_of(self, item: Episode | Series | EpisodeRecord | SeriesRecord) -> str:
        """Return the language of an episode or series; the archive's where it names none."""
        return item.language or self.language

    def labels(self, language: str) -> Labels:
        """Return the labels in a language."""
        if language not in self._labels:
            self._labels[language] = Labels(language, self.language, self.typography)
        return self._labels[language]

    def absolute(self, address: str) -> str | None:
        """Return the absolute address of an address on the site; None where the archive has no ``base_url``."""
        return absolute(self.settings.base_url, address)

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
        search: bool = False,
    ) -> View:
        """Return what templates get as ``page``, for a path; ``root`` is for a page whose links cannot be relative.

        ``form`` is whether it has the form for comments, ``search`` whether it has one that leads to the search page.
        """
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
            policy=policy(self.settings.comments.receiver if form else None, fonts=self._fonts, search=search),
            style=self.assets["site.css"][0],
            icon=self.assets["icon.svg"][0],
            theme_style="assets/theme/theme.css" if f"{STATIC}theme.css" in self.publication.theme else None,
            scripts=[*self._scripts, *scripts],
            sections=self.structure.sections,
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

    def with_inline_style(self, view: View) -> tuple[View, Markup]:
        """Return a view for a page that includes its style sheet, for use without the site; and the sheet."""
        style = self.assets["site.css"][1]
        digest = b64encode(sha256(style).digest()).decode()
        return replace(view, policy=policy(style=digest)), Markup(style.decode())  # noqa: S704 - our own, and checked

    def feeds(self, address: str, title: str | None = None) -> Sequence[Feed]:
        """Return the feeds at an address; none without ``base_url``, since feeds need absolute addresses."""
        if not self.settings.base_url:
            return ()
        title = title or self.settings.title
        return (
            Feed("application/rss+xml", f"{address}feed.xml", title),
            Feed("application/atom+xml", f"{address}atom.xml", title),
            Feed("application/feed+json", f"{address}feed.json", title),
        )

    def html(self, template: str, view: View, **context: object) -> bytes:
        """Return the page that a template makes with these values."""
        return self.templates.render(template, {"page": view, "archive": self.archive, **context})

    def _part(self, name: str, view: View) -> Markup:
        """Return a part of a page, rendered once for all pages on which it is the same."""
        current = view.path if view.path.count("/") == 1 else ""
        key = (name, view.language, view.root, current, tuple(view.feeds), tuple(view.scripts))
        if key not in self._parts:
            made = self.templates.render(f"{name}.html", {"page": view, "archive": self.archive})
            self._parts[key] = Markup(made.decode().strip())  # noqa: S704 - a template's
        return self._parts[key]
