"""Operations on episodes: adding, changing, moving, renaming, removing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from totem_cli.archive.assign import assign, assignments
from totem_cli.archive.base import IfExists
from totem_cli.archive.comments import Comments
from totem_cli.archive.front import EPISODE_ORDER, part_front, toml_moment
from totem_cli.archive.media import TEMPLATES
from totem_cli.errors import AmbiguousError, ExistsError, InvalidError, NotFoundError, TotemError
from totem_cli.language.dates import check_moment
from totem_cli.language.fold import fold
from totem_cli.language.labels import check_language
from totem_cli.language.slug import check_slug, slugify
from totem_cli.language.suggest import did_you_mean
from totem_cli.model.episode import INHERITED, Episode
from totem_cli.model.parts import Status
from totem_cli.model.query import Query
from totem_cli.model.read import number_in
from totem_cli.model.series import Series
from totem_cli.storage.layout import episode_path
from totem_cli.storage.walk import read_beneath, walk

if TYPE_CHECKING:
    from totem_cli.documents.document import Document


class Episodes(Comments):
    """What can be done to episodes."""

    def add_episode(
        self,
        title: str,
        *,
        series: str | None = None,
        number: int | None = None,
        slug: str | None = None,
        language: str | None = None,
        date: str | None = None,
        tags: Sequence[str] = (),
        recap: str | None = None,
        draft: bool = False,
        template: str | None = None,
        if_exists: IfExists = "error",
    ) -> Episode:
        """Add an episode to a series (the only one where none is named), with the next number unless one is given."""
        with self.transaction(f"add episode {title}"):
            home = self._home(series)
            given: dict[str, Any] = {}
            if language:
                given["language"] = check_language(language, "language")
            if date:
                given["date"] = toml_moment(check_moment(date, "date"))
            if draft:
                given["status"] = "draft"
            if tags:
                given["tags"] = list(tags)
            same = self._same_episode(home.slug, title, number)
            if same:
                return self._add_again(same, {"title": title, **given}, recap, if_exists)
            front, body = self._template(template) if template else ({}, "")
            chosen = number if number is not None else max(self.index.numbers(home.slug), default=0) + 1
            name = numbered(check_slug(slug) if slug else slugify(title, language=home.language or "fr"), chosen)
            if given.get("language") == home.language:
                given.pop("language")
            front |= {"id": str(uuid4()), "number": chosen, "title": title, **given}
            return self._create(home.slug, name, front, body if recap is None else recap)

    def _home(self, series: str | None) -> Series:
        if series:
            return self.one_series(series)
        known = self.index.series()
        if len(known) == 1:
            return self._effective(known[0])
        if not known:
            raise NotFoundError("there is no series yet", hint="add one with: totem add series TITLE")
        raise AmbiguousError(
            f"the archive has {len(known)} series",
            hint="say which with --series: " + ", ".join(one.slug for one in known),
        )

    def _same_episode(self, series: str, title: str, number: int | None) -> Episode | None:
        if number is not None:
            found = self.index.find_episodes(series=series, number=number)
            if not found and number in self.index.numbers(series):
                raise ExistsError(
                    f"{series}/{number} exists already, in a file that cannot be read", hint="see: totem check"
                )
            return found[0] if found else None
        wanted = fold(title)
        return next((one for one in self.index.episodes(series=series) if fold(one.title) == wanted), None)

    def _add_again(self, same: Episode, given: Mapping[str, Any], recap: str | None, if_exists: IfExists) -> Episode:
        if if_exists == "error":
            raise ExistsError(
                f"{same.ref} exists already: {same.title}",
                hint="--if-exists skip leaves it, --if-exists update sets what is given",
            )
        if if_exists == "update":
            path = self._path(same)
            document = self._open(path)
            for key, value in given.items():
                document.set((key,), value)
            if recap is not None and recap.strip("\n") != document.recap:
                document.set_body(recap)
            self._save(path, document.to_bytes())
        return self.episode(f"{same.series}/{same.slug}")

    def _template(self, name: str) -> tuple[dict[str, Any], str]:
        problems: dict[str, TotemError] = {}
        path = f"{TEMPLATES}/{name}.md"
        files = (file.path.split("/") for file in walk(self.root, TEMPLATES, problems))
        known = [file[1].removesuffix(".md") for file in files if len(file) == 2 and file[1].endswith(".md")]
        for linked in (TEMPLATES, path):
            if linked in problems:
                raise self._placed(problems[linked], linked)
        if name not in known:
            raise NotFoundError(
                f"no template {name}",
                hint=did_you_mean(name, known) or f"templates are Markdown files in {self._shown('templates')}",
            )
        from totem_cli.documents.document import Document

        document = Document.parse(read_beneath(self.root, path), self._shown(path))
        return {key: value for key, value in document.data.items() if key not in ("id", "number")}, document.recap

    def _create(self, series: str, slug: str, front: Mapping[str, Any], recap: str) -> Episode:
        path = episode_path(series, slug)
        if slug.casefold() in {taken.casefold() for taken in self.index.slugs(series)}:
            raise ExistsError(f"{self._shown(path)} exists already", hint="choose another name with --slug")
        self._save_new(path, front, recap, EPISODE_ORDER)
        return self.episode(f"{series}/{slug}")

    def set_episode(self, ref: str, *changes: str, **values: Any) -> Episode:
        """Change an episode: ``set_episode("x/1", "tags+=climat", title="…")``; ``date=None`` removes the key."""
        with self.transaction(f"set episode {ref} {' '.join(changes)}"):
            return self._set_episode(self.episode(ref), changes, values)

    def set_episodes(self, query: Query, *changes: str, **values: Any) -> list[Episode]:
        """Change every episode that the query selects, in one transaction."""
        with self.transaction(f"set episode all {' '.join(changes)}"):
            return [self._set_episode(episode, changes, values) for episode in self.episodes(query)]

    def _set_episode(self, episode: Episode, changes: Sequence[str], values: Mapping[str, Any]) -> Episode:
        document = self._open(self._path(episode))
        for change in assignments(changes, values):
            if change.sign != "=" and change.key in ("hosts", "partners"):
                self._write_down(episode, change.key, document)
            assign(document, change, Episode)
        saved = self._save_owner(episode, document)
        assert isinstance(saved, Episode)
        if saved.number != episode.number and saved.number is not None:
            others = self.index.find_episodes(series=saved.series, number=saved.number)
            if any(other.slug != saved.slug for other in others):
                raise ExistsError(
                    f"{saved.ref} exists already", hint=f"free numbers begin at {self._next(saved.series)}"
                )
        return saved

    def _next(self, series: str) -> int:
        return max(self.index.numbers(series), default=0) + 1

    def set_status(self, ref: str, status: Status) -> Episode | Series:
        """Publish, unpublish (``draft``) or withdraw an episode or a series: its status, nothing else."""
        with self.transaction(f"set status {ref} {status}"):
            owner = self.episode_or_series(ref)
            document = self._open(self._path(owner))
            if owner.status != status:
                document.set(("status",), status)
            return self._save_owner(owner, document)

    def rename_episode(self, ref: str, slug: str) -> Episode:
        """Give an episode another address; the old one stays as an alias, and so does its id."""
        with self.transaction(f"rename episode {ref} {slug}"):
            episode = self.episode(ref)
            check_slug(slug)
            name = numbered(slug, episode.number) if number_in(episode.slug) is not None else slug
            return self._move_file(episode, episode.series, name)

    def move_episode(self, ref: str, series: str, number: int | None = None) -> Episode:
        """Move an episode to another series, or to another number in its own; the old address stays as an alias.

        What it inherited there and would not inherit here is written down: who hosted it does not change.
        """
        with self.transaction(f"move episode {ref} {series}"):
            episode, home = self.episode(ref), self.one_series(series)
            chosen = number if number is not None else self._next(home.slug)
            if home.slug == episode.series:
                if number is None or number == episode.number:
                    return episode
                return self._set_episode(episode, (), {"number": number})
            if chosen in self.index.numbers(home.slug):
                raise ExistsError(
                    f"{home.slug}/{chosen} exists already", hint=f"free numbers begin at {self._next(home.slug)}"
                )
            bare = episode.slug.partition("-")[2] if number_in(episode.slug) is not None else episode.slug
            return self._move_file(episode, home.slug, numbered(bare, chosen), number=chosen, to=home)

    def _move_file(
        self, episode: Episode, series: str, slug: str, *, number: int | None = None, to: Series | None = None
    ) -> Episode:
        """Move an episode's file; ``to`` is the series it comes into, where that is another."""
        path, target = self._path(episode), episode_path(series, slug)
        if path == target:
            return episode
        here = (episode.series, episode.slug)
        taken = {name.casefold() for name in self.index.slugs(series) if (series, name) != here}
        if slug.casefold() in taken:
            raise ExistsError(f"{self._shown(target)} exists already", hint="choose another name")
        document = self._open(path)
        if "id" in episode.absent:
            document.set(("id",), episode.id)
        if number is not None and number != episode.number:
            document.set(("number",), number)
        if to is not None:
            _keep_inherited(document, episode, to)
        old, new = f"{episode.series}/{episode.slug}", f"{series}/{slug}"
        leave_alias(document, old, new)
        self._relocate(path, target, document.to_bytes())
        self._move_comments(old, new)
        return self.episode(new)

    def remove_episode(self, ref: str) -> Episode:
        """Remove an episode's file, and the comments on it."""
        with self.transaction(f"remove episode {ref}"):
            episode = self.episode(ref)
            self._remove_comments(episode)
            self._remove(self._path(episode))
            return episode


def _keep_inherited(document: Document, episode: Episode, to: Series) -> None:
    """Write down what an episode inherited and would not inherit from the series it comes into."""
    for key in INHERITED:
        value = getattr(episode, key)
        if key in episode.absent and value is not None and value != getattr(to, key):
            document.set((key,), [part_front(part) for part in value] if isinstance(value, tuple) else value)


def leave_alias(document: Document, old: str, new: str) -> None:
    """Note an old address in ``aliases``; the new one is no alias any more."""
    held = document.data.get("aliases", [])
    for place in reversed([place for place, alias in enumerate(held) if alias == new]):
        document.delete("aliases", place)
    if old not in document.data.get("aliases", []):
        document.append("aliases", old)


def numbered(slug: str, number: int | None) -> str:
    """The file name of an episode: its number in two digits or more, then its slug."""
    if number is None:
        return slug or "episode"
    if number_in(slug) == number and not slug.isdecimal():
        return slug
    return check_slug(f"{number:02d}-{slug or 'episode'}")


def check_number(text: str) -> int:
    """A number as typed after ``SERIES/``; raises InvalidError."""
    if not text.isdecimal():
        raise InvalidError(f"{text!r} is not a number", hint="write SERIES/NUMBER", field="number")
    return int(text)
