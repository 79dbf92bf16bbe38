"""The archive on disk: which file holds what, and where it is."""

from __future__ import annotations

import os
from operator import attrgetter
from stat import S_ISLNK, S_ISREG
from typing import TYPE_CHECKING, Literal, NamedTuple
from unicodedata import normalize

from totem_cli.errors import InvalidError, Location, TotemError
from totem_cli.storage.walk import entered, failed, link, open_beneath, opened, shown

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from pathlib import Path

Kind = Literal["settings", "series", "episode", "person", "comment"]

SETTINGS = "totem.toml"
HOME = ".totem"
IGNORE = b"*\n"

_SUFFIX = ".md"
_NAME = attrgetter("name")
_TICK = 50_000_000
_COARSE_TICK = 2_000_000_000
_63_BITS = 2**63 - 1
_SERIES_FILE = "series.md"
_FILES_AT = {"series": (2,), "people": (1,), "comments": (2, 3)}
"""How many folders deep the files of each top folder lie."""


class Located(NamedTuple):
    """What a path holds. ``slug`` is the file's own name (a comment's: its id), ``series`` the series it belongs to."""

    kind: Kind
    series: str | None = None
    slug: str | None = None


Stamp = tuple[int, int, int, int, int]
"""Size, mtime_ns, ctime_ns, inode and device of a file: while all five are the same, so is its content.

The ctime shows an edit whose mtime was set back; inode and device show that another file took its place.
"""

Times = tuple[int, int]
"""mtime_ns and ctime_ns."""


def locate(path: str) -> Located | None:
    """What the file at ``path`` (relative to the archive, with ``/``) holds; None where totem keeps nothing.

    Names are taken in NFC (Unicode Standard Annex #15): a name that its file system decomposed is the same slug.
    Hidden files, and names that are not UTF-8, hold nothing.
    """
    try:
        path.encode()
    except UnicodeEncodeError:
        return None
    parts = normalize("NFC", path).split("/")
    if "" in parts or "/." in f"/{path}":
        return None
    slug = parts[-1].removesuffix(_SUFFIX)
    match parts:
        case ["totem.toml"]:
            return Located("settings")
        case _ if slug == parts[-1] or not slug:
            return None
        case ["series", series, "series.md"]:
            return Located("series", None, series)
        case ["series", series, _]:
            return Located("episode", series, slug)
        case ["people", _]:
            return Located("person", None, slug)
        case ["comments", series, _] | ["comments", series, _, _]:
            return Located("comment", series, slug)
    return None


def series_path(slug: str) -> str:
    """Where a new series is written."""
    return f"series/{slug}/{_SERIES_FILE}"


def episode_path(series: str, slug: str) -> str:
    """Where a new episode is written."""
    return f"series/{series}/{slug}{_SUFFIX}"


def person_path(slug: str) -> str:
    """Where a new person is written."""
    return f"people/{slug}{_SUFFIX}"


def comment_path(folder: str, slug: str) -> str:
    """Where a new comment is written; ``folder`` is ``series/slug`` of an episode, or a series' own slug."""
    return f"comments/{folder}/{slug}{_SUFFIX}"


def comment_folder(path: str) -> str:
    """The folder under ``comments/`` that the comment at ``path`` lies in, in NFC."""
    return normalize("NFC", path).removeprefix("comments/").rpartition("/")[0]


def scan(root: Path | str, problems: MutableMapping[str, TotemError] | None = None) -> dict[str, Stamp]:
    """The stamp of every file under ``root`` that :func:`locate` knows, folder by folder, by name.

    Only regular files. Symbolic links are not followed: they, and folders that cannot be read, are added to
    ``problems`` by their paths. What vanishes meanwhile is left out.
    """
    scanner = _Scanner({} if problems is None else problems)
    with opened(root) as base:
        if base is not None:
            scanner.settings(base)
            for top, levels in _FILES_AT.items():
                scanner.folder(base, top, 1, levels)
    return scanner.found


