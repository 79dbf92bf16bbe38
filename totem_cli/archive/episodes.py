"""The episodes of an archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from totem_cli.archive import references
from totem_cli.errors import AmbiguousError, ExistsError, InvalidError, NotFoundError, TotemError
from totem_cli.language.fold import fold
from totem_cli.model.episode import Episode
from totem_cli.model.read import number_in
from totem_cli.storage.layout import episode_path

if TYPE_CHECKING:
    from totem_cli.archive.workspace import IfExists, Workspace
    from totem_cli.model.query import Query
    from totem_cli.model.series import Series


class Episodes:
    """The episodes: ``archive.episodes["collaboration/1"]``, ``archive.episodes.find(Query(tags=("makers",)))``."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def __getitem__(self, ref: str) -> Episode:
        """The episode that a reference names, what it inherits filled in, with its recap.

        Raises NotFoundError, AmbiguousError, or the file's own problem where the file that is named cannot be read.
        """
        return references.episode(self._workspace, ref)

    def __iter__(self) -> Iterator[Episode]:
        return iter(self.find())

    def find(self, query: Query | None = None, *, recaps: bool = False) -> list[Episode]:
        """The episodes that a query selects, in its order, what they inherit filled in; without recaps by default."""
        from totem_cli.model.query import Query

        query, index = query or Query(), self._workspace.index
        within = index.series_named(query.series) if query.series else None
        found = self._workspace.resolved(index.episodes(within=within, bodies=recaps))
        if query.narrows:
            found = list(filter(self.test(query), found))
        ordered = query.order(found)
        return ordered[: query.limit] if query.limit else ordered

    def test(self, query: Query) -> Callable[[Episode], bool]:
        """A function that says whether a query selects a resolved episode."""
        statuses = {one.slug: one.status for one in self._workspace.index.series()}
        matches = query.matcher(self._workspace.names.aliases if query.guests else lambda name: (name,))
        return lambda one: matches(one, statuses.get(one.series, "published"))

    def lines(self, query: Query) -> list[str]:
        """The episodes that a query selects, in its order, each as a line of :data:`~totem_cli.model.cells.LISTED`."""
        if not query.narrows and query.sort in (None, "series"):
            found = self._workspace.index.list_lines()
            # Where each has a number of its own, no other field decides on the order.
            if len({row[:3] for row in found}) == len(found):
                found.sort(reverse=query.reverse)
                return [line for *_, line in (found[: query.limit] if query.limit else found)]
        from totem_cli.model.cells import listed

        return [listed(episode) for episode in self.find(query)]

    def latest(self, person: str | None = None) -> Episode:
        """The newest episode; with ``person`` the newest in which they appear. Raises :class:`NotFoundError`."""
        if person is None:
            return references.latest(self._workspace)
        from totem_cli.model.query import Query, by_date

        query = Query(guests=(person,))
        newest = max(self.find(query), key=by_date, default=None)
        if newest is None:
            from totem_cli.archive.misnamed import misnamed

            raise NotFoundError(
                f"{person} appears in no episode", hint=next(iter(misnamed(self._workspace, query)), None)
            )
        return self[newest.folder]

    def of(self, thing: Episode | Series, *, person: str | None = None) -> list[Episode]:
        """An episode, or those of a series in order, with recaps; with ``person`` those in which they appear."""
        from totem_cli.model.query import Query

        guests = (person,) if person else ()
        if not isinstance(thing, Episode):
            return self.find(Query(series=(thing.slug,), guests=guests), recaps=True)
        index = self._workspace.index
        found = self._workspace.resolved(index.episodes(series=thing.series, slug=thing.slug, bodies=True))
        matches = Query(guests=guests).matcher(self._workspace.names.aliases)
        return [one for one in found if matches(one, "published")]

    # Changes

    def add(
        self,
        title: str,
        *,
        series: str | None = None,
        number: int | None = None,
        slug: str | None = None,
        language: str | None = None,
        date: str | None = None,
        duration: str | None = None,
        tags: Sequence[str] = (),
        recap: str | None = None,
        draft: bool = False,
        template: str | None = None,
        if_exists: IfExists = "error",
    ) -> Episode:
        """Add an episode to a series (the only one where none is named), with the next number unless one is given.

        ``date`` and ``duration`` are as people write them; a date that is a stretch gives the duration too.
        Raises ExistsError for an episode of that number, or where none is given of that title, in the series;
        NotFoundError and AmbiguousError for the series; InvalidError for a value that is not valid.
        """
        from uuid import uuid4

        from totem_cli.language.slug import check_slug, slugify

        with self._workspace.transaction(f"add episode {title}"):
            home = series_for(self._workspace, series)
            front: dict[str, Any] = {}
            if language:
                from totem_cli.language.labels import known_language

                front["language"] = known_language(language, "language")
            front |= self._when(date, duration)
            if draft:
                front["status"] = "draft"
            if tags:
                front["tags"] = list(tags)
            same = self._same(home.slug, title, number)
            if same:
                from totem_cli.archive.edits import add_again

                given = {"title": title, **front}
                add_again(self._workspace, same, same.ref, given, recap, if_exists)
                return self[same.folder]
            if front.get("language") == home.language:
                front.pop("language")
            chosen = number if number is not None else next_number(self._workspace, home.slug)
            name = numbered(check_slug(slug) if slug else slugify(title, language=home.language or "fr"), chosen)
            begun, body = self._template(template) if template else ({}, "")
            front = {**begun, "id": str(uuid4()), "number": chosen, "title": title, **front}
            path = episode_path(home.slug, name)
            if name.casefold() in {taken.casefold() for taken in self._workspace.index.slugs(home.slug)}:
                raise ExistsError(
                    f"{self._workspace.shown(path)} exists already", hint="choose another name with --slug"
                )
            saved: Episode = self._workspace.create(path, front, body if recap is None else recap)
            return saved.inherit(home)

    def _when(self, date: str | None, duration: str | None) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if date:
            from totem_cli.archive.front import toml_moment
            from totem_cli.archive.typed import typed_date

            parsed = typed_date(date, "date", self._workspace.settings)
            found["date"] = toml_moment(parsed.date)
            found |= {"duration": parsed.duration} if parsed.duration else {}
        if duration:
            from totem_cli.language.human_dates.durations import parse_duration

            found["duration"] = parse_duration(duration, "duration")
        return found

    def _same(self, series: str, title: str, number: int | None) -> Episode | None:
        """The episode that has this number, or where none is given this title (folded)."""
        index = self._workspace.index
        if number is not None:
            found = index.find_episodes(series=series, number=number)
            if not found and number in index.numbers(series):
                raise ExistsError(
                    f"{series}/{number} exists already, in a file that cannot be read", hint="see: totem check"
                )
            return found[0] if found else None
        wanted = fold(title)
        return next((one for one in index.episodes(series=series) if fold(one.title) == wanted), None)

    def _template(self, name: str) -> tuple[dict[str, Any], str]:
        """The front matter and the body of a template."""
        from totem_cli.archive.media import TEMPLATES
        from totem_cli.documents.document import Document
        from totem_cli.language.suggest import did_you_mean
        from totem_cli.storage.walk import read_beneath, walk

        workspace = self._workspace
        problems: dict[str, TotemError] = {}
        path = f"{TEMPLATES}/{name}.md"
        files = (file.path.split("/") for file in walk(workspace.root, TEMPLATES, problems))
        names = [file[1].removesuffix(".md") for file in files if len(file) == 2 and file[1].endswith(".md")]
        for linked in (TEMPLATES, path):
            if linked in problems:
                raise workspace.located(problems[linked], linked)
        if name not in names:
            raise NotFoundError(
                f"no template {name}",
                hint=did_you_mean(name, names) or f"templates are Markdown files in {workspace.shown('templates')}",
            )
        document = Document.parse(read_beneath(workspace.root, path), workspace.shown(path))
        return {key: value for key, value in document.data.items() if key not in ("id", "number")}, document.recap

    def set(self, ref: str, /, *changes: str, **values: Any) -> Episode:
        """Change an episode: ``set("x/1", "tags+=climat", title="…")``; ``date=None`` removes the key."""
        with self._workspace.transaction(f"set episode {ref} {' '.join(changes)}"):
            return self._set(self[ref], changes, values)

    def set_all(self, query: Query, /, *changes: str, skip_unreadable: bool = False, **values: Any) -> list[Episode]:
        """Change every episode that a query selects, in one transaction. Raises what :meth:`to_change` does."""
        with self._workspace.transaction(f"set episode all {' '.join(changes)}"):
            chosen = self.to_change(query, skip_unreadable=skip_unreadable)
            return [self._set(episode, changes, values) for episode in chosen]

    def to_change(self, query: Query, *, skip_unreadable: bool = False) -> list[Episode]:
        """The episodes that a query selects. Raises UnreadableError for a file that it might, unless told to skip."""
        from totem_cli.archive.unreadable import SKIP, check_readable

        wanted = set(map(fold, query.series))

        def concerns(path: str) -> bool:
            folder, _, rest = path.partition("/")
            series = rest.partition("/")[0]
            is_wanted = not (wanted and series) or fold(series) in wanted
            return (folder == "series" and is_wanted) or (folder == "people" and bool(query.guests))

        check_readable(self._workspace, concerns, skip=skip_unreadable, hint=SKIP)
        return self.find(query)

    def _set(self, episode: Episode, changes: Sequence[str], values: dict[str, Any]) -> Episode:
        from totem_cli.archive.edits import assign_all

        (saved,) = self._workspace.resolved([assign_all(self._workspace, episode, changes, values)])
        if saved.number != episode.number and saved.number is not None:
            others = self._workspace.index.find_episodes(series=saved.series, number=saved.number)
            if any(other.slug != saved.slug for other in others):
                raise self._number_taken(saved.series, saved.number)
        return saved

    def _number_taken(self, series: str, number: int) -> ExistsError:
        free = next_number(self._workspace, series)
        return ExistsError(f"{series}/{number} exists already", hint=f"free numbers begin at {free}")

    def rename(self, ref: str, slug: str) -> Episode:
        """Give an episode another address; the old one stays as an alias, and so does its id."""
        from totem_cli.archive.moves import move_file
        from totem_cli.language.slug import check_slug

        with self._workspace.transaction(f"rename episode {ref} {slug}"):
            episode = self[ref]
            check_slug(slug)
            name = numbered(slug, episode.number) if number_in(episode.slug) is not None else slug
            return move_file(self._workspace, episode, episode.series, name)

    def move(self, ref: str, series: str, number: int | None = None) -> Episode:
        """Move an episode to another series, or to another number in its own; the old address stays as an alias.

        What it inherited there and would not inherit here is written down: who hosted it does not change.
        """
        from totem_cli.archive.moves import move_file

        with self._workspace.transaction(f"move episode {ref} {series}"):
            episode, home = self[ref], references.series(self._workspace, series)
            if home.slug == episode.series:
                if number is None or number == episode.number:
                    return episode
                return self._set(episode, (), {"number": number})
            chosen = number if number is not None else next_number(self._workspace, home.slug)
            if chosen in self._workspace.index.numbers(home.slug):
                raise self._number_taken(home.slug, chosen)
            name = numbered(references.without_number(episode.slug), chosen)
            return move_file(self._workspace, episode, home.slug, name, number=chosen, to=home)

    def remove(self, ref: str) -> Episode:
        """Remove an episode's file, and the comments on it; the episode as it was."""
        from totem_cli.archive import comment_files

        with self._workspace.transaction(f"remove episode {ref}"):
            episode = self[ref]
            comment_files.remove_all(self._workspace, episode)
            self._workspace.remove(self._workspace.path(episode))
            return episode


