"""Sentences with links that name the people and partners of an episode: the hosts; "with …" for guests and partners."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape

from markupsafe import Markup

from totem_cli.archive.publication import Publication
from totem_cli.exporters.html.filters import UNSEEN
from totem_cli.exporters.html.links import file_of
from totem_cli.exporters.spacing import spaced_html
from totem_cli.language.fold import fold
from totem_cli.language.sentence import appearance_phrase, join, with_sentence
from totem_cli.language.typography import Typography
from totem_cli.markup.characters import is_blank
from totem_cli.model.fields import EpisodeFields
from totem_cli.model.parts import Appearance, Partner

CACHED_ADDRESSES = 4096
"""Addresses of people, and of organisations, that are cached."""

_LINK = '<a href="'
"""How each link of a sentence begins, and nothing else in it, since names and roles are escaped."""


class Credits:
    """Makes the sentences. They link to pages of the ``publication``; without one they have no links."""

    def __init__(self, publication: Publication | None, rules: Typography) -> None:
        self._publication = publication
        self._rules = rules
        self._organisation_page = lru_cache(maxsize=CACHED_ADDRESSES)(self._find_organisation)
        self._page_of = lru_cache(maxsize=CACHED_ADDRESSES)(self._find_person)

    def sentence(self, episode: EpisodeFields, language: str, root: str) -> Markup:
        """Return "With …" with partners and guests, as HTML; empty where there are none."""
        phrases = [self._partner(partner, root) for partner in episode.partners]
        phrases += [self._appearance(guest, language, root) for guest in episode.guests]
        return self._spaced(with_sentence(phrases, language), language) if phrases else Markup()

    def people(self, appearances: Iterable[Appearance], language: str, root: str) -> Markup:
        """Return "X (role, organisation) and Y" as HTML; empty for nobody."""
        phrases = [self._appearance(appearance, language, root) for appearance in appearances]
        return self._spaced(join(phrases, language), language) if phrases else Markup()

    def partners(self, partners: Iterable[Partner], language: str, root: str) -> Markup:
        """Return the partners in one phrase, as HTML; empty for none."""
        phrases = [self._partner(partner, root) for partner in partners]
        return self._spaced(join(phrases, language), language) if phrases else Markup()

    def pages(self, appearances: Iterable[Appearance]) -> tuple[str, ...]:
        """Return the addresses of the pages of these people, each once; without those who have none."""
        return (*dict.fromkeys(filter(None, map(self._person_page, appearances))),)

    def _appearance(self, appearance: Appearance, language: str, root: str) -> str:
        page = self._person_page(appearance)
        if appearance.billed_as:
            return _linked(appearance.billed_as, page, root)
        role = escape(appearance.role, quote=False) if appearance.role else None
        organisations = [self._organisation(name, name, root) for name in appearance.organisations]
        return appearance_phrase(_linked(appearance.name, page, root), role, organisations, None, language)

    def _partner(self, partner: Partner, root: str) -> str:
        return self._organisation(partner.name, partner.billed_as or partner.name, root)

    def _organisation(self, name: str, text: str, root: str) -> str:
        return _linked(text, self._organisation_page(name), root)

    def _person_page(self, appearance: Appearance) -> str | None:
        return self._page_of(appearance.name, appearance.person)

    def _find_person(self, name: str, person: str | None) -> str | None:
        if not self._publication:
            return None
        key = self._publication.names.key(Appearance(name=name, person=person))
        slug = self._publication.directory.person_slugs.get(key)
        return f"people/{slug}/" if slug else None

    def _find_organisation(self, name: str) -> str | None:
        slug = self._publication.directory.organisation_slugs.get(fold(name)) if self._publication else None
        return f"organisations/{slug}/" if slug else None

    def _spaced(self, html: str, language: str) -> Markup:
        return Markup(spaced_html(html, language, self._rules))  # noqa: S704 - made of escaped parts


def credited(sentence: str, root: str) -> Markup:
    """Return a sentence made with an empty ``root`` for a page from which ``root`` leads to the site's root."""
    return Markup(sentence.replace(_LINK, _LINK + root))  # noqa: S704 - it was HTML before


def _linked(text: str, page: str | None, root: str) -> str:
    words = UNSEEN if is_blank(text) else escape(text, quote=False)
    return f'{_LINK}{root}{file_of(page)}">{words}</a>' if page else words
