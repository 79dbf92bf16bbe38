"""What the search page looks through: scripts, because a page read from a disk may not fetch a file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from html import unescape
from typing import TYPE_CHECKING, Any

import msgspec

from totem_cli.archive.held import arranged
from totem_cli.exporters.html.jsonld import safe_json
from totem_cli.exporters.html.mended import relisted
from totem_cli.exporters.html.site import Site, encoded
from totem_cli.language.fold import fold
from totem_cli.language.labels import plural_forms
from totem_cli.publishing.page import Page

if TYPE_CHECKING:
    from totem_cli.model.episode import Episode

WITH_RECAPS = 300
"""Up to so many episodes recaps are searched too; beyond, the index would grow past what a page should load."""

CHUNK = 1000
"""Episodes in one file of the index: an edit makes one of them anew."""

SUMMARY = 300
"""Characters of a summary that are searched."""

PATH = "search/index.html"
INDEX = "assets/search-"

_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"[^\W_]+")
_PLAIN = re.compile("[\x20-\u0148\u014a-\u017f\u2010-\u2026]*")
"""Letters that the page's script folds exactly as Python does."""


def pages(site: Site) -> Sequence[Page]:
    """The search page, which without JavaScript lists everything, and its index, which is loaded when it is used."""
    if not site.settings.html.search:
        return ()
    found = [page for page in _index(site) if page]
    return _page_of(site, [page.path for page in found]), *found


def renewed(site: Site, before: Sequence[str]) -> tuple[Sequence[Page], Sequence[str]]:
    """Those of the pages that a site's changes concern, and the paths of its index, which were ``before``.

    Raises ValueError where these cannot have been.
    """
    found = _index(site, before) if site.settings.html.search else []
    names = [page.path if page else known for page, known in zip(found, before, strict=True)]
    changed = [page for page in found if page]
    return (_page_of(site, names), *changed) if changed else (), names


def _page_of(site: Site, names: Sequence[str]) -> Page:
    """The search page; ``names`` are the paths of its index."""
    series = [(record.title, record.language) for record in site.series.values()]
    return site.page(PATH, partial(_search, site, names), encoded(series, names), b"".join(site.publication.told))


def _index(site: Site, before: Sequence[str] = ()) -> list[Page | None]:
    """The files of the index: of people, then of a thousand episodes each; None for those that cannot have changed.

    ``before`` are the paths of them all where they were made before.
    """
    whole = len(site.entries) <= WITH_RECAPS
    people = site.outline.listed
    numbers = {name: number for number, (_, name) in enumerate(people)}
    named = encoded(people)
    found = [None if site.changes else _page("people", site.page("", partial(_people, people), named))]
    for start in range(0, len(site.entries), CHUNK):
        part = range(start, min(start + CHUNK, len(site.entries)))
        if site.names(part) or (whole and site.shows(part)):
            keys = [named, *_keys(site, part, whole)]
            known = before[len(found)] if len(found) < len(before) and not whole else ""
            render = partial(_episodes, site, part, whole, numbers, known)
            found.append(_page("episodes", site.page("", render, *keys)))
        else:
            found.append(None)
    return found


def _page(name: str, page: Page) -> Page:
    """One file of the index, named after what it depends on."""
    return Page(f"{INDEX}{name}.{page.key[:8]}.js", page.key, page.render)


def _keys(site: Site, part: Sequence[int], whole: bool) -> list[bytes]:
    """What a part of the index depends on."""
    titles = [record.title for record in site.titles.values()]
    digests = site.digests if whole else site.publication.told
    return [encoded(titles, part[0]), *(digests[place] for place in part)]


def _search(site: Site, index: Sequence[str]) -> bytes:
    before = site.before(PATH) if site.templates.is_ours("search.html") else None
    if before is not None:
        page = _search_page(site, index, only_changed=True)
        if (whole := relisted(page, before)) is not None:
            return whole
    return _search_page(site, index)


def _search_page(site: Site, index: Sequence[str], *, only_changed: bool = False) -> bytes:
    """The page; its list is of all episodes, or only of those that changed."""
    labels = site.labels(site.language)
    view = site.view(PATH, labels.text("search"), scripts=[site.assets["search.js"][0]])
    known: dict[str, Any] = {name: labels.text(name) for name in ("people", "episodes", "questions", "all")}
    known |= {"found": plural_forms("search_found", labels.language), "none": labels.text("search_none")}
    known |= {"root": view.root, "language": labels.language, "index": index}
    shelves = [
        (record, arranged(site.entries, [place for place in places if not only_changed or site.shows((place,))]))
        for record, places in zip(site.series.values(), site.of_series.values(), strict=True)
    ]
    return site.html("search.html", view, shelves=shelves, settings=msgspec.json.encode(known).decode())


