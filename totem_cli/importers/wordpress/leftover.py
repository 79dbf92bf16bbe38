"""Tell what of a WordPress export has no place in an archive."""

from __future__ import annotations

import re
from collections.abc import Mapping

from totem_cli.errors import Location
from totem_cli.importers.note_list import NoteList
from totem_cli.importers.placed import without_email
from totem_cli.importers.wordpress.content import KNOWN_SHORTCODES, comments
from totem_cli.importers.xml import Element

_PLACED = frozenset(
    "title link guid creator pubDate encoded post_id post_date post_date_gmt post_modified_gmt post_name status "
    "post_type post_password category postmeta comment attachment_url".split()
)
_COMMENT = frozenset(
    "comment_id comment_author comment_author_url comment_date_gmt comment_date comment_content comment_approved "
    "comment_type comment_parent".split()
)
_PERSONAL = frozenset({"comment_author_email", "comment_author_IP", "author_email", "comment_user_id"})
_AUTHOR = frozenset({"author_id", "author_login", "author_display_name"})
_CHANNEL = frozenset({"title", "link", "description", "language", "author", "category", "tag", "term"})
_SHORTCODE = re.compile(r"(?<!\[)\[(?:([a-z]\w*(?:[-_]\w+)+)(?=[\s\]/])|([a-z][\w-]*)\s+[\w-]+\s*=|/([a-z][\w-]*)\])")
_BLOCK = re.compile(r"\s+wp:([\w/-]+)(?:\s.*)?\s/", re.DOTALL)
_MARK = re.compile(r"\s*/?wp:|more|nextpage|noteaser")
_TAG = re.compile(r"<(script|style|form|object|applet|canvas)\b", re.IGNORECASE)
_EMPTY = frozenset({"", "0", "open", "closed"})


def tell_channel(record: Element, notes: NoteList, location: Location) -> None:
    """Note what an element of the channel holds about the export or about people."""
    if record.name == "author":
        for part in record.elements:
            if part.name not in _AUTHOR and part.text.strip():
                why = "it is personal" if part.name in _PERSONAL else "the name that is shown is read"
                notes.left_out(part.tag, why, location)
    elif record.name in ("tag", "term"):
        for part in record.elements:
            if part.name.endswith("_description") and part.text.strip():
                notes.left_out(part.tag, "only categories that are series have a text in an archive", location)
    elif record.name not in _CHANNEL:
        _tell_of_the_site(record, notes, location)


def _tell_of_the_site(record: Element, notes: NoteList, location: Location) -> None:
    """Note each text of an element that says nothing of a post."""
    for part in record.elements or [record]:
        if part.text.strip():
            name = part.tag if part is record else f"{record.tag} > {part.tag}"
            notes.left_out(name, "it is about the export or the site", location)


def tell_item(item: Element, notes: NoteList, location: Location) -> None:
    """Note the elements of an imported post, and of its comments, that are not read."""
    for part in item.elements:
        if part.name == "description" and part.text.strip():
            notes.left_out(part.tag, "the text of a post stands in content:encoded", location)
        elif part.name not in _PLACED and part.text.strip() not in _EMPTY:
            notes.left_out(part.tag, "it is about WordPress itself", location)
        elif part.name == "comment":
            for one in part.elements:
                if one.name in _PERSONAL and one.text.strip() not in _EMPTY:
                    notes.left_out(one.tag, "it is personal", location)
                elif one.name not in _COMMENT and one.text.strip() not in _EMPTY:
                    notes.left_out(one.tag, "it is about WordPress itself", location)
    _tell_text(item.value("encoded", "content"), notes, location)


def tell_fields(fields: Mapping[str, str], kept: Mapping[str, object], notes: NoteList, location: Location) -> None:
    """Note the custom fields that are neither read nor kept."""
    for key, value in fields.items():
        if key in kept or f"wp_{key}" in kept or not value:
            continue
        if without_email(value) != value:
            notes.left_out(key, "e-mail addresses are personal", location)
        elif key.startswith("_"):
            notes.left_out(key, "it is a field of WordPress or of a plugin", location)
        else:
            notes.left_out(key, "its value is written for a program", location)


def _tell_text(html: str, notes: NoteList, location: Location) -> None:
    """Note what a text holds that is made when its page is shown."""
    for found in _SHORTCODE.finditer(html):
        name = next(filter(None, found.groups()))
        if name not in KNOWN_SHORTCODES:
            notes.assumed(f"[{name}]", "a shortcode of a plugin stays in the text as it is written", location)
    for _, _, inside in comments(html):
        if (block := _BLOCK.fullmatch(inside)) and block[1] != "footnotes":
            notes.left_out(f"wp:{block[1]}", "the site makes this block when it is shown: it has no text", location)
        elif not _MARK.match(inside):
            notes.left_out("<!-- -->", "it is a comment in the HTML", location)
    for found in _TAG.finditer(html):
        notes.left_out(f"<{found[1].lower()}>", "it is no text", location)
