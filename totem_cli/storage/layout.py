"""The layout of an archive on disk: which path holds what, and the files that are there."""

from __future__ import annotations

import os
from stat import S_ISDIR, S_ISLNK, S_ISREG
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

LARGEST = 16 * 1024 * 1024
"""The most bytes of a file: some forty times as many are held while it is changed."""

_SUFFIX = ".md"
_TICK, _COARSE_TICK = 50_000_000, 2_000_000_000  # nanoseconds
_63_BITS = 2**63 - 1
_SERIES_FILE = "series.md"
_FILE_DEPTHS = {"series": (2,), "people": (1,), "comments": (2, 3)}
"""How many folders deep the files of each top folder lie."""


class Located(NamedTuple):
    """What a path holds. ``slug`` is the name of the file (of a comment: its id), ``series`` its series."""

    kind: Kind
    series: str | None = None
    slug: str | None = None


Stamp = tuple[int, int, int, int, int]
"""Size, mtime_ns, ctime_ns, inode and device of a file: while all five are equal, so is its content.

The ctime reveals an edit whose mtime was set back; inode and device reveal that another file took its place.
"""

Times = tuple[int, int]
"""mtime_ns and ctime_ns."""


def locate(path: str) -> Located | None:
    """Return what the file at ``path`` (relative to the archive, with ``/``) holds; None where it is not totem's.

    Names are compared in NFC (Unicode Standard Annex #15), since some file systems decompose them. Hidden files, and
    files whose names are not UTF-8, are not totem's.
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
    """Return the path of a series' file."""
    return f"series/{slug}/{_SERIES_FILE}"


def episode_path(series: str, slug: str) -> str:
    """Return the path of an episode's file."""
    return f"series/{series}/{slug}{_SUFFIX}"


def person_path(slug: str) -> str:
    """Return the path of a person's file."""
    return f"people/{slug}{_SUFFIX}"


def comment_path(folder: str, slug: str) -> str:
    """Return the path of a comment's file; ``folder`` is ``series/slug`` of an episode, or the slug of a series."""
    return f"comments/{folder}/{slug}{_SUFFIX}"


def comment_folder(path: str) -> str:
    """Return the folder below ``comments/`` of the comment at ``path``, in NFC."""
    return normalize("NFC", path).removeprefix("comments/").rpartition("/")[0]


def scan(root: Path | str, problems: MutableMapping[str, TotemError] | None = None) -> dict[str, Stamp]:
    """Return the stamp of every file below ``root`` whose path :func:`locate` knows, by folder, by name.

    Symbolic links to files or folders in such places, and folders that cannot be read, are added to ``problems`` by
    path. Files that vanish meanwhile are left out.
    """
    scanner = _Scanner({} if problems is None else problems)
    with opened(root) as base:
        if base is not None:
            scanner.add(base, SETTINGS, SETTINGS)
            for folder, depths in _FILE_DEPTHS.items():
                scanner.scan(base, folder, 1, depths)
    return scanner.found


def read(root: Path | str, path: str) -> tuple[Stamp, bytes] | None:
    """Return stamp and content of the regular file at ``path``; None where there is none.

    The stamp is taken before the content, so that a write in between is seen as a change. A symbolic link in place of
    a folder is not followed. Raises :class:`SystemFailedError` where the file cannot be read, and :class:`InvalidError`
    where it is too large.
    """
    try:
        descriptor = open_beneath(root, path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise failed(error, "read", path) from None
    with open(descriptor, "rb", buffering=0) as file:
        try:
            stamp = _stamp(os.fstat(descriptor))
            if stamp[0] > LARGEST:
                raise too_large(Location(path))
            return stamp, file.read()
        except OSError as error:
            raise failed(error, "read", path) from None


def too_large(location: Location | None = None) -> InvalidError:
    """Return the error for a file, or a text that would be one, of more than :data:`LARGEST` bytes."""
    most = f"{LARGEST // 1024 // 1024} MiB"
    return InvalidError(
        f"is larger than {most}", hint="make several episodes of it, or a file in media/", location=location
    )


def digest_of(content: bytes) -> bytes:
    """Return the digest by which contents are compared (BLAKE2b, 128 bits)."""
    from hashlib import blake2b

    return blake2b(content, digest_size=16).digest()


def is_reliable(times: Times, now: int) -> bool:
    """Return whether any write after ``now`` must change these times of a file.

    A clock that ticks less often than the file is written gives two writes the same time (git's "racy" case,
    Documentation/technical/racy-git). Linux ticks every 1 to 10 ms, a file system that stores seconds every 1 or 2 s.
    """
    return all(moment + (_TICK if moment % 1_000_000_000 else _COARSE_TICK) < now for moment in times)


def _stamp(found: os.stat_result) -> Stamp:
    # Some file systems use all 64 bits of inode numbers; SQLite's integers have 63.
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino & _63_BITS, found.st_dev & _63_BITS


class _Scanner:
    def __init__(self, problems: MutableMapping[str, TotemError]) -> None:
        self.problems = problems
        self.found: dict[str, Stamp] = {}

    def scan(self, parent: int, folder: str, depth: int, file_depths: tuple[int, ...]) -> None:
        """Scan a folder at ``depth`` below the archive, and those below it down to the deepest that has files."""
        with entered(parent, folder, self.problems) as at:
            if at is None:
                return
            has_files, has_folders = depth in file_depths, depth < file_depths[-1]
            for name in sorted(os.listdir(at)):
                is_named = has_files and name.endswith(_SUFFIX)
                if (is_named or has_folders) and name[0] != ".":
                    path = f"{folder}/{name}"
                    if self.add(at, name, path, is_named=is_named) and has_folders:
                        self.scan(at, path, depth + 1, file_depths)

    def add(self, at: int, name: str, path: str, *, is_named: bool = True) -> bool:
        """Add an entry of an open folder if it is a file with the name of one; return whether it is a folder."""
        try:
            found = os.stat(name, dir_fd=at, follow_symlinks=False)
            if S_ISDIR(found.st_mode):
                return True
            if S_ISLNK(found.st_mode) and (is_named or S_ISDIR(os.stat(name, dir_fd=at).st_mode)):
                self.problems[shown(path)] = link(path)
            elif S_ISREG(found.st_mode) and is_named:
                if path.isascii() or locate(path):
                    self.found[path] = _stamp(found)
                else:
                    self.problems[shown(path)] = InvalidError(
                        "has a name that is not UTF-8", hint="rename the file", location=Location(shown(path))
                    )
        except FileNotFoundError:
            pass
        except OSError as error:
            self.problems[shown(path)] = failed(error, "read", path)
        return False
