"""What the items of a WordPress export hold: dates, terms, custom fields, files, the state of comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from mimetypes import guess_type
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from totem_cli.errors import InvalidError
from totem_cli.importers import Options
from totem_cli.importers.dates import parse_rfc822_date
from totem_cli.importers.html_tree import plain_text
from totem_cli.importers.identity import file_slug
from totem_cli.importers.note_list import NoteList
from totem_cli.importers.xml import Element, records
from totem_cli.language.fold import fold
from totem_cli.language.slug import check_slug

_TAXONOMIES = {
    "category": "category", "": "category", "post_tag": "tag", "tag": "tag", "series": "series",
    "tribe_events_cat": "category", "event-category": "category", "event-categories": "category",
    "mec_category": "category", "event-tag": "tag", "event-tags": "tag", "mec_label": "tag", "event-venue": "place",
    "mec_location": "place", "mec_organizer": "organiser", "mec_speaker": "guest", "speaker": "guest",
}  # fmt: skip
"""What the terms of a taxonomy are: WordPress's own, and those of plugins for events and podcasts."""
_STATUSES = {"1": "approved", "0": "pending", "approve": "approved", "hold": "pending"}
_NO_DATE = re.compile(r"0000-00-00|-0001|1999-11-30 00:00:00")


class Term(NamedTuple):
    """A category or tag of a post, with its slug in WordPress."""

    name: str
    slug: str


class Attachment(NamedTuple):
    """A file of the site."""

    url: str
    alt: str
    parent: str


def items(source: Path | bytes, options: Options, notes: NoteList | None = None) -> Iterator[Element]:
    """The elements directly in the channel of the export; what had to be mended is added to ``notes``."""
    return records(source, options, lambda path: len(path) == 3, notes)


def meta(item: Element) -> dict[str, str]:
    """The custom fields of a post; of several with one key the last, as WordPress shows it."""
    return {one.value("meta_key"): one.value("meta_value") for one in item.all("postmeta")}


def other_terms(item: Element) -> dict[str, list[str]]:
    """The terms of a post in taxonomies that are not known, by the taxonomy."""
    found: dict[str, list[str]] = {}
    for one in item.all("category"):
        if one.get("domain") not in _TAXONOMIES and (name := plain_text(one.text)):
            found.setdefault(one.get("domain"), []).append(name)
    return found


def terms(item: Element) -> dict[str, list[Term]]:
    """The terms of a post by what they are (``category``, ``tag``…), each once: WXR 1.0 names them twice."""
    found: dict[str, dict[str, Term]] = {kind: {} for kind in _TAXONOMIES.values()}
    for one in item.all("category"):
        kind, name = _TAXONOMIES.get(one.get("domain")), plain_text(one.text)
        if kind and name:
            term = Term(name, one.get("nicename"))
            if term.slug or fold(name) not in found[kind]:
                found[kind][fold(name)] = term
    return {kind: list(terms.values()) for kind, terms in found.items()}


def wanted_slug(item: Element, language: str) -> str:
    """The file name of a post, if no other has it: its address on the site, else its title, else its number."""
    name = unquote(item.value("post_name"))
    if not name:
        return file_slug(plain_text(item.value("title")), language) or f"post-{item.value('post_id')}"
    slug = file_slug(name, language)
    try:
        return check_slug(name) if slug == name else slug
    except InvalidError:
        return slug


def comment_kind(comment: Element) -> str:
    """``approved`` or ``pending``; else what it is instead: ``pingback``, ``trackback``, ``spam``, ``trash``…."""
    kind = comment.value("comment_type")
    if kind not in ("", "comment"):
        return kind
    status = comment.value("comment_approved")
    return _STATUSES.get(status, status or "pending")


def medium(url: str) -> dict[str, Any]:
    """An entry of ``media`` for a file of the web, with the type of its file name."""
    guessed = guess_type(url.partition("?")[0])[0]
    family = (guessed or "").partition("/")[0]
    entry = {"url": url} | ({"type": guessed} if guessed else {})
    return {"kind": family} | entry if family in ("audio", "video", "image") else entry


def utc(text: str) -> str | None:
    """A ``…_gmt`` date with its zone; None where there is none: WordPress writes zeros."""
    if not text or _NO_DATE.search(text):
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).isoformat()
    except ValueError:
        return None


def published(gmt: str, pub_date: str, local: str, timezone: str | None = None) -> str | None:
    """When a post was published: the first date that is one; of a local one the day, where its zone is unknown."""
    found = utc(gmt) or (None if _NO_DATE.search(pub_date) else parse_rfc822_date(pub_date))
    return found or (None if _NO_DATE.search(local) else parse_rfc822_date(local, timezone=timezone))
