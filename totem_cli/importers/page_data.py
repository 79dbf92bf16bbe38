"""What a page says to machines: JSON-LD, microdata, OpenGraph and the names in its head."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from totem_cli.errors import InvalidError
from totem_cli.importers.hypertext import Element, language_of
from totem_cli.importers.page_blocks import plain
from totem_cli.language.dates import check_moment
from totem_cli.language.labels import check_language

_EPISODES = frozenset(
    {
        "Episode",
        "PodcastEpisode",
        "RadioEpisode",
        "TVEpisode",
        "Event",
        "BusinessEvent",
        "EducationEvent",
        "SocialEvent",
    }
)
_SERIES = frozenset(
    {"CreativeWorkSeries", "PodcastSeries", "RadioSeries", "TVSeries", "EventSeries", "Series", "BlogSeries"}
)
_ARTICLES = frozenset({"Article", "BlogPosting", "NewsArticle", "Report", "WebPage", "CreativeWork", "TechArticle"})
_MOST_NODES = 20_000


@dataclass
class Told:
    """What machines are told: of the page, of the series, and of each episode, as tables for the model."""

    title: str = ""
    site: str = ""
    language: str = ""
    published: str = ""
    address: str = ""
    author: str = ""
    image: str = ""
    tags: list[str] = field(default_factory=list)
    series: dict[str, Any] = field(default_factory=dict)
    episodes: list[dict[str, Any]] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)


def read_data(root: Element, html: str) -> Told:
    """Everything the page's head, its JSON-LD and its microdata say; what cannot be read is among ``unplaced``."""
    told = Told(language=_language(language_of(html)))
    _head(root, told)
    if comments := _comments(root):
        told.unplaced.append(f"readers' comments are not imported: {comments}")
    nodes = [*_json_ld(root, told), *_microdata(root)]
    flat = [node for node in _flat(nodes) if isinstance(node, dict)]
    by_id = {str(node["@id"]): node for node in flat if "@id" in node and len(node) > 1}
    for node in flat:
        kinds = _kinds(node)
        if kinds & _SERIES and not (set(node) <= {"@type", "@id", "name", "inLanguage"} and told.series):
            told.series = told.series | _series(node)
        elif kinds & _EPISODES and len(node) > 3:
            told.episodes.append(_episode(node, by_id))
        elif kinds & _ARTICLES:
            told.title = told.title or _text(node.get("headline") or node.get("name"))
            told.published = told.published or _moment(node.get("datePublished"))
            told.language = told.language or _language(_text(node.get("inLanguage")))
            told.author = told.author or ", ".join(_names(node.get("author")))
            told.tags = told.tags or _keywords(node.get("keywords"))
    unique: dict[str, dict[str, Any]] = {}
    for episode in told.episodes:
        if episode.get("title"):
            unique.setdefault(f"{episode.get('number')} {episode['title']}", episode)
    told.episodes = list(unique.values())
    return told


def _comments(root: Element) -> int:
    """How many comments of readers the page shows."""
    bodies = sum(bool({"comment-body", "comment-content"} & set(one.words)) for one in root.walk())
    lists = [one for one in root.walk() if {"comment-list", "commentlist", "comments-list"} & set(one.words)]
    return bodies or sum(isinstance(child, Element) and bool(child.line) for one in lists for child in one.children)


def _head(root: Element, told: Told) -> None:
    title = ""
    metas: dict[str, list[str]] = {}
    for element in root.walk():
        if element.tag == "title" and not title:
            title = "".join(child for child in element.children if isinstance(child, str))
        elif element.tag == "link" and "canonical" in element.get("rel").split():
            told.address = element.get("href")
        elif element.tag == "meta":
            name = (element.get("property") or element.get("name")).lower()
            metas.setdefault(name, []).append(plain(element.get("content")).strip())

    def said(*names: str) -> str:
        return next((text for name in names for text in metas.get(name, ()) if text), "")

    told.site, told.author, told.image = said("og:site_name"), said("author"), said("og:image")
    told.title = _without_site(said("og:title") or plain(" ".join(title.split())), told.site)
    told.address = told.address or said("og:url")
    told.language = told.language or _language(said("og:locale"))
    told.published = _moment(said("article:published_time", "date", "dc.date", "dcterms.date"))
    told.tags = metas.get("article:tag", [])


