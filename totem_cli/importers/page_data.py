"""A page's structured data: JSON-LD, microdata, microformats, OpenGraph and the names in its head."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from totem_cli.errors import InvalidError
from totem_cli.importers import Options, filled, natural
from totem_cli.importers.html_tree import Element, json_ld, language_of
from totem_cli.importers.page_facts import DateOptions, duration_between
from totem_cli.importers.page_main import content_of
from totem_cli.importers.page_microformats import microformats
from totem_cli.importers.page_values import plain
from totem_cli.language.human_dates.durations import parse_duration
from totem_cli.language.labels import language_tag

_EPISODES = frozenset(
    "Episode PodcastEpisode RadioEpisode TVEpisode Event BusinessEvent EducationEvent SocialEvent".split()
)
_SERIES = frozenset("CreativeWorkSeries PodcastSeries RadioSeries TVSeries EventSeries Series BlogSeries".split())
_ARTICLES = frozenset("Article BlogPosting NewsArticle Report WebPage CreativeWork TechArticle".split())
_NESTED = (
    "@graph mainEntity mainEntityOfPage hasPart episode episodes subEvent partOfSeries superEvent itemListElement item"
).split()
_ROLES = ("actor", "performer", "contributor", "guest")
_MOST_NODES = 20_000


@dataclass
class PageData:
    """Structured data about the page, the series and each episode, as tables for the model."""

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
    left_out: list[tuple[str, str]] = field(default_factory=list)


def read_data(root: Element, html: str, options: Options) -> PageData:
    """The data of the page: head, JSON-LD, microdata, microformats; ``left_out`` is what is not kept, and why."""
    data = PageData(language=language_tag(language_of(html)))
    _read_head(root, data)
    content = content_of(root)
    nodes = list(_flat([*_json_ld(html, data), *_microdata(root), *microformats(content)]))
    by_id = {str(node["@id"]): node for node in nodes if "@id" in node and len(node) > 1}
    episodes: dict[str, dict[str, Any]] = {}
    for node in nodes:
        kinds = _kinds(node)
        if kinds & _SERIES and not (set(node) <= {"@type", "@id", "name", "inLanguage"} and data.series):
            data.series = data.series | _series(node)
        elif kinds & _EPISODES and len(node) > 2:
            data.image = data.image or _picture(node)
            if (episode := _episode(node, by_id)).get("title"):
                episodes.setdefault(f"{episode.get('number')} {episode['title']}", episode)
        elif kinds & _ARTICLES:
            data.image = data.image or _picture(node)
            data.title = data.title or _text(node.get("headline") or node.get("name"))
            data.published = data.published or _text(node.get("datePublished"))
            data.language = data.language or language_tag(_text(node.get("inLanguage")))
            data.author = data.author or ", ".join(_names(node.get("author")))
            data.tags = data.tags or _keywords(node.get("keywords"))
    data.tags = data.tags or [one.line for one in content.walk("a") if "tag" in one.get("rel").split() and one.line]
    data.episodes = list(episodes.values())
    dates = DateOptions(data.language, options.day_first, options.timezone)
    data.published = _moment(data.published, dates, data)
    for one in data.episodes:
        for key in ("date", "published"):
            if key in one:
                one[key] = _moment(one[key], dates, data)
        if duration := duration_between(one.get("date", ""), _moment(one.pop("end", ""), dates, data)):
            one["duration"] = duration
    return data


def _read_head(root: Element, data: PageData) -> None:
    title = next((one.line for one in root.walk("title")), "")
    metas: dict[str, list[str]] = {}
    for element in root.walk("meta"):
        name = (element.get("property") or element.get("name")).lower()
        metas.setdefault(name, []).append(plain(element.get("content")).strip())

    def first(*names: str) -> str:
        return next((text for name in names for text in metas.get(name, ()) if text), "")

    data.site, data.author, data.image = first("og:site_name"), first("author"), first("og:image")
    data.title = _without_site(first("og:title") or plain(title), data.site)
    canonical = (one.get("href") for one in root.walk("link") if "canonical" in one.get("rel").split())
    data.address = next(canonical, "") or first("og:url")
    data.language = data.language or language_tag(first("og:locale"))
    data.published = first("article:published_time", "date", "dc.date", "dcterms.date")
    data.tags = metas.get("article:tag", [])


def _without_site(title: str, site: str) -> str:
    """A title without the site's name, which many put after it."""
    if site and title != site:
        title = re.sub(rf" [-–—|·•:] {re.escape(site)}$", "", title)
    return re.sub(r" [|] [^|]{2,40}$", "", title)


def _json_ld(html: str, data: PageData) -> Iterator[Any]:
    for script in json_ld(html):
        code = script.strip().removeprefix("<!--").removesuffix("-->")
        try:
            yield msgspec.json.decode(code.replace("\n", " "))
        except (msgspec.DecodeError, RecursionError):
            if code:
                data.left_out.append((code, "JSON-LD that is not JSON"))


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
        waiting += [(child, inside) for child in reversed(element.elements)]
    return found


def _value(element: Element) -> str:
    if element.tag == "meta":
        return element.get("content")
    if element.tag == "time":
        return element.get("datetime") or element.line
    if element.tag in ("a", "link") and not element.line:
        return element.get("href")
    return element.line if element.tag in ("a", "link") else element.get("content") or element.line


