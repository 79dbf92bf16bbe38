"""What the path of a text says of it: its series, its name, its date, its language, whether it is a draft."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Literal, NamedTuple

from totem_cli.importers.identity import series_slug
from totem_cli.language.fold import fold
from totem_cli.language.labels import is_language, language_tag
from totem_cli.model.episode import Episode
from totem_cli.model.vocabulary import vocabulary

_DATED = re.compile(
    r"(?P<date>(?:1[89]|20)\d{2}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)(?:[-_ ]+(?P<rest>\D.*))?"
)
_FULL = re.compile(r"(?P<date>\d{4}-\d{2}-\d{2})(?:[-_ ]+(?P<rest>.+))?")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_MONTH = re.compile(r"(?:0[1-9]|1[0-2])")
_DAY = re.compile(r"(?:0[1-9]|[12]\d|3[01])")
_IN_YEAR = re.compile(rf"{_MONTH.pattern}-{_DAY.pattern}[-_]")
_TRANSLATED = re.compile(
    r"i18n/(?P<tag>[A-Za-z-]+)/docusaurus-plugin-content-(?P<folder>\w+)/(?:current/)?(?P<rest>.+)"
)
_UNPACKED = re.compile(r"Export-[0-9a-f-]+|Private & Shared", re.IGNORECASE)
"""Folders into which an export of Notion is unpacked."""

_SUFFIX = re.compile(r"(?P<stem>.+)\.(?P<tag>[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?)")
_NOTION = re.compile(r"(?P<name>.+?)[ -](?P<id>[0-9a-f]{32})")
_STRUCTURE = ("content", "src", "source")
_PEOPLE = frozenset(
    "gens membres people person persons personne personnes persona personas persone personen team equipe authors"
    " auteurs auteur author autores autori bios profiles profils".split()
)


class Place(NamedTuple):
    """What a path says. ``series`` is a slug; ``folder`` is the series' name as the folder has it."""

    kind: Literal["episode", "series", "person"]
    series: str
    folder: str
    stem: str
    date: str = ""
    rest: str = ""
    """What the name has after its date."""
    language: str = ""
    is_draft: bool = False
    year: str = ""
    notion: str = ""
    is_home: bool = False
    """Whether it is the page of the whole site."""


def place(path: str, root_series: str, languages: frozenset[str] = frozenset(), *, is_one: bool = False) -> Place:
    """What the path of a text says of it.

    ``root_series`` is the name of what lies in no folder of its own; ``languages`` are the folders at the top of the
    content that are a language's.
    """
    translated, path = in_original(path)
    pure = PurePosixPath(path)
    folders = [] if is_one else list(pure.parts[:-1])
    stem, notion = notion_name(pure.stem)
    is_draft = "_drafts" in folders
    while folders and (folders[0] in _STRUCTURE or _UNPACKED.fullmatch(folders[0])):
        del folders[0]
    language = language_tag(translated) if translated else ""
    if folders and folders[0] in languages:
        language = language_tag(folders.pop(0))
    elif (match := _SUFFIX.fullmatch(stem)) and is_language(match["tag"].replace("_", "-")):
        stem, language = match["stem"], language_tag(match["tag"])
    is_home = stem == "index" and not folders and not is_one and bool(root_series)
    is_section = stem == "_index" or pure.name == "series.md" or is_home
    if stem == "index" and folders and not is_section:
        stem, notion = notion_name(folders.pop())
    folders, year = _without_years(folders, root_series)
    if len(year) == 4 and _IN_YEAR.match(stem):  # Docusaurus: 2023/04-11-second-fire.md
        stem = f"{year}-{stem}"
    names = [notion_name(one)[0].lstrip("_") for one in folders if one not in ("_posts", "_drafts") or not root_series]
    if len(names) > 1:
        names = [one for one in names if one not in ("_posts", "_drafts")] or names[:1]
    folder = " ".join(names)
    series = series_slug(folder or root_series) if folder or root_series else ""
    date, rest = _date(stem)
    kind: Literal["episode", "series", "person"] = "episode"
    if is_section and len(folders) > 1 and is_people(folders[-2]):  # Hugo's page of a person: authors/ada/_index.md
        kind, stem = "person", folders[-1]
    elif is_section and not is_one:
        kind = "series"
    elif folders and is_people(folders[-1]):
        kind = "person"
    return Place(kind, series, folder or root_series, stem, date, rest, language, is_draft, year, notion, is_home)


def in_original(path: str) -> tuple[str, str]:
    """The language of a translation as Docusaurus has them, and the path of its original; any other path as it is."""
    match = _TRANSLATED.fullmatch(path)
    return (match["tag"], f"{match['folder']}/{match['rest']}") if match else ("", path)


def notion_name(name: str) -> tuple[str, str]:
    """A name in a Notion export without the id at its end, and that id; the name itself where it has none."""
    match = _NOTION.fullmatch(name)
    return (match["name"].strip(), match["id"]) if match else (name, "")


def is_people(folder: str) -> bool:
    """Whether a folder, or a file of data, is called as people are: ``_speakers``, ``intervenants``, ``team``."""
    name = fold(folder.strip("_"))
    return name in _PEOPLE or vocabulary(Episode).find(name) in ("guests", "hosts")


def title_from(name: str) -> str:
    """The title that a file's name is: ``la-grande-digue`` is ``La grande digue``."""
    name = name.rpartition("___")[2] or name  # Logseq parts the names of pages so
    words = re.sub(r"[-_]+", " ", name) if " " not in name.strip() else name
    words = " ".join(words.split())
    return words[:1].upper() + words[1:]


def _without_years(folders: list[str], root_series: str) -> tuple[list[str], str]:
    """The folders without those of a year, a month and a day in it, where something else names the series."""
    kept: list[str] = []
    year = ""
    for folder in folders:
        if _YEAR.fullmatch(folder) and (kept or root_series):
            year = folder
        elif (len(year) == 4 and _MONTH.fullmatch(folder)) or (len(year) == 7 and _DAY.fullmatch(folder)):
            year = f"{year}-{folder}"
        else:
            kept.append(folder)
    return kept, year


def _date(stem: str) -> tuple[str, str]:
    """The date that a name begins with, and what comes after it."""
    match = _FULL.fullmatch(stem) or _DATED.fullmatch(stem)
    return (match["date"], match["rest"] or "") if match else ("", "")
