"""A session: one command's archive, its standard streams, what it prints."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self, cast

from totem_cli.errors import InvalidError, NotFoundError, RefusedError, SystemFailedError

if TYPE_CHECKING:
    from totem_cli.archive.archive import Archive
    from totem_cli.archive.base import IfExists
    from totem_cli.archive.publishing import Publishing
    from totem_cli.archive.reading import Reading
    from totem_cli.model.query import Query


class Shared(NamedTuple):
    """The options that stand before or after the verb."""

    archive: Path | None = None
    as_json: bool = False
    quiet: bool = False

    def over(self, archive: Path | None, as_json: bool, quiet: bool) -> Shared:
        """These, with what was said after the verb."""
        return Shared(archive or self.archive, as_json or self.as_json, quiet or self.quiet)


class Session:
    """What a command's body works with: open, ask, show."""

    def __init__(
        self, shared: Shared, *, dry_run: bool = False, if_exists: str | None = None, status_given: bool = False
    ) -> None:
        self.as_json = shared.as_json
        self.quiet = shared.quiet
        self.dry_run = dry_run
        self.status_given = status_given
        self._path = shared.archive
        self._if_exists = if_exists
        self._archive: Archive | None = None
        self._reader: Reading | None = None
        self._publishing: Publishing | None = None
        self._shown: list[Any] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for opened in (self._archive, self._reader, self._publishing):
            if opened:
                opened.close()

    # Open

    @property
    def archive(self) -> Archive:
        """The archive of this command line."""
        if self._archive is None:
            from totem_cli.archive.archive import Archive

            self._archive = Archive.find(self._path, memory=self.dry_run)
            if self._reader:
                self._archive.take_over(self._reader)
        return self._archive

    @property
    def reader(self) -> Reading:
        """The same, for a command that only reads: what writes is not loaded."""
        if self._archive is None and self._reader is None:
            from totem_cli.archive.reading import Reading

            self._reader = Reading.find(self._path, memory=self.dry_run)
        return self._archive or cast("Reading", self._reader)

    @property
    def publishing(self) -> Publishing:
        """The same, for a command that exports."""
        if self._publishing is None:
            from totem_cli.archive.publishing import Publishing

            self._publishing = Publishing.find(self._path, memory=self.dry_run)
        return self._publishing

    @property
    def archive_path(self) -> Path | None:
        """What ``--archive`` said."""
        return self._path

    @property
    def if_exists(self) -> IfExists:
        """What an ``add`` does when the same is there: the option, else ``$TOTEM_IF_EXISTS``, else an error."""
        chosen = self._if_exists or os.environ.get("TOTEM_IF_EXISTS") or "error"
        if chosen not in ("error", "skip", "update"):
            raise InvalidError(f"TOTEM_IF_EXISTS cannot be {chosen!r}", hint="error, skip or update")
        return cast("IfExists", chosen)

    @contextmanager
    def change(self) -> Iterator[Archive]:
        """One transaction around what the command does; what it shows is printed once all of it is written."""
        self._shown = []
        with self.archive.transaction(command_label(), dry_run=self.dry_run) as change:
            yield self.archive
            if self.dry_run:
                self.diff(change.diff())
        shown, self._shown = self._shown, None
        if not self.dry_run:
            self._print_changed(shown)

    # Ask

    def read_text(self, source: str) -> str:
        """The text of a file, or of standard input for ``-``."""
        data = self.read_bytes(source)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            name = "standard input" if source == "-" else source
            raise InvalidError(f"{name} is not UTF-8 (byte {error.start})", hint="save it as UTF-8") from None
        return text.replace("\r\n", "\n").replace("\r", "\n")

    @staticmethod
    def read_bytes(source: str) -> bytes:
        """The bytes of a file, or of standard input for ``-``."""
        try:
            return sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        except FileNotFoundError:
            raise NotFoundError(f"no file {source}") from None
        except OSError as error:
            raise SystemFailedError.from_os(error, "read", source) from error

    def confirm(self, what: str, *, yes: bool) -> None:
        """Go on only when told to: ``--yes``, or an answer on a terminal; ``what`` says what is to happen."""
        if yes or self.dry_run:
            return
        if not sys.stdin.isatty():
            raise RefusedError(what, hint="add --yes")
        sys.stderr.write(f"{what}: go on? [y/N] ")
        sys.stderr.flush()
        if sys.stdin.readline().strip().lower() not in ("y", "yes", "o", "oui"):
            raise RefusedError("nothing was changed")

    # Show

    def show(self, thing: Any) -> None:
        """Print the reference of what was changed; with ``--json`` the thing as it now is."""
        if self._shown is not None:
            self._shown.append(thing)
        else:
            self._print_changed([thing])

    def _print_changed(self, things: Sequence[Any]) -> None:
        if self.as_json:
            from totem_cli.cli.records import recorded

            for thing in things:
                self.json(recorded(thing))
        elif not self.quiet:
            from totem_cli.cli.records import references

            for ref in dict.fromkeys(ref for thing in things for ref in references(thing)):
                self.line(ref)

    def json(self, value: Any) -> None:
        """Print a value as JSON."""
        from totem_cli.archive.record import to_json

        self.out(to_json(value).decode() + "\n")

    def line(self, text: str) -> None:
        """Print a line of data, control characters made visible."""
        from totem_cli.language.visible import visible

        self.out(visible(text) + "\n")

    def out(self, text: str) -> None:
        """Write data to standard output."""
        sys.stdout.write(text)

    def document(self, content: bytes) -> None:
        """Write a whole document: as it is, but what a terminal would obey is shown there.

        Raises RefusedError where it is no text and standard output a terminal.
        """
        if not sys.stdout.isatty():
            sys.stdout.flush()
            sys.stdout.buffer.write(content)
            return
        from totem_cli.language.visible import visible

        try:
            text = content.decode()
        except UnicodeDecodeError:
            raise RefusedError("the export is no text for a terminal", hint="name a file: --output FILE") from None
        self.out(visible(text, newlines=True))

    def rows(
        self,
        kind: str,
        rows: Sequence[Any],
        columns: Sequence[str],
        *,
        chosen: bool = True,
        language: str = "en",
    ) -> None:
        """Print a list: a table on a terminal, else tab-separated text, full and uncut, with a header line.

        Columns that nobody chose are all in the text; the table takes those that say something in its width.
        """
        if self.terminal:
            from totem_cli.terminal.console import console
            from totem_cli.terminal.tables import table

            console(sys.stdout).print(table(kind, rows, columns if chosen else None, language=language))
        else:
            from totem_cli.terminal.plain import tsv

            self.out(tsv(rows, columns))

    def page(self, renderable: Any, *, pager: bool | None) -> None:
        """Print a page for a person; through a pager where it is longer than the terminal, or as they said."""
        from totem_cli.terminal.console import console, show_paged

        show_paged(console(sys.stdout), renderable, pager=pager)

    def diff(self, text: str) -> None:
        """Print a unified diff, in colour on a terminal."""
        if not self.terminal:
            self.out(text)
            return
        from totem_cli.terminal.console import console
        from totem_cli.terminal.diff import coloured_diff

        console(sys.stdout).print(coloured_diff(text), soft_wrap=True)

    def say(self, words: str, *, kind: Literal["", "warning", "error"] = "") -> None:
        """Say something to a person, on standard error."""
        if not self.quiet:
            from totem_cli.language.visible import visible

            sys.stderr.write(f"{kind}: {visible(words)}\n" if kind else f"{visible(words)}\n")

    def warn(self, words: str) -> None:
        """Say what somebody should know, and what stops nothing."""
        self.say(words, kind="warning")

    def warn_unreadable(self) -> None:
        """Name the files that could not be read; they stop nobody."""
        for problem in self.reader.problems():
            self.say(str(problem), kind="warning")

    def say_misnamed(self, query: Query) -> None:
        """Nothing was found: say which names in the filters nothing goes by."""
        for words in self.reader.misnamed(query):
            self.say(words)

    @property
    def terminal(self) -> bool:
        """Whether standard output is a terminal, for a person to read."""
        return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def command_label() -> str:
    """The command line as history tells it, without where the archive is."""
    import shlex

    words, skip = [], False
    for word in sys.argv[1:]:
        if skip or word.startswith(("--archive=", "--email=")):
            skip = False
        elif word in ("--archive", "--email"):  # what is private never enters the journal
            skip = True
        elif word not in ("--json", "--quiet", "-q"):
            words.append(word if len(word) <= 60 else f"{word[:59]}…")
    return shlex.join(words)
