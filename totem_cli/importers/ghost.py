"""The export of a Ghost site (Settings, Labs, Export): posts, whose tags and authors are named in tables beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from totem_cli.errors import Location
from totem_cli.importers.notes import Kind, Note

_SITE = "__GHOST_URL__"
_TABLES = frozenset({"posts", "tags", "posts_tags", "users", "posts_authors", "settings"})
_PLACED = {
    "title": "title",
    "slug": "slug",
    "html": "recap",
    "custom_excerpt": "summary",
    "feature_image": "image",
    "published_at": "published",
    "updated_at": "updated",
    "locale": "language",
    "status": "status",
}
"""The columns of a post that are fields; what else a post says is about its page in Ghost."""

_COPIES = frozenset({"mobiledoc", "lexical", "plaintext"})
_OWN = frozenset({"id", "type", "visibility", *_COPIES})


def tables_of(value: Any) -> Mapping[str, Any] | None:
    """The tables of a Ghost site, where a value is its export."""
    listed = value.get("db") if isinstance(value, dict) else None
    whole = listed[0] if isinstance(listed, list) and listed else value
    tables = whole.get("data") if isinstance(whole, dict) and "meta" in whole else None
    is_ghost = isinstance(tables, dict) and all(isinstance(tables.get(key), list) for key in ("posts", "posts_tags"))
    return tables if is_ghost else None


def site_of(tables: Mapping[str, Any], name: str) -> tuple[dict[str, Any], list[Note]]:
    """The site as a table with its title and its posts, and notes on what is not in it."""
    settings = {one["key"]: one.get("value") for one in _rows(tables, "settings") if "key" in one}
    notes = [
        Note(Kind.LEFT_OUT, key, "a table of the site that no post needs", Location(name, path=key), count=len(value))
        for key, value in tables.items()
        if key not in _TABLES and isinstance(value, list) and value
    ]
    told = {"title", "locale"}
    if others := [key for key, value in settings.items() if key not in told and value]:
        notes.append(Note(Kind.LEFT_OUT, "settings", f"they are of the site: {', '.join(others)}", Location(name)))
    posts = []
    for number, post in enumerate(_rows(tables, "posts"), 1):
        location = Location(name, path=f"posts[{number}]")
        if post.get("type") == "page":
            notes.append(Note(Kind.LEFT_OUT, str(post.get("title")), "it is a page, and no post", location))
            continue
        made = {field: value for key, field in _PLACED.items() if (value := post.get(key)) not in (None, "")}
        notes += _told(post, made, location)
        made |= {"tags": _named(tables, "tags", post), "source": {"id": str(post.get("id"))}}
        if authors := _named(tables, "authors", post):
            made["source"]["author"] = ", ".join(authors)
        hidden = [tag for tag in made["tags"] if tag.startswith("#")]
        made["tags"] = [tag for tag in made["tags"] if tag not in hidden]
        notes += [Note(Kind.LEFT_OUT, tag, "an internal tag, which no page shows", location) for tag in hidden]
        posts.append(made)
    site = {"title": settings.get("title"), "language": settings.get("locale")}
    return {key: value for key, value in site.items() if value} | {"posts": posts}, notes


def _told(post: Mapping[str, Any], made: dict[str, Any], location: Location) -> Iterator[Note]:
    """Make a post that not everyone may read a draft; notes on it, and on what is only of its page."""
    if post.get("visibility", "public") != "public":
        made["status"] = "draft"
        yield Note(Kind.ASSUMED, str(post["visibility"]), "not everyone may read it: it is a draft", location)
    for key in ("recap", "image"):
        if _SITE in str(made.get(key, "")):
            made[key] = made[key].replace(_SITE, "")
            yield Note(Kind.ASSUMED, _SITE, "it stands for the address of the site, which the export lacks", location)
    if "recap" not in made and any(post.get(key) for key in _COPIES):
        yield Note(
            Kind.LEFT_OUT, "mobiledoc, lexical", "a text that has no HTML", location, "publish it, and export again"
        )
    for key, value in post.items():
        if key not in _PLACED and key not in _OWN and value not in (None, "", 0, False, []):
            yield Note(Kind.LEFT_OUT, key, "it is of the post in Ghost", location)


def _named(tables: Mapping[str, Any], kind: str, post: Mapping[str, Any]) -> list[str]:
    """The names of the tags or the authors of a post, in their order."""
    column = "tag_id" if kind == "tags" else "author_id"
    names = {one.get("id"): one.get("name") for one in _rows(tables, "tags" if kind == "tags" else "users")}
    beside = [one for one in _rows(tables, f"posts_{kind}") if one.get("post_id") == post.get("id")]
    beside.sort(key=lambda one: one.get("sort_order") or 0)
    return [str(name) for one in beside if (name := names.get(one.get(column)))]


def _rows(tables: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    return [one for one in tables.get(key) or () if isinstance(one, dict)]
