"""A folder of Markdown files with TOML front matter: an archive as ``export markdown`` makes it, or a bare one.

In a bare folder (one without ``totem.toml``) each folder is a series, and a file at the top belongs to none.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from totem_cli.errors import InvalidError, NotFoundError, SystemFailedError, TotemError
from totem_cli.importers import Imported, Options
from totem_cli.language.slug import slugify
from totem_cli.model import read as model
from totem_cli.model.episode import Episode
from totem_cli.model.person import Person
from totem_cli.model.series import Series
from totem_cli.store.document import Document
from totem_cli.store.files import Folder
from totem_cli.store.layout import SETTINGS, Located, locate, scan

_FENCE = (b"+++", b"\xef\xbb\xbf+++")


class _File(NamedTuple):
    """A file as its source has it: what it holds, its content, its name for messages."""

    located: Located
    content: bytes
    name: str


def read(source: Path | bytes, options: Options) -> Imported:
    """What the folder, or one Markdown file, holds; InvalidError with its place where a file cannot be understood."""
    unplaced: list[str] = []
    if isinstance(source, bytes):
        files = [_File(Located("episode", "", slugify(Path(options.name).stem)), source, options.name)]
    elif not source.exists():
        raise NotFoundError(f"there is nothing at {source}")
    elif (source / SETTINGS).is_file():
        files = list(_archive(source, unplaced))
    else:
        files = list(_bare(source, unplaced))
    read = [(file.located.kind, _value(file)) for file in files]
    return Imported(
        series=tuple(value for _, value in read if isinstance(value, Series)),
        episodes=tuple(value for _, value in read if isinstance(value, Episode)),
        persons=tuple(value for _, value in read if isinstance(value, Person)),
        settings=next((value for _, value in read if isinstance(value, dict)), None),
        media=_media(source / "media", unplaced) if isinstance(source, Path) else {},
        unplaced=tuple(unplaced),
    )


def _value(file: _File) -> Episode | Series | Person | dict[str, Any]:
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
        return model.episode(document.data, series=located.series or "", slug=slug, recap=document.recap)
    except InvalidError as error:
        raise error.at(document.place(*model.field_path(error.field or ""))) from None


def _archive(source: Path, unplaced: list[str]) -> Iterator[_File]:
    problems: dict[str, TotemError] = {}
    with Folder(source) as folder:
        for path, *_ in scan(source, problems):
            located = locate(path)
            if located is None or located.kind == "comment":
                unplaced.append(f"{source / path}: comments are not imported")
            elif (content := _content(folder, path)) is not None:
                yield _File(located, content, str(source / path))
    unplaced += [f"{source / path}: {problem.message}" for path, problem in problems.items()]


def _content(folder: Folder, path: str) -> bytes | None:
    try:
        return folder.read(path)
    except OSError as error:
        raise SystemFailedError.from_os(error, "read") from error


def _bare(source: Path, unplaced: list[str]) -> Iterator[_File]:
    for path in [source] if source.is_file() else _markdown_files(source):
        shown = str(path)
        if path.is_symlink() and path != source:
            unplaced.append(f"{shown} is a symbolic link, which totem does not follow")
            continue
        try:
            content = path.read_bytes()
        except OSError as error:
            raise SystemFailedError.from_os(error, "read", path) from error
        if not content.startswith(_FENCE):
            unplaced.append(f"{shown} has no front matter between lines of +++")
            continue
        folder = "" if path == source else path.parent.relative_to(source).as_posix()
        series = slugify(folder.replace("/", " ")) if folder not in ("", ".") else ""
        located = (
            Located("series", None, series)
            if path.name == "series.md"
            else Located("episode", series, slugify(path.stem))
        )
        yield _File(located, content, shown)


def _markdown_files(source: Path) -> Iterator[Path]:
    for at, folders, names in os.walk(source):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(at, name) for name in sorted(names) if name.endswith(".md") and not name.startswith("."))


def _media(folder: Path, unplaced: list[str]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for at, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for path in (Path(at, name) for name in sorted(names) if not name.startswith(".")):
            if path.is_symlink() or not path.is_file():
                unplaced.append(f"{path} is not a file of its own, and is not imported")
            elif path.suffix != ".md":
                found[path.relative_to(folder).as_posix()] = path
    return found
