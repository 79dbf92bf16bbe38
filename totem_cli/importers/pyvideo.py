"""Talks as pyvideo keeps them: its tree of files, one folder or one file of it, or arrays of talks in JSON.

The format is that of github.com/pyvideo/data (``.schemas/``). What an episode has no field for is kept under
``source``: the talk's path, and each key as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import normalize

import msgspec

from totem_cli.errors import InvalidError, Location, NotFoundError, SystemFailedError
from totem_cli.importers import Imported, Options
from totem_cli.importers.identity import FileNames, file_slug, series_slug, stable_id
from totem_cli.importers.moments import read_moment
from totem_cli.language.fold import fold
from totem_cli.model import read as model
from totem_cli.model.episode import Episode
from totem_cli.model.series import Series
from totem_cli.storage.walk import read_beneath, walk

_NOBODY = frozenset(
    {"", "tba", "tbd", "tbc", "n/a", "na", "none", "unknown", "nobody", "to be announced", "to be determined"}
)
_TYPES = {
    "mp4": "video/mp4", "m4v": "video/mp4", "webm": "video/webm", "ogv": "video/ogg", "mkv": "video/x-matroska",
    "flv": "video/x-flv", "mov": "video/quicktime", "mp3": "audio/mpeg",
}  # fmt: skip
_LANGUAGES = {
    "english": "en",
    "french": "fr",
    "german": "de",
    "spanish": "es",
    "russian": "ru",
    "japanese": "ja",
    "italian": "it",
    "portuguese": "pt",
}
_SITES = frozenset({"", "youtube", "vimeo", "peertube", "archive.org", "archive", "google"})
_LONGEST = 48 * 3600
_KNOWN = frozenset(
    ("title", "description", "speakers", "recorded", "language", "tags", "videos", "related_urls", "_path", "_category")
)


class _Talk(NamedTuple):
    """A talk with where it stands: its file, its path in the tree, its series' title, and messages' name for it."""

    data: Mapping[str, Any]
    path: str
    category: str
    shown: str
    file: str


def read(source: Path | bytes, options: Options) -> Imported:
    """Every talk, as an episode of its conference's series.

    Raises InvalidError with its place for what is no JSON or no talk; nothing is read of a tree of which one file is
    wrong.
    """
    talks = list(_talks(source, options))
    slugs = {
        category: series_slug(category, "en") for category in dict.fromkeys(talk.category for talk in talks) if category
    }
    reading = _Reading(slugs)
    episodes = [_placed(reading, talk) for talk in talks]
    names = FileNames()
    for one in episodes:
        names.want(one.series, one.slug)
    unique = tuple(msgspec.structs.replace(one, slug=names.name(one.series, one.slug, one.id)) for one in episodes)
    seen: dict[str, str] = {}
    for one, talk in zip(unique, talks, strict=True):
        if one.id in seen:
            raise InvalidError(f"{talk.shown} is the same talk as {seen[one.id]}", location=Location(talk.file))
        seen[one.id] = talk.shown
    series = tuple(
        Series(id=model.derived_id(slug), slug=slug, title=title, absent=("id", "language"))
        for title, slug in _first_titles(slugs).items()
    )
    return Imported(
        series=series,
        episodes=unique,
        locations={"episodes": [Location(talk.file) for talk in talks]},
        unplaced=tuple(reading.notes),
    )


def _first_titles(slugs: Mapping[str, str]) -> dict[str, str]:
    """Each series once, by the first title that gives its slug."""
    titles: dict[str, str] = {}
    for title, slug in slugs.items():
        titles.setdefault(slug, title)
    return {title: slug for slug, title in titles.items()}


def _placed(reading: _Reading, talk: _Talk) -> Episode:
    try:
        return reading.episode(talk)
    except InvalidError as error:
        error.message = f"{talk.shown}: {error.message}" if talk.shown != talk.file else error.message
        error.args = (error.message,)
        raise error.at(Location(talk.file)) from None


def _talks(source: Path | bytes, options: Options) -> Iterator[_Talk]:
    if isinstance(source, bytes):
        yield from _of_file(_decoded(source, options.name), options.name, "", "")
    elif source.is_dir():
        yield from _of_tree(source)
    else:
        category = _category(source.parent.parent) if source.parent.name == "videos" else ""
        yield from _of_file(_loaded(source), str(source), source.name if category else "", category)


def _of_tree(root: Path) -> Iterator[_Talk]:
    found = False
    base = root.parent if (root / "category.json").is_file() else root.parent.parent if root.name == "videos" else root
    for file in walk(root, "", {}):
        if not file.name.endswith(".json") or file.name == "category.json":
            continue
        found = True
        path = root / file.path
        in_tree = path.parent.name == "videos"
        category = _category(path.parent.parent) if in_tree else ""
        yield from _of_file(
            _decoded(_bytes(file.read, path), str(path)),
            str(path),
            path.relative_to(base).as_posix() if in_tree else "",
            category,
        )
    if not found:
        raise NotFoundError(f"there is no talk in {root}", hint="give a folder of pyvideo's data, or a JSON file")


def _of_file(value: Any, name: str, path: str, category: str) -> Iterator[_Talk]:
    talks = value if isinstance(value, list) else [value]
    for place, talk in enumerate(talks, 1):
        shown = f"{name}[{place}]" if isinstance(value, list) else name
        if not isinstance(talk, dict) or not isinstance(talk.get("title"), str):
            raise InvalidError(f"{shown} is no talk: it has no title", location=Location(name))
        where = _said(talk, "_path") or path
        yield _Talk(talk, where, _said(talk, "_category") or category or _said(talk, "category"), shown, name)


def _category(folder: Path) -> str:
    """The title of a conference, from its ``category.json``; else its folder's name."""
    file = folder / "category.json"
    if file.is_symlink() or not file.is_file():
        return folder.name
    value = _decoded(_bytes(partial(read_beneath, folder, file.name), file), str(file))
    if not isinstance(value, dict) or not isinstance(value.get("title"), str):
        raise InvalidError("the category has no title", location=Location(str(file)))
    return _clean(value["title"])