def _without_site(title: str, site: str) -> str:
    """A title without the site's name, which many put after it."""
    if site and title != site:
        title = re.sub(rf"\s+[-–—|·•:]\s+{re.escape(site)}$", "", title)
    return re.sub(r"\s+[|]\s+[^|]{2,40}$", "", title)


def _json_ld(root: Element, told: Told) -> Iterator[Any]:
    for element in root.walk():
        if element.tag == "script" and element.get("type").lower().startswith("application/ld+json"):
            content = "".join(child for child in element.children if isinstance(child, str)).strip()
            try:
                yield msgspec.json.decode(re.sub(r"^\s*<!--|-->\s*$", "", content).replace("\n", " "))
            except (msgspec.DecodeError, RecursionError):
                if content:
                    told.unplaced.append("JSON-LD that is no JSON")


def _microdata(root: Element) -> list[Any]:
    """The page's items (HTML, "Microdata": 5.2) in the shape of JSON-LD."""
    found: list[Any] = []
    waiting: list[tuple[Element, dict[str, Any] | None]] = [(root, None)]
    while waiting:
        element, owner = waiting.pop()
        item: dict[str, Any] | None = None
        if "itemscope" in element.attributes:
            kinds = [kind.rstrip("/").rpartition("/")[2].rpartition("#")[2] for kind in element.get("itemtype").split()]
            item = {"@type": kinds or ["Thing"]} | ({"@id": element.get("itemid")} if element.get("itemid") else {})
        for name in element.get("itemprop").split():
            if owner is not None:
                owner.setdefault(name, []).append(_value(element) if item is None else item)
        if item is not None and (owner is None or not element.get("itemprop")):
            found.append(item)
        inside = owner if item is None else item
        waiting += [(child, inside) for child in reversed(element.children) if isinstance(child, Element)]
    return found


def _value(element: Element) -> str:
    if element.tag == "meta":
        return element.get("content")
    if element.tag == "time":
        return element.get("datetime") or element.line
    if element.tag in ("a", "link") and element.get("href"):
        return element.get("href") if not element.line else element.line
    return element.get("content") or element.line


def _flat(nodes: Iterable[Any]) -> Iterator[Any]:
    """Every table at any depth, outer ones first; the parts of episodes stay in them."""
    waiting, seen = list(nodes), 0
    while waiting and seen < _MOST_NODES:
        node = waiting.pop(0)
        seen += 1
        if isinstance(node, list):
            waiting = [*node, *waiting]
        elif isinstance(node, dict):
            yield node
            waiting = [
                node[key]
                for key in (
                    "@graph",
                    "mainEntity",
                    "mainEntityOfPage",
                    "hasPart",
                    "episode",
                    "episodes",
                    "subEvent",
                    "partOfSeries",
                    "superEvent",
                    "itemListElement",
                    "item",
                )
                if key in node
            ] + waiting


def _kinds(node: Mapping[str, Any]) -> set[str]:
    kinds = node.get("@type", ())
    return {str(kind).rpartition("/")[2].rpartition(":")[2] for kind in (kinds if isinstance(kinds, list) else [kinds])}


def _series(node: Mapping[str, Any]) -> dict[str, Any]:
    hosts, partners = _contributors(node)
    found: dict[str, Any] = {
        "title": _text(node.get("name")),
        "introduction": _text(node.get("description")),
        "language": _language(_text(node.get("inLanguage"))),
        "hosts": hosts,
        "partners": partners,
        "id": _uuid(node),
    }
    return {key: value for key, value in found.items() if value}


