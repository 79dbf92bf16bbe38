"""The filters of templates, which the theme contract names (``docs/themes.md``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from totem_cli.exporters.html.fragment import fragment
from totem_cli.exporters.html.links import outward
from totem_cli.exporters.spacing import spaced_html
from totem_cli.language.labels import direction
from totem_cli.language.typography import Typography, microtypography
from totem_cli.markup.characters import is_blank

UNSEEN = "\ufffd"
"""Replaces a text that has only characters not allowed in HTML, since a title or a link must not be empty."""

CACHED_TEXTS = 1 << 14
"""Texts and dates that are kept as HTML: the pages of people and tags name the same episodes in any order."""


def filters(rules: Typography) -> Mapping[str, Callable[..., Any]]:
    """Return the filters by name; those that depend on ``rules`` are not evaluated when a template is compiled."""
    from jinja2 import pass_context

    set_spacing = typo(rules)

    @pass_context
    def typo_filter(_: object, text: str, language: str) -> Markup:
        return set_spacing(text, language)

    @pass_context
    def content(_: object, html: str, language: str, root: str) -> Markup:
        return fragment(html, language, rules).html(root)

    return {"typo": typo_filter, "content": content, "outward": outward, "direction": direction}


def typo(rules: Typography) -> Callable[[str, str], Markup]:
    """Return a function from text and language to HTML with the language's spacing; ``Markup`` is not escaped."""

    @lru_cache(maxsize=CACHED_TEXTS)
    def of_text(text: str, language: str) -> Markup:
        if text and is_blank(text):
            text = UNSEEN
        return escape(microtypography(text, language, rules))

    def apply(text: str, language: str) -> Markup:
        if isinstance(text, Markup):
            return Markup(spaced_html(text, language, rules))  # noqa: S704 - the text is HTML already
        return of_text(text, language)

    return apply