def _loaded(path: Path) -> Any:
    return _decoded(_bytes(path.read_bytes, path), str(path))


def _bytes(read: Callable[[], bytes], path: Path) -> bytes:
    try:
        return read()
    except OSError as error:
        raise SystemFailedError.from_os(error, "read", path) from error


def _decoded(content: bytes, name: str) -> Any:
    try:
        return msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        _, _, byte = str(error).removesuffix(")").partition("(byte ")
        before = content[: int(byte)] if byte.isdecimal() else content
        place = Location(name, before.count(b"\n") + 1, len(before.rpartition(b"\n")[2]) + 1)
        raise InvalidError(f"the JSON cannot be read: {error}", location=place) from None


class _Reading:
    """One reading of many talks, with what is to be told of them."""

    def __init__(self, slugs: Mapping[str, str]) -> None:
        self._slugs = slugs
        self._cut: list[str] = []

    @property
    def notes(self) -> list[str]:
        """What is to be told, once for all talks."""
        if not self._cut:
            return []
        return [
            (
                f"{len(self._cut)} dates have a time without a zone: the day is kept, the time only under source "
                f"({self._cut[0]}…)"
            )
        ]

    def episode(self, talk: _Talk) -> Episode:
        """The talk as an episode."""
        data, kept = (
            talk.data,
            {key: value for key, value in talk.data.items() if key not in _KNOWN and value not in (None, "", [])},
        )
        made: dict[str, Any] = {
            "title": _clean(talk.data["title"]) or Path(talk.path).stem or "…",
            "guests": [{"name": name} for name in self._speakers(data)],
            "tags": list(
                dict.fromkeys(tag for one in _listed(data, "tags") if isinstance(one, str) and (tag := _clean(one)))
            ),
            "links": [link for one in _listed(data, "related_urls") if (link := _link(one))],
            "media": [media for one in _listed(data, "videos") if (media := _media(one))],
        }
        if (summary := _said(data, "summary").strip()) and summary != _said(data, "description").strip():
            made["summary"] = " ".join(summary.split())
            kept.pop("summary", None)
        elif summary:
            kept.pop("summary", None)
        if said := _said(data, "recorded"):
            made["date"], cut = read_moment(said, "recorded")
            if cut:
                kept["recorded"] = said
                self._cut.append(said)
        if said := _said(data, "language"):
            made["language"] = _LANGUAGES.get(fold(said), said)
        if clock := _clock(data.get("duration")):
            made["duration"] = clock
            kept.pop("duration", None)
        if isinstance(data.get("thumbnail_url"), str) and data["thumbnail_url"]:
            made["image"] = data["thumbnail_url"]
            kept.pop("thumbnail_url", None)
        if said := _said(data, "copyright_text").strip():
            made["licence"] = " ".join(said.split())
            kept.pop("copyright_text", None)
        series = self._slugs.get(talk.category, "")
        slug = file_slug(Path(talk.path).stem or _said(data, "slug") or talk.data["title"], "en")
        kept = {"path": talk.path} | kept if talk.path else kept
        identity = (
            f"https://github.com/pyvideo/data/{talk.path}"
            if talk.path
            else f"pyvideo {series} {data.get('id', '')} {slug} {_said(data, 'recorded')}"
        )
        made |= {"id": stable_id(identity), "source": kept}
        made = {key: value for key, value in made.items() if value}
        return model.episode(made, series=series, slug=slug, recap=_text(_said(data, "description")))

    @staticmethod
    def _speakers(data: Mapping[str, Any]) -> list[str]:
        names: dict[str, str] = {}
        for name in (_clean(one) for one in _listed(data, "speakers") if isinstance(one, str)):
            if fold(name).strip(" .?-") not in _NOBODY:
                names.setdefault(fold(name), name)
        return list(names.values())


