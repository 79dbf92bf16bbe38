"""What the search page looks through: scripts, because a page read from a disk may not fetch a file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import unescape
from typing import TYPE_CHECKING, Any

import msgspec

from totem_cli.exporters.html.jsonld import safe_json
from totem_cli.exporters.html.site import Site
from totem_cli.language.fold import fold
from totem_cli.language.labels import plural_forms

if TYPE_CHECKING:
    from totem_cli.model.episode import Episode

SUMMARY = 300
"""Characters of a summary that are searched."""

PATH = "search/index.html"

_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"[^\W_]+")
_PLAIN = re.compile("[\x20-\u0148\u014a-\u017f\u2010-\u2026]*")
"""Letters that the page's script folds exactly as Python does."""


def search_page(site: Site, index: Sequence[str]) -> bytes:
    """The search page, which without JavaScript lists everything; ``index`` are the paths of its index."""
    labels = site.labels(site.language)
    view = site.view(PATH, labels.text("search"), scripts=[site.assets["search.js"][0]])
    known: dict[str, Any] = {name: labels.text(name) for name in ("people", "episodes", "questions", "all")}
    known |= {"found": plural_forms("search_found", labels.language), "none": labels.text("search_none")}
    known |= {"root": view.root, "language": labels.language, "index": index}
    shelves = [
        (record, [site.entries[place] for place in places])
        for record, places in zip(site.series.values(), site.of_series.values(), strict=True)
    ]
    return site.html("search.html", view, shelves=shelves, settings=msgspec.json.encode(known).decode())


def people_index(people: Sequence[tuple[str, str]]) -> bytes:
    """The index of people: rows of slug and name."""
    return _script("people", 0, [(_short(slug, name), name) for slug, name in people], ())


def episodes_index(site: Site, part: range, whole: bool, people: Sequence[tuple[str, str]]) -> bytes:
    """The index of some episodes; with their recaps if ``whole``.

    A row is slug, title, its language where it is not the page's, where and when, guests, questions, other words. Where
    and when is the place in a list of what many rows share: the series' slug, and the words that say both. A guest is
    the place in the list of people; a name where it is none of theirs.
    """
    numbers = {name: number for number, (_, name) in enumerate(people)}
    shared: dict[tuple[str, str], int] = {}
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
