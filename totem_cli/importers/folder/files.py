"""The files of a folder of texts, by kind, and the text of each.

Symbolic links, FIFOs and devices are told and never opened; so is what no text of the source refers to.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice, takewhile
from pathlib import Path, PurePosixPath

from totem_cli.errors import InvalidError, Location, NotFoundError, SystemFailedError, TotemError
from totem_cli.importers import Options
from totem_cli.importers.notes import Kind, Note
from totem_cli.storage.walk import read_beneath, walk

MARKDOWN = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd", ".rmd"})
PAGES = frozenset({".html", ".htm"})
RST = ".rst"
TEXTS = MARKDOWN | PAGES | {RST}
MEDIA = "media"

_GENERATOR = frozenset(
    {"_includes", "_layouts", "_plugins", "_sass", "_site", "archetypes", "layouts", "scaffolds", "themes"}
)
"""Folders at the top of a site in which a generator keeps what is no content."""

_INSTALLED = frozenset({"node_modules", "__pycache__"})
_DRIVE = re.compile(r"[\ud800-\udfff]")


class Files:
    """The regular files below a folder, or one file; ``notes`` tell what is no file and how a text was decoded.

    ``paths`` are relative to ``root``, with ``/``. Raises NotFoundError where there is nothing, InvalidError for what
    is neither a file nor a folder.
    """

    def __init__(self, source: Path | bytes, options: Options) -> None:
        self.options = options
        self.notes: list[Note] = []
        self.is_one = isinstance(source, bytes) or source.is_file()
        self._content: bytes | None = source if isinstance(source, bytes) else None
        self.source = ""
        """The source as the user names it."""
        self._sorted: list[str] | None = None
        self.used: set[str] = set()
        """The paths that became records, settings or media."""
        if isinstance(source, bytes):
            self.root, self.paths, self.source = None, [options.name], options.name
            return
        if not source.exists():
            raise NotFoundError(f"there is nothing at {source}")
        self.source = str(source)
        self.root = source.parent if self.is_one else source
        if self.is_one:
            self.paths = [source.name]
        elif source.is_dir():
            self.paths = list(self._walk(source))
        else:
            raise InvalidError(f"{source} is neither a file nor a folder", hint="name a file or a folder of them")
        self._all = set(self.paths)

    def _walk(self, source: Path) -> Iterable[str]:
        problems: dict[str, TotemError] = {}
        left: dict[str, list[str]] = defaultdict(list)
        try:
            for file in walk(source, "", problems, hidden=True):
                folders = file.path.split("/")[:-1]
                if any(part.startswith(".") for part in file.path.split("/")):
                    if PurePosixPath(file.name).suffix.lower() in TEXTS and ".git" not in folders:
                        self._left_out(file.path, "its name, or its folder's, begins with a dot")
                    continue
                owned = next((one for one in folders if one in _INSTALLED), None)
                owned = owned or (folders[0] if folders and folders[0] in _GENERATOR else None)
                if owned:
                    left[owned].append(file.path)
                elif _DRIVE.search(file.path):
                    shown = file.path.encode(errors="surrogateescape").decode(errors="backslashreplace")
                    self._left_out(shown, "its name is not UTF-8", hint="rename the file")
                else:
                    yield file.path
        except OSError as error:
            raise SystemFailedError.from_os(error, "read", error.filename or source) from error
        for folder, paths in left.items():
            self._left_out(f"{folder}/", "a generator keeps no content there", count=len(paths))
        for path, problem in problems.items():
            folders = path.split("/")
            if any(one.startswith(".") or one in _INSTALLED for one in folders) or folders[0] in _GENERATOR:
                continue
            self._left_out(path, problem.message, hint=problem.hint or "")

    def name(self, path: str) -> str:
        """How messages name a file: as the user can find it."""
        return self.source if self.is_one and path == self.paths[0] else str((self.root or Path()) / path)

    def __contains__(self, path: str) -> bool:
        return self.root is not None and (path in self._all or (self.is_one and self._is_beside(path)))

    def _is_beside(self, path: str) -> bool:
        """Whether there is a file beside, or below, the one file of the source; links are not followed to it."""
        try:
            read_beneath(self.root or "", path, 0)
        except OSError:
            return False
        return True

    def below(self, folder: str) -> list[str]:
        """The paths of the files in a folder and in those below it."""
        if self._sorted is None:
            self._sorted = sorted(self.paths)
        start = bisect_left(self._sorted, f"{folder}/")
        return [*takewhile(lambda path: path.startswith(f"{folder}/"), islice(self._sorted, start, None))]

    def read(self, path: str) -> bytes:
        """The content of a file. Raises SystemFailedError where it cannot be read."""
        try:
            if self._content is not None:
                return self._content
            assert self.root is not None
            return (self.root / path).read_bytes() if self.is_one and path == self.paths[0] else self._beneath(path)
        except OSError as error:
            raise SystemFailedError.from_os(error, "read", self.name(path)) from error

    def _beneath(self, path: str) -> bytes:
        return read_beneath(self.root or "", path)

    def text(self, path: str) -> str | None:
        r"""The text of a file, with ``\n`` as line ends; None, which is told, where it is no text.

        It is in the encoding of the options, in UTF-16 by its mark, in UTF-8, else, which is told, in Windows-1252.
        """
        content, name = self.read(path), self.name(path)
        encoding = self.options.encoding or ""
        if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            encoding = "utf-16"
        try:
            text = content.decode(encoding or "utf-8-sig")
        except LookupError:
            hint = "write --encoding utf-8, windows-1252, macroman…"
            raise InvalidError(f"no encoding is called {encoding!r}", hint=hint, field="encoding") from None
        except UnicodeError:
            if encoding:
                raise InvalidError(f"not {encoding}", hint="say --encoding", location=Location(name, 1)) from None
            text = content.decode("cp1252", "replace")
            if "\0" not in text:
                what = f"{path}: Windows-1252"
                hint = "save the file as UTF-8, or say --encoding"
                self.notes.append(Note(Kind.ASSUMED, what, "it is not UTF-8", Location(name), hint))
        if "\0" in text:
            self._left_out(path, "it holds NUL characters, so it is no text")
            self.used.add(path)
            return None
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def tell_unused(self, unread: Sequence[str] = ()) -> None:
        """Note the files that nothing was read from; ``unread`` are texts without front matter."""
        self.used.update(unread)
        if unread:
            self._left_out(
                ", ".join(unread),
                "no front matter, and no title in its first line",
                hint="write its title after # or between lines of ---; totem import page reads a page without it",
                count=len(unread),
                path=unread[0],
            )
        by_kind: dict[str, list[str]] = defaultdict(list)
        for path in self.paths if not self.is_one else ():
            if path not in self.used:
                by_kind[PurePosixPath(path).suffix.lower() or PurePosixPath(path).name].append(path)
        for kind, paths in by_kind.items():
            why = f"no text refers to it, and totem reads no {kind} files here"
            self._left_out(", ".join(paths), why, count=len(paths), path=paths[0])

    def held(self) -> str:
        """What the source holds, for an error: the kinds of its files with their numbers."""
        kinds: dict[str, int] = defaultdict(int)
        for path in self.paths:
            kinds[PurePosixPath(path).suffix.lower() or PurePosixPath(path).name] += 1
        listed = sorted(kinds.items(), key=lambda one: (-one[1], one[0]))
        more = f" and {len(listed) - 6} more kinds" if len(listed) > 6 else ""
        return ", ".join(f"{count} {kind}" for kind, count in listed[:6]) + more if listed else "no file"

    def _left_out(self, what: str, why: str, *, hint: str = "", count: int = 1, path: str = "") -> None:
        self.notes.append(Note(Kind.LEFT_OUT, what, why, Location(self.name(path or what)), hint, count))
