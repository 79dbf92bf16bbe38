"""A folder of texts: an archive as ``export markdown`` makes it, or Jekyll's, Hugo's, Pelican's, Obsidian's, Notion's.

A folder without ``totem.toml`` is read by :mod:`totem_cli.importers.folder`: Markdown, HTML and reStructuredText with
front matter. Each of its folders is a series, and a file at the top belongs to the site's own, if it has a title, or to
none. ``map`` says what a key is; unknown keys are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from msgspec.structs import replace

from totem_cli.documents.document import Document
from totem_cli.errors import InvalidError, Location, SystemFailedError, TotemError
from totem_cli.importers import Imported, Options
from totem_cli.importers.folder.reading import read_folder
from totem_cli.importers.notes import Kind, Note
from totem_cli.importers.placing import extra_keys, takes
from totem_cli.model import read as model
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.person import Person
from totem_cli.model.series import Series
from totem_cli.storage.files import Folder
from totem_cli.storage.layout import SETTINGS, Located, comment_folder, locate, scan
from totem_cli.storage.walk import walk

_MEDIA = "media"


class _File(NamedTuple):
    """A file of the source: its place in an archive, its content, its name for messages, its folder of comments."""

    located: Located
    content: bytes
    name: str
    folder: str = ""


_Record: TypeAlias = Episode | Series | Person | Comment | dict[str, Any]


@takes(type="page: pages about the site too, as episodes")
def read(source: Path | bytes, options: Options) -> Imported:
    """The records in the folder, or in one Markdown file.

    Raises InvalidError with its location where a file is invalid, NotFoundError where there is no such folder.
    """
    if not isinstance(source, Path) or not (source / SETTINGS).is_file():
        return read_folder(source, options)
    notes: list[Note] = []
    records = [(_archived(file), Location(file.name)) for file in list(_archive(source, notes))]
    found = _targeted(records, notes)
    kinds = {"series": Series, "episodes": Episode, "persons": Person, "comments": Comment}
    by_kind: dict[str, list[tuple[Any, Location]]] = {
        key: [one for one in found if isinstance(one[0], kind)] for key, kind in kinds.items()
    }
    series, episodes, persons, comments = (tuple(record for record, _ in listed) for listed in by_kind.values())
    media = _media(source, notes)
    return Imported(
        series=series,
        episodes=episodes,
        persons=persons,
        comments=comments,
        settings=next((record for record, _ in found if isinstance(record, dict)), None),
        media=media,
        media_root=source if media else None,
        locations={key: [location for _, location in listed] for key, listed in by_kind.items()},
        notes=tuple(notes),
        own_extra=frozenset(key for one, _ in found for key, _ in extra_keys(one)),
    )


# An archive, as export markdown writes it


def _targeted(records: Sequence[tuple[_Record, Location]], notes: list[Note]) -> list[tuple[_Record, Location]]:
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
            what = f"comments/{one.folder}/{one.slug}.md"
            notes.append(Note(Kind.LEFT_OUT, what, "it is on nothing that is here", location))
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


def _archive(source: Path, notes: list[Note]) -> Iterator[_File]:
    problems: dict[str, TotemError] = {}
    with Folder(source) as folder:
        for path in scan(source, problems):
            located = locate(path)
            if located is None:
                notes.append(Note(Kind.LEFT_OUT, path, "totem keeps nothing there", Location(str(source / path))))
                continue
            try:
                content = folder.read(path)
            except OSError as error:
                raise SystemFailedError.from_os(error, "read") from error
            if content is not None:
                yield _File(located, content, str(source / path), comment_folder(path))
    notes += _notes(source, problems)


def _media(source: Path, notes: list[Note]) -> dict[str, Path]:
    problems: dict[str, TotemError] = {}
    found = {
        file.path.removeprefix(f"{_MEDIA}/"): source / file.path
        for file in walk(source, _MEDIA, problems)
        if not file.name.endswith(".md")
    }
    notes += _notes(source, problems)
    return found


def _notes(source: Path, problems: Mapping[str, TotemError]) -> list[Note]:
    return [
        Note(Kind.LEFT_OUT, path, problem.message, Location(str(source / path)), problem.hint or "")
        for path, problem in problems.items()
    ]
