"""The first of two readings of a WordPress export: everything but its texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from totem_cli.errors import InvalidError, Location
from totem_cli.importers import Options, filled
from totem_cli.importers.html_tree import plain_text
from totem_cli.importers.identity import FileNames, series_slug
from totem_cli.importers.prose import to_markdown
from totem_cli.importers.wordpress.items import (
    Attachment,
    Term,
    comment_kind,
    items,
    meta,
    other_taxonomies,
    terms,
    wanted_slug,
)
from totem_cli.importers.xml import Element, source_name, web_address
from totem_cli.language.labels import language_tag
from totem_cli.language.suggest import did_you_mean
from totem_cli.model import read as model
from totem_cli.model.series import Series

_LEFT_OUT = frozenset({"trash", "auto-draft"})
_KNOWN_META = frozenset({"enclosure", "footnotes"})
_MOST_NAMED = 8


class Choice(NamedTuple):
    """What to import: the kinds of item, what series are made of, whether authors are hosts."""

    kinds: frozenset[str]
    by: str
    hosts: bool

    def includes(self, item: Element) -> bool:
        """Whether the item is imported."""
        return (item.value("post_type") or "post") in self.kinds and item.value("status") not in _LEFT_OUT


@dataclass(slots=True)
class Survey:
    """What the first reading found."""

    name: str
    title: str = ""
    description: str = ""
    link: str = ""
    language: str = ""
    authors: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    attached: dict[str, list[str]] = field(default_factory=dict)
    series: dict[str, str] = field(default_factory=dict)
    slugs: FileNames = field(default_factory=FileNames)
    posts: set[str] = field(default_factory=set)
    featured: set[str] = field(default_factory=set)
    kinds: Counter[str] = field(default_factory=Counter)
    comments: Counter[str] = field(default_factory=Counter)
    commented: bool = False
    taxonomies: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    seen: set[str] = field(default_factory=set)
    trashed: int = 0
    protected: int = 0

    def home(self, named: Mapping[str, Sequence[Term]], by: str) -> Term:
        """The series of a post with these terms: its first category or tag, else the site itself."""
        first = next(iter(named.get(by, ())), None)
        name = first.name if first else self.title or "blog"
        wanted = unquote(first.slug) if first and first.slug else name
        return Term(name, series_slug(wanted, self.language))

    def all_series(self) -> tuple[Series, ...]:
        """The series that the posts are in, in the order they are first met."""
        return tuple(self._series(slug, title) for slug, title in self.series.items())

    def _series(self, slug: str, title: str) -> Series:
        subtitle = self.description if title == self.title else ""
        data = {"title": title, "language": self.language, "subtitle": subtitle}
        return model.series(filled(data), slug=slug, introduction=self.descriptions.get(slug, ""))

    def unplaced(self) -> Iterator[str]:
        """What an archive cannot hold, one sentence each."""
        others = self.kinds.copy()
        pages = others.pop("page", 0)
        used = self.featured | {number for post in self.posts for number in self.attached.get(post, ())}
        loose = len(self.attachments.keys() - used)
        warnings = (
            (pages, f"left out: {_count(pages, 'page')}; --type page imports pages too"),
            (others, f"left out, not being posts: {_list(others)}"),
            (self.trashed, f"left out: {_count(self.trashed, 'post')} in the trash"),
            (self.protected, f"{_count(self.protected, 'post')} behind a password: drafts here"),
            (loose, f"left out: {_count(loose, 'attachment')} of no imported post"),
            (self.comments, f"left out among the comments: {_list(self.comments)}"),
            (self.taxonomies, f"terms of other taxonomies are left out: {_list(self.taxonomies)}"),
            (self.fields, f"custom fields are left out: {_list(self.fields)}"),
        )
        yield from (f"{self.name}: {text}" for found, text in warnings if found)

    def add_channel(self, record: Element) -> None:
        """Note what an element of the channel holds about the site."""
        match record.name:
            case "title":
                self.title = plain_text(record.text)
            case "description":
                self.description = plain_text(record.text)
            case "link" if not record.space:
                self.link = record.text.strip()
            case "language":
                self.language = language_tag(record.text)
            case "author":
                name = record.value("author_display_name")
                if name and "@" not in name:
                    self.authors[record.value("author_login")] = plain_text(name)
            case "category":
                if text := record.value("category_description"):
                    name = unquote(record.value("category_nicename")) or record.value("cat_name")
                    self.descriptions[series_slug(name, self.language)] = to_markdown(text, breaks=True)

    def add_item(self, item: Element, choice: Choice) -> None:
        """Note what an item is, and what its post needs to know of the others."""
        kind, included = item.value("post_type") or "post", choice.includes(item)
        self.seen.add(kind)
        for comment in map(comment_kind, item.all("comment")):
            if included and comment in ("approved", "pending"):
                self.commented = True
            else:
                plural = f"{comment}s" if comment.endswith("back") else comment
                self.comments[plural if included else "of what is left out"] += 1
        if included:
            self._add_post(item, choice)
        elif kind in choice.kinds:
            self.trashed += 1
        elif kind == "attachment":
            self._add_attachment(item)
        else:
            self.kinds[kind] += 1

    def _add_post(self, item: Element, choice: Choice) -> None:
        fields = meta(item)
        self.protected += bool(item.value("post_password"))
        self.posts.add(item.value("post_id"))
        self.fields.update(key for key in fields if not key.startswith("_") and key not in _KNOWN_META)
        if thumbnail := fields.get("_thumbnail_id"):
            self.featured.add(thumbnail)
        self.taxonomies.update(other_taxonomies(item))
        home = self.home(terms(item), choice.by)
        self.series.setdefault(home.slug, home.name)
        self.slugs.want(home.slug, wanted_slug(item, self.language))

    def _add_attachment(self, item: Element) -> None:
        number, parent = item.value("post_id"), item.value("post_parent")
        if url := web_address(item.value("attachment_url") or item.value("guid")):
            alt = plain_text(meta(item).get("_wp_attachment_image_alt", ""))
            self.attachments[number] = Attachment(url, alt, parent)
            self.attached.setdefault(parent, []).append(number)


def survey(source: Path | bytes, options: Options, choice: Choice) -> Survey:
    """Read the whole export once. Raises InvalidError where it is none, malformed, or cut off."""
    found = Survey(source_name(source, options))
    is_export = False
    for record in items(source, options):
        if record.name == "item":
            is_export = is_export or record.first("post_type") is not None
            found.add_item(record, choice)
        else:
            is_export = is_export or record.name == "wxr_version"
            found.add_channel(record)
    if not is_export:
        raise InvalidError(
            "this is not a WordPress export: nothing in it has a wp:post_type",
            hint="in WordPress: Tools, Export, All content; a feed is imported with totem import feed",
            location=Location(found.name),
        )
    for kind in sorted(choice.kinds - found.seen - {"post"}):
        hint = did_you_mean(kind, found.seen) or f"there are: {', '.join(sorted(found.seen))}"
        raise InvalidError(f"{found.name} has no items of type {kind!r}", hint=hint, field="type")
    return found


def _count(number: int, noun: str) -> str:
    """``1 page``, ``2 pages``."""
    return f"{number} {noun}{'s' if number > 1 else ''}"


def _list(counts: Counter[str]) -> str:
    named = [f"{number} {name}" for name, number in counts.most_common(_MOST_NAMED)]
    return ", ".join([*named, "…"] if len(counts) > _MOST_NAMED else named)
