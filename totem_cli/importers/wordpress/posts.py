"""Posts and comments of a WordPress export: the second reading, at each iteration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from totem_cli.errors import InvalidError, Location
from totem_cli.importers import Options, filled, natural
from totem_cli.importers.html_tree import plain_text
from totem_cli.importers.identity import distinct, source_of, stable_id
from totem_cli.importers.prose import to_markdown
from totem_cli.importers.wordpress.content import post_markdown
from totem_cli.importers.wordpress.items import (
    comment_kind,
    items,
    medium,
    meta,
    other_terms,
    published,
    terms,
    utc,
    wanted_slug,
)
from totem_cli.importers.wordpress.plugins import PostFields, is_enclosure, serialised
from totem_cli.importers.wordpress.survey import Choice, Survey
from totem_cli.importers.words import read_mapping
from totem_cli.importers.xml import Element, web_address
from totem_cli.language.fold import fold
from totem_cli.markup.html import excerpt, to_text
from totem_cli.model import read as model
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.fields import EpisodeFields

_CLOCK = re.compile(r"\d+(?::\d{2}){1,2}")
_TITLE = 60


class Posts:
    """The posts, read from the export anew at each iteration: at most one is in memory."""

    def __init__(self, source: Path | bytes, options: Options, choice: Choice, survey: Survey) -> None:
        self._source, self._options, self._choice, self._survey = source, options, choice, survey
        self._mapped = read_mapping(options)

    def __iter__(self) -> Iterator[Episode]:
        for item, source in self.sources():
            try:
                yield self._episode(item, source)
            except InvalidError as error:
                raise error.at(Location(self._survey.name, item.line, item.column)) from None

    def sources(self) -> Iterator[tuple[Element, str]]:
        """The imported items, each with its permanent name."""
        seen: set[str] = set()
        for item in items(self._source, self._options):
            if item.name == "item" and self._choice.includes(item):
                guid = item.value("guid") or item.value("link") or f"{self._survey.link}#{item.value('post_id')}"
                yield item, f"{guid}#{item.value('post_id')}" if guid in seen else guid
                seen.add(guid)

    def _episode(self, item: Element, source: str) -> Episode:
        survey, by = self._survey, self._choice.by
        named, fields = terms(item), meta(item)
        home = survey.home(named, by)
        author = item.value("creator")
        author = survey.authors.get(author, "" if "@" in author else author)
        hosts = [{"name": author}] if author and self._choice.hosts else []
        attached = survey.attached.get(item.value("post_id"), [])
        html, notes = item.value("encoded", "content"), fields.get("footnotes", "")
        recap = post_markdown(html, item.value("link"), survey.attachments, attached, notes)
        own = PostFields(item, fields, self._options.timezone, self._mapped)
        tags = (term.name for term in (*named["tag"], *named["category"], *named["series"]))
        places = [survey.names.get(one, "") for one in own.venues] + [term.name for term in named["place"]]
        partners = [survey.names.get(one, "") for one in own.organisers] + [term.name for term in named["organiser"]]
        data: dict[str, Any] = _aside(other_terms(item, self._mapped), own.kept) | {
            "id": stable_id(source),
            "title": _title(item, recap),
            "date": own.when.date,
            "duration": own.when.duration,
            "place": "; ".join(distinct(places)),
            "partners": [{"name": name} for name in distinct(partners)],
            "guests": [*({"name": term.name} for term in named["guest"]), *own.people.get("guests", ())],
            "links": [{"url": address} for address in distinct(own.links)],
            "summary": plain_text(item.value("encoded", "excerpt")),
            "published": _published(item, self._options.timezone),
            "updated": utc(item.value("post_modified_gmt")),
            "status": "published" if _is_public(item) else "draft",
            "tags": distinct(name for name in tags if fold(name) != fold(home.name)),
            "media": list(self._media(item, [fields.get("_thumbnail_id", ""), *attached], own)),
            "hosts": [*hosts, *own.people.get("hosts", ())],
            "source": source_of(
                source, url=item.value("link"), author="" if self._choice.hosts else author, season=own.season
            ),
        }
        if own.number is not None and survey.numbers[own.number, home.slug] < 2:
            data["number"] = own.number
        if data["updated"] == data["published"]:
            del data["updated"]
        slug = survey.slugs.name(home.slug, wanted_slug(item, survey.language), data["id"])
        return model.episode(filled(data), series=home.slug, slug=slug, recap=recap)

    def _media(self, item: Element, numbers: list[str], own: PostFields) -> Iterator[dict[str, Any]]:
        """The featured picture first, then the post's attachments, then the recordings of its podcast."""
        files = self._survey.attachments
        shown: set[str] = set()
        for number in numbers:
            if number in files and files[number].url not in shown:
                shown.add(files[number].url)
                yield medium(files[number].url) | ({"alt": files[number].alt} if files[number].alt else {})
        for one in item.all("postmeta"):
            if is_enclosure(one.value("meta_key")):
                yield from _enclosure(one.value("meta_value"), shown)
        for address in own.recordings:
            if address not in shown:
                shown.add(address)
                yield filled(medium(address) | {"bytes": own.size, "duration": own.when.duration})


