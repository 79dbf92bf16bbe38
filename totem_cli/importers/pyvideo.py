"""Talks in the format of github.com/pyvideo/data: its tree of files, a folder or file of it, or lists of talks in JSON.

The format is described by the schemas in ``.schemas/`` there. A talk is an episode, its conference a series. What an
episode has no field for is kept under ``source``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import normalize

from msgspec.structs import replace

from totem_cli.errors import InvalidError, Location, NotFoundError, SystemFailedError
from totem_cli.importers import Imported, Options, filled
from totem_cli.importers.dates import parse_date
from totem_cli.importers.identity import FileNames, distinct, file_slug, series_slug, stable_id
from totem_cli.importers.json import decoded
from totem_cli.importers.note_list import NoteList
from totem_cli.importers.notes import Kind
from totem_cli.importers.placed import Placed, values_of
from totem_cli.importers.words import value_of
from totem_cli.language.dates import seconds_of
from totem_cli.language.fold import fold
from totem_cli.language.human_dates.durations import parse_duration
from totem_cli.model import read as model
from totem_cli.model.episode import Episode
from totem_cli.model.series import Series
from totem_cli.storage.walk import read_beneath, walk

_PLACEHOLDERS = frozenset(
    {"", "tba", "tbd", "tbc", "n/a", "na", "none", "unknown", "nobody", "to be announced", "to be determined"}
)
_TYPES = {
    "mp4": "video/mp4", "m4v": "video/mp4", "webm": "video/webm", "ogv": "video/ogg", "mkv": "video/x-matroska",
    "flv": "video/x-flv", "mov": "video/quicktime", "mp3": "audio/mpeg",
}  # fmt: skip
_SITES = frozenset({"", "youtube", "vimeo", "peertube", "archive.org", "archive", "google"})
_READ = frozenset(
    ("title", "description", "speakers", "recorded", "language", "tags", "videos", "related_urls", "_path", "_category")
)


class _Talk(NamedTuple):
    """A talk with its path in pyvideo's tree and its series' title, either empty where unknown.

    ``file`` is the source file, ``label`` the talk's name in messages.
    """

    data: Mapping[str, Any]
    path: str
    category: str
    label: str
    file: str


def read(source: Path | bytes, options: Options) -> Imported:
    """Read every talk of a folder, a file or bytes.

    Raises InvalidError with the location where anything in the source is not JSON or not a talk, NotFoundError where a
    folder has no talk, and SystemFailedError where a file cannot be read.
    """
    talks = list(_talks(source, options))
    slugs = {talk.category: series_slug(talk.category, "en") for talk in talks if talk.category}
    titles: dict[str, str] = {}
    for title, slug in slugs.items():
        titles.setdefault(slug, title)
    notes = NoteList()
    labels: dict[str, str] = {}
    names = FileNames()
    episodes = []
    for talk in talks:
        try:
            episode = _episode(talk, slugs.get(talk.category, ""), options.timezone, notes)
        except InvalidError as error:
            error.message = f"{talk.label}: {error.message}" if talk.label != talk.file else error.message
            error.args = (error.message,)
            raise error.at(Location(talk.file)) from None
        if episode.id in labels:
            raise InvalidError(f"{talk.label} is the same talk as {labels[episode.id]}", location=Location(talk.file))
        labels[episode.id] = talk.label
        names.want(episode.series, episode.slug)
        episodes.append(episode)
    return Imported(
        series=tuple(
            Series(id=model.derived_id(slug), slug=slug, title=title, absent=("id", "language"))
            for slug, title in titles.items()
        ),
        episodes=tuple(replace(one, slug=names.name(one.series, one.slug, one.id)) for one in episodes),
        locations={"episodes": [Location(talk.file) for talk in talks]},
        notes=tuple(notes),
    )


def _talks(source: Path | bytes, options: Options) -> Iterator[_Talk]:
    if isinstance(source, bytes):
        yield from _in_file(source, options.name, "", "")
    elif source.is_dir():
        yield from _in_tree(source)
    else:
        category = _category(source.parent.parent) if source.parent.name == "videos" else ""
        yield from _in_file(_content(source.read_bytes, source), str(source), source.name if category else "", category)


def _in_tree(root: Path) -> Iterator[_Talk]:
    """The talks of pyvideo's root, of a conference (a folder with ``category.json``), or of its folder ``videos``."""
    base = root.parent if (root / "category.json").is_file() else root.parent.parent if root.name == "videos" else root
    is_empty = True
    for file in walk(root, "", {}):
        if not file.name.endswith(".json") or file.name == "category.json":
            continue
        is_empty = False
        path = root / file.path
        is_in_videos = path.parent.name == "videos"
        category = _category(path.parent.parent) if is_in_videos else ""
        relative = path.relative_to(base).as_posix() if is_in_videos else ""
        yield from _in_file(_content(file.read, path), str(path), relative, category)
    if is_empty:
        raise NotFoundError(f"there is no talk in {root}", hint="give a folder of pyvideo's data, or a JSON file")


def _in_file(content: bytes, name: str, path: str, category: str) -> Iterator[_Talk]:
    value = decoded(content, name)
    for number, talk in enumerate(value if isinstance(value, list) else [value], 1):
        label = f"{name}[{number}]" if isinstance(value, list) else name
        if not isinstance(talk, dict) or not isinstance(talk.get("title"), str):
            raise InvalidError(f"{label} is not a talk: it has no title", location=Location(name))
        title = _string(talk, "_category") or category or _string(talk, "category")
        yield _Talk(talk, _string(talk, "_path") or path, title, label, name)


