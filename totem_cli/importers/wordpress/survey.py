"""What a WordPress export holds, told without its texts: the first of two readings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from totem_cli.errors import InvalidError, Location
from totem_cli.importers import Options
from totem_cli.importers.html_tree import plain_text
from totem_cli.importers.identity import FileNames, file_slug, series_slug
from totem_cli.importers.prose import to_markdown
from totem_cli.importers.wordpress.comments import comment_kind
from totem_cli.importers.xml import Element, records, source_name
from totem_cli.language.fold import fold
from totem_cli.language.labels import check_language
from totem_cli.language.slug import check_slug
from totem_cli.model import read as model
from totem_cli.model.series import Series

_TAXONOMIES = {"category": "category", "": "category", "post_tag": "tag", "tag": "tag"}
_LEFT_OUT = frozenset({"trash", "auto-draft"})
_KNOWN_META = frozenset({"enclosure", "footnotes"})
_MOST_NAMED = 8


class Choice(NamedTuple):
    """What to import: the kinds of item, what series are made of, whether authors are hosts."""

    kinds: frozenset[str]
    by: str
    hosts: bool


class Term(NamedTuple):
    """A category or tag that a post has, with the slug WordPress gave it."""

    name: str
    slug: str


class Attachment(NamedTuple):
    """A file of the site."""

    url: str
    alt: str
    parent: str


@dataclass(slots=True)
class Survey:
    """What is known after the first reading."""

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
    trashed: int = 0
    protected: int = 0

    def home(self, terms: dict[str, list[Term]], by: str) -> Term:
        """The series of a post: its first category or tag, else the site itself."""
        first = next(iter(terms.get(by, ())), None)
        name = first.name if first else self.title or "blog"
        wanted = unquote(first.slug) if first and first.slug else name
        return Term(name, series_slug(wanted, self.language))

    def all_series(self) -> tuple[Series, ...]:
        """The series that the posts are in, in the order they are first met."""
        return tuple(self._series(slug, title) for slug, title in self.series.items())

    def _series(self, slug: str, title: str) -> Series:
        data = {"title": title}
        if self.language:
            data["language"] = self.language
        if title == self.title and self.description:
            data["subtitle"] = self.description
        return model.series(data, slug=slug, introduction=self.descriptions.get(slug, ""))

    def unplaced(self) -> Iterator[str]:
        """What has no place in an archive, one sentence each."""
        pages = self.kinds.pop("page", 0)
        if pages:
            yield f"{self.name}: left out: {some(pages, 'page')}; --type page imports pages too"
        if self.kinds:
            yield f"{self.name}: left out, being no posts: {_counted(self.kinds)}"
        if self.trashed:
            yield f"{self.name}: left out: {some(self.trashed, 'post')} in the trash"
        if self.protected:
            yield f"{self.name}: {some(self.protected, 'post')} behind a password: drafts here"
        loose = sum(
            one.parent not in self.posts and number not in self.featured for number, one in self.attachments.items()
        )
        if loose:
            yield f"{self.name}: left out: {some(loose, 'attachment')} of no imported post"
        if self.comments:
            yield f"{self.name}: left out among the comments: {_counted(self.comments)}"
        if self.taxonomies:
            yield f"{self.name}: terms of other taxonomies are left out: {_counted(self.taxonomies)}"
        if self.fields:
            yield f"{self.name}: custom fields are left out: {_counted(self.fields)}"


def some(number: int, noun: str) -> str:
    """``1 page``, ``2 pages``."""
    return f"{number} {noun}{'s' if number > 1 else ''}"


def _counted(counts: Counter[str]) -> str:
    said = [f"{number} {name}" for name, number in counts.most_common(_MOST_NAMED)]
    return ", ".join([*said, "…"] if len(counts) > _MOST_NAMED else said)


def items(source: Path | bytes, options: Options) -> Iterator[Element]:
    """What stands directly in the channel of the export."""
    return records(source, options, lambda path: len(path) == 3)


def survey(source: Path | bytes, options: Options, choice: Choice) -> Survey:
    """Read the whole export once. Raises InvalidError where it is none, malformed, or cut off."""
    found = Survey(source_name(source, options))
    is_export = False
    for record in items(source, options):
        if record.name == "item":
            is_export = is_export or record.first("post_type") is not None
            _item(record, found, choice)
        elif record.name == "wxr_version":
            is_export = True
        else:
            _channel(record, found)
    if not is_export:
        raise InvalidError(
            "this is no WordPress export: nothing in it has a wp:post_type",
            hint="in WordPress: Tools, Export, All content; a feed is imported with totem import feed",
            location=Location(found.name),
        )
    return found


def _channel(record: Element, found: Survey) -> None:
    match record.name:
        case "title":
            found.title = plain_text(record.text)
        case "description":
            found.description = plain_text(record.text)
        case "link" if not record.space:
            found.link = record.text.strip()
        case "language":
            found.language = _language(record.text.strip())
        case "author":
            name = record.value("author_display_name")
            if name and "@" not in name:
                found.authors[record.value("author_login")] = plain_text(name)
        case "category":
            text = record.value("category_description")
            if text:
                name = unquote(record.value("category_nicename")) or record.value("cat_name")
                found.descriptions[series_slug(name, found.language)] = to_markdown(text, breaks=True)


def _language(tag: str) -> str:
    try:
        return check_language(tag.replace("_", "-"))
    except InvalidError:
        return ""


def _item(item: Element, found: Survey, choice: Choice) -> None:
    kind = item.value("post_type") or "post"
    kept = is_wanted(item, choice)
    for comment in map(comment_kind, item.all("comment")):
        if kept and comment in ("approved", "pending"):
            found.commented = True
        else:
            found.comments[_said(comment) if kept else "of what is left out"] += 1
    if kind == "attachment" and kind not in choice.kinds:
        _attachment(item, found)
        return
    if kind not in choice.kinds:
        found.kinds[kind] += 1
        return
    if not is_wanted(item, choice):
        found.trashed += 1
        return
    found.protected += bool(item.value("post_password"))
    found.posts.add(item.value("post_id"))
    found.fields.update(key for key in meta(item) if not key.startswith("_") and key not in _KNOWN_META)
    found.featured.update(filter(None, [meta(item).get("_thumbnail_id")]))
    for category in item.all("category"):
        domain = category.attributes.get("domain", "")
        if domain not in _TAXONOMIES:
            found.taxonomies[domain] += 1
    home = found.home(terms(item), choice.by)
    found.series.setdefault(home.slug, home.name)
    found.slugs.want(home.slug, wanted_slug(item, found.language))


def _said(kind: str) -> str:
    return f"{kind}s" if kind.endswith("back") else kind


def _attachment(item: Element, found: Survey) -> None:
    number, parent = item.value("post_id"), item.value("post_parent")
    url = item.value("attachment_url") or item.value("guid")
    if not url.startswith(("http://", "https://")):
        return
    found.attachments[number] = Attachment(url, plain_text(meta(item).get("_wp_attachment_image_alt", "")), parent)
    found.attached.setdefault(parent, []).append(number)


def is_wanted(item: Element, choice: Choice) -> bool:
    """Whether the item is imported."""
    return (item.value("post_type") or "post") in choice.kinds and item.value("status") not in _LEFT_OUT


def meta(item: Element) -> dict[str, str]:
    """The custom fields of a post; of several with one key the last, as WordPress shows it."""
    return {one.value("meta_key"): one.value("meta_value") for one in item.all("postmeta")}


def terms(item: Element) -> dict[str, list[Term]]:
    """The categories (``category``) and tags (``tag``) of a post, each once: WXR 1.0 names them twice."""
    found: dict[str, list[Term]] = {"category": [], "tag": []}
    for one in item.all("category"):
        kind = _TAXONOMIES.get(one.attributes.get("domain", ""))
        name = plain_text(one.text)
        if not kind or not name:
            continue
        term = Term(name, one.attributes.get("nicename", ""))
        same = [place for place, other in enumerate(found[kind]) if fold(other.name) == fold(name)]
        if not same:
            found[kind].append(term)
        elif term.slug:
            found[kind][same[0]] = term
    return found


def wanted_slug(item: Element, language: str) -> str:
    """The file name that the post asks for: its address on the site, else its title, else its number."""
    name = unquote(item.value("post_name"))
    if name:
        made = file_slug(name, language)
        try:
            return check_slug(name) if made == name else made
        except InvalidError:
            return made
    return file_slug(plain_text(item.value("title")), language) or f"post-{item.value('post_id')}"
