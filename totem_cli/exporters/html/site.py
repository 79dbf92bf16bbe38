"""The site as a whole: what all its pages share."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Hashable, Mapping, Sequence
from functools import cached_property, lru_cache
from hashlib import sha256

from markupsafe import Markup
from msgspec.structs import replace

from totem_cli.archive.record import CommentRecord, EpisodeRecord, SeriesRecord, archive_record, comment_record
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
from totem_cli.language.typography import Typography
from totem_cli.model.episode import Episode
from totem_cli.model.series import Series

AT_HAND = 128
"""Episodes whose text is kept in memory: a series' page shows again what the pages before it showed."""

FONTS = (".woff2", ".woff", ".ttf", ".otf")


class Site:
    """What renders one export: the publication, the templates, and what its pages have in common."""

    def __init__(self, structure: SiteStructure) -> None:
        self.structure = structure
        self.publication = publication = structure.publication
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
            ours=assets.builtin("templates"),
            theme={name.removeprefix(TEMPLATES): theme[name]() for name in sorted(theme) if name.startswith(TEMPLATES)},
            typography=self.typography,
        )
        self.outline = publication.outline
        self.credits = Credits(publication, self.typography)
        self.pictures = self.structure.pictures
        self.entries = self.structure.entries
        self.assets = self.structure.assets
        self.of_series = self.structure.of_series
        self.tag_links = self.structure.tag_links
        self.episode_view = lru_cache(maxsize=AT_HAND)(self.new_episode_view)
        self.fold = fold
        self._labels: dict[str, Labels] = {}
        self._parts: dict[tuple[Hashable, ...], Markup] = {}

    @cached_property
    def series(self) -> Mapping[str, SeriesRecord]:
        """The records of the series, by slug."""
        return {series.slug: self.publication.series_record(series) for series in self.publication.series}

    @property
    def titles(self) -> Mapping[str, SeriesRecord]:
        """The series by slug for lists that name them, which they do where there are several."""
        return self.series if len(self.series) > 1 else {}

    @cached_property
    def tags(self) -> Mapping[str, tuple[str, str, Sequence[int]]]:
        """Every tag, folded, in alphabetical order: first spelling, address, places of its episodes."""
        return {key: (*known, self.outline.tagged[key]) for key, known in self.outline.tags.items()}

    @cached_property
    def portraits(self) -> Mapping[str, Portrait]:
        """What episodes' pages say of those who have a picture or a biography, by the address of their page."""
        return portraits(self.structure)

    def new_episode_view(self, index: int, credit: Credits | None = None) -> EpisodeView:
        """The view of the episode at a position, not cached; its sentences by ``credit`` or the site's credits."""
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
            share=[*share_links(self.settings.share, episode.title, self.absolute(self.entries[index].address))],
        )

    def read(self, index: int) -> EpisodeRecord:
        """The record of an episode by its position in the publication."""
        return self.episode_view(index).episode

    def comments(self, target: str) -> Sequence[CommentRecord]:
        """The approved comments on an episode or series, oldest first."""
        return [comment_record(one) for one in self.publication.comments.get(target, ())]

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