def _people(people: Sequence[tuple[str, str]]) -> bytes:
    """Rows of slug and name."""
    return _script("people", 0, [(_short(slug, name), name) for slug, name in people], ())


def _episodes(site: Site, part: Sequence[int], whole: bool, numbers: Mapping[str, int], known: str) -> bytes:
    """Rows of slug, title, its language where it is not the page's, where and when, guests, questions, other words.

    Where and when is the place in a list of what many rows share: the series' slug, and the words that say both. A
    guest is the place in the list of people; a name where it is none of theirs. Rows that did not change are those of
    the file ``known``, if there is one.
    """
    before = site.before(known) if known else None
    if before is not None:
        rows, notes = _read(before)
        if len(rows) == len(part):
            shared = {note: number for number, note in enumerate(notes)}
            for at in site.changed(part):
                rows[at] = _row(site, part[at], whole, numbers, shared)
            if len(shared) == len(notes):  # each place and day is as it was
                return _script("episodes", part[0], rows, notes)
    shared = {}
    rows = [_row(site, place, whole, numbers, shared) for place in part]
    return _script("episodes", part[0], rows, tuple(shared))


def _row(
    site: Site, place: int, whole: bool, numbers: Mapping[str, int], shared: dict[tuple[str, str], int]
) -> Sequence[Any]:
    """The row of the episode at ``place``; what ``shared`` lacks is added there."""
    entry, episode = site.entries[place], site.publication.episodes[place]
    labels, series = site.labels(site.language), site.titles.get(entry.series)
    when = labels.date(entry.moment).unescape() if entry.moment else ""
    note = (entry.series, " · ".join(filter(None, (series.title if series else "", when))))
    words = _words(episode)
    if whole:
        words.append(unescape(_TAG.sub(" ", site.read(place).recap_html)))
    row: list[Any] = [
        _short(episode.slug, entry.title),
        _set(site, entry.title, entry.language),
        entry.language if entry.language != labels.language else "",
        shared.setdefault(note, len(shared)),
        [numbers.get(name, name) for name in entry.guests],
        [_set(site, question.text, entry.language) for question in episode.questions],
        _distinct(words, " ".join((entry.title, *entry.guests))),
    ]
    while not row[-1]:
        row.pop()
    return row


def _script(kind: str, start: int, rows: Sequence[Any], shared: Sequence[Any]) -> bytes:
    return f"totemIndex({safe_json(kind)},{start},{safe_json(rows)},{safe_json(shared)});\n".encode()


def _read(script: bytes) -> tuple[list[Sequence[Any]], list[tuple[str, str]]]:
    """The rows of a file of the index, and what they share."""
    given = b"[%b]" % script.removeprefix(b"totemIndex(").removesuffix(b");\n")
    _, _, rows, notes = msgspec.json.decode(given, type=tuple[str, int, list[Any], list[tuple[str, str]]])
    return rows, notes


def _short(slug: str, title: str) -> str:
    """A slug without what the page's script makes of the title: ``01-*`` for that with ``01-`` before it."""
    made = "-".join(_WORD.findall(fold(title))) if _PLAIN.fullmatch(title) else ""
    return f"{slug.removesuffix(made)}*" if made and slug.endswith(made) else slug


def _distinct(texts: Sequence[str], known: str) -> str:
    """The words of texts, folded, each once, but those that are ``known``."""
    there = {*_WORD.findall(fold(known))}
    return " ".join(word for word in dict.fromkeys(_WORD.findall(fold(" ".join(texts)))) if word not in there)


def _set(site: Site, text: str, language: str) -> str:
    """Text with the spacing of its language, as plain text."""
    return str(site.typo(text, language).unescape())


def _words(episode: Episode) -> list[str]:
    """What of an episode may be looked for, and is neither shown in a result nor its recap."""
    words = [episode.subtitle or "", (episode.summary or "")[:SUMMARY], *episode.tags]
    for person in (*episode.hosts, *episode.guests):
        words += [person.role or "", *person.organisations]
    words += [host.name for host in episode.hosts]
    words += [partner.name for partner in episode.partners]
    words += [question.answer or "" for question in episode.questions]
    return [*dict.fromkeys(filter(None, words))]