def _episode(node: Mapping[str, Any], by_id: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    hosts, partners = _contributors(node)
    questions = [part for part in _list(node.get("hasPart")) if isinstance(part, dict) and "Question" in _kinds(part)]
    number = _text(node.get("episodeNumber") or node.get("position"))
    people = [
        _resolved(one, by_id) for key in ("actor", "actors", "performer", "guest") for one in _list(node.get(key))
    ]
    found: dict[str, Any] = {
        "id": _uuid(node),
        "number": int(number) if number.isdecimal() and len(number) < 7 else None,
        "title": _text(node.get("name") or node.get("headline")),
        "language": _language(_text(node.get("inLanguage"))),
        "date": _moment(node.get("startDate")),
        "published": _moment(node.get("datePublished")),
        "place": _text(node.get("location"))
        if isinstance(node.get("location"), str)
        else _text(_first(node.get("location")).get("name")),
        "guests": [person for one in people if (person := _person(one))],
        "hosts": hosts,
        "partners": partners,
        "questions": [
            {"text": plain(_text(part.get("name") or part.get("text")))}
            for part in sorted(
                questions,
                key=lambda part: (
                    int(_text(part.get("position")) or 0) if _text(part.get("position")).isdecimal() else 0
                ),
            )
        ],
        "recap": _text(node.get("text") or node.get("articleBody") or node.get("description")),
        "tags": _keywords(node.get("keywords")),
        "series": _text(_first(node.get("partOfSeries") or node.get("superEvent")).get("name")),
    }
    return {key: value for key, value in found.items() if value}


def _contributors(node: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    hosts: list[dict[str, Any]] = []
    partners: list[dict[str, Any]] = []
    for key in ("contributor", "host", "sponsor", "organizer", "producer"):
        for one in _list(node.get(key)):
            if not isinstance(one, dict):
                continue
            name, role = _text(one.get("name")), _text(one.get("roleName")).lower()
            if any("Organization" in kind for kind in _kinds(one)):
                partners += [{"name": name}] if name else []
            elif key == "host" or (key == "contributor" and role in ("host", "moderator")):
                person = _person(one)
                hosts += [person] if person else []
    return hosts, partners


def _person(node: Any) -> dict[str, Any] | None:
    """A person, or the Role around one (schema.org/Role): the name, the job, the organisations."""
    if isinstance(node, str):
        return {"name": plain(node.strip())} if node.strip() and "://" not in node else None
    if not isinstance(node, dict):
        return None
    inner = next((_first(node[key]) for key in ("actor", "performer", "contributor", "guest") if key in node), None)
    if inner and "Role" in _kinds(node):
        return _person(inner)
    name = _text(node.get("name"))
    if not name:
        return None
    found: dict[str, Any] = {"name": plain(name)}
    if job := _text(node.get("jobTitle")):
        found["role"] = plain(job)
    organisations = [plain(one) for key in ("affiliation", "worksFor") for one in _names(node.get(key))]
    if organisations:
        found["organisations"] = list(dict.fromkeys(organisations))
    return found


def _resolved(node: Any, by_id: Mapping[str, dict[str, Any]]) -> Any:
    return by_id.get(str(node["@id"]), node) if isinstance(node, dict) and set(node) == {"@id"} else node


def _names(value: Any) -> list[str]:
    return [name for one in _list(value) if (name := _text(one.get("name") if isinstance(one, dict) else one))]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _first(value: Any) -> dict[str, Any]:
    return next((one for one in _list(value) if isinstance(one, dict)), {})


def _text(value: Any) -> str:
    one = next(iter(_list(value)), "")
    return plain(" ".join(str(one).split())) if isinstance(one, str | int) and not isinstance(one, bool) else ""


def _keywords(value: Any) -> list[str]:
    return [tag.strip() for one in _list(value) if isinstance(one, str) for tag in one.split(",") if tag.strip()]


def _uuid(node: Mapping[str, Any]) -> str:
    match = re.fullmatch(r"urn:uuid:([0-9a-fA-F-]{36})", _text(node.get("@id")))
    return match[1] if match else ""


def _moment(value: Any) -> str:
    text = _text(value)
    for part in (text, text[:10]):
        try:
            return check_moment(part) if part else ""
        except InvalidError:
            continue
    return ""


def _language(tag: str) -> str:
    try:
        return check_language(tag.replace("_", "-")) if tag else ""
    except InvalidError:
        return ""
