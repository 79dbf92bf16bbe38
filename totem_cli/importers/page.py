"""A recap page as it was published: HTML, Markdown, or text copied from a browser.

A heuristic that says what it could not place. What a page tells machines (JSON-LD, microdata, OpenGraph) fills what
its words leave open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from totem_cli.errors import InvalidError, Location
from totem_cli.importers import Imported, Options, source_bytes
from totem_cli.importers.hypertext import decode, parse
from totem_cli.importers.identity import series_slug, stable_id
from totem_cli.importers.page_blocks import Block, content_of, plain, read_blocks
from totem_cli.importers.page_data import Told, read_data
from totem_cli.importers.page_outline import Outline, Part, outline
from totem_cli.importers.page_section import Known, Section, known_names, read_section
from totem_cli.importers.page_text import text_blocks
from totem_cli.importers.page_words import guess_language, is_furniture_heading, unwrapped
from totem_cli.language.fold import fold
from totem_cli.language.slug import slugify
from totem_cli.markup.html import to_html
from totem_cli.model import read as model
from totem_cli.model.episode import Episode

_HTML = re.compile(
    r"\s*(?:<!doctype html|<html|<\?xml|<!--|<(?:head|body|main|article|section|div|header|h[1-6]|p|meta|title)\b)",
    re.IGNORECASE,
)
_MARKDOWN = re.compile(r"^#{1,6} \S|^\*\*\S.*\*\*\s*$|^> \S|\]\(https?://", re.MULTILINE)
_TITLE = re.compile(r"^title[ \t]*[:=][ \t]*([\"']?)(?P<title>.+?)\1[ \t]*$", re.MULTILINE)
_FRONT = re.compile(r"\A(---|\+\+\+)[ \t]*\n.*?\n\1[ \t]*\n", re.DOTALL)


def read(source: Path | bytes, options: Options) -> Imported:
    """A series with its episodes, or the one episode that the page is about.

    Raises InvalidError where there is no page: no text, or binary content. ``unplaced`` names what looked like
    something and fits nowhere.
    """
    content, name = source_bytes(source, options)
    text = decode(content)
    if "\x00" in text[:10_000] or not text.strip():
        raise InvalidError(
            "there is no text in the page", hint="give its HTML, Markdown or text", location=Location(name)
        )
    try:
        told, blocks = _page(text, name)
    except InvalidError as error:
        raise error.at(Location(name)) from None
    if not blocks and not told.episodes:
        raise InvalidError(
            "there is no text in the page", hint="give its HTML, Markdown or text", location=Location(name)
        )
    return _Assembly(told, blocks, name).imported()


def _page(text: str, name: str) -> tuple[Told, list[Block]]:
    if _HTML.match(text) or re.search(r"<(?:/p|/h[1-6]|/div|/body)>", text[:200_000], re.IGNORECASE):
        root = parse(text)
        content = content_of(root)
        blocks = read_blocks(content)
        if not any(block.level == 1 for block in blocks):
            heading = next((one for one in root.walk() if one.tag == "h1" and one.line), None)
            outside = plain(heading.line) if heading else ""
            if outside:
                blocks.insert(0, Block("heading", outside, outside, 1))
        return read_data(root, text), blocks
    text = text.lstrip("\ufeff").replace("\r\n", "\n")
    front = _FRONT.match(text)
    titled = _TITLE.search(front[0]) if front else None
    text = text[front.end() :] if front else text
    if front or name.lower().endswith((".md", ".markdown")) or _MARKDOWN.search(text):
        return Told(title=titled["title"].strip() if titled else ""), read_blocks(parse(to_html(text, heading_base=1)))
    return Told(), text_blocks(text)


class _Assembly:
    """Makes records of a page's parts."""

    def __init__(self, told: Told, blocks: Sequence[Block], name: str) -> None:
        self.told = told
        self.name = name
        self.unplaced = [f"{name}: {words}" for words in told.unplaced]
        self.known: Known = known_names(blocks)
        self.outline: Outline = outline(blocks, told.title, [one["title"] for one in told.episodes])
        words = " ".join(block.text for block in blocks)
        said = [one.get("language", "") for one in (told.series, *told.episodes)]
        self.language = told.language or next(filter(None, said), "") or guess_language(words)

    def imported(self) -> Imported:
        self._unwritten()
        sections = [read_section(part.blocks, self.known) for part in self.outline.parts]
        before = read_section(self.outline.before, self.known, episode=False)
        single = len(sections) == 1 and not self.outline.series
        title = unwrapped(self.outline.series)
        if single and not title:
            title = next((one["series"] for one in self.told.episodes if "series" in one), "") or self.told.series.get(
                "title", ""
            )
        self._after()
        for part, section in zip(self.outline.parts, sections, strict=True):
            self._note(section, f"episode {part.number or part.title}")
            self._filled(part, section)
        self._note(before, "the introduction")
        series, shared = self._series(title, before, sections)
        slug = series_slug(title, self.language) if title else ""
        episodes = []
        for part, section in zip(self.outline.parts, sections, strict=True):
            episodes.append(self._episode(part, section, slug, shared))
        if single and not sections[0].guests and not sections[0].questions:
            self.unplaced.append(f"{self.name}: neither guests nor questions were found")
        return Imported(series=series, episodes=tuple(episodes), unplaced=tuple(self.unplaced))

    def _unwritten(self) -> None:
        """Episodes that only machines are told of, on a page that has no headings for them."""
        titles = [one["title"] for one in self.told.episodes]
        if len(titles) > 1 and len(self.outline.parts) == 1:
            part = self.outline.parts[0]
            parts = [Part(one.get("number"), one["title"]) for one in self.told.episodes]
            self.outline = Outline(self.told.series.get("title") or part.title, part.blocks, parts)

    def _note(self, section: Section, where: str) -> None:
        self.unplaced += [f"{self.name}: {where}: {words}" for words in section.unplaced]

    def _after(self) -> None:
        """What comes after the last episode, page furniture apart, has no place."""
        leaving = False
        for block in self.outline.after:
            if block.kind == "heading":
                leaving = is_furniture_heading(block.text)
            if not leaving:
                words = block.text if len(block.text) < 120 else f"{block.text[:119]}…"
                self.unplaced.append(f"{self.name}: after the last episode: {words}")

    def _told(self, part: Part) -> Mapping[str, Any]:
        """What machines are told of this episode."""
        for one in self.told.episodes:
            if fold(one["title"]) == fold(part.title) or (part.number is not None and one.get("number") == part.number):
                return one
        return self.told.episodes[0] if len(self.told.episodes) == len(self.outline.parts) == 1 else {}

    def _filled(self, part: Part, section: Section) -> None:
        told = self._told(part)
        for key in ("guests", "hosts", "partners", "questions"):
            if not getattr(section, key):
                getattr(section, key).extend(dict(one) for one in told.get(key, ()))
        if not section.text and "recap" in told:
            section.text.append(told["recap"])

    def _series(
        self, title: str, before: Section, sections: Sequence[Section]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        shared: dict[str, Any] = {"hosts": before.hosts, "partners": before.partners}
        for key in ("hosts", "partners"):
            lists = [getattr(section, key) for section in sections]
            if not shared[key] and lists and lists[0] and all(one == lists[0] for one in lists):
                shared[key] = lists[0]
            shared[key] = shared[key] or list(self.told.series.get(key, ()))
        if not title:
            return (), {}
        introduction = before.recap or (self.told.series.get("introduction", "") if len(sections) != 1 else "")
        data: dict[str, Any] = {"title": title, "language": self.language or None, **shared}
        if len(sections) > 1:
            data["tags"] = _unique([*before.tags, *(self.told.tags)])
            data["links"] = before.links
        if "id" in self.told.series:
            data["id"] = self.told.series["id"]
        if source := self._source():
            data["source"] = source
        data = {key: value for key, value in data.items() if value}
        return (model.series(data, slug=series_slug(title, self.language), introduction=introduction),), shared

    def _episode(self, part: Part, section: Section, series: str, shared: Mapping[str, Any]) -> Episode:
        told = self._told(part)
        data: dict[str, Any] = {
            "title": part.title or told.get("title") or "…",
            "number": part.number or told.get("number"),
        }
        data |= {key: told.get(key) for key in ("date", "place")}
        data["id"] = told.get("id") or stable_id(f"{series}/{slugify(data['title'])}")
        data["published"] = told.get("published") or self.told.published
        data["guests"] = section.guests
        data["questions"] = [{key: value for key, value in one.items() if key != "from"} for one in section.questions]
        data["tags"] = _unique(
            [
                *section.tags,
                *told.get("tags", ()),
                *(self.told.tags if not series or len(self.outline.parts) == 1 else ()),
            ]
        )
        data["links"] = section.links
        if len(self.outline.parts) == 1 and self.told.image.startswith(("http:", "https:")):
            data["image"] = self.told.image
        if not series:
            data["language"] = self.language
        if self.told.address:
            data["source"] = {"url": self.told.address}
        for key in ("hosts", "partners"):
            own = getattr(section, key)
            if key == "partners" and own and own != shared.get(key):
                own = [*shared.get(key, ()), *(one for one in own if one not in shared.get(key, ()))]
            data[key] = own if own != shared.get(key) else []
        data = {key: value for key, value in data.items() if value}
        try:
            return model.episode(data, series=series, slug="", recap=section.recap)
        except InvalidError as error:
            raise error.at(Location(self.name)) from None

    def _source(self) -> dict[str, Any]:
        found = {"url": self.told.address, "author": self.told.author}
        return {key: value for key, value in found.items() if value}


def _unique(tags: Sequence[str]) -> list[str]:
    unique: dict[str, str] = {}
    for tag in tags:
        unique.setdefault(fold(tag), tag)
    return list(unique.values())
