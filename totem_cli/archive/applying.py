"""Upserts: an archive is made to hold what records state, for scripts that run again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from uuid import uuid4

from totem_cli.archive import references
from totem_cli.archive.episodes import Episodes, series_for
from totem_cli.archive.front import series_front
from totem_cli.archive.importing import Import, canonical
from totem_cli.archive.series import AllSeries
from totem_cli.archive.source_items import SourceItems
from totem_cli.errors import InvalidError, Location
from totem_cli.language.fold import fold
from totem_cli.language.slug import check_slug, slugify
from totem_cli.model import read
from totem_cli.model.episode import INHERITED, Episode, appearances
from totem_cli.model.person import Person
from totem_cli.model.series import Series

if TYPE_CHECKING:
    from totem_cli.archive.workspace import Workspace
    from totem_cli.documents.document import Document

Kind = Literal["series", "episode", "person"]

_BODY = {"series": "introduction", "episode": "recap", "person": "biography"}
_IDENTITY = frozenset({"id", "series", "slug"})


class Statement(NamedTuple):
    """What one thing is to be: the keys that are given, and no others; None or an empty list takes a key away.

    ``place`` and ``path`` say where it was stated, for errors.
    """

    kind: Kind
    data: Mapping[str, Any]
    place: Location | None = None
    path: str = ""


@dataclass(slots=True)
class Applied:
    """What statements did, each thing by its reference."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


