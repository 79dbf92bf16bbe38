"""Checking an archive: what is wrong, what is doubtful, and what can be mended."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from hashlib import blake2b
from pathlib import Path
from unicodedata import is_normalized, normalize

from msgspec import UNSET

from totem_cli.archive.comment_checks import comment_findings
from totem_cli.archive.comment_files import by_path
from totem_cli.archive.episodes import next_number
from totem_cli.archive.findings import Finding
from totem_cli.archive.likeness import near_duplicates
from totem_cli.archive.publishing import Publishing
from totem_cli.archive.references import folder_of
from totem_cli.archive.workspace import Workspace
from totem_cli.errors import InvalidError, Location
from totem_cli.language.fold import fold
from totem_cli.language.slug import check_series_slug, check_slug
from totem_cli.language.suggest import did_you_mean
from totem_cli.model.episode import Episode, appearances
from totem_cli.model.parts import Appearance, Media, Part
from totem_cli.model.series import Series
from totem_cli.storage.layout import HOME, scan
from totem_cli.storage.walk import open_beneath, read_beneath

INDEX = f"{HOME}/index.sqlite"
SAFE_SCHEMES = ("http", "https", "mailto", "tel")


class Checks:
    """Finds faults, and mends some."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def run(self, *, deep: bool = False) -> list[Finding]:
        """Everything found, errors first, by file.

        ``deep`` reads every file again, to find silent damage of files and what the index does not say as they do.
        """
        findings = [*self._unreadable(), *self._duplicates(), *self._series_findings(), *self._episode_findings()]
        findings += [*self._people_findings(), *self._comment_findings()]
        if deep:
            damaged = [*self._damage()]
            findings += [*damaged, *self._index_findings({one.location.file for one in damaged})]
        order = {"error": 0, "warning": 1}
        return sorted(
            findings, key=lambda one: (order[one.level], one.location.file, one.location.line or 0, one.message)
        )

    def mend(self) -> list[str]:
        """Write down the id and number that files leave to be derived; the references of what changed."""
        with self._workspace.transaction("check --fix"):
            changed = []
            for owner in self._workspace.owners:
                missing = [
                    key for key in ("id", "number") if key in owner.absent and getattr(owner, key, None) is not None
                ]
                if not missing:
                    continue
                path = self._workspace.path(owner)
                document = self._workspace.open(path)
                for key in missing:
                    document.set((key,), getattr(owner, key))
                self._workspace.save(path, document.to_bytes())
                changed.append(owner.ref)
            return changed

    def mend_index(self) -> bool:
        """Make the index anew where it does not say what the files do; whether it was.

        Not while a file is damaged: of that, the index is the only witness.
        """
        if any(self._damage()) or not self._workspace.index.differences():
            return False
        self._workspace.index.rebuild()
        return True

    def _comment_findings(self) -> Iterator[Finding]:
        folders = {owner.id: folder_of(owner) for owner in self._workspace.owners}
        return comment_findings(by_path(self._workspace), folders, self._workspace.root)

    def _location(self, path: str, *field: str | int) -> Location:
        """Where a field stands in a file; just the file where that cannot be told."""
        if field:
            from totem_cli.documents.document import Document

            try:
                return Document.parse(read_beneath(self._workspace.root, path), self._workspace.shown(path)).location(
                    *field
                )
            except (OSError, InvalidError):
                pass
        return Location(self._workspace.shown(path))

    def _unreadable(self) -> Iterator[Finding]:
        for problem in [*self._workspace.problems(), *Publishing(self._workspace).left_out()]:
            assert problem.location is not None
            yield Finding("error", "unreadable", problem.message, problem.location, problem.hint)

    def _duplicates(self) -> Iterator[Finding]:
        numbers: dict[tuple[str, int], str] = {}
        ids: dict[str, str] = {}
        slugs: dict[tuple[str, str], str] = {}
        for one in self._workspace.owners:
            path = self._workspace.path(one)
            if one.id in ids:
                yield Finding(
                    "error",
                    "duplicate-id",
                    f"the id is also that of {self._workspace.shown(ids[one.id])}",
                    self._location(path, "id"),
                    "give the copy a new id, or take the line out and run totem check --fix",
                )
            ids.setdefault(one.id, path)
            if not isinstance(one, Episode):
                continue
            if one.number is not None:
                key = (one.series, one.number)
                if key in numbers:
                    yield Finding(
                        "error",
                        "duplicate-number",
                        f"number {one.number} is also that of {self._workspace.shown(numbers[key])}",
                        self._location(path, "number"),
                        f"the next free number is {next_number(self._workspace, one.series)}",
                    )
                numbers.setdefault(key, path)
            folded = (one.series, normalize("NFC", one.slug).casefold())
            if folded in slugs:
                yield Finding(
                    "error",
                    "duplicate-slug",
                    f"its name differs from {self._workspace.shown(slugs[folded])} only by case or accents' form",
                    self._location(path),
                    "rename one: totem rename episode",
                )
            slugs.setdefault(folded, path)

    def _series_findings(self) -> Iterator[Finding]:
        known = {one.slug for one in self._workspace.index.series()}
        unread = {path for path, _ in self._workspace.index.problems()}
        for slug in sorted({episode.series for episode in self._workspace.index.episodes()} - known):
            path = f"series/{slug}/series.md"
            if path not in unread:
                yield Finding(
                    "error",
                    "no-series",
                    "the series has episodes but no series.md",
                    self._location(path),
                    'write one: +++, title = "…", +++',
                )
        for series in self._workspace.index.series():
            path = self._workspace.path(series)
            try:
                check_series_slug(series.slug)
            except InvalidError as error:
                yield Finding("error", "bad-slug", error.message, self._location(path), "totem rename series")
            yield from self._unknown_keys(series, path, Series)
            yield from self._lists(series, path)

    def _episode_findings(self) -> Iterator[Finding]:
        known_ids = {episode.id for episode in self._workspace.index.episodes()}
        addresses = {f"{episode.series}/{episode.slug}" for episode in self._workspace.index.episodes()}
        for episode in self._workspace.index.episodes():
            path = self._workspace.path(episode)
            try:
                check_slug(episode.slug)
            except InvalidError as error:
                yield Finding("error", "bad-slug", error.message, self._location(path), "totem rename episode")
            if not is_normalized("NFC", path):
                yield Finding(
                    "warning", "file-name", "the file's name is in decomposed Unicode (NFD)", self._location(path)
                )
            if episode.translation_of and episode.translation_of not in known_ids:
                yield Finding(
                    "warning",
                    "no-translation",
                    f"translation_of names no episode here: {episode.translation_of}",
                    self._location(path, "translation_of"),
                )
            for place, alias in enumerate(episode.aliases):
                if (alias if "/" in alias else f"{episode.series}/{alias}").strip("/") in addresses:
                    yield Finding(
                        "warning",
                        "alias-taken",
                        f"the alias {alias} is the address of an episode",
                        self._location(path, "aliases", place),
                        "the episode keeps the address",
                    )
            yield from self._unknown_keys(episode, path, Episode)
            yield from self._lists(episode, path)
            yield from self._media_findings(episode, path)

    def _unknown_keys(self, one: Series | Episode, path: str, cls: type[Series | Episode]) -> Iterator[Finding]:
        names = [name for name in cls.__struct_fields__ if name not in ("absent", "extra", "series", "slug")]
        for key in one.extra:
            yield Finding(
                "warning", "unknown-key", f"unknown key {key}", self._location(path, key), did_you_mean(key, names)
            )
        for name in ("hosts", "partners", "guests", "questions", "links", "media"):
            for place, part in enumerate(getattr(one, name, ())):
                if isinstance(part, Part) and part.extra is not UNSET:
                    own = [field for field in part.__struct_fields__ if field != "extra"]
                    for key in part.extra or ():
                        yield Finding(
                            "warning",
                            "unknown-key",
                            f"unknown key {key} in {name}[{place + 1}]",
                            self._location(path, name, place, key),
                            did_you_mean(key, own),
                        )

    def _lists(self, one: Series | Episode, path: str) -> Iterator[Finding]:
        """What an item of a list may have wrong in itself, or with another of the same list."""
        for name in ("hosts", "partners", "guests", "questions", "tags"):
            seen: set[str] = set()
            for place, part in enumerate(getattr(one, name, ())):
                text = getattr(part, "name", None) or getattr(part, "text", part)
                key = f"{fold(str(text))} {getattr(part, 'person', None) or ''}"
                if key in seen:
                    yield Finding("warning", "twice", f"{text} is there twice", self._location(path, name, place))
                seen.add(key)
                if isinstance(part, Appearance) and part.person and part.person not in self._workspace.names.persons:
                    yield Finding(
                        "warning",
                        "no-person",
                        f"people/{part.person}.md is not there",
                        self._location(path, name, place, "person"),
                    )
        for name in ("links", "media", "guests", "hosts", "partners"):
            for place, part in enumerate(getattr(one, name, ())):
                url = getattr(part, "url", None)
                if url and ":" in url.partition("/")[0] and url.partition(":")[0].lower() not in SAFE_SCHEMES:
                    yield Finding(
                        "warning",
                        "unsafe-address",
                        f"{url} is not an address to link to: it is shown as text",
                        self._location(path, name, place, "url"),
                        "http, https, mailto or tel",
                    )

    def _media_findings(self, episode: Episode, path: str) -> Iterator[Finding]:
        for place, media in enumerate(episode.media):
            if media.path and not self._is_medium(media.path):
                yield Finding(
                    "error",
                    "no-media",
                    f"media/{media.path} is not there",
                    self._location(path, "media", place, "path"),
                )
            if _is_image(media) and media.alt is None:
                yield Finding(
                    "warning",
                    "no-alt",
                    "the picture has no alt text",
                    self._location(path, "media", place),
                    'add alt = "…" ("" where it only decorates)',
                )

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
        for episode in self._workspace.index.episodes():
            for appearance in appearances(episode):
                if not names.person(appearance):
                    first.setdefault(fold(appearance.name), (appearance.name, self._workspace.path(episode)))
        for person in self._workspace.people():
            first.setdefault(fold(person.name), (person.name, self._workspace.path(person)))
        for name, other in near_duplicates(first):
            (said, path), (also, elsewhere) = first[name], first[other]
            yield Finding(
                "warning",
                "near-duplicate",
                f"{said} may be {also} ({self._workspace.shown(elsewhere)})",
                self._location(path),
                "if so: totem merge person, or an alias in people/",
            )

    def _index_findings(self, damaged: Collection[str]) -> Iterator[Finding]:
        """Where the index does not say what a file does, but for files that are ``damaged``."""
        hint = "make the index anew: totem check --deep --fix, or remove it"
        for path in self._workspace.index.differences():
            shown = self._workspace.shown(path or INDEX)
            if shown not in damaged:
                what = "the index does not say what this file does" if path else "the index is damaged"
                yield Finding("error", "index", what, Location(shown), hint)

    def _damage(self) -> Iterator[Finding]:
        """Files whose content changed while their stamp did not: a disk's doing, not an editor's."""
        for path in scan(self._workspace.root):
            known = self._workspace.index.digest(path)
            if known and known != blake2b(read_beneath(self._workspace.root, path), digest_size=16).digest():
                yield Finding(
                    "error",
                    "damaged",
                    "the content changed though its size and time did not",
                    Location(self._workspace.shown(path)),
                    "compare it with a backup; saving it again accepts it as it is",
                )


def _is_image(media: Media) -> bool:
    kind = media.kind or (media.type or "").partition("/")[0]
    return kind == "image" or Path(media.path or media.url or "").suffix.lower() in {
        ".jpg",
        ".jpeg",
        ".png",
        ".gif",
        ".webp",
        ".avif",
        ".svg",
    }
