"""The archive on disk: which file holds what, and where it is."""

from __future__ import annotations

import os
from array import array
from operator import attrgetter
from stat import S_ISLNK, S_ISREG
from typing import TYPE_CHECKING, Literal, NamedTuple
from unicodedata import normalize

from totem_cli.errors import InvalidError, Location, SystemFailedError, TotemError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
    from pathlib import Path

Kind = Literal["settings", "series", "episode", "person", "comment"]

SETTINGS = "totem.toml"
HOME = ".totem"
IGNORE = b"*\n"

_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_OPEN_FOLDER = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC
_SUFFIX = ".md"
_WORD = 8
_NAME = attrgetter("name")
_TICK = 50_000_000
_COARSE_TICK = 2_000_000_000
_LATEST = 2**63 - 1
_SERIES_FILE = "series.md"
_FILES_AT = {"series": (2,), "people": (1,), "comments": (2, 3)}
"""How many folders deep the files of each top folder lie."""


class Located(NamedTuple):
    """What a path holds. ``slug`` is the file's own name (a comment's: its id), ``series`` the series it belongs to."""

    kind: Kind
    series: str | None = None
    slug: str | None = None


Times = tuple[int, int]
"""mtime_ns and ctime_ns. The second shows what the first alone would hide: an edit whose mtime was set back."""


Seen = tuple[str, int, int, int]
"""A file as a scan sees it: its path, size, mtime_ns and ctime_ns."""


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
    if any(part.startswith(".") or not part for part in parts):
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


def scan(root: Path | str, problems: MutableMapping[str, TotemError] | None = None) -> list[Seen]:
    """Every file under ``root`` that :func:`locate` knows, folder by folder, by name.

    Only regular files. Symbolic links are not followed: they, and folders that cannot be read, are added to
    ``problems`` by their paths. What vanishes meanwhile is as if it had never been.
    """
    found = look(root, {} if problems is None else problems)
    return [*rows(found, found)]


def look(root: Path | str, problems: MutableMapping[str, TotemError]) -> dict[str, bytes]:
    """The same, :func:`packed`, by folder: what is as it was is told by comparing bytes."""
    walk = _Walk(os.fspath(root), problems)
    walk.settings()
    for top, levels in _FILES_AT.items():
        if walk.is_folder(top):
            walk.folder(top, 1, levels)
    return {folder: packed(names, numbers) for folder, (names, numbers) in walk.seen.items()}


def packed(names: Sequence[str], numbers: Sequence[int]) -> bytes:
    """What was seen of a folder's files in one piece: their names, the size, mtime_ns and ctime_ns of each in turn."""
    try:
        kept = array("q", (len(names), *numbers))
    except OverflowError:  # a time beyond 2262, which is never settled: it need only be some time to come
        kept = array("q", (len(names), *(max(-_LATEST, min(_LATEST, number)) for number in numbers)))
    return kept.tobytes() + "\0".join(names).encode()


def rows(folders: Iterable[str], packed: Mapping[str, bytes]) -> Iterator[Seen]:
    """The files of those of the folders that something was :func:`packed` of."""
    for folder in folders:
        if folder in packed:
            yield from _unpacked(folder, packed[folder])


def _unpacked(folder: str, data: bytes) -> list[Seen]:
    count = array("q", data[:_WORD])[0]
    end = _WORD * (1 + 3 * count)
    numbers = iter(array("q", data[_WORD:end]))
    prefix = f"{folder}/" if folder else ""
    names = (prefix + name for name in data[end:].decode().split("\0"))
    return list(zip(names, numbers, numbers, numbers, strict=False)) if count else []


def read(root: Path | str, path: str) -> tuple[int, Times, bytes] | None:
    """Size, times and content of the regular file at ``path``; None where there is none.

    Size and times are taken before the content, so that a write in between shows as a change, never goes unseen.
    Raises :class:`SystemFailedError` where the file cannot be read.
    """
    try:
        # Without O_NONBLOCK, a FIFO put in the file's place would hang the command.
        descriptor = os.open(f"{os.fspath(root)}/{path}", _OPEN)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _failed(error, "read", path) from None
    try:
        found = os.fstat(descriptor)
        if not S_ISREG(found.st_mode):
            return None
        content = b""
        while chunk := os.read(descriptor, max(found.st_size - len(content), 0) + 1):
            content = content + chunk if content else chunk
    except OSError as error:
        raise _failed(error, "read", path) from None
    finally:
        os.close(descriptor)
    return found.st_size, (found.st_mtime_ns, found.st_ctime_ns), content


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


