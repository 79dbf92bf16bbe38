"""What every operation on an archive needs: an index that is up to date, and transactions of files and index."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

from totem_cli.archive.names import Names
from totem_cli.errors import ChangedError, InvalidError, Location, NotFoundError, RefusedError, TotemError
from totem_cli.index.index import Index
from totem_cli.model.episode import Episode
from totem_cli.model.person import Person
from totem_cli.model.series import Series
from totem_cli.model.settings import FORMAT_VERSION, Settings
from totem_cli.storage.in_progress import is_in_progress, journal_state
from totem_cli.storage.layout import locate

if TYPE_CHECKING:
    from totem_cli.documents.document import Document
    from totem_cli.storage.transaction import Purge, Transaction

T = TypeVar("T")

IfExists = Literal["error", "skip", "update"]
"""What an ``add`` does when the same thing is there already; ``update`` sets only what was given."""


class Base:
    """An archive opened at its folder.

    Files are read when something is first asked, and again after :meth:`refresh` or a change made through this object.
    With ``memory`` the index is kept there: asking, and changes that are only tried, leave no trace on the disk.
    """

    def __init__(self, path: str | Path, *, timeout: float = 30.0, memory: bool = False) -> None:
        self.root = Path(path)
        self.memory = memory
        self.timeout = timeout
        self._index: Index | None = None
        self._change: Transaction | None = None
        if not (self.root / "totem.toml").is_file():
            raise NotFoundError(
                f"no archive at {self.root}: it has no totem.toml", hint=f"make one with: totem init {self.root}"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the index; the object may be used again."""
        if self._index:
            self._index.close()
            self._index = None

    def take_over(self, other: Base) -> None:
        """Go on with the index that ``other``, of the same archive, has brought up to date."""
        self._index, other._index = other._index, None

    def refresh(self) -> None:
        """Read again what changed on disk since the last look."""
        self.close()

    @property
    def index(self) -> Index:
        """The index, brought up to date at first use."""
        if self._index is None:
            self._index = Index(self.root, memory=self.memory)
            self._synchronise(self._index)
        return self._index

    def _synchronise(self, index: Index) -> None:
        """Bring the index up to date; a change that another command is just making is seen whole or not at all."""
        for _ in range(100):
            if is_in_progress(self.root):
                from totem_cli.storage.journal import recover

                recover(self.root, timeout=self.timeout)
            before = journal_state(self.root)
            index.refresh()
            if journal_state(self.root) == before:
                return

    @contextmanager
    def transaction(
        self, label: str = "", *, dry_run: bool = False, undoable: bool = True, purge: Purge | None = None
    ) -> Iterator[Transaction]:
        """Everything changed inside the block is written at its end, all or nothing, as one step for undo.

        Reads inside the block see what was changed before them. With ``dry_run`` nothing is written anywhere: ask the
        transaction for its ``diff()`` or ``changes``. What is not ``undoable`` is no step of the history; nor is a
        ``purge``, which also removes steps from it (see :class:`Transaction`), and is refused inside another one.
        """
        if self._change is not None:
            if purge is not None:
                raise RefusedError("what is removed from the history is a transaction of its own")
            with self._step(self._change):
                yield self._change
            return
        from totem_cli.storage.transaction import Transaction

        self.close()
        in_memory = dry_run or self.memory or purge is not None  # a purge removes the shared index
        with (
            Index(self.root, memory=in_memory) as index,
            Transaction(
                self.root, label, dry_run=dry_run, timeout=self.timeout, undoable=undoable, purge=purge
            ) as change,
        ):
            if dry_run:
                self._synchronise(index)  # no lock is held: what a killed command left is mended as a reader would
            else:
                index.refresh()
            self._writable(index)
            index.begin(change.read)
            self._index, self._change = index, change
            try:
                yield change
            finally:
                self._index = self._change = None
            # Files first: a crash in between leaves rows that the next synchronisation finds by their stamps.
            change.commit()
            if not dry_run:
                index.commit()

    @contextmanager
    def _step(self, change: Transaction) -> Iterator[None]:
        """One operation of several in a transaction: where it fails nothing of it stays, whoever catches the error."""
        mark = change.mark()
        try:
            yield
        except BaseException:
            for path in change.rewind(mark):
                self._reindex(path, change.read(path))
            raise

    def consistent(self, read: Callable[[], T]) -> T:
        """What ``read`` gives, all of one state of the archive: it is asked again where a change came between."""
        for _ in range(100):
            before = self.index.state
            found = read()
            if self._change is not None or self.index.state == before:
                break
            self.refresh()
        return found

    def again(self, do: Callable[[], T]) -> T:
        """Do what reads the archive for long, once more from its new state where that changed meanwhile.

        ``do`` leaves nothing behind where it raises :class:`ChangedError`; the tenth time it is the caller's.
        """
        for _ in range(9):
            try:
                return do()
            except ChangedError:
                self.refresh()
        return do()

    @property
    def _owners(self) -> list[Series | Episode]:
        """Every series and every episode, as their files tell them."""
        return [*self.index.series(), *self.index.episodes()]

    def _writable(self, index: Index) -> None:
        version = index.settings().version
        if version > FORMAT_VERSION:
            raise RefusedError(
                f"{self._shown('totem.toml')}: format version {version} is newer than this totem's {FORMAT_VERSION}",
                hint="use a newer totem to change it; reading it is fine",
            )

    @property
    def change(self) -> Transaction:
        """The transaction under way; every writing operation runs inside one."""
        assert self._change is not None, "writing outside a transaction"
        return self._change

    # What is there

    @property
    def settings(self) -> Settings:
        """What ``totem.toml`` says, defaults filled in."""
        try:
            return self.index.settings()
        except TotemError as problem:
            raise self._placed(problem, "totem.toml") from None

    def series(self) -> list[Series]:
        """Every series that can be read, by slug."""
        return self._all_effective(self.index.series())

    def persons(self) -> list[Person]:
        """Everyone with a file in ``people/``."""
        return self.index.people()

    @property
    def names(self) -> Names:
        """Which names mean the same person."""
        return Names(self.persons())

    def problems(self) -> list[TotemError]:
        """What could not be read, each with its file, line and column."""
        return [self._placed(problem, path) for path, problem in self.index.problems()]

    def _effective(self, series: Series) -> Series:
        from msgspec.structs import replace

        return series if series.language else replace(series, language=self.settings.language)

    def _all_effective(self, found: list[Series]) -> list[Series]:
        """The same as :meth:`_effective` of each, the settings being read once."""
        from msgspec.structs import replace

        if all(series.language for series in found):
            return found
        language = self.settings.language
        return [series if series.language else replace(series, language=language) for series in found]

    def _series_of(self, slug: str) -> Series:
        found = self.index.series(slug)
        if found:
            return self._effective(found[0])
        return Series(id="", slug=slug, title=slug, language=self.settings.language)

    def _resolved(self, episodes: list[Episode]) -> list[Episode]:
        series = self._series_by_slug({episode.series for episode in episodes})
        return [episode.inherit(series[episode.series]) for episode in episodes]

    def _series_by_slug(self, slugs: set[str]) -> dict[str, Series]:
        """The series of these slugs, perhaps more of them; what has no file is a series too."""
        series: dict[str, Series] = {}
        if len(slugs) > 1:
            for one in self.series():
                series.setdefault(one.slug, one)
        for slug in slugs.difference(series):
            series[slug] = self._series_of(slug)
        return series

    # Files

    def _open(self, path: str) -> Document:
        content = self.change.read(path)
        if content is None:
            raise NotFoundError(f"{self._shown(path)} is not there")
        from totem_cli.documents.document import Document

        return Document.parse(content, self._shown(path), kind="toml" if path == "totem.toml" else "markdown")

    def _save(self, path: str, content: bytes, *, like: str | None = None) -> Any:
        """Put new content into the transaction once it is known to be valid; the value it holds comes back.

        A new file gets the mode of the one at ``like``. Raises :class:`InvalidError` for content that is not valid.
        """
        from totem_cli.index.parse import parse

        parsed = parse(path, content)
        if parsed.problem is not None:
            problem = parsed.problem
            raise InvalidError(problem.message, hint=problem.hint, field=getattr(problem, "field", None))
        self.change.write(path, content, like=like)
        self.index.put(parsed)
        return parsed.value

    def _save_new(self, path: str, front: Mapping[str, Any], body: str, order: Sequence[str]) -> Any:
        """Put a new file into the transaction, in canonical form; the value it holds comes back."""
        from totem_cli.documents.toml_write import new_markdown

        return self._save(path, new_markdown(front, body, order))

    def _relocate(self, path: str, target: str, content: bytes, *, readable: bool = True) -> None:
        """Let a file be elsewhere, with this content; it keeps its mode, its owner and its extended attributes."""
        if readable:
            self._save(target, content, like=path)
        else:
            self.change.write(target, content, like=path)
            self._reindex(target, content)
        self._remove(path)

    def _remove(self, path: str) -> None:
        self.change.remove(path)
        self._reindex(path, None)

    def _reindex(self, path: str, content: bytes | None) -> None:
        """Let the index see the content that a file has in the transaction; None where it is gone."""
        if content is None:
            self.index.remove(path)
        elif locate(path):
            from totem_cli.index.parse import parse

            self.index.put(parse(path, content))

    def _shown(self, path: str) -> str:
        """A file of the archive as its user would name it."""
        return str(self.root / path)

    def _placed(self, problem: TotemError, path: str) -> TotemError:
        location = problem.location
        if location is None or not location.file.startswith(str(self.root)):
            line, column = (location.line, location.column) if location else (None, None)
            problem.location = Location(self._shown(path), line, column)
        return problem
