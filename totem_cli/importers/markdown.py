"""A folder of Markdown files with front matter: an archive as ``export markdown`` makes it, or another generator's.

In a bare folder (one without ``totem.toml``) each folder is a series, and a file at the top belongs to none. Front
matter is TOML between ``+++``, YAML between ``---``, or JSON; what Hugo, Jekyll, Zola and Eleventy call their keys is
understood, ``map`` says otherwise, and unknown keys are kept.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping, Sequence
from json import JSONDecodeError, JSONDecoder
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from msgspec.structs import replace

from totem_cli.documents.document import Document
from totem_cli.errors import InvalidError, Location, NotFoundError, SystemFailedError, TotemError
from totem_cli.importers import Imported, Options
from totem_cli.importers.front_foreign import Front
from totem_cli.importers.front_yaml import read_yaml
from totem_cli.importers.identity import file_slug, series_slug
from totem_cli.importers.json import DEEPEST, depth
from totem_cli.importers.placing import extra_keys
from totem_cli.importers.words import read_mapping
from totem_cli.language.slug import check_slug, slugify
from totem_cli.model import read as model
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.person import Person
from totem_cli.model.series import Series
from totem_cli.storage.files import Folder
from totem_cli.storage.layout import SETTINGS, Located, comment_folder, locate, scan
from totem_cli.storage.walk import walk

_YAML = re.compile(r"---[ \t]*\n(?P<head>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_DATED = re.compile(r"(?P<date>\d{4}-\d{2}-\d{2})(?:-(?P<rest>.+))?")
_SUFFIXES = (".md", ".markdown")
_MEDIA = "media"


class _File(NamedTuple):
    """A file of the source: its place in an archive, its content, its name for messages, its folder of comments."""

    located: Located
    content: bytes
    name: str
    folder: str = ""


class _Matter(NamedTuple):
    """The front matter and the text of a file; ``lines`` has the line of each key where it is not TOML."""

    file: str
    data: Mapping[str, Any]
    text: str
    lines: Mapping[str, int] = {}
    document: Document | None = None

    def location(self, key: str, field: str = "") -> Location:
        """Where the value of a key is; in TOML, where ``field`` in it is."""
        if self.document:
            return self.document.location(*(model.field_path(field) if field else (key,)))
        return Location(self.file, self.lines.get(key, 1))


_Record: TypeAlias = Episode | Series | Person | Comment | dict[str, Any]


def read(source: Path | bytes, options: Options) -> Imported:
    """The records in the folder, or in one Markdown file.

    Raises InvalidError with its location where a file is invalid, NotFoundError where there is no such folder.
    """
    unplaced: list[str] = []
    mapping: dict[str, str] = {}
    keys = read_mapping(options)
    found: list[tuple[Any, Location]]
    if isinstance(source, Path) and not source.exists():
        raise NotFoundError(f"there is nothing at {source}")
    is_archive = isinstance(source, Path) and (source / SETTINGS).is_file()
    if is_archive and isinstance(source, Path):
        records = [(_archived(file), Location(file.name)) for file in list(_archive(source, unplaced))]
        found = _targeted(records, unplaced)
    else:
        files = list(_bare(source, unplaced)) if isinstance(source, Path) else [_given(source, options.name)]
        foreign = [(_foreign(file, keys, mapping, unplaced), Location(file.name)) for file in files]
        found = [(record, location) for record, location in foreign if record is not None]
    kinds = {"series": Series, "episodes": Episode, "persons": Person, "comments": Comment}
    by_kind: dict[str, list[tuple[Any, Location]]] = {
        key: [one for one in found if isinstance(one[0], kind)] for key, kind in kinds.items()
    }
    series, episodes, persons, comments = (tuple(record for record, _ in listed) for listed in by_kind.values())
    media = _media(source, unplaced) if isinstance(source, Path) else {}
    return Imported(
        series=series,
        episodes=episodes,
        persons=persons,
        comments=comments,
        settings=next((record for record, _ in found if isinstance(record, dict)), None),
        media=media,
        media_root=source if media and isinstance(source, Path) else None,
        locations={key: [location for _, location in listed] for key, listed in by_kind.items()},
        mapping=tuple(mapping.items()),
        unplaced=tuple(unplaced),
        own_extra=_own_extra(found) if is_archive else frozenset(),
    )


# An archive, as export markdown writes it


def _own_extra(records: Sequence[tuple[Any, Location]]) -> frozenset[str]:
    """The keys that an archive keeps beside its fields."""
    return frozenset(key for one, _ in records for key, _ in extra_keys(one))


def _targeted(records: Sequence[tuple[_Record, Location]], unplaced: list[str]) -> list[tuple[_Record, Location]]:
    """The records, each comment with its target: the one it names, else the record that its folder belongs to."""
    owners = {one.slug: one.id for one, _ in records if isinstance(one, Series)}
    owners |= {f"{one.series}/{one.slug}": one.id for one, _ in records if isinstance(one, Episode)}
    found: list[tuple[_Record, Location]] = []
    for one, location in records:
        if not isinstance(one, Comment):
            found.append((one, location))
        elif (target := one.target or owners.get(one.folder, "")) in owners.values():
            found.append((replace(one, target=target), location))
        else:
            unplaced.append(f"comments/{one.folder}/{one.slug}.md is on nothing that is here")
    return found


def _archived(file: _File) -> _Record:
    """A file of an archive."""
    located, slug = file.located, file.located.slug or ""
    document = Document.parse(file.content, file.name, kind="toml" if located.kind == "settings" else "markdown")
    data, text = document.data, document.recap
    try:
        match located.kind:
            case "settings":
                settings = model.settings(data)
                return {key: getattr(settings, key) for key in ("title", "subtitle", "language", "base_url")}
            case "series":
                return model.series(data, slug=slug, introduction=text)
            case "person":
                return model.person(data, slug=slug, biography=text)
            case "comment":
                return model.comment(data, folder=file.folder, slug=slug, text=text)
        return model.episode(data, series=located.series or "", slug=slug, recap=text)
    except InvalidError as error:
        raise error.at(document.location(*model.field_path(error.field or ""))) from None


# Files of a folder that is no archive


def _foreign(
    file: _File, keys: Mapping[str, str], mapping: dict[str, str], unplaced: list[str]
) -> Episode | Series | Person | None:
    """The record that a file is; None, and a warning, where it has no front matter.

    ``keys`` are the mapped keys; the keys that became fields of another name are added to ``mapping``.
    """
    matter = _front_matter(file)
    if matter is None:
        unplaced.append(f"{file.name} has no front matter")
        return None
    is_named = "name" in matter.data and "title" not in matter.data and "title" not in keys.values()
    kind: type[Episode | Series | Person] = Person if is_named else Episode
    kind = Series if file.located.kind == "series" else kind
    try:
        front = Front(matter.data, keys, kind)
    except InvalidError as error:
        raise error.at(matter.location(error.field or "")) from None
    unplaced += [f"{file.name}: {note}" for note in front.notes]
    mapping |= {key: field for field, key in front.keys.items() if key != field}
    fields, slug = dict(front.fields), file.located.slug or ""
    try:
        if kind is Series:
            return model.series({"title": slug, **fields}, slug=slug, introduction=matter.text)
        if kind is Person:
            fields.pop("slug", None)
            return model.person(fields, slug=slugify(fields["name"]) or "person", biography=matter.text)
        return _episode(file, fields, matter.text, unplaced)
    except InvalidError as error:
        top = (error.field or "").partition("[")[0].partition(".")[0]
        key = front.keys.get(top, top)
        error.hint = error.hint or f"--map {key}=extra.NAME keeps it by another name"
        raise error.at(matter.location(key, (error.field or "") if key == top else "")) from None


def _episode(file: _File, fields: dict[str, Any], text: str, unplaced: list[str]) -> Episode:
    """An episode; what its front matter does not say comes from the file's name and from the first heading."""
    stem, slug = file.located.slug or "", str(fields.pop("slug", "") or "")
    if dated := _DATED.fullmatch(stem):
        fields.setdefault("published", dated["date"])
    if slug:
        slug = slug if _is_slug(slug) else file_slug(slug)
    elif dated:
        slug = file_slug(dated["rest"] or fields.get("title", ""), fields.get("language", "fr"))
    else:
        slug = slugify(stem)
    if "title" not in fields and (heading := re.match(r"#[ \t]+(\S.*)\n*", text)):
        fields["title"], text = heading[1].strip(" #"), text[heading.end() :]
    if "title" not in fields:
        fields["title"] = re.sub(r"[-_]+", " ", stem).strip().capitalize() or "…"
        unplaced.append(f"{file.name} has no title: it takes its file's name")
    return model.episode(fields, series=file.located.series or "", slug=slug, recap=text)


