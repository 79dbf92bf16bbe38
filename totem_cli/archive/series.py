"""The series of an archive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from totem_cli.archive import references
from totem_cli.errors import ExistsError, InvalidError, RefusedError
from totem_cli.model.series import Series
from totem_cli.storage.layout import series_path

if TYPE_CHECKING:
    from totem_cli.archive.workspace import IfExists, Workspace
    from totem_cli.model.episode import Episode
    from totem_cli.model.query import Query


class AllSeries:
    """The series: ``archive.series["collaboration"]``."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def __getitem__(self, ref: str) -> Series:
        """The series that a reference names. Raises NotFoundError, or its file's own problem."""
        return references.series(self._workspace, ref)

    def __iter__(self) -> Iterator[Series]:
        return iter(self._workspace.series())

    def of(self, episode: Episode) -> Series:
        """The series that an episode belongs to; one without a file has its slug as title."""
        return self._workspace.series_of(episode.series)

    def find(self, query: Query | None = None) -> list[Series]:
        """The series that hold an episode which a query selects, or that it selects themselves."""
        found = self._workspace.series()
        if query is None:
            return found
        if query.narrows:
            from msgspec.structs import replace

            from totem_cli.archive.episodes import Episodes

            episodes, workspace = Episodes(self._workspace), self._workspace
            selected = {episode.series for episode in episodes.find(replace(query, limit=None))}
            matches = query.matcher(workspace.names.aliases if query.guests else lambda name: (name,))
            found = [one for one in found if one.slug in selected or matches(_as_episode(one), one.status)]
        if query.sort == "title":
            from totem_cli.language.collate import collation_key

            found.sort(key=lambda one: collation_key(one.title, one.language or self._workspace.settings.language))
        if query.reverse:
            found.reverse()
        return found[: query.limit] if query.limit else found

    # Changes

    def add(
        self,
        title: str,
        *,
        slug: str | None = None,
        language: str | None = None,
        introduction: str | None = None,
        if_exists: IfExists = "error",
    ) -> Series:
        """Add a series; its slug is made from its title unless one is given."""
        from uuid import uuid4

        from totem_cli.language.fold import fold
        from totem_cli.language.labels import known_language
        from totem_cli.language.slug import check_series_slug, slugify

        workspace = self._workspace
        with workspace.transaction(f"add series {title}"):
            if not title.strip():
                raise InvalidError("a series needs a title", field="title")
            given = {"title": title}
            if language:
                given["language"] = known_language(language, "language")
            default = workspace.settings.language
            name = check_series_slug(slug) if slug else slugify(title, language=language or default)
            for one in workspace.index.series():
                if one.slug == name or (not slug and fold(one.title) == fold(title)):
                    from totem_cli.archive.edits import add_again

                    add_again(workspace, one, f"the series {one.slug}", given, introduction, if_exists)
                    return self[one.slug]
            try:
                check_series_slug(name)
            except InvalidError as error:
                raise InvalidError(error.message, hint="give it another name with --slug", field="slug") from None
            if given.get("language") == default:
                given.pop("language")
            path = series_path(name)
            if (workspace.root / path).exists():
                raise ExistsError(f"{workspace.shown(path)} exists already", hint="see: totem check")
            workspace.create(path, {"id": str(uuid4()), **given}, introduction or "")
            return self[name]

    def set(self, ref: str, /, *changes: str, **values: Any) -> Series:
        """Change a series: ``set("x", "tags+=climat", title="…")``; ``subtitle=None`` removes the key."""
        from totem_cli.archive.edits import assign_all

        with self._workspace.transaction(f"set series {ref} {' '.join(changes)}"):
            saved = assign_all(self._workspace, self[ref], changes, values)
            return self._workspace.with_language([saved])[0]

    def rename(self, ref: str, slug: str) -> Series:
        """Give a series another address; the old ones stay as aliases of its episodes, and every id stays."""
        from totem_cli.archive import comment_files
        from totem_cli.archive.moves import leave_alias, move_file
        from totem_cli.archive.unreadable import check_readable
        from totem_cli.language.slug import check_series_slug

        workspace = self._workspace
        with workspace.transaction(f"rename series {ref} {slug}"):
            series = self[ref]
            check_series_slug(slug)
            if slug == series.slug:
                return series
            if workspace.index.series(slug) or workspace.index.slugs(slug):
                raise ExistsError(f"the series {slug} exists already", hint="choose another slug")
            check_readable(workspace, lambda path: path.startswith(f"series/{series.slug}/"))
            path = workspace.path(series)
            document = workspace.open(path)
            if "id" in series.absent:
                document.set(("id",), series.id)
            leave_alias(document, series.slug, slug)
            workspace.save(series_path(slug), document.to_bytes(), like=path)
            for episode in workspace.resolved(workspace.index.episodes(series=series.slug)):
                move_file(workspace, episode, slug, episode.slug)
            workspace.remove(path)
            comment_files.move_all(workspace, series.slug, slug)
            return self[slug]

    def remove(self, ref: str, *, episodes: bool = False) -> Series:
        """Remove a series; one that has episodes only with ``episodes=True``, which removes them too."""
        from totem_cli.archive import comment_files

        workspace = self._workspace
        with workspace.transaction(f"remove series {ref}"):
            series = self[ref]
            in_series = workspace.index.episodes(series=series.slug)
            count = len(in_series) + len(self._unread(series))
            if count and not episodes:
                raise RefusedError(
                    f"{series.slug} has {count} episode{'s' if count > 1 else ''}",
                    hint="--yes removes them with it (totem undo brings them back)",
                )
            comment_files.remove_all(workspace, *in_series, series)
            for folder in ("series", "comments"):
                for path in workspace.index.paths(f"{folder}/{series.slug}"):
                    workspace.remove(path)
            return series

    def _unread(self, series: Series) -> list[str]:
        """The files of a series that cannot be read."""
        folder = f"series/{series.slug}/"
        return [path for path, _ in self._workspace.index.problems() if path.startswith(folder)]


def _as_episode(series: Series) -> Episode:
    """A series as an episode without a date, which filters look at."""
    from totem_cli.model.episode import Episode

    return Episode(
        id=series.id,
        series=series.slug,
        slug=series.slug,
        title=series.title,
        language=series.language,
        status=series.status,
        hosts=series.hosts,
        partners=series.partners,
        tags=series.tags,
    )