class Comments:
    """The approved and pending comments on the imported posts, read from the export anew at each iteration.

    They come without e-mail addresses and IP addresses.
    """

    def __init__(self, posts: Posts) -> None:
        self._posts = posts

    def __iter__(self) -> Iterator[Comment]:
        for item, source in self._posts.sources():
            yield from comments_of(item, source)


def comments_of(item: Element, source: str) -> Iterator[Comment]:
    """The comments of the post that ``source`` names, in the order of the export."""
    kinds = ((one, comment_kind(one)) for one in item.all("comment"))
    wanted = [(one.value("comment_id"), one, kind) for one, kind in kinds if kind in ("approved", "pending")]
    numbers = {number for number, _, _ in wanted}
    for number, one, kind in wanted:
        author, url, parent = (one.value(f"comment_{key}") for key in ("author", "author_url", "parent"))
        text = to_markdown(one.value("comment_content"), breaks=True)
        if text.strip():
            yield Comment(
                id=stable_id(f"{source}#comment-{number}"),
                target=stable_id(source),
                parent=stable_id(f"{source}#comment-{parent}") if parent in numbers else None,
                author="" if "@" in author else plain_text(author),
                url=web_address(url) or None,
                date=utc(one.value("comment_date_gmt")),
                status="approved" if kind == "approved" else "pending",
                text=text,
            )


def _aside(terms: Mapping[str, list[str]], kept: Mapping[str, Any]) -> dict[str, Any]:
    """The custom fields that are kept, with the terms of other taxonomies by names that no other has."""
    taken = {*EpisodeFields.__struct_fields__, *kept}
    return {**kept, **{f"taxonomy_{key}" if key in taken else key: names for key, names in terms.items()}}


def _title(item: Element, recap: str) -> str:
    """Its title, else its first words, else its number: WordPress allows posts without a title."""
    if title := plain_text(item.value("title")):
        return title
    return excerpt(to_text(recap[:2000]).partition("\n")[0], _TITLE) or f"#{item.value('post_id')}"


def _published(item: Element, timezone: str | None) -> str | None:
    gmt = item.value("post_date_gmt")
    if item.value("status") in ("draft", "pending"):
        return utc(gmt)
    return published(gmt, item.value("pubDate"), item.value("post_date"), timezone)


def _is_public(item: Element) -> bool:
    return item.value("status") == "publish" and not item.value("post_password")


def _enclosure(text: str, shown: set[str]) -> Iterator[dict[str, Any]]:
    """A recording, as WordPress and PowerPress note it: address, size, type and more, one a line."""
    url, length, media_type, *_ = [*(line.strip() for line in text.split("\n")), "", "", ""]
    if not web_address(url) or url in shown:
        return
    shown.add(url)
    entry = medium(url)
    if size := natural(length, 18):
        entry["bytes"] = size
    if "/" in media_type:
        entry["type"] = media_type
        if media_type.partition("/")[0] in ("audio", "video"):
            entry["kind"] = media_type.partition("/")[0]
    if (length := serialised(text).get("duration", "")) and _CLOCK.fullmatch(length):
        entry["duration"] = length
    yield entry