def _media(video: Any) -> dict[str, Any] | None:
    """A recording; what a table of media has no key for is kept beside it."""
    if not isinstance(video, dict) or not _said(video, "url").strip():
        return None
    kind = _said(video, "type").lower()
    made: dict[str, Any] = {"kind": "audio" if kind == "mp3" else "video", "url": video["url"].strip()}
    if kind in _TYPES:
        made["type"] = _TYPES[kind]
    elif kind not in _SITES:
        made["host"] = kind
    if isinstance(video.get("size"), int) and video["size"] > 0:
        made["bytes"] = video["size"]
    if clock := _clock(video.get("length")):
        made["duration"] = clock
    known = {
        "url",
        "type",
        *(["size"] if "bytes" in made else []),
        *(["length"] if clock or not video.get("length") else []),
    }
    return made | {key: value for key, value in video.items() if key not in known and value is not None}


def _clock(seconds: Any) -> str:
    """Seconds as a clock has them; empty for what lasts no time, or longer than any talk."""
    if not isinstance(seconds, int) or not 0 < seconds < _LONGEST:
        return ""
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _link(value: Any) -> dict[str, Any] | None:
    if isinstance(value, str):
        return {"url": value.strip()} if value.strip() else None
    if not isinstance(value, dict) or not _said(value, "url").strip():
        return None
    label = _clean(_said(value, "label"))
    return {"url": value["url"].strip()} | ({"label": label} if label else {})


def _listed(data: Mapping[str, Any], key: str) -> list[Any]:
    value = data.get(key)
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list):
        raise InvalidError(f"{key} must be a list", field=key)
    return value


def _said(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""


def _clean(text: str) -> str:
    return " ".join(normalize("NFC", text).split())


def _text(text: str) -> str:
    return normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")