class Apply:
    """Makes an archive hold what statements say."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._import = Import(workspace)
        self._episodes = Episodes(workspace)

    def __call__(self, statements: Iterable[Statement], *, series: str | None = None, prune: bool = False) -> Applied:
        """Add what is not there, set the keys that are given of what is, all or nothing; again, it changes nothing.

        An episode is the one here with its ``id``; else with its ``number`` in its series; else with its ``slug``, or
        its folded ``title``, there. ``series`` is that of episodes that name none. ``prune`` removes the episodes that
        were not stated from every series that was named, and, where series are stated too, every other series. People
        are never removed. Raises InvalidError for two statements of one thing.
        """
        with self._workspace.transaction("apply"):
            done = Applied()
            seen: dict[str, Statement] = {}
            appearing = cache(self._appearing)  # people are stated last: by then no episode changes any more
            stated = sorted(statements, key=lambda one: ("series", "episode", "person").index(one.kind))
            steps: dict[str, Callable[[Mapping[str, Any]], tuple[str, str, str]]] = {
                "series": self._state_series,
                "episode": lambda data: self._state_episode(data, series),
                "person": lambda data: self._state_person(data, appearing()),
            }
            for one in stated:
                try:
                    ref, key, what = steps[one.kind](one.data)
                except InvalidError as error:
                    raise _placed(error, one) from None
                if key in seen:
                    other = f"; the other is {seen[key].path}" if seen[key].path else ""
                    raise _placed(InvalidError(f"{ref} is stated twice{other}"), one)
                seen[key] = one
                getattr(done, what).append(ref)
            if prune:
                done.removed += self._prune(seen, any(one.kind == "series" for one in stated))
            return done

    def _prune(self, seen: Mapping[str, Statement], whole: bool) -> list[str]:
        from totem_cli.archive.unreadable import check_readable, in_folders

        check_readable(self._workspace, in_folders("series"))
        index = self._workspace.index
        named = {key for key in seen if "/" not in key}
        named |= {
            self._workspace.index.find_episodes(id_prefix=key[1:])[0].series for key in seen if key.startswith("/")
        }
        removed = []
        for episode in list(index.episodes()):
            if episode.series in named and f"/{episode.id}" not in seen:
                self._episodes.remove(episode.folder)
                removed.append(episode.ref)
        for one in index.series() if whole else ():
            if one.slug not in named:
                removed += [episode.ref for episode in index.episodes(series=one.slug)]
                AllSeries(self._workspace).remove(f"{one.slug}/", episodes=True)
                removed.append(one.slug)
        return removed

    # One thing: its reference, what tells it from all others, what became of it

    def _state_series(self, data: Mapping[str, Any]) -> tuple[str, str, str]:
        title, slug = _text(data, "title"), _text(data, "slug")
        same = next(
            (one for one in self._workspace.index.series() if _same_series(one, data.get("id"), slug, title)), None
        )
        if same is None:
            made = slug or slugify(title, language=self._workspace.settings.language)
            plain = {"id": str(uuid4()), **_plain(data, "series")}
            new = read.series(plain, slug=made, introduction=_text(data, "introduction"))
            return made, made, self._import.add_series(new, "error")
        inherited = {"language": self._workspace.settings.language}
        return same.slug, same.slug, self._state(self._workspace.path(same), data, "series", inherited)

    def _state_episode(self, data: Mapping[str, Any], series: str | None) -> tuple[str, str, str]:
        same = self._stated(data, series)
        if same is None:
            home = self._import.home_for(_text(data, "series") or series or series_for(self._workspace, None).slug)
            slug = _text(data, "slug")
            new = read.episode(
                _plain(data, "episode"),
                series=home.slug,
                slug=check_slug(slug) if slug else "",
                recap=_text(data, "recap"),
            )
            saved, result = self._import.add_episode(new, home, "error", SourceItems())
            return saved.ref, f"/{saved.id}", result
        moved = False
        wanted = _text(data, "series")
        if wanted and wanted != same.series:
            self._import.home_for(wanted)
            number = data.get("number")
            same = self._episodes.move(same.folder, wanted, number if isinstance(number, int) else same.number)
            moved = True
        home = self._workspace.series_of(same.series)
        inherited = {key: value for key, value in series_front(home).items() if key in INHERITED}
        what = self._state(self._workspace.path(same), data, "episode", inherited)
        (now,) = self._workspace.index.find_episodes(series=same.series, slug=same.slug)
        return now.ref, f"/{now.id}", "updated" if moved else what

    def _stated(self, data: Mapping[str, Any], series: str | None) -> Episode | None:
        """The episode here that a statement is about."""
        given = _text(data, "id")
        if given:
            found = self._workspace.index.find_episodes(id_prefix=given.lower())
            if found and found[0].id == given.lower():
                return found[0]
        home = _text(data, "series") or series
        if not home:
            if given and not self._workspace.index.series():
                return None
            home = series_for(self._workspace, None).slug
        number, slug = data.get("number"), _text(data, "slug")
        found = self._workspace.index.find_episodes(series=home, number=number) if isinstance(number, int) else []
        if not found:
            named = self._workspace.index.find_episodes(series=home, slug=slug) if slug else []
            title = fold(_text(data, "title"))
            named = named or [one for one in self._workspace.index.episodes(series=home) if fold(one.title) == title]
            found = [one for one in named if number is None or one.number is None]
        return found[0] if found else None

    def _state_person(self, data: Mapping[str, Any], appearing: set[str]) -> tuple[str, str, str]:
        name = _text(data, "name")
        slug = _text(data, "slug") or slugify(name) or "x"
        filed = self._workspace.names.persons.get(slug) or references.filed(self._workspace, name)
        if filed:
            return filed.ref, filed.ref, self._state(self._workspace.path(filed), data, "person", {})
        new = read.person(_plain(data, "person"), slug=check_slug(slug), biography=_text(data, "biography"))
        if new == Person(slug=new.slug, name=new.name) and fold(new.name) in appearing:
            return new.ref, new.ref, "unchanged"  # nothing outlives the episodes: no file is needed
        return new.ref, new.ref, self._import.add_person(new, "error")

    def _appearing(self) -> set[str]:
        return {fold(one.name) for episode in self._episodes for one in appearances(episode)}

    def _state(self, path: str, data: Mapping[str, Any], kind: Kind, inherited: Mapping[str, Any]) -> str:
        """Set the keys that are given in the file at ``path``; ``inherited`` is what it has else."""
        with self._workspace.editing(path) as document:
            current, plain = canonical(path, document), _plain(data, kind)
            name = "name" if kind == "person" else "title"
            target = canonical(path, document, {**_required(document, name), **plain})
            for key in _given(data, kind):
                wanted = target.get(key) if key in plain else None
                if wanted != current.get(key, None if key in document.data else inherited.get(key)):
                    _write(document, key, wanted, inherited)
            body = data.get(_BODY[kind])
            if isinstance(body, str) and body.strip("\n") != document.recap:
                document.set_body(body)
        return "updated" if document.is_changed else "unchanged"


def _write(document: Document, key: str, wanted: Any, inherited: Mapping[str, Any]) -> None:
    if wanted is None and inherited.get(key) and isinstance(inherited[key], list):
        document.set((key,), [])
    elif wanted is not None and wanted != inherited.get(key):
        document.set((key,), wanted)
    elif key in document.data:
        document.remove((key,))


def _required(document: Document, name: str) -> dict[str, Any]:
    return {name: document.data[name]} if name in document.data else {}


def _given(data: Mapping[str, Any], kind: Kind) -> list[str]:
    """The keys of front matter that a statement gives, its own under ``extra`` too."""
    own = data.get("extra")
    keys = [key for key in data if key not in _IDENTITY and key not in (_BODY[kind], "extra")]
    return [key for key in (*keys, *(own if isinstance(own, Mapping) else ())) if key not in _derived(kind)]


def _derived(kind: Kind) -> frozenset[str]:
    """The keys of a public record that follow from others."""
    from totem_cli.archive.record import EpisodeRecord, PersonRecord, SeriesRecord

    record, model = {
        "series": (SeriesRecord, Series),
        "episode": (EpisodeRecord, Episode),
        "person": (PersonRecord, Person),
    }[kind]
    return frozenset(record.__struct_fields__) - frozenset(model.__struct_fields__)


def _plain(data: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    """A statement as front matter would hold it: ``extra`` spread, without what is derived or null."""
    own = data.get("extra") or {}
    if not isinstance(own, Mapping):
        raise InvalidError("extra must be a table", field="extra")
    left_out = _derived(kind) | {"series", "slug", "extra", _BODY[kind]}
    found = {key: value for key, value in {**own, **data}.items() if key not in left_out and value is not None}
    for key in read.LISTS.keys() & found.keys():
        if isinstance(found[key], list):
            found[key] = [_spread(part) for part in found[key]]
    return found


def _spread(part: Any) -> Any:
    if isinstance(part, Mapping) and isinstance(part.get("extra"), Mapping):
        return {**part["extra"], **{key: value for key, value in part.items() if key != "extra"}}
    return part


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidError(f"{key} must be text", field=key)
    return value


def _same_series(one: Series, given: Any, slug: str, title: str) -> bool:
    if "id" not in one.absent and one.id == given:
        return True
    return one.slug == slug if slug else fold(one.title) == fold(title)


def _placed(error: InvalidError, one: Statement) -> InvalidError:
    if one.path:
        error.message = f"{one.path}: {error.message}"
        error.args = (error.message,)
    error.location = error.location or one.place
    return error