def read(root: Path | str, path: str) -> tuple[Stamp, bytes] | None:
    """Stamp and content of the regular file at ``path``; None where there is none.

    The stamp is taken before the content, so that a write in between shows as a change.
    Behind a folder that has become a symbolic link there is no file.
    Raises :class:`SystemFailedError` where the file cannot be read.
    """
    try:
        descriptor = open_beneath(root, path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise failed(error, "read", path) from None
    try:
        found = os.fstat(descriptor)
        content = b""
        while chunk := os.read(descriptor, max(found.st_size - len(content), 0) + 1):
            content = content + chunk if content else chunk
    except OSError as error:
        raise failed(error, "read", path) from None
    finally:
        os.close(descriptor)
    return _stamp(found), content


def digest_of(content: bytes) -> bytes:
    """The digest by which two contents are the same (BLAKE2b, 128 bits)."""
    from hashlib import blake2b

    return blake2b(content, digest_size=16).digest()


def is_settled(times: Times, now: int) -> bool:
    """Whether a later write must show in the times of a file that is read after ``now``.

    A clock that ticks no finer than the time between two writes gives both one mtime (git's "racy" case,
    Documentation/technical/racy-git). Linux ticks every 1 to 10 ms, a file system that keeps seconds every 1 or 2 s.
    """
    return all(moment + (_TICK if moment % 1_000_000_000 else _COARSE_TICK) < now for moment in times)


def _stamp(found: os.stat_result) -> Stamp:
    # Some file systems use the highest bit of 64 in inode numbers, which SQLite's integers do not have.
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino & _63_BITS, found.st_dev & _63_BITS


class _Scanner:
    def __init__(self, problems: MutableMapping[str, TotemError]) -> None:
        self.problems = problems
        self.found: dict[str, Stamp] = {}

    def settings(self, root: int) -> None:
        try:
            found = os.stat(SETTINGS, dir_fd=root, follow_symlinks=False)
        except FileNotFoundError:
            return
        except OSError as error:
            self.problems[SETTINGS] = failed(error, "read", SETTINGS)
            return
        if S_ISLNK(found.st_mode):
            self.problems[SETTINGS] = link(SETTINGS)
        elif S_ISREG(found.st_mode):
            self.found[SETTINGS] = _stamp(found)

    def folder(self, parent: int, folder: str, level: int, levels: tuple[int, ...]) -> None:
        with entered(parent, folder, self.problems) as at:
            if at is None:
                return
            if level == levels[-1]:
                self.files_in(at, folder)
                return
            with os.scandir(at) as listing:
                entries = sorted(listing, key=_NAME)
            for entry in entries:
                self.entry(at, entry, f"{folder}/{entry.name}", level, levels)

    def entry(self, at: int, entry: os.DirEntry[str], path: str, level: int, levels: tuple[int, ...]) -> None:
        if entry.name[0] == ".":
            return
        named = level in levels and entry.name.endswith(_SUFFIX)
        try:
            if named and entry.is_file(follow_symlinks=False):
                if self.has_name(path):
                    self.found[path] = _stamp(entry.stat(follow_symlinks=False))
            elif entry.is_dir(follow_symlinks=False):
                self.folder(at, path, level + 1, levels)
            elif entry.is_symlink() and (named or entry.is_dir()):
                self.problems[shown(path)] = link(path)
        except FileNotFoundError:
            return
        except OSError as error:
            self.problems[shown(path)] = failed(error, "read", path)

    def files_in(self, descriptor: int, folder: str) -> None:
        """The files of a folder that holds nothing else: nearly all of an archive, so each is one stat by its name."""
        for name in sorted(os.listdir(descriptor)):
            if not name.endswith(_SUFFIX) or name[0] == ".":
                continue
            path = f"{folder}/{name}"
            try:
                found = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
            except FileNotFoundError:
                continue
            except OSError as error:
                self.problems[shown(path)] = failed(error, "read", path)
                continue
            if S_ISREG(found.st_mode):
                if path.isascii() or self.has_name(path):
                    self.found[path] = _stamp(found)
            elif S_ISLNK(found.st_mode):
                self.problems[shown(path)] = link(path)

    def has_name(self, path: str) -> bool:
        if locate(path):
            return True
        self.problems[shown(path)] = InvalidError(
            "has a name that is not UTF-8", hint="rename the file", location=Location(shown(path))
        )
        return False