def _category(folder: Path) -> str:
    """The title of a conference in its ``category.json``; without such a file, the folder's name."""
    file = folder / "category.json"
    if file.is_symlink() or not file.is_file():
        return folder.name
    value = decoded(_content(partial(read_beneath, folder, file.name), file), str(file))
    if not isinstance(value, dict) or not isinstance(value.get("title"), str):
        raise InvalidError("the category has no title", location=Location(str(file)))
    return _line(value["title"])


def _content(read: Callable[[], bytes], path: Path) -> bytes:
    try:
        return read()
    except OSError as error:
        raise SystemFailedError.from_os(error, "read", path) from error


def _episode(talk: _Talk, series: str, timezone: str | None, notes: NoteList) -> Episode:
    """The talk as an episode; what of it has no field is added to ``notes``."""
    data = talk.data
    description, summary = _string(data, "description"), _string(data, "summary").strip()
    language, recorded = _string(data, "language"), _string(data, "recorded")
    slug = file_slug(Path(talk.path).stem or _string(data, "slug") or data["title"], "en")
    date = parse_date(recorded, "recorded", timezone=timezone) if recorded else None
    unique = f"https://github.com/pyvideo/data/{talk.path}"
    if not talk.path:
        unique = f"pyvideo {series} {data.get('id', '')} {slug} {recorded}"
    converted = {
        "summary": summary,
        "duration": _duration(data.get("duration")),
        "thumbnail_url": _string(data, "thumbnail_url"),
        "copyright_text": _string(data, "copyright_text").strip(),
    }
    read = _READ.union(filled(converted))
    source = {"path": talk.path} if talk.path else {}
    source |= {key: value for key, value in data.items() if key not in read and value not in (None, "", [])}
    if date and date.time_dropped:
        source["recorded"] = recorded
        hint = "" if timezone else "--timezone says the zone"
        why = f"{date.why}: only the day is the date, the whole is kept under source"
        notes.add(Kind.KEPT_ASIDE, "recorded", why, Location(talk.file), hint=hint)
    for key in source.keys() - {"path", "recorded"}:
        notes.kept_aside(key, "an episode has no such field: it is kept under source", Location(talk.file))
    fields = {
        "id": stable_id(unique),
        "title": _line(data["title"]) or Path(talk.path).stem or "…",
        "summary": " ".join(summary.split()) if summary != description.strip() else "",
        "language": value_of("language", language) or language,
        "date": date.date if date else "",
        "duration": converted["duration"],
        "image": converted["thumbnail_url"],
        "licence": " ".join(converted["copyright_text"].split()),
        "guests": [{"name": name} for name in _speakers(data)],
        "tags": list(dict.fromkeys(_lines(_list(data, "tags")))),
        "links": [link for one in _list(data, "related_urls") if (link := _link(one))],
        "media": [media for one in _list(data, "videos") if (media := _media(one))],
        "source": source,
    }
    recap = normalize("NFC", description.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")
    episode = model.episode(filled(fields), series=series, slug=slug, recap=recap)
    placed = Placed(episode, talk.category)
    for key, value in data.items():
        for name, text in values_of(key, value):
            if not name.endswith(("duration", "length", "language")) and not placed.holds(text):
                notes.left_out(name, "it has no place in an archive", Location(talk.file))
    return episode


def _speakers(data: Mapping[str, Any]) -> list[str]:
    return distinct(name for name in _lines(_list(data, "speakers")) if fold(name).strip(" .?-") not in _PLACEHOLDERS)


def _media(video: Any) -> dict[str, Any] | None:
    """A recording, with the keys that the model has no field for as they are."""
    if not isinstance(video, dict) or not (url := _string(video, "url").strip()):
        return None
    kind, size, duration = _string(video, "type").lower(), video.get("size"), _duration(video.get("length"))
    media = filled(
        {
            "kind": "audio" if kind == "mp3" else "video",
            "url": url,
            "type": _TYPES.get(kind),
            "host": kind if kind not in _TYPES and kind not in _SITES else "",
            "bytes": size if isinstance(size, int) and size > 0 else 0,
            "duration": duration,
        }
    )
    read = {"url", "type"}
    read |= {"size"} if "bytes" in media else set()
    read |= {"length"} if duration or not video.get("length") else set()
    return media | {key: value for key, value in video.items() if key not in read and value is not None}


def _duration(seconds: Any) -> str:
    """Seconds, or a text, as a duration; empty for what is none, and for no time at all."""
    try:
        found = parse_duration(seconds, unit=1) if seconds else ""
    except InvalidError:
        return ""
    return found if seconds_of(found) else ""


def _link(value: Any) -> dict[str, Any] | None:
    link = {"url": value} if isinstance(value, str) else value
    if not isinstance(link, dict) or not (url := _string(link, "url").strip()):
        return None
    return filled({"url": url, "label": _line(_string(link, "label"))})


def _list(data: Mapping[str, Any], key: str) -> list[Any]:
    value = data.get(key)
    if value is None or isinstance(value, str):
        return [] if value is None else [value]
    if not isinstance(value, list):
        raise InvalidError(f"{key} must be a list", field=key)
    return value


def _lines(values: list[Any]) -> Iterator[str]:
    """The texts of a list, each in one line, without empty ones."""
    return filter(None, (_line(one) for one in values if isinstance(one, str)))


def _string(data: Mapping[str, Any], key: str) -> str:
    """The value of a key where it is a string, else an empty one."""
    value = data.get(key)
    return value if isinstance(value, str) else ""


def _line(text: str) -> str:
    return " ".join(normalize("NFC", text).split())
