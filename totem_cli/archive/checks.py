"""Checks of an archive: what is wrong, what is doubtful, and what can be mended."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Literal
from unicodedata import is_normalized, normalize

from msgspec import UNSET

from totem_cli.archive.comment_files import by_path
from totem_cli.archive.episodes import next_number
from totem_cli.archive.findings import Finding
from totem_cli.archive.likeness import near_duplicates
from totem_cli.archive.publishing import Publishing
from totem_cli.archive.reference_checks import ReferenceChecks
from totem_cli.archive.workspace import Workspace
from totem_cli.errors import InvalidError, Location
from totem_cli.language.fold import fold
from totem_cli.language.labels import is_language
from totem_cli.language.slug import check_series_slug, check_slug
from totem_cli.language.suggest import did_you_mean
from totem_cli.model.comment import Comment
from totem_cli.model.episode import Episode, appearances
from totem_cli.model.parts import Appearance, Media, Part
from totem_cli.model.series import Series
from totem_cli.storage.layout import HOME, SETTINGS, digest_of, scan
from totem_cli.storage.walk import open_beneath, read_beneath

INDEX = f"{HOME}/index.sqlite"
SAFE_SCHEMES = ("http", "https", "mailto", "tel")
_IMAGES = {".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg"}
_OWN = ("absent", "extra", "series", "slug")
"""Fields of a struct that are no keys of front matter."""

_PRIVATE = {"email", "e-mail", "mail", "ip", "author_email", "author_ip", "author_url_email"}
"""Keys that a comment must not hold."""

_UNSURE = frozenset({"no-translation", "unused-media"})
"""What says that something is nowhere in the archive, which is not known while a file cannot be read."""

Field = tuple[str | int, ...]


class Checks:
    """Finds faults, and mends some."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._index = workspace.index
        self._shown = workspace.shown
        self._unread = {path for path, _ in self._index.problems()}

    def run(self, *, deep: bool = False) -> list[Finding]:
        """Everything found, errors first, by file.

        ``deep`` reads every file again, to find silent damage of files and what the index does not say as they do.
        """
        findings = [*self._unreadable(), *self._duplicates(), *self._series_findings(), *self._episode_findings()]
        findings += [*self._people_findings(), *self._comment_findings()]
        findings += ReferenceChecks(self._workspace, self._finding).run()
        if self._unread:
            findings = [one for one in findings if one.code not in _UNSURE]
        if deep:
            damaged = [*self._damage()]
            findings += [*damaged, *self._index_findings({one.location.file for one in damaged})]
        return sorted(
            findings, key=lambda one: (one.level, one.location.file, one.location.line or 0, one.message)
        )  # "error" sorts before "warning"

    def mend(self) -> list[str]:
        """Write down the id and number that files leave to be derived; the references of what changed."""
        changed = []
        with self._workspace.transaction("check --fix"):
            for owner in self._workspace.owners:
                derived = {key: getattr(owner, key, None) for key in ("id", "number") if key in owner.absent}
                missing = {key: value for key, value in derived.items() if value is not None}
                if missing:
                    with self._workspace.editing(self._workspace.path(owner)) as document:
                        for key, value in missing.items():
                            document.set((key,), value)
                    changed.append(owner.ref)
        return changed

    def mend_index(self) -> bool:
        """Make the index anew where it does not agree with the files; whether it was.

        Not while a file is damaged: of that, the index is the only witness.
        """
        if any(self._damage()) or not self._index.differences():
            return False
        self._index.rebuild()
        return True

    def _finding(
        self,
        level: Literal["error", "warning"],
        code: str,
        message: str,
        path: str,
        field: Field = (),
        hint: str | None = None,
    ) -> Finding:
        """What was found at a field of a file; the location is just the file where the line cannot be told."""
        location = Location(self._shown(path))
        if field:
            from totem_cli.documents.document import Document

            try:
                content = read_beneath(self._workspace.root, path)
                kind: Literal["toml", "markdown"] = "toml" if path == SETTINGS else "markdown"
                location = Document.parse(content, self._shown(path), kind=kind).location(*field)
            except (OSError, InvalidError):
                pass
        return Finding(level, code, message, location, hint)

    def _comment_findings(self) -> Iterator[Finding]:
        folders = {owner.id: owner.folder for owner in self._workspace.owners}
        unread = {path.removeprefix("series/").removesuffix(".md").removesuffix("/series") for path in self._unread}
        files = by_path(self._workspace)
        paths: dict[str, str] = {}
        by_id = {one.id: one for one in reversed([*files.values()])}
        for path, one in files.items():
            if one.id in paths:
                message, hint = (
                    f"the id is also that of {self._shown(paths[one.id])}",
                    "give the copy a new id, or remove it",
                )
                yield self._finding("error", "duplicate-id", message, path, (), hint)
            paths.setdefault(one.id, path)
            home = folders.get(one.target)
            if home is None and one.folder not in unread:
                message = f"its target is nothing here: {one.target}" if one.target else "it is on nothing that is here"
                hint = "it is on no page: remove it, or mend its target"
                yield self._finding("warning", "no-target", message, path, (), hint)
            elif home is not None and home != one.folder:
                message, hint = (
                    f"it is on {home}, and lies with {one.folder}",
                    f"move the file to {self._shown(f'comments/{home}')}",
                )
                yield self._finding("warning", "elsewhere", message, path, (), hint)
            if problem := _parent_problem(one, by_id):
                yield self._finding("warning", "no-parent", problem[0], path, (), problem[1])
            for key in one.extra:
                if key.casefold() in _PRIVATE:
                    message = f"{key} is private, and has no place here"
                    hint = f"take it out; where it is wanted it belongs into private/comments/{one.id}.toml"
                    yield self._finding("error", "private-key", message, path, (), hint)

    def _unreadable(self) -> Iterator[Finding]:
        for problem in [*self._workspace.problems(), *Publishing(self._workspace).left_out()]:
            assert problem.location is not None
            yield Finding("error", "unreadable", problem.message, problem.location, problem.hint)

    def _duplicates(self) -> Iterator[Finding]:
        ids: dict[str, str] = {}
        numbers: dict[tuple[str, int], str] = {}
        slugs: dict[tuple[str, str], str] = {}
        for one in self._workspace.owners:
            path = self._workspace.path(one)
            if (first := ids.setdefault(one.id, path)) is not path:
                message = f"the id is also that of {self._shown(first)}"
                hint = "give the copy a new id, or take the line out and run totem check --fix"
                yield self._finding("error", "duplicate-id", message, path, ("id",), hint)
            if not isinstance(one, Episode):
                continue
            if one.number is not None and (first := numbers.setdefault((one.series, one.number), path)) is not path:
                message = f"number {one.number} is also that of {self._shown(first)}"
                hint = f"the next free number is {next_number(self._workspace, one.series)}"
                yield self._finding("error", "duplicate-number", message, path, ("number",), hint)
            folded = (one.series, normalize("NFC", one.slug).casefold())
            if (first := slugs.setdefault(folded, path)) is not path:
                message = f"its name differs from {self._shown(first)} only by case or accents' form"
                yield self._finding("error", "duplicate-slug", message, path, (), "rename one: totem rename episode")

    def _series_findings(self) -> Iterator[Finding]:
        slugs = {one.slug for one in self._index.series()}
        for slug in sorted({episode.series for episode in self._index.episodes()} - slugs):
            path = f"series/{slug}/series.md"
            if path not in self._unread:
                message, hint = "the series has episodes but no series.md", 'write one: +++, title = "…", +++'
                yield self._finding("error", "no-series", message, path, (), hint)
        for series in self._index.series():
            path = self._workspace.path(series)
            try:
                check_series_slug(series.slug)
            except InvalidError as error:
                yield self._finding("error", "bad-slug", error.message, path, (), "totem rename series")
            yield from self._language_findings(series, path)
            yield from self._unknown_keys(series, path)
            yield from self._lists(series, path)

    def _episode_findings(self) -> Iterator[Finding]:
        ids = {episode.id for episode in self._index.episodes()}
        addresses = {episode.folder for episode in self._index.episodes()}
        for episode in self._index.episodes():
            path = self._workspace.path(episode)
            try:
                check_slug(episode.slug)
            except InvalidError as error:
                yield self._finding("error", "bad-slug", error.message, path, (), "totem rename episode")
            if not is_normalized("NFC", path):
                yield self._finding("warning", "file-name", "the file's name is in decomposed Unicode (NFD)", path)
            if episode.translation_of and episode.translation_of not in ids:
                message = f"translation_of names no episode here: {episode.translation_of}"
                yield self._finding("warning", "no-translation", message, path, ("translation_of",))
            for index, alias in enumerate(episode.aliases):
                if (alias if "/" in alias else f"{episode.series}/{alias}").strip("/") in addresses:
                    message, hint = f"the alias {alias} is the address of an episode", "the episode keeps the address"
                    yield self._finding("warning", "alias-taken", message, path, ("aliases", index), hint)
            yield from self._language_findings(episode, path)
            yield from self._unknown_keys(episode, path)
            yield from self._lists(episode, path)
            yield from self._media_findings(episode, path)

    def _language_findings(self, one: Series | Episode, path: str) -> Iterator[Finding]:
        if one.language and "language" not in one.absent and not is_language(one.language):
            message, hint = f"language {one.language!r} is no language", "write fr, en, fr-CA (BCP 47)"
            yield self._finding("warning", "no-language", message, path, ("language",), hint)

    def _unknown_keys(self, one: Series | Episode, path: str) -> Iterator[Finding]:
        names = [name for name in one.__struct_fields__ if name not in _OWN]
        for key in one.extra:
            hint = did_you_mean(key, names)
            yield self._finding("warning", "unknown-key", f"unknown key {key}", path, (key,), hint)
        for name in ("hosts", "partners", "guests", "questions", "links", "media"):
            for index, part in enumerate(getattr(one, name, ())):
                if isinstance(part, Part) and part.extra is not UNSET:
                    own = [field for field in part.__struct_fields__ if field != "extra"]
                    for key in part.extra or ():
                        message, hint = f"unknown key {key} in {name}[{index + 1}]", did_you_mean(key, own)
                        yield self._finding("warning", "unknown-key", message, path, (name, index, key), hint)

    def _lists(self, one: Series | Episode, path: str) -> Iterator[Finding]:
        """What an item of a list may have wrong in itself, or with another of the same list."""
        persons = self._workspace.names.persons
        for name in ("hosts", "partners", "guests", "questions", "tags"):
            seen: set[str] = set()
            for index, part in enumerate(getattr(one, name, ())):
                text = getattr(part, "name", None) or getattr(part, "text", part)
                key = f"{fold(str(text))} {getattr(part, 'person', None) or ''}"
                if key in seen:
                    yield self._finding("warning", "twice", f"{text} is there twice", path, (name, index))
                seen.add(key)
                file = f"people/{part.person}.md" if isinstance(part, Appearance) and part.person else ""
                if isinstance(part, Appearance) and file not in ("", *self._unread) and part.person not in persons:
                    message = f"{file} is not there"
                    yield self._finding("warning", "no-person", message, path, (name, index, "person"))
        for name in ("links", "media", "guests", "hosts", "partners"):
            for index, part in enumerate(getattr(one, name, ())):
                url = getattr(part, "url", None)
                if url and ":" in url.partition("/")[0] and url.partition(":")[0].lower() not in SAFE_SCHEMES:
                    message = f"{url} is not an address to link to: it is shown as text"
                    hint = "http, https, mailto or tel"
                    yield self._finding("warning", "unsafe-address", message, path, (name, index, "url"), hint)

    def _media_findings(self, episode: Episode, path: str) -> Iterator[Finding]:
        for index, media in enumerate(episode.media):
            if media.path and not self._is_medium(media.path):
                message = f"media/{media.path} is not there"
                yield self._finding("error", "no-media", message, path, ("media", index, "path"))
            if _is_image(media) and media.alt is None:
                hint = 'add alt = "…" ("" where it only decorates)'
                yield self._finding("warning", "no-alt", "the picture has no alt text", path, ("media", index), hint)

    def _is_medium(self, name: str) -> bool:
        """Whether a regular file has that name under ``media/``; what a symbolic link leads to is none."""
        try:
            os.close(open_beneath(self._workspace.root, f"media/{name}"))
        except (OSError, ValueError):
            return False
        return True

    def _people_findings(self) -> Iterator[Finding]:
        """Names so alike that they may be one person, never called a fault."""
        names = self._workspace.names
        first: dict[str, tuple[str, str]] = {}
        for episode in self._index.episodes():
            for appearance in appearances(episode):
                if not names.person(appearance):
                    first.setdefault(fold(appearance.name), (appearance.name, self._workspace.path(episode)))
        for person in self._workspace.people():
            first.setdefault(fold(person.name), (person.name, self._workspace.path(person)))
        for name, other in near_duplicates(first):
            (spelt, path), (also, elsewhere) = first[name], first[other]
            message = f"{spelt} may be {also} ({self._shown(elsewhere)})"
            hint = "if so: totem merge person, or an alias in people/"
            yield self._finding("warning", "near-duplicate", message, path, (), hint)

    def _index_findings(self, damaged: Collection[str]) -> Iterator[Finding]:
        """Where the index does not say what a file does, but for files that are ``damaged``."""
        hint = "make the index anew: totem check --deep --fix, or remove it"
        for path in self._index.differences():
            if self._shown(path or INDEX) not in damaged:
                message = "the index does not say what this file does" if path else "the index is damaged"
                yield self._finding("error", "index", message, path or INDEX, (), hint)

    def _damage(self) -> Iterator[Finding]:
        """Files whose content changed while their stamp did not: a disk's doing, not an editor's."""
        for path in scan(self._workspace.root):
            indexed = self._index.digest(path)
            if indexed and indexed != digest_of(read_beneath(self._workspace.root, path)):
                message = "the content changed though its size and time did not"
                hint = "compare it with a backup; saving it again accepts it as it is"
                yield self._finding("error", "damaged", message, path, (), hint)


def _is_image(media: Media) -> bool:
    kind = media.kind or (media.type or "").partition("/")[0]
    return kind == "image" or Path(media.path or media.url or "").suffix.lower() in _IMAGES


def _parent_problem(comment: Comment, by_id: Mapping[str, Comment]) -> tuple[str, str | None] | None:
    """What is wrong with the comment that a comment answers, and a hint."""
    if comment.parent is None:
        return None
    parent = by_id.get(comment.parent)
    if parent is None:
        return f"what it answers is not here: {comment.parent}", "it stands alone"
    if parent.target != comment.target:
        return f"what it answers is on something else: {comment.parent}", None
    if comment.id in _ancestors(comment, by_id):
        return "it answers itself, in a circle", "take out its parent"
    return None


def _ancestors(comment: Comment, by_id: Mapping[str, Comment]) -> list[str]:
    """The comments that one answers, directly and through others."""
    found: list[str] = []
    while comment.parent is not None and comment.parent in by_id and comment.parent not in found:
        found.append(comment.parent)
        comment = by_id[comment.parent]
    return found
