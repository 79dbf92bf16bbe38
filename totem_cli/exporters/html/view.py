"""The variable ``page`` of templates: the view of a page, and its labels."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from typing import NamedTuple

from markupsafe import Markup, escape
from msgspec import Struct

from totem_cli.exporters.html.filters import CACHED_TEXTS, typo
from totem_cli.exporters.html.links import file_of, origin
from totem_cli.language.dates import duration_label, event_labels, span_label
from totem_cli.language.labels import FALLBACK, base_language, direction, label, labels_for
from totem_cli.language.typography import Typography, joined_numbers
from totem_cli.markup.html import excerpt

TAB_TITLE = 70
"""The longest title of a page, as HTML, that search results show uncut."""


_NOTHING = Markup()


class Feed(NamedTuple):
    """A feed that a page links to: media type, address on the site, title."""

    type: str
    address: str
    title: str


class Alternate(Struct, frozen=True):
    """A page in another language: language tag, address on the site."""

    language: str
    address: str


class Words(dict[str, Markup]):
    """The labels of a language that take no values, by key; each is made at its first use."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels

    def __missing__(self, key: str) -> Markup:
        self[key] = label = self._labels(key)
        return label


class Labels:
    """The labels in a language, with its spacing.

    Where there are none in ``language``, they are in ``fallback``, the archive's language. ``language`` is the language
    of the labels, which is that of the page; an element with content in another language has attributes of its own.
    """

    def __init__(self, language: str, fallback: str, rules: Typography) -> None:
        unknown = base_language(language) != FALLBACK and labels_for(language) == labels_for(FALLBACK)
        self.language = fallback if unknown else language
        self.direction = direction(self.language)
        self._typo: Callable[..., Markup] = typo(rules)
        self._made = lru_cache(maxsize=CACHED_TEXTS)(self._set)
        self._timed = lru_cache(maxsize=CACHED_TEXTS)(self._time)
        self._attributes = lru_cache(maxsize=256)(self._lang)
        self.words = Words(self)

    def __call__(self, key: str, **values: object) -> Markup:
        """Return a label as HTML; ``values`` fill its placeholders."""
        return self._made(key, **values)

    def text(self, key: str, **values: object) -> str:
        """Return a label as plain text, for an attribute or a title."""
        return label(key, self.language, **values)

    def spaced(self, text: str) -> Markup:
        """Return text as HTML with the spacing of the language."""
        return self._typo(text, self.language)

    def lang(self, language: str) -> Markup:
        """Return the attributes of an element in a language; none where that is the language of the labels."""
        if language == self.language:
            return _NOTHING
        return self._attributes(language)

    def own_lang(self, language: str) -> Markup:
        """Return the attributes of an element in the language of the labels, within one in ``language``."""
        if language == self.language:
            return _NOTHING
        return _attributes(self.language, language)

    @cached_property
    def locale(self) -> str:
        """The language as an OpenGraph locale (ogp.me): with the territory of its tag, else with its usual one."""
        base, _, territory = self.language.partition("-")
        return f"{base}_{territory}" if re.fullmatch("[A-Z]{2}", territory) else self.text("locale")

    def date(self, moment: str, days: int = 1) -> Markup:
        """Return a date as text; with several ``days``, the stretch of them that begins then."""
        return self._joined(event_labels(moment, f"P{days}D", self.language)[0])

    def time(self, moment: str, days: int = 1) -> Markup:
        """Return a date, or a stretch of days, as a ``time`` element."""
        return self._timed(moment, days)

    def span(self, first: str, last: str) -> Markup:
        """Return the span of two dates as text."""
        return self._joined(span_label(first, last, self.language))

    def duration(self, duration: str) -> Markup:
        """Return a duration as text."""
        return self._joined(duration_label(duration, self.language))

    def _lang(self, language: str) -> Markup:
        return _attributes(language, self.language)

    def _time(self, moment: str, days: int) -> Markup:
        text = self.date(moment, days)
        return Markup(f'<time datetime="{escape(moment)}">{text}</time>')  # noqa: S704 - both are escaped

    def _set(self, key: str, **values: object) -> Markup:
        text = label(key, self.language, **values)
        return self._joined(text) if "count" in values else self.spaced(text)

    def _joined(self, text: str) -> Markup:
        return self.spaced(joined_numbers(text))


def _attributes(language: str, around: str) -> Markup:
    """The attributes of an element in a language, within one in the language ``around``."""
    way = direction(language)
    attribute = Markup(' dir="{}"').format(way) if way != direction(around) else _NOTHING
    return Markup(' lang="{}"').format(language) + attribute


class View(Struct, frozen=True):
    """A page: its path, its language, and what its head holds.

    ``root`` is the relative address of the site's root. ``shared`` returns a part of a page by its template's name.
    """

    path: str
    root: str
    title: str
    tab_title: Markup
    description: str
    labels: Labels
    kind: str
    canonical: str | None
    image: str | None
    alternates: Sequence[Alternate]
    feeds: Sequence[Feed]
    jsonld: Markup
    policy: Markup
    style: str
    icon: str
    theme_style: str | None
    scripts: Sequence[str]
    sections: Sequence[tuple[str, str]]
    shared: Callable[[str, View], Markup]

    @property
    def language(self) -> str:
        """The language of the page's labels."""
        return self.labels.language

    @property
    def t(self) -> Labels:
        """The labels: ``page.t("questions")`` is one."""
        return self.labels

    @property
    def words(self) -> Mapping[str, Markup]:
        """The labels that take no values: ``page.words["questions"]``."""
        return self.labels.words

    def lang(self, language: str) -> Markup:
        """Return the attributes of an element in a language; none where that is the page's."""
        return self.labels.lang(language)

    @property
    def masthead(self) -> Markup:
        """The top of the page."""
        return self.shared("masthead", self)

    @property
    def colophon(self) -> Markup:
        """The foot of the page."""
        return self.shared("colophon", self)

    @property
    def resources(self) -> Markup:
        """The style sheets, scripts and feeds in the head of the page."""
        return self.shared("resources", self)

    def to(self, address: str) -> str:
        """Return the relative link to an address on the site."""
        return self.root + file_of(address)


def tab_title(title: str, archive: str, labels: Labels) -> Markup:
    """Return the content of ``title``: both titles, or the page's alone, cut to ``TAB_TITLE``."""
    full = title if title == archive else f"{title} – {archive}"
    cuts = (excerpt(title, limit) for limit in range(TAB_TITLE, 0, -1))
    titles = map(labels.spaced, chain((full,), cuts))
    return next((one for one in titles if _units(one) <= TAB_TITLE), Markup())


def _units(text: str) -> int:
    """The length of a text in UTF-16, as browsers count it."""
    return len(text.encode("utf-16-le")) // 2


def policy(
    receiver: str | None = None, *, style: str | None = None, fonts: bool = False, search: bool = False
) -> Markup:
    """Return the Content-Security-Policy of a page (CSP level 3): only the site's own files, nothing inline.

    ``receiver`` is the address that a form posts to, ``style`` the digest of the inline style sheet of a self-contained
    page; ``fonts`` is whether the theme has fonts, ``search`` whether a form leads to the search page.
    """
    form = (origin(receiver) or "'self'") if receiver else "'self'" if search else "'none'"
    if style:
        sources = f"style-src 'sha256-{style}'; img-src data:"
    else:
        sources = "style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'" + (
            "; font-src 'self'" if fonts else ""
        )
    # It contains no quotation mark, since origin() accepts none.
    return Markup(f"default-src 'none'; {sources}; form-action {form}; base-uri 'none'")  # noqa: S704
