"""Imports: the records that an importer read become files, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from msgspec.structs import replace

from totem_cli.archive import references
from totem_cli.archive.comments import Comments
from totem_cli.archive.edits import exists
from totem_cli.archive.episodes import next_number, numbered
from totem_cli.archive.front import comment_front, episode_front, person_front, series_front
from totem_cli.archive.media_list import copy_in
from totem_cli.archive.source_items import SourceItems
from totem_cli.archive.workspace import IF_EXISTS_HINT, IfExists, Workspace
from totem_cli.errors import ExistsError, InvalidError, Location, NotFoundError
from totem_cli.language.fold import fold
from totem_cli.language.slug import check_series_slug, check_slug, slugify
from totem_cli.model import read
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode
from totem_cli.model.person import Person
from totem_cli.model.series import Series
from totem_cli.storage.layout import episode_path, locate, person_path, series_path

if TYPE_CHECKING:
    from totem_cli.documents.document import Document


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did to each thing, by its reference."""

    added: tuple[str, ...]
    updated: tuple[str, ...]
    skipped: tuple[str, ...]


class Import:
    """Writes records into an archive. Its methods run inside a transaction, a call makes one."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def __call__(
        self,
        *,
        series: Sequence[Series] = (),
        episodes: Iterable[Episode] = (),
        persons: Sequence[Person] = (),
        settings: Mapping[str, Any] | None = None,
        media: Mapping[str, Path] | None = None,
        media_root: Path | None = None,
        comments: Iterable[Comment] = (),
        locations: Mapping[str, Sequence[Location]] | None = None,
        into: str | None = None,
        if_exists: IfExists = "error",
        label: str = "import",
    ) -> ImportResult:
        """Write series, episodes, people and comments as files; all of them, or none.

        An episode is the same as one here by id, else by number in its series, else by its folded title; ``if_exists``
        decides what then. Two of these items never become one thing, whatever ``if_exists`` says: InvalidError names
        the ``locations`` of two that nothing tells apart. ``into`` puts every episode in that series; where no series
        has that slug yet, the only one of ``series`` gets it. A series that is here is left as it is where these
        records know no more than its title. ``settings`` are used where the archive has no series yet. ``media`` are
        files by their names; no symbolic link beneath ``media_root`` is followed to them. A comment's ``target`` is the
        id of one of these series or episodes, or of one that is here. ``episodes`` is read twice.
        """
        if isinstance(episodes, Iterator):
            episodes = tuple(episodes)
        with self._workspace.transaction(label):
            items = SourceItems(episodes, into=into, locations=locations)
            existing = {one.slug for one in self._workspace.index.series()}
            added: list[str] = []
            updated: list[str] = []
            skipped: list[str] = []
            outcome = {"added": added, "updated": updated, "skipped": skipped}
            if settings and not existing:
                self._add_settings(settings)
            refs: dict[str, str] = {}
            if (
                len(series) == 1
                and _has_only_title(series[0])
                and any(one.series != series[0].slug for one in episodes)
            ):
                series = series if into is None else ()  # its title is that of some only
            for position, one in _series_to_add(series, into, existing):
                items.claim("series", one.slug, position)
                outcome[self.add_series(one, if_exists)].append(one.slug)
                refs[one.id] = f"{one.slug}/"
            for position, person in enumerate(persons):
                items.claim("persons", person.ref, position)
                outcome[self.add_person(person, if_exists)].append(person.ref)
            for position, episode in enumerate(episodes):
                with items.located("episodes", position):
                    home = self.home_for(into or episode.series)
                saved, result = self.add_episode(episode, home, if_exists, items, position)
                items.note_title(saved, episode)
                outcome[result].append(saved.ref)
                refs[episode.id] = saved.ref
            owners: dict[str, Episode | Series] = {}
            for position, comment in enumerate(comments):
                items.claim("comments", comment.id, position)
                if comment.target not in owners:
                    owners[comment.target] = self._commented_on(comment, refs)
                outcome[self._add_comment(comment, owners[comment.target], if_exists)].append(comment.ref)
            for name, source in (media or {}).items():
                copy_in(self._workspace, name, source, media_root)
            return ImportResult(tuple(added), tuple(updated), tuple(skipped))

    def _add_settings(self, settings: Mapping[str, Any]) -> None:
        with self._workspace.editing("totem.toml") as document:
            for key in ("title", "subtitle", "language", "base_url"):
                if settings.get(key) is not None:
                    document.set((key,), settings[key])

    def add_series(self, series: Series, if_exists: IfExists) -> str:
        """Add a series, or what it says to the one of its slug: ``added``, ``updated`` or ``skipped``."""
        check_series_slug(series.slug)
        front = series_front(series)
        if front.get("language") == self._workspace.settings.language:
            del front["language"]
        if not self._workspace.index.series(series.slug):
            self._workspace.create(series_path(series.slug), front, series.introduction)
            return "added"
        path = self._workspace.path(series)
        return self._update(f"the series {series.slug}", path, front, series.introduction, if_exists)

    def add_person(self, person: Person, if_exists: IfExists) -> str:
        """Add a person, or what they say to the one of their slug: ``added``, ``updated`` or ``skipped``."""
        check_slug(person.slug)
        front = person_front(person)
        path = self._workspace.index.path_of("person", person.slug)
        if path is None:
            self._workspace.create(person_path(person.slug), front, person.biography)
            return "added"
        return self._update(person.ref, path, front, person.biography, if_exists)

    def _commented_on(self, comment: Comment, refs: Mapping[str, str]) -> Episode | Series:
        """What a comment is on; ``refs`` tells what became of the things that came with it."""
        if comment.target in refs:
            return references.episode_or_series(self._workspace, refs[comment.target])
        owner = next((one for one in self._workspace.owners if one.id == comment.target), None)
        if owner is None:
            raise NotFoundError(f"the comment {comment.id} is on nothing that is here or imported: {comment.target}")
        return owner

    def _add_comment(self, comment: Comment, owner: Episode | Series, if_exists: IfExists) -> str:
        """Add a comment, with the status that the source gives it: ``added``, ``updated`` or ``skipped``."""
        path = next(iter(self._workspace.index.comments(id_prefix=comment.id)), None)
        if path is None:
            Comments(self._workspace).write(comment, owner)
            return "added"
        front = comment_front(replace(comment, target=owner.id))
        return self._update(f"the comment {comment.id}", path, front, comment.text, if_exists)

    def home_for(self, slug: str) -> Series:
        """The series of a slug, which is made where there is none."""
        if not slug:
            here = ", ".join(one.slug for one in self._workspace.index.series())
            raise InvalidError(
                "the source names no series for this episode",
                hint=f"say which: --series NAME{f' (there are: {here})' if here else ''}",
                field="series",
            )
        found = self._workspace.index.series(slug)
        if not found:
            check_series_slug(slug)
            self._workspace.create(series_path(slug), {"title": slug}, "")
            found = self._workspace.index.series(slug)
        return self._workspace.with_language(found)[0]

    def add_episode(
        self, episode: Episode, home: Series, if_exists: IfExists, items: SourceItems, position: int = 0
    ) -> tuple[Episode, str]:
        """Add an episode, or what it says to the same one here: that, and ``added``, ``updated`` or ``skipped``."""
        same = self._existing(episode, home.slug, items)
        if same:
            items.claim("episodes", same.folder, position)
            front = episode_front(episode, self._workspace.series_of(same.series))
            self._check_same(episode, same, if_exists, items.location("episodes", position))
            return same, self._update(same.ref, self._workspace.path(same), front, episode.recap, if_exists)
        front = episode_front(episode, home)
        stable_id = items.stable_id(episode, home.slug) if "id" in episode.absent else episode.id
        taken = items.taken(home.slug, self._workspace.index.slugs)
        there = self._workspace.index.find_episodes(series=home.slug, slug=episode.slug)
        is_of_title = any(fold(one.title) == fold(episode.title) for one in there)
        slug = items.free_slug(episode, home.slug, taken, is_of_title, stable_id)
        if not slug:  # the source gives it no place: it gets one as a new episode does
            number = (
                items.free_number(home.slug, next_number(self._workspace, home.slug))
                if episode.number is None
                else episode.number
            )
            slug = numbered(slugify(episode.title, language=home.language or "fr"), number)
            front = {"number": number} | front
            if "id" in episode.absent:
                front["id"] = str(uuid4())
        if "id" in episode.absent and episode.number is None and items.is_shared(episode, home.slug):
            front["id"] = stable_id
        path = episode_path(home.slug, slug)
        if check_slug(slug).casefold() in taken:
            raise ExistsError(
                f"{self._workspace.shown(path)} exists already, and is another episode",
                hint="give this one a slug or a number of its own, or import it into another series: --series NAME",
                location=items.location("episodes", position),
            )
        saved = self._workspace.create(path, front, episode.recap)
        assert isinstance(saved, Episode)
        items.claim("episodes", saved.folder, position)
        taken.add(slug.casefold())
        return saved, "added"

    def _existing(self, episode: Episode, series: str, items: SourceItems) -> Episode | None:
        """The same episode, if it is here: by its own id, else by its number in its series, else by its title.

        Of an item without an id and a number, its stable id is looked up: an earlier import may have written it.
        """
        found = []
        if "id" not in episode.absent:
            found = self._workspace.index.find_episodes(id_prefix=episode.id)
        elif episode.number is None:
            found = self._workspace.index.find_episodes(id_prefix=items.stable_id(episode, series))
        if not found and episode.number is not None:
            found = self._workspace.index.find_episodes(series=series, number=episode.number)
        if not found:  # one that has a number is another than all that have one
            read, wanted = self._workspace.index.episodes, fold(episode.title)
            slugs = items.slugs_of_title(series, wanted, read)
            found = [one for slug in slugs for one in read(series, slug, bodies=True) if fold(one.title) == wanted]
            found = [one for one in found if episode.number is None or one.number is None]
            found = items.of_title(episode, series, found)
        return found[0] if found else None

    def _check_same(self, episode: Episode, same: Episode, if_exists: IfExists, location: Location | None) -> None:
        """Raise ExistsError where an item may be another episode than the one here, which nothing is to overwrite."""
        if "id" not in episode.absent and episode.id == same.id:
            return
        if SourceItems.is_redated(episode, same):
            raise ExistsError(
                f"{same.ref} has this title and file name, and another date: {same.moment}, here {episode.moment}",
                hint="where it is another episode, give it a number, an id or a file name of its own; where it is the "
                f"same, totem set episode {same.ref} {'date' if same.date else 'published'}={episode.moment}",
                location=location,
            )
        if if_exists == "error":
            is_titled = fold(same.title) == fold(episode.title)
            own = "a number, a date or an id of its own" if is_titled else "another number, or another series"
            raise ExistsError(
                f"{same.ref} exists already, with {'the same' if is_titled else 'another'} title: {same.title}",
                hint=f"where it is another episode, give it {own}; where it is the same, {IF_EXISTS_HINT}",
                location=location,
            )

    def _update(self, name: str, path: str, front: Mapping[str, Any], body: str, if_exists: IfExists) -> str:
        if if_exists == "error":
            raise exists(name)
        if if_exists == "skip":
            return "skipped"
        with self._workspace.editing(path) as document:
            current = canonical(path, document)
            for key, value in front.items():
                if key != "id" and value not in (document.data.get(key), current.get(key)):
                    document.set((key,), value)
            if body.strip("\n") not in ("", document.recap):  # a source without a text says nothing of it
                document.set_body(body)
        return "updated" if document.is_changed else "skipped"


def _series_to_add(series: Sequence[Series], into: str | None, existing: Set[str]) -> Iterator[tuple[int, Series]]:
    """The series that become files, each with its position in the source; ``existing`` are the slugs of those here."""
    if into is None:
        yield from ((at, one) for at, one in enumerate(series) if not (one.slug in existing and _has_only_title(one)))
    elif len(series) == 1 and into not in existing:
        yield 0, _with_slug(series[0], into)


def _has_only_title(series: Series) -> bool:
    """Whether a source knows of a series its title only, and no id."""
    bare = Series(id=series.id, slug=series.slug, title=series.title)
    return "id" in series.absent and replace(series, language=None, absent=()) == bare


def _with_slug(series: Series, slug: str) -> Series:
    """The series under another slug; an id that was derived from the old one is derived anew."""
    return replace(series, slug=slug, id=read.derived_id(slug) if "id" in series.absent else series.id)


def canonical(path: str, document: Document, data: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What the file at ``path`` tells, or would with this front matter, in the one form that new files have."""
    found, values = locate(path), document.data if data is None else data
    assert found is not None
    if found.kind == "series":
        return series_front(read.series(values, slug=found.slug or ""))
    if found.kind == "person":
        return person_front(read.person(values, slug=found.slug or ""))
    if found.kind == "episode":
        return episode_front(read.episode(values, series=found.series or "", slug=found.slug or ""))
    return dict(values)
