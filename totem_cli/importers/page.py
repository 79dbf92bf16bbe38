"""A recap page as it was published: HTML, Markdown, or text copied from a browser.

A heuristic, which reports the phrases that it could not read. Structured data (JSON-LD, microdata, OpenGraph) completes
what the text leaves open.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from totem_cli.errors import InvalidError, Location
from totem_cli.importers import Imported, Options, filled, source_bytes
from totem_cli.importers.folder.place import title_from
from totem_cli.importers.html_tree import decode, parse
from totem_cli.importers.identity import distinct, series_slug, stable_id
from totem_cli.importers.notes import Kind, Note
from totem_cli.importers.page_blocks import Block, Reading, read_blocks
from totem_cli.importers.page_content import Section
from totem_cli.importers.page_data import PageData, read_data
from totem_cli.importers.page_editors import plain_html, with_footnotes
from totem_cli.importers.page_facts import DateOptions, moment_in
from totem_cli.importers.page_files import PageFiles
from totem_cli.importers.page_main import read_page, trail_of
from totem_cli.importers.page_outline import Outline, Part, is_of_minutes, labelled_title, outline, topic_of
from totem_cli.importers.page_people import linked_names
from totem_cli.importers.page_programme import programme
from totem_cli.importers.page_report import chunks, dropped, furniture, missing
from totem_cli.importers.page_section import read_section
from totem_cli.importers.page_text import text_blocks
from totem_cli.importers.page_when import day_named
from totem_cli.importers.page_words import (
    furniture_line,
    guess_language,
    is_furniture_heading,
    is_furniture_line,
    is_sure_furniture,
    number_in,
    unwrapped,
)
from totem_cli.importers.prose import markdown
from totem_cli.importers.words import read_mapping
from totem_cli.language.fold import fold
from totem_cli.language.slug import slugify
from totem_cli.markup.html import to_html
from totem_cli.model import read as model
from totem_cli.model.episode import Episode
from totem_cli.model.field import table
from totem_cli.model.series import Series

_CHANGED = re.compile(r"modif|updated|mis(?:e)? a jour|geandert|aktualisiert|actualizad|aggiornat")
_OF_EXPORTS = re.compile(r"^(?:\d{6,}\.|\d{4}-\d\d-\d\d_)|-[0-9a-f]{10,12}$")
"""What Substack and Medium put before and after the name of a page."""

_HTML = re.compile(
    r"\s*(?:<!doctype html|<html|<\?xml|<!--|<(?:head|body|main|article|section|div|header|h[1-6]|p|meta|title)\b)",
    re.IGNORECASE,
)
_END_TAG = re.compile(r"<(?:/p|/h[1-6]|/div|/body)>", re.IGNORECASE)
_MARKDOWN = re.compile(r"^#{1,6} \S|^\*\*\S.*\*\*\s*$|^> \S|\]\(https?://", re.MULTILINE)
_FRONT = re.compile(r"\A(---|\+\+\+)[ \t]*\n.*?\n\1[ \t]*\n", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title[ \t]*[:=](.*)$", re.MULTILINE)
_SENTENCE = 8
"""The fewest words of a paragraph that may say when it was."""

_NO_TEXT = "there is no text in the page"
_LISTS = [name for name, row in table(Episode).items() if row.part]


def read(source: Path | bytes, options: Options) -> Imported:
    """A series with its episodes, or the one episode that the page is about.

    Raises InvalidError where there is no page: no text, or binary content. ``notes`` tell what is not in the records,
    each with its whole text.
    """
    content, name = source_bytes(source, options)
    text, assumed = (content.decode(options.encoding, "replace"), "") if options.encoding else decode(content)
    try:
        if "\x00" in text[:10_000] or not text.strip():
            raise InvalidError(_NO_TEXT, hint="give its HTML, Markdown or text")
        files = PageFiles(source)
        page = _parsed(text, name, options, files)
        if not page.reading.blocks and not page.data.episodes:
            raise InvalidError(_NO_TEXT, hint="give its HTML, Markdown or text")
        imported = _Assembly(page, name, options).imported()
        if assumed:
            note = Note(
                Kind.ASSUMED, assumed, "taken as the encoding: the page names none", Location(name), "--encoding"
            )
            imported = replace(imported, notes=(*imported.notes, note))
        return files.completed(imported, name)
    except InvalidError as error:
        raise error.at(Location(name)) from None


@dataclass
class _Page:
    """A page taken apart: its structured data, its blocks, every text of it, and what an editor keeps beside it."""

    data: PageData
    reading: Reading
    lines: list[str]
    footnotes: dict[str, str] = field(default_factory=dict)
    trail: list[str] = field(default_factory=list)
    """The names of the pages that this one is below."""


def _parsed(text: str, name: str, options: Options, files: PageFiles) -> _Page:
    if _HTML.match(text) or _END_TAG.search(text[:200_000]):
        root = parse(text)
        trail = trail_of(root)
        data = read_data(root, text, options)
        files.follow(root, data.address)
        apart = plain_html(root, text)
        lines = chunks(root)
        reading = read_page(root)
        reading.left_out += [("an editor's comment", comment) for comment in apart.comments]
        if gone := dropped(text):
            reading.left_out.append(("a drawing, or for readers without scripts", gone))
        footnotes = {number: markdown([note]) for number, note in apart.footnotes.items()}
        return _Page(data, reading, lines, footnotes, trail)
    text = text.lstrip("\ufeff").replace("\r\n", "\n")
    lines = text.splitlines()
    front, title, rows = _FRONT.match(text), "", []
    if front:
        titled = _FRONT_TITLE.search(front[0])
        title, text = titled[1].strip().strip("\"'") if titled else "", text[front.end() :]
        rows = [
            Block("front", line, line, rows=(_front_row(line),)) for line in front[0].splitlines()[1:-1] if line.strip()
        ]
    if front or name.lower().endswith((".md", ".markdown")) or _MARKDOWN.search(text):
        root = parse(to_html(text, heading_base=1))
        files.follow(root, "")
        return _Page(PageData(title=title), Reading([*rows, *read_blocks(root)]), lines)
    return _Page(PageData(), Reading(text_blocks(text)), lines)


def _front_row(line: str) -> tuple[str, ...]:
    """The key and the value of a line of front matter."""
    key, sign, value = line.partition("=" if "=" in line.partition(":")[0] else ":")
    return (
        (key.strip(), value.strip().strip("\"'[]").replace('", "', ", ")) if sign and value.strip() else (line.strip(),)
    )


def _are_same(people: list[dict[str, Any]], stated: list[dict[str, Any]]) -> bool:
    """Whether all who were read are those whom structured data states, or their organisations, and it says more."""
    names = {fold(one["name"]) for one in stated}
    names_of_work = {fold(name) for one in stated for name in one.get("organisations", ())}
    read = {fold(one["name"]) for one in people}
    return bool(names) and names <= read <= names | names_of_work and any(len(one) > 1 for one in stated)


def _begins(section: Section) -> str:
    """The first paragraph of a text that is a sentence."""
    return next((one for one in section.text if not one.startswith("#") and len(one.split()) >= _SENTENCE), "")


class _Assembly:
    """Makes records of the parts of a page."""

    def __init__(self, page: _Page, name: str, options: Options) -> None:
        self.page, self.data, self.name = page, page.data, name
        data = page.data
        blocks, season = programme(page.reading.blocks, data.title)
        self.notes = furniture(page.reading.left_out, name)
        self.notes += [Note(Kind.LEFT_OUT, what, why, Location(name)) for what, why in data.left_out]
        if season:
            self.notes.append(Note(Kind.ASSUMED, season, "the year of the dates that state none", Location(name)))
        title = labelled_title(blocks) or data.title
        self.minutes = ""  # the title of minutes that are about something
        self.outline = outline(blocks, title, [one["title"] for one in data.episodes])
        self._name_parts()
        if len(data.episodes) > 1 and len(self.outline.parts) == 1:  # only the structured data separates its episodes
            (part,) = self.outline.parts
            parts = [Part(one.get("number"), one["title"]) for one in data.episodes]
            self.outline = Outline(data.series.get("title") or part.title, part.blocks, parts)
        self.by_key: dict[object, Mapping[str, Any]] = {}
        for one in data.episodes:
            title, number = fold(one["title"]), one.get("number")
            for key in ((title, number), title, *([] if number is None else [number])):
                self.by_key.setdefault(key, one)
        self.titles = Counter(fold(part.title) for part in self.outline.parts)
        languages = (one.get("language", "") for one in (data.series, *data.episodes))
        guessed = guess_language(" ".join(block.text for block in blocks))
        self.language = data.language or next(filter(None, languages), "") or guessed
        dates = self.dates = DateOptions.of(
            options, self.language, "\n".join(page.lines), data.published, page.reading.published
        )
        names, mapped = linked_names(blocks), read_mapping(options)
        self.sections = [
            read_section(part.blocks, names, dates, above=part.above, title=part.title, mapped=mapped)
            for part in self.outline.parts
        ]
        partners = (one["name"] for section in self.sections for one in section.partners)
        names = names._replace(organisations=(*names.organisations, *partners))
        before, above, series = self.outline.before, self.outline.above, self.outline.series
        self.introduction = read_section(before, names, dates, above=above, title=series, episode=False)
        lines = (what for kind, what in page.reading.left_out if "about" in kind and not _CHANGED.search(fold(what)))
        about = (moment_in(what, dates, most=20) for what in lines)
        written = next((one.date.date for one in about if one), "")
        stated = self.introduction.fields.get("published", "")
        shown = dates.parse(page.reading.published) if page.reading.published else None
        if shown and any(one.get("date", "")[:10] == shown.date[:10] for one in data.episodes):
            shown = None  # a page of an event shows when that is
        self.published = data.published or (shown.date if shown else stated or written)

    def _name_parts(self) -> None:
        """Give the one episode of a page its title where no line of it is one, or its title is only ``Minutes``."""
        if len(self.outline.parts) > 1:
            return
        (part,) = self.outline.parts
        near = [one.text for one in (*part.above, *part.blocks[:2]) if one.kind != "list" and len(one.text) < 90]
        if part.number is None and (found := next(((number_in(one), one) for one in near if number_in(one)), None)):
            part.number = found[0]
            self.notes.append(Note(Kind.ASSUMED, found[1], "the number is from this line", Location(self.name)))
        if self.outline.series:
            return
        if space := next((one for one in self.page.trail if part.title.startswith(f"{one} : ")), ""):
            part.title, self.outline.series = part.title.removeprefix(f"{space} : "), space  # as Confluence has it
        topic = topic_of(part.blocks) if is_of_minutes(part.title) else ""
        if topic:
            why = "the title is what its page is about; this line stays as the subtitle"
            self.notes.append(Note(Kind.ASSUMED, topic, why, Location(self.name)))
            self.minutes, part.title = part.title, topic
        elif not part.title and not self.data.episodes and "<" not in self.name:
            part.title = title_from(_OF_EXPORTS.sub("", PurePosixPath(self.name).stem))
            if part.title:
                self.notes.append(Note(Kind.ASSUMED, part.title, "the title is the file's name", Location(self.name)))

    def imported(self) -> Imported:
        parts, sections = self.outline.parts, self.sections
        alone = len(parts) == 1 and not self.outline.series
        title = unwrapped(self.outline.series)
        if alone and not title:
            named = (one["series"] for one in self.data.episodes if "series" in one)
            title = next(named, "") or self.data.series.get("title", "") or sections[0].fields.get("series", "")
        self._note_the_rest()
        for part, section in zip(parts, sections, strict=True):
            self._complete(part, section)
            self._note(section, f"episode {part.number or part.title}")
        self._note(self.introduction, "the introduction")
        series, shared = self._series(title)
        slug = series_slug(title, self.language) if title else ""
        episodes = [
            self._episode(part, section, slug, shared, position)
            for position, (part, section) in enumerate(zip(parts, sections, strict=True), 1)
        ]
        for part, section, one in zip(parts, sections, episodes, strict=True):
            if not section.guests:
                why = "no guests were found" if section.questions else "neither guests nor questions were found"
                self.notes.append(Note(Kind.ASSUMED, part.title, why, Location(self.name)))
            day = "" if one.date else day_named(_begins(section), self.dates)
            if day:
                why = "the text names it: it is not taken as the date"
                self.notes.append(Note(Kind.ASSUMED, day, why, Location(self.name)))
        locations = [Location(self.name, path=f"episode {position}") for position in range(1, len(parts) + 1)]
        used = " ".join(one.recap for one in episodes)
        for number, note in self.page.footnotes.items():
            if f"[^{number}]" not in used:
                self.notes.append(
                    Note(Kind.LEFT_OUT, note, "a footnote of a line that is not text", Location(self.name))
                )
        self.notes += missing(self.page.lines, [*series, *episodes], self._known(), self.name)
        return Imported(
            series=series,
            episodes=tuple(episodes),
            locations={"episodes": locations},
            mapping=tuple({label: meant for one in sections for label, meant in one.labels.items()}.items()),
            notes=tuple(
                replace(note, furniture=note.kind == Kind.LEFT_OUT and is_sure_furniture(note.why, note.what))
                for note in self.notes
            ),
        )

    def _known(self) -> Iterator[str]:
        """The texts of the page that were understood or told."""
        yield from (note.what for note in self.notes)
        yield from self.outline.contents
        yield from (part.heading for part in self.outline.parts)
        yield from (text for one in (self.introduction, *self.sections) for text in one.understood)

    def _note(self, section: Section, where: str) -> None:
        self.notes += [replace(note, location=Location(self.name, path=where)) for note in section.notes]

    def _note_the_rest(self) -> None:
        """Report the text after the last episode."""
        for block in self.outline.after:
            is_known = is_furniture_heading(block.text) or is_furniture_line(block.text)
            why = furniture_line(block.text) if is_known else "it stands after the last episode"
            if block.kind != "rule":
                self.notes.append(Note(Kind.LEFT_OUT, block.text, why, Location(self.name)))

    def _data_of(self, part: Part) -> Mapping[str, Any]:
        """The structured data of an episode: of the same title, else of the same number, else the only one."""
        title, number = fold(part.title), part.number
        for key in ((title, number), title, number):
            if key in self.by_key:
                return self.by_key[key]
        return self.data.episodes[0] if len(self.data.episodes) == len(self.outline.parts) == 1 else {}

    def _complete(self, part: Part, section: Section) -> None:
        """Fill what the text of an episode leaves open from its structured data."""
        data = self._data_of(part)
        for key in _LISTS:
            known, stated = getattr(section, key), [dict(one) for one in data.get(key, ())]
            if not known or (key == "guests" and _are_same(known, stated)):
                known[:] = stated
                if key == "guests" and stated:
                    section.notes = [note for note in section.notes if not note.why.startswith("read as")]
        stated, day = data.get("date", ""), section.fields.get("date", "")
        if "T" in stated and stated.startswith(day) and day:  # the hour that the text has no zone for
            section.notes = [note for note in section.notes if "without a zone" not in note.why]
        if place := data.get("place"):  # it is said in the text too
            section.text = [one for one in section.text if fold(one) != fold(place)]
        if not section.text and "recap" in data:
            section.text.append(data["recap"])

    def _recap(self, section: Section) -> str:
        """The text of a section, with the footnotes that it refers to."""
        return with_footnotes(section.recap, self.page.footnotes)

    def _series(self, title: str) -> tuple[tuple[Series, ...], dict[str, Any]]:
        """The series, if the page names one, and the hosts and partners that its episodes share."""
        data, introduction = self.data, self.introduction
        shared: dict[str, Any] = {}
        for key in ("hosts", "partners"):
            first, *others = [getattr(section, key) for section in self.sections]
            common = first if all(one == first for one in others) else []
            shared[key] = getattr(introduction, key) or common or list(data.series.get(key, ()))
        if not title:
            return (), {}
        several = len(self.sections) > 1
        front = {
            "id": data.series.get("id"),
            "title": title,
            "language": self.language,
            "tags": distinct([*introduction.tags, *data.tags]) if several else [],
            "links": introduction.links if several else [],
            "source": filled({"url": data.address, "author": data.author}),
            **shared,
        }
        text = introduction.recap or (data.series.get("introduction", "") if several else "")
        return (model.series(filled(front), slug=series_slug(title, self.language), introduction=text),), shared

    def _episode(self, part: Part, section: Section, series: str, shared: Mapping[str, Any], position: int) -> Episode:
        data, page = self._data_of(part), self.data
        alone = len(self.outline.parts) == 1
        title = part.title or data.get("title") or "…"
        number = part.number or data.get("number")
        name = slugify(title) if self.titles[fold(part.title)] < 2 else f"{slugify(title)} {number or position}"
        series_partners = shared.get("partners", [])
        own_partners = [one for one in section.partners if one not in series_partners]
        front = {
            "id": data.get("id")
            or (stable_id(f"{series}/{name}") if series else None),  # else the archive tells them apart
            "title": title,
            "number": number,
            "date": data.get("date"),
            "place": data.get("place"),
            "duration": data.get("duration"),
            "subtitle": self.minutes,
            "published": data.get("published") or self.published,
            "guests": section.guests,
            "hosts": section.hosts if section.hosts != shared.get("hosts") else [],
            "partners": [*series_partners, *own_partners] if own_partners else [],
            "questions": section.questions,
            "tags": distinct(
                [
                    *section.tags,
                    *(self.introduction.tags if alone else ()),
                    *data.get("tags", ()),
                    *(page.tags if alone or not series else ()),
                ]
            ),
            "links": [*section.links, *(self.introduction.links if alone else ())],
            "media": section.media,
            "image": page.image if alone and page.image.startswith(("http:", "https:")) else "",
            "language": section.fields.get("language") or ("" if series else self.language),
            "source": filled({"url": page.address}),
        }
        named = moment_in(title, self.dates, most=12) or moment_in(self.minutes, self.dates, most=12)
        if named and not (section.fields.get("date") or front["date"]):
            found = named
            front["date"] = found.date.date if len(found.date.date) >= len("2020-01-01") else None
        stated = {key: value for key, value in section.fields.items() if key not in ("series", "title")}
        return model.episode(
            section.extra | filled(stated | filled(front)), series=series, slug="", recap=self._recap(section)
        )
