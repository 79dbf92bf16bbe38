"""What the search page looks through, as a script, because a page read from a disk may not fetch a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from html import unescape
from typing import TYPE_CHECKING

from totem_cli.exporters.html.jsonld import safe_json
from totem_cli.exporters.html.links import file_of, root_of
from totem_cli.exporters.html.site import Site, encoded
from totem_cli.language.fold import search_text
from totem_cli.store.page import Page, key_of

if TYPE_CHECKING:
    from totem_cli.model.episode import Episode

WITH_RECAPS = 300
"""Up to so many episodes recaps are searched too; beyond, the index would grow past what a page should load."""

PATH = "search/index.html"

_TAG = re.compile(r"<[^>]*>")


def pages(site: Site) -> Sequence[Page]:
    """The search page, which without JavaScript lists everything, and its index."""
    if not site.settings.html.search:
        return ()
    episodes = site.publication.episodes
    whole = len(episodes) <= WITH_RECAPS
    digests = [site.digests[place] if whole else encoded(_words(episode)) for place, episode in enumerate(episodes)]
    shown = encoded(site.entries, [(record.title, record.language) for record in site.series.values()])
    name = f"assets/search-index.{key_of(site.stamp, *digests)[:8]}.js"
    return (
        site.page(PATH, partial(_search, site, name), shown, name),
        site.page(name, partial(_index, site, whole), *digests),
    )


def _search(site: Site, index: str) -> bytes:
    view = site.view(
        PATH,
        site.labels(site.language).text("search"),
        scripts=[index, site.assets["search.js"][0]],
    )
    shelves = [
        (record, [site.entries[place] for place in site.of_series[slug]]) for slug, record in site.series.items()
    ]
    return site.html("search.html", view, shelves=shelves)


def _index(site: Site, whole: bool) -> bytes:
    rows = []
    for place, (entry, episode) in enumerate(zip(site.entries, site.publication.episodes, strict=True)):
        words = _words(episode)
        if whole:
            words = [*words, unescape(_TAG.sub(" ", site.read(place).recap_html))]
        rows.append((root_of(PATH) + file_of(entry.address), search_text(" ".join(words))))
    return f"window.totemIndex={safe_json(rows)};\n".encode()


def _words(episode: Episode) -> list[str]:
    """Everything of an episode that may be looked for, but the recap."""
    words = [episode.title, episode.subtitle or "", episode.summary or "", episode.moment or "", *episode.tags]
    for person in (*episode.hosts, *episode.guests):
        words += [person.name, person.role or "", *person.organisations]
    words += [partner.name for partner in episode.partners]
    for question in episode.questions:
        words += [question.text, question.answer or ""]
    return [word for word in words if word]
