"""What the search page looks through: scripts, because a page read from a disk may not fetch a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from totem_cli.exporters.html.jsonld import safe_json
from totem_cli.exporters.html.site import Site, encoded
from totem_cli.store.page import Page

if TYPE_CHECKING:
    from totem_cli.model.episode import Episode

WITH_RECAPS = 300
"""Up to so many episodes recaps are searched too; beyond, the index would grow past what a page should load."""

CHUNK = 1000
"""Episodes in one file of the index: an edit makes one of them anew."""

PATH = "search/index.html"

_TAG = re.compile(r"<[^>]*>")


def pages(site: Site) -> Sequence[Page]:
    """The search page, which without JavaScript lists everything, and its index, which is loaded when it is used."""
    if not site.settings.html.search:
        return ()
    whole = len(site.entries) <= WITH_RECAPS
    people = [(quote(person.address), person.name) for person in site.people]
    named = encoded(people)
    found = [_page("people", site.page("", partial(_people, people), named))]
    for start in range(0, len(site.entries), CHUNK):
        part = range(start, min(start + CHUNK, len(site.entries)))
        found.append(_page("episodes", site.page("", partial(_episodes, site, part, whole), *_keys(site, part, whole))))
    names = [page.path for page in found]
    series = [(record.title, record.language) for record in site.series.values()]
    shown = [(entry.address, entry.title, entry.language, entry.series) for entry in site.entries]
    return site.page(PATH, partial(_search, site, names), encoded(shown, series, names)), *found


def _page(name: str, page: Page) -> Page:
    """One file of the index, named after what it depends on."""
    return Page(f"assets/search-{name}.{page.key[:8]}.js", page.key, page.render)


def _keys(site: Site, part: Sequence[int], whole: bool) -> list[bytes]:
    """What a part of the index depends on."""
    episodes = site.publication.episodes
    titles = [record.title for record in site.titles.values()]
    texts = [site.digests[place] if whole else encoded(_words(episodes[place])) for place in part]
    return [encoded(titles, [(site.entries[place], episodes[place].questions) for place in part]), *texts]


def _search(site: Site, index: Sequence[str]) -> bytes:
    labels = site.labels(site.language)
    view = site.view(PATH, labels.text("search"), scripts=[site.assets["search.js"][0]])
    known = {name: labels.text(name) for name in ("people", "episodes", "questions", "all")}
    known |= {"found": labels.text("search_found", count="%"), "one": labels.text("search_found", count=1)}
    known |= {"none": labels.text("search_none"), "root": view.root, "language": labels.language}
    settings = msgspec.json.encode(known | {"index": index}).decode()
    shelves = [
        (record, [site.entries[place] for place in site.of_series[slug]]) for slug, record in site.series.items()
    ]
    return site.html("search.html", view, shelves=shelves, settings=settings)


def _people(people: Sequence[tuple[str, str]]) -> bytes:
    """Rows of folder and name."""
    return _script("people", 0, people)


def _episodes(site: Site, part: Sequence[int], whole: bool) -> bytes:
    """Rows of folder, title, its language where it is not the page's, the line below it, questions, other words."""
    rows = []
    labels = site.labels(site.language)
    for place in part:
        entry, episode = site.entries[place], site.publication.episodes[place]
        series = site.titles.get(entry.series)
        note = [series.title if series else "", labels.date(entry.moment).unescape() if entry.moment else ""]
        words = _words(episode)
        if whole:
            words.append(unescape(_TAG.sub(" ", site.read(place).recap_html)))
        rows.append(
            (
                quote(entry.address),
                _set(site, entry.title, entry.language),
                entry.language if entry.language != labels.language else "",
                " · ".join(filter(None, (*note, ", ".join(entry.guests)))),
                [_set(site, question.text, entry.language) for question in episode.questions],
                " ".join(words),
            )
        )
    return _script("episodes", part[0], rows)


def _script(kind: str, start: int, rows: Sequence[Any]) -> bytes:
    return f"totemIndex({safe_json(kind)},{start},{safe_json(rows)});\n".encode()


def _set(site: Site, text: str, language: str) -> str:
    """Text with the spacing of its language, as plain text."""
    return str(site.typo(text, language).unescape())


def _words(episode: Episode) -> list[str]:
    """What of an episode may be looked for, and is neither shown in a result nor its recap."""
    words = [episode.subtitle or "", episode.summary or "", episode.moment or "", *episode.tags]
    for person in (*episode.hosts, *episode.guests):
        words += [person.role or "", *person.organisations]
    words += [host.name for host in episode.hosts]
    words += [partner.name for partner in episode.partners]
    words += [question.answer or "" for question in episode.questions]
    return [*dict.fromkeys(filter(None, words))]
