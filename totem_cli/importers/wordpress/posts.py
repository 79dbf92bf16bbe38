"""Posts of a WordPress export as episodes: the second reading, as often as it is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from totem_cli.errors import InvalidError, Location
from totem_cli.importers import Options
from totem_cli.importers.html_tree import plain_text
from totem_cli.importers.identity import distinct, source_of, stable_id
from totem_cli.importers.wordpress import dates
from totem_cli.importers.wordpress.content import Content
from totem_cli.importers.wordpress.survey import Choice, Survey, Term, is_wanted, items, meta, terms, wanted_slug
from totem_cli.importers.xml import Element
from totem_cli.language.fold import fold
from totem_cli.markup.html import excerpt, to_text
from totem_cli.model import read as model
from totem_cli.model.episode import Episode

_DURATION = re.compile(r'"duration";s:\d+:"(\d+(?::\d{2}){1,2})"')
_TITLE = 60


class Posts:
    """The posts, read from the export anew at each iteration: never more than one is in memory."""

    def __init__(self, source: Path | bytes, options: Options, choice: Choice, known: Survey) -> None:
        self._source, self._options, self._choice, self._known = source, options, choice, known

    def __iter__(self) -> Iterator[Episode]:
        for item, source in self.found():
            try:
                yield self._episode(item, source)
            except InvalidError as error:
                raise error.at(Location(self._known.name, item.line, item.column)) from None

    def found(self) -> Iterator[tuple[Element, str]]:
        """What is imported, each item with what names it for good."""
        seen: set[str] = set()
        for item in items(self._source, self._options):
            if item.name != "item" or not is_wanted(item, self._choice):
                continue
            guid = item.value("guid") or item.value("link") or f"{self._known.link}#{item.value('post_id')}"
            source = guid if guid not in seen else f"{guid}#{item.value('post_id')}"
            seen.add(guid)
            yield item, source

    def _episode(self, item: Element, source: str) -> Episode:
        known, number, found = self._known, item.value("post_id"), terms(item)
        home = known.home(found, self._choice.by)
        recap = self._recap(item)
        data: dict[str, Any] = {
            "id": stable_id(source),
            "title": self._title(item, recap),
            "summary": plain_text(item.value("encoded", "excerpt")),
            "published": self._published(item),
            "updated": dates.utc(item.value("post_modified_gmt")),
            "status": "published" if is_public(item) else "draft",
            "tags": self._tags(found, home),
            "media": list(self._media(item, number)),
        }
        if data["updated"] == data["published"]:
            del data["updated"]
        login = item.value("creator")
        author = known.authors.get(login, "" if "@" in login else login)
        if author and self._choice.hosts:
            data["hosts"] = [{"name": author}]
        data["source"] = source_of(source, url=item.value("link"), author="" if self._choice.hosts else author)
        slug = known.slugs.name(home.slug, wanted_slug(item, known.language), data["id"])
        data = {key: value for key, value in data.items() if value}
        return model.episode(data, series=home.slug, slug=slug, recap=recap)

    def _recap(self, item: Element) -> str:
        content = Content(item.value("encoded", "content"), item.value("link"))
        attached = self._known.attached.get(item.value("post_id"), ())
        return content.markdown(self._known.attachments, attached, meta(item).get("footnotes", ""))

    @staticmethod
    def _title(item: Element, recap: str) -> str:
        """Its title, else its first words: WordPress allows posts without."""
        return (
            plain_text(item.value("title"))
            or excerpt(to_text(recap[:2000]).partition("\n")[0], _TITLE)
            or f"#{item.value('post_id')}"
        )

    @staticmethod
    def _published(item: Element) -> str | None:
        gmt, local = item.value("post_date_gmt"), item.value("post_date")
        if item.value("status") in ("draft", "pending"):
            return dates.utc(gmt)
        return dates.published(gmt, item.value("pubDate"), local)

    def _tags(self, found: dict[str, list[Term]], home: Term) -> list[str]:
        """Every tag and category, each once, but for the one that is the series."""
        first = next(iter(found.get(self._choice.by, ())), None)
        terms = (term for term in (*found["tag"], *found["category"]) if term is not first)
        return distinct(term.name for term in terms if fold(term.name) != fold(home.name))

    def _media(self, item: Element, number: str) -> Iterator[dict[str, Any]]:
        """The featured picture first, then what is attached to the post, then what its podcast plays."""
        fields = meta(item)
        files = self._known.attachments
        shown: set[str] = set()
        for one in (fields.get("_thumbnail_id", ""), *self._known.attached.get(number, ())):
            if one in files and files[one].url not in shown:
                shown.add(files[one].url)
                yield described(files[one].url) | ({"alt": files[one].alt} if files[one].alt else {})
        for one in item.all("postmeta"):
            if one.value("meta_key") == "enclosure":
                yield from _enclosure(one.value("meta_value"), shown)


def is_public(item: Element) -> bool:
    """Whether everybody could read the post: published, and by no password protected."""
    return item.value("status") == "publish" and not item.value("post_password")


def described(url: str) -> dict[str, Any]:
    """A file of the web as an entry of ``media``, with what its name says."""
    guessed = guess_type(url.partition("?")[0])[0]
    family = (guessed or "").partition("/")[0]
    found = {"url": url} | ({"type": guessed} if guessed else {})
    return {"kind": family} | found if family in ("audio", "video", "image") else found


def _enclosure(text: str, shown: set[str]) -> Iterator[dict[str, Any]]:
    """A recording, as WordPress and PowerPress note it: address, size, type and more, one a line."""
    url, size, media_type, *_ = [*(line.strip() for line in text.split("\n")), "", "", ""]
    if not url.startswith(("http://", "https://")) or url in shown:
        return
    shown.add(url)
    found = described(url)
    if size.isascii() and size.isdecimal() and int(size[:18]) > 0:
        found["bytes"] = int(size[:18])
    if "/" in media_type:
        found["type"] = media_type
        if media_type.partition("/")[0] in ("audio", "video"):
            found["kind"] = media_type.partition("/")[0]
    duration = _DURATION.search(text)
    if duration:
        found["duration"] = duration[1]
    yield found
