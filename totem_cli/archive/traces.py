"""Traces of a person in texts and files: where their names stand, however they are cased or accented."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from totem_cli.errors import Location, SystemFailedError, TotemError
from totem_cli.language.fold import fold
from totem_cli.storage.layout import HOME

_SKIPPED = frozenset({HOME, ".git"})
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Trace:
    """A place where a name stands: a file of the archive, a line from 1, or None for the file's own name."""

    file: str
    line: int | None
    text: str


class Wanted:
    """The names to look for, whole words only: ``Ada Brun`` is in ``« ADA  Brùn »``, not in ``Ada Brunel``."""

    def __init__(self, names: Iterable[str]) -> None:
        given = [name for name in names if name.strip()]
        self.names = sorted({" ".join(_letters(name)[0].split()) for name in given}, key=len, reverse=True)
        self._folded = {fold(name) for name in given}
        self._bytes = {name.encode(coding, "ignore") for name in given for coding in ("utf-8", "latin-1", "utf-16-le")}
        self._bytes |= {json.dumps(name)[1:-1].encode() for name in given}

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where names begin and end in a text; none overlap."""
        searched = fold(text)
        if not any(name in searched for name in self._folded):  # most texts by far, told in a hundredth of the time
            return []
        folded, places = _letters(text)
        found: list[tuple[int, int]] = []
        taken = bytearray(len(text))
        for name in self.names:
            at = folded.find(name)
            while name and at >= 0:
                end = at + len(name)
                if _is_edge(folded, at - 1) and _is_edge(folded, end):
                    span = places[at], places[end - 1] + 1
                    if taken.find(1, *span) < 0:
                        found.append(span)
                        taken[slice(*span)] = b"\1" * (span[1] - span[0])
                at = folded.find(name, at + 1)
        return sorted(found)

    def in_bytes(self, content: bytes) -> bool:
        """Whether what is not text holds a name as it is written."""
        return any(name in content for name in self._bytes if name)

    def in_file(self, path: Path, slugs: Sequence[str]) -> bool:
        """Whether a file that may be large and not text holds a name as a whole word, or a slug; ASCII in any case."""
        wanted = {name.lower(): True for name in self._bytes if name} | {slug.encode(): False for slug in slugs}
        most = max(map(len, wanted), default=0)
        before = b""
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                window = (before + chunk).lower()
                if any(_stands(window, name, whole=whole) for name, whole in wanted.items()):
                    return True
                before = window[-most - 1 :]
        return False

    def redacted(self, text: str, word: str) -> str:
        """The text with ``word`` in the place of each name."""
        pieces: list[str] = []
        at = 0
        for start, end in self.spans(text):
            pieces += (text[at:start], word)
            at = end
        return "".join([*pieces, text[at:]])


def traces(root: Path, wanted: Wanted, slugs: Sequence[str], unread: list[TotemError] | None = None) -> Iterator[Trace]:
    """Every line of every file of an archive that holds a name, and every file that is named after the person.

    Of what is not text only whether it holds a name can be told: its line is None. Totem's own folder and git's are
    left out. What cannot be read is added to ``unread``.
    """
    unread = [] if unread is None else unread
    for path in files(root, unread):
        name = path.relative_to(root).as_posix()
        if wanted.spans(name) or any(slug in name for slug in slugs):
            yield Trace(name, None, "the file's name")
        try:
            content = path.read_bytes()
        except OSError as error:
            unread.append(_unreadable(error, path))
            continue
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            if wanted.in_bytes(content):
                yield Trace(name, None, "a file that is not text")
            continue
        if not (wanted.spans(text) or any(slug in text for slug in slugs)):
            continue
        for number, line in enumerate(text.split("\n"), 1):
            if wanted.spans(line) or any(slug in line for slug in slugs):
                yield Trace(name, number, line.strip())


def internal(root: Path, wanted: Wanted, slugs: Sequence[str], unread: list[TotemError]) -> Iterator[str]:
    """The files in totem's own folder, the journal left out, that hold a name: index, memory of exports, lock.

    What cannot be read is added to ``unread``.
    """
    home = root / HOME
    for path in sorted([*home.glob("*"), *(home / "exports").glob("*")]):
        try:
            if path.is_file() and wanted.in_file(path, slugs):
                yield path.relative_to(root).as_posix()
        except FileNotFoundError:
            continue
        except OSError as error:
            unread.append(_unreadable(error, path))


def files(root: Path, unread: list[TotemError]) -> Iterator[Path]:
    """Every file of an archive, its own and others', but for totem's and git's; ``unread`` gets what cannot be read."""

    def failed(error: OSError) -> None:
        unread.append(_unreadable(error, Path(error.filename)))

    for folder, folders, names in os.walk(root, onerror=failed):
        if Path(folder) == root:
            folders[:] = [name for name in folders if name not in _SKIPPED]
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            try:
                if S_ISREG(path.lstat().st_mode):
                    yield path
            except FileNotFoundError:
                continue
            except OSError as error:
                failed(error)


def _unreadable(error: OSError, path: Path) -> TotemError:
    return SystemFailedError(f"cannot be read: {error.strerror}", location=Location(str(path)))


def _letters(text: str) -> tuple[str, list[int]]:
    """The text folded letter by letter, runs of spaces as one, and where in the text each folded letter was."""
    out: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        if letter.isspace():
            if out and out[-1] == " ":
                continue
            folded = " "
        elif unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
            folded = ""
        else:
            folded = letter.lower() if letter.isascii() else fold(letter)
        out += folded
        places += [place] * len(folded)
    return "".join(out), places


def _stands(content: bytes, name: bytes, *, whole: bool) -> bool:
    """Whether a name is in some bytes, where ``whole`` with no letter or digit of ASCII beside it."""
    at = content.find(name)
    while at >= 0:
        end = at + len(name)
        if not whole or not (content[max(at - 1, 0) : at].isalnum() or content[end : end + 1].isalnum()):
            return True
        at = content.find(name, at + 1)
    return False


def _is_edge(text: str, place: int) -> bool:
    return not (0 <= place < len(text)) or not text[place].isalnum()
