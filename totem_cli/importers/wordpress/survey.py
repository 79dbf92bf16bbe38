"""The first of two readings of a WordPress export: everything but its texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from totem_cli.errors import InvalidError, Location
from totem_cli.importers import Options, filled
from totem_cli.importers.dates import parse_rfc822_date
from totem_cli.importers.html_tree import plain_text
from totem_cli.importers.identity import FileNames, distinct, series_slug
from totem_cli.importers.note_list import NoteList
from totem_cli.importers.prose import to_markdown
from totem_cli.importers.wordpress.content import galleries
from totem_cli.importers.wordpress.items import (
    Attachment,
    Term,
    comment_kind,
    items,
    meta,
    terms,
    utc,
    wanted_slug,
)
from totem_cli.importers.wordpress.leftover import tell_channel, tell_fields, tell_item
from totem_cli.importers.wordpress.plugins import PostFields
from totem_cli.importers.xml import Element, source_name, web_address
from totem_cli.language.fold import fold
from totem_cli.language.labels import language_tag
from totem_cli.language.suggest import did_you_mean
from totem_cli.model import read as model
from totem_cli.model.series import Series

_LEFT_OUT = frozenset({"trash", "auto-draft"})
_NAMED = frozenset({"tribe_venue", "tribe_organizer", "location"})
"""The items of plugins that other items name by their number."""
_ADDRESS = frozenset(
    ("_VenueZip", "_VenueCity", "_VenueAddress", "_location_address", "_location_town", "_location_id")
)


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
    notes: NoteList = field(default_factory=NoteList)
    timezone: str | None = None
    names: dict[str, str] = field(default_factory=dict)
    wanted: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    bare: dict[str, Location] = field(default_factory=dict)
    numbers: Counter[tuple[int, str]] = field(default_factory=Counter)
    seen: set[str] = field(default_factory=set)
    trashed: int = 0
    offered: dict[str, dict[str, str]] = field(default_factory=dict)
    """The names of the site's terms and authors, by what they are and their slug or login."""
    taken: set[str] = field(default_factory=set)
    """The slugs, names and logins that imported posts have."""

    def home(self, named: Mapping[str, Sequence[Term]], by: str) -> Term:
        """The series of a post with these terms: its podcast's, its first category or tag, else the site itself."""
        first = next(iter((*(named.get("series", ()) if by == "category" else ()), *named.get(by, ()))), None)
        name = first.name if first else self.title or "blog"
        wanted = unquote(first.slug) if first and first.slug else name
        return Term(name, series_slug(wanted, self.language))

    def all_series(self) -> tuple[Series, ...]:
        """The series that the posts are in, in the order they are first met."""
        return tuple(self._series(slug, title) for slug, title in self.series.items())

    def _series(self, slug: str, title: str) -> Series:
        subtitle = self.description if title == self.title else ""
        links = [{"url": self.link}] if title == self.title and self.link else []
        data = {"title": title, "language": self.language, "subtitle": subtitle, "links": links}
        return model.series(filled(data), slug=slug, introduction=self.descriptions.get(slug, ""))

    def finish(self) -> None:
        """Note what the whole export shows to have no place."""
        start = Location(self.name)
        used = self.featured | self.shown | {number for post in self.posts for number in self.attached.get(post, ())}
        hint = "--type {} imports them too"
        for kind, count in self.kinds.most_common():
            self.notes.left_out(kind, "items of this type are no posts", start, hint=hint.format(kind), count=count)
        for what, count, why in (
            ("trash", self.trashed, "posts in the trash are not imported"),
            ("attachment", len(self.attachments.keys() - used), "these files are of no imported post"),
            *(
                (kind, count, "of the comments, only those of people are imported")
                for kind, count in self.comments.items()
            ),
        ):
            if count:
                self.notes.left_out(what, why, start, count=count)
        self._tell_references(start)
        for kind, names in self.offered.items():
            unused = distinct(name for key, name in names.items() if not {fold(key), fold(name)} & self.taken)
            if unused:
                why = f"of the site ({kind}), and no imported post has {'it' if len(unused) == 1 else 'them'}"
                self.notes.left_out(", ".join(unused), why, start, count=len(unused))
        if self.series and self.title not in self.series.values():
            why = "series are made of categories or tags, so that none is called as the site"
            for what in filter(None, (self.title, self.description, self.link)):
                self.notes.left_out(what, why, start, hint="--param by=none makes one series of the site")

    def _tell_references(self, start: Location) -> None:
        """Note the numbers and names that lead nowhere, or to several posts."""
        for (number, home), count in self.numbers.items():
            if count > 1:
                self.notes.left_out(str(number), f"it is the number of several posts of {home}", start)
        for file in sorted(self.shown - self.attachments.keys(), key=lambda one: (len(one), one)):
            self.notes.left_out(f"gallery: {file}", "the export does not hold this file", start)
        for post, where in self.bare.items():
            if post not in self.attached:
                self.notes.left_out("[gallery]", "the export has no file of its post", where)
        for place in sorted(self.wanted - self.names.keys(), key=lambda one: (len(one), one)):
            self.notes.left_out(place, "a venue or organiser with this number is not in the export", start)
        for slug in self.descriptions.keys() - self.series.keys():
            self.notes.left_out("category_description", f"no imported post is in {slug}", start)

    def add_channel(self, record: Element) -> None:
        """Note what an element of the channel holds about the site."""
        tell_channel(record, self.notes, self.location(record))
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
                self._add_author(record)
            case "category" | "tag" | "term":
                self._add_term(record)

    def _add_author(self, record: Element) -> None:
        name, login = plain_text(record.value("author_display_name")), record.value("author_login")
        if name and "@" not in name:
            self.authors[login] = name
            self.offered.setdefault("author", {})[login] = name
            if fold(login) != fold(name):
                why = f"it is the login of {name}: the name that is shown is read"
                self.notes.left_out(login, why, self.location(record))

    def _add_term(self, record: Element) -> None:
        if record.name == "category":
            self._offer("category", record.value("category_nicename"), record.value("cat_name"))
        elif record.name == "tag":
            self._offer("post_tag", record.value("tag_slug"), record.value("tag_name"))
        else:
            self._offer(record.value("term_taxonomy"), record.value("term_slug"), record.value("term_name"))
        if text := record.value("category_description"):
            name = unquote(record.value("category_nicename")) or record.value("cat_name")
            self.descriptions[series_slug(name, self.language)] = to_markdown(text, breaks=True)

    def _offer(self, kind: str, slug: str, name: str) -> None:
        """Note a term of the site."""
        name = plain_text(name)
        self.offered.setdefault(kind, {})[slug or name] = name or slug

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
        elif kind in _NAMED:
            self._add_name(item)
        else:
            self.kinds[kind] += 1

    def _add_post(self, item: Element, choice: Choice) -> None:
        location, fields = self.location(item), meta(item)
        if item.value("post_password"):
            self.notes.assumed("wp:post_password", "a post behind a password is a draft", location)
        self.posts.add(item.value("post_id"))
        self.taken.add(fold(item.value("creator")))
        for term in item.all("category"):
            self.taken |= {fold(term.get("nicename")), fold(plain_text(term.text))}
        if thumbnail := fields.get("_thumbnail_id"):
            self.featured.add(thumbnail)
        for numbers in galleries(item.value("encoded", "content")):
            self.shown.update(numbers)
            if not numbers:
                self.bare[item.value("post_id")] = location
        home = self.home(terms(item), choice.by)
        self.series.setdefault(home.slug, home.name)
        self.slugs.want(home.slug, wanted_slug(item, self.language))
        found = PostFields(item, fields, self.timezone)
        if found.number is not None:
            self.numbers[found.number, home.slug] += 1
        self.wanted.update((*found.venues, *found.organisers))
        if found.when.loss:
            what, why = found.when.loss
            hint = "--timezone says the zone" if "without" in why else ""
            self.notes.left_out(what, f"the date of “{plain_text(item.value('title'))}” {why}", location, hint=hint)
        stated, gmt = parse_rfc822_date(item.value("pubDate")), utc(item.value("post_date_gmt"))
        if stated and gmt and _instant(stated) != _instant(gmt):
            self.notes.left_out("pubDate", "WordPress itself has another date of publication", location)
        tell_item(item, self.notes, location)
        tell_fields(
            {key: value for key, value in fields.items() if key not in found.used}, found.kept, self.notes, location
        )

    def _add_name(self, item: Element) -> None:
        """Note the name of a venue or an organiser, with the address of the venue."""
        fields = meta(item)
        town = " ".join(filter(None, (fields.get("_VenueZip"), fields.get("_VenueCity"), fields.get("_location_town"))))
        parts = (
            plain_text(item.value("title")),
            fields.get("_VenueAddress") or fields.get("_location_address") or "",
            town,
        )
        number = fields.get("_location_id") or item.value("post_id")
        self.names[number] = ", ".join(distinct(filter(None, parts)))
        tell_item(item, self.notes, self.location(item))
        rest = {key: value for key, value in fields.items() if key not in _ADDRESS}
        tell_fields(rest, {}, self.notes, self.location(item))

    def location(self, element: Element) -> Location:
        """Where an element stands."""
        return Location(self.name, element.line, element.column)

    def _add_attachment(self, item: Element) -> None:
        number, parent = item.value("post_id"), item.value("post_parent")
        for part in (*item.all("title"), *item.all("encoded")):
            if part.text.strip():
                self.notes.left_out(f"attachment > {part.tag}", "of a file, its address and alt text are read")
        if url := web_address(item.value("attachment_url") or item.value("guid")):
            alt = plain_text(meta(item).get("_wp_attachment_image_alt", ""))
            self.attachments[number] = Attachment(url, alt, parent)
            self.attached.setdefault(parent, []).append(number)


def _instant(moment: str) -> datetime | str:
    """A moment with its zone; of a date that has none, the text."""
    return datetime.fromisoformat(moment) if "T" in moment else moment


def survey(source: Path | bytes, options: Options, choice: Choice) -> Survey:
    """Read the whole export once. Raises InvalidError where it is none, malformed, or cut off."""
    found = Survey(source_name(source, options), timezone=options.timezone)
    is_export = False
    for record in items(source, options, found.notes):
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
    found.finish()
    return found
