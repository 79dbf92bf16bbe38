"""The workspace: an archive's folder with its index and its transaction, which every collection is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from totem_cli.errors import ChangedError, InvalidError, Location, NotFoundError, RefusedError, TotemError
from totem_cli.index.index import Index
from totem_cli.model.episode import Episode
from totem_cli.model.series import Series
from totem_cli.model.settings import FORMAT_VERSION, Settings
from totem_cli.storage.in_progress import is_in_progress, journal_state
from totem_cli.storage.layout import episode_path, locate, person_path, series_path

if TYPE_CHECKING:
    from msgspec import Struct

    from totem_cli.archive.names import Names
    from totem_cli.documents.document import Document
    from totem_cli.model.person import Person
    from totem_cli.storage.journal_entry import Recovery
    from totem_cli.storage.transaction import Purge, Transaction

T = TypeVar("T")

IfExists = Literal["error", "skip", "update"]
"""What an ``add`` does when the same thing is there already; ``update`` sets only what was given."""

IF_EXISTS_HINT = "--if-exists skip leaves it, --if-exists update sets what is given"
"""The hint of an error for what exists already."""

_ATTEMPTS = 5
"""How often the index is synchronised anew where a change came between; then changes have to wait."""


class Workspace:
    """The state that the collections of one archive share: the folder, the index, the transaction under way.

    Files are read when something is first asked, and again after :meth:`refresh` or a change made through this object.
    With ``memory`` the index is kept there: reading, and changes in a dry run, write nothing to the disk. Raises
    NotFoundError where the folder holds no ``totem.toml``.
    """

    def __init__(self, path: str | Path, *, timeout: float = 30.0, memory: bool = False) -> None:
        self.root = Path(path)
        self.memory = memory
        self.timeout = timeout
        self._index: Index | None = None
        self._change: Transaction | None = None
        self._is_reading = False
        self.not_taken_back: list[str] = []
        """What was edited since a command was killed, and so is not as before it: a line for each file."""
        if not (self.root / "totem.toml").is_file():
            raise NotFoundError(
                f"no archive at {self.root}: it has no totem.toml", hint=f"make one with: totem init {self.root}"
            )

    # Index and transaction

    @property
    def index(self) -> Index:
        """The index, synchronised with the files when it is first used."""
        if self._index is None:
            self._index = Index(self.root, memory=self.memory)
            self._synchronise(self._index)
        return self._index

    def refresh(self) -> None:
        """Close the index; the next read opens it again, and reads the files that changed on disk."""
        if self._index:
            self._index.close()
            self._index = None

    def open_snapshot(self, path: str) -> None:
        """Read only the snapshot of an index at ``path``, until :meth:`refresh`."""
        self.refresh()
        self._index = Index.open_snapshot(path, self.root)

    def read_snapshot(self, path: str, state: bytes) -> bool:
        """Write the index to a new file, and read only that from now on, until :meth:`refresh`.

        False where it cannot be, inside a transaction. Raises ChangedError where the index is not in this state.
        """
        if self._change is not None:
            return False
        index = self.index
        index.snapshot(path)
        self.open_snapshot(path)
        if state != self.index.state:
            self.refresh()
            raise ChangedError("the archive was changed while it was read", hint="run the command again")
        self.index.close()  # each process that is forked opens it for itself
        return True

    def _synchronise(self, index: Index) -> None:
        """Bring the index up to date; a change that another command is making is seen whole or not at all."""
        for attempt in range(_ATTEMPTS + 1):
            before = journal_state(self.root)
            if is_in_progress(self.root):
                self.recover()
            with self._pause() if attempt == _ATTEMPTS else nullcontext():
                index.refresh()
                if journal_state(self.root) == before:
                    return

    def recover(self) -> None:
        """Take back what a killed command left; it waits for a change that is being made."""
        from totem_cli.storage.journal import recover

        self._note(recover(self.root, timeout=self.timeout))

    def _note(self, recovery: Recovery | None) -> None:
        self.not_taken_back += recovery.not_taken_back if recovery else ()

    def _pause(self) -> AbstractContextManager[object]:
        """Let no command change the archive inside the block."""
        from totem_cli.storage.lock import Lock

        return Lock(self.root, "reading", timeout=self.timeout, shared=True)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Every read inside the block sees one state of the archive; a transaction inside it is refused."""
        if self._change is not None or self._is_reading:
            yield
            return
        with self.index.reading():
            self._is_reading = True
            try:
                yield
            finally:
                self._is_reading = False

    @contextmanager
    def transaction(
        self, label: str = "", *, dry_run: bool = False, undoable: bool = True, purge: Purge | None = None
    ) -> Iterator[Transaction]:
        """Write everything that is changed inside the block at its end, all or nothing, as one step for undo.

        Reads inside the block see what was changed before them. With ``dry_run`` nothing is written anywhere: ask the
        transaction for its ``diff()`` or ``changes``. A change that is not ``undoable`` does not enter the history; nor
        does a ``purge``, which also removes steps from it (see :class:`Transaction`). Raises RefusedError inside
        :meth:`reading`, and for a purge inside another transaction.
        """
        if self._change is not None:
            if purge is not None:
                raise RefusedError("what is removed from the history is a transaction of its own")
            with self._savepoint(self._change):
                yield self._change
            return
        if self._is_reading:
            raise RefusedError("an archive cannot be changed while it is read as of one moment")
        from totem_cli.storage.transaction import Transaction

        self.refresh()
        in_memory = dry_run or self.memory or purge is not None  # a purge removes the shared index
        with (
            Index(self.root, memory=in_memory) as index,
            Transaction(
                self.root, label, dry_run=dry_run, timeout=self.timeout, undoable=undoable, purge=purge
            ) as change,
        ):
            self._note(change.recovered)
            if dry_run:
                self._synchronise(index)  # no lock is held: recover first, as a reader does
            else:
                index.refresh()
            self.check_writable(index)
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
    def _savepoint(self, change: Transaction) -> Iterator[None]:
        """One operation of several in a transaction: where it fails, all of it is taken back."""
        mark = change.mark()
        try:
            yield
        except BaseException:
            for path in change.rewind(mark):
                self.reindex(path, change.read(path))
            raise

    def retry(self, do: Callable[[], T]) -> T:
        """The result of ``do``, which is called again, from the new state, where it raises :class:`ChangedError`.

        The tenth error is the caller's.
        """
        for _ in range(9):
            try:
                return do()
            except ChangedError:
                self.refresh()
        return do()

    def check_writable(self, index: Index) -> None:
        """Raise RefusedError where the archive has a newer format."""
        version = index.settings().version
        if version > FORMAT_VERSION:
            raise RefusedError(
                f"{self.shown('totem.toml')}: format version {version} is newer than this totem's {FORMAT_VERSION}",
                hint="use a newer totem to change it; reading it is fine",
            )

    @property
    def change(self) -> Transaction:
        """The transaction under way; every writing operation runs inside one."""
        assert self._change is not None, "writing outside a transaction"
        return self._change

    # Values

    @property
    def settings(self) -> Settings:
        """What ``totem.toml`` says, defaults filled in."""
        try:
            return self.index.settings()
        except TotemError as problem:
            raise self.located(problem, "totem.toml") from None

    def people(self) -> list[Person]:
        """Everyone with a file in ``people/``."""
        return self.index.people()

    @property
    def names(self) -> Names:
        """Which names mean the same person."""
        from totem_cli.archive.names import Names

        return Names(self.people())

    def problems(self) -> list[TotemError]:
        """The problem of every file that cannot be read, with its file, line and column."""
        return [self.located(problem, path) for path, problem in self.index.problems()]

    def series(self) -> list[Series]:
        """Every series that can be read, by slug, with the language that it inherits."""
        return self.with_language(self.index.series())

    def with_language(self, found: Sequence[Series]) -> list[Series]:
        """These series; one without a language has the archive's."""
        if all(series.language for series in found):
            return [*found]
        from msgspec.structs import replace

        language = self.settings.language
        return [series if series.language else replace(series, language=language) for series in found]

    def series_of(self, slug: str) -> Series:
        """The series of this slug; one without a file has its slug as title."""
        found = self.index.series(slug) or [Series(id="", slug=slug, title=slug)]
        return self.with_language(found)[0]

    def resolved(self, episodes: Sequence[Episode]) -> list[Episode]:
        """These episodes with what they inherit from their series."""
        slugs = {episode.series for episode in episodes}
        series = {one.slug: one for one in reversed(self.series())} if len(slugs) > 1 else {}
        series |= {slug: self.series_of(slug) for slug in slugs.difference(series)}
        return [episode.inherit(series[episode.series]) for episode in episodes]

    def filled_in(self, value: Any) -> Any:
        """A value as its file has it, with what an episode or a series inherits."""
        if isinstance(value, Episode):
            return self.resolved([value])[0]
        return self.with_language([value])[0] if isinstance(value, Series) else value

    @property
    def owners(self) -> list[Series | Episode]:
        """Every series and every episode as its file tells it."""
        return [*self.index.series(), *self.index.episodes()]

    # Files

    def path(self, thing: Episode | Series | Person) -> str:
        """The path of the file of an episode, a series or a person."""
        if isinstance(thing, Episode):
            found = self.index.path_of("episode", thing.slug, series=thing.series)
            return found or episode_path(thing.series, thing.slug)
        if isinstance(thing, Series):
            return self.index.path_of("series", thing.slug) or series_path(thing.slug)
        return self.index.path_of("person", thing.slug) or person_path(thing.slug)

    def open(self, path: str) -> Document:
        """The document at a path, as it is in the transaction. Raises NotFoundError."""
        content = self.change.read(path)
        if content is None:
            raise NotFoundError(f"{self.shown(path)} is not there")
        from totem_cli.documents.document import Document

        return Document.parse(content, self.shown(path), kind="toml" if path == "totem.toml" else "markdown")

    @contextmanager
    def editing(self, path: str) -> Iterator[Document]:
        """The document at a path, for the block to edit; saved at its end where it changed. Raises as the two do."""
        document = self.open(path)
        yield document
        if document.is_changed:
            self.save(path, document.to_bytes())

    def save(self, path: str, content: bytes, *, like: str | None = None) -> Any:
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

    def create(self, path: str, front: Mapping[str, Any], body: str) -> Any:
        """Put a new file into the transaction, in canonical form; the value it holds comes back."""
        from totem_cli.documents.toml_write import new_markdown
        from totem_cli.model.field import key_order

        return self.save(path, new_markdown(front, body, key_order(self._type_of(path))))

    @staticmethod
    def _type_of(path: str) -> type[Struct]:
        """The type of what the file at a path holds."""
        from totem_cli.model.comment import Comment
        from totem_cli.model.person import Person

        types: dict[str, type[Struct]] = {"episode": Episode, "series": Series, "person": Person, "comment": Comment}
        found = locate(path)
        assert found is not None
        return types[found.kind]

    def relocate(self, path: str, target: str, content: bytes, *, readable: bool = True) -> None:
        """Move a file and give it this content; it keeps its mode, its owner and its extended attributes."""
        if readable:
            self.save(target, content, like=path)
        else:
            self.change.write(target, content, like=path)
            self.reindex(target, content)
        self.remove(path)

    def remove(self, path: str) -> None:
        """Remove a file."""
        self.change.remove(path)
        self.reindex(path, None)

    def reindex(self, path: str, content: bytes | None) -> None:
        """Put the content that a file has in the transaction into the index; None where it is gone."""
        if content is None:
            self.index.remove(path)
        elif locate(path):
            from totem_cli.index.parse import parse

            self.index.put(parse(path, content))

    def shown(self, path: str) -> str:
        """A file of the archive as its user would name it."""
        return str(self.root / path)

    def located(self, problem: TotemError, path: str) -> TotemError:
        """The problem, which names the file at ``path`` as its user would."""
        location = problem.location
        if location is None or not location.file.startswith(str(self.root)):
            line, column = (location.line, location.column) if location else (None, None)
            problem.location = Location(self.shown(path), line, column)
        return problem