def _front_matter(file: _File) -> _Matter | None:
    """The front matter of a file; None where it has none."""
    content = file.content.removeprefix(BOM_UTF8)
    if content.lstrip(b" \t\r\n").startswith(b"+++"):
        document = Document.parse(file.content, file.name)
        return _Matter(file.name, document.data, document.recap, document=document)
    try:
        text = content.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        location = Location(file.name, content[: error.start].count(b"\n") + 1)
        raise InvalidError(f"not UTF-8 (byte {error.start})", hint="save it as UTF-8", location=location) from None
    blank = len(text) - len(text.lstrip("\n"))
    if match := _YAML.match(text, blank):
        data, lines = read_yaml(match["head"], file.name, blank + 2)
        return _Matter(file.name, data, text[match.end() :].strip("\n"), lines)
    if re.match(r"---[ \t]*\n[\w-]+:", text[blank:]):
        location = Location(file.name, blank + 1, 1)
        raise InvalidError("the front matter has no end", hint="close it with a line of ---", location=location)
    return _json(text, file.name) if re.match(r"\{\s*(?:\"|\})", text) else None


def _json(text: str, name: str) -> _Matter:
    try:
        data, end = JSONDecoder(object_pairs_hook=dict).raw_decode(text)
        is_too_deep = depth(data) > DEEPEST
    except JSONDecodeError as error:
        location = Location(name, error.lineno, error.colno)
        raise InvalidError(f"the JSON cannot be read: {error.msg}", location=location) from None
    except (RecursionError, ValueError):
        what = "a number is too long, or it is nested too deeply"
        raise InvalidError(f"the JSON cannot be read: {what}", location=Location(name, 1)) from None
    if is_too_deep:
        raise InvalidError(f"tables or lists are nested more than {DEEPEST} deep", location=Location(name, 1))
    lines: dict[str, int] = {}
    for match in re.finditer(r'^\s*"([^"\\]+)"\s*:', text[:end], re.MULTILINE):
        lines.setdefault(match[1], text[: match.start(1)].count("\n") + 1)
    return _Matter(name, data, text[end:].strip("\n"), lines)


def _is_slug(text: str) -> bool:
    try:
        return check_slug(text) == file_slug(text) or bool(re.match(r"\d+-", text))
    except InvalidError:
        return False


# Files on disk


def _archive(source: Path, unplaced: list[str]) -> Iterator[_File]:
    problems: dict[str, TotemError] = {}
    with Folder(source) as folder:
        for path in scan(source, problems):
            located = locate(path)
            if located is None:
                unplaced.append(f"{source / path}: totem keeps nothing there")
                continue
            try:
                content = folder.read(path)
            except OSError as error:
                raise SystemFailedError.from_os(error, "read") from error
            if content is not None:
                yield _File(located, content, str(source / path), comment_folder(path))
    unplaced += _messages(source, problems)


def _given(content: bytes, name: str) -> _File:
    return _File(Located("episode", "", Path(name).stem), content, name)


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
    unplaced += _messages(source, {path: one for path, one in read.items() if path.partition("/")[0] != _MEDIA})


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
    unplaced += _messages(source, problems)
    return found


def _messages(source: Path, problems: Mapping[str, TotemError]) -> list[str]:
    return [f"{source / path}: {problem.message}" for path, problem in problems.items()]