def _flat(nodes: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Every table at any depth, outer ones first."""
    waiting = deque(nodes)
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        node = waiting.popleft()
        if isinstance(node, list):
            waiting.extendleft(reversed(node))
        elif isinstance(node, dict):
            yield node
            waiting.extendleft(node[key] for key in reversed(_NESTED) if key in node)


def _picture(node: Mapping[str, Any]) -> str:
    """The address of the first picture of an item."""
    one = next(iter(_list(node.get("image"))), "")
    return _text(one.get("url") or one.get("contentUrl")) if isinstance(one, dict) else _text(one)


def _kinds(node: Mapping[str, Any]) -> set[str]:
    return {str(kind).rpartition("/")[2].rpartition(":")[2] for kind in _list(node.get("@type"))}


def _series(node: Mapping[str, Any]) -> dict[str, Any]:
    hosts, partners = _contributors(node)
    return filled(
        {
            "title": _text(node.get("name")),
            "introduction": _text(node.get("description")),
            "language": language_tag(_text(node.get("inLanguage"))),
            "hosts": hosts,
            "partners": partners,
            "id": _uuid(node),
        }
    )


def _episode(node: Mapping[str, Any], by_id: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    hosts, partners = _contributors(node)
    questions = [part for part in _list(node.get("hasPart")) if isinstance(part, dict) and "Question" in _kinds(part)]
    people = [
        by_id.get(str(one["@id"]), one) if isinstance(one, dict) and set(one) == {"@id"} else one
        for key in ("actor", "actors", "performer", "guest")
        for one in _list(node.get(key))
    ]
    location = node.get("location")
    return filled(
        {
            "id": _uuid(node),
            "number": natural(_text(node.get("episodeNumber") or node.get("position"))),
            "title": _text(node.get("name") or node.get("headline")),
            "language": language_tag(_text(node.get("inLanguage"))),
            "date": _text(node.get("startDate")),
            "end": _text(node.get("endDate")),
            "published": _text(node.get("datePublished")),
            "duration": _duration(_text(node.get("duration") or node.get("timeRequired"))),
            "media": list(_recordings(node)),
            "place": _place(location),
            "links": [{"url": url} for one in _list(location) if (url := _online(one))],
            "guests": [person for one in people if (person := _person(one))],
            "hosts": hosts,
            "partners": partners,
            "questions": [
                {"text": _text(part.get("name") or part.get("text"))}
                for part in sorted(questions, key=lambda part: natural(_text(part.get("position"))) or 0)
            ],
            "recap": _text(node.get("text") or node.get("articleBody") or node.get("description")),
            "tags": _keywords(node.get("keywords")),
            "series": _text(_first(node.get("partOfSeries") or node.get("superEvent")).get("name")),
        }
    )


def _duration(text: str) -> str:
    try:
        return parse_duration(text) if text else ""
    except InvalidError:
        return ""


def _recordings(node: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """The recordings of an episode, each with its address."""
    for key in ("associatedMedia", "audio", "video", "recordedIn"):
        for one in _list(node.get(key)):
            url = _text(one.get("contentUrl") or one.get("embedUrl")) if isinstance(one, dict) else ""
            if url.startswith(("http://", "https://")):
                yield {"url": url}


def _place(location: Any) -> str:
    """Where an event is: the name and the address of the first place that has one."""
    if isinstance(location, str):
        return _text(location)
    place = next((one for one in _list(location) if isinstance(one, dict) and not _online(one)), {})
    address = place.get("address")
    parts = [_text(place.get("name")), address if isinstance(address, str) else _address(_first(address))]
    return ", ".join(dict.fromkeys(filter(None, map(_text, parts))))


def _address(address: Mapping[str, Any]) -> str:
    town = " ".join(filter(None, (_text(address.get(key)) for key in ("postalCode", "addressLocality"))))
    return ", ".join(filter(None, (_text(address.get("streetAddress")), town)))


def _online(location: Any) -> str:
    is_online = isinstance(location, dict) and "VirtualLocation" in _kinds(location)
    return _text(location.get("url")) if is_online else ""


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
            elif key in ("host", "organizer") or (key == "contributor" and role in ("host", "moderator")):
                person = _person(one)
                hosts += [person] if person else []
    return hosts, partners


def _person(node: Any) -> dict[str, Any] | None:
    """A person, or the Role around one (schema.org/Role): the name, the job, the organisations."""
    if isinstance(node, str):
        return {"name": plain(node.strip())} if node.strip() and "://" not in node else None
    if not isinstance(node, dict):
        return None
    inner = next((_first(node[key]) for key in _ROLES if key in node), None)
    if inner and "Role" in _kinds(node):
        return _person(inner)
    if not (name := _text(node.get("name"))):
        return None
    organisations = [one for key in ("affiliation", "worksFor") for one in _names(node.get(key))]
    job = _text(node.get("jobTitle"))
    return filled({"name": name, "role": job, "organisations": list(dict.fromkeys(organisations))})


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


def _moment(text: str, dates: DateOptions, data: PageData) -> str:
    """The date that a text states; what is lost of it is told."""
    if not text:
        return ""
    found = dates.parse(text) or dates.parse(text[:10])
    if found is None:
        data.left_out.append((text, "it is no date that can be read"))
    elif found.time_dropped:
        data.left_out.append((text, found.why or "its hour is left out"))
    return found.date if found else ""