class _Walk:
    def __init__(self, base: str, problems: MutableMapping[str, TotemError]) -> None:
        self.base = base
        self.problems = problems
        self.seen: dict[str, tuple[list[str], list[int]]] = {}

    def settings(self) -> None:
        try:
            found = os.lstat(f"{self.base}/{SETTINGS}")
        except FileNotFoundError:
            return
        except OSError as error:
            self.problems[SETTINGS] = _failed(error, "read", SETTINGS)
            return
        if S_ISLNK(found.st_mode):
            self.problems[SETTINGS] = _link(SETTINGS)
        elif S_ISREG(found.st_mode):
            self.saw("", SETTINGS, found)

    def is_folder(self, top: str) -> bool:
        try:
            linked = S_ISLNK(os.lstat(f"{self.base}/{top}").st_mode)
        except OSError:
            return False
        if linked:
            self.problems[top] = _link(top)
        return not linked

    def saw(self, folder: str, name: str, found: os.stat_result) -> None:
        names, numbers = self.seen.setdefault(folder, ([], []))
        names.append(name)
        numbers += (found.st_size, found.st_mtime_ns, found.st_ctime_ns)

    def folder(self, folder: str, level: int, levels: tuple[int, ...]) -> None:
        if level == levels[-1]:
            self.files(folder)
            return
        for entry in self.entries(folder):
            name = entry.name
            if name[0] == ".":
                continue
            path = f"{folder}/{name}"
            named = level in levels and name.endswith(_SUFFIX)
            try:
                if named and entry.is_file(follow_symlinks=False):
                    if self.has_name(path):
                        self.saw(folder, name, entry.stat(follow_symlinks=False))
                elif entry.is_dir(follow_symlinks=False):
                    self.folder(path, level + 1, levels)
                elif entry.is_symlink() and (named or entry.is_dir()):
                    self.problems[_shown(path)] = _link(path)
            except FileNotFoundError:
                continue
            except OSError as error:
                self.problems[_shown(path)] = _failed(error, "read", path)

    def files(self, folder: str) -> None:
        """The files of a folder that holds nothing else: nearly all of an archive, so each is one stat by its name."""
        try:
            descriptor = os.open(f"{self.base}/{folder}", _OPEN_FOLDER)
        except FileNotFoundError:
            return
        except OSError as error:
            self.problems[_shown(folder)] = _failed(error, "read the folder", folder)
            return
        try:
            self.files_in(descriptor, folder)
        except OSError as error:
            self.problems[_shown(folder)] = _failed(error, "read the folder", folder)
        finally:
            os.close(descriptor)

    def files_in(self, descriptor: int, folder: str) -> None:
        names: list[str] = []
        numbers: list[int] = []
        plain = folder.isascii()
        for name in sorted(os.listdir(descriptor)):
            if not name.endswith(_SUFFIX) or name[0] == ".":
                continue
            try:
                found = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
            except FileNotFoundError:
                continue
            except OSError as error:
                path = f"{folder}/{name}"
                self.problems[_shown(path)] = _failed(error, "read", path)
                continue
            if S_ISREG(found.st_mode):
                if (plain and name.isascii()) or self.has_name(f"{folder}/{name}"):
                    names.append(name)
                    numbers += (found.st_size, found.st_mtime_ns, found.st_ctime_ns)
            elif S_ISLNK(found.st_mode):
                path = f"{folder}/{name}"
                self.problems[_shown(path)] = _link(path)
        if names:
            self.seen[folder] = names, numbers

    def entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(f"{self.base}/{folder}") as listing:
                return sorted(listing, key=_NAME)
        except FileNotFoundError:
            return []
        except OSError as error:
            self.problems[_shown(folder)] = _failed(error, "read the folder", folder)
            return []

    def has_name(self, path: str) -> bool:
        if locate(path):
            return True
        self.problems[_shown(path)] = InvalidError(
            "has a name that is not UTF-8", hint="rename the file", location=Location(_shown(path))
        )
        return False


def _shown(path: str) -> str:
    """The path as text that can be encoded: bytes that are not UTF-8 as escapes."""
    return os.fsencode(path).decode(errors="backslashreplace")


def _link(path: str) -> TotemError:
    return InvalidError(
        "is a symbolic link, which totem does not follow",
        hint="put the file or folder itself there",
        location=Location(_shown(path)),
    )


def _failed(error: OSError, doing: str, path: str) -> TotemError:
    return SystemFailedError.from_os(error, doing, _shown(path)).at(Location(_shown(path)))