def series_for(workspace: Workspace, ref: str | None) -> Series:
    """The series that is named, or the only one. Raises NotFoundError, AmbiguousError."""
    if ref:
        return references.series(workspace, ref)
    found = workspace.index.series()
    if len(found) == 1:
        return workspace.with_language(found)[0]
    if not found:
        raise NotFoundError("there is no series yet", hint="add one with: totem add series TITLE")
    raise AmbiguousError(
        f"the archive has {len(found)} series",
        hint="say which with --series: " + ", ".join(one.slug for one in found),
    )


def next_number(workspace: Workspace, series: str) -> int:
    """The highest number of a series plus one."""
    return workspace.index.highest_number(series) + 1


def numbered(slug: str, number: int | None) -> str:
    """The file name of an episode: its number in two digits or more, then its slug."""
    if number is None:
        return slug or "episode"
    if number_in(slug) == number and not slug.isdecimal():
        return slug
    from totem_cli.language.slug import check_slug

    return check_slug(f"{number:02d}-{slug or 'episode'}")


def check_number(text: str) -> int:
    """A number as typed after ``SERIES/``; raises InvalidError."""
    if not text.isdecimal() or len(text) > 18:
        raise InvalidError(f"{text[:40]!r} is not a number", hint="write SERIES/NUMBER", field="number")
    return int(text)
