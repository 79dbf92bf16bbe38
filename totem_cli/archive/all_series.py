"""Operations on series: adding, changing, renaming, removing."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from totem_cli.archive.assign import assign, assignments
from totem_cli.archive.base import IfExists
from totem_cli.archive.episodes import Episodes, leave_alias
from totem_cli.archive.front import SERIES_ORDER
from totem_cli.errors import ExistsError, InvalidError, RefusedError
from totem_cli.language.fold import fold
from totem_cli.language.labels import check_language
from totem_cli.language.slug import check_series_slug, slugify
from totem_cli.model.series import Series
from totem_cli.storage.layout import series_path


class AllSeries(Episodes):
    """What can be done to series."""

    def add_series(
        self,
        title: str,
        *,
        slug: str | None = None,
        language: str | None = None,
        introduction: str | None = None,
        if_exists: IfExists = "error",
    ) -> Series:
        """Add a series; its slug is its title's unless one is given."""
        with self.transaction(f"add series {title}"):
            if not title.strip():
                raise InvalidError("a series needs a title", field="title")
            given = {"title": title}
            if language:
                given["language"] = check_language(language, "language")
            name = check_series_slug(slug) if slug else slugify(title, language=language or self.settings.language)
            same = next(
                (
                    one
                    for one in self.index.series()
                    if one.slug == name or (not slug and fold(one.title) == fold(title))
                ),
                None,
            )
            if same:
                return self._add_series_again(same, given, introduction, if_exists)
            try:
                check_series_slug(name)
            except InvalidError as error:
                raise InvalidError(error.message, hint="give it another name with --slug", field="slug") from None
            if given.get("language") == self.settings.language:
                given.pop("language")
            if (self.root / series_path(name)).exists():
                raise ExistsError(f"{self._shown(series_path(name))} exists already", hint="see: totem check")
            front = {"id": str(uuid4()), **given}
            self._save_new(series_path(name), front, introduction or "", SERIES_ORDER)
            return self.one_series(name)

    def _add_series_again(
        self, same: Series, given: dict[str, str], introduction: str | None, if_exists: IfExists
    ) -> Series:
        if if_exists == "error":
            raise ExistsError(
                f"the series {same.slug} exists already: {same.title}",
                hint="--if-exists skip leaves it, --if-exists update sets what is given",
            )
        if if_exists == "update":
            path = self._path(same)
            document = self._open(path)
            for key, value in given.items():
                document.set((key,), value)
            if introduction is not None and introduction.strip("\n") != document.recap:
                document.set_body(introduction)
            self._save(path, document.to_bytes())
        return self.one_series(same.slug)

    def set_series(self, ref: str, *changes: str, **values: Any) -> Series:
        """Change a series: ``set_series("x", "tags+=climat", title="…")``; ``subtitle=None`` removes the key."""
        with self.transaction(f"set series {ref} {' '.join(changes)}"):
            series = self.one_series(ref)
            document = self._open(self._path(series))
            for change in assignments(changes, values):
                assign(document, change, Series)
            saved = self._save_owner(series, document)
            assert isinstance(saved, Series)
            return saved

    def rename_series(self, ref: str, slug: str) -> Series:
        """Give a series another address; the old ones stay as aliases of its episodes, and every id stays."""
        with self.transaction(f"rename series {ref} {slug}"):
            series = self.one_series(ref)
            check_series_slug(slug)
            if slug == series.slug:
                return series
            if self.index.series(slug) or self.index.slugs(slug):
                raise ExistsError(f"the series {slug} exists already", hint="choose another slug")
            unread = [path for path, _ in self.index.problems() if path.startswith(f"series/{series.slug}/")]
            if unread:
                raise InvalidError(
                    f"{self._shown(unread[0])} cannot be read, so it cannot be moved", hint="see: totem check"
                )
            path = self._path(series)
            document = self._open(path)
            if "id" in series.absent:
                document.set(("id",), series.id)
            leave_alias(document, series.slug, slug)
            self._save(series_path(slug), document.to_bytes(), like=path)
            for episode in self._resolved(list(self.index.episodes(series=series.slug))):
                self._move_file(episode, slug, episode.slug)
            self._remove(path)
            self._move_comments(series.slug, slug)
            return self.one_series(slug)

    def remove_series(self, ref: str, *, episodes: bool = False) -> Series:
        """Remove a series; one that has episodes only with ``episodes=True``, which removes them too."""
        with self.transaction(f"remove series {ref}"):
            series = self.one_series(ref)
            held = list(self.index.episodes(series=series.slug))
            unread = [path for path, _ in self.index.problems() if path.startswith(f"series/{series.slug}/")]
            if (held or unread) and not episodes:
                count = len(held) + len(unread)
                raise RefusedError(
                    f"{series.slug} has {count} episode{'s' if count > 1 else ''}",
                    hint="--yes removes them with it (totem undo brings them back)",
                )
            self._remove_comments(*held, series)
            for folder in ("series", "comments"):
                for path in self.index.paths(f"{folder}/{series.slug}"):
                    self._remove(path)
            return series
