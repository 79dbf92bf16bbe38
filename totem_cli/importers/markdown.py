"""A folder of Markdown files with front matter: an archive as ``export markdown`` makes it, or another generator's.

In a bare folder (one without ``totem.toml``) each folder is a series, and a file at the top belongs to none. Front
matter is TOML between ``+++``, YAML between ``---``, or JSON; what Hugo, Jekyll, Zola and Eleventy call their keys is
understood, ``map`` says otherwise, and unknown keys are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from json import JSONDecodeError, JSONDecoder
from pathlib import Path
from typing import Any, NamedTuple

from msgspec.structs import replace

from totem_cli.documents.document import Document
from totem_cli.errors import InvalidError, Location, NotFoundError, SystemFailedError, TotemError
from totem_cli.importers import Imported, Options
from totem_cli.importers.front_foreign import Front
from totem_cli.importers.front_yaml import read_yaml
from totem_cli.importers.identity import FileNames, file_slug, series_slug, stable_id
from totem_cli.importers.mapping import read_mapping
from totem_cli.language.slug import check_slug, slugify
from totem_cli.model import read as model
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.person import Person
from totem_cli.model.series import Series
from totem_cli.storage.files import Folder
from totem_cli.storage.layout import SETTINGS, Located, comment_folder, locate, scan
from totem_cli.storage.walk import walk

_BOM = b"\xef\xbb\xbf"
_TOML = (b"+++",)
_YAML = re.compile(r"---[ \t]*\n(?P<head>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_DATED = re.compile(r"(?P<date>\d{4}-\d{2}-\d{2})(?:-(?P<rest>.+))?")
_SUFFIXES = (".md", ".markdown")
_DEEPEST = 100
_MEDIA = "media"


class _File(NamedTuple):
    """A file as its source has it: what it holds, its content, its name for messages."""

    located: Located
    content: bytes
    name: str
    folder: str = ""


def read(source: Path | bytes, options: Options) -> Imported:
    """What the folder, or one Markdown file, holds; InvalidError with its place where a file cannot be understood."""
    unplaced: list[str] = []
    told = read_mapping(options)
    if isinstance(source, bytes):
        files = [_File(Located("episode", "", Path(options.name).stem), source, options.name)]
    elif not source.exists():
        raise NotFoundError(f"there is nothing at {source}")
    elif (source / SETTINGS).is_file():
        files = list(_archive(source, unplaced))
        read = [(_value(file), Location(file.name)) for file in files]
        return _imported(_targeted(read, unplaced), unplaced, source)
    else:
        files = list(_bare(source, unplaced))
    foreign = _Foreign(told, unplaced)
    values = [(value, Location(file.name)) for file in files if (value := foreign.value(file)) is not None]
    return _imported(
        foreign.named(values),
        unplaced,
        source if isinstance(source, Path) else None,
        foreign.mapping,
    )


def _imported(
    read: Sequence[tuple[Any, Location]],
    unplaced: list[str],
    folder: Path | None,
    mapping: tuple[tuple[str, str], ...] = (),
) -> Imported:
    kinds = {"series": Series, "episodes": Episode, "persons": Person, "comments": Comment}
    media = _media(folder, unplaced) if folder else {}
    return Imported(
        series=tuple(value for value, _ in read if isinstance(value, Series)),
        episodes=tuple(value for value, _ in read if isinstance(value, Episode)),
        persons=tuple(value for value, _ in read if isinstance(value, Person)),
        settings=next((value for value, _ in read if isinstance(value, dict)), None),
        media=media,
        media_root=folder if media else None,
        comments=tuple(value for value, _ in read if isinstance(value, Comment)),
        locations={name: [place for value, place in read if isinstance(value, kind)] for name, kind in kinds.items()},
        mapping=mapping,
        unplaced=tuple(unplaced),
    )


def _targeted(read: Sequence[tuple[Any, Location]], unplaced: list[str]) -> list[tuple[Any, Location]]:
    """The values, each comment with its target: what it names, else what its folder is that of."""
    owners = {one.slug: one.id for one, _ in read if isinstance(one, Series)}
    owners |= {f"{one.series}/{one.slug}": one.id for one, _ in read if isinstance(one, Episode)}
    found = []
    for one, place in read:
        target = (one.target or owners.get(one.folder, "")) if isinstance(one, Comment) else ""
        if isinstance(one, Comment) and target not in owners.values():
            unplaced.append(f"comments/{one.folder}/{one.slug}.md is on nothing that is here")
        else:
            found.append((replace(one, target=target) if isinstance(one, Comment) else one, place))
    return found


def _value(file: _File) -> Episode | Series | Person | Comment | dict[str, Any]:
    """A file of an archive."""
    located = file.located
    slug = located.slug or ""
    document = Document.parse(file.content, file.name, kind="toml" if located.kind == "settings" else "markdown")
    try:
        match located.kind:
            case "settings":
                known = model.settings(document.data)
                return {key: getattr(known, key) for key in ("title", "subtitle", "language", "base_url")}
            case "series":
                return model.series(document.data, slug=slug, introduction=document.recap)
            case "person":
                return model.person(document.data, slug=slug, biography=document.recap)
            case "comment":
                return model.comment(document.data, folder=file.folder, slug=slug, text=document.recap)
        return model.episode(document.data, series=located.series or "", slug=slug, recap=document.recap)
    except InvalidError as error:
        raise error.at(document.location(*model.field_path(error.field or ""))) from None


class _Foreign:
    """Files of a folder that is no archive."""

    def __init__(self, told: Mapping[str, str], unplaced: list[str]) -> None:
        self._told = told
        self._unplaced = unplaced
        self._mapped: dict[str, str] = {}

    @property
    def mapping(self) -> tuple[tuple[str, str], ...]:
        """The keys that became fields of another name."""
        return tuple(self._mapped.items())

    def value(self, file: _File) -> Episode | Series | Person | None:
        """What a file is; None, and a word about it, where it has no front matter."""
        found = _front(file)
        if found is None:
            self._unplaced.append(f"{file.name} has no front matter")
            return None
        data, body, lines, document = found
        person = (
            file.located.kind != "series"
            and "title" not in data
            and "name" in data
            and "title" not in self._told.values()
        )
        try:
            front = Front(data, self._told, Series if file.located.kind == "series" else Person if person else Episode)
        except InvalidError as error:
            key = error.field or ""
            raise error.at(document.location(key) if document else Location(file.name, lines.get(key, 1))) from None
        self._unplaced += [f"{file.name}: {note}" for note in front.notes]
        self._mapped |= {key: field for field, key in front.keys.items() if key != field}
        try:
            return self._made(file, front, body, person=person)
        except InvalidError as error:
            top = (error.field or "").partition("[")[0].partition(".")[0]
            key = front.keys.get(top, top)
            place = (
                document.location(*model.field_path(error.field or ""))
                if document and key == top
                else Location(file.name, lines.get(key, 1))
            )
            error.hint = error.hint or f"--map {key}=extra.NAME keeps it by another name"
            raise error.at(place) from None

    def _made(self, file: _File, front: Front, body: str, *, person: bool) -> Episode | Series | Person:
        fields, located = dict(front.fields), file.located
        slug = str(fields.pop("slug", "") or "")
        if located.kind == "series":
            return model.series({"title": located.slug or "", **fields}, slug=located.slug or "", introduction=body)
        if person:
            return model.person(fields, slug=slugify(fields["name"]) or "person", biography=body)
        stem = located.slug or ""
        dated = _DATED.fullmatch(stem)
        if dated:
            fields.setdefault("published", dated["date"])
            made = file_slug(dated["rest"] or fields.get("title", ""), fields.get("language", "fr"))
        else:
            made = slugify(stem)
        if slug:
            made = slug if _is_slug(slug) else file_slug(slug)
        if "title" not in fields and (heading := re.match(r"#[ \t]+(\S.*)\n*", body)):
            fields["title"], body = heading[1].strip(" #"), body[heading.end() :]
        if "title" not in fields:
            fields["title"] = re.sub(r"[-_]+", " ", stem).strip().capitalize() or "…"
            self._unplaced.append(f"{file.name} has no title: it takes its file's name")
        return model.episode(fields, series=located.series or "", slug=made, recap=body)

    @staticmethod
    def named(values: Sequence[tuple[Episode | Series | Person, Location]]) -> list[tuple[Any, Location]]:
        """The same, each episode with a file name that no other of its series has."""
        names = FileNames()
        for value, _ in values:
            if isinstance(value, Episode):
                names.want(value.series, value.slug)
        found: list[tuple[Any, Location]] = []
        for value, place in values:
            slug = value.slug
            if isinstance(value, Episode):
                slug = names.name(value.series, slug, stable_id(f"{value.published or value.date} {value.title}"))
            if isinstance(value, Episode) and slug != value.slug:
                own = value.id if "id" not in value.absent else model.derived_id(f"{value.series}/{slug}")
                found.append((replace(value, slug=slug, id=own), place))
            else:
                found.append((value, place))
        return found


def _front(file: _File) -> tuple[Mapping[str, Any], str, dict[str, int], Document | None] | None:
    """Front matter, text, and the line of each key; None where the file has no front matter."""
    content = file.content.removeprefix(_BOM)
    if content.lstrip(b" \t\r\n").startswith(_TOML):
        document = Document.parse(file.content, file.name)
        return document.data, document.recap, {}, document
    try:
        text = content.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InvalidError(
            f"not UTF-8 (byte {error.start})", hint="save it as UTF-8", location=Location(file.name, line)
        ) from None
    blank = len(text) - len(text.lstrip("\n"))
    if match := _YAML.match(text, blank):
        data, lines = read_yaml(match["head"], file.name, blank + 2)
        return data, text[match.end() :].strip("\n"), lines, None
    if re.match(r"---[ \t]*\n", text[blank:]) and re.match(r"---[ \t]*\n[\w-]+:", text[blank:]):
        raise InvalidError(
            "the front matter has no end",
            hint="close it with a line of ---",
            location=Location(file.name, blank + 1, 1),
        )
    if text.startswith("{") and re.match(r"\{\s*(?:\"|\})", text):
        return _json(text, file.name)
    return None


def _json(text: str, name: str) -> tuple[Mapping[str, Any], str, dict[str, int], None]:
    try:
        data, end = JSONDecoder(object_pairs_hook=dict).raw_decode(text)
    except JSONDecodeError as error:
        raise InvalidError(
            f"the JSON cannot be read: {error.msg}", location=Location(name, error.lineno, error.colno)
        ) from None
    except (RecursionError, ValueError):
        raise InvalidError(
            "the JSON cannot be read: a number is too long, or it is nested too deeply", location=Location(name, 1)
        ) from None
    if _depth(data) > _DEEPEST:
        raise InvalidError(f"tables or lists are nested more than {_DEEPEST} deep", location=Location(name, 1))
    lines: dict[str, int] = {}
    for match in re.finditer(r'^\s*"([^"\\]+)"\s*:', text[:end], re.MULTILINE):
        lines.setdefault(match[1], text[: match.start(1)].count("\n") + 1)
    return data, text[end:].strip("\n"), lines, None


def _depth(value: Any) -> int:
    level, depth = [value], 0
    while level := [
        inner
        for outer in level
        for inner in (outer.values() if isinstance(outer, dict) else outer if isinstance(outer, list) else ())
    ]:
        depth += 1
    return depth


def _is_slug(text: str) -> bool:
    try:
        return check_slug(text) == file_slug(text) or bool(re.match(r"\d+-", text))
    except InvalidError:
        return False


def _archive(source: Path, unplaced: list[str]) -> Iterator[_File]:
    problems: dict[str, TotemError] = {}
    with Folder(source) as folder:
        for path in scan(source, problems):
            located = locate(path)
            if located is None:
                unplaced.append(f"{source / path}: totem keeps nothing there")
            elif (content := _content(folder, path)) is not None:
                yield _File(located, content, str(source / path), comment_folder(path))
    unplaced += _told(source, problems)


def _content(folder: Folder, path: str) -> bytes | None:
    try:
        return folder.read(path)
    except OSError as error:
        raise SystemFailedError.from_os(error, "read") from error


def _bare(source: Path, unplaced: list[str]) -> Iterator[_File]:
    try:
        if source.is_file():
            yield _File(_located(source, source), source.read_bytes(), str(source))
            return
        problems: dict[str, TotemError] = {}
        for file in walk(source, "", problems):
            if file.name.endswith(_SUFFIXES):
                path = source / file.path
                yield _File(_located(path, source), file.read(), str(path))
    except OSError as error:
        raise SystemFailedError.from_os(error, "read", error.filename or source) from error
    read = {path: one for path, one in problems.items() if path.endswith(_SUFFIXES) or (source / path).is_dir()}
    unplaced += _told(source, {path: one for path, one in read.items() if path.partition("/")[0] != _MEDIA})


def _located(path: Path, source: Path) -> Located:
    """What a file is by its name; ``index.md`` is the episode its folder is named for, ``_index.md`` the series."""
    folders = [] if path == source else list(path.parent.relative_to(source).parts)
    stem = path.stem
    if stem == "index" and folders:
        stem = folders.pop()
    series = series_slug(" ".join(folders)) if folders else ""
    if path.name in ("series.md", "_index.md") and path != source:
        return Located("series", None, series or series_slug(source.name))
    return Located("episode", series, stem)


def _media(source: Path, unplaced: list[str]) -> dict[str, Path]:
    problems: dict[str, TotemError] = {}
    found = {
        file.path.removeprefix(f"{_MEDIA}/"): source / file.path
        for file in walk(source, _MEDIA, problems)
        if not file.name.endswith(".md")
    }
    unplaced += _told(source, problems)
    return found


def _told(source: Path, problems: Mapping[str, TotemError]) -> list[str]:
    return [f"{source / path}: {problem.message}" for path, problem in problems.items()]
