"""Rendering: groups are listed, their pages compared with what stands, and those that differ staged."""

from __future__ import annotations

import os
import unicodedata
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from totem_cli.errors import InvalidError, SystemFailedError
from totem_cli.publishing.manifest import Row, check_path, digest_of
from totem_cli.publishing.output import NEW, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from totem_cli.publishing.page import Page, PageGroup


class Made(NamedTuple):
    """One page of a group that was made: its row; ``mtime`` of the staged file, None where nothing was staged.

    ``kept`` says that the page was not even rendered.
    """

    row: Row
    mtime: int | None = None
    kept: bool = False


class Answer(NamedTuple):
    """What became of a group: its pages, what it warned of, the folder in the staging folder that it staged to."""

    group: str
    pages: Sequence[Made]
    warnings: Sequence[str]
    attempt: str


class Listing(NamedTuple):
    """The pages of a group, and what it warned of when it was asked for them."""

    group: str
    pages: Sequence[Page]
    warnings: Sequence[str]


class Attempt:
    """A folder in the staging folder for what one attempt at some groups stages; it is made with the first file.

    The staging folder itself is never made: where it is gone, the export is over.
    """

    def __init__(self, staging: Callable[[], str], target: str) -> None:
        self.name = f"try-{os.urandom(8).hex()}"
        self._staging = staging
        self._target = target
        self._folder = ""
        self._made: set[str] = set()

    def write(self, path: str, pieces: Iterable[bytes]) -> tuple[Row, int]:
        """Stage what is to go to ``path``; its row, without a key, and the file's mtime. Raises SystemFailedError."""
        digest, size = blake2b(digest_size=16), 0

        def seen() -> Iterable[bytes]:
            nonlocal size
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                yield piece

        self._folder = self._folder or f"{self._staging()}/{self.name}"
        try:
            self._make(os.path.dirname(f"{self._folder}/{path}"))
            fd = os.open(f"{self._folder}/{path}", NEW, 0o666)
            try:
                arrived, mtime = written(fd, seen())
            finally:
                os.close(fd)
        except OSError as error:
            raise SystemFailedError.from_os(error, "write", os.path.join(self._target, path)) from error
        if arrived != size:
            raise SystemFailedError(f"cannot write {self._target}/{path}: {arrived} of {size} bytes arrived")
        return Row(path, "", digest.hexdigest(), size), mtime

    def _make(self, folder: str) -> None:
        if folder not in self._made:
            self._made.add(folder)
            if folder != self._folder:
                self._make(os.path.dirname(folder))
            os.mkdir(folder)


class Rendering:
    """Makes groups into the staging folder of an output, which ``staging`` gives.

    ``standing`` are the rows whose files stand in the output as they were written, by path; a row without a key says
    nothing of what its page was made from. ``warned`` is where the exporter's warnings go.
    """

    def __init__(self, staging: Callable[[], str], target: str, standing: Mapping[str, Row], warned: list[str]) -> None:
        self.staging = staging
        self.target = target
        self.standing = standing
        self._warned = warned

    def listing(self, group: PageGroup) -> Listing:
        """The pages of a group. Raises what :func:`listed` does."""
        begin = len(self._warned)
        pages = listed(group)
        return Listing(group.name, pages, self._warned[begin:])

    def attempt(self) -> Attempt:
        """A new attempt. What one stages is accepted or lost as a whole, so each task has its own."""
        return Attempt(self.staging, self.target)

    def make(self, group: PageGroup, attempt: Attempt) -> Answer:
        """List a group, and stage those of its pages that differ from what stands."""
        return self.made(self.listing(group), attempt)

    def made(self, listing: Listing, attempt: Attempt, seen: Callable[[], object] | None = None) -> Answer:
        """The same of a group that is listed; ``seen`` is called after each page that was rendered."""
        begin = len(self._warned)
        made = []
        for page in listing.pages:
            made.append(self._made(page, listing.group, attempt))
            if seen and not made[-1].kept:
                seen()
        warnings = dict.fromkeys((*listing.warnings, *self._warned[begin:]))
        return Answer(listing.group, made, tuple(warnings), attempt.name)

    def differs(self, page: Page) -> bool:
        """Whether a page must be rendered."""
        row = self.standing.get(page.path)
        return row is None or row.key != page.key

    def _made(self, page: Page, group: str, attempt: Attempt) -> Made:
        path, old = page.path, self.standing.get(page.path)
        if old is not None and old.key == page.key:
            return Made(old if old.group == group else Row(path, old.key, old.digest, old.size, group), kept=True)
        if page.stream is None:
            content = page.render()
            if old is not None and old.size == len(content) and old.digest == digest_of(content):
                return Made(Row(path, page.key, old.digest, old.size, group))
            row, mtime = attempt.write(path, (content,))
        else:
            row, mtime = attempt.write(path, page.stream())
        row = Row(path, page.key, row.digest, row.size, group)
        is_same = old is not None and (old.digest, old.size) == (row.digest, row.size)
        return Made(row, None if is_same else mtime)


def listed(group: PageGroup) -> list[Page]:
    """The pages of a group; InvalidError where one has no good path, or two would be one file somewhere."""
    pages = list(group.pages())
    check_apart(check_path(page.path) for page in pages)
    return pages


def check_apart(paths: Iterable[str]) -> None:
    """InvalidError where two paths would be one file on some file system, or one a file and a folder."""
    seen: dict[str, str] = {}
    for path in sorted(paths):
        folded = _folded(path)
        if folded in seen:
            raise InvalidError(
                f"two pages would be one file: {seen[folded]} and {path}",
                hint="rename one: some file systems ignore case and accents' forms",
            )
        seen[folded] = path
    for folded, path in seen.items():
        cut = folded.rfind("/")
        while cut > 0:
            if folded[:cut] in seen:
                raise InvalidError(f"{seen[folded[:cut]]} would be a file and a folder, with {path} in it")
            cut = folded.rfind("/", 0, cut)


def _folded(path: str) -> str:
    """The same for all that a file system may take for one name (Unicode, canonical caseless matching, D145)."""
    if path.isascii():
        folded = path.lower()
        return path if folded == path else folded  # nearly always: no second text in memory for each page
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", path).casefold())
