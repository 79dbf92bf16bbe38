"""The search page and its index, which is made of scripts: a page read from a disk may not fetch other files."""

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

_TAG = re.compile(r'<[^<>"]*(?:"[^"]*"[^<>"]*)*>')
_WORD = re.compile(r"[^\W_]+")
_PLAIN = re.compile("[\x20-\u0148\u014a-\u017f\u2010-\u2026]*")
"""Texts that the page's script folds exactly as Python does."""


def search_page(site: Site, paths: Sequence[str]) -> bytes:
    """Return the search page, which lists everything where there is no JavaScript; ``paths`` are its index's files."""
    labels = site.labels(site.language)
    view = site.view(PATH, labels.text("search"), scripts=[site.assets["search.js"][0]])
    settings: dict[str, Any] = {name: labels.text(name) for name in ("people", "episodes", "questions", "all")}
    settings |= {"found": plural_forms("search_found", labels.language), "none": labels.text("search_none")}
    settings |= {"root": view.root, "language": labels.language, "index": paths}
    episodes_of_series = [
        (record, [site.list_items[index] for index in indexes])
        for record, indexes in zip(site.series.values(), site.series_indexes.values(), strict=True)
    ]
    return site.html("search.html", view, shelves=episodes_of_series, settings=msgspec.json.encode(settings).decode())


def people_index(people: Sequence[tuple[str, str]]) -> bytes:
    """Return the index of people: rows of slug and name."""
    return _script("people", 0, [(_short(slug, name), name) for slug, name in people], ())


def episodes_index(site: Site, part: range, with_recaps: bool, people: Sequence[tuple[str, str]]) -> bytes:
    """Return the index of some episodes, which includes their recaps if ``with_recaps``.

    A row is slug, title, its language where it is not the page's, a note, guests, questions, other words; empty values
    at its end are left out. The note is a number in a list that the rows share, of series' slugs with the text that
    shows series and date. A guest is a number in the index of people, or a name that is not in it.
    """
    numbers = {name: number for number, (_, name) in enumerate(people)}
    shared: dict[tuple[str, str], int] = {}
    rows = [_row(site, index, with_recaps, numbers, shared) for index in part]
    return _script("episodes", part[0], rows, tuple(shared))


def _row(
    site: Site, index: int, with_recaps: bool, numbers: Mapping[str, int], shared: dict[tuple[str, str], int]
) -> Sequence[Any]:
    """The row of the episode at ``index``; its note is added to ``shared`` where it is not there yet."""
    item, episode = site.list_items[index], site.publication.episodes[index]
    labels, series = site.labels(site.language), site.titles.get(item.series)
    when = labels.date(item.moment, item.days).unescape() if item.moment else ""
    note = (item.series, " · ".join(filter(None, (series.title if series else "", when))))
    words = _words(episode)
    if with_recaps:
        words.append(unescape(_TAG.sub(" ", site.read(index).recap_html)))
    row: list[Any] = [
        _short(episode.slug, item.title),
        _spaced(site, item.title, item.language),
        item.language if item.language != labels.language else "",
        shared.setdefault(note, len(shared)),
        [numbers.get(name, name) for name in item.guests],
        [_spaced(site, question.text, item.language) for question in episode.questions],
        _distinct(words, " ".join((item.title, *item.guests))),
    ]
    while not row[-1]:
        row.pop()
    return row


def _script(kind: str, start: int, rows: Sequence[Any], shared: Sequence[Any]) -> bytes:
    return f"totemIndex({safe_json(kind)},{start},{safe_json(rows)},{safe_json(shared)});\n".encode()


def _short(slug: str, title: str) -> str:
    """A slug without the part that the page's script makes from the title: ``01-*`` for ``01-`` and that part."""
    made = "-".join(_WORD.findall(fold(title))) if _PLAIN.fullmatch(title) else ""
    return f"{slug.removesuffix(made)}*" if made and slug.endswith(made) else slug


def _distinct(texts: Sequence[str], without: str) -> str:
    """The words of texts, folded, each once; the words of ``without`` are left out."""
    there = {*_WORD.findall(fold(without))}
    return " ".join(word for word in dict.fromkeys(_WORD.findall(fold(" ".join(texts)))) if word not in there)


def _spaced(site: Site, text: str, language: str) -> str:
    """Text with the spacing of its language, as plain text."""
    return str(site.typo(text, language).unescape())


def _words(episode: Episode) -> list[str]:
    """The texts of an episode that are searched, besides those that a result shows and the recap."""
    words = [episode.subtitle or "", (episode.summary or "")[:SUMMARY], *episode.tags]
    for person in (*episode.hosts, *episode.guests):
        words += [person.role or "", *person.organisations]
    words += [host.name for host in episode.hosts]
    words += [partner.name for partner in episode.partners]
    words += [question.answer or "" for question in episode.questions]
    return [*dict.fromkeys(filter(None, words))]
